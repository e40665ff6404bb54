"""A question that may take long, asked beside the one who wants to know."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Generic, TypeVar

from trayapp.core.model import MINUTE, Millis

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

EVERY: Millis = 3 * MINUTE
"""Of what changes rarely: each asking starts a thread, and wake-ups cost more than what is asked."""

_log = logging.getLogger(__name__)


class Aside(Generic[T]):
    """Asks on a daemon thread of its own, at most one at a time, begun at most once every ``every``.

    ``ask`` may block and may raise: then the answer of the last time still holds. Nobody waits for it, so one that
    never returns costs a thread and nothing else.
    """

    def __init__(self, what: str, ask: Callable[[], T], first: T, *, every: Millis) -> None:
        self._what = what
        self._ask = ask
        self._answer = first  # one reference: written by the thread, read by the caller
        self._every = every
        self._begun: Millis | None = None
        self._thread: threading.Thread | None = None

    def answer(self, now: Millis) -> T:
        """The latest answer, at once; ``now`` is the steady time. Sees to it that there will be a newer one."""
        due = self._begun is None or not 0 <= now - self._begun < self._every
        if due and (self._thread is None or not self._thread.is_alive()):
            self._begun = now
            self._thread = threading.Thread(target=self._run, name=f"aside-{self._what}", daemon=True)
            try:
                self._thread.start()
            except RuntimeError as error:  # the system gives no more threads: the next time, perhaps
                self._thread = None
                _log.debug("Not asked about %s: %s", self._what, error)
        return self._answer

    def hurry(self) -> None:
        """Something has changed: ask again at the next ``answer``, or once what is under way has come to its end."""
        self._begun = None

    def _run(self) -> None:
        try:
            self._answer = self._ask()
        except Exception as error:  # noqa: BLE001 - it talks to other programs; the last answer holds whatever they do
            _log.debug("No answer about %s: %s", self._what, error)
