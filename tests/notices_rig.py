"""Real notification services on a screen and a bus of their own, where nothing but they can show a notice."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from desktop_rig import Desktop, listens, started, thaw, until

from trayapp.core.ports import Toast
from trayapp.core.present import Icon
from trayapp.desktop import bus as dbus
from trayapp.desktop.bus import Bus, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVICE = "org.freedesktop.Notifications"
AT = dbus.Address("/org/freedesktop/Notifications", SERVICE, SERVICE)
ACTIONS = (("log", "Open log"), ("mute 1h", "Mute 1 h"), ("well", "What still works"))

_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={path}</listen><auth>EXTERNAL</auth><servicedir>{services}</servicedir>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>"""
_XFCONF = Path("/usr/share/dbus-1/services/org.xfce.Xfconf.service")
# The context menu of dunst is a program that is given the choices; this one always chooses to mute.
_DUNST = """[global]
follow = none
icon_position = left
max_icon_size = 64
markup = full
format = <b>%s</b>\\n%b
mouse_left_click = context
mouse_middle_click = do_action
dmenu = {dmenu}
"""


@dataclass(frozen=True)
class Daemon:
    """One of the programs that show notices, as Debian packs it."""

    name: str
    program: str  # "": not installed here
    one_window: bool = False  # all its notices stand in one
    one_at_a_time: bool = False  # the others wait, unseen


def _found(pattern: str) -> str:
    return next((str(path) for path in Path("/usr/lib").glob(pattern)), "")


DUNST = Daemon("dunst", shutil.which("dunst") or "", one_window=True)
XFCE = Daemon("xfce4-notifyd", _found("*/xfce4/notifyd/xfce4-notifyd"))
PLAIN = Daemon("notification-daemon", _found("notification-daemon/notification-daemon"), one_at_a_time=True)
DAEMONS = (DUNST, XFCE, PLAIN)


def each_daemon() -> list[Any]:
    """For ``parametrize``: those that are not installed are skipped and named."""
    return [
        pytest.param(
            daemon,
            id=daemon.name,
            marks=pytest.mark.skipif(not daemon.program, reason=f"not installed here: {daemon.name}"),
        )
        for daemon in DAEMONS
    ]


def toast(title: str = "Example is down", body: str = "since 16:17", key: str = "story", **more: Any) -> Toast:
    return Toast(key, title, body, more.get("urgent", False), more.get("icon", Icon.DOWN), more.get("actions", ACTIONS))


@contextmanager
def screen(folder: Path) -> Iterator[Desktop]:
    """A screen, and a bus that can start nothing but the settings service of Xfce."""
    run, services = folder / "run", folder / "services"
    run.mkdir(mode=0o700)
    services.mkdir()
    if _XFCONF.exists():
        shutil.copy(_XFCONF, services)
    config = folder / "bus.conf"
    config.write_text(_BUS.format(path=run / "bus", services=services), "utf-8")
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "XDG_CONFIG_HOME": str(folder / "config"),
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
            with started(["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile"], env):
                until(lambda: listens(env), "the message bus")
                yield Desktop(env)
    finally:
        os.close(reader)
        os.close(writer)


@contextmanager
def serving(daemon: Daemon, desktop: Desktop) -> Iterator[subprocess.Popen[bytes]]:
    """``daemon``, ready for notices; ended with the block, also if it was stopped."""
    command = [daemon.program]
    if daemon is DUNST:
        home = Path(desktop.env["HOME"])
        menu, config = home / "dmenu", home / "dunstrc"
        menu.write_text("#!/bin/sh\ngrep -m 1 Mute\n", "utf-8")
        menu.chmod(0o755)
        config.write_text(_DUNST.format(dmenu=menu), "utf-8")
        command += ["-config", str(config)]
    with started(command, desktop.env) as process:
        until(lambda: desktop.owned(SERVICE), daemon.name)
        try:
            yield process
        finally:
            if process.poll() is None:
                thaw(process)
    until(lambda: not desktop.owned(SERVICE), f"{daemon.name} to be gone")


def shown(daemon: Daemon, desktop: Desktop) -> int:
    """How many notices are to be seen."""
    if daemon.one_window:
        return int(
            ask(desktop, "org.freedesktop.DBus.Properties", "Get", "ss", ("org.dunstproject.cmd0", "displayedLength"))[
                0
            ][1]
        )
    return len(notice_windows(desktop))


def ask(desktop: Desktop, interface: str, member: str, signature: str | None = None, body: tuple[Any, ...] = ()) -> Any:
    """Call the service by hand; its reply."""
    bus = Bus(desktop.env)
    try:
        call = dbus.new_call(dbus.Address(AT.object_path, SERVICE, interface), member, signature, body)
        reply = bus.call(call, 5.0)
        assert reply.header.message_type is Kind.method_return, reply.body
        return reply.body
    finally:
        bus.close()


def notice_windows(desktop: Desktop) -> dict[str, tuple[int, int, int, int]]:
    """The windows large enough for a notice: x, y, width, height."""
    found = {}
    for window in desktop.windows():
        done = subprocess.run(
            ["xdotool", "getwindowgeometry", "--shell", window], env=desktop.env, capture_output=True, check=False
        )
        values = dict(line.split("=") for line in done.stdout.decode().split())  # empty: it went away meanwhile
        if values and 150 < int(values["WIDTH"]) < 640 and 30 < int(values["HEIGHT"]) < 400:
            found[window] = (int(values["X"]), int(values["Y"]), int(values["WIDTH"]), int(values["HEIGHT"]))
    return found


def ink(desktop: Desktop) -> int:
    """How many pixels are neither the bare screen nor a notice's ground: its text and its picture."""
    counts = sorted(count for count, _ in desktop.picture().getcolors(1 << 20) or [])
    return sum(counts[:-2])
