"""Routine questions that are due together, put by one worker one after another, and answered for all at once.

A worker for each would ask sooner by a fraction of a second, and wake the engine for each answer; while all is well
nobody needs that, and each wake-up costs a laptop's battery more than the answer is worth. A failure is told at once;
and whoever would wait for a slow one before it longer than ``PATIENCE`` is put by another worker.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, TypeAlias

from trayapp.core.model import SECOND, Instant, Millis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trayapp.core.question import Answer
    from trayapp.core.turns import Key
    from trayapp.core.world import Ask

    Put: TypeAlias = "Callable[[Ask], Answer]"
    Answered: TypeAlias = "Callable[[Key, Answer], None]"

FEW = 4
"""More questions than this are not put one after another: the last would come too late."""
PATIENCE: Millis = 1 * SECOND


class Round:
    """A few questions, in order. ``put`` asks one and must not raise; ``answered`` hears of each, once.

    ``run`` belongs to one worker; ``late`` and ``left_behind`` to whoever watches over it.
    """

    def __init__(self, asks: Iterable[Ask], began: Instant, put: Put, answered: Answered) -> None:
        self._put, self._answered, self._began = put, answered, began
        self._lock = threading.Lock()
        self._waiting = deque(asks)
        self._held: list[tuple[Key, Answer]] = []
        self._now: Ask | None = None  # on its way
        self._unheard = False  # it took too long: somebody else has answered for it

    def run(self) -> None:
        """Put what waits, until nothing does any more."""
        while True:
            with self._lock:
                ask = self._now = self._waiting.popleft() if self._waiting else None
            if ask is None:
                return
            answer = self._put(ask)
            with self._lock:
                if self._unheard:
                    return
                self._now = None
                self._held.append((ask.key, answer))
                tell = not self._waiting or answer.failure is not None
            if tell:
                self._tell()

    def late(self, now: Instant) -> tuple[tuple[Ask, ...], Millis | None]:
        """Whom somebody else must ask now, and in how many milliseconds to look again (None: need not).

        What has been answered so far is told.
        """
        with self._lock:
            if not self._waiting and not self._held:
                return (), None
            left = PATIENCE - now.since(self._began)
            if left > 0:
                return (), left
            others = tuple(self._waiting)
            self._waiting.clear()
        self._tell()
        return others, None

    def left_behind(self) -> tuple[Ask, ...]:
        """Hear no more of it; whatever has no answer yet."""
        with self._lock:
            self._unheard = True
            others = (*([self._now] if self._now is not None else []), *self._waiting)
            self._waiting.clear()
        self._tell()
        return others

    def _tell(self) -> None:
        with self._lock:
            held, self._held = self._held, []
        for key, answer in held:
            self._answered(key, answer)
