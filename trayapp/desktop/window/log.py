"""The log window put together: what is read goes to its parts, what is pressed goes to the running Fanal."""

from __future__ import annotations

import threading
import tkinter as tk
from queue import Empty, SimpleQueue
from tkinter import ttk
from typing import TYPE_CHECKING, Any

from trayapp.core.ports import StoreError
from trayapp.core.present import Icon
from trayapp.desktop.window.about import About
from trayapp.desktop.window.foot import Foot
from trayapp.desktop.window.header import Header
from trayapp.desktop.window.incident import IncidentPage
from trayapp.desktop.window.incidents import Incidents
from trayapp.desktop.window.keys import bind_keys
from trayapp.desktop.window.opening import size_to
from trayapp.desktop.window.platforms import Platforms
from trayapp.desktop.window.widgets import Tabs
from trayapp.log.span import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from trayapp.desktop.window.desk import Desk
    from trayapp.desktop.window.hands import Hands
    from trayapp.desktop.window.look import Look
    from trayapp.log.book import Book, Reader
    from trayapp.log.incidents import IncidentLine
    from trayapp.log.page import Page
    from trayapp.log.rows import PlatformRow
    from trayapp.words.panes import Panes
    from trayapp.words.voice import Voice

_TOLD = "<<Told>>"
_SIZE, _LEAST = (1080, 720), (720, 460)  # pixels at scale 1
_AGAIN_MS = 30_000  # what only grows old is drawn again: how long it lasts so far, whether anybody looks
_INCIDENTS, _ABOUT = 0, 1


class LogWindow:
    """Belongs to the main thread but for ``hand`` and ``heard``, which any thread may call."""

    def __init__(self, look: Look, words: Panes, voice: Voice, hands: Hands) -> None:
        self.look, self._words, self._voice, self._hands = look, words, voice, hands
        self._told: SimpleQueue[tuple[str, object]] = SimpleQueue()
        self._desk: Desk | None = None
        self._span, self._alive = Span.DAY, True
        self.book: Book | None = None
        self._platform, self._page, self._probe = "", "", ""
        self._build()
        self._takers: Mapping[str, Callable[[Any], object]] = {
            "book": self._show,
            "page": self._show_page,
            "series": lambda series: self.about.draw(series, self._hands.now()),
            "sources": self.incidents.told,
            "copy": self._to_clipboard,
            "front": lambda _: self._raise(),
            "say": self.foot.keep,
        }
        root = look.root
        root.bind(_TOLD, lambda _: self._take())
        root.protocol("WM_DELETE_WINDOW", self.close)
        bind_keys(self)
        size_to(look, _SIZE, _LEAST)

    def _build(self) -> None:
        look, words, root = self.look, self._words, self.look.root
        do = {"check": self.check, "copy": self.copy, "settings": self.settings, "start": self.start}
        self.header = Header(root, look, words, do)
        self.header.pack(side="top", fill="x")
        self.foot = Foot(root, look, words.keys)
        self.foot.pack(side="bottom", fill="x", padx=look.px(16), pady=look.px(5))
        self.platforms = Platforms(
            root,
            look,
            words,
            self._voice,
            chosen=self._choose,
            opened=lambda _: self._to(_ABOUT),
            spanned=self._spanned,
            hint=self.foot.hint,
        )
        self.platforms.pack(side=look.lead, fill="y")
        ttk.Frame(root, style="Line.TFrame", width=look.px(1)).pack(side=look.lead, fill="y")
        self._right = ttk.Frame(root)
        self._right.pack(side=look.lead, fill="both", expand=True, padx=look.px(14), pady=(look.px(4), 0))
        self.tabs = Tabs(self._right, look, lambda at: self._series() if at == _ABOUT else None)
        self.tabs.pack(fill="both", expand=True)
        self.incidents = Incidents(
            self.tabs, look, words, self._voice, opened=self.open, sources=self._sources, hint=self.foot.hint
        )
        self.about = About(
            self.tabs, look, words, self._voice, complain=self.complain, probed=self._probed, hint=self.foot.hint
        )
        self.tabs.page(self.incidents, words.incidents)
        self.tabs.page(self.about, words.platform)
        self.page = IncidentPage(self._right, look, words, back=self.back)

    def attach(self, desk: Desk) -> None:
        """Who reads for it; before anything is heard."""
        self._desk = desk

    def run(self) -> None:
        """Show it until it is closed."""
        root = self.look.root
        root.after(_AGAIN_MS, self._again)
        root.deiconify()
        self.platforms.rows.canvas.focus_set()
        root.mainloop()

    # what comes from other threads

    def hand(self, kind: str, answer: object) -> None:
        """Something was read, or done."""
        self._told.put((kind, answer))
        try:
            self.look.root.event_generate(_TOLD, when="tail")
        except (tk.TclError, RuntimeError):  # the window has been closed meanwhile
            return

    def heard(self, alive: bool) -> None:  # noqa: FBT001 - the agreed call
        """Whether Fanal runs; it may have written something."""
        self._alive = alive
        self.read()

    def read(self) -> None:
        """Read what is to be shown."""
        if self._desk is not None:
            now, span, alive = self._hands.now, self._span, self._alive
            self._desk.want("book", lambda reader: reader.book(now(), span, alive=alive))

    def front(self) -> None:
        """The window is wanted once more. From any thread."""
        self.hand("front", None)

    def _take(self) -> None:
        while True:
            try:
                kind, answer = self._told.get_nowait()
            except Empty:
                return
            if isinstance(answer, StoreError):
                self.header.tell(self._words.unreadable(str(answer)), start=False)
            elif answer is not None or kind == "front":
                self._takers[kind](answer)

    def _show(self, book: Book) -> None:
        self.book = book
        words, view = self._words, book.view
        seen = view.looked_at if view is not None else None
        icon = view.icon if view is not None else Icon.UNKNOWN
        self.header.show(icon, book.answer or words.never, words.looked(seen, book.now))
        told = "" if book.watching else words.silent(seen, book.now) if self._alive else words.gone(seen, book.now)
        self.header.tell(told, start=not self._alive)
        able = ["!disabled"] if self._alive else ["disabled"]
        self.header.check.state(able)
        self.about.complain.state(able)
        self.platforms.show(book)
        self.incidents.show(book)
        row = next((row for row in book.rows if row.id == self._platform), None)
        if row is not None:
            self.about.show(row)
            if self.tabs.at == _ABOUT:
                self._series()
        if self._page and any(line.id == self._page and line.end is None for line in book.lines):
            self._read_page()

    def _show_page(self, page: Page) -> None:
        if page.id == self._page:
            self.page.show(page)

    def _again(self) -> None:
        self.read()
        self.look.root.after(_AGAIN_MS, self._again)

    # what is pressed

    def check(self) -> None:
        """Ask everybody now."""
        self._do({"do": "check"}, self._words.asked)

    def complain(self) -> None:
        """The chosen platform does not work for the person."""
        name = next((row.name for row in self.book.rows if row.id == self._platform), "") if self.book else ""
        if name:
            self._do({"do": "complain", "platform": self._platform}, self._words.complained(name))

    def _do(self, request: Mapping[str, object], done: str) -> None:
        words, hands = self._words, self._hands

        def work() -> None:
            answer = hands.ask(request)
            self.hand("say", done if answer else words.not_done if answer is False else words.gone(None, 0))

        threading.Thread(target=work, name="ask", daemon=True).start()

    def start(self) -> None:
        """Start Fanal."""
        words, hands = self._words, self._hands

        def work() -> None:
            self.hand("say", words.starting if hands.start() else words.not_started)

        threading.Thread(target=work, name="start", daemon=True).start()

    def settings(self) -> None:
        """Open their window."""
        threading.Thread(target=self._hands.settings, name="settings", daemon=True).start()

    def copy(self) -> None:
        """The open page, or all that goes on now, as one line for others."""
        if self._page:
            if self.page.told is not None:
                self._to_clipboard(self.page.told.copy)
        elif self._desk is not None:
            now = self._hands.now
            self._desk.want("copy", lambda reader: reader.copy(now()))

    def _to_clipboard(self, text: str) -> None:
        root = self.look.root
        root.clipboard_clear()
        root.clipboard_append(text)
        self.foot.keep(self._words.copied)

    def open(self, line: IncidentLine) -> None:
        """An incident's page."""
        self._page = line.id
        self.page.wait(line.names, Icon(line.state.value))
        self.tabs.pack_forget()
        self.page.pack(fill="both", expand=True)
        self.page.evidence.canvas.focus_set()
        self._read_page()

    def _read_page(self) -> None:
        if self._desk is not None:
            incident, now = self._page, self._hands.now
            self._desk.want("page", lambda reader: reader.page(incident, now()))

    def back(self) -> None:
        """Leave what is open: the page, then what is searched and chosen."""
        if self._page:
            self._page = ""
            self.page.pack_forget()
            self.tabs.pack(fill="both", expand=True)
            self.incidents.table.canvas.focus_set()
        elif self.incidents.clear():
            self.incidents.table.canvas.focus_set()

    def find(self) -> None:
        """Search."""
        self._to(_INCIDENTS)
        self.incidents.search.focus_set()
        self.incidents.search.select_range(0, "end")

    def _to(self, tab: int) -> None:
        if self._page:
            self.back()
        self.tabs.go(tab)

    def close(self) -> None:
        """The end of the window and of its process; nothing is lost."""
        self.look.root.destroy()

    def _raise(self) -> None:
        root = self.look.root
        root.deiconify()
        root.lift()
        root.focus_force()

    def _choose(self, row: PlatformRow) -> None:
        if row.id != self._platform:
            self._platform, self._probe = row.id, ""
            self.about.show(row)
            if self.tabs.at == _ABOUT:
                self._series()

    def _spanned(self, span: Span) -> None:
        self._span = span
        self.read()

    def _probed(self, probe: str) -> None:
        self._probe = probe
        self._series()

    def _series(self) -> None:
        if self._desk is not None and self._platform:
            platform, span, probe, now = self._platform, self._span, self._probe, self._hands.now
            self._desk.want("series", lambda reader: reader.series(platform, span, now(), probe))

    def _sources(self, ids: Sequence[str]) -> None:
        if self._desk is not None:

            def look_up(reader: Reader) -> object:
                return dict(reader.sources(ids))

            self._desk.want("sources", look_up)
