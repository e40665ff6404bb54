"""Keeps one engine looking: whatever becomes of it, the icon does not go on saying what was true once."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from trayapp.core.model import SECOND, Millis

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trayapp.core.ports import Clock
    from trayapp.watch.engine import Engine

STALE: Millis = 150 * SECOND
"""A heartbeat older than this means that nobody is looking."""
AGAIN_S = 5.0
"""Seconds between two looks at an engine that is silent: after sleep it may only need a moment longer than we."""
PAUSES_S = (0.0, 30.0, 300.0)
"""Before each new engine in the life of the process: what killed the first may need time to pass. Then no more."""

_log = logging.getLogger(__name__)


class Watchdog:
    """Builds an engine, and a new one in its place if it ends by a mistake of its own or no longer comes round.

    A new engine takes up the story from the history, as after a start of the program. One that hangs in the midst of
    writing is not replaced (see ``Engine.depose``; a new one would hang there too): it goes on if it comes round again.

    ``build`` makes an engine that is not started yet and calls ``ended`` if it ends by a mistake. ``fallen`` is called
    when nobody looks any more, on any thread; ``again`` when the same engine that was silent looks again (a new one
    shows it by itself). ``stale`` is in milliseconds, the others in seconds.
    """

    def __init__(
        self,
        build: Callable[[], Engine],
        clock: Clock,
        *,
        fallen: Callable[[], None],
        again: Callable[[], None],
        stale: Millis = STALE,
        every_s: float = STALE / SECOND,
        again_s: float = AGAIN_S,
        pauses_s: Sequence[float] = PAUSES_S,
    ) -> None:
        self._build, self._clock = build, clock
        self._fallen, self._again = fallen, again
        self._stale, self._every_s, self._again_s, self._pauses_s = stale, every_s, again_s, tuple(pauses_s)
        self._turn = threading.Lock()  # start and stop: never both at once
        self._bell = threading.Event()
        self._engine: Engine | None = None
        self._gone = threading.Event()
        self._broken = False  # the engine has ended, or there is none
        self._down = False  # `fallen` was called, and nobody looks since
        self._said = False  # the log knows why nothing can be done about it
        self._restarts = 0

    @property
    def engine(self) -> Engine | None:
        """The one in office; None before the first."""
        return self._engine

    @property
    def restarts(self) -> int:
        """How many engines have taken another's place."""
        return self._restarts

    def ended(self) -> None:
        """The engine says that it has ended by a mistake of its own."""
        self._fallen()
        self._broken = True
        self._bell.set()

    def run(self) -> None:
        """Start an engine and stay with it until ``stop``."""
        self._begin()
        while self._rest(self._patience_s()):
            try:
                self._see_to_it()
            except Exception:  # noqa: BLE001 - nobody watches the watchdog: a mistake is logged, and it goes on
                _log.exception("the watchdog has made a mistake")

    def stop(self) -> None:
        """Let the engine write what is unwritten and end; no other is started."""
        with self._turn:
            self._gone.set()
        self._bell.set()
        if self._engine is not None:
            self._engine.stop()

    def _see_to_it(self) -> None:
        if self._broken or self._silent_for_long():
            self._fall()
            self._renew()
        elif self._down and not self._gone.is_set():
            _log.warning("the engine comes round again")
            self._down = self._said = False
            self._again()

    def _begin(self) -> None:
        try:
            engine = self._build()
            with self._turn:
                if self._gone.is_set():
                    return
                self._engine, self._broken, self._down, self._said = engine, False, False, False
                engine.start()
        except Exception:  # noqa: BLE001 - whatever fails here, the icon must not stay as if Fanal were looking
            _log.exception("Fanal could not begin to watch")
            self.ended()

    def _rest(self, seconds: float | None) -> bool:
        """Wait so long, or until there is something to see to; False once all is over."""
        self._bell.wait(seconds)
        self._bell.clear()
        return not self._gone.is_set()

    def _patience_s(self) -> float | None:
        if self._broken:
            return None if self._restarts >= len(self._pauses_s) else self._again_s
        if self._down:
            return self._again_s
        return min(self._every_s, max(0, self._stale - self._age() + 1) / SECOND)

    def _age(self) -> Millis:
        return self._clock.now().since(self._engine.beat) if self._engine is not None else 0

    def _silent_for_long(self) -> bool:
        if self._age() <= self._stale:
            return False
        return self._down or (self._rest(self._again_s) and (self._broken or self._age() > self._stale))

    def _fall(self) -> None:
        if not self._down:
            self._down = True
            if not self._broken:
                _log.error("the engine has not come round for %d s", self._age() // SECOND)
                self._fallen()

    def _renew(self) -> None:
        if self._restarts >= len(self._pauses_s):
            self._say_once("the engine has been started again %d times: it is left at that", self._restarts)
            return
        if self._engine is not None and not self._engine.depose():
            self._say_once("the engine hangs while it writes: a new one would hang there too; waiting for it")
            return
        # Deposed, it will not come round again: until the next one is there, it is broken.
        self._broken = True
        if self._gone.wait(self._pauses_s[self._restarts]):
            return
        self._restarts += 1
        _log.warning("the engine is started again from the history (%d of %d)", self._restarts, len(self._pauses_s))
        self._begin()

    def _say_once(self, text: str, *args: object) -> None:
        if not self._said:
            self._said = True
            _log.error(text, *args)
