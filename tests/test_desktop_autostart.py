"""Autostart: on real folders, with the desktop's own reading of the file; Windows and macOS with stand-ins."""

from __future__ import annotations

import plistlib
import shlex
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trayapp.desktop.autostart import Start, autostart, own_command
from trayapp.desktop.autostart_linux import XdgAutostart, _program, _quoted
from trayapp.desktop.autostart_macos import LaunchAgent
from trayapp.desktop.autostart_windows import RunKey

HERE = [sys.executable, "-m", "trayapp"]


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path), "XDG_CONFIG_DIRS": str(tmp_path / "xdg")}


def linux(env: dict[str, str]) -> XdgAutostart:
    way = autostart(env, "linux")
    assert isinstance(way, XdgAutostart)
    return way


def test_on_and_off_leave_nothing_behind(env: dict[str, str], tmp_path: Path) -> None:
    way = linux(env)
    assert way.state() is Start.OFF
    way.off()
    assert list(tmp_path.iterdir()) == []
    way.on(HERE)
    file = tmp_path / ".config" / "autostart" / "fanal.desktop"
    assert way.place == str(file)
    assert way.state() is Start.ON
    assert f"Exec={sys.executable} -m trayapp" in file.read_text().splitlines()
    way.on(HERE)
    way.off()
    assert way.state() is Start.OFF
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_the_named_folder_is_used_and_a_relative_one_is_not(env: dict[str, str], tmp_path: Path) -> None:
    assert linux(env | {"XDG_CONFIG_HOME": str(tmp_path / "own")}).place.startswith(str(tmp_path / "own"))
    assert linux(env | {"XDG_CONFIG_HOME": "own"}).place.startswith(str(tmp_path / ".config"))


def test_what_the_system_starts_is_switched_off_by_hiding_it(env: dict[str, str], tmp_path: Path) -> None:
    system = tmp_path / "xdg" / "autostart" / "fanal.desktop"
    system.parent.mkdir(parents=True)
    system.write_text(f"[Desktop Entry]\nType=Application\nName=Fanal\nExec={sys.executable}\n")
    way = linux(env)
    assert way.state() is Start.ON
    way.off()
    assert way.state() is Start.OFF
    assert system.exists()
    way.on(HERE)
    assert way.state() is Start.ON


@pytest.mark.parametrize(
    ("entry", "state"),
    [
        ("Exec=/nowhere/fanal", Start.BROKEN),
        ("Exec=", Start.BROKEN),
        ("", Start.BROKEN),
        (f"Exec={sys.executable}\nHidden=true", Start.OFF),
        (f"Exec={sys.executable}\nX-GNOME-Autostart-enabled=false", Start.OFF),
        (f"# Exec=x\nExec={sys.executable}\n[Desktop Action other]\nExec=/nowhere", Start.ON),
    ],
)
def test_a_file_that_somebody_else_changed(env: dict[str, str], entry: str, state: Start) -> None:
    file = Path(linux(env).place)
    file.parent.mkdir(parents=True)
    file.write_text(f"[Desktop Entry]\nType=Application\n{entry}\n")
    assert linux(env).state() is state


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\u2028\u2029\x85"), min_size=1))
def test_any_path_is_read_back_as_it_was_written(path: str) -> None:
    assert _program(f"{_quoted(path)} -m trayapp") == path


@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="no desktop-file-validate here")
@pytest.mark.parametrize("program", ["/usr/bin/fanal", '/a place/with "quotes" $and `ticks` \\ 50%/fanal'])
def test_the_desktop_finds_nothing_wrong_with_the_file(env: dict[str, str], program: str) -> None:
    way = linux(env)
    way.on([program])
    subprocess.run(["desktop-file-validate", way.place], check=True, timeout=10)


@pytest.mark.skipif(shutil.which("gio") is None, reason="no gio here")
@pytest.mark.parametrize(
    "name", ["plain", 'with "quotes" $and `ticks` \\ é']
)  # GLib looks for a program of a name with % in vain
def test_the_desktop_starts_what_was_meant(env: dict[str, str], tmp_path: Path, name: str) -> None:
    program, said = tmp_path / name, tmp_path / "said"
    program.write_text(f'#!/bin/sh\nprintf "%s|" "$@" > "{said}"\n')
    program.chmod(0o755)
    way = linux(env)
    way.on([str(program), "-m", "a b", 'c"$d'])
    assert way.state() is Start.ON
    # Its own environment: what is started must not look for a desktop.
    subprocess.run(["gio", "launch", way.place], check=True, timeout=10, env={"PATH": "/usr/bin:/bin"} | env)
    deadline = time.monotonic() + 5
    while not said.exists() or not said.read_text().endswith("d|"):
        assert time.monotonic() < deadline, "it was not started"
        time.sleep(0.02)
    assert said.read_text() == '-m|a b|c"$d|'


def test_a_folder_that_cannot_be_written_is_an_error(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / ".config").write_text("in the way")
    assert linux(env).state() is Start.OFF
    with pytest.raises(OSError, match="config"):
        linux(env).on(HERE)


def test_a_mac_gets_a_launch_agent(tmp_path: Path) -> None:
    way = autostart({"HOME": str(tmp_path)}, "darwin")
    assert isinstance(way, LaunchAgent)
    assert way.state() is Start.OFF
    way.on(HERE)
    said = plistlib.loads(Path(way.place).read_bytes())
    assert (said["ProgramArguments"], said["RunAtLoad"], said.get("KeepAlive")) == (HERE, True, None)
    assert way.state() is Start.ON
    way.on(["/nowhere/fanal"])
    assert way.state() is Start.BROKEN
    Path(way.place).write_bytes(b"\x00 no list of properties")
    assert way.state() is Start.BROKEN
    way.off()
    way.off()
    assert way.state() is Start.OFF


@dataclass
class Keys:
    """The person's registry, in memory."""

    values: dict[tuple[str, str], str | bytes] = field(default_factory=dict)

    def get(self, key: str, name: str) -> str | bytes | None:
        return self.values.get((key.rpartition("\\")[2] + ("?" if "Approved" in key else ""), name))

    def put(self, key: str, name: str, value: str) -> None:
        self.values[key.rpartition("\\")[2], name] = value

    def remove(self, key: str, name: str) -> None:
        self.values.pop((key.rpartition("\\")[2] + ("?" if "Approved" in key else ""), name), None)


def test_windows_gets_a_value_of_the_run_key(tmp_path: Path) -> None:
    program = tmp_path / "a place" / "pythonw.exe"
    program.parent.mkdir()
    program.write_text("")
    program.chmod(0o755)
    keys = Keys()
    way = RunKey(keys)
    assert way.state() is Start.OFF
    way.on([str(program), "-m", "trayapp"])
    assert keys.values == {("Run", "Fanal"): f'"{program}" -m trayapp'}
    assert way.state() is Start.ON
    keys.values["Run?", "Fanal"] = b"\x03" + b"\0" * 11  # as the task manager switches it off
    assert way.state() is Start.OFF
    way.on([str(program)])
    assert way.state() is Start.ON
    program.unlink()
    assert way.state() is Start.BROKEN
    way.off()
    assert keys.values == {}


def test_the_program_that_is_started_is_this_one(tmp_path: Path) -> None:
    installed = tmp_path / "fanal"
    assert own_command(str(installed), "/usr/bin/python3", "linux") == ["/usr/bin/python3", "-m", "trayapp"]
    installed.write_text("")
    assert own_command(str(installed), "/usr/bin/python3", "linux") == [str(installed)]
    (tmp_path / "pythonw.exe").write_text("")
    quiet = [str(tmp_path / "pythonw.exe"), "-m", "trayapp"]
    assert own_command("fanal", str(tmp_path / "python.exe"), "win32") == quiet


def test_what_is_written_is_one_shell_word_where_it_is_simple() -> None:
    assert shlex.split(_quoted("/usr/bin/fanal")) == ["/usr/bin/fanal"]
