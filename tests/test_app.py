"""The composition root with a tray, a clock and an engine of our own: what is shown when nobody looks any more."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from loop import CONTROLS, WATCHED

from trayapp.app import STALE, App
from trayapp.core.model import Instant
from trayapp.core.ports import Delivery, Face
from trayapp.core.present import Icon
from trayapp.desktop.endpoint import LocalEndpoint, call, open_endpoint
from trayapp.desktop.notify.queue import NoticeThread
from trayapp.places import Places
from trayapp.words.speech import speech


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
            assert self.changed.wait_for(lambda: self.faces[-1].icon is icon, seconds), self.faces[-1]


@dataclass
class Hands:
    """A clock that a test sets."""

    at: Instant = Instant(1_700_000_000_000, 0, "boot")

    def now(self) -> Instant:
        return self.at


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


class Engine:
    """Comes round only when told to."""

    def __init__(self, beat: Instant) -> None:
        self.beat = beat


def build(tmp_path: Path, clock: Hands) -> tuple[App, LocalEndpoint]:
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
        watch_every_s=0.06,
    )
    return app, door


def test_an_engine_that_falls_silent_takes_the_light_away(tmp_path: Path) -> None:
    clock, shown = Hands(), Shown()
    app, door = build(tmp_path, clock)
    app._tray, app._engine = shown, Engine(clock.now())  # type: ignore[assignment]
    watchdog = threading.Thread(target=app._keep_watch)
    watchdog.start()
    try:
        clock.at = Instant(clock.at.t + STALE, STALE, "boot")  # just not yet too long
        app._show(app._view)
        shown.wait(Icon.UNKNOWN)
        clock.at = Instant(clock.at.t + 1, STALE + 1, "boot")
        shown.wait(Icon.STOPPED)
        assert shown.faces[-1].answer == "Fanal has stopped looking"
        assert "check" not in [choice.command for choice in shown.faces[-1].menu]
    finally:
        app._ended.set()
        watchdog.join(5)
        door.close()
    assert not watchdog.is_alive()


def test_what_cannot_start_says_that_nobody_looks(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    shown = Shown()
    app, door = build(tmp_path, Hands())
    app._tray = shown
    app._start()  # without the notices that `run` prepares: a mistake of ours, somewhere behind the icon
    door.close()
    shown.wait(Icon.STOPPED)
    assert "could not begin to watch" in caplog.text


def test_told_to_stop_while_it_is_still_starting_it_starts_nothing(tmp_path: Path) -> None:
    shown = Shown()
    app, _ = build(tmp_path, Hands())
    notices = NoticeThread[object](NoNotices(), lambda _key, _delivery: None)
    app._tray, app._notices = shown, notices  # type: ignore[assignment]
    app._ended.set()
    app._start()
    assert app._engine is None
    assert not (tmp_path / "history.db").exists()
    app._stop()
    assert open_and_close(tmp_path / "run")


def test_the_lock_is_held_until_the_engine_has_written(tmp_path: Path) -> None:
    app, _ = build(tmp_path, Hands())
    seen: list[bool] = []

    class Writing:
        def stop(self) -> None:
            seen.append(open_and_close(tmp_path / "run"))

    app._engine = Writing()  # type: ignore[assignment]
    app._stop()
    assert seen == [False]
    assert open_and_close(tmp_path / "run")


def test_once_nobody_looks_the_door_says_so_too(tmp_path: Path) -> None:
    app, door = build(tmp_path, Hands())
    assert app._asked({"do": "ping"}) == {"done": True}
    app._lost()
    assert app._asked({"do": "ping"}) == {"done": False}
    assert app._asked({"do": "check"}) == {"done": False}
    door.close()


def test_the_door_answers_and_quits(tmp_path: Path) -> None:
    shown = Shown()
    app, door = build(tmp_path, Hands())
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
