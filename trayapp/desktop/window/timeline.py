"""The incidents as bars on an axis of time; a click on one opens its page."""

from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING

from trayapp.desktop.window.shapes import photo
from trayapp.log import ticks
from trayapp.log.palette import DARK, LIGHT
from trayapp.log.timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trayapp.core.model import Millis
    from trayapp.desktop.window.look import Look
    from trayapp.log.incidents import IncidentLine
    from trayapp.log.timeline import Timeline
    from trayapp.words.voice import Voice

_MARGIN = 8  # pixels at scale 1, round the drawing
_LETTERS = 11.0


class TimelineView(tk.Canvas):
    """Drawn again only when it has changed, and only while it can be seen."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        voice: Voice,
        *,
        opened: Callable[[str], object],
        hint: Callable[[str], object],
    ) -> None:
        super().__init__(master, background=look.palette.panel, highlightthickness=0, height=look.px(56))
        self._look, self._voice, self._hint = look, voice, hint
        self._lines: Sequence[IncidentLine] = ()
        self._since: Millis = 0
        self._until: Millis = 0
        self._chosen, self._drawing = "", ""
        self._of: Timeline | None = None
        self._photo: tk.PhotoImage | None = None
        self._scale = max(1.0, look.scale)
        self.bind("<Configure>", lambda _: self._later())
        self.bind("<Button-1>", lambda event: self._at(event) and opened(self._at(event)))
        self.bind("<Motion>", self._over)
        self.bind("<Leave>", lambda _: hint(""))

    def show(self, lines: Sequence[IncidentLine], since: Millis, until: Millis) -> None:
        """Other incidents, or another time."""
        self._lines, self._since, self._until = lines, since, until
        self._later()

    def choose(self, incident: str) -> None:
        """Put a ring round one."""
        if incident != self._chosen:
            self._chosen = incident
            self._later()

    def _later(self) -> None:
        if not self._drawing:
            self._drawing = self.after(30, self._draw)

    def _draw(self) -> None:
        self._drawing = ""
        if self._until <= self._since or self.winfo_width() < 2 * self._look.px(_MARGIN) + 2:
            return
        from trayapp.log import paint  # noqa: PLC0415 - loads the renderer: after the window can be seen
        from trayapp.log.lettering import Lettering  # noqa: PLC0415 - the same

        margin = self._look.px(_MARGIN)
        wide = (self.winfo_width() - 2 * margin) / self._scale
        rtl = self._look.rtl
        marks = ticks.times(self._voice.times, self._since, self._until, wide, rtl=rtl)
        self._of = timeline(self._lines, self._since, self._until, wide, marks, rtl=rtl)
        palette = DARK if self._look.palette.dark else LIGHT
        picture = paint.timeline(self._of, palette, Lettering(size=_LETTERS), self._scale, chosen=self._chosen)
        self._photo = photo(self._look.root, picture.convert("RGB"))
        self.delete("all")
        self.create_image(margin, margin, image=self._photo, anchor="nw")
        high = self._photo.height() + 2 * margin
        if int(self["height"]) != high:
            self.configure(height=high)

    def _at(self, event: tk.Event[tk.Misc]) -> str:
        margin = self._look.px(_MARGIN)
        if self._of is None:
            return ""
        return self._of.hit((event.x - margin) / self._scale, (event.y - margin) / self._scale)

    def _over(self, event: tk.Event[tk.Misc]) -> None:
        found = self._at(event)
        line = next((line for line in self._lines if line.id == found), None)
        self.configure(cursor="hand2" if line else "")
        self._hint(
            " · ".join(part for part in (line.names, line.word, line.since, line.duration) if part) if line else ""
        )
