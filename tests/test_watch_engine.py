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
from typing import Any

import pytest
from engine_rig import (
    CLOCK,
    HOSTS,
    QUESTIONS,
    Disk,
    MovingClock,
    Seen,
    build,
    everybody_has_answered,
    stamped,
    until,
    up,
)
from fake_net import FakeNet
from loop import BETA, CONTROLS, Loop, during

from trayapp.core.model import SECOND, Instant, Line, Millis, Outcome, State
from trayapp.core.ports import Around, Batch, Claim, Delivery, Known
from trayapp.core.present import Icon, View
from trayapp.core.question import Answer, Probe
from trayapp.core.reduce import reduce
from trayapp.core.story import Event, Notice
from trayapp.core.world import (
    CheckNow,
    Complained,
    Effects,
    Input,
    Reconfigured,
    Started,
    Surrounded,
    World,
)
from trayapp.storage.database import Database
from trayapp.storage.history import History
from trayapp.watch.engine import PHASE, Engine


@pytest.fixture
def start() -> Iterator[Callable[..., Engine]]:
    """Build one, and start it; it is stopped at the end."""
    made: list[Engine] = []

    def go(*args: Any, **kwargs: Any) -> Engine:
        made.append(build(*args, **kwargs))
        made[-1].start()
        return made[-1]

    yield go
    for engine in made:
        engine.stop()


Start = Callable[..., Engine]


def test_all_well_is_shown_within_two_seconds_and_written_when_it_ends(start: Start, tmp_path: Path) -> None:
    path, seen = tmp_path / "history.db", Seen()
    engine = start(seen, open_store=lambda: Database(path))
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
    assert len(evidence) == QUESTIONS
    assert {e.outcome for e in evidence} == {Outcome.OK}


def test_stop_does_not_wait_for_a_probe_that_hangs(start: Start, tmp_path: Path) -> None:
    never = threading.Event()

    def hang(_probe: Probe) -> Answer:
        never.wait()
        return Answer(0, 0)

    seen = Seen()
    net = FakeNet({**HOSTS, "www.alpha.test": hang})
    engine = start(seen, net, lambda: Database(tmp_path / "history.db"))
    seen.wait(lambda v: v.looked_at is not None)
    began = time.monotonic()
    engine.stop()
    took = time.monotonic() - began
    never.set()
    assert took < 2


def test_check_now_asks_everybody_again(start: Start) -> None:
    seen, net = Seen(), FakeNet(HOSTS)
    engine = start(seen, net)
    until(lambda: everybody_has_answered(engine))
    engine.check_now()
    until(lambda: len(net.asked) == QUESTIONS + 6)  # the platforms' hosts; the line was vouched for a moment ago


def test_the_heartbeat_goes_on_while_nothing_happens(start: Start) -> None:
    seen = Seen()
    engine = start(seen)
    seen.wait(up)
    beat: Instant = engine.beat
    until(lambda: engine.beat.mono > beat.mono, 30)  # while all is calm it looks at the clock every 24 s


def test_a_notice_that_was_said_is_not_said_again(start: Start) -> None:
    seen = Seen()
    engine = start(seen)
    engine.delivered(("nobody-knows", 1, "desktop"), Delivery.SAID)
    seen.wait(up)
    assert not seen.lost.is_set()
    assert seen.notices == []


HUNG = """
import socket, sys, threading, time
sys.path[:0] = {paths!r}
socket.getaddrinfo = lambda *a, **k: threading.Event().wait()
from loop import CONTROLS, WATCHED
from trayapp.build import build_engine
from trayapp.watch.clock import SystemClock
engine = build_engine(
    lambda: (WATCHED, CONTROLS),
    clock=SystemClock(), open_store=None, show=lambda v: None, say=lambda n: None, lost=lambda: None,
)
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


def test_an_open_incident_is_taken_up_from_the_history(start: Start, tmp_path: Path) -> None:
    # A lone host would take three minutes to confirm; the incident that the history holds needs one look.
    path = tmp_path / "history.db"
    incident, event = lived()
    with_store = Database(path)
    with_store.commit(Batch(now=event.of.start, status="{}", incidents=(event.of,), events=(event,)), durable=True)
    with_store.close()
    seen = Seen()
    bad = stamped(Answer(0, 0, status=503))
    broken = {**HOSTS, "www.alpha.test": bad, "api.alpha.test": bad, "www.beta.test": bad}
    start(seen, FakeNet(broken), lambda: Database(path))
    view = seen.wait(lambda v: {row.id for row in v.rows if row.state is State.DOWN} == {"alpha", "beta"})
    assert view.icon is Icon.DOWN
    assert view.incidents == (incident,)
    assert seen.notices == []


def lived() -> tuple[str, Event]:
    """The id and the first event of an incident of alpha and beta, as if it had begun just now."""
    loop = Loop(during(100, 4000, {"alpha", "beta"}, 503)).start().run(200)
    (incident,) = loop.world.incidents.values()
    return incident.id, replace(loop.events[0], of=replace(loop.events[0].of, start=CLOCK.now()))


# what comes in


class Taken:
    """The core, and what was handed to it."""

    def __init__(self) -> None:
        self.events: list[Input] = []

    def reduce(self, world: World, event: Input) -> tuple[World, Effects]:
        self.events.append(event)
        return reduce(world, event)

    def of(self, kind: type[Input]) -> list[Input]:
        return [e for e in self.events if isinstance(e, kind)]


def test_what_the_person_wants_reaches_the_core(start: Start) -> None:
    seen, taken = Seen(), Taken()
    engine = start(seen, reduce=taken.reduce)
    seen.wait(up)
    engine.complain("beta")
    engine.reconfigure((BETA,), CONTROLS[:1])
    until(lambda: bool(taken.of(Reconfigured)))
    (complained,), (reconfigured,) = taken.of(Complained), taken.of(Reconfigured)
    assert isinstance(complained, Complained)
    assert complained.platform == "beta"
    assert isinstance(reconfigured, Reconfigured)
    assert (reconfigured.platforms, reconfigured.controls) == ((BETA,), CONTROLS[:1])


class Moving:
    """Surroundings that a test changes."""

    def __init__(self, around: Around) -> None:
        self.around, self.looks = around, 0

    def look(self) -> Around:
        self.looks += 1
        return self.around


def test_the_surroundings_are_known_from_the_start_and_told_when_they_change(start: Start) -> None:
    seen, taken, clock = Seen(), Taken(), MovingClock()
    around = Moving(Around("home"))
    bounds: list[Millis] = []

    def draw(bound: Millis) -> Millis:
        bounds.append(bound)
        return 4711

    engine = start(seen, clock=clock, reduce=taken.reduce, surroundings=around, draw=draw)
    seen.wait(up)
    (started,) = taken.of(Started)
    assert isinstance(started, Started)
    assert (started.around, started.phase, bounds) == (Around("home"), 4711, [PHASE])
    around.around = Around("train", frugal=True)
    clock.ahead += 6 * SECOND
    engine.check_now()
    until(lambda: bool(taken.of(Surrounded)))
    clock.ahead += 6 * SECOND
    looks = around.looks
    engine.check_now()
    until(lambda: around.looks > looks)
    engine.check_now()
    until(lambda: len(taken.of(CheckNow)) == 3)
    assert [e.around for e in taken.of(Surrounded) if isinstance(e, Surrounded)] == [Around("train", frugal=True)]


def test_the_surroundings_are_looked_at_no_more_than_every_six_seconds(start: Start) -> None:
    seen, taken, around = Seen(), Taken(), Moving(Around("home"))
    engine = start(seen, reduce=taken.reduce, surroundings=around)
    until(lambda: everybody_has_answered(engine))  # many turns
    first, last = taken.events[0].now.mono, taken.events[-1].now.mono
    assert len(taken.events) > QUESTIONS
    assert around.looks <= 1 + (last - first) // (6 * SECOND)


def test_surroundings_that_break_their_promise_end_nothing(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def look(self) -> Around:
            raise OSError("no such bus")

    seen = Seen()
    start(seen, surroundings=Broken())
    seen.wait(up)
    assert "the surroundings cannot be looked at any more" in caplog.text


# what goes out


def adding(extra: Effects) -> Callable[[World, Input], tuple[World, Effects]]:
    """The core, but each "check now" has these effects."""

    def wrapped(world: World, event: Input) -> tuple[World, Effects]:
        return (world, extra) if isinstance(event, CheckNow) else reduce(world, event)

    return wrapped


def test_a_notice_is_said_and_a_question_put_only_after_they_are_written(start: Start, tmp_path: Path) -> None:
    disk = Disk(lambda: Database(tmp_path / "history.db"))
    _, event = lived()
    notice = Notice(event, "desktop", 0, 10**15)
    written: list[bool] = []

    def said() -> bool:
        return any(n.key == notice.key and claim is Claim.CLAIMED for b in disk.diary for n, claim in b.notices)

    class Ear(Seen):
        def show(self, view: View) -> None:
            super().show(view)

    seen, net = Ear(), FakeNet(HOSTS)
    effects = Effects(incidents=(event.of,), events=(event,), notices=((notice, Claim.CLAIMED),), say=(notice,))
    engine = start(seen, net, disk.open, reduce=adding(effects))
    engine._say = lambda _notice: written.append(said())
    until(lambda: everybody_has_answered(engine))
    engine.check_now()
    until(lambda: bool(written))
    assert written == [True]


def test_what_waits_together_is_written_and_shown_once(start: Start, tmp_path: Path) -> None:
    disk, seen = Disk(lambda: Database(tmp_path / "history.db")), Seen()
    gate, inside, taken = threading.Event(), threading.Event(), Taken()

    def held(world: World, event: Input) -> tuple[World, Effects]:
        if isinstance(event, Complained) and event.platform == "hold":
            inside.set()
            assert gate.wait(10)
        return taken.reduce(world, event)

    engine = start(seen, open_store=disk.open, reduce=held)
    until(lambda: everybody_has_answered(engine))
    engine.complain("hold")
    assert inside.wait(5)
    commits, shows = len(disk.diary), len(seen.views)
    for _ in range(100):
        engine.complain("beta")
    gate.set()
    until(lambda: len(taken.of(Complained)) == 101)
    until(lambda: engine._world.now == taken.events[-1].now and engine._inbox.empty())
    assert len(disk.diary) - commits <= 2
    assert len(seen.views) - shows <= 2


def test_what_is_known_of_a_platform_on_a_network_is_written_with_the_next_heartbeat(
    start: Start, tmp_path: Path
) -> None:
    disk, seen, clock = Disk(lambda: Database(tmp_path / "history.db")), Seen(), MovingClock()
    known = (Known("home", "beta", reached=CLOCK.now().t),)
    effects = Effects(known=known)
    assert not effects.urgent  # it waits for the next heartbeat
    engine = start(seen, open_store=disk.open, clock=clock, reduce=adding(effects))
    until(lambda: everybody_has_answered(engine))
    engine.check_now()
    engine.stop()
    assert known[0] in {k for b in disk.diary for k in b.known}


def test_who_cannot_hear_does_not_end_the_watch(start: Start, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Deaf(Seen):
        def show(self, view: View) -> None:
            super().show(view)
            raise ZeroDivisionError

    seen = Deaf()
    _, event = lived()
    effects = Effects(say=(Notice(event, "desktop", 0, 10**15),))
    engine = start(seen, open_store=lambda: Database(tmp_path / "history.db"), reduce=adding(effects))

    def mute(_notice: Notice) -> None:
        raise LookupError("no voice")

    engine._say = mute
    until(lambda: everybody_has_answered(engine))
    engine.check_now()
    until(lambda: "no voice" in caplog.text)
    engine.complain("beta")
    seen.wait(up)
    assert "ZeroDivisionError" in caplog.text
    assert not seen.lost.is_set()
