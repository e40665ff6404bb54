"""The left side: every platform with its shape, its word, since when, and a strip of its past."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING

from trayapp.desktop.window.palette import words_of
from trayapp.desktop.window.rows import Rows
from trayapp.desktop.window.shapes import photo
from trayapp.desktop.window.widgets import Segments
from trayapp.log.palette import DARK, LIGHT
from trayapp.log.rows import say
from trayapp.log.span import Span, time_at

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable
    from tkinter import PhotoImage

    from trayapp.desktop.window.look import Look
    from trayapp.desktop.window.pen import Pen
    from trayapp.log.book import Book
    from trayapp.log.rows import PlatformRow
    from trayapp.words.panes import Panes
    from trayapp.words.voice import Voice

WIDE = 330  # pixels at scale 1
_HIGH = 66
_TEXT, _END = 44, 14  # pixels at scale 1: where texts begin, what stays free at the end


class Platforms(ttk.Frame):
    """``chosen``, ``opened`` are told of a platform, ``spanned`` of another stretch, ``hint`` what the mouse is on."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        words: Panes,
        voice: Voice,
        *,
        chosen: Callable[[PlatformRow], object],
        opened: Callable[[PlatformRow], object],
        spanned: Callable[[Span], object],
        hint: Callable[[str], object],
    ) -> None:
        super().__init__(master, style="Panel.TFrame", width=look.px(WIDE))
        self.pack_propagate(False)  # noqa: FBT003  the library's own signature
        self._look, self._words, self._voice, self._hint = look, words, voice, hint
        self._strips: dict[str, tuple[object, PhotoImage]] = {}
        self._book: Book | None = None
        spans = [(span.value, words.spans[span.value]) for span in Span]
        self.spans = Segments(self, look, spans, lambda code: spanned(Span(code)), "Panel.TFrame")
        self.spans.pack(side="top", anchor=look.start, padx=look.px(10), pady=look.px(8))
        self.rows: Rows[PlatformRow] = Rows(
            self, look, height=_HIGH, paint=self._paint, key=lambda row: row.id, chosen=chosen, opened=opened
        )
        self.rows.pack(fill="both", expand=True)
        self.rows.canvas.bind("<Motion>", self._over, add=True)
        self.rows.canvas.bind("<Leave>", lambda _: hint(""), add=True)

    def show(self, book: Book) -> None:
        """Another moment."""
        self._book = book
        self.rows.show(book.rows, self._words.no_platform if book.recorded else self._words.never)
        if self.rows.item is None and book.rows:
            self.rows.select(book.rows[0].id, tell=True)

    def _paint(self, pen: Pen, row: PlatformRow) -> None:
        look, px = self._look, self._look.px
        wide = pen.width - px(_TEXT) - px(_END)
        pen.icon(px(12), px(23), row.icon, 22)
        pen.text(px(_TEXT), px(15), row.name, width=wide, font="bold")
        word = " · ".join(part for part in (self._words.since(row.word, row.since), row.snoozed) if part)
        colour = words_of(look.palette, row.icon)
        pen.text(px(_TEXT), px(34), word, width=wide, font="small", colour=colour)
        pen.image(px(_TEXT), px(52), self._strip(row, wide))
        pen.line()

    def _strip(self, row: PlatformRow, wide: int) -> PhotoImage:
        known = self._strips.get(row.id)
        if known is not None and known[0] == (row.strip, wide):
            return known[1]
        from trayapp.log import paint  # noqa: PLC0415 - loads the renderer: after the window can be seen

        scale = max(1.0, self._look.scale)
        palette = DARK if self._look.palette.dark else LIGHT
        high = self._look.px(10) / scale
        picture = photo(self._look.root, paint.strip(row.strip, wide / scale, high, palette, scale, rtl=self._look.rtl))
        self._strips[row.id] = (row.strip, wide), picture
        return picture

    def _over(self, event: tk.Event[tk.Misc]) -> None:
        """What the piece of the strip under the mouse stands for."""
        row, book, px = self.rows.at(event.y), self._book, self._look.px
        if row is None or book is None:
            self._hint("")
            return
        x = event.x - (px(_END) if self._look.rtl else px(_TEXT))
        wide = self.rows.canvas.winfo_width() - px(_TEXT) - px(_END)
        strip = row.strip
        piece = strip.at(time_at(x, strip.since, strip.until, wide, rtl=self._look.rtl)) if 0 <= x < wide else None
        self._hint(say(self._voice, piece, book.now) if piece is not None else row.label)
