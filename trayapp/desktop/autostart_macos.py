"""Autostart by a launch agent: launchd.plist(5). It is loaded at the next log-in."""

from __future__ import annotations

import plistlib
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError

from trayapp.desktop.autostart import NAME, Start, there

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_LIMIT = 64 * 1024


class LaunchAgent:
    """A file in the person's ``Library/LaunchAgents``."""

    def __init__(self, home: Path) -> None:
        self._file = home / "Library" / "LaunchAgents" / f"{NAME}.plist"
        self.place = str(self._file)

    def state(self) -> Start:
        """What the file says; one that cannot be read starts nothing."""
        try:
            with self._file.open("rb") as opened:
                said = plistlib.loads(opened.read(_LIMIT))
        except FileNotFoundError:
            return Start.OFF
        except (plistlib.InvalidFileException, ExpatError, ValueError):
            return Start.BROKEN
        if not isinstance(said, dict) or said.get("Disabled") is True or said.get("RunAtLoad") is not True:
            return Start.OFF
        command = said.get("ProgramArguments")
        return Start.ON if isinstance(command, list) and command and there(str(command[0])) else Start.BROKEN

    def on(self, command: Sequence[str]) -> None:
        """Write the file. Only in a session with a screen; not started again when the person quits."""
        agent = {
            "Label": NAME,
            "ProgramArguments": list(command),
            "RunAtLoad": True,
            "LimitLoadToSessionType": "Aqua",
            "ProcessType": "Interactive",
        }
        self._file.parent.mkdir(parents=True, exist_ok=True)
        coming = self._file.with_suffix(".coming")
        coming.write_bytes(plistlib.dumps(agent))
        coming.replace(self._file)

    def off(self) -> None:
        """Remove the file."""
        self._file.unlink(missing_ok=True)
