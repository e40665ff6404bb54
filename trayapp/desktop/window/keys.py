"""The keys of the log window. What can be clicked can be reached with Tab as well, and pressed with Enter."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.desktop.window.log import LogWindow


def bind_keys(window: LogWindow) -> None:
    """Ctrl-F, F5, Ctrl-C, Escape, Ctrl-Q and Ctrl-W; on macOS with the command key as well."""
    root = window.look.root
    command = root.tk.call("tk", "windowingsystem") == "aqua"
    for letter, do in (("f", window.find), ("q", window.close), ("w", window.close)):
        for key in (letter, letter.upper()):
            root.bind(f"<Control-{key}>", _alone(do))
            if command:
                root.bind(f"<Command-{key}>", _alone(do))
    root.bind("<F5>", _alone(window.check))
    root.bind("<Escape>", _alone(window.back))
    root.bind("<Alt-Left>", _alone(window.back))
    for key in ("<Control-c>", "<Control-C>", *(("<Command-c>",) if command else ())):
        root.bind(key, lambda event: _copy(event, window))


def _alone(do: Callable[[], object]) -> Callable[[tk.Event[tk.Misc]], str]:
    def pressed(_: tk.Event[tk.Misc]) -> str:
        do()
        return "break"

    return pressed


def _copy(event: tk.Event[tk.Misc], window: LogWindow) -> None:
    """Where something is selected in a field, that is what is meant."""
    widget = event.widget
    if isinstance(widget, ttk.Entry) and widget.selection_present():
        return
    window.copy()
