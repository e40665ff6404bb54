"""From a question to its answer: each is put by a worker, and whatever goes wrong on our side is an answer too."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from trayapp.core.model import SECOND, Failure, Instant, Millis
from trayapp.core.question import Answer, Count, Look, Page
from trayapp.watch.rounds import FEW, PATIENCE, Round
from trayapp.watch.workers import Job, Overdue, WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from trayapp.core.model import Evidence
    from trayapp.core.ports import Clock, Net
    from trayapp.core.question import Errand, Probe
    from trayapp.core.turns import Key
    from trayapp.core.world import Ask

    Kind: TypeAlias = "Callable[[Net, Probe], Answer]"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Heard:
    """What others said; not ``good`` if nothing was learned. ``rest``: who was asked wants to be left alone so long."""

    claims: tuple[Evidence, ...]
    good: bool = True
    rest: Millis = 0


NOTHING = Heard((), good=False)

ERRANDS = 4
ERRAND_DEADLINE: Millis = 160 * SECOND
"""Others may have to ask others in their turn: that takes longer than a check."""

Go: TypeAlias = "Callable[[Errand], Heard]"
"""Runs an errand; after ``ERRAND_DEADLINE`` nobody listens any more."""


class Asker:
    """``answered`` is called once for each question put, on any thread, until ``stop``; it must be quick."""

    def __init__(
        self,
        clock: Clock,
        net: Net,
        kinds: Mapping[str, Kind],
        answered: Callable[[Key, Answer], None],
        *,
        go: Go | None = None,
        told: Callable[[Errand, Heard], None] = lambda _errand, _heard: None,
    ) -> None:
        self._clock, self._net, self._kinds, self._answered = clock, net, kinds, answered
        self._go, self._told = go, told
        self._pool: WorkerPool[None] = WorkerPool(clock, self._done)
        self._errands: WorkerPool[Heard] = WorkerPool(clock, self._back, size=ERRANDS, deadline=ERRAND_DEADLINE)
        self._rounds: set[Round] = set()  # in which somebody may wait for somebody else

    def ask(self, asks: Sequence[Ask]) -> Millis | None:
        """Put questions; the answer to each comes within 18 s, whatever hangs.

        Returns in how many milliseconds to call ``overdue`` for their sake, None if that has time.
        """
        patient = [ask for ask in asks if ask.patient]
        together = patient if 1 < len(patient) <= FEW else []
        if together:
            self._rounds.add(self._begin(together))
        for ask in asks:
            if ask not in together:
                self._begin((ask,))
        return PATIENCE if together else None

    def send(self, errands: Iterable[Errand]) -> None:
        """Ask others; ``told`` hears of each errand, also of those from which nothing was learned."""
        go = self._go
        for errand in errands:
            if go is None or not self._errands.submit(Job(errand, partial(go, errand))):
                self._told(errand, NOTHING)

    def fail(self, key: Key, failure: Failure) -> None:
        """Answer in our own name: nothing could be learned."""
        self._answered(key, self._own(failure))

    def overdue(self, now: Instant) -> Millis | None:
        """Answer for whatever hangs too long; in how many milliseconds to look again, None if nothing is under way."""
        again = []
        for each in tuple(self._rounds):
            others, left = each.late(now)
            for ask in others:
                self._begin((ask,))
            if left is None:
                self._rounds.remove(each)
            else:
                again.append(left)
        again += [left for pool in (self._pool, self._errands) if (left := pool.overdue(now)) is not None]
        return min(again, default=None)

    def stop(self) -> None:
        """Answer no more. Waits for nobody."""
        self._pool.stop()
        self._errands.stop()

    def _begin(self, asks: Sequence[Ask]) -> Round:
        each = Round(asks, self._clock.now(), self._put, self._heard)
        if not self._pool.submit(Job(each, each.run)):
            self._give_up(each, Failure.NOT_ASKABLE)
        return each

    def _put(self, ask: Ask) -> Answer:
        kind = self._kinds.get(ask.probe.kind)
        if kind is None:
            _log.error("nobody knows how to ask %r", ask.probe.kind)
            return self._own(Failure.INTERNAL)
        try:
            return kind(self._net, ask.probe)
        except Exception:  # noqa: BLE001 - a mistake of ours is never held against a platform; it is logged
            _log.exception("a probe has failed by a mistake of its own")
            return self._own(Failure.INTERNAL)

    def _heard(self, key: Key, answer: Answer) -> None:
        if not self._pool.stopped:
            self._answered(key, answer)

    def _own(self, failure: Failure) -> Answer:
        now = self._clock.now().t
        return Answer(now, now, failure=failure)

    def _back(self, job: Job[Heard], result: Heard | Exception) -> None:
        """An errand was run."""
        assert isinstance(job.subject, Page | Look | Count)  # noqa: S101 - see ``send``; this tells mypy
        if isinstance(result, Exception) and not isinstance(result, Overdue):
            _log.error("an errand has failed by a mistake of our own", exc_info=result)
        self._told(job.subject, result if isinstance(result, Heard) else NOTHING)

    def _done(self, job: Job[None], result: Exception | None) -> None:
        """A round has come to its end: to a good one, if ``result`` is None."""
        assert isinstance(job.subject, Round)  # noqa: S101 - the subject of every job is its round; this tells mypy
        if isinstance(result, Overdue):
            self._give_up(job.subject, Failure.CHECK_TIMEOUT if result.started else Failure.NOT_ASKABLE)
        elif isinstance(result, Exception):
            _log.error("a worker has died of a question", exc_info=result)
            self._give_up(job.subject, Failure.INTERNAL)

    def _give_up(self, each: Round, failure: Failure) -> None:
        for ask in each.left_behind():
            self.fail(ask.key, failure)
