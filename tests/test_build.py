"""What the composition root is built from: when nothing is to be said."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from watch_rig import HandClock, wait_until

from trayapp.build import quiet_times
from trayapp.config import Settings
from trayapp.config.settings import QuietHours
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
