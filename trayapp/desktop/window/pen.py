"""Draws one row of a list on a canvas. Places are told from where one begins to read, and mirrored in Arabic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tkinter as tk

    from trayapp.core.present import Icon
    from trayapp.desktop.window.look import Look


@dataclass(frozen=True, slots=True)
class Pen:
    """For the row whose upper edge is at ``y``; all in pixels of this screen.

    ``at``: from the side where one begins to read to the near side of what is drawn; ``down``: from the upper edge to
    its middle. ``chosen``: the row is selected. What is drawn carries ``tag``.
    """

    canvas: tk.Canvas
    look: Look
    y: int
    width: int
    height: int
    chosen: bool = False
    tag: str = "row"

    def text(
        self, at: int, down: int, text: str, *, width: int, font: str = "text", colour: str = "", end: bool = False
    ) -> None:
        """One line, cut where it is wider than ``width``; ``end``: it ends where its place ends, as numbers do."""
        look = self.look
        x = at + width if end else at
        anchor = look.end if end else look.start
        self.canvas.create_text(
            self.width - x if look.rtl else x,
            self.y + down,
            text=look.fit(text, width, font),
            anchor=anchor,
            font=look.fonts[font],
            fill=colour or look.palette.text,
            tags=self.tag,
        )

    def image(self, at: int, down: int, picture: tk.PhotoImage) -> None:
        """A picture, which somebody else must keep."""
        x = self.width - at if self.look.rtl else at
        self.canvas.create_image(x, self.y + down, image=picture, anchor=self.look.start, tags=self.tag)

    def icon(self, at: int, down: int, icon: Icon, size: float = 20) -> None:
        """The shape of a state, ``size`` pixels of scale 1 high."""
        self.image(at, down, self.look.icon(icon, size))

    def line(self) -> None:
        """A hairline at the row's lower edge."""
        y = self.y + self.height - 1
        self.canvas.create_line(0, y, self.width, y, fill=self.look.palette.line, tags=self.tag)
