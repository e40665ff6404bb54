"""The real thing: a panel and a notification service on a virtual screen, seen in pictures and clicked with a mouse."""

from __future__ import annotations

import logging
import os
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from desktop_rig import WATCHER, Desktop, desktop, face, freeze, needs, running, started, thaw, until

from trayapp.core.ports import Choice, Delivery, Toast
from trayapp.core.present import Icon
from trayapp.desktop.icon import COLOURS
from trayapp.desktop.notify import Chain, notifier
from trayapp.desktop.tray import NoTray, Trouble, choose

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    needs("Xvfb", "dbus-daemon", "xfce4-panel", "dunst", "xdotool", "import"),
    pytest.mark.xdist_group("screen"),
]

MENU = (Choice("Example: down since 16:17"), Choice("Open", "open"), Choice("Quit", "quit"))
SERVICE = "org.freedesktop.Notifications"


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Desktop]:
    with desktop(tmp_path) as made:
        yield made


def panel(screen: Desktop) -> Any:
    return started(["xfce4-panel", "--disable-wm-check"], screen.env)


def test_the_icon_is_seen_and_changes_its_colour(screen: Desktop) -> None:
    with panel(screen):
        until(lambda: screen.owned(WATCHER), "the panel")
        chosen = choose(print, screen.env, "linux")
        assert chosen.trouble is None
        with running(chosen.tray, face(Icon.UP)):
            until(lambda: screen.find(COLOURS[Icon.UP]), "the lantern in the panel")
            for state in Icon:
                chosen.tray.show(face(state))
                until(partial(screen.find, COLOURS[state]), f"{state} in the panel")
        until(lambda: screen.find(COLOURS[Icon.UP]) is None, "the icon to go")


def test_a_click_opens_the_menu_and_a_click_on_a_row_gives_its_command(screen: Desktop) -> None:
    commands: list[str] = []
    with panel(screen):
        until(lambda: screen.owned(WATCHER), "the panel")
        tray = choose(commands.append, screen.env, "linux").tray
        with running(tray, face(Icon.DOWN, menu=MENU)):
            icon = until(lambda: screen.find(COLOURS[Icon.DOWN]), "the icon")
            before = screen.windows()
            screen.click(icon, 3)
            opened = until(lambda: screen.windows() - before, "the menu")
            x, y, width, height = max((geometry(screen, window) for window in opened), key=lambda g: g[2] * g[3])
            first_row = (x, y, x + width, y + height // 3)
            drawn = settled(screen, first_row)
            # words that change while it is open are seen, and do not close it
            tray.show(face(Icon.DOWN, menu=(Choice("Example: down for 7 min"), *MENU[1:])))
            until(lambda: screen.picture().crop(first_row).tobytes() != drawn, "the new words")
            assert opened <= screen.windows()
            screen.click((x + width // 2, y + height - height // 6), 1)  # the last of three rows
            until(lambda: commands, "the command")
    assert commands == ["quit"]


def test_a_left_click_does_what_the_default_row_does(screen: Desktop) -> None:
    commands: list[str] = []
    with panel(screen):
        until(lambda: screen.owned(WATCHER), "the panel")
        with running(
            choose(commands.append, screen.env, "linux").tray,
            face(Icon.DOWN, menu=(Choice("Open", "open", default=True),)),
        ):
            screen.click(until(lambda: screen.find(COLOURS[Icon.DOWN]), "the icon"), 1)
            until(lambda: commands, "the command")
    assert commands == ["open"]


def test_a_panel_that_comes_late_and_is_killed_and_comes_back_shows_the_icon(screen: Desktop) -> None:
    chosen = choose(print, screen.env, "linux")
    assert chosen.trouble is Trouble.NO_WATCHER
    with running(chosen.tray, face(Icon.DOWN)):
        for _ in range(2):
            with panel(screen) as process:
                until(lambda: screen.find(COLOURS[Icon.DOWN]), "the icon", 15)
                process.kill()
            until(lambda: not screen.owned(WATCHER), "the panel to be gone")


def settled(screen: Desktop, box: tuple[int, int, int, int]) -> bytes:
    """What is drawn there, once it is drawn twice the same."""
    seen = [b""]

    def same_again() -> bytes:
        seen.append(screen.picture().crop(box).tobytes())
        return seen[-1] if seen[-1] == seen[-2] else b""

    return bytes(until(same_again, "the screen to settle"))


def geometry(screen: Desktop, window: str) -> tuple[int, int, int, int]:
    """Where a window is, once its size has settled."""
    shell = screen.run("xdotool", "getwindowgeometry", "--shell", window).decode()
    values = dict(line.split("=") for line in shell.split())
    return int(values["X"]), int(values["Y"]), int(values["WIDTH"]), int(values["HEIGHT"])


@pytest.fixture
def displayed(screen: Desktop, tmp_path: Path) -> Iterator[tuple[Path, Any]]:
    """dunst, and the file where it notes what it displays: number, title, text, a line each notice."""
    log, script, config = tmp_path / "displayed", tmp_path / "note", tmp_path / "dunstrc"
    log.touch()
    script.write_text(f'#!/bin/sh\nprintf "%s|%s|%s\\n" "$DUNST_ID" "$DUNST_SUMMARY" "$DUNST_BODY" >> {log}\n', "utf-8")
    script.chmod(0o755)
    looks = "follow = none\nicon_position = left\nmax_icon_size = 64\nmarkup = full\nformat = <b>%s</b>\\n%b"
    config.write_text(f"[global]\n{looks}\n[all]\nsummary = *\nscript = {script}\n", "utf-8")
    with started(["dunst", "-config", str(config)], screen.env) as process:
        until(lambda: screen.owned(SERVICE), "the notification service")
        yield log, process


@pytest.fixture
def channel(screen: Desktop) -> Iterator[Chain]:
    chain = notifier(NoTray(), screen.env, "linux")
    yield chain
    chain.close()


def lines(log: Path) -> list[list[str]]:
    return [line.split("|") for line in log.read_text("utf-8").splitlines()]


def test_a_notice_is_displayed_and_replaced_in_place(
    screen: Desktop, displayed: tuple[Path, Any], channel: Chain
) -> None:
    log, _ = displayed
    start = Toast("story", "Example is down", "R&D <b>says</b> so", urgent=True, icon=Icon.DOWN)
    assert channel.deliver(start) is Delivery.SAID
    until(lambda: len(lines(log)) == 1, "the notice")
    until(lambda: screen.find(COLOURS[Icon.DOWN], 500), "its picture")
    end = Toast("story", "Example works again", "It took 2 h 31 min", urgent=False, icon=Icon.UP)
    assert channel.deliver(end) is Delivery.SAID
    until(lambda: len(lines(log)) == 2, "the second notice")
    until(lambda: screen.find(COLOURS[Icon.UP], 500), "its picture")
    until(lambda: screen.find(COLOURS[Icon.DOWN], 500) is None, "the first one to be replaced")
    (first, title, body), (second, *_rest) = lines(log)
    assert first == second
    assert title == "Example is down"
    assert body.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">") == "R&D <b>says</b> so"


def test_a_service_that_hangs_costs_two_seconds_and_shows_the_notice_later(
    displayed: tuple[Path, Any], channel: Chain, caplog: pytest.LogCaptureFixture
) -> None:
    log, process = displayed
    caplog.set_level(logging.WARNING)
    freeze(process)
    before = time.monotonic()
    outcome = channel.deliver(Toast("story", "Example is down", "", urgent=False, icon=Icon.DOWN))
    assert outcome is Delivery.TIMED_OUT
    assert time.monotonic() - before < 2.5
    thaw(process)
    until(lambda: [title for _, title, _ in lines(log)] == ["Example is down"], "the notice after all")
    assert "may or may not be seen" in caplog.text


@pytest.mark.usefixtures("displayed")
def test_a_picture_of_it_all(screen: Desktop, channel: Chain) -> None:
    """One picture with panel, icon, menu and notice; FANAL_PICTURES names a folder to keep it for human eyes."""
    with panel(screen):
        until(lambda: screen.owned(WATCHER), "the panel")
        with running(choose(print, screen.env, "linux").tray, face(Icon.DOWN, menu=MENU, count=2)):
            icon = until(lambda: screen.find(COLOURS[Icon.DOWN]), "the icon")
            channel.deliver(Toast("story", "Example is down", "since 16:17", urgent=False, icon=Icon.PARTIAL))
            before = screen.windows()
            screen.click(icon, 3)
            until(lambda: screen.windows() - before, "the menu")
            until(lambda: screen.find(COLOURS[Icon.PARTIAL], 500), "the notice")
            if folder := os.environ.get("FANAL_PICTURES"):
                screen.picture().save(f"{folder}/desktop.png")
