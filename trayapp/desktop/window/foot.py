"""The line at the bottom: what the mouse is on, else the keys; for a while a word about what was pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.desktop.window.widgets import Words

if TYPE_CHECKING:
    import tkinter as tk

    from trayapp.desktop.window.look import Look

_KEPT_MS = 6_000


class Foot(Words):
    """``usual`` is what stands there otherwise."""

    def __init__(self, master: tk.Misc, look: Look, usual: str) -> None:
        super().__init__(master, look, usual, "Dim.TLabel", "small")
        self._usual, self._hinted, self._kept = usual, "", ""

    def keep(self, text: str) -> None:
        """Say it for six seconds, whatever the mouse is on."""
        if self._kept:
            self.after_cancel(self._kept)
        self.say(text)
        self._kept = self.after(_KEPT_MS, self._forget)

    def hint(self, text: str) -> None:
        """What the mouse is on; "": nothing."""
        self._hinted = text
        if not self._kept:
            self.say(text or self._usual)

    def _forget(self) -> None:
        self._kept = ""
        self.say(self._hinted or self._usual)
