"""An engine on its real thread, with a network in memory, a clock that can be moved on, and ears for all it tells."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from fake_net import FakeNet
from loop import CONTROLS, WATCHED

from trayapp.core.model import Instant, Millis
from trayapp.core.ports import Batch, Clock, Restored, Store, StoreError, Surroundings
from trayapp.core.present import Icon, View
from trayapp.core.question import Answer, Probe
from trayapp.core.reduce import reduce
from trayapp.core.story import Notice
from trayapp.core.world import Effects, Input, World
from trayapp.watch.clock import SystemClock
from trayapp.watch.engine import Engine
from trayapp.watch.probes import KINDS

Reduce = Callable[[World, Input], tuple[World, Effects]]


@dataclass
class MovingClock:
    """The system's clocks, moved on by ``ahead`` milliseconds."""

    ahead: Millis = 0
    inner: SystemClock = field(default_factory=SystemClock)

    def now(self) -> Instant:
        now = self.inner.now()
        return Instant(now.t + self.ahead, now.mono + self.ahead, now.boot)


CLOCK = SystemClock()


def stamped(answer: Answer, clock: Clock = CLOCK) -> Callable[[Probe], Answer]:
    def reply(_probe: Probe) -> Answer:
        now = clock.now().t
        return replace(answer, began=now, t=now)

    return reply


def all_well(clock: Clock = CLOCK) -> dict[str, Callable[[Probe], Answer]]:
    """Every host, and how it answers."""
    ok, yes = stamped(Answer(0, 0, status=200), clock), stamped(Answer(0, 0, status=200, body=b"yes"), clock)
    return {probe.host: ok for p in WATCHED for probe in p.probes} | {c.probe.host: yes for c in CONTROLS}


HOSTS = all_well()
QUESTIONS = 9
"""Two hosts of alpha and of other, one of beta and gamma, three controls."""


class Seen:
    """What an engine showed, said and lost, in order."""

    def __init__(self) -> None:
        self.views: list[View] = []
        self.notices: list[Notice] = []
        self.lost = threading.Event()
        self.changed = threading.Condition()

    def show(self, view: View) -> None:
        with self.changed:
            self.views.append(view)
            self.changed.notify_all()

    def wait(self, wanted: Callable[[View], bool], seconds: float = 5) -> View:
        with self.changed:
            assert self.changed.wait_for(lambda: bool(self.views) and wanted(self.views[-1]), seconds), self.views[-1:]
            return self.views[-1]


def build(
    seen: Seen,
    net: FakeNet | None = None,
    open_store: Callable[[], Store] | None = None,
    *,
    clock: MovingClock | None = None,
    reduce: Reduce = reduce,
    surroundings: Surroundings | None = None,
    draw: Callable[[Millis], Millis] = lambda _bound: 0,
    lost: Callable[[], None] | None = None,
    kinds: dict[str, Callable[..., Answer]] | None = None,
) -> Engine:
    return Engine(
        clock=clock or CLOCK,
        net=net or FakeNet(all_well(clock or CLOCK)),
        kinds=KINDS if kinds is None else kinds,
        open_store=open_store,
        watched=lambda: (WATCHED, CONTROLS),
        show=seen.show,
        say=seen.notices.append,
        lost=lost or seen.lost.set,
        draw=draw,
        surroundings=surroundings,
        reduce=reduce,
    )


def until(wanted: Callable[[], bool], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def everybody_has_answered(engine: Engine) -> bool:
    plan = engine._world.plan
    return len(plan.asked) == QUESTIONS and not plan.away


def up(view: View) -> bool:
    return view.icon is Icon.UP and not view.mark


class Disk:
    """Real stores, behind a door that can fail, hang or keep a diary."""

    def __init__(self, make: Callable[[], Store]) -> None:
        self.make = make
        self.opens = self.reads = self.well = True
        self.hangs: threading.Event | None = None  # a commit waits for it
        self.hanging = threading.Event()  # a commit is doing so
        self.opened = 0
        self.diary: list[Batch] = []

    def open(self) -> Store:
        self.opened += 1
        if not self.opens:
            raise StoreError("the folder is not there")
        return _Door(self, self.make())


class _Door:
    def __init__(self, disk: Disk, inner: Store) -> None:
        self.disk, self.inner = disk, inner

    def restore(self, lately: int) -> Restored:
        if not self.disk.reads:
            raise StoreError("a row cannot be understood")
        return self.inner.restore(lately)

    def commit(self, batch: Batch, *, durable: bool) -> None:
        if self.disk.hangs is not None:
            self.disk.hanging.set()
            assert self.disk.hangs.wait(20)
        if not self.disk.well:
            raise StoreError("the disk is full")
        self.inner.commit(batch, durable=durable)
        self.disk.diary.append(batch)

    def close(self) -> None:
        self.inner.close()
