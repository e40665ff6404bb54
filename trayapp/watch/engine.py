"""The background thread: what is due → ask → reduce → commit → say and show. The only owner of the World."""

from __future__ import annotations

import json
import logging
import queue
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from trayapp.core import present
from trayapp.core.incident import RELAPSE
from trayapp.core.model import MINUTE, Failure, Instant, Millis
from trayapp.core.ports import Batch, Restored, StoreError
from trayapp.core.question import Answer
from trayapp.core.reduce import reduce
from trayapp.core.world import Answered, CheckNow, Delivered, Effects, Saved, Started, Tick, World
from trayapp.watch.workers import Job, Overdue, WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trayapp.core.model import Notice
    from trayapp.core.ports import Clock, Delivery, Net, Store
    from trayapp.core.present import View
    from trayapp.core.question import Control, Platform, Probe
    from trayapp.core.world import Ask, Input, NoticeKey

    Ask_: TypeAlias = "Callable[[Net, Probe], Answer]"

HEARTBEAT: Millis = MINUTE
"""Uneventful evidence is written this often: at most so much of it is lost."""
UNSAVED_LIMIT = 20_000
"""Rows of evidence kept while the history cannot be written; then the oldest go. About a day of thirty platforms."""

_log = logging.getLogger(__name__)


class Engine:
    """Watches until ``stop``. ``show`` and ``say`` are called on its thread, after the commit, and must be quick.

    ``lost`` is called if the engine ends by a mistake of its own: whoever shows the icon must say so. ``forgetful``:
    there should be a store and could not be; the view then says that nothing is being saved.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        net: Net,
        kinds: Mapping[str, Ask_],
        store: Store | None,
        platforms: tuple[Platform, ...],
        controls: tuple[Control, ...],
        show: Callable[[View], None],
        say: Callable[[Notice], None],
        lost: Callable[[], None],
        forgetful: bool = False,
    ) -> None:
        self._clock, self._net, self._kinds, self._store = clock, net, kinds, store
        self._platforms, self._controls = platforms, controls
        self._show, self._say, self._lost = show, say, lost
        self._forgetful = forgetful
        self._inbox: queue.SimpleQueue[Callable[[Instant], Input] | None] = queue.SimpleQueue()
        self._pool: WorkerPool[Answer] = WorkerPool(clock, self._done)
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._world = World(clock.now())
        self._shown: View | None = None
        self._unwritten = Effects()
        self._written: Millis | None = None  # mono of the last commit
        self._next_overdue: Millis | None = None
        self._beat = clock.now()

    @property
    def beat(self) -> Instant:
        """When the engine last came round. A watchdog compares it with the clock."""
        return self._beat

    def start(self) -> None:
        """Begin to watch, on a thread of its own."""
        self._thread.start()

    def stop(self, patience_s: float = 1.5) -> None:
        """Write what is unwritten and end; whatever hangs out there is left behind."""
        self._pool.stop()
        self._inbox.put(None)
        self._thread.join(patience_s)

    def check_now(self) -> None:
        """Ask everybody at once."""
        self._inbox.put(CheckNow)

    def delivered(self, key: NoticeKey, delivery: Delivery) -> None:
        """What became of a notice."""
        self._inbox.put(lambda now: Delivered(now, key, delivery))

    def _run(self) -> None:
        try:
            self._begin()
            while self._turn():
                pass
            self._commit(durable=True)
        except Exception:  # noqa: BLE001 - the last stop of any mistake: it is logged, and the icon must not stay green
            _log.exception("the engine has ended by a mistake of its own")
            self._lost()
        finally:
            if self._store is not None:
                try:
                    self._store.close()
                except StoreError as error:
                    _log.warning("%s", error)

    def _begin(self) -> None:
        now = self._clock.now()
        restored = self._store.restore(now.t - RELAPSE) if self._store is not None else None
        if self._forgetful:
            self._step(Saved(now, well=False))
        self._step(Started(now, self._platforms, self._controls, restored or Restored()))

    def _turn(self) -> bool:
        try:
            make = self._inbox.get(timeout=self._wait_s())
        except queue.Empty:
            make = Tick
        if make is None:
            return False
        now = self._clock.now()
        self._beat = now
        self._step(make(now))
        self._next_overdue = self._pool.overdue(now)
        if self._written is None or now.mono - self._written >= HEARTBEAT:
            self._commit(durable=False)
        return True

    def _wait_s(self) -> float:
        mono = self._clock.now().mono
        waits = [HEARTBEAT if self._written is None else self._written + HEARTBEAT - mono]
        if self._world.wake is not None:
            waits.append(self._world.wake - mono)
        if self._next_overdue is not None:
            waits.append(self._next_overdue)
        return max(0, min(waits)) / 1000

    def _step(self, event: Input) -> None:
        self._world, effects = reduce(self._world, event)
        self._unwritten = _joined(self._unwritten, effects)
        view = present.view(self._world)
        # What `fanal status` says must not lag behind the icon: a lost line is no event, and is written all the same.
        if effects.urgent or _matters(view) != _matters(self._shown):
            self._commit(durable=effects.durable)
        for notice in effects.say:
            self._say(notice)
        for ask in effects.asks:
            self._ask(ask)
        if view != self._shown:
            self._shown = view
            self._show(view)

    def _ask(self, ask: Ask) -> None:
        kind = self._kinds[ask.probe.kind]
        if not self._pool.submit(Job(ask.key, lambda: kind(self._net, ask.probe))):
            self._answered(ask.key, self._failed(Failure.NOT_ASKABLE))

    def _done(self, job: Job[Answer], result: Answer | Exception) -> None:
        if isinstance(result, Overdue):
            result = self._failed(Failure.CHECK_TIMEOUT if result.started else Failure.NOT_ASKABLE)
        elif isinstance(result, Exception):
            _log.error("a probe has failed by a mistake of its own", exc_info=result)
            result = self._failed(Failure.INTERNAL)
        self._answered(job.subject, result)

    def _answered(self, key: object, answer: Answer) -> None:
        assert isinstance(key, tuple)  # noqa: S101 - the subject of every job is its key; this tells mypy
        self._inbox.put(lambda now: Answered(now, key, answer))

    def _failed(self, failure: Failure) -> Answer:
        now = self._clock.now().t
        return Answer(now, now, failure=failure)

    def _commit(self, *, durable: bool) -> None:
        now = self._clock.now()
        self._written = now.mono
        if self._store is None:
            self._unwritten = Effects()
            return
        e = self._unwritten
        batch = Batch(
            now=now,
            status=json.dumps(present.status(present.view(self._world))),
            incidents=e.incidents,
            events=e.events,
            notices=e.notices,
            intervals=e.intervals,
            evidence=e.evidence,
            gaps=e.gaps,
        )
        try:
            self._store.commit(batch, durable=durable or e.durable)
        except StoreError as error:
            # Nothing is lost yet: it stays in memory, notices go on, and the next heartbeat tries again.
            self._unwritten = replace(e, evidence=e.evidence[-UNSAVED_LIMIT:])
            if not self._world.unsaved:
                _log.warning("%s", error)
                self._inbox.put(lambda now: Saved(now, well=False))
            return
        self._unwritten = Effects()
        if self._world.unsaved:
            self._inbox.put(lambda now: Saved(now, well=True))


def _matters(view: View | None) -> View | None:
    """The view without the time of the last look, which alone is not worth a write."""
    return view and replace(view, looked_at=None)


def _joined(a: Effects, b: Effects) -> Effects:
    """Both, in order, as far as they are to be written."""
    return Effects(
        events=a.events + b.events,
        incidents=a.incidents + b.incidents,
        intervals=a.intervals + b.intervals,
        notices=a.notices + b.notices,
        evidence=a.evidence + b.evidence,
        gaps=a.gaps + b.gaps,
    )
