"""Who may write, say and show: one engine at a time. An engine that hangs is put out of office, for good."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Deposed(Exception):  # noqa: N818 - not a mistake: the watchdog's word, on its way up to the end of the thread
    """Another engine is in office."""


class Office:
    """One engine's. Whatever it does to the world outside it does inside ``held``."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._deposed = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Be in office for the time of the block; raises Deposed if it has been taken away."""
        with self._lock:
            if self._deposed:
                raise Deposed
            yield

    def last_word(self, word: Callable[[], None]) -> None:
        """Do this if still in office."""
        with self._lock:
            if not self._deposed:
                word()

    def take_away(self, patience_s: float, then: Callable[[], None]) -> bool:
        """From another thread. False, and nothing has changed, if its holder does not come out of ``held`` in time."""
        if not self._lock.acquire(timeout=patience_s):
            return False
        try:
            self._deposed = True
            then()
        finally:
            self._lock.release()
        return True
