"""Whether the person has changed one of their files since it was read: by its time, size and place on the disk."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    Stamp: TypeAlias = "frozenset[tuple[str, int, int, int]]"

MOST = 500
"""Files of platforms that are looked at: nobody has as many."""


class Edited:
    """Of ``file`` and all that ends in .toml in ``folder``. A look costs one call of the system a file."""

    def __init__(self, file: Path, folder: Path) -> None:
        self._file, self._folder = file, folder
        self._read = self._last = self._stamp()

    def read(self) -> None:
        """What is there now is about to be read: it counts as known."""
        self._read = self._last = self._stamp()

    def look(self) -> bool:
        """Whether something is another than when it was read, and was so at the last look too.

        Twice, because an editor may be in the middle of writing. True once for each change.
        """
        now = self._stamp()
        steady, self._last = now == self._last, now
        if not steady or now == self._read:
            return False
        self._read = now
        return True

    def _stamp(self) -> Stamp:
        return frozenset(self._each())

    def _each(self) -> Iterator[tuple[str, int, int, int]]:
        try:
            found = os.stat(self._file)  # noqa: PTH116 - the same call as for the others, which have no Path
            yield "", found.st_mtime_ns, found.st_size, found.st_ino
        except OSError:  # not there is a state like others
            pass
        try:
            with os.scandir(self._folder) as entries:
                for count, entry in enumerate(entries):
                    if count >= MOST:
                        return
                    if entry.name.endswith(".toml"):
                        found = entry.stat()
                        yield entry.name, found.st_mtime_ns, found.st_size, found.st_ino
        except OSError:  # no folder, or a file that went away meanwhile: the next look sees it
            return
