"""The incidents: what is searched and chosen, a timeline, and a table."""

from __future__ import annotations

from dataclasses import replace
from tkinter import ttk
from typing import TYPE_CHECKING

from trayapp.core.model import Function, Scope
from trayapp.core.present import Icon
from trayapp.desktop.window.columns import places
from trayapp.desktop.window.palette import words_of
from trayapp.desktop.window.rows import Rows
from trayapp.desktop.window.timeline import TimelineView
from trayapp.desktop.window.widgets import Choice, Field, Words
from trayapp.log.filters import Filter
from trayapp.log.incidents import cell, order, said_by
from trayapp.log.span import Span
from trayapp.words import past

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable, Mapping, Sequence

    from trayapp.core.model import Source
    from trayapp.desktop.window.look import Look
    from trayapp.desktop.window.pen import Pen
    from trayapp.log.book import Book
    from trayapp.log.incidents import IncidentLine
    from trayapp.words.panes import Panes
    from trayapp.words.voice import Voice

_HIGH, _ROUND = 36, 52  # pixels at scale 1: of a row; what a choice needs round its words


class Incidents(ttk.Frame):
    """``opened`` is told of the incident whose page is wanted, ``sources`` asked who said so of those on the screen."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        words: Panes,
        voice: Voice,
        *,
        opened: Callable[[IncidentLine], object],
        sources: Callable[[Sequence[str]], object],
        hint: Callable[[str], object],
    ) -> None:
        super().__init__(master)
        self._look, self._words, self._voice, self._ask = look, words, voice, sources
        self._book: Book | None = None
        self._filter, self._span = Filter(), ""
        self._sort, self._down = "", False
        self._said: dict[str, str] = {}
        self._wanted: tuple[str, ...] = ()
        self._offered: tuple[object, ...] = ()
        self._choosers()
        self.timeline = TimelineView(self, look, voice, opened=self._open_id, hint=hint)
        self.timeline.pack(fill="x", pady=(0, look.px(8)))
        self._opened = opened
        self.table: Rows[IncidentLine] = Rows(
            self,
            look,
            height=_HIGH,
            paint=self._paint,
            key=lambda line: line.id,
            chosen=lambda line: self.timeline.choose(line.id),
            opened=opened,
            heads=self._heads,
            headed=self._headed,
            one_click=True,
        )
        self.table.pack(fill="both", expand=True)
        self.table.canvas.bind("<Key-s>", lambda _: self._next_sort())
        self.table.canvas.bind("<Key-S>", lambda _: self._turn())

    def _choosers(self) -> None:
        look, words = self._look, self._words
        self.search = Field(self, look, self._typed, words.search)
        self.search.pack(fill="x", pady=(look.px(6), 0))
        self.search.bind("<Down>", lambda _: self.table.canvas.focus_set())
        self.search.bind("<Return>", lambda _: self.table.canvas.focus_set())
        bar = ttk.Frame(self)
        bar.pack(fill="x")
        self._platform = Choice(bar, look, [("", words.every_platform)], self._pick_platform)
        self._function = Choice(bar, look, [("", words.every_function)], self._pick_function)
        self._scope = Choice(bar, look, [("", words.every_scope)], self._pick_scope)
        periods = [("", words.every_time), *((span.value, words.spans[span.value]) for span in Span)]
        self._period = Choice(bar, look, periods, self._pick_period)
        self._bar = bar
        usual = (words.every_platform, words.every_function, words.every_scope, words.every_time)
        self._needed = max(look.measure("text", look.visual(text)) for text in usual) + look.px(_ROUND)
        self._abreast = 0
        self._lay(0)
        bar.bind("<Configure>", lambda event: self._lay(event.width))
        self._count = Words(self, look, "", "Dim.TLabel", "small")
        self._count.pack(fill="x", padx=look.px(6), pady=(0, look.px(2)))

    def _lay(self, wide: int) -> None:
        """Four choices side by side where there is room for their words, else two and two."""
        abreast = 4 if wide >= 4 * self._needed else 2
        if abreast == self._abreast:
            return
        self._abreast = abreast
        for at, choice in enumerate((self._platform, self._function, self._scope, self._period)):
            choice.grid(row=at // abreast, column=self._look.column(at % abreast, abreast), sticky="ew")
            self._bar.columnconfigure(at, weight=int(at < abreast), uniform="choices" if at < abreast else "")

    def show(self, book: Book) -> None:
        """Another moment."""
        self._book = book
        self._offer(book)
        self._find()

    def clear(self) -> bool:
        """Show all again; whether anything had been searched or chosen."""
        if self._filter == Filter() and not self._span:
            return False
        self._filter, self._span = Filter(), ""
        self.search.put("")
        for choice in (self._platform, self._function, self._scope, self._period):
            choice.put("")
        self._find()
        return True

    def told(self, sources: Mapping[str, Sequence[Source]]) -> None:
        """Who said so of some of them."""
        self._said |= {each: said_by(self._voice, found) for each, found in sources.items()}
        self.table.draw()

    def _offer(self, book: Book) -> None:
        """What can be chosen: what occurs."""
        offered = book.platforms, book.functions, book.scopes
        if offered == self._offered:
            return
        self._offered = offered
        voice, words = self._voice, self._words
        functions = [(each.value, _capital(voice.word(each))) for each in book.functions]
        scopes = [(each.value, _capital(past.whose(voice, each))) for each in book.scopes]
        self._platform.offer([("", words.every_platform), *book.platforms])
        self._function.offer([("", words.every_function), *functions])
        self._scope.offer([("", words.every_scope), *scopes])

    def _typed(self, text: str) -> None:
        self._filter = replace(self._filter, text=text)
        self._find()

    def _pick_platform(self, code: str) -> None:
        self._filter = replace(self._filter, platforms=frozenset({code} if code else ()))
        self._find()

    def _pick_function(self, code: str) -> None:
        self._filter = replace(self._filter, functions=frozenset({Function(code)} if code else ()))
        self._find()

    def _pick_scope(self, code: str) -> None:
        self._filter = replace(self._filter, scopes=frozenset({Scope(code)} if code else ()))
        self._find()

    def _pick_period(self, code: str) -> None:
        self._span = code
        self._find()

    def _find(self) -> None:
        book = self._book
        if book is None:
            return
        since = book.now - Span(self._span).length if self._span else None
        lines = book.index.find(replace(self._filter, since=since))
        if self._sort:
            lines = tuple(sorted(lines, key=lambda line: order(line, self._sort), reverse=self._down))
        empty = self._words.no_match if book.lines else self._words.no_incident
        self.table.show(lines, empty)
        self._count.say(self._words.found(len(lines), len(book.lines)) if book.lines else "")
        begins = since if since is not None else book.since
        self.timeline.show(lines, begins, book.now)
        self._wanted = ()

    def _headed(self, x: int) -> None:
        wide = self.table.canvas.winfo_width() / self._look.scale
        for place in places(int(wide)):
            if place.name != "sources" and place.at <= x / self._look.scale < place.at + place.width:
                self._down = not self._down if place.name == self._sort else place.name in {"since", "duration"}
                self._sort = place.name
                self._resort()

    def _next_sort(self) -> None:
        """By the next column."""
        names = [p.name for p in places(int(self.table.canvas.winfo_width() / self._look.scale)) if p.name != "sources"]
        self._sort = names[(names.index(self._sort) + 1) % len(names) if self._sort in names else 0]
        self._resort()

    def _turn(self) -> None:
        self._down = not self._down
        self._resort()

    def _resort(self) -> None:
        self.table.heads()
        self._find()

    def _open_id(self, incident: str) -> None:
        if self.table.select(incident) and self.table.item is not None:
            self.timeline.choose(incident)
            self._opened(self.table.item)

    def _heads(self, pen: Pen) -> None:
        px = self._look.px
        for place in places(int(pen.width / self._look.scale)):
            said = past.heading(self._voice, place.name)
            if place.name == self._sort:
                said = f"{said} {'▾' if self._down else '▴'}"
            pen.text(px(place.at), px(15), said, width=px(place.width), font="small", colour=self._look.palette.dim)

    def _paint(self, pen: Pen, line: IncidentLine) -> None:
        look, px, middle = self._look, self._look.px, pen.height // 2
        icon = Icon(line.state.value)
        pen.icon(px(9), middle, icon, 18)
        for place in places(int(pen.width / look.scale)):
            said = cell(line, place.name, self._said.get(line.id, ""))
            colour, font = "", "text"
            if place.name == "state":
                said, colour = line.word, words_of(look.palette, icon)
            elif place.name == "names":
                font = "bold" if line.end is None else "text"
            elif place.name == "duration" and line.end is None and self._book is not None:
                said, colour = self._words.lasts(max(0, self._book.now - line.start)), words_of(look.palette, icon)
            elif place.name == "sources":
                self._need_sources()
                colour = look.palette.dim
            pen.text(px(place.at), middle, said, width=px(place.width), font=font, colour=colour)
        pen.line()

    def _need_sources(self) -> None:
        wanted = tuple(line.id for line in self.table.shown())
        if wanted != self._wanted:
            self._wanted = wanted
            self._ask(wanted)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
