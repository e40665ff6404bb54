"""A throw-away desktop for the tests: virtual screen, private message bus, real panel, real notification service."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from trayapp.core.ports import Choice, Face
from trayapp.core.present import Icon
from trayapp.desktop import bus as dbus
from trayapp.desktop.bus import Bus, BusGone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from trayapp.core.ports import Tray

WATCHER = "org.kde.StatusNotifierWatcher"

_BARE_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={path}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>"""

_PANEL = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="dark-mode" type="bool" value="{dark}"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=8;x=320;y=464"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="size" type="uint" value="32"/>
      <property name="icon-size" type="uint" value="22"/>
      <property name="plugin-ids" type="array"><value type="int" value="1"/><value type="int" value="2"/></property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="separator">
      <property name="expand" type="bool" value="true"/><property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-2" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
      <property name="known-items" type="array"><value type="string" value="fanal"/></property>
    </property>
  </property>
</channel>"""


def needs(*programs: str) -> pytest.MarkDecorator:
    """Skip where one of the Debian packages is missing."""
    missing = [program for program in programs if shutil.which(program) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed here: {', '.join(missing)}")


def until(condition: Callable[[], Any], what: str, seconds: float = 10.0) -> Any:
    """The first true value of ``condition``; fails the test after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds:g} s in vain for: {what}")
        time.sleep(0.02)
    return value


def face(icon: Icon = Icon.UP, tooltip: str = "Fanal", menu: Sequence[Choice] = (), **more: Any) -> Face:
    return Face(icon, more.get("count", 0), more.get("mark", False), tooltip, menu)


@contextmanager
def started(command: Sequence[str], env: Mapping[str, str], **more: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A program that is ended with the block, also if it was stopped or is stubborn."""
    process = subprocess.Popen(
        command, env=dict(env), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more
    )
    try:
        yield process
    finally:
        process.terminate()  # first kindly: a screen that is killed leaves its lock behind
        try:
            process.wait(2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def freeze(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        pytest.skip("needs SIGSTOP")
    process.send_signal(signal.SIGSTOP)


def thaw(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        pytest.skip("needs SIGCONT")
    process.send_signal(signal.SIGCONT)


@contextmanager
def bare_bus(folder: Path) -> Iterator[dict[str, str]]:
    """A session bus that starts no service by itself; yields the environment that names it."""
    path = folder / "bus"
    config = folder / "bus.conf"
    config.write_text(_BARE_BUS.format(path=path), "utf-8")
    with started(["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile"], os.environ):
        env = {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={path}"}
        until(lambda: listens(env), "the message bus")
        yield env


def listens(env: Mapping[str, str]) -> bool:
    """Does the bus answer yet? Its socket is to be seen a moment before."""
    try:
        Bus(env).close()
    except BusGone:
        return False
    return True


class Desktop:
    """A screen of 640 by 480 with a session bus; programs are started in its environment."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = env

    def run(self, *command: str) -> bytes:
        return subprocess.run(command, env=self.env, capture_output=True, check=True, timeout=20).stdout

    def picture(self) -> Image.Image:
        return Image.open(io.BytesIO(self.run("import", "-silent", "-window", "root", "png:-"))).convert("RGB")

    def find(self, colour: tuple[int, int, int], least: int = 30) -> tuple[int, int] | None:
        """The middle of the pixels of exactly this colour, if there are at least so many."""
        picture = self.picture()
        data = picture.tobytes()
        wanted = bytes(colour)
        at = [n for n in range(len(data) // 3) if data[3 * n : 3 * n + 3] == wanted] if wanted in data else []
        if len(at) < least:
            return None
        xs, ys = sorted(n % picture.width for n in at), sorted(n // picture.width for n in at)
        return xs[len(xs) // 2], ys[len(ys) // 2]

    def click(self, at: tuple[int, int], button: int = 1) -> None:
        self.point(at)
        self.run("xdotool", "click", str(button))

    def point(self, at: tuple[int, int]) -> None:
        self.run("xdotool", "mousemove", str(at[0]), str(at[1]))

    def windows(self) -> set[str]:
        """The windows that can be seen."""
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", ".*"], env=self.env, capture_output=True, check=False
        )
        return set(found.stdout.decode().split())

    def owned(self, name: str) -> bool:
        """Does someone own this name on the bus?"""
        bus = Bus(self.env)
        try:
            return bool(bus.call(dbus.new_call(dbus.DAEMON, "NameHasOwner", "s", (name,)), 2.0).body == (True,))
        finally:
            bus.close()


@contextmanager
def desktop(folder: Path, *, dark: bool = True) -> Iterator[Desktop]:
    """A screen and a session bus with activation (the panel's settings service needs it)."""
    config, run = folder / "config", folder / "run"
    settings = config / "xfce4/xfconf/xfce-perchannel-xml"
    settings.mkdir(parents=True)
    run.mkdir(mode=0o700)
    (settings / "xfce4-panel.xml").write_text(_PANEL.format(dark=str(dark).lower()), "utf-8")
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "XDG_CONFIG_HOME": str(config),
        "XDG_RUNTIME_DIR": str(run),
        "GTK_A11Y": "none",
        "NO_AT_BRIDGE": "1",
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={run}/bus",
    }
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "640x480x24", "-noreset", "-nolisten", "tcp"]
    try:
        with started(command, env, pass_fds=[writer]):
            env["DISPLAY"] = ":" + os.read(reader, 16).decode().strip()  # blocks until the screen is there
            bus = ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address=unix:path={run}/bus"]
            with started(bus, env):
                until(lambda: listens(env), "the message bus")
                yield Desktop(env)
    finally:
        os.close(reader)
        os.close(writer)


@contextmanager
def running(tray: Tray, first: Face) -> Iterator[threading.Thread]:
    """A tray that runs on a thread of its own until the block ends."""
    ready = threading.Event()
    thread = threading.Thread(target=tray.run, args=(first, ready.set), name="tray")
    thread.start()
    try:
        until(ready.is_set, "the tray to be ready")
        yield thread
    finally:
        tray.stop()
        thread.join(10)
        assert not thread.is_alive(), "the tray did not stop"
