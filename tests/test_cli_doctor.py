"""Each advice of the doctor, by breaking the thing; and what it says where nothing is broken."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_rig import LACKING, UNSHARE, Home, offline, people, until
from desktop_panel import FakePanel
from desktop_rig import bare_bus, needs
from notices_rig import DUNST, screen, serving

from trayapp.cli.doctor import doctor  # noqa: F401 - first: the session's findings are the doctor's
from trayapp.cli.session import notices, tray
from trayapp.desktop.autostart_linux import XdgAutostart

in_a_namespace = pytest.mark.skipif(bool(LACKING), reason=LACKING)
NOWHERE = "/nowhere/at/all"
NO_STORE = "/proc/version"
"""A file without a certificate."""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    yield from people(tmp_path)


@pytest.fixture
def env(tmp_path: Path) -> Iterator[dict[str, str]]:
    with bare_bus(tmp_path) as named:
        yield named


# the session


@needs("dbus-daemon")
@pytest.mark.parametrize(
    ("desktop", "code"),
    [
        ("GNOME", "tray_gnome"),
        ("ubuntu:GNOME", "tray_gnome"),
        ("XFCE", "tray_xfce"),
        ("sway", "tray_wlroots"),
        ("KDE", "tray_other"),
        ("", "tray_other"),
    ],
)
def test_a_desktop_without_a_tray(env: dict[str, str], desktop: str, code: str) -> None:
    found = tray(env | {"WAYLAND_DISPLAY": "wayland-0", "XDG_CURRENT_DESKTOP": desktop}, "linux")
    assert (found.code, found.well) == (code, False)


@needs("dbus-daemon")
def test_a_desktop_with_a_tray(env: dict[str, str]) -> None:
    panel = FakePanel(env)
    try:
        found = tray(env | {"WAYLAND_DISPLAY": "wayland-0"}, "linux")
    finally:
        panel.close()
    assert (found.code, found.well) == ("tray_new", True)


def test_a_session_without_a_bus_or_a_screen(tmp_path: Path) -> None:
    dead = {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/none", "WAYLAND_DISPLAY": "wayland-0"}
    assert (tray(dead, "linux").code, tray(dead, "linux").well) == ("tray_bus", False)
    assert notices(dead, "linux").well is False
    assert tray({}, "linux").code == "tray_screen"
    assert tray({}, "win32").well
    assert notices({}, "darwin").well


@needs("dbus-daemon")
@pytest.mark.parametrize(
    ("desktop", "package"),
    [("XFCE", "xfce4-notifyd"), ("MATE", "mate-notification-daemon"), ("sway", "mako-notifier"), ("i3", "dunst")],
)
def test_nobody_shows_notices(env: dict[str, str], desktop: str, package: str) -> None:
    found = notices(env | {"XDG_CURRENT_DESKTOP": desktop}, "linux")
    assert (found.code, found.well, found.values) == ("notices", False, {"package": package})


@needs("dbus-daemon", "Xvfb", "dunst")
@pytest.mark.xdist_group("notices")
def test_somebody_shows_notices(tmp_path: Path) -> None:
    with screen(tmp_path) as desk, serving(DUNST, desk):
        found = notices(desk.env, "linux")
    assert (found.code, found.well, found.values) == ("notices", True, {"name": "dunst"})


# the computer


@in_a_namespace
@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            {"SSL_CERT_FILE": NO_STORE, "SSL_CERT_DIR": NOWHERE},
            f"✗ No certificate authority is trusted, because SSL_CERT_FILE or SSL_CERT_DIR names {NO_STORE}: ",
        ),
        (
            {"https_proxy": "socks5://me:secret@box.example:1080"},
            "✗ The proxy socks5://box.example:1080 cannot be used",
        ),
        (
            {"https_proxy": "http://me:secret@box.example:3128"},
            "✓ Platforms are asked through the proxy box.example:3128.",
        ),
        ({"TZ": "Mars/Olympus"}, "✗ The time zone Mars/Olympus is not known here"),
        ({"TZ": "CET-1CEST,M3.5.0,M10.5.0"}, "in the time zone CET-1CEST,M3.5.0,M10.5.0."),
        ({"TZ": "Europe/Paris"}, "in the time zone Europe/Paris."),
        ({"XDG_DATA_HOME": "/dev/null"}, "✗ The history cannot be written at /dev/null: "),
        ({"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}, "✗ The desktop's session bus does not answer. Install"),
    ],
)
def test_what_is_amiss_is_said_with_what_to_do(home: Home, more: dict[str, str], said: str) -> None:
    home.more = more
    ended = home.fanal("doctor")
    assert said in ended.stdout, ended.stdout
    assert "secret" not in ended.stdout + ended.stderr
    assert ended.stderr == ""
    assert ended.returncode == 3  # without a screen something always is


@in_a_namespace
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            "ProxyType=1\nhttpsProxy=http://me:secret@box.example 3128",
            "✓ Platforms are asked through the proxy box.exam",
        ),
        ("ProxyType=1\nhttpsProxy=socks://box.example 1", "✗ The proxy socks://box.example:1 cannot be used"),
        (
            "ProxyType=2\nProxy Config Script=http://me:secret@pac.example/x.pac",
            "✗ This desktop finds its proxy by a script (http://pac.example/x.pac), which Fanal does not run",
        ),
        ("ProxyType=3", "✗ This desktop finds its proxy by a script (WPAD), which Fanal does not run"),
        ("x" * 70_000, "✗ The desktop's proxy settings cannot be read, so platforms are asked directly."),
        ("ProxyType=0", "✓ No proxy is set: platforms are asked directly."),
    ],
)
def test_the_proxy_of_the_desktop(home: Home, settings: str, said: str) -> None:
    config = home.path / ".config" / "kioslaverc"
    config.parent.mkdir()
    config.write_text(f"[Proxy Settings]\n{settings}\n", "utf-8")
    home.more = {"XDG_CURRENT_DESKTOP": "KDE", "XDG_CONFIG_DIRS": "/nowhere"}
    ended = home.fanal("doctor")
    assert said in ended.stdout, ended.stdout
    assert "secret" not in ended.stdout + ended.stderr


@in_a_namespace
def test_the_program_that_should_start_by_itself_is_gone(home: Home) -> None:
    XdgAutostart({"HOME": str(home.path)}).on([NOWHERE])
    assert "✗ The program that should start when you log in is not there any more." in home.fanal("doctor").stdout
    assert home.fanal("autostart", "status").returncode == 3
    assert home.fanal("autostart", "on").returncode == 0
    assert "✓ Fanal starts when you log in." in home.fanal("doctor").stdout
    assert home.fanal("autostart", "off").stdout == "Fanal does not start when you log in.\n"


@in_a_namespace
def test_a_disk_that_is_nearly_full(home: Home) -> None:
    data = home.path / "data"
    data.mkdir()
    script = f'mount -t tmpfs -o size=2m tmpfs "{data}" && exec "{sys.executable}" -m trayapp doctor'
    env = home.env() | {"XDG_DATA_HOME": str(data)}
    ended = subprocess.run(
        [*UNSHARE, "-m", "sh", "-c", script], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert f"✗ Only 2 MB are free at {data}: free some space" in ended.stdout


@in_a_namespace
def test_settings_and_history_that_cannot_be_read(home: Home) -> None:
    config, data = home.path / ".config" / "fanal", home.path / ".local" / "share" / "fanal"
    config.mkdir(parents=True)
    data.mkdir(parents=True)
    (config / "config.toml").write_text("\nlanguage = 3\n")
    (data / "history.db").write_bytes(b"no history at all, and long enough to be looked at" * 100)
    said = home.fanal("doctor").stdout
    assert f"✗ {config / 'config.toml'}:2: `language`" in said
    assert f"✗ The history could not be read: {data / 'history.db'}" in said


@in_a_namespace
def test_consent_is_named_with_its_setting(home: Home) -> None:
    file = home.path / ".config" / "fanal" / "config.toml"
    assert f'outside = "on_suspicion" under [privacy] in {file}' in home.fanal("doctor").stdout
    file.parent.mkdir(parents=True)
    file.write_text('[privacy]\noutside = "never"\n')
    assert "are never asked about a platform that fails here, as you wished." in home.fanal("doctor").stdout


@in_a_namespace
def test_a_running_one_is_seen(home: Home) -> None:
    assert "✓ Fanal is not running. Start it with: fanal" in home.fanal("doctor").stdout
    home.start()
    until(lambda: offline(home))
    assert "✓ Fanal is running and looking." in home.fanal("doctor").stdout


@in_a_namespace
def test_it_leaves_no_trace(home: Home) -> None:
    before = sorted(home.path.rglob("*"))
    home.fanal("doctor")
    assert sorted(p for p in home.path.rglob("*") if p.name != "run") == before


# the settings


@in_a_namespace
def test_config_check_and_path(home: Home) -> None:
    file = home.path / ".config" / "fanal" / "config.toml"
    assert home.fanal("config", "path").stdout == f"{file}\n"
    well = home.fanal("config", "check")
    assert (well.returncode, well.stderr) == (0, "")
    assert well.stdout.startswith(f"There are no settings of your own; they would stand in {file}\nNothing is wrong: ")
    (file.parent / "platforms").mkdir(parents=True)
    file.write_text('platforms = ["discord"]\n\n[privacy]\nreports = "yes"\n')
    mine = file.parent / "platforms" / "mine.toml"
    mine.write_text('id = "mine"\nname = 3\n')
    ended = home.fanal("config", "check")
    assert (ended.returncode, ended.stderr) == (2, "")
    assert f"{file}:4: `privacy.reports` must be true or false\n" in ended.stdout
    assert f"{mine}:2: `name` must be" in ended.stdout


@in_a_namespace
def test_config_edit_opens_the_editor_and_looks_the_file_through(home: Home) -> None:
    file = home.path / ".config" / "fanal" / "config.toml"
    editor = home.path / "my editor"
    editor.write_text('#!/bin/sh\n[ "$1" = -w ] && cp "$2" "$2.seen" && echo "nonsense = 1" >> "$2"\n')
    editor.chmod(0o755)
    home.more = {"EDITOR": "/nowhere", "VISUAL": f"'{editor}' -w"}
    ended = home.fanal("config", "edit")
    assert ended.returncode == 2
    assert f"{file}:" in ended.stdout
    assert "nonsense" in ended.stdout
    begun = Path(f"{file}.seen").read_text()
    assert begun.startswith("# Fanal's settings. All of it is optional")
    file.write_text(re.sub("^# (?!Fanal)", "", begun, flags=re.MULTILINE).replace('"one", "another"', '"discord"'))
    assert home.fanal("config", "check").returncode == 0  # its examples are right


@in_a_namespace
def test_without_an_editor_it_says_which_setting_names_one(home: Home) -> None:
    home.more = {"VISUAL": "/nowhere", "PATH": str(home.path)}
    command = [*UNSHARE, sys.executable, "-m", "trayapp", "config", "edit"]
    ended = subprocess.run(command, env=home.env(), capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 3
    assert "set VISUAL or EDITOR" in ended.stderr


def test_it_needs_nothing_that_only_linux_has() -> None:
    script = (
        "import sys; sys.modules['jeepney'] = sys.modules['Xlib'] = None\n"
        "from trayapp.cli import doctor, session, looking, wishing, starting, configuring\n"
        "print(session.tray({}, 'win32').code, session.notices({}, 'darwin').code, doctor.trust({}, 'win32').code)"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout.split() == ["tray_own", "notices_own", "trust_own"]
