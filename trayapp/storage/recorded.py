"""A recording, line by line: plain or gzip, of any length. A line that is no record is told by number and left out."""

from __future__ import annotations

import gzip
import zlib
from typing import IO, TYPE_CHECKING

from trayapp.storage.fields import RecordError
from trayapp.storage.records import read_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trayapp.storage.records import Entry

LINE_LIMIT = 256 * 1024
"""Bytes of one line: who is watched, with all their probes, is the longest."""
MOST = 2 * 1024 * 1024 * 1024
"""Bytes of one recording, unpacked: some months of thirty platforms."""
TOO_LONG, CUT, TOO_MUCH = "(long)", "(cut)", "(much)"
"""What may be wrong besides a field: a line is too long, the packed file is damaged, it never ends."""
_GZIP = b"\x1f\x8b"


def entries(stream: IO[bytes], bad: Callable[[int, str], None], *, most: int = MOST) -> Iterator[Entry]:
    """Every line of ``stream`` that is a record; ``bad`` hears the number of any other, and which field is wrong."""
    number = read = 0
    lines = _unpacked(stream)
    while True:
        number += 1
        try:
            line, over = _line(lines, most - read)
        except (EOFError, OSError, zlib.error):
            bad(number, CUT)
            return
        if not line:
            return
        read += len(line) + over
        if read > most:
            bad(number, TOO_MUCH)
            return
        if over:
            bad(number, TOO_LONG)
        elif not line.isspace():
            try:
                entry = read_line(line)
            except RecordError as error:
                bad(number, error.field)
            else:
                if entry is not None:
                    yield entry


def _line(lines: IO[bytes] | gzip.GzipFile, left: int) -> tuple[bytes, int]:
    """The next line, and of one that is too long how much was passed over: all the rest, or a little over ``left``."""
    line = lines.readline(LINE_LIMIT)
    over = 0
    if len(line) == LINE_LIMIT and not line.endswith(b"\n"):
        while over <= left and (more := lines.readline(LINE_LIMIT)):
            over += len(more)
            if more.endswith(b"\n"):
                break
    return line, over


def _unpacked(stream: IO[bytes]) -> IO[bytes] | gzip.GzipFile:
    """``stream``, inflated as it is read if it is gzip."""
    begins = stream.peek(2)[:2] if hasattr(stream, "peek") else b""
    return gzip.GzipFile(fileobj=stream) if begins == _GZIP else stream
