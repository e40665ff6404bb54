"""The only place that imports pystray, and our menu in its terms.

pystray chooses its toolkit while it is imported. On Linux that choice may raise far more than ImportError (no display,
no typelib), and what it finds has no menu or pulls in 90 MB of GTK; so there it is told to choose none, and sni.py
brings ours.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, Final

os.environ["PYSTRAY_BACKEND"] = sys.platform if sys.platform in {"win32", "darwin"} else "dummy"
import pystray  # it reads the line above while it is imported

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trayapp.core.ports import Choice

NAME: Final = "fanal"
"""Under which panels remember the icon, and the icon's name on disk."""


def xorg_icon() -> Any:  # noqa: ANN401 - pystray ships no types
    """The icon of pystray for old X panels. Raises whatever Xlib raises: it opens $DISPLAY once while it is loaded."""
    from pystray import _xorg  # noqa: PLC0415 - only where there is a screen, and no better way

    return _xorg.Icon


BaseIcon = pystray.Icon
Menu = pystray.Menu


class Row(pystray.MenuItem):  # type: ignore[misc] # pystray ships no types
    """A menu row that remembers its command: what it does, whatever it is called at the moment."""

    def __init__(self, choice: Choice, on_command: Callable[[str], None], label: Callable[[str], str]) -> None:
        self.command = "" if choice.more else choice.command

        def act() -> None:
            on_command(self.command)

        action = menu(choice.more, on_command, label) if choice.more else act
        enabled = bool(choice.command or choice.more)
        super().__init__(label(choice.text), action, default=choice.default and bool(self.command), enabled=enabled)


def menu(choices: Sequence[Choice], on_command: Callable[[str], None], label: Callable[[str], str]) -> object:
    """``choices`` as a ``pystray.Menu``; "" is a separator. ``label`` writes a text as the toolkit reads it."""
    return Menu(*(Row(choice, on_command, label) if choice.text else Menu.SEPARATOR for choice in choices))
