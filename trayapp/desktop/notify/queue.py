"""A thread that gives notices, one after the other: a notification service that hangs never holds the engine."""

from __future__ import annotations

import logging
import queue
import threading
from typing import TYPE_CHECKING, Generic, TypeVar

from trayapp.core.ports import Delivery

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.core.ports import Notifier, Toast

Key = TypeVar("Key")

_log = logging.getLogger(__name__)


class NoticeThread(Generic[Key]):
    """Hands each toast to ``notifier`` and says through ``done`` (on this thread) what became of it.

    When it ends it calls the notifier's ``close``, if it has one: a connection belongs to the thread that uses it.
    """

    def __init__(self, notifier: Notifier, done: Callable[[Key, Delivery], None]) -> None:
        self._notifier, self._done = notifier, done
        self._queue: queue.SimpleQueue[tuple[Key, Toast] | None] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="notices", daemon=True)

    def start(self) -> None:
        """Begin. Once."""
        self._thread.start()

    def put(self, key: Key, toast: Toast) -> None:
        """Have ``toast`` said, soon; ``done`` will get ``key``. From any thread; never blocks."""
        self._queue.put((key, toast))

    def stop(self) -> None:
        """Say no more. Returns at once, also while a notice hangs; what still waited is not said and not reported."""
        self._stopped.set()
        self._queue.put(None)

    def join(self, seconds: float) -> bool:
        """Wait for the thread to end, ``seconds`` at most; True if it has."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (item := self._queue.get()) is not None and not self._stopped.is_set():
            key, toast = item
            try:
                self._done(key, self._say(toast))
            except Exception:  # noqa: BLE001 - what the listener does with the news must not end the notices; it is logged
                _log.exception("The outcome of a notice could not be handed on.")
        close = getattr(self._notifier, "close", None)
        if close is not None:
            close()

    def _say(self, toast: Toast) -> Delivery:
        try:
            return self._notifier.deliver(toast)
        except Exception:  # noqa: BLE001 - a Notifier promises not to raise; if one does, the notices go on
            _log.exception("The channel %s raised.", self._notifier.name)
            return Delivery.REFUSED
