"""The chosen platform: why it is judged so, what is known of its functions, and how long its answers take."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING

from trayapp.desktop.window.page import Page
from trayapp.desktop.window.palette import words_of
from trayapp.desktop.window.shapes import photo
from trayapp.desktop.window.widgets import Button, Choice, Words
from trayapp.log.palette import DARK, LIGHT, hexed
from trayapp.words import past

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.core.model import Millis
    from trayapp.desktop.window.look import Look
    from trayapp.log.chart import Plot
    from trayapp.log.rows import PlatformRow
    from trayapp.log.series import Series
    from trayapp.words.panes import Panes
    from trayapp.words.voice import Voice

_CHART = 250  # height at scale 1
_LETTERS = 11.0


class About(ttk.Frame):
    """``complain`` and ``probed`` are told of the button and of another probe; ``hint`` what the mouse is on."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        words: Panes,
        voice: Voice,
        *,
        complain: Callable[[], object],
        probed: Callable[[str], object],
        hint: Callable[[str], object],
    ) -> None:
        super().__init__(master)
        self._look, self._words, self._voice, self._hint = look, words, voice, hint
        self._row: PlatformRow | None = None
        page = Page(self, look)
        page.pack(fill="both", expand=True)
        inside = page.inside
        top = ttk.Frame(inside)
        top.pack(fill="x", pady=look.px(10))
        self._icon = ttk.Label(top)
        self._icon.pack(side=look.lead)
        self.complain = Button(top, look, words.complain, complain)
        self.complain.pack(side=look.trail)
        self._name = Words(top, look, "", "Title.TLabel", "title")
        self._name.pack(side=look.lead, fill="x", expand=True, padx=look.px(10))
        self._state = Words(inside, look, "", "Bold.TLabel", "bold")
        self._state.pack(fill="x")
        self._why = Words(inside, look)
        self._why.pack(fill="x", pady=look.px(3))
        self._share = Words(inside, look, "", "Dim.TLabel", "small")
        self._share.pack(fill="x")
        self._trouble = ttk.Frame(inside)  # what is told only while there is any
        self._trouble.pack(fill="x")
        Words(inside, look, words.functions, "Bold.TLabel", "bold").pack(fill="x", pady=(look.px(10), look.px(2)))
        self._functions = ttk.Frame(inside)
        self._functions.pack(fill="x")
        bar = ttk.Frame(inside)
        bar.pack(fill="x", pady=(look.px(12), look.px(2)))
        self._probe = Choice(bar, look, [("", "")], probed, 14)
        self._probe.pack(side=look.trail)
        titles = ttk.Frame(bar)
        titles.pack(side=look.lead, fill="x", expand=True)
        Words(titles, look, words.times, "Bold.TLabel", "bold").pack(fill="x")
        Words(titles, look, words.times_more, "Dim.TLabel", "small").pack(fill="x")
        self.chart = Chart(inside, look, voice, hint)
        self.chart.pack(fill="x")
        Legend(inside, look, voice).pack(fill="x", pady=(look.px(4), look.px(12)))

    def show(self, row: PlatformRow) -> None:
        """Another platform, or the same at another moment."""
        if row == self._row:
            return
        if self._row is None or self._row.id != row.id:
            self.chart.wait()
        look, before, self._row = self._look, self._row, row
        self._icon.configure(image=look.icon(row.icon, 32))
        self._name.say(row.name)
        self._state.say(" · ".join(part for part in (self._words.since(row.word, row.since), row.snoozed) if part))
        self._why.say(" ".join(dict.fromkeys(part for part in (*row.details[: self._reasons(row)], row.scope) if part)))
        self._share.say(row.share)
        if before is None or (before.official, before.still) != (row.official, row.still):
            self._tell(row)
        if before is None or before.functions != row.functions:
            self._list(row)

    def _tell(self, row: PlatformRow) -> None:
        look, words = self._look, self._words
        for child in self._trouble.winfo_children():
            child.destroy()
        tk.Frame(self._trouble, background=look.palette.panel).pack()  # an empty frame would keep its last height
        for title, sentences in ((words.official, row.official), (words.still, row.still)):
            if sentences:
                top = Words(self._trouble, look, title, "Bold.TLabel", "bold")
                top.pack(fill="x", pady=(look.px(10), look.px(2)))
            for sentence in sentences:
                Words(self._trouble, look, sentence).pack(fill="x", pady=look.px(1))

    @staticmethod
    def _reasons(row: PlatformRow) -> int:
        """The details are reasons first, then the functions of which anything is known; those have a list below."""
        known = sum(1 for one in row.functions if one.state.value != "unknown")
        return max(0, len(row.details) - known)

    def _list(self, row: PlatformRow) -> None:
        from trayapp.core.present import Icon  # noqa: PLC0415 - a name of this function only

        look = self._look
        for child in self._functions.winfo_children():
            child.destroy()
        for at, one in enumerate(row.functions):
            icon = Icon(one.state.value)
            place = ttk.Frame(self._functions)
            place.grid(row=at // 2, column=look.column(at % 2, 2), sticky="ew", pady=look.px(2))
            ttk.Label(place, image=look.icon(icon, 16)).pack(side=look.lead)
            name = ttk.Label(place, text=look.visual(one.name))
            name.pack(side=look.lead, padx=look.px(6))
            word = ttk.Label(place, text=look.visual(one.word), foreground=words_of(look.palette, icon))
            word.pack(side=look.lead)
        for column in range(2):
            self._functions.columnconfigure(column, weight=1, uniform="functions")

    def draw(self, series: Series, now: Millis) -> None:
        """The chart of that platform."""
        if self._row is None or series.platform != self._row.id:
            return
        self._probe.offer([(probe, probe) for probe in series.probes] or [("", "")])
        if series.probe:
            self._probe.put(series.probe)
        self.chart.show(series, now)


class Chart(tk.Canvas):
    """Response times; the mouse or the arrow keys tell of one moment."""

    def __init__(self, master: tk.Misc, look: Look, voice: Voice, hint: Callable[[str], object]) -> None:
        ring = look.px(2)
        super().__init__(
            master,
            background=look.palette.panel,
            height=look.px(_CHART),
            highlightthickness=ring,
            highlightbackground=look.palette.panel,
            highlightcolor=look.palette.accent,
            takefocus=True,
        )
        self._look, self._voice, self._hint, self._ring = look, voice, hint, ring
        self._series: tuple[Series, Millis] | None = None
        self._plot: Plot | None = None
        self._photo: tk.PhotoImage | None = None
        self._cell, self._drawing = -1, ""
        self._scale = max(1.0, look.scale)
        self.bind("<Configure>", lambda _: self._later())
        self.bind("<Motion>", lambda event: self._point((event.x - ring) / self._scale))
        self.bind("<Leave>", lambda _: self._mark(-1))
        self.bind("<Left>", lambda _: self._step(-1))
        self.bind("<Right>", lambda _: self._step(1))

    def wait(self) -> None:
        """Another platform, whose answers are being read."""
        self._series = self._plot = None
        self.delete("all")

    def show(self, series: Series, now: Millis) -> None:
        """Other answers."""
        self._series = series, now
        self._later()

    def _later(self) -> None:
        if not self._drawing:
            self._drawing = self.after(20, self._draw)

    def _draw(self) -> None:
        self._drawing = ""
        wide, high = self.winfo_width() - 2 * self._ring, self.winfo_height() - 2 * self._ring
        if self._series is None or wide < self._look.px(80) or not self.winfo_viewable():
            return
        from trayapp.log import paint  # noqa: PLC0415 - loads the renderer: only who looks at a chart pays for it
        from trayapp.log.chart import plot  # noqa: PLC0415 - the same
        from trayapp.log.lettering import Lettering  # noqa: PLC0415 - the same

        series, now = self._series
        self._plot = plot(self._voice, series, wide / self._scale, high / self._scale, now)
        palette = DARK if self._look.palette.dark else LIGHT
        picture = paint.chart(self._plot, palette, Lettering(size=_LETTERS), self._scale)
        self._photo = photo(self._look.root, picture.convert("RGB"))
        self.delete("all")
        self.create_image(self._ring, self._ring, image=self._photo, anchor="nw")

    def _point(self, x: float) -> None:
        cells = self._plot.cells if self._plot is not None else ()
        self._mark(next((n for n, cell in enumerate(cells) if cell.left <= x < cell.right), -1))

    def _step(self, step: int) -> str:
        if self._plot is not None and self._plot.cells:
            last = len(self._plot.cells) - 1
            forward = -step if self._look.rtl else step
            self._mark(last if self._cell < 0 else min(max(self._cell + forward, 0), last))
        return "break"

    def _mark(self, number: int) -> None:
        if number == self._cell:
            return
        self._cell = number
        self.delete("mark")
        if self._plot is None or number < 0:
            self._hint("")
            return
        cell, box = self._plot.cells[number], self._plot.box
        x = self._ring + (cell.left + cell.right) / 2 * self._scale
        top, bottom = (self._ring + y * self._scale for y in (box.top, box.bottom))
        accent = self._look.palette.accent
        self.create_line(x, top, x, bottom, fill=accent, width=self._look.px(1), tags="mark")
        self._hint(cell.text)


class Legend(ttk.Frame):
    """What the colours and lines of the chart are."""

    def __init__(self, master: tk.Misc, look: Look, voice: Voice) -> None:
        super().__init__(master)
        palette = DARK if look.palette.dark else LIGHT
        entries = [(hexed(colour), past.phase(voice, name), 10) for name, colour in palette.phases.items()]
        lines = zip(("median", "high"), (palette.ink, palette.faint), strict=True)
        entries += [(hexed(colour), voice.text(past.CURVES[name]), 2) for name, colour in lines]
        for colour, words, high in entries:
            one = ttk.Frame(self)
            one.pack(side=look.lead, padx=look.after(look.px(12)))
            tk.Frame(one, background=colour, width=look.px(12), height=look.px(high)).pack(side=look.lead)
            said = ttk.Label(one, text=look.visual(words), style="Dim.TLabel")
            said.pack(side=look.lead, padx=look.px(4))
