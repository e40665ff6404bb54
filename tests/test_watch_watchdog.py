"""The watchdog with real engines on a real history: whatever becomes of one, nothing shown is lost or said twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from engine_rig import Disk, MovingClock, Seen, all_well, build, stamped, until, up
from fake_net import FakeNet
from loop import Loop, during

from trayapp.core.model import MINUTE, State
from trayapp.core.ports import Batch, Claim
from trayapp.core.question import Answer
from trayapp.core.reduce import reduce
from trayapp.core.story import Event, Notice
from trayapp.core.world import Complained, Effects, Input, Tick, World
from trayapp.storage.database import Database
from trayapp.storage.history import History
from trayapp.watch.engine import Engine
from trayapp.watch.watchdog import STALE, Watchdog

BROKEN = ("www.alpha.test", "api.alpha.test", "www.beta.test")


@dataclass
class Kennel:
    """A watchdog with all that it needs; ``trouble`` decides what the core of each engine cannot take in."""

    path: Path
    clock: MovingClock = field(default_factory=MovingClock)
    seen: Seen = field(default_factory=Seen)
    engines: list[Engine] = field(default_factory=list)
    told: list[str] = field(default_factory=list)  # fallen, again, and "shown" by which engine, in order
    gate: threading.Event = field(default_factory=threading.Event)  # what hangs, hangs at it
    inside: threading.Event = field(default_factory=threading.Event)
    fails: Callable[[int, Input], bool] = lambda _n, _event: False

    def __post_init__(self) -> None:
        self.hosts = all_well(self.clock)
        self.disk = Disk(lambda: Database(self.path))
        self.dog = Watchdog(
            self.make,
            self.clock,
            fallen=lambda: self.told.append("fallen"),
            again=lambda: self.told.append("again"),
            every_s=0.05,
            again_s=0.05,
            pauses_s=(0.0, 0.0, 0.0),
        )
        self.thread = threading.Thread(target=self.dog.run, name="watchdog")

    def make(self) -> Engine:
        number = len(self.engines)

        def core(world: World, event: Input) -> tuple[World, Effects]:
            if isinstance(event, Complained) and event.platform == f"hang {number}":
                self.inside.set()
                assert self.gate.wait(20)
            if self.fails(number, event):
                raise ArithmeticError("a mistake in a rule")
            return reduce(world, event)

        engine = build(
            self.seen, FakeNet(self.hosts), self.disk.open, clock=self.clock, reduce=core, lost=self.dog.ended
        )
        show = engine._show

        def shown(view: object) -> None:
            self.told.append(f"shown by {number}")
            show(view)  # type: ignore[arg-type]

        engine._show = shown
        self.engines.append(engine)
        return engine

    def end(self) -> None:
        self.gate.set()
        self.dog.stop()
        self.thread.join(10)
        assert not self.thread.is_alive()
        for engine in self.engines:
            if engine._thread.ident is not None:
                engine._thread.join(5)


@pytest.fixture
def kennel(tmp_path: Path) -> Iterator[Kennel]:
    made = Kennel(tmp_path / "history.db")
    yield made
    made.end()


def lived(kennel: Kennel) -> tuple[Event, Notice]:
    """In the history: an incident of alpha and beta that began just now, and its notice, not said yet."""
    loop = Loop(during(100, 4000, {"alpha", "beta"}, 503)).start().run(200)
    now = kennel.clock.now()
    event = replace(loop.events[0], of=replace(loop.events[0].of, start=now))
    notice = Notice(event, "desktop", now.t, now.t + 60 * MINUTE)
    database = Database(kennel.path)
    batch = Batch(now=now, status="{}", incidents=(event.of,), events=(event,), notices=((notice, Claim.PENDING),))
    database.commit(batch, durable=True)
    database.close()
    return event, notice


def both_down(kennel: Kennel) -> bool:
    rows = kennel.seen.views[-1].rows if kennel.seen.views else ()
    return {row.id for row in rows if row.state is State.DOWN} == {"alpha", "beta"}


def test_one_that_hangs_is_replaced_and_nothing_is_lost_or_said_twice(
    kennel: Kennel, caplog: pytest.LogCaptureFixture
) -> None:
    event, notice = lived(kennel)
    kennel.hosts |= dict.fromkeys(BROKEN, stamped(Answer(0, 0, status=503), kennel.clock))
    kennel.thread.start()
    until(lambda: both_down(kennel))
    until(lambda: [n.key for n in kennel.seen.notices] == [notice.key])
    first = kennel.engines[0]
    first.complain("hang 0")
    assert kennel.inside.wait(5)
    hung_at = first.beat
    kennel.clock.ahead += STALE + 1
    until(lambda: len(kennel.engines) == 2)
    assert "fallen" in kennel.told
    kennel.gate.set()  # the zombie wakes up, while the other is at work
    first._thread.join(5)
    assert not first._thread.is_alive()
    until(lambda: "shown by 1" in kennel.told)
    until(lambda: both_down(kennel))
    fell = kennel.told.index("fallen")
    assert set(kennel.told[fell + 1 :]) == {"shown by 1"}  # nothing of the first after that
    kennel.end()
    assert [n.key for n in kennel.seen.notices] == [notice.key]
    with History(kennel.path) as history:
        (row,) = history.incidents()
        assert row.incident.id == event.incident
        told = history.events(event.incident)
    assert (told[0].kind, told[0].t) == (event.kind, event.t)
    assert [e.number for e in told] == list(range(1, len(told) + 1))
    gaps = [gap for batch in kennel.disk.diary for gap in batch.gaps]
    assert any(g.since <= hung_at.t + MINUTE and g.until - g.since >= STALE - MINUTE for g in gaps)
    assert "the engine has not come round for 150 s" in caplog.text
    assert "the engine is started again from the history (1 of 3)" in caplog.text


def test_one_that_ends_by_a_mistake_is_replaced(kennel: Kennel) -> None:
    ticked = threading.Event()

    def fails(number: int, event: Input) -> bool:
        if number == 0 and isinstance(event, Tick):
            ticked.set()
            return True
        return False

    kennel.fails = fails
    kennel.thread.start()
    assert ticked.wait(10)
    until(lambda: len(kennel.engines) == 2)
    until(lambda: "shown by 1" in kennel.told)
    assert "fallen" in kennel.told[: kennel.told.index("shown by 1")]
    kennel.seen.wait(up)
    assert kennel.dog.restarts == 1


def test_three_times_and_no_more(kennel: Kennel, caplog: pytest.LogCaptureFixture) -> None:
    kennel.fails = lambda _number, event: not isinstance(event, Complained)  # also the start
    kennel.thread.start()
    until(lambda: "it is left at that" in caplog.text)
    assert (len(kennel.engines), kennel.dog.restarts) == (4, 3)
    assert kennel.told[-1] == "fallen"
    assert not [word for word in kennel.told if word.startswith("shown")]
    kennel.dog._bell.set()  # whatever wakes it, nothing more is started
    until(lambda: not kennel.dog._bell.is_set())
    assert len(kennel.engines) == 4
    assert caplog.text.count("it is left at that") == 1


def test_after_three_one_that_only_hung_goes_on(kennel: Kennel) -> None:
    kennel.dog._pauses_s = ()  # as after three
    kennel.thread.start()
    kennel.seen.wait(up)
    kennel.engines[0].complain("hang 0")
    assert kennel.inside.wait(5)
    kennel.clock.ahead += STALE + 1
    until(lambda: "fallen" in kennel.told)
    kennel.gate.set()
    until(lambda: "again" in kennel.told)
    assert len(kennel.engines) == 1


def test_one_that_hangs_while_it_writes_is_waited_for(kennel: Kennel, caplog: pytest.LogCaptureFixture) -> None:
    kennel.thread.start()
    kennel.seen.wait(up)
    engine = kennel.engines[0]
    depose = engine.depose
    engine.depose = lambda: depose(0.05)  # type: ignore[method-assign,misc,assignment]
    kennel.disk.hangs = kennel.gate
    kennel.clock.ahead += MINUTE  # a heartbeat is due
    engine.check_now()
    assert kennel.disk.hanging.wait(5)
    kennel.clock.ahead += STALE + 1
    until(lambda: "a new one would hang there too" in caplog.text)
    assert kennel.told[-1] == "fallen"
    kennel.gate.set()
    until(lambda: "again" in kennel.told)
    assert len(kennel.engines) == 1
    assert kennel.dog.restarts == 0


def test_what_cannot_be_built_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    tries, fallen = [], threading.Event()

    def build_nothing() -> Engine:
        tries.append(1)
        raise OSError("no certificates")

    dog = Watchdog(
        build_nothing, MovingClock(), fallen=fallen.set, again=lambda: None, again_s=0.01, pauses_s=(0.0, 0.01)
    )
    thread = threading.Thread(target=dog.run)
    thread.start()
    until(lambda: "it is left at that" in caplog.text)
    dog.stop()
    thread.join(5)
    assert not thread.is_alive()
    assert fallen.is_set()
    assert len(tries) == 3
    assert dog.engine is None


def test_told_to_stop_during_a_pause_it_starts_nothing(kennel: Kennel) -> None:
    kennel.dog._pauses_s = (60.0,)
    kennel.fails = lambda _number, event: isinstance(event, Complained)
    kennel.thread.start()
    kennel.seen.wait(up)
    for _ in range(5):
        kennel.engines[0].complain("beta")
    until(lambda: "fallen" in kennel.told)
    kennel.dog.stop()
    kennel.thread.join(5)
    assert not kennel.thread.is_alive()
    assert len(kennel.engines) == 1


def test_one_that_is_only_late_is_left_alone(kennel: Kennel) -> None:
    kennel.thread.start()
    kennel.seen.wait(up)
    kennel.clock.ahead += STALE - 5000
    kennel.engines[0].check_now()  # it would not come round before its time, which the moved clock does not shorten
    until(lambda: kennel.clock.now().since(kennel.engines[0].beat) < 5000)
    assert "fallen" not in kennel.told
    assert len(kennel.engines) == 1


def test_it_sleeps_until_the_heartbeat_could_be_stale() -> None:
    dog = Watchdog(lambda: build(Seen()), MovingClock(), fallen=lambda: None, again=lambda: None)
    dog._engine = engine = build(Seen())
    engine._beat = dog._clock.now()
    patience = dog._patience_s()
    assert patience is not None
    assert 149 < patience <= 150.001
