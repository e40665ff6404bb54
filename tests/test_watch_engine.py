"""The engine on its real thread and real clock, with a network in memory and a real history file."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fake_net import FakeNet
from loop import CONTROLS, WATCHED, Loop, during

from trayapp.core.model import Instant, Line, Notice, Outcome, State
from trayapp.core.ports import Batch, Delivery, Restored, Store, StoreError
from trayapp.core.present import Icon, View
from trayapp.core.question import Answer, Probe
from trayapp.core.world import Tick
from trayapp.storage.database import Database
from trayapp.storage.history import History
from trayapp.watch.clock import SystemClock
from trayapp.watch.engine import Engine
from trayapp.watch.probes import KINDS

CLOCK = SystemClock()


def stamped(answer: Answer) -> Callable[[Probe], Answer]:
    def reply(_probe: Probe) -> Answer:
        now = CLOCK.now().t
        return replace(answer, began=now, t=now)

    return reply


OK, YES, BROKEN = stamped(Answer(0, 0, status=200)), stamped(Answer(0, 0, status=200, body=b"yes")), Answer(0, 0)
HOSTS = {probe.host: OK for p in WATCHED for probe in p.probes} | {c.probe.host: YES for c in CONTROLS}


class Seen:
    """What the engine showed, said and lost."""

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


@pytest.fixture
def engines() -> Iterator[list[Engine]]:
    made: list[Engine] = []
    yield made
    for engine in made:
        engine.stop()


def build(engines: list[Engine], seen: Seen, net: FakeNet | None = None, store: Store | None = None) -> Engine:
    engine = Engine(
        clock=CLOCK,
        net=net or FakeNet(HOSTS),
        kinds=KINDS,
        store=store,
        platforms=WATCHED,
        controls=CONTROLS,
        show=seen.show,
        say=seen.notices.append,
        lost=seen.lost.set,
    )
    engines.append(engine)
    return engine


def until(wanted: Callable[[], bool], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def everybody_has_answered(engine: Engine) -> bool:
    plan = engine._world.plan
    return len(plan.asked) == 9 and not plan.away


def up(view: View) -> bool:
    return view.icon is Icon.UP and not view.mark


def test_all_well_is_shown_within_two_seconds_and_written_when_it_ends(engines: list[Engine], tmp_path: Path) -> None:
    path, seen = tmp_path / "history.db", Seen()
    engine = build(engines, seen, store=Database(path))
    engine.start()
    view = seen.wait(up, 2)
    assert view.line is Line.OK
    until(lambda: everybody_has_answered(engine))
    engine.stop()
    with History(path) as history:
        snapshot = history.status()
        evidence = list(history.evidence())
    assert snapshot is not None
    status = json.loads(snapshot.status)
    assert status["overall"] == "up"
    assert {p["id"]: p["state"] for p in status["platforms"]} == dict.fromkeys(
        ("alpha", "beta", "gamma", "other"), "up"
    )
    # Two hosts of alpha and of other, one of beta and gamma, three controls.
    assert len(evidence) == 9
    assert {e.outcome for e in evidence} == {Outcome.OK}


def test_a_probe_that_raises_is_our_own_mistake_and_nobodys_outage(engines: list[Engine]) -> None:
    seen, net = Seen(), FakeNet(HOSTS)

    def boom(_net: object, _probe: Probe) -> Answer:
        raise ZeroDivisionError

    engine = build(engines, seen, net)
    engine._kinds = {**KINDS, "http": boom}
    engine.start()
    view = seen.wait(lambda v: v.looked_at is not None)
    assert {row.state for row in view.rows} == {State.UNKNOWN}


def mistake(_now: Instant) -> Tick:
    raise LookupError("a mistake of ours")


def test_a_mistake_in_the_core_takes_the_green_off_the_screen(engines: list[Engine]) -> None:
    seen = Seen()
    engine = build(engines, seen)
    engine.start()
    seen.wait(up)
    engine._inbox.put(mistake)
    assert seen.lost.wait(2)


class Deaf:
    """A store whose disk is full until ``well``."""

    def __init__(self, inner: Database) -> None:
        self.inner, self.well = inner, False

    def restore(self, lately: int) -> Restored:
        return self.inner.restore(lately)

    def commit(self, batch: Batch, *, durable: bool) -> None:
        if not self.well:
            raise StoreError("the disk is full")
        self.inner.commit(batch, durable=durable)

    def close(self) -> None:
        self.inner.close()


def test_what_cannot_be_written_is_said_kept_and_written_later(engines: list[Engine], tmp_path: Path) -> None:
    path, seen = tmp_path / "history.db", Seen()
    store = Deaf(Database(path))
    engine = build(engines, seen, store=store)
    engine.start()
    seen.wait(lambda v: v.unsaved)
    seen.wait(lambda v: v.icon is Icon.UP)
    until(lambda: everybody_has_answered(engine))
    store.well = True
    engine.stop()
    with History(path) as history:
        assert len(list(history.evidence())) == 9


def test_stop_does_not_wait_for_a_probe_that_hangs(engines: list[Engine], tmp_path: Path) -> None:
    never = threading.Event()

    def hang(_probe: Probe) -> Answer:
        never.wait()
        return BROKEN

    seen = Seen()
    engine = build(engines, seen, FakeNet({**HOSTS, "www.alpha.test": hang}), Database(tmp_path / "history.db"))
    engine.start()
    seen.wait(lambda v: v.looked_at is not None)
    began = time.monotonic()
    engine.stop()
    took = time.monotonic() - began
    never.set()
    assert took < 2


def test_check_now_asks_everybody_again(engines: list[Engine]) -> None:
    seen, net = Seen(), FakeNet(HOSTS)
    engine = build(engines, seen, net)
    engine.start()
    until(lambda: everybody_has_answered(engine))
    engine.check_now()
    until(lambda: len(net.asked) == 15)  # the six hosts of the platforms; the line was vouched for a moment ago


def test_the_heartbeat_goes_on_while_nothing_happens(engines: list[Engine]) -> None:
    seen = Seen()
    engine = build(engines, seen)
    engine.start()
    seen.wait(up)
    beat: Instant = engine.beat
    until(lambda: engine.beat.mono > beat.mono, 8)  # a step of the grid is 6 s


def test_a_notice_that_was_said_is_not_said_again(engines: list[Engine]) -> None:
    seen = Seen()
    engine = build(engines, seen)
    engine.start()
    engine.delivered(("nobody-knows", 1, "desktop"), Delivery.SAID)
    seen.wait(up)
    assert not seen.lost.is_set()
    assert seen.notices == []


HUNG = """
import socket, sys, threading, time
sys.path[:0] = {paths!r}
socket.getaddrinfo = lambda *a, **k: threading.Event().wait()
from loop import CONTROLS, WATCHED
from trayapp.app import build_engine
engine = build_engine(WATCHED, CONTROLS, store=None, show=lambda v: None, say=lambda n: None, lost=lambda: None)
engine.start()
time.sleep(1)
print("stopping", flush=True)
engine.stop()
print("stopped", flush=True)
"""


def test_a_look_up_that_hangs_for_ever_does_not_delay_the_end_of_the_process() -> None:
    here = Path(__file__).resolve().parent
    code = HUNG.format(paths=[str(here), str(here.parent)])
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "stopping\n"
        began = time.monotonic()
        process.wait(5)
        assert time.monotonic() - began < 2
        assert process.returncode == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdout.close()


def test_an_open_incident_is_taken_up_from_the_history(engines: list[Engine], tmp_path: Path) -> None:
    # A lone host would take three minutes to confirm; the incident that the history holds needs one look.
    path = tmp_path / "history.db"
    loop = Loop(during(100, 4000, {"alpha", "beta"}, 503)).start().run(200)
    (incident,) = loop.world.incidents.values()
    now = CLOCK.now()
    lived = replace(incident, start=now)
    event = replace(loop.events[0], of=lived)
    with_store = Database(path)
    with_store.commit(Batch(now=now, status="{}", incidents=(lived,), events=(event,)), durable=True)
    seen = Seen()
    bad = stamped(Answer(0, 0, status=503))
    broken = {**HOSTS, "www.alpha.test": bad, "api.alpha.test": bad, "www.beta.test": bad}
    build(engines, seen, FakeNet(broken), with_store).start()
    view = seen.wait(lambda v: {row.id for row in v.rows if row.state is State.DOWN} == {"alpha", "beta"})
    assert view.icon is Icon.DOWN
    assert view.incidents == (incident.id,)
    assert seen.notices == []
