"""How it ends when the system asks it to: real processes, in a network namespace where nothing answers."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
UNSHARE = [shutil.which("unshare") or "unshare", *([] if getattr(os, "geteuid", lambda: 1)() == 0 else ["-r"]), "-n"]
PIPE_LEAST = 4096


def _allowed() -> bool:
    try:
        return subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


pytestmark = pytest.mark.skipif(not _allowed(), reason="no network namespace of our own to be had (unshare -rn)")

Start = Callable[[int], "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start the program without a screen, its answers going into this file."""
    (tmp_path / "run").mkdir(mode=0o700)
    kept = {k: v for k, v in os.environ.items() if k in {"PATH", "PYTHONDONTWRITEBYTECODE"}}
    own = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path / "run"), "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
    running: list[subprocess.Popen[str]] = []

    def go(out: int) -> subprocess.Popen[str]:
        command = [*UNSHARE, sys.executable, "-m", "trayapp"]
        process = subprocess.Popen(command, env=kept | own, stdout=out, stderr=subprocess.PIPE, text=True)
        running.append(process)
        return process

    yield go
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


def heeds(process: subprocess.Popen[str]) -> bool:
    """Whether it has a handler for SIGTERM."""
    status = Path(f"/proc/{process.pid}/status").read_text("ascii")
    caught = next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(caught >> (signal.SIGTERM - 1) & 1)


def until(wanted: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.002)


@pytest.mark.parametrize("later_ms", [0, 20, 50, 100, 200, 400])
def test_at_whatever_moment_of_its_start_it_ends_well(start: Start, later_ms: int) -> None:
    process = start(subprocess.DEVNULL)
    until(lambda: heeds(process))
    deadline = time.monotonic() + later_ms / 1000
    until(lambda: time.monotonic() >= deadline)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=5)
    assert process.returncode == 0
    assert "Traceback" not in err


ENDED_AT_ONCE = """
import os, signal, sys
class Asked:
    def find_spec(self, name, *_):
        if name == "trayapp.cli.command":
            os.kill(os.getpid(), signal.SIGTERM)
sys.meta_path.insert(0, Asked())
from trayapp.cli import main
sys.exit(main(sys.argv[1:]))
"""
"""Asked to end before the first thing is loaded that a command needs."""


@pytest.mark.parametrize(("words", "code"), [([], 0), (["status"], -signal.SIGTERM)])
def test_the_handlers_stand_before_all_else_is_loaded(words: list[str], code: int, tmp_path: Path) -> None:
    """Of the program that watches; a command that only looks is ended as any other."""
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [*UNSHARE, sys.executable, "-c", ENDED_AT_ONCE, *words]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", "")


def test_a_terminal_that_takes_nothing_does_not_keep_it_from_ending(start: Start, tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("pipes are POSIX")
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writer, b"x" * PIPE_LEAST)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writer, b"x")
    os.set_blocking(writer, True)
    try:
        process = start(writer)
        history = tmp_path / ".local/share/fanal/history.db"
        until(history.exists)  # the engine is at work, and has something to show
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        process.communicate(timeout=10)
        assert time.monotonic() - began < 2.5
        assert process.returncode == 0
    finally:
        os.close(reader)
        os.close(writer)
