"""A changed configuration is taken over without a restart; a broken one leaves what was, and is told with its line."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from engine_rig import MovingClock, until
from test_app import Builder, Shown

from trayapp.app import App
from trayapp.build import Current, load
from trayapp.config import Settings, load_settings
from trayapp.config.own import Own, save
from trayapp.core.ports import Delivery, Toast
from trayapp.core.present import Icon
from trayapp.core.world import Reconfigured
from trayapp.desktop.endpoint import call, open_endpoint
from trayapp.desktop.notify.queue import NoticeThread
from trayapp.places import Places
from trayapp.watch.probes import KINDS
from trayapp.words.speech import speech

URL = "https://shop.example/"


@dataclass
class Said:
    """A channel that keeps what is said on it."""

    name: str = "kept"
    toasts: list[Toast] = field(default_factory=list)

    def deliver(self, toast: Toast) -> Delivery:
        self.toasts.append(toast)
        return Delivery.SAID


class Person:
    """Their files, and how what they wrote is taken."""

    def __init__(self, folder: Path) -> None:
        self.places = Places(folder / "config", folder / "history.db", folder / "run")
        self.places.platforms.mkdir(parents=True)
        platforms, controls, problems = load(self.places, Settings())
        assert problems == ()
        self.usual = tuple(p.id for p in platforms)
        self.current = Current(self.places, Settings(), (platforms, controls))

    def write(self, text: str) -> None:
        self.places.settings.write_text(text, "utf-8")

    @property
    def watched(self) -> tuple[str, ...]:
        return tuple(p.id for p in self.current.watched[0])


@pytest.fixture
def person(tmp_path: Path) -> Person:
    return Person(tmp_path)


def test_what_was_changed_holds(person: Person) -> None:
    person.write('platforms = ["discord", "facebook"]\n[notices]\nquiet = "00:00-01:00"\ngive = false\n')
    taken = person.current.reload()
    assert (taken.done, taken.problems) == (True, ())
    assert person.watched == ("discord", "facebook")
    assert (person.current.notices, person.current.heed) == (False, True)
    assert person.current.quiet == load_settings(person.places.settings)[0].quiet
    person.places.settings.unlink()
    assert person.current.reload().done
    assert person.watched == person.usual


@pytest.mark.parametrize(
    ("text", "line"),
    [('platforms = ["discord"]\nlanguage = 3\n', 2), ("platforms = [\n", 1), ('[look]\ntheme = "blue"\n', 2)],
)
def test_broken_settings_leave_all_as_it_was(person: Person, text: str, line: int) -> None:
    person.write('platforms = ["discord"]\nlanguage = "fr"\n')
    person.current.reload()
    person.write(text)
    taken = person.current.reload()
    assert not taken.done
    (problem,) = taken.problems
    assert problem.startswith(f"{person.places.settings}:{line}: ")
    assert (person.watched, person.current.settings.language) == (("discord",), "fr")


def test_settings_with_which_nobody_would_be_watched_are_not_taken(person: Person) -> None:
    person.write('platforms = ["nobody"]\n')
    taken = person.current.reload()
    assert not taken.done
    assert "nobody" in taken.problems[0]
    assert person.watched == person.usual


def test_a_platform_whose_file_is_broken_by_hand_stays_as_it_was_and_the_rest_is_taken(person: Person) -> None:
    assert save(person.places.platforms, Own("shop", "Shop", URL), frozenset(KINDS)) == ()
    assert person.current.reload().done
    assert person.watched == (*person.usual, "shop")
    file = person.places.platforms / "shop.toml"
    file.write_text(file.read_text("utf-8").replace('name = "Shop"', "name = 3"), "utf-8")
    person.write('platforms = ["discord", "shop"]\n')
    taken = person.current.reload()
    assert taken.done
    assert taken.problems[0].startswith(f"{file}:2: ")
    assert list(person.watched) == ["discord", "shop"]
    person.write('platforms = ["discord"]\n')
    assert person.current.reload().done
    assert list(person.watched) == ["discord"]
    file.unlink()
    person.write("")
    assert person.current.reload().problems == ()
    assert person.watched == person.usual


# the running program


@dataclass
class Running:
    """An App on its threads, whose door can be knocked at."""

    app: App
    person: Person
    shown: Shown
    said: Said
    builder: Builder
    opened: list[str]

    def ask(self, **request: object) -> dict[str, object]:
        return call(self.person.places.door, request, 5)


@pytest.fixture
def running(person: Person) -> Iterator[Running]:
    door = open_endpoint(person.places.door)
    assert door is not None
    shown, said, builder, opened = Shown(), Said(), Builder(), list[str]()

    def opener(name: str) -> bool:
        opened.append(name)
        return True

    app = App(
        places=person.places,
        speech=speech(["en"]),
        door=door,
        platforms=person.current.watched[0],
        controls=person.current.watched[1],
        clock=MovingClock(),
        current=person.current,
        opened=opener,
        build=builder,
    )
    app._tray, app._greet = shown, True
    app._notices = NoticeThread(said, app._delivered)
    thread = threading.Thread(target=app._start)  # as `run`, which needs the main thread for its signals
    thread.start()
    until(lambda: bool(builder.engines) and bool(shown.faces))
    yield Running(app, person, shown, said, builder, opened)
    app._stop()
    thread.join(5)
    assert not thread.is_alive()
    for engine in builder.engines:
        engine._thread.join(5)


def test_through_the_door_it_reaches_engine_menu_and_language_at_once(running: Running) -> None:
    running.person.write('platforms = ["discord"]\nlanguage = "fr"\n')
    assert running.ask(do="reload") == {"done": True, "problems": []}

    def reached() -> bool:
        said = [e for e in running.builder.events if isinstance(e, Reconfigured)]
        return bool(said) and [p.id for p in said[-1].platforms] == ["discord"]

    until(reached)
    until(lambda: running.shown.faces[-1].menu[-1].text == "Quitter")
    until(lambda: "Discord" in " ".join(choice.text for choice in running.shown.faces[-1].menu))
    assert "Facebook" not in " ".join(choice.text for choice in running.shown.faces[-1].menu)
    assert running.app.command("snooze discord 3600000")
    assert not running.app.command("snooze facebook 3600000")


def test_through_the_door_a_broken_file_is_told_with_its_line(running: Running) -> None:
    running.person.write('language = "fr"\ncolour = 1\n')
    answer = running.ask(do="reload")
    assert answer["done"] is False
    assert str(answer["problems"]).startswith(f"['{running.person.places.settings}:2: ")
    assert running.shown.faces[-1].menu[-1].text == "Quit"
    assert not any(isinstance(e, Reconfigured) for e in running.builder.events)


def test_what_is_changed_by_hand_is_noticed_by_itself(running: Running) -> None:
    running.person.write('platforms = ["discord"]\n')
    assert not running.app._look_round()
    assert not running.app._look_round()
    until(lambda: running.person.watched == ("discord",))
    until(lambda: any(isinstance(e, Reconfigured) for e in running.builder.events))
    assert running.said.toasts == []


def test_what_is_broken_by_hand_is_told_with_its_line_in_a_notice_once(running: Running) -> None:
    running.person.write('platforms = ["discord"]\ncolour = 1\n')
    for _ in range(4):
        running.app._look_round()
    until(lambda: bool(running.said.toasts))
    (toast,) = running.said.toasts
    assert toast.title == "Fanal's settings have a mistake"
    where = f"{running.person.places.settings}:2: "
    assert toast.body.startswith(f"Until it is mended, what was before holds: {where}")
    assert running.person.watched == running.person.usual


def test_what_a_window_has_written_is_not_taken_twice(running: Running) -> None:
    running.person.write('platforms = ["discord"]\n')
    assert running.ask(do="reload")["done"] is True
    for _ in range(4):
        running.app._look_round()
    until(lambda: any(isinstance(e, Reconfigured) for e in running.builder.events))
    assert len([e for e in running.builder.events if isinstance(e, Reconfigured)]) == 1


def test_a_notice_can_be_tried(running: Running) -> None:
    assert running.ask(do="notice") == {"done": True}
    until(lambda: bool(running.said.toasts))
    assert running.said.toasts[0].title == "This is a notice of Fanal"
    assert running.said.toasts[0].icon is Icon.UP


def test_the_first_start_is_greeted_once_and_the_menu_opens_the_settings(running: Running) -> None:
    until(lambda: running.opened == ["first"])
    running.app.chosen("settings")
    assert running.opened == ["first", "settings"]
    assert running.shown.faces[0].menu[-2].command == "settings"


def test_what_is_no_address_is_not_tried(running: Running) -> None:
    assert running.ask(do="try", url="http://shop.example") == {"error": "address"}
    assert running.ask(do="try") == {"error": "address"}
    assert running.ask(do="tried", ticket=1) == {"error": "unknown"}
    assert running.ask(do="tried", ticket="1") == {"error": "unknown"}


def test_an_app_without_a_configuration_of_its_own_cannot_read_it_again(running: Running) -> None:
    running.app._current = None
    assert running.ask(do="reload") == {"error": "unknown"}
