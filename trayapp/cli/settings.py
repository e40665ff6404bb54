"""``fanal settings``: the window, where there can be one; one for each person."""

from __future__ import annotations

import importlib.util
import os
import sys
from typing import TYPE_CHECKING

from trayapp.cli.shell import KNOCK_S, Exit, tell
from trayapp.words.forms import Forms

if TYPE_CHECKING:
    from trayapp.cli.shell import Shell
    from trayapp.desktop.endpoint import LocalEndpoint


def settings(shell: Shell, page: str) -> int:
    """Show it until it is closed. ``page``: "first", "add" or "". 3: there can be no window; what to do is told."""
    forms = Forms(shell.voice)
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        tell(forms.no_window)
        return Exit.CANNOT_TELL
    if importlib.util.find_spec("_tkinter") is None:
        tell(forms.no_tk)
        return Exit.CANNOT_TELL
    from trayapp.desktop.endpoint import NotRunning, call, open_endpoint  # noqa: PLC0415 - only a window needs it

    place = shell.where.door / "settings"  # where this window is called from: beside the running Fanal's own door
    try:
        door = open_endpoint(place)
    except OSError as error:
        tell(shell.say.no_door(str(place), error.strerror or str(error)))
        return Exit.CANNOT_TELL
    if door is None:
        try:
            return Exit.WELL if call(place, {"page": page}, KNOCK_S).get("done") is True else Exit.CANNOT_TELL
        except NotRunning:
            return Exit.CANNOT_TELL
    try:
        return _shown(shell, page, forms, door)
    finally:
        door.close()


def _shown(shell: Shell, page: str, forms: Forms, door: LocalEndpoint) -> int:
    import tkinter as tk  # noqa: PLC0415 - not every Python has it

    from trayapp.cli.hands import hands_of  # noqa: PLC0415 - only a window needs it
    from trayapp.desktop.settings.window import opened  # noqa: PLC0415 - the same

    try:
        window = opened(page, shell.voice, shell.settings, hands_of(shell))
    except tk.TclError as error:
        tell(f"{forms.no_window} ({error})")
        return Exit.CANNOT_TELL
    door.serve(lambda request: {"done": window.wanted(str(request.get("page", "")))})
    window.run()
    return Exit.WELL
