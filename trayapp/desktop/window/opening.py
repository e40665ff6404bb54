"""The first window of a process: Tk begun, the desktop asked how large and how dark, our theme on it."""

from __future__ import annotations

import os
import sys
import tkinter as tk
from typing import TYPE_CHECKING

from trayapp.core.present import Icon
from trayapp.desktop.window import taste
from trayapp.desktop.window.look import Look
from trayapp.desktop.window.visual import visual_of

if TYPE_CHECKING:
    from collections.abc import Mapping

CLASS = "Fanal"
"""The windows' class: what a panel groups them by, as the desktop file's StartupWMClass names it."""
_BAR = 64  # pixels: an icon large enough for every switcher


def open_root(
    title: str, *, language: str, theme: str = "system", scale: float = 0.0, env: Mapping[str, str] = os.environ
) -> Look:
    """Begin Tk and give the look of its window, ``look.root``, which is hidden until ``deiconify``.

    ``theme``: "system", "light" or "dark"; ``scale``: 0 as the desktop says. Raises tkinter.TclError without a screen.
    """
    portal = taste.Portal(env if theme == "system" and sys.platform == "linux" else {})
    _be_sharp()
    root = tk.Tk(className=CLASS)
    root.withdraw()
    wanted = scale or taste.scale(env, _xft_dpi(root), root.winfo_fpixels("1i"))
    look = Look(root, dark=taste.dark(theme, env, portal.answer), scale=wanted, visual=visual_of(language))
    root.title(title)  # whoever draws it orders and joins its letters itself
    root.iconphoto(True, look.icon(Icon.UP, _BAR / look.scale))  # noqa: FBT003  the library's own signature
    return look


def size_to(look: Look, size: tuple[int, int], least: tuple[int, int]) -> None:
    """Make the window so large, in pixels of scale 1, and no larger than the screen; never smaller than ``least``."""
    root = look.root
    room = root.winfo_screenwidth(), root.winfo_screenheight() - look.px(40)  # a panel, a title
    wide, high = (min(look.px(length), space) for length, space in zip(size, room, strict=True))
    root.minsize(*(min(look.px(length), space) for length, space in zip(least, room, strict=True)))
    root.geometry(f"{wide}x{high}")


def _be_sharp() -> None:
    """Windows would enlarge our picture instead of letting us draw it larger."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - only this system needs it

        try:
            ctypes.windll.shcore.SetProcessDpiAwareness(1)
        except OSError:  # set already, by a manifest
            return


def _xft_dpi(root: tk.Tk) -> str:
    """The X resource Xft.dpi, asked of the library that Tk itself speaks through; Tk 8.6 has no way to it.

    XGetDefault is in every libX11 since its first release; its answer belongs to the display.
    """
    if root.tk.call("tk", "windowingsystem") != "x11":
        return ""
    import ctypes  # noqa: PLC0415 - only this system needs it

    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return ""
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XGetDefault.restype = ctypes.c_char_p
    display = x11.XOpenDisplay(root.winfo_screen().encode("ascii", "replace"))
    if not display:
        return ""
    held = ctypes.c_void_p(display)
    try:
        said = x11.XGetDefault(held, b"Xft", b"dpi")
        return said.decode("ascii", "replace") if said else ""
    finally:
        x11.XCloseDisplay(held)
