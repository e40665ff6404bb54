"""The windows as a person meets them: on a real screen, with the keyboard, in a network where nothing answers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from cli_rig import LACKING, UNSHARE, Home, offline, people
from desktop_rig import bare_bus, needs, started, until

TK = pytest.mark.skipif(
    subprocess.run([sys.executable, "-c", "import tkinter"], check=False).returncode != 0, reason="no Tk"
)
pytestmark = [
    pytest.mark.xdist_group("screen"),
    TK,
    needs("Xvfb", "xdotool", "openbox", "dbus-daemon"),
    pytest.mark.skipif(bool(LACKING), reason=LACKING),
    pytest.mark.skipif(not shutil.which("unshare"), reason="no network namespaces here"),
]

SETTINGS = "^Fanal"
"""How the window's title begins in every language; xdotool can look for nothing but ASCII."""


@dataclass
class Screen:
    """A person before a screen of 1000 by 800."""

    home: Home

    @property
    def config(self) -> Path:
        return self.home.path / ".config" / "fanal" / "config.toml"

    def do(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env=self.home.env(), capture_output=True, text=True, timeout=20, check=False
        )
        return done.stdout.strip()

    def open(self, *words: str) -> subprocess.Popen[str]:
        command = [*UNSHARE, sys.executable, "-m", "trayapp", "settings", *words]
        process = subprocess.Popen(
            command,
            env=self.home.env(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.home.running.append(process)
        return process

    def window(self, title: str) -> str:
        """The window of that title, once it has the keyboard."""
        number = until(lambda: self.do("search", "--onlyvisible", "--name", title), f"the window {title}", 20)
        self.do("windowactivate", "--sync", number.split()[0])
        until(lambda: self.do("getactivewindow") == number.split()[0], "the keyboard to be with it")
        return str(number.split()[0])

    def there(self, title: str) -> bool:
        return bool(self.do("search", "--onlyvisible", "--name", title))

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.do("key", key)

    def written(self) -> dict[str, object]:
        return tomllib.loads(self.config.read_text("utf-8")) if self.config.exists() else {}


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    reader, writer = os.pipe()
    (tmp_path / "bus").mkdir()
    with ExitStack() as stack:
        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
        command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1000x800x24", "-noreset", "-nolisten", "tcp"]
        stack.callback(os.close, writer)
        stack.callback(os.close, reader)
        stack.enter_context(started(command, env, pass_fds=[writer]))
        env["DISPLAY"] = ":" + os.read(reader, 16).decode().strip()  # blocks until the screen is there
        stack.enter_context(started(["openbox", "--sm-disable"], env))
        bus = stack.enter_context(bare_bus(tmp_path / "bus"))
        for home in people(tmp_path):
            home.more = {"DISPLAY": env["DISPLAY"], **bus}
            yield managed(Screen(home))


def managed(screen: Screen) -> Screen:
    until(lambda: screen.do("get_desktop") == "0", "the window manager")
    return screen


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, told = process.communicate(timeout=10)
    return process.returncode, told


def test_the_first_start_asks_once_and_only_once(screen: Screen) -> None:
    program = screen.home.start()
    window = screen.window("Welcome to Fanal")
    assert screen.do("getwindowpid", window) != str(program.pid)
    until(lambda: offline(screen.home), "the program to watch meanwhile", 30)
    assert not screen.config.exists()
    screen.keys("Escape")
    until(lambda: screen.config.exists() and not screen.there("Welcome"), "the window to close")
    assert screen.written() == {}
    assert screen.home.fanal("stop").returncode == 0
    program.communicate(timeout=10)
    again = screen.home.start()
    until(lambda: offline(screen.home), "the program to watch again", 30)
    assert not screen.there("Welcome")
    assert screen.home.fanal("stop").returncode == 0
    again.communicate(timeout=10)


def test_with_a_configuration_nobody_is_greeted(screen: Screen) -> None:
    screen.config.parent.mkdir(parents=True)
    screen.config.write_text("", "utf-8")
    program = screen.home.start()
    until(lambda: offline(screen.home), "the program to watch", 30)
    assert not screen.there("Welcome")
    assert screen.home.fanal("stop").returncode == 0
    program.communicate(timeout=10)


def test_a_platform_is_switched_off_with_the_keyboard_and_it_holds_at_once(screen: Screen) -> None:
    screen.config.parent.mkdir(parents=True)
    screen.config.write_text('# mine\nplatforms = ["facebook", "discord"] # these two\n', "utf-8")
    program = screen.home.start()
    until(lambda: offline(screen.home), "the program to watch", 30)
    window = screen.open()
    screen.window(SETTINGS)
    screen.keys("Tab", "space", "ctrl+s")  # the first of all is facebook's
    until(lambda: screen.written() == {"platforms": ["discord"]}, "it to be written")
    assert screen.config.read_text("utf-8") == '# mine\nplatforms = ["discord"] # these two\n'

    def watched() -> list[str]:
        return [p["id"] for p in json.loads(screen.home.fanal("status", "--json").stdout)["platforms"]]

    until(lambda: watched() == ["discord"], "the running program to watch only this")
    screen.keys("Escape")
    assert ended(window) == (0, "")
    assert screen.home.fanal("stop").returncode == 0
    program.communicate(timeout=10)


@pytest.mark.parametrize("running", [True, False])
def test_a_platform_is_added(screen: Screen, *, running: bool) -> None:
    screen.config.parent.mkdir(parents=True)
    screen.config.write_text('platforms = ["discord"]\n', "utf-8")
    program = screen.home.start() if running else None
    if running:
        until(lambda: offline(screen.home), "the program to watch", 30)
    window = screen.open("add")
    dialog = screen.window("Add a platform")
    screen.do("type", "--window", dialog, "shop.example/health")
    screen.keys("Return")  # tests it: whatever comes back, it can be saved
    screen.keys("Tab", "Tab")
    screen.do("type", "My shop")
    file = screen.config.parent / "platforms" / "my-shop.toml"
    screen.keys("Return")
    until(file.exists, "the platform's file", 30)
    data = tomllib.loads(file.read_text("utf-8"))
    assert (data["id"], data["name"], data["probe"][0]["url"]) == ("my-shop", "My shop", "https://shop.example/health")
    until(lambda: screen.written() == {"platforms": ["discord", "my-shop"]}, "it to be switched on")
    until(lambda: not screen.there("Add a platform"), "the dialog to close")
    if program is not None:

        def watched() -> list[str]:
            return [p["id"] for p in json.loads(screen.home.fanal("status", "--json").stdout)["platforms"]]

        until(lambda: watched() == ["discord", "my-shop"], "it to be watched", 20)
    screen.window(SETTINGS)
    screen.keys("Escape")
    assert ended(window) == (0, "")
    if program is not None:
        assert screen.home.fanal("stop").returncode == 0
        program.communicate(timeout=10)


def test_what_is_broken_by_hand_cannot_be_saved_over(screen: Screen) -> None:
    screen.config.parent.mkdir(parents=True)
    screen.config.write_text("language = 3\n", "utf-8")
    window = screen.open()
    screen.window(SETTINGS)
    screen.keys("Tab", "space", "ctrl+s", "Escape")
    code, _ = ended(window)
    assert code == 0
    assert screen.config.read_text("utf-8") == "language = 3\n"


@pytest.mark.parametrize(
    ("language", "theme", "scale"),
    [("en", "light", "1.0"), ("fr", "dark", "2.0"), ("ar", "light", "2.0")],
)
def test_every_page_can_be_seen_in_every_language(screen: Screen, language: str, theme: str, scale: str) -> None:
    screen.config.parent.mkdir(parents=True)
    text = f'language = "{language}"\n[look]\ntheme = "{theme}"\nscale = {scale}\n'
    screen.config.write_text(text, "utf-8")
    window = screen.open()
    screen.window(SETTINGS)
    screen.keys("ctrl+Tab", "ctrl+Tab", "ctrl+Tab", "ctrl+Tab", "ctrl+s", "Escape")
    assert ended(window) == (0, "")
    assert screen.config.read_text("utf-8") == text


def test_a_second_one_is_the_first_one_brought_to_the_front(screen: Screen) -> None:
    screen.config.parent.mkdir(parents=True)
    screen.config.write_text("", "utf-8")
    window = screen.open()
    screen.window(SETTINGS)
    assert ended(screen.open()) == (0, "")
    assert ended(screen.open("add")) == (0, "")
    screen.window("Add a platform")
    screen.keys("Escape")
    until(lambda: not screen.there("Add a platform"), "the dialog to close")
    screen.window(SETTINGS)
    screen.keys("Escape")
    assert ended(window) == (0, "")


def test_the_first_questions_answered_with_the_keyboard(screen: Screen) -> None:
    window = screen.open("first")
    screen.window("Welcome to Fanal")
    screen.keys("Tab", "space", "ctrl+s")
    until(lambda: "platforms" in screen.written(), "the answer to be written")
    platforms = screen.written()["platforms"]
    assert isinstance(platforms, list)
    assert "facebook" not in platforms  # the first of all
    assert "telegram" in platforms
    assert "privacy" not in screen.written()  # never answered for them
    assert ended(window) == (0, "")
    assert screen.config.read_text("utf-8").startswith("# Fanal's settings.")
