"""How the window looks: colours, fonts and measures at one scale, and the styles of every stock widget.

Make one ``Look`` for each Tk; whatever is built on it asks it for pixels, fonts, colours and the reading direction.
"""

from __future__ import annotations

import sys
import tkinter as tk
from functools import lru_cache
from tkinter import font as tkfont
from tkinter import ttk
from typing import TYPE_CHECKING, Literal

from trayapp.desktop.icon import draw
from trayapp.desktop.window import styles
from trayapp.desktop.window.palette import DARK, LIGHT
from trayapp.desktop.window.shapes import photo
from trayapp.desktop.window.visual import fitting, wrapped

if TYPE_CHECKING:
    from trayapp.core.present import Icon
    from trayapp.desktop.window.visual import Visual

_FAMILIES = {
    "win32": ("Segoe UI", "Tahoma"),
    "darwin": (".AppleSystemUIFont", "Helvetica Neue"),
    "linux": (
        "Inter",
        "Adwaita Sans",
        "Cantarell",
        "Noto Sans",
        "Ubuntu",
        "Open Sans",
        "DejaVu Sans",
        "Liberation Sans",
    ),
}
_ARABIC = ("DejaVu Sans", "Noto Naskh Arabic", "Noto Sans Arabic", "Noto Kufi Arabic")
"""On X11 the joined letters' own forms are drawn (U+FE70 to U+FEFF): not every Arabic font has them."""
_SIZES = {"text": 13, "small": 12, "bold": 13, "head": 15, "title": 20}
"""Pixels at scale 1."""


class Look:
    """Everything a widget must know. ``px`` turns pixels at scale 1 into those of this screen."""

    def __init__(self, root: tk.Tk, *, dark: bool, scale: float, visual: Visual) -> None:
        self.root, self.scale, self.visual = root, scale, visual
        self.palette = DARK if dark else LIGHT
        self.rtl = visual.from_the_right
        self.lead: Literal["left", "right"] = "right" if self.rtl else "left"
        self.trail: Literal["left", "right"] = "left" if self.rtl else "right"
        self.start: Literal["w", "e"] = "e" if self.rtl else "w"
        self.end: Literal["w", "e"] = "w" if self.rtl else "e"
        root.tk.call("tk", "scaling", scale * 96 / 72)
        family = _family(root, self.rtl)
        self.fonts = {
            name: tkfont.Font(
                root,
                family=family,
                size=-self.px(size),
                weight="bold" if name in {"bold", "head", "title"} else "normal",
            )
            for name, size in _SIZES.items()
        }
        for stock in ("TkDefaultFont", "TkTextFont", "TkMenuFont", "TkHeadingFont"):
            tkfont.nametofont(stock, root).configure(family=family, size=-self.px(_SIZES["text"]), weight="normal")
        self._icons: dict[tuple[Icon, int], tk.PhotoImage] = {}
        self.pictures = styles.install(self)
        self.measure = lru_cache(maxsize=8192)(self._measure)
        root.configure(background=self.palette.ground)

    def px(self, pixels: float) -> int:
        """So many pixels of scale 1, on this screen; never none."""
        return max(1, round(pixels * self.scale))

    def _measure(self, font: str, drawn: str) -> int:
        return self.fonts[font].measure(drawn)

    def line(self, font: str = "text") -> int:
        """The height of a line, pixels."""
        return int(self.fonts[font].metrics("linespace"))

    def fit(self, text: str, width: int, font: str = "text") -> str:
        """``text`` on one line, ready to be drawn, cut with "…" where it is too wide."""
        return fitting(text, width, lambda drawn: self.measure(font, drawn), self.visual)

    def lines(self, text: str, width: int, font: str = "text") -> list[str]:
        """``text`` broken into lines, ready to be drawn."""
        return wrapped(text, width, lambda drawn: self.measure(font, drawn), self.visual)

    def icon(self, icon: Icon, size: float = 20) -> tk.PhotoImage:
        """The shape of a state, ``size`` pixels of scale 1 high."""
        key = icon, self.px(size)
        if key not in self._icons:
            self._icons[key] = photo(self.root, draw(icon, key[1]))
        return self._icons[key]

    def after(self, pixels: int) -> tuple[int, int]:
        """So much room behind a widget, and none before it: for ``padx``."""
        return (pixels, 0) if self.rtl else (0, pixels)

    def column(self, at: int, columns: int) -> int:
        """The grid's column for the one that is read ``at``-th of so many."""
        return columns - 1 - at if self.rtl else at

    @property
    def style(self) -> ttk.Style:
        """Of this Tk."""
        return ttk.Style(self.root)


def _family(root: tk.Tk, rtl: bool) -> str:  # noqa: FBT001 - one of two lists
    wanted = _ARABIC if rtl and sys.platform == "linux" else _FAMILIES.get(sys.platform, _FAMILIES["linux"])
    for name in wanted:
        if tkfont.Font(root, family=name, size=-12).actual("family").casefold() == name.casefold():
            return name
    return str(tkfont.nametofont("TkDefaultFont", root).actual("family"))
