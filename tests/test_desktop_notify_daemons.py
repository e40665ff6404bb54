"""Notices on the real services of three desktops: seen on a screen, clicked with a mouse, hung, killed, late."""

from __future__ import annotations

import os
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest
from desktop_rig import Desktop, freeze, needs, thaw, until
from notices_rig import (
    AT,
    DUNST,
    PLAIN,
    SERVICE,
    XFCE,
    Daemon,
    ask,
    each_daemon,
    ink,
    notice_windows,
    screen,
    serving,
    shown,
    toast,
)

from trayapp.core.ports import Delivery, Toast
from trayapp.core.present import Icon
from trayapp.desktop.icon import COLOURS
from trayapp.desktop.notify.dbus import DbusNotifier
from trayapp.desktop.notify.queue import NoticeThread

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HANGS_S = float(os.environ.get("FANAL_HANGS_S", "3"))
"""How long the service hangs; .ci/full says 60, and then all of them do."""
HANGS = each_daemon() if "FANAL_HANGS_S" in os.environ else each_daemon()[:1]
MUTE = {XFCE: (0.5, 0.74), PLAIN: (0.485, 0.69)}
"""Where on the notice the button "Mute 1 h" stands, as parts of its width and height (seen in pictures)."""

pytestmark = [needs("Xvfb", "dbus-daemon", "xdotool", "import"), pytest.mark.xdist_group("notices")]
on_each = pytest.mark.parametrize("daemon", each_daemon())
on_dunst = needs("dunst")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desktop]:
    with screen(tmp_path) as made:
        yield made


@pytest.fixture
def clicked() -> list[str]:
    return []


@pytest.fixture
def channel(desk: Desktop, clicked: list[str]) -> Iterator[DbusNotifier]:
    made = DbusNotifier(desk.env, clicked.append)
    yield made
    made.close()


def seen(desk: Desktop, icon: Icon) -> bool:
    return desk.find(COLOURS[icon], 200) is not None


@on_each
def test_an_outage_that_grows_and_ends_is_one_notice(daemon: Daemon, desk: Desktop, channel: DbusNotifier) -> None:
    with serving(daemon, desk):
        given = set()
        for icon in (Icon.PARTIAL, Icon.DOWN, Icon.UP):
            assert channel.deliver(toast(icon=icon, urgent=icon is Icon.DOWN)) is Delivery.SAID
            until(partial(seen, desk, icon), f"the picture of {icon}")
            until(lambda: shown(daemon, desk) == 1, "one notice")
            given |= set(numbers(channel))
        assert len(given) == 1
        assert not seen(desk, Icon.PARTIAL)
        assert not seen(desk, Icon.DOWN)
        assert channel.deliver(toast(key="another", icon=Icon.DOWN)) is Delivery.SAID
        (first, second) = numbers(channel)
        assert first != second
        if not daemon.one_at_a_time:
            until(lambda: shown(daemon, desk) == 2, "a second notice")


@on_dunst
def test_an_urgent_notice_looks_urgent(desk: Desktop, channel: DbusNotifier) -> None:
    critical = (144, 0, 0)  # dunst's own ground for it, #900000
    with serving(DUNST, desk):
        channel.deliver(toast(urgent=True))
        until(lambda: desk.find(critical, 1000), "the ground of an urgent notice")
        channel.deliver(toast(urgent=False))
        until(lambda: desk.find(critical) is None, "the ground of an ordinary notice")


@on_each
def test_signs_of_markup_are_shown_as_they_are(daemon: Daemon, desk: Desktop, channel: DbusNotifier) -> None:
    """More signs leave more ink; were they read as markup, "<b></b>" would leave none, and "&amp;" as much as "&"."""
    with serving(daemon, desk):
        inks = []
        for body in (".", ".<b></b>", ".&", ".&amp;"):
            channel.deliver(toast(body=body, icon=Icon.UP))
            inks.append(until(partial(settled_ink, desk), "the notice to settle"))
        plain, tags, sign, entity = inks
        assert tags > plain + 20
        assert sign > plain + 5
        assert entity > sign + 20


def numbers(channel: DbusNotifier) -> list[int]:
    """The service's numbers of the notices that may still be seen."""
    assert channel._service is not None
    return list(channel._service._shown.values())


def settled_ink(desk: Desktop) -> int:
    """The ink on the screen once two looks in a row agree and there is a notice."""
    before, now = ink(desk), ink(desk)
    return now if before == now and seen(desk, Icon.UP) else 0


@on_each
def test_a_click_on_a_button_arrives(daemon: Daemon, desk: Desktop, channel: DbusNotifier, clicked: list[str]) -> None:
    with serving(daemon, desk):
        channel.deliver(toast())
        until(lambda: seen(desk, Icon.DOWN), "the notice")
        (x, y, width, height) = next(iter(notice_windows(desk).values()))
        across, down = MUTE.get(daemon, (0.5, 0.5))  # dunst: anywhere; its menu is a program that chooses to mute
        desk.click((x + int(across * width), y + int(down * height)))
        until(lambda: clicked, "the click")
        assert clicked == ["mute 1h"]


@pytest.mark.parametrize("daemon", [param for param in each_daemon() if param.values[0] is not XFCE])
def test_a_click_on_the_notice_itself_opens_the_log(
    daemon: Daemon, desk: Desktop, channel: DbusNotifier, clicked: list[str]
) -> None:
    with serving(daemon, desk):
        channel.deliver(toast())
        until(lambda: seen(desk, Icon.DOWN), "the notice")
        (x, y, width, height) = next(iter(notice_windows(desk).values()))
        desk.click((x + width // 2, y + height // 4), 2 if daemon is DUNST else 1)
        until(lambda: clicked, "the click")
        assert clicked == ["log"]


@on_each
def test_one_that_is_killed_between_start_and_end_shows_the_end_anew(
    daemon: Daemon, desk: Desktop, channel: DbusNotifier
) -> None:
    with serving(daemon, desk) as process:
        assert channel.deliver(toast(icon=Icon.DOWN)) is Delivery.SAID
        process.kill()
    with serving(daemon, desk):
        others = []
        for n in range(3):  # others' notices have the numbers now that ours had
            other: tuple[object, ...] = ("Other", 0, "", f"Another program, {n}", "says something else", [], {}, 60_000)
            others += ask(desk, SERVICE, "Notify", "susssasa{sv}i", other)
        assert channel.deliver(toast(icon=Icon.UP)) is Delivery.SAID
        assert not set(numbers(channel)) & set(others)
        if not daemon.one_at_a_time:
            until(lambda: shown(daemon, desk) == 4, "the end, in nobody's place")
            until(lambda: seen(desk, Icon.UP), "the picture of the end")


@on_each
def test_one_that_is_not_there_refuses_and_comes_late(daemon: Daemon, desk: Desktop, channel: DbusNotifier) -> None:
    before = time.monotonic()
    assert channel.deliver(toast()) is Delivery.REFUSED
    assert time.monotonic() - before < 1
    with serving(daemon, desk):
        assert channel.deliver(toast()) is Delivery.SAID
        until(lambda: shown(daemon, desk) == 1, "the notice")


@pytest.mark.parametrize("daemon", HANGS)
def test_one_that_hangs_holds_nobody_and_shows_one_notice_when_it_is_back(
    daemon: Daemon, desk: Desktop, channel: DbusNotifier
) -> None:
    outcomes: list[tuple[int, Delivery, float]] = []
    thread: NoticeThread[int] = NoticeThread(
        channel, lambda key, outcome: outcomes.append((key, outcome, time.monotonic()))
    )
    thread.start()
    with serving(daemon, desk) as process:
        freeze(process)
        start = time.monotonic()
        thread.put(1, toast(icon=Icon.PARTIAL))
        thread.put(2, toast(icon=Icon.DOWN))
        assert time.monotonic() - start < 0.1
        until(lambda: len(outcomes) == 2, "two outcomes")
        (_, first, first_at), (_, second, second_at) = outcomes
        assert (first, second) == (Delivery.TIMED_OUT, Delivery.REFUSED)  # it has the first; the second it never saw
        assert first_at - start < 2.5
        assert second_at - first_at < 1.5
        until(lambda: time.monotonic() - start >= HANGS_S, "the hang to be over", HANGS_S + 5)
        thread.put(3, toast(icon=Icon.DOWN))
        until(lambda: len(outcomes) == 3, "the third outcome")
        assert outcomes[2][1] is Delivery.REFUSED  # still so, after all that time
        thaw(process)
        back = time.monotonic()
        until(partial(said, thread, outcomes, toast(icon=Icon.UP)), "the next notice to be said")
        until(lambda: seen(desk, Icon.UP), "its picture")
        assert shown(daemon, desk) == 1  # in place of the first, whose number came when it was back
        print(
            f"{daemon.name}: hung {back - start:.1f} s; outcomes after", *(f"{at - start:.2f}" for *_, at in outcomes)
        )
    thread.stop()
    assert thread.join(5)


def said(thread: NoticeThread[int], outcomes: list[tuple[int, Delivery, float]], wanted: Toast) -> bool:
    """Put it once, as the outbox does until it is not refused, and wait for its outcome."""
    number = len(outcomes) + 1
    thread.put(number, wanted)
    until(lambda: len(outcomes) == number, f"outcome {number}")
    return outcomes[-1][1] is Delivery.SAID


@on_each
def test_a_notice_that_the_person_closed_is_not_replaced_unseen(
    daemon: Daemon, desk: Desktop, channel: DbusNotifier
) -> None:
    with serving(daemon, desk):
        channel.deliver(toast(icon=Icon.DOWN))
        until(lambda: shown(daemon, desk) == 1, "the notice")
        (number,) = numbers(channel)
        ask(desk, AT.interface, "CloseNotification", "u", (number,))
        until(lambda: shown(daemon, desk) == 0, "the notice to go")
        assert channel.deliver(toast(icon=Icon.UP)) is Delivery.SAID
        until(lambda: shown(daemon, desk) == 1, "the next one, seen again")
        assert numbers(channel) != [number]
