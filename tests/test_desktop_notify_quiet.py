"""The desktop's own "do not disturb": switched on real services, and read."""

from __future__ import annotations

import shutil
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest
from desktop_rig import Desktop, bare_bus, freeze, needs
from notices_rig import DUNST, PLAIN, SERVICE, XFCE, screen, serving
from test_desktop_notify import Service

from trayapp.desktop import bus as dbus
from trayapp.desktop.bus import Field, Message
from trayapp.desktop.notify.quiet import do_not_disturb

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

pytestmark = [needs("dbus-daemon"), pytest.mark.xdist_group("notices")]
on_a_screen = needs("Xvfb")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desktop]:
    with screen(tmp_path) as made:
        yield made


@pytest.fixture
def env(tmp_path: Path) -> Iterator[dict[str, str]]:
    with bare_bus(tmp_path) as named:
        yield named


@on_a_screen
@needs("dunst", "dunstctl", "dbus-send")
def test_dunst_paused(desk: Desktop) -> None:
    with serving(DUNST, desk):
        for switched in (False, True, False):
            desk.run("dunstctl", "set-paused", str(switched).lower())
            assert do_not_disturb(desk.env, "linux") is switched


@on_a_screen
@needs("xfconf-query")
@pytest.mark.skipif(not XFCE.program, reason="not installed here: xfce4-notifyd")
def test_xfce_switched(desk: Desktop) -> None:
    with serving(XFCE, desk):
        assert do_not_disturb(desk.env, "linux") is False  # nobody ever touched the switch
        for switched in ("true", "false"):
            desk.run("xfconf-query", "-c", "xfce4-notifyd", "-p", "/do-not-disturb", "-n", "-t", "bool", "-s", switched)
            assert do_not_disturb(desk.env, "linux") is (switched == "true")


@on_a_screen
@pytest.mark.skipif(not PLAIN.program, reason="not installed here: notification-daemon")
def test_one_that_has_no_switch_does_not_tell(desk: Desktop) -> None:
    with serving(PLAIN, desk):
        assert do_not_disturb(desk.env, "linux") is None


class Inhibits(Service):
    """With Plasma's property."""

    def __init__(self, env: Mapping[str, str], value: tuple[str, Any], name: str = "Plasma") -> None:
        self.value = value
        super().__init__(env, name=name)

    def _take(self, message: Message) -> None:
        super()._take(message)
        if message.header.fields[Field.member] == "Get" and message.body == (SERVICE, "Inhibited"):
            self._bus.send(dbus.new_return(message, "v", (self.value,)))


@pytest.mark.parametrize(
    ("value", "expected"),
    [(("b", True), True), (("b", False), False), (("s", "true"), None), (("u", 1), None), (("as", []), None)],
)
def test_the_property_of_plasma(env: dict[str, str], value: tuple[str, Any], expected: bool | None) -> None:  # noqa: FBT001 - a table's column
    service = Inhibits(env, value)
    assert do_not_disturb(env, "linux") is expected
    service.close()


def has_gnomes_schema() -> bool:
    if shutil.which("gsettings") is None:
        return False
    command = ["gsettings", "list-keys", "org.gnome.desktop.notifications"]
    return b"show-banners" in subprocess.run(command, capture_output=True, check=False).stdout


@pytest.mark.skipif(not has_gnomes_schema(), reason="not installed here: gsettings-desktop-schemas")
def test_the_setting_of_gnome(env: dict[str, str], tmp_path: Path) -> None:
    """GNOME's real settings, in a file of their own; only its shell is a stand-in."""
    here = {**env, "PATH": "/usr/bin", "XDG_CONFIG_HOME": str(tmp_path), "GSETTINGS_BACKEND": "keyfile"}
    service = Inhibits(env, ("s", ""), name="gnome-shell")
    for banners in ("true", "false"):
        command = ["gsettings", "set", "org.gnome.desktop.notifications", "show-banners", banners]
        subprocess.run(command, env=here, check=True)
        assert do_not_disturb(here, "linux") is (banners == "false")
    service.close()


def test_nobody_to_ask(env: dict[str, str]) -> None:
    assert do_not_disturb(env, "linux") is None
    assert do_not_disturb({}, "linux") is None
    assert do_not_disturb(env, "darwin") is None
    assert do_not_disturb(env, "win32") is None  # here: no such library


@on_a_screen
@needs("dunst")
def test_one_that_hangs_is_waited_for_a_second(desk: Desktop) -> None:
    with serving(DUNST, desk) as process:
        freeze(process)
        before = time.monotonic()
        assert do_not_disturb(desk.env, "linux") is None
        assert time.monotonic() - before < 1.5
