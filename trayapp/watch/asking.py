"""From a question to its answer: each is put by a worker, and whatever goes wrong on our side is an answer too."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeAlias

from trayapp.core.model import Failure, Instant, Millis
from trayapp.core.question import Answer
from trayapp.watch.workers import Job, Overdue, WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trayapp.core.ports import Clock, Net
    from trayapp.core.question import Probe
    from trayapp.core.turns import Key
    from trayapp.core.world import Ask

    Kind: TypeAlias = "Callable[[Net, Probe], Answer]"

_log = logging.getLogger(__name__)


class Asker:
    """``answered`` is called once for each question put, on any thread, until ``stop``; it must be quick."""

    def __init__(
        self, clock: Clock, net: Net, kinds: Mapping[str, Kind], answered: Callable[[Key, Answer], None]
    ) -> None:
        self._clock, self._net, self._kinds, self._answered = clock, net, kinds, answered
        self._pool: WorkerPool[Answer] = WorkerPool(clock, self._done)

    def ask(self, ask: Ask) -> None:
        """Put a question; its answer comes within 17 s, whatever hangs."""
        kind, probe = self._kinds.get(ask.probe.kind), ask.probe
        if kind is None:
            _log.error("nobody knows how to ask %r", probe.kind)
            self.fail(ask.key, Failure.INTERNAL)
        elif not self._pool.submit(Job(ask.key, lambda: kind(self._net, probe))):
            self.fail(ask.key, Failure.NOT_ASKABLE)

    def fail(self, key: Key, failure: Failure) -> None:
        """Answer in our own name: nothing could be learned."""
        now = self._clock.now().t
        self._answered(key, Answer(now, now, failure=failure))

    def overdue(self, now: Instant) -> Millis | None:
        """Answer for whatever hangs too long; in how many milliseconds to look again, None if nothing is under way."""
        return self._pool.overdue(now)

    def stop(self) -> None:
        """Answer no more. Waits for nobody."""
        self._pool.stop()

    def _done(self, job: Job[Answer], result: Answer | Exception) -> None:
        assert isinstance(job.subject, tuple)  # noqa: S101 - the subject of every job is its key; this tells mypy
        if isinstance(result, Overdue):
            self.fail(job.subject, Failure.CHECK_TIMEOUT if result.started else Failure.NOT_ASKABLE)
        elif isinstance(result, Exception):
            _log.error("a probe has failed by a mistake of its own", exc_info=result)
            self.fail(job.subject, Failure.INTERNAL)
        else:
            self._answered(job.subject, result)
