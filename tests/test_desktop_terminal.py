"""The terminal in place of a tray, and the gate that signals open."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from trayapp.core.ports import Delivery, Face, Toast
from trayapp.core.present import Icon
from trayapp.desktop.gate import Gate
from trayapp.desktop.terminal import Terminal


def face(answer: str) -> Face:
    return Face(Icon.UP, 0, mark=False, tooltip="", menu=(), answer=answer)


def terminal(out: io.StringIO) -> Terminal:
    return Terminal(out, lambda: "16:02:00", lambda text: text.replace("\x1b", ""))


def test_a_line_is_written_when_the_answer_changes_and_never_for_a_mere_look() -> None:
    out = io.StringIO()
    shown = terminal(out)
    for answer in ("All well", "All well", "Acme is \x1bdown", "All well"):
        shown.show(face(answer))
    assert out.getvalue() == "16:02:00  All well\n16:02:00  Acme is down\n16:02:00  All well\n"


def test_a_notice_is_written_whole() -> None:
    out = io.StringIO()
    toast = Toast("story", "Acme is down", "Since 16:02.\nYour line works.", urgent=True, icon=Icon.DOWN)
    assert terminal(out).deliver(toast) is Delivery.SAID
    assert out.getvalue() == "16:02:00  Acme is down\n16:02:00  Since 16:02.\n16:02:00  Your line works.\n"


def test_where_the_terminal_has_gone_a_notice_was_not_said_and_it_ends() -> None:
    out = io.StringIO()
    shown = terminal(out)
    out.close()
    toast = Toast("story", "Acme is down", "", urgent=True, icon=Icon.DOWN)
    assert shown.deliver(toast) is Delivery.REFUSED
    shown.run(face("All well"), lambda: pytest.fail("nobody is there to watch for"))


def test_a_gate_opened_before_the_wait_is_open_and_one_opened_later_lets_go() -> None:
    early, late = Gate(), Gate()
    early.open()
    early.open()
    early.wait()
    thread = threading.Thread(target=late.wait)
    thread.start()
    late.open()
    thread.join(5)
    assert not thread.is_alive()


SIGNALLED = """
import signal, sys
sys.path.insert(0, sys.argv[1])
from trayapp.desktop.gate import Gate
gate = Gate()
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    signal.signal(number, lambda *_: gate.open())
print("ready", flush=True)
gate.wait()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_many_signals_at_once_end_it_and_never_hang_it() -> None:
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGINT")]
    for _ in range(8):
        root = str(Path(__file__).resolve().parent.parent)
        process = subprocess.Popen([sys.executable, "-c", SIGNALLED, root], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        with process.stdout:
            assert process.stdout.readline() == "ready\n"
            for i in range(30):
                if process.poll() is None:
                    os.kill(process.pid, numbers[i % 3])
            began = time.monotonic()
            process.wait(5)
        assert time.monotonic() - began < 5
