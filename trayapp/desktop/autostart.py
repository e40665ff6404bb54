"""Whether Fanal starts when the person logs in: a file (Linux, macOS) or a value of the registry (Windows).

``autostart(env)`` gives this system's way; every way is a ``Way``.
"""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NAME = "fanal"


class Start(StrEnum):
    """Whether it starts by itself."""

    ON = "on"
    OFF = "off"
    BROKEN = "broken"  # it would, but the program named there is not there any more


class Way(Protocol):
    """One system's way. Every method may raise OSError."""

    place: str  # where it is written, as a person would look for it

    def state(self) -> Start:
        """As it is now."""

    def on(self, command: Sequence[str]) -> None:
        """Start ``command`` at every log-in: the program's absolute path, then its arguments."""

    def off(self) -> None:
        """Start nothing."""


def autostart(env: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Way:
    """The way of this system."""
    if platform == "win32":
        from trayapp.desktop.autostart_windows import RunKey, registry  # noqa: PLC0415 - only this system has it

        return RunKey(registry())
    if platform == "darwin":
        from trayapp.desktop.autostart_macos import LaunchAgent  # noqa: PLC0415 - the same

        return LaunchAgent(Path(env.get("HOME", "~")).expanduser())
    from trayapp.desktop.autostart_linux import XdgAutostart  # noqa: PLC0415 - the same

    return XdgAutostart(env)


def own_command(argv0: str = sys.argv[0], executable: str = sys.executable, platform: str = sys.platform) -> list[str]:
    """What starts this very program again, wherever it is started from."""
    if platform == "win32":
        quiet = Path(executable).with_name("pythonw.exe")  # the other one opens a console window at every log-in
        return [str(quiet if quiet.exists() else executable), "-m", "trayapp"]
    program = Path(argv0)
    if program.name == NAME and program.is_file():
        return [str(program.absolute())]  # not resolved: a link in ~/.local/bin outlives an update
    return [executable, "-m", "trayapp"]


def there(program: str) -> bool:
    """Whether ``program`` can be started: by its path, or by its name on the path."""
    from shutil import which  # noqa: PLC0415 - only this question needs it

    return which(program) is not None
