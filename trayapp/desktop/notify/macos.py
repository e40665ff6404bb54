"""Notices on macOS through ``osascript``, which every Mac has.

The texts are arguments of a fixed script, never part of it. Known of this way: the notice bears the script editor's
name and picture, and cannot be clicked. Written from its manual; not yet run on a Mac.
"""

from __future__ import annotations

import logging
import subprocess
from typing import TYPE_CHECKING, Final, TypeAlias

from trayapp.core.ports import Delivery
from trayapp.desktop.text import clip, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trayapp.core.ports import Toast
    from trayapp.desktop.notify import Here

RANK: Final = 1
SECONDS: Final = 5.0
SCRIPT: Final = (
    "on run argv",
    'if (item 4 of argv) is "" then',
    "display notification (item 3 of argv) with title (item 2 of argv)",
    "else",
    "display notification (item 3 of argv) with title (item 2 of argv) sound name (item 4 of argv)",
    "end if",
    "end run",
)

SOUND = "Submarine"
"""One of the sounds in /System/Library/Sounds."""

Run: TypeAlias = "Callable[[Sequence[str], float], int]"
"""Run a command for at most so many seconds; return its exit code. Raises OSError, subprocess.TimeoutExpired."""

_log = logging.getLogger(__name__)


def channel(here: Here) -> MacNotifier | None:
    """This way, on macOS."""
    return MacNotifier() if here.platform == "darwin" else None


def run(command: Sequence[str], seconds: float) -> int:
    """The real ``Run``."""
    done = subprocess.run(  # noqa: S603 - a fixed program by its full path, arguments as a list, no shell
        command, timeout=seconds, check=False, stdin=subprocess.DEVNULL, capture_output=True
    )
    return done.returncode


class MacNotifier:
    """Fulfils ``core.ports.Notifier``."""

    name = "osascript"

    def __init__(self, run: Run = run) -> None:
        self._run = run

    def deliver(self, toast: Toast) -> Delivery:
        """Say it. REFUSED when the command is missing or fails, TIMED_OUT after ``SECONDS``."""
        script = [part for line in SCRIPT for part in ("-e", line)]
        # the first argument ends osascript's own options, so that a title may begin with "-"
        texts = ["fanal", clip(plain(toast.title), 200), clip(plain(toast.body), 1000), SOUND if toast.sound else ""]
        try:
            code = self._run(["/usr/bin/osascript", *script, *texts], SECONDS)
        except subprocess.TimeoutExpired:
            return Delivery.TIMED_OUT
        except OSError as error:
            _log.info("No osascript: %s", error)
            return Delivery.REFUSED
        if code:
            _log.info("osascript ended with %d.", code)
        return Delivery.REFUSED if code else Delivery.SAID
