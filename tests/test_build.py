"""What the composition root is built from: who is watched, when nothing is to be said."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path

from watch_rig import HandClock, wait_until

from trayapp.build import load, quiet_times
from trayapp.config import Settings
from trayapp.config.settings import QuietHours
from trayapp.places import Places
from trayapp.watch.surroundings.aside import EVERY


def hours(since: timedelta, until: timedelta) -> Settings:
    now = datetime.now().astimezone()
    minutes = [(now + each).hour * 60 + (now + each).minute for each in (since, until)]
    return Settings(quiet=QuietHours(*minutes))


def test_in_the_quiet_hours_of_the_person() -> None:
    hour, two = timedelta(hours=1), timedelta(hours=2)
    assert quiet_times(hours(-hour, hour), HandClock(), do_not_disturb=lambda: False)()
    assert not quiet_times(hours(hour, two), HandClock(), do_not_disturb=lambda: False)()


def test_while_the_desktop_is_not_to_be_disturbed() -> None:
    clock = HandClock()
    says: list[bool | None] = [True]
    quiet = quiet_times(Settings(), clock, do_not_disturb=lambda: says[0])
    wait_until(quiet)
    says[0] = None  # it cannot be read any more
    assert quiet()
    clock.t += EVERY
    quiet()
    wait_until(lambda: not quiet())


def test_a_desktop_that_never_answers_keeps_nobody() -> None:
    release = threading.Event()
    quiet = quiet_times(Settings(), HandClock(), do_not_disturb=lambda: release.wait(10))
    assert not quiet()
    assert not quiet()
    release.set()


OWN = """id = "mine"
name = "Mine"
owner = "me"
owner_name = "Me"
functions = ["web"]

[[probe]]
id = "home"
kind = "http"
url = "https://www.mine.example/"
sees = ["web"]
"""


def watched(tmp_path: Path, *chosen: str, own: str = "") -> tuple[list[str], tuple[str, ...]]:
    where = Places(tmp_path / "config", tmp_path / "history.db", tmp_path / "door")
    if own:
        where.platforms.mkdir(parents=True)
        (where.platforms / "mine.toml").write_text(own, "utf-8")
    platforms, controls, problems = load(where, Settings(platforms=chosen))
    assert controls
    return [p.id for p in platforms], problems


DEFAULTS = ["facebook", "instagram", "messenger", "meta-business", "telegram", "threads", "whatsapp", "x", "youtube"]


def test_until_the_person_has_chosen_few_are_watched_and_what_they_have_added(tmp_path: Path) -> None:
    assert watched(tmp_path / "none") == (DEFAULTS, ())
    assert watched(tmp_path / "own", own=OWN) == ([*DEFAULTS, "mine"], ())
    assert watched(tmp_path / "not", own="default = false\n" + OWN) == (DEFAULTS, ())


def test_once_they_have_chosen_only_those_in_their_order(tmp_path: Path) -> None:
    ids, problems = watched(tmp_path, "wikipedia", "mine", "facebook", "nobody", own=OWN)
    assert ids == ["wikipedia", "mine", "facebook"]
    (problem,) = problems
    assert 'has "nobody"' in problem
