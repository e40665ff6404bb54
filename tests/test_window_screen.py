"""The real log window on a virtual screen: opened, driven with keys, read from its pixels, killed."""

from __future__ import annotations

import importlib.util
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
from desktop_rig import needs, started, until
from window_rig import Running, Shown, furnish, screen

from trayapp.desktop.endpoint import NotRunning, call
from trayapp.desktop.window.palette import DARK, LIGHT
from trayapp.desktop.windows import Opener

if sys.platform == "win32":
    pytest.skip("signals, sockets and terminals of POSIX", allow_module_level=True)

pytestmark = [
    needs("Xvfb", "openbox", "xdotool", "import"),
    pytest.mark.skipif(importlib.util.find_spec("_tkinter") is None, reason="this Python has no Tk"),
    pytest.mark.xdist_group("screen"),
]

DOWN, UP, PARTIAL = "#d1242f", "#2da44e", "#e8710a"  # the promised colours of the icons
OFFLINE, PAUSED = "#57606a", "#346e78"
LEFT, RIGHT = (0.0, 0.15, 0.33, 1.0), (0.34, 0.4, 1.0, 1.0)  # where the lists lie in a window in the middle
WRONG = frozenset({"facebook", "instagram"})


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Shown]:
    with screen(tmp_path) as made:
        furnish(tmp_path / "data/fanal/history.db", int(time.time() * 1000))
        yield made


@pytest.fixture
def fanal(shown: Shown) -> Iterator[Running]:
    with closing(Running(shown.home)) as made:
        made.say(WRONG)
        yield made


@contextmanager
def opened(shown: Shown) -> Iterator[subprocess.Popen[bytes]]:
    """A window, until it is closed with its key, which must end it well."""
    window = shown.open()
    try:
        until(lambda: shown.count(UP, LEFT) > 500, "the rows of the platforms", 20)
        yield window
        if window.poll() is None:
            shown.keys("ctrl+q")
        assert window.wait(10) == 0
    finally:
        window.kill()
        window.wait(10)


@pytest.mark.usefixtures("fanal")
def test_it_shows_the_platforms_and_the_incidents_and_one_window_is_enough(shown: Shown) -> None:
    with opened(shown):
        until(lambda: shown.count(DOWN, LEFT) > 200, "two octagons at the left")
        until(lambda: shown.count(PARTIAL, RIGHT) > 100, "the triangles of the table")
        assert shown.count(LIGHT.bubble) == 0  # Fanal runs: no bar says otherwise
        [one] = shown.windows()
        shown.run("xdotool", "windowminimize", one)
        until(lambda: not shown.windows(), "the window to be out of sight")
        subprocess.run([sys.executable, "-m", "trayapp", "window"], env=shown.env, timeout=20, check=True)
        until(lambda: shown.windows() == [one], "the same window to be back")


def test_what_is_committed_is_on_the_screen_within_a_second(shown: Shown, fanal: Running) -> None:
    with opened(shown):
        until(lambda: shown.count(DOWN, LEFT) > 200, "two octagons at the left")
        for wrong in (frozenset(), WRONG, frozenset(), WRONG):
            began = time.monotonic()
            fanal.say(wrong)
            until(partial(lambda was: (shown.count(DOWN, LEFT) > 200) is bool(was), wrong), "the change")
            assert time.monotonic() - began <= 1.0  # with the time that a picture of the screen takes


def test_without_fanal_it_says_so_and_hears_when_one_begins_and_ends(shown: Shown) -> None:
    with opened(shown):
        until(lambda: shown.count(LIGHT.bubble) > 5_000, "the bar that says that Fanal does not run")
        with closing(Running(shown.home)) as fanal:
            fanal.say(WRONG)
            until(lambda: shown.count(LIGHT.bubble) == 0, "the bar to go")
        until(lambda: shown.count(LIGHT.bubble) > 5_000, "the bar to come back")


def test_keys_search_and_find_and_go_back(shown: Shown, fanal: Running) -> None:
    with opened(shown):
        until(lambda: shown.count(PARTIAL, RIGHT) > 100, "the triangles of the table")
        shown.keys("ctrl+f")
        shown.type("telegram")
        until(lambda: shown.count(PARTIAL, RIGHT) == 0, "only one incident to be left, which is no triangle")
        shown.keys("Escape")
        until(lambda: shown.count(PARTIAL, RIGHT) > 100, "all of them again")
        shown.keys("ctrl+f", "Down", "Down", "Down")
        until(lambda: shown.count(LIGHT.chosen, RIGHT) > 1_000, "a row to be selected")
        shown.keys("Return")
        until(lambda: shown.count(LIGHT.chosen, RIGHT) == 0, "the page in the place of the table")
        shown.keys("Escape")
        until(lambda: shown.count(LIGHT.chosen, RIGHT) > 1_000, "the table, and the row where it was")
    assert fanal.asked == []  # whoever looks asks for nothing


def test_f5_and_the_button_ask_the_running_fanal(shown: Shown, fanal: Running) -> None:
    with opened(shown):
        until(lambda: shown.count(LIGHT.accent) > 1_000, "the button to be pressed")
        shown.keys("F5")
        until(lambda: fanal.asked == [{"do": "check"}], "the request")
        shown.keys("ctrl+f", "shift+Tab", "Right", "Tab", "Return")  # the second page, its first button
        until(lambda: fanal.asked[1:] == [{"do": "complain", "platform": "facebook"}], "the complaint")


@pytest.mark.usefixtures("fanal")
def test_a_click_in_the_tray_opens_it_or_brings_it_to_the_front(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in shown.env.items():
        monkeypatch.setenv(name, value)
    opener = Opener([sys.executable, "-m", "trayapp"])
    assert opener.open("log")
    until(lambda: shown.count(DOWN, LEFT) > 200, "the window", 20)
    [one] = shown.windows()
    shown.run("xdotool", "windowminimize", one)
    until(lambda: not shown.windows(), "it to be out of sight")
    assert opener.open("log")
    until(lambda: shown.windows() == [one], "it to be back")
    shown.keys("Return")  # on the first platform: its page
    until(lambda: shown.count(LIGHT.chosen, LEFT) > 1_000, "the platform to be selected")
    shown.keys("ctrl+q")
    until(lambda: not shown.windows(), "it to be closed")


@pytest.mark.usefixtures("fanal")
def test_whoever_starts_fanal_once_more_sees_the_window(shown: Shown) -> None:
    try:
        subprocess.run([sys.executable, "-m", "trayapp"], env=shown.env, timeout=20, check=True, stderr=subprocess.PIPE)
        until(lambda: shown.count(DOWN, LEFT) > 200, "the window", 20)
        assert len(shown.windows()) == 1
    finally:
        shown.keys("ctrl+q")
    until(lambda: not shown.windows(), "it to be closed")


@pytest.mark.usefixtures("fanal")
def test_copy_as_text_is_a_line_for_others(shown: Shown) -> None:
    with opened(shown):
        code = "import tkinter; root = tkinter.Tk(); root.withdraw(); print(root.clipboard_get())"

        def pasted() -> str:
            shown.keys("ctrl+c")
            done = subprocess.run(
                [sys.executable, "-c", code], env=shown.env, capture_output=True, timeout=20, check=False
            )
            return done.stdout.decode()

        text = until(pasted, "something on the clipboard")
        assert text.startswith("Facebook and Instagram have been down since ")
        assert "The fault is on their side, not on ours." in text


def test_a_window_may_be_killed_at_any_time(shown: Shown, fanal: Running) -> None:
    for _ in range(3):
        window = shown.open()
        until(lambda: shown.count(UP, LEFT) > 500, "the rows", 20)
        window.send_signal(signal.SIGKILL)
        assert window.wait(10) == -signal.SIGKILL
        until(lambda: not shown.windows(), "the window to be gone")
        fanal.say(WRONG)
    assert call(shown.home / "run/fanal", {"do": "ping"}, 5.0) == {"done": True}
    until(lambda: not fanal.door._loop._clients, "the places of those who followed to be free")
    with closing(sqlite3.connect(shown.home / "data/fanal/history.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with opened(shown):
        assert len(shown.windows()) == 1


def namespaces() -> bool:
    """Whether this account may have a network of its own."""
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not namespaces(), reason="no network namespaces here: the engine would ask real hosts")
def test_what_the_real_engine_commits_is_on_the_screen_within_a_second(tmp_path: Path) -> None:
    """The whole way: a wish through the door, the engine, its commit, the push, the window. Its network is empty."""
    with screen(tmp_path) as shown:
        (tmp_path / "config/fanal").mkdir(parents=True)
        (tmp_path / "config/fanal/config.toml").write_text('language = "en"\n', "utf-8")  # no first start
        alone = ["unshare", "-rn", sys.executable, "-m", "trayapp"]
        with started(alone, shown.env):
            until(lambda: ask(shown, {"do": "ping"}), "Fanal to run", 30)
            window = shown.open()
            try:
                until(lambda: shown.count(OFFLINE) > 200, "the cut fan: nobody answers in an empty network", 60)
                for wish, colour in (("pause", PAUSED), ("resume", OFFLINE), ("pause", PAUSED)):
                    assert ask(shown, {"do": "wish", "wish": wish})
                    began = time.monotonic()
                    until(partial(lambda seen: shown.count(seen) > 200, colour), wish)
                    assert time.monotonic() - began <= 1.0 or wish == "resume"  # to be sure of the line takes longer
            finally:
                window.kill()
                window.wait(10)
            assert ask(shown, {"do": "quit"})


@pytest.mark.skipif(not namespaces(), reason="no network namespaces here: the engine would ask real hosts")
def test_the_button_starts_fanal_and_it_outlives_the_window(tmp_path: Path) -> None:
    with screen(tmp_path) as shown:
        (tmp_path / "config/fanal").mkdir(parents=True)
        (tmp_path / "config/fanal/config.toml").write_text('language = "en"\n', "utf-8")
        with started(["unshare", "-rn", sys.executable, "-m", "trayapp", "window"], shown.env) as window:
            until(lambda: shown.count(LIGHT.bubble) > 5_000, "the bar that says that Fanal does not run", 20)
            shown.keys("shift+Tab", "shift+Tab", "Return")  # from the list over the spans to the bar's button
            try:
                until(lambda: ask(shown, {"do": "ping"}), "Fanal to run", 30)
                until(lambda: shown.count(LIGHT.bubble) == 0, "the bar to go")
                shown.keys("ctrl+q")
                assert window.wait(10) == 0
                assert ask(shown, {"do": "ping"})
            finally:
                ask(shown, {"do": "quit"})
            until(lambda: not ask(shown, {"do": "ping"}), "its end")


def ask(shown: Shown, request: dict[str, object]) -> bool:
    try:
        return call(shown.home / "run/fanal", request, 5.0).get("done") is True
    except NotRunning:
        return False


@pytest.mark.parametrize(("language", "dark"), [("ar", True), ("fr", False)])
def test_at_twice_the_size_in_other_languages_and_lights(tmp_path: Path, language: str, *, dark: bool) -> None:
    with screen(tmp_path, "2300x1560", language=language, dark=dark, scale=2) as shown:
        furnish(tmp_path / "data/fanal/history.db", int(time.time() * 1000))
        window = shown.open()
        look = DARK if dark else LIGHT
        try:
            until(lambda: shown.count(UP) > 2_000, "the rows", 20)
            until(lambda: shown.count(look.bubble) > 20_000, "the bar, four times as large")
            near, far = (0.55, 0.15, 1.0, 1.0), (0.0, 0.15, 0.45, 1.0)
            lead, other = (near, far) if language == "ar" else (far, near)
            assert shown.count(UP, lead) > 10 * max(1, shown.count(UP, other))  # strips: where one begins to read
        finally:
            window.kill()
            window.wait(10)


def test_without_tk_the_package_is_named_and_the_browser_shows_a_page(tmp_path: Path) -> None:
    (tmp_path / "data/fanal").mkdir(parents=True)
    furnish(tmp_path / "data/fanal/history.db", int(time.time() * 1000))
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    (blocked / "tkinter.py").write_text("raise ImportError('no Tk here')\n", "utf-8")
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf "%s" "$1" > {tmp_path}/shown\n', "utf-8")
    browser.chmod(0o755)
    env = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_RUNTIME_DIR": str(tmp_path),
        "PYTHONPATH": str(blocked),
        "BROWSER": f"{browser} %s",
    }
    done = subprocess.run(
        [sys.executable, "-m", "trayapp", "window"], env=env, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert b"install " in done.stderr
    place = (tmp_path / "shown").read_text("utf-8")
    assert place == (tmp_path / "data/fanal/log.html").as_uri()
    text = (tmp_path / "data/fanal/log.html").read_text("utf-8")
    assert "Facebook and Instagram" in text
    assert "<b>We" not in text


def test_without_a_screen_it_says_what_to_do(tmp_path: Path) -> None:
    env = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LANG": "C.UTF-8", "XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "trayapp", "window"], env=env, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 3
    assert b"fanal log" in done.stderr
