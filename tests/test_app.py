"""The composition root with a tray, a clock and an engine of our own: what is shown when nobody looks any more."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from engine_rig import MovingClock, all_well, until
from fake_net import FakeNet
from loop import BETA, CONTROLS, GAMMA, WATCHED

from trayapp.app import App
from trayapp.core.model import Millis
from trayapp.core.ports import Allowed, Clock, Delivery, Face, Reply, Store
from trayapp.core.present import Icon, View
from trayapp.core.reduce import reduce
from trayapp.core.story import Notice
from trayapp.core.wishes import FOR_EVER, Mute, Pause, Snooze, TellBack
from trayapp.core.world import Complained, Effects, Input, Reconfigured, Wished, World
from trayapp.desktop.endpoint import LocalEndpoint, call, open_endpoint
from trayapp.desktop.notify.queue import NoticeThread
from trayapp.places import Places
from trayapp.storage.history import History
from trayapp.watch.engine import Engine
from trayapp.watch.probes import KINDS
from trayapp.watch.watchdog import STALE
from trayapp.words.speech import speech

if TYPE_CHECKING:
    from trayapp.watch.engine import Watched


@dataclass
class Shown:
    """A tray that keeps what it is given."""

    faces: list[Face] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    end: threading.Event = field(default_factory=threading.Event)

    def run(self, first: Face, ready: Callable[[], None]) -> None:
        self.show(first)
        ready()
        self.end.wait()

    def show(self, face: Face) -> None:
        with self.changed:
            self.faces.append(face)
            self.changed.notify_all()

    def stop(self) -> None:
        self.end.set()

    def wait(self, icon: Icon, seconds: float = 5) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: bool(self.faces) and self.faces[-1].icon is icon, seconds), self.faces


class NoNotices:
    """A channel that nothing is said on."""

    name = "none"

    def deliver(self, _toast: object) -> Delivery:
        return Delivery.REFUSED


def open_and_close(folder: Path) -> bool:
    """Whether the lock of the only Fanal is free."""
    door = open_endpoint(folder)
    if door is not None:
        door.close()
    return door is not None


@dataclass
class Builder:
    """Makes engines whose network is in memory; the core takes note, and hangs when a test wants it to."""

    events: list[Input] = field(default_factory=list)
    engines: list[Engine] = field(default_factory=list)
    inside: threading.Event = field(default_factory=threading.Event)
    gate: threading.Event = field(default_factory=threading.Event)

    def __call__(
        self,
        watched: Callable[[], Watched],
        *,
        clock: Clock,
        open_store: Callable[[], Store] | None,
        show: Callable[[View], None],
        say: Callable[[Notice], None],
        lost: Callable[[], None],
        reply: Callable[[Reply], None],
        quiet: Callable[[], bool],
        allowed: Callable[[], Allowed],
    ) -> Engine:
        assert quiet() is False
        first = not self.engines

        def core(world: World, event: Input) -> tuple[World, Effects]:
            self.events.append(event)
            if first and isinstance(event, Complained):
                self.inside.set()
                assert self.gate.wait(20)
            return reduce(world, event)

        engine = Engine(
            clock=clock,
            net=FakeNet(all_well(clock)),
            kinds=KINDS,
            open_store=open_store,
            watched=watched,
            show=show,
            say=say,
            lost=lost,
            reply=reply,
            draw=no_phase,
            allowed=allowed,
            reduce=core,
        )
        self.engines.append(engine)
        return engine


def no_phase(_bound: Millis) -> Millis:
    return 0


@dataclass
class Rig:
    """A running App."""

    app: App
    shown: Shown
    clock: MovingClock
    builder: Builder
    folder: Path
    thread: threading.Thread

    def ask(self, **request: object) -> object:
        return call(self.folder / "run", request, 2)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    clock, shown, builder = MovingClock(), Shown(), Builder()
    app, _ = build(tmp_path, clock, builder)
    app._watchdog._every_s = app._watchdog._again_s = 0.05
    app._tray = shown
    app._notices = NoticeThread(NoNotices(), app._delivered)
    thread = threading.Thread(target=app._start)  # as `run`, which needs the main thread for its signals
    thread.start()
    yield Rig(app, shown, clock, builder, tmp_path, thread)
    builder.gate.set()
    app._stop()
    thread.join(5)
    assert not thread.is_alive()
    for engine in builder.engines:
        engine._thread.join(5)


def build(tmp_path: Path, clock: MovingClock, builder: Builder | None = None) -> tuple[App, LocalEndpoint]:
    door = open_endpoint(tmp_path / "run")
    assert door is not None
    places = Places(tmp_path / "config", tmp_path / "history.db", tmp_path / "run")
    app = App(
        places=places,
        speech=speech(["en"]),
        door=door,
        platforms=WATCHED,
        controls=CONTROLS,
        clock=clock,
        build=builder or Builder(),
    )
    return app, door


def test_an_engine_that_falls_silent_takes_the_light_away_and_another_brings_it_back(rig: Rig) -> None:
    rig.shown.wait(Icon.UP)
    assert rig.ask(do="ping") == {"done": True}
    rig.app._watchdog._pauses_s = (0.5,)
    assert rig.ask(do="complain", platform="beta") == {"done": True}
    assert rig.builder.inside.wait(5)
    rig.clock.ahead += STALE + 1
    rig.shown.wait(Icon.STOPPED)
    assert rig.shown.faces[-1].answer == "Fanal has stopped looking"
    assert "check" not in [choice.command for choice in rig.shown.faces[-1].menu]
    assert rig.ask(do="ping") == {"done": False}
    assert rig.ask(do="check") == {"done": False}
    rig.shown.wait(Icon.UP, 10)
    assert rig.ask(do="ping") == {"done": True}
    assert len(rig.builder.engines) == 2


def test_what_the_person_wants_reaches_the_engine(rig: Rig) -> None:
    rig.shown.wait(Icon.UP)
    rig.builder.gate.set()
    assert rig.ask(do="complain", platform="nobody") == {"done": False}
    assert rig.ask(do="complain", platform=["beta"]) == {"done": False}
    assert rig.ask(do="complain") == {"done": False}
    assert rig.ask(do="complain", platform="beta") == {"done": True}
    rig.app.chosen("complain gamma")
    until(lambda: [e.platform for e in rig.builder.events if isinstance(e, Complained)] == ["beta", "gamma"])


def test_a_wish_reaches_the_engine_and_what_is_none_is_refused(rig: Rig) -> None:
    rig.shown.wait(Icon.UP)
    rig.builder.gate.set()
    for text in ("mute", "mute forever", "mute -5", "snooze nobody 3600000", "back", "pause now", "", "quiet"):
        assert rig.ask(do="wish", wish=text) == {"done": False}, text
    assert rig.ask(do="wish", wish=["pause"]) == {"done": False}
    assert rig.ask(do="wish", wish="snooze beta 3600000") == {"done": True}
    assert rig.ask(do="wish", wish="mute ever") == {"done": True}
    rig.app.chosen("back gamma")
    rig.app.chosen("pause")
    rig.shown.wait(Icon.PAUSED)
    wishes = [e.wish for e in rig.builder.events if isinstance(e, Wished)]
    assert wishes[1:] == [Mute(FOR_EVER), TellBack("gamma"), Pause(paused=True)]
    assert isinstance(wishes[0], Snooze)
    rig.app.chosen("resume")
    rig.shown.wait(Icon.UP, 10)


def test_something_else_is_watched_and_the_next_engine_knows_it_too(rig: Rig) -> None:
    rig.shown.wait(Icon.UP)
    new = (BETA, replace(GAMMA, id="delta", name="Delta"))
    rig.app.reconfigure(new, CONTROLS[:1])
    until(lambda: any(isinstance(e, Reconfigured) for e in rig.builder.events))
    (told,) = [e for e in rig.builder.events if isinstance(e, Reconfigured)]
    assert (told.platforms, told.controls) == (new, CONTROLS[:1])
    assert rig.app.command("complain alpha") is False
    assert rig.app._names["delta"] == "Delta"
    assert rig.app._names["alpha"] == "Alpha"  # its story may still have to be told
    rig.app.command("complain beta")
    assert rig.builder.inside.wait(5)
    rig.clock.ahead += STALE + 1
    until(lambda: len(rig.builder.engines) == 2)
    until(lambda: {p.id for p in rig.builder.engines[1]._world.platforms} == {"beta", "delta"})


def test_the_history_of_the_places_is_the_engines(rig: Rig) -> None:
    rig.shown.wait(Icon.UP)
    rig.app._stop()
    with History(rig.folder / "history.db") as history:
        assert history.status() is not None
        assert list(history.evidence()) != []
    assert open_and_close(rig.folder / "run")


def test_equal_faces_do_not_wake_the_tray(rig: Rig) -> None:
    rig.shown.wait(Icon.UP)
    for before, after in pairwise(rig.shown.faces):
        assert before != after
    rig.app._show(rig.app._view)
    count = len(rig.shown.faces)
    rig.app._show(rig.app._view)
    assert len(rig.shown.faces) == count


def test_what_cannot_start_says_that_nobody_looks(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    shown = Shown()
    app, door = build(tmp_path, MovingClock())
    app._tray = shown
    app._start()  # without the notices that `run` prepares: a mistake of ours, somewhere behind the icon
    door.close()
    shown.wait(Icon.STOPPED)
    assert "could not begin to watch" in caplog.text


def test_told_to_stop_while_it_is_still_starting_it_starts_nothing(tmp_path: Path) -> None:
    shown = Shown()
    app, _ = build(tmp_path, MovingClock())
    notices = NoticeThread[object](NoNotices(), lambda _key, _delivery: None)
    app._tray, app._notices = shown, notices  # type: ignore[assignment]
    app._ended.set()
    app._start()
    assert app._watchdog.engine is None
    assert not (tmp_path / "history.db").exists()
    app._stop()
    assert open_and_close(tmp_path / "run")


def test_told_to_stop_while_the_engine_is_being_built_it_is_not_started(tmp_path: Path) -> None:
    app, _ = build(tmp_path, MovingClock())
    app._watchdog.stop()
    app._watchdog.run()
    assert app._watchdog.engine is None
    app._stop()


def test_the_lock_is_held_until_the_engine_has_written(tmp_path: Path) -> None:
    app, _ = build(tmp_path, MovingClock())
    seen: list[bool] = []

    class Writing:
        def stop(self) -> None:
            seen.append(open_and_close(tmp_path / "run"))

    app._watchdog._engine = Writing()  # type: ignore[assignment]
    app._stop()
    assert seen == [False]
    assert open_and_close(tmp_path / "run")


def test_the_door_answers_and_quits(tmp_path: Path) -> None:
    shown = Shown()
    app, door = build(tmp_path, MovingClock())
    app._tray = shown
    door.serve(app._asked)
    try:
        assert call(tmp_path / "run", {"do": "ping"}, 2) == {"done": True}
        assert call(tmp_path / "run", {"do": "dance"}, 2) == {"error": "unknown"}
        assert not shown.end.is_set()
        assert call(tmp_path / "run", {"do": "quit"}, 2) == {"done": True}
        assert shown.end.is_set()
    finally:
        door.close()
