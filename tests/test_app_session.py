"""How it ends with the person's session: the real program on a real screen, in a network namespace of its own."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from cli_rig import LACKING, UNSHARE
from desktop_rig import WATCHER, Desktop, desktop, listens, needs, started, until
from hosts.panels import TINT2
from Xlib import X  # type: ignore[import-untyped] # it ships no types
from Xlib.display import Display  # type: ignore[import-untyped] # as above

from trayapp.core.present import Icon
from trayapp.desktop.icon import COLOURS

if sys.platform == "win32":
    pytest.skip("signals, sockets and terminals of POSIX", allow_module_level=True)

ROOT = Path(__file__).resolve().parent.parent
ENDS_S = 2.0
PANEL = ["xfce4-panel", "--disable-wm-check"]

pytestmark = [
    pytest.mark.skipif(bool(LACKING), reason=LACKING),
    needs("Xvfb", "dbus-daemon", "xfce4-panel", "tint2", "openbox", "import"),
    pytest.mark.xdist_group("screen"),
]


class Session:
    """A desktop session that can lose each of its parts, and the program in it."""

    def __init__(self, desk: Desktop, folder: Path) -> None:
        self.desk, self.folder = desk, folder

    @contextmanager
    def fanal(self, **env: str) -> Iterator[subprocess.Popen[str]]:
        """The program, once it has an icon on the screen and has written to its history."""
        answered = Path(self.desk.env["XDG_CONFIG_HOME"], "fanal", "config.toml")
        answered.parent.mkdir(parents=True, exist_ok=True)
        answered.touch()  # else the window of the first start would come, and outlive it
        program = subprocess.Popen(
            [*UNSHARE, sys.executable, "-m", "trayapp"],
            env=self.desk.env | {"PYTHONPATH": str(ROOT)} | env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            until(lambda: self.desk.find(COLOURS[Icon.OFFLINE]), "the icon, which says that there is no network", 30)
            until(lambda: self.saved() is not None, "something in the history")
            yield program
        finally:
            program.kill()
            program.communicate()

    def saved(self) -> str | None:
        """The present state, as the history has it."""
        file = self.folder / ".local/share/fanal/history.db"
        if not file.exists():
            return None
        try:
            with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as history:
                row = history.execute("SELECT status FROM snapshot").fetchone()
        except sqlite3.OperationalError:  # it is being made
            return None
        return str(row[0]) if row else None


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with desktop(tmp_path) as desk:
        yield Session(desk, tmp_path)


def ends_well(program: subprocess.Popen[str], code: int = 0) -> str:
    """Within two seconds, without a traceback; what it said."""
    began = time.monotonic()
    out, err = program.communicate(timeout=ENDS_S + 5)
    assert time.monotonic() - began <= ENDS_S
    assert program.returncode == code
    assert "Traceback" not in out + err
    return err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_the_session_manager_says_stop(session: Session, number: signal.Signals) -> None:
    with started(PANEL, session.desk.env):
        until(lambda: session.desk.owned(WATCHER), "the panel")
        with session.fanal() as program:
            program.send_signal(number)
            ends_well(program)
            until(lambda: session.desk.find(COLOURS[Icon.OFFLINE]) is None, "the icon to go")
    assert '"line": "offline"' in str(session.saved())


def test_the_session_bus_goes_away(session: Session) -> None:
    with started(PANEL, session.desk.env):
        until(lambda: session.desk.owned(WATCHER), "the panel")
        with session.fanal() as program:
            kill("dbus-daemon", session)
            assert not listens(session.desk.env)
            assert "the desktop's message bus is" in ends_well(program)
    assert '"line": "offline"' in str(session.saved())


def test_the_screen_goes_away_where_it_carries_the_icon(session: Session) -> None:
    old = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}
    settings = session.folder / "tint2rc"
    settings.write_text(TINT2, "utf-8")
    with started(["openbox"], session.desk.env), started(["tint2", "-c", str(settings)], session.desk.env):
        until(lambda: takes_icons(session.desk.env["DISPLAY"]), "the panel")
        with session.fanal(**old) as program:
            kill("Xvfb", session)
            assert "because the screen is" in ends_well(program)
    assert '"line": "offline"' in str(session.saved())


def test_screen_and_panel_go_away_and_the_bus_stays(session: Session) -> None:
    """As after a log-out where systemd keeps the bus for another session of the same person."""
    with started(PANEL, session.desk.env):
        until(lambda: session.desk.owned(WATCHER), "the panel")
        with session.fanal() as program:
            kill("Xvfb", session)
            ends_well(program)
    assert '"line": "offline"' in str(session.saved())


def takes_icons(screen: str) -> bool:
    """Whether a panel takes icons the old way there."""
    display = Display(screen)
    try:
        return bool(display.get_selection_owner(display.intern_atom("_NET_SYSTEM_TRAY_S0")) != X.NONE)
    finally:
        display.close()


def kill(name: str, session: Session) -> None:
    """That server of this session, and no other."""
    wanted = {"Xvfb": "-displayfd", "dbus-daemon": session.desk.env["DBUS_SESSION_BUS_ADDRESS"]}[name]
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().decode().split("\0")
            parent = int((folder / "stat").read_text("utf-8").rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if line[0].rpartition("/")[2] == name and any(wanted in word for word in line) and parent == os.getpid():
            os.kill(int(folder.name), signal.SIGKILL)
            return
    pytest.fail(f"there is no {name} of ours")
