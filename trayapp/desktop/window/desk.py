"""What the window reads, read on a thread of its own: a large history never holds up a key or a click.

Of each kind of question only the last one counts: what was asked before and not answered yet is not asked any more.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, TypeAlias

from trayapp.core.ports import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.log.book import Reader

    Job: TypeAlias = Callable[[Reader], object]

_log = logging.getLogger(__name__)


class Desk:
    """``begin`` opens the history, on the thread; ``hand`` gets (kind, answer or StoreError), on the thread as well."""

    def __init__(self, begin: Callable[[], Reader], hand: Callable[[str, object], None]) -> None:
        self._begin, self._hand = begin, hand
        self._jobs: dict[str, Job] = {}
        self._turn = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="desk", daemon=True)
        self._thread.start()

    def want(self, kind: str, job: Job) -> None:
        """Ask. From any thread; returns at once."""
        with self._turn:
            self._jobs.pop(kind, None)  # at the end of the queue, as if it were new
            self._jobs[kind] = job
            self._turn.notify()

    def close(self) -> None:
        """Answer nothing more; what is being read is read to its end."""
        with self._turn:
            self._closing = True
            self._turn.notify()

    def _run(self) -> None:
        reader = self._begin()
        try:
            while True:
                with self._turn:
                    self._turn.wait_for(lambda: bool(self._jobs) or self._closing)
                    if self._closing:
                        return
                    kind = next(iter(self._jobs))
                    job = self._jobs.pop(kind)
                try:
                    answer: object = job(reader)
                except StoreError as error:
                    answer = error
                except Exception:  # noqa: BLE001 - a mistake in one answer must not leave the window blind for all others
                    _log.exception("what the window wanted could not be read: %s", kind)
                    continue
                if not self._closing:
                    self._hand(kind, answer)
        finally:
            reader.close()
