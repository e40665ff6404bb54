"""A clock that runs faster than the real one, and never jumps: for showing hours in minutes."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from trayapp.core.model import SECOND, Instant

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.core.model import Millis

LEAP: Millis = 10 * SECOND
"""Between two readings it goes on by so much at most: a computer that was busy for a moment has not slept."""


class FastClock:
    """Fulfils ``Clock``: begins at ``begin`` (wall) and 0 (steady); for ``lasts`` it is ``speed`` times as fast.

    Safe to use from many threads. ``real`` gives seconds of a steady clock.
    """

    def __init__(self, begin: Millis, lasts: Millis, speed: float, real: Callable[[], float] = time.monotonic) -> None:
        self._begin, self._lasts, self._speed, self._real = begin, lasts, speed, real
        self._lock = threading.Lock()
        self._read = real()
        self._at = 0.0

    @property
    def speed(self) -> float:
        """How many of its seconds a real one holds now."""
        return self._speed if self._at < self._lasts else 1.0

    def now(self) -> Instant:
        """Read it."""
        with self._lock:
            real = self._real()
            self._at += min(LEAP, (real - self._read) * SECOND * self.speed)
            self._read = real
            at = int(self._at)
        return Instant(self._begin + at, at, "demo")
