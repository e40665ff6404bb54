"""The window of the settings, and that of the first start: one form, one bar at its foot."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING

from trayapp.config.credits import load_credits
from trayapp.desktop.settings.add import Adding
from trayapp.desktop.settings.later import Later
from trayapp.desktop.settings.model import Complaint, Draft, changes, complaints, form_of
from trayapp.desktop.settings.parts import Parts
from trayapp.desktop.window.opening import open_root
from trayapp.desktop.window.page import Page
from trayapp.desktop.window.widgets import Button, Tabs, Words
from trayapp.desktop.windows import FIRST, called
from trayapp.words.forms import Forms

if TYPE_CHECKING:
    from trayapp.config import Settings
    from trayapp.desktop.settings.model import Done, Facts, Hands
    from trayapp.desktop.window.look import Look
    from trayapp.words.voice import Voice

ADD = "add"
_WIDE, _HIGH = 660, 640  # pixels at scale 1
_EDGE = 20
_FRONT, _ADD = "<<Front>>", "<<Add>>"


def opened(page: str, voice: Voice, settings: Settings, hands: Hands) -> Window:
    """The window, still hidden. ``page``: FIRST, ADD or "". Raises tkinter.TclError without a screen."""
    forms = Forms(voice)
    title = f"Fanal · {forms.settings}" if page != FIRST else forms.welcome
    look = open_root(title, language=voice.code, theme=settings.theme.value, scale=settings.scale)
    look.root.title(title)  # as it is: the window manager joins and orders it itself
    return Window(look, forms, hands, page)


class Window:
    """On page FIRST: the questions of the first start, all on one page."""

    def __init__(self, look: Look, forms: Forms, hands: Hands, page: str) -> None:
        self._look, self._forms, self._hands = look, forms, hands
        self._first, self._begins = page == FIRST, page
        self._later = Later(look.root)
        self._facts = hands.facts()
        self._before = form_of(self._facts.settings, self._facts.platforms, start=self._facts.start)
        self._draft = Draft(self._before, self._changed)
        self._parts = Parts(look, forms, self._draft)
        self._adding: Adding | None = None
        root = look.root
        wide, high = look.px(_WIDE), look.px(_HIGH)
        root.geometry(f"{min(wide, root.winfo_screenwidth())}x{min(high, root.winfo_screenheight() - look.px(80))}")
        root.minsize(min(look.px(420), root.winfo_screenwidth()), look.px(320))
        root.protocol("WM_DELETE_WINDOW", self._leave)
        root.bind("<Escape>", lambda _: self._leave())
        root.bind("<Control-s>", lambda _: self._save())
        root.bind(_FRONT, lambda _: self._front())
        root.bind(_ADD, lambda _: self.add())
        self._foot(root)
        self._listed: ttk.Frame | None = None
        self._fill()

    def run(self) -> None:
        """Show it until it is closed."""
        called(lambda: self.wanted(""))
        self._look.root.deiconify()
        if self._begins == ADD:
            self._look.root.after_idle(self.add)
        self._look.root.mainloop()

    def wanted(self, page: str) -> bool:
        """Somebody opens it once more: to the front with it. From any thread; whether it could be done."""
        try:
            self._look.root.event_generate(_FRONT, when="tail")
            if page == ADD and not self._first:
                self._look.root.event_generate(_ADD, when="tail")
        except (RuntimeError, tk.TclError):  # it is just being opened, or closed
            return False
        return True

    # what it shows

    def _fill(self) -> None:
        """Everything above the foot."""
        page = ttk.Frame(self._look.root)
        page.pack(side="top", fill="both", expand=True)
        if self._first:
            self._questions(self._paged(page))
        else:
            tabs = Tabs(page, self._look)
            for words, fill in (
                (self._forms.platforms, self._platforms),
                (self._forms.notices, self._notices),
                (self._forms.privacy, self._privacy),
                (self._forms.look, self._looks),
            ):
                frame = ttk.Frame(tabs)
                fill(self._paged(frame))
                tabs.page(frame, words)
            tabs.pack(fill="both", expand=True, padx=self._look.px(12), pady=(self._look.px(12), 0))
            tabs.focus_set()
        self._bar.lift()  # the Tab key goes through the page first
        self._tell_problems(self._facts)

    def _paged(self, master: tk.Misc) -> ttk.Frame:
        page = Page(master, self._look)
        page.pack(fill="both", expand=True)
        inside = ttk.Frame(page.inside)
        inside.pack(fill="both", expand=True, padx=self._look.px(_EDGE), pady=self._look.px(8))
        return inside

    def _questions(self, master: ttk.Frame) -> None:
        forms, parts = self._forms, self._parts
        Words(master, self._look, forms.welcome, "Title.TLabel", "title").pack(fill="x", pady=self._look.px(6))
        Words(master, self._look, forms.welcome_more).pack(fill="x")
        parts.head(master, forms.which, forms.which_more)
        parts.which(master, self._facts)
        parts.outside(master, later=True)
        parts.language(master)
        parts.start(master)
        parts.notice(master, self._notice)

    def _platforms(self, master: ttk.Frame) -> Button:
        self._listed = master
        self._parts.head(master, self._forms.which, self._forms.which_more)
        self._parts.which(master, self._facts)
        button = Button(master, self._look, f"{self._forms.add}…", self.add)
        button.pack(anchor=self._look.start, pady=self._look.px(12))
        return button

    def _notices(self, master: ttk.Frame) -> None:
        self._parts.flag(master, self._forms.give, "notices")
        self._parts.flag(master, self._forms.heed, "heed")
        self._parts.flag(master, self._forms.sound, "sound")
        self._parts.flag(master, self._forms.remind, "remind")
        self._parts.quiet(master)
        self._parts.notice(master, self._notice)

    def _privacy(self, master: ttk.Frame) -> None:
        self._parts.outside(master, later=False)
        self._parts.flag(master, self._forms.reports, "reports", self._forms.reports_more)
        for names, what in self._forms.learns(load_credits()):
            Words(master, self._look, names).pack(fill="x", pady=(self._look.px(10), 0))
            Words(master, self._look, what, "Dim.TLabel").pack(fill="x")
        Words(master, self._look, self._forms.no_makers, "Dim.TLabel").pack(fill="x", pady=self._look.px(16))

    def _looks(self, master: ttk.Frame) -> None:
        self._parts.language(master)
        self._parts.looks(master)
        self._parts.start(master)

    def _foot(self, root: tk.Tk) -> None:
        look, forms = self._look, self._forms
        self._bar = foot = ttk.Frame(root)
        foot.pack(side="bottom", fill="x", padx=look.px(_EDGE), pady=look.px(12))
        self._ready = Button(foot, look, forms.done if self._first else forms.save, self._save, "Primary")
        self._ready.pack(side=look.trail)
        Button(foot, look, forms.later if self._first else forms.close, self._leave).pack(
            side=look.trail, padx=look.px(8)
        )
        self._said = Words(foot, look)
        self._said.pack(side=look.lead, fill="x", expand=True)
        line = ttk.Frame(root, style="Line.TFrame", height=look.px(1))
        line.pack(side="bottom", fill="x")

    # what it does

    def add(self) -> None:
        """The dialog for a new platform."""
        if self._adding is None or not self._adding.there:
            self._adding = Adding(self._look, self._forms, self._hands, self._later, self._added)

    def _added(self, done: Done, name: str) -> None:
        facts = self._hands.facts()
        known = {p.id for p in self._facts.platforms}
        new = {p.id for p in facts.platforms} - known
        self._facts = facts
        self._before = form_of(facts.settings, facts.platforms, start=facts.start)
        self._draft.put(on=self._draft.form.on | new)
        if self._listed is not None:
            for old in self._listed.winfo_children():
                old.destroy()
            self._platforms(self._listed).focus_set()
        self._said.say(self._forms.added(name) if done.running else self._forms.saved_only)

    def _changed(self) -> None:
        found = complaints(self._draft.form)
        said = {Complaint.NO_PLATFORM: self._forms.at_least_one, Complaint.NO_TIMES: self._forms.no_times}
        self._said.say(said[found[0]] if found else "")
        self._ready.state(["disabled"] if found else ["!disabled"])

    def _save(self) -> None:
        form = self._draft.form
        if complaints(form):
            return
        wanted = changes(self._before, form, self._facts.settings, self._facts.platforms)
        start = form.start if form.start != self._before.start else None
        if not wanted and start is None and not self._first:
            self._said.say(self._forms.unchanged)
            return
        self._ready.state(["disabled"])
        self._later.do(lambda: self._hands.save(wanted, start), self._saved, self._not_saved)

    def _saved(self, done: Done) -> None:
        self._ready.state(["!disabled"])
        if not done.well:
            self._said.say("\n".join([self._forms.not_saved, *done.problems]))
            return
        if self._first:
            self._look.root.destroy()
            return
        self._facts = self._hands.facts()
        self._before = form_of(self._facts.settings, self._facts.platforms, start=self._facts.start)
        self._said.say(self._forms.saved if done.running else self._forms.saved_only)

    def _not_saved(self) -> None:
        self._ready.state(["!disabled"])
        self._said.say(self._forms.not_saved)

    def _notice(self) -> None:
        forms = self._forms
        self._later.do(
            self._hands.notice,
            lambda shown: self._said.say(forms.notice_sent if shown else forms.no_notice),
            lambda: self._said.say(forms.no_notice),
        )

    def _leave(self) -> None:
        """Without saving. After the first start that is an answer too: it is not asked again."""
        self._look.root.withdraw()  # what follows may take a moment
        if self._first:
            self._hands.save({}, None)
        self._look.root.destroy()

    def _tell_problems(self, facts: Facts) -> None:
        if facts.problems:
            self._said.say("\n".join([self._forms.broken, *facts.problems]))
            self._ready.state(["disabled"])

    def _front(self) -> None:
        root = self._look.root
        root.deiconify()
        root.lift()
        root.focus_force()
