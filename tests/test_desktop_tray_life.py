"""The tray from its choice to its end: panels that come late, a bus that dies, desktops without any."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from desktop_panel import FakePanel, shown
from desktop_rig import bare_bus, face, freeze, listens, needs, running, started, until

from trayapp.core.present import Icon
from trayapp.desktop import bus as dbus
from trayapp.desktop.bus import Bus
from trayapp.desktop.tray import NoTray, Trouble, choose

if TYPE_CHECKING:
    from collections.abc import Iterator


pytestmark = needs("dbus-daemon")


@pytest.fixture
def env(tmp_path: Path) -> Iterator[dict[str, str]]:
    with bare_bus(tmp_path) as named:
        yield named


@pytest.fixture
def panel(env: dict[str, str]) -> Iterator[FakePanel]:
    fake = FakePanel(env)
    yield fake
    fake.close()


# ---- panels that come late, or come back


def test_a_panel_that_comes_late_gets_the_icon(env: dict[str, str]) -> None:
    panel = FakePanel(env, watching=False)
    chosen = choose(print, env, "linux")
    assert chosen.trouble is Trouble.NO_WATCHER
    with running(chosen.tray, face(Icon.DOWN, "late")):
        panel.watch()
        assert panel.prop(panel.item(), "Title") == "late"
    panel.close()


def test_a_panel_that_comes_back_gets_the_icon_again(env: dict[str, str], panel: FakePanel) -> None:
    with shown(env, panel, face()) as (tray, item):
        panel.leave()
        tray.show(face(Icon.SLOW, "meanwhile"))
        panel.watch()
        assert panel.item() == item
        assert panel.prop(item, "Title") == "meanwhile"


# ---- the end


def test_stopping_takes_the_icon_away(env: dict[str, str], panel: FakePanel) -> None:
    with shown(env, panel, face()) as (tray, item):
        tray.stop()
        panel.until(lambda: panel.heard("NewStatus"), "the farewell")
        assert panel.signals[-1] == ("NewStatus", ("Passive",))
        asks = dbus.new_call(dbus.DAEMON, "NameHasOwner", "s", (item,))
        until(lambda: panel.bus.call(asks, 2.0).body == (False,), "the connection to close")
        tray.stop()  # once more does no harm
        tray.show(face(Icon.DOWN))


def test_a_tray_that_is_stopped_before_it_runs_does_not_stay(env: dict[str, str]) -> None:
    tray = choose(print, env, "linux").tray
    tray.stop()
    was_ready: list[bool] = []
    tray.run(face(), lambda: was_ready.append(True))
    assert was_ready == []


def test_a_face_shown_before_it_runs_is_the_first(env: dict[str, str], panel: FakePanel) -> None:
    tray = choose(print, env, "linux").tray
    tray.show(face(Icon.DOWN, "known before"))
    with running(tray, face(Icon.UNKNOWN, "first")):
        assert panel.prop(panel.item(), "Title") == "known before"


def test_what_goes_wrong_in_ready_is_raised_by_run(env: dict[str, str]) -> None:
    def ready() -> None:
        raise RuntimeError("the engine would not start")

    with pytest.raises(RuntimeError, match="the engine would not start"):
        choose(print, env, "linux").tray.run(face(), ready)


def test_a_dying_bus_ends_the_tray_with_one_clear_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ready = threading.Event()
    with bare_bus(tmp_path) as env:
        tray = choose(print, env, "linux").tray
        thread = threading.Thread(target=tray.run, args=(face(), ready.set))
        thread.start()
        until(ready.is_set, "the tray")
    thread.join(5)
    assert not thread.is_alive()
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.exc_info for record in warnings] == [None]
    assert "message bus" in warnings[0].getMessage()
    tray.show(face(Icon.DOWN))
    tray.stop()


def test_a_signal_to_the_process_can_stop_it(env: dict[str, str], panel: FakePanel) -> None:
    """As the program itself does it: run on the main thread, stop from the handler of SIGTERM."""
    program = (
        "import signal, sys\n"
        "from trayapp.core.ports import Face\n"
        "from trayapp.core.present import Icon\n"
        "from trayapp.desktop.tray import choose\n"
        "tray = choose(print).tray\n"
        "signal.signal(signal.SIGTERM, lambda *_: tray.stop())\n"
        "tray.run(Face(Icon.UP, 0, False, 'x', ()), lambda: None)\n"
        "sys.exit(7)\n"
    )
    here = {**os.environ, **env, "PYTHONPATH": str(Path(__file__).parents[1])}
    with started([sys.executable, "-c", program], here) as process:
        panel.item()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 7


# ---- which tray


def test_without_a_session_there_is_no_tray() -> None:
    assert choose(print, {}, "linux").trouble is Trouble.NO_SCREEN


@pytest.mark.parametrize(
    "address",
    ["", "unix:path=/nonexistent/bus", "nonsense", "unix:nonsense", "tcp:host=localhost,port=1", "autolaunch:"],
)
def test_a_screen_without_a_bus_is_told_apart(address: str) -> None:
    chosen = choose(print, {"DISPLAY": ":99", "DBUS_SESSION_BUS_ADDRESS": address}, "linux")
    assert chosen.trouble is Trouble.NO_BUS
    assert isinstance(chosen.tray, NoTray)


def test_the_bus_is_found_where_systemd_puts_it(tmp_path: Path) -> None:
    with bare_bus(tmp_path):
        bus = Bus({"XDG_RUNTIME_DIR": str(tmp_path)})
        assert bus.name.startswith(":")
        bus.close()


def test_a_bus_that_hangs_is_no_bus(tmp_path: Path) -> None:
    path = tmp_path / "bus"
    command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address=unix:path={path}"]
    with started(command, os.environ) as process:
        env = {"WAYLAND_DISPLAY": "w", "DBUS_SESSION_BUS_ADDRESS": f"unix:path={path}"}
        until(lambda: listens(env), "the bus")
        freeze(process)
        chosen: list[Any] = []
        thread = threading.Thread(target=lambda: chosen.append(choose(print, env, "linux")))
        thread.start()
        thread.join(5)
        assert [each.trouble for each in chosen] == [Trouble.NO_BUS]


def test_a_system_whose_toolkit_does_not_load_has_no_tray(caplog: pytest.LogCaptureFixture) -> None:
    assert choose(print, {}, "darwin").trouble is Trouble.NO_TOOLKIT  # its toolkit is not installed here
    assert "tray cannot be used" in caplog.text


def test_no_tray_stays_until_it_is_stopped() -> None:
    tray = NoTray()
    with running(tray, face()) as thread:
        tray.show(face(Icon.DOWN))
        assert thread.is_alive()
    NoTray().stop()


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    program = "import sys, trayapp.desktop.tray, trayapp.desktop.notify; print(*sys.modules)"
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", program], env=here, capture_output=True, check=True, timeout=20)
    loaded = set(done.stdout.decode().split())
    assert not loaded & {"PIL", "pystray", "jeepney", "plyer", "subprocess"}
