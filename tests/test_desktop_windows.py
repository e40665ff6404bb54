"""A window is a process of its own; one that is open is brought to the front, not opened twice."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from engine_rig import until

from trayapp.desktop.windows import FIRST, WINDOWS, Opener

WINDOW = """
import os, pathlib, sys, threading
sys.path.insert(0, {root!r})
from trayapp.desktop.windows import called
folder = pathlib.Path({folder!r})
def front():
    with (folder / f"front-{{os.getpid()}}").open("a") as file:
        file.write("x")
called(front)
(folder / f"open-{{os.getpid()}}").write_text(" ".join(sys.argv[1:]))
end = threading.Event()
while not (folder / "close").exists():
    end.wait(0.02)
"""
ROOT = str(Path(__file__).resolve().parent.parent)


def opener(folder: Path) -> Opener:
    return Opener([sys.executable, "-c", WINDOW.format(root=ROOT, folder=str(folder))])


def names(folder: Path, kind: str) -> list[str]:
    return sorted(p.name for p in folder.glob(f"{kind}-*") if p.read_text("utf-8"))


def test_one_that_is_open_is_brought_to_the_front(tmp_path: Path) -> None:
    windows = opener(tmp_path)
    assert windows.open("settings")
    until(lambda: len(names(tmp_path, "open")) == 1)
    (first,) = tmp_path.glob("open-*")
    assert first.read_text("utf-8") == "settings"
    assert first.name != f"open-{os.getpid()}"
    assert windows.open("settings")
    assert windows.open("settings")
    pid = first.name.removeprefix("open-")
    until(lambda: (tmp_path / f"front-{pid}").exists() and (tmp_path / f"front-{pid}").read_text() == "xx")
    assert len(names(tmp_path, "open")) == 1
    (tmp_path / "close").touch()
    process = windows._open[WINDOWS["settings"]]
    until(lambda: process.poll() == 0)
    (tmp_path / "close").unlink()
    assert windows.open("settings")  # closed by the person, wanted again
    until(lambda: len(names(tmp_path, "open")) == 2)
    (tmp_path / "close").touch()
    again = windows._open[WINDOWS["settings"]]
    until(lambda: again.poll() == 0 and again.stdin is not None and again.stdin.closed)


def test_two_kinds_of_window_are_two(tmp_path: Path) -> None:
    windows = opener(tmp_path)
    assert windows.open("settings")
    assert windows.open(FIRST)
    until(lambda: len(names(tmp_path, "open")) == 2)
    assert {p.read_text("utf-8") for p in tmp_path.glob("open-*")} == {"settings", "settings first"}
    (tmp_path / "close").touch()
    for process in windows._open.values():
        until(lambda process=process: process.poll() == 0 and process.stdin.closed)  # type: ignore[misc]


def test_one_that_cannot_be_opened_harms_nobody(tmp_path: Path) -> None:
    assert not Opener([str(tmp_path / "nothing")]).open("settings")
