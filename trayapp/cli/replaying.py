"""``fanal record`` and ``fanal replay``: the evidence in the history as a file, and what the judge makes of one.

A recording is made from the history, which holds all that was seen within a minute of seeing it: nothing need be
switched on beforehand, and no second writer can slow the watch. ``--follow`` goes on with what is seen from now on.
"""

from __future__ import annotations

import gzip
import heapq
import json
import os
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING

from trayapp.cli.shell import Exit, out, tell
from trayapp.words import replays

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from trayapp.cli.shell import Shell
    from trayapp.core.model import Millis
    from trayapp.simulate.replay import Replay
    from trayapp.simulate.replayed import Said
    from trayapp.storage.records import Entry, Line

STANDARD = "-"
"""Standard input of ``replay``, standard output of ``record``."""
NAMED = 20
"""Bad lines that are told one by one; the others are counted."""
GLANCE_S = 5.0
"""``--follow`` looks into the history so often."""
LONGEST_WAIT_S = 3600.0
_EVER = 1 << 62


def do(shell: Shell, command: argparse.Namespace) -> int:
    """Carry one of them out."""
    from trayapp.core.ports import StoreError  # noqa: PLC0415 - only these commands need it

    try:
        if command.do == "record":
            return _record(shell, command.file, follow=command.follow)
        return _replay(shell, command.file, as_json=command.json, speed=command.speed)
    except StoreError as error:
        tell(str(error))
        return Exit.CANNOT_TELL


def _record(shell: Shell, file: str, *, follow: bool) -> int:
    """Write the history's evidence to ``file``, oldest first; with ``follow`` until Ctrl-C. 3: it cannot be."""
    count = 0
    try:
        with ExitStack() as stack:
            write = _writer(stack, file)
            for line in _lines(shell, follow=follow, flush=write.flush):
                write.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
                count += 1
    except FileExistsError:
        tell(replays.there_already(shell.voice, file))
        return Exit.CANNOT_TELL
    except BrokenPipeError:
        raise
    except OSError as error:
        tell(replays.unusable(shell.voice, file, error.strerror or str(error)))
        return Exit.CANNOT_TELL
    except KeyboardInterrupt:
        if not follow:
            raise
    tell(replays.recorded(shell.voice, count, file) if count else replays.nothing(shell.voice))
    return Exit.WELL


def _writer(stack: ExitStack, file: str) -> IO[bytes] | gzip.GzipFile:
    """For nobody's eyes but the person's own: what they watch is in it. Raises OSError."""
    if file == STANDARD:
        return sys.stdout.buffer
    number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    plain = stack.enter_context(os.fdopen(number, "wb"))
    if not file.endswith(".gz"):
        return plain
    return stack.enter_context(gzip.GzipFile(fileobj=plain, mode="wb"))


def _lines(shell: Shell, *, follow: bool, flush: Callable[[], None]) -> Iterator[Line]:
    """Who is watched, then what was seen; with ``follow`` also what is seen meanwhile, for ever."""
    from trayapp.build import load  # noqa: PLC0415 - only this command needs it
    from trayapp.storage.history import History  # noqa: PLC0415 - the same
    from trayapp.storage.recording import Taken, watched_line  # noqa: PLC0415 - the same

    taken = Taken()
    while True:
        with History(shell.where.history) as history:
            begun = taken.last is not None
            for line in taken.new(history.evidence(since=taken.since), history.gaps(0, _EVER)):
                if not begun:
                    platforms, controls, _ = load(shell.where, shell.settings)
                    yield watched_line(line["t"], platforms, controls)
                    begun = True
                yield line
        if not follow:
            return
        flush()
        time.sleep(GLANCE_S)


def _replay(shell: Shell, files: Sequence[str], *, as_json: bool, speed: float | None) -> int:
    """Play ``files``, one story after their times. 3: one cannot be read; bad lines are told, and the rest goes on."""
    from trayapp.config import BUILT_IN, load_platforms  # noqa: PLC0415 - only this command needs it
    from trayapp.simulate.replay import Replay  # noqa: PLC0415 - the same
    from trayapp.watch.probes import KINDS  # noqa: PLC0415 - the same

    known, _ = load_platforms([BUILT_IN, shell.where.platforms], frozenset(KINDS))
    replay, names = Replay(known), {p.id: p.name for p in known}
    bad = dict.fromkeys(files, 0)
    with ExitStack() as stack:
        try:
            streams = [
                (file, sys.stdin.buffer if file == STANDARD else stack.enter_context(Path(file).open("rb")))
                for file in files
            ]
        except OSError as error:
            tell(replays.unusable(shell.voice, str(error.filename), error.strerror or str(error)))
            return Exit.CANNOT_TELL
        sources = [_entries(shell, file, stream, bad) for file, stream in streams]
        entries = sources[0] if len(sources) == 1 else heapq.merge(*sources, key=lambda entry: entry.t)
        for said in _paced(replay.run(entries), speed):
            out(json.dumps(said.line) if as_json else _sentence(shell, said, names, replay))
            if speed is not None:
                sys.stdout.flush()
    if any(n > NAMED for n in bad.values()):
        tell(replays.more(shell.voice, sum(max(0, n - NAMED) for n in bad.values())))
    tell(replays.unasked(shell.voice, replay.asks + replay.errands))
    return Exit.WELL


def _entries(shell: Shell, file: str, stream: IO[bytes], bad: dict[str, int]) -> Iterator[Entry]:
    from trayapp.storage.recorded import entries  # noqa: PLC0415 - only this command needs it

    def wrong(number: int, field: str) -> None:
        bad[file] += 1
        if bad[file] <= NAMED:
            tell(replays.wrong(shell.voice, file, number, field))

    return entries(stream, wrong)


def _paced(said: Iterable[Said], speed: float | None) -> Iterator[Said]:
    """Each when it is due: ``speed`` times as fast as it was; None: as fast as it can be."""
    last: Millis | None = None
    for one in said:
        if speed is not None and last is not None:
            time.sleep(min(LONGEST_WAIT_S, max(0, one.t - last) / 1000 / speed))
        last = one.t
        yield one


def _sentence(shell: Shell, said: Said, names: Mapping[str, str], replay: Replay) -> str:
    known = {p.id: p.name for p in replay.platforms} | dict(names)
    if said.event is not None:
        return replays.event(shell.voice, said.event, known)
    platform, reasons = said.platform, said.reasons
    return replays.state(shell.voice, said.t, known.get(platform, platform), said.state, reasons)
