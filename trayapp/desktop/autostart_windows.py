"""Autostart by the person's Run key; Windows' settings may have switched it off in ``StartupApproved``."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Protocol

from trayapp.desktop.autostart import Start, there

if sys.platform == "win32":
    import winreg

if TYPE_CHECKING:
    from collections.abc import Sequence

_VALUE = "Fanal"
_RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
_APPROVED = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
"""Binary; the task manager's "disabled" has an odd first byte. Not documented by Microsoft."""


class Registry(Protocol):
    """What is needed of HKEY_CURRENT_USER. Every method may raise OSError."""

    def get(self, key: str, name: str) -> str | bytes | None:
        """A value; None where there is none."""

    def put(self, key: str, name: str, value: str) -> None:
        """Write a string; the key is made where there is none."""

    def remove(self, key: str, name: str) -> None:
        """Remove a value, if there is one."""


class RunKey:
    """A value of the Run key."""

    place = rf"HKEY_CURRENT_USER\{_RUN}\{_VALUE}"

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def state(self) -> Start:
        """What the two keys say."""
        command = self._registry.get(_RUN, _VALUE)
        approved = self._registry.get(_APPROVED, _VALUE)
        if not isinstance(command, str) or (isinstance(approved, bytes) and approved[:1] and approved[0] % 2):
            return Start.OFF
        program = command[1:].partition('"')[0] if command.startswith('"') else command.partition(" ")[0]
        return Start.ON if there(program) else Start.BROKEN

    def on(self, command: Sequence[str]) -> None:
        """Write the value, and take back what switched it off."""
        self._registry.put(_RUN, _VALUE, subprocess.list2cmdline(command))
        self._registry.remove(_APPROVED, _VALUE)

    def off(self) -> None:
        """Remove both."""
        self._registry.remove(_RUN, _VALUE)
        self._registry.remove(_APPROVED, _VALUE)


if sys.platform == "win32":

    class _OfWindows:
        def get(self, key: str, name: str) -> str | bytes | None:
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                    value = winreg.QueryValueEx(opened, name)[0]
            except FileNotFoundError:
                return None
            return value if isinstance(value, str | bytes) else None

        def put(self, key: str, name: str, value: str) -> None:
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, key) as opened:
                winreg.SetValueEx(opened, name, 0, winreg.REG_SZ, value)

        def remove(self, key: str, name: str) -> None:
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key, 0, winreg.KEY_SET_VALUE) as opened:
                    winreg.DeleteValue(opened, name)
            except FileNotFoundError:
                return

    def registry() -> Registry:
        """The person's own."""
        return _OfWindows()

else:

    def registry() -> Registry:
        """Only Windows has one."""
        raise OSError("this system has no registry")
