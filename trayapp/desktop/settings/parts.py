"""The parts of the form: each puts its widgets into a frame and writes what is chosen into the draft."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING

from trayapp.desktop.settings.model import SCALES
from trayapp.desktop.window.widgets import Button, Choice, Field, Segments, Switch, Words
from trayapp.words.encode import clean

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable, Mapping

    from trayapp.desktop.settings.model import Draft, Facts
    from trayapp.desktop.window.look import Look
    from trayapp.words.forms import Forms

FLIPPED = "<<Flipped>>"
_COLUMNS = 3
_INDENT = 41  # pixels at scale 1: where a switch's words begin
_LONGEST = 22  # characters of a name that a column has room for


class Parts:
    """Makes the parts of one window."""

    def __init__(self, look: Look, forms: Forms, draft: Draft) -> None:
        self._look, self._forms, self._draft = look, forms, draft

    def head(self, master: tk.Misc, text: str, more: str = "") -> None:
        """A question or a heading, and what is to be known about it."""
        look = self._look
        Words(master, look, text, "Bold.TLabel", "bold").pack(fill="x", pady=(look.px(14), look.px(2)))
        if more:
            Words(master, look, more, "Dim.TLabel").pack(fill="x", pady=(0, look.px(6)))

    def which(self, master: tk.Misc, facts: Facts) -> None:
        """Every platform that there is, on or off, in columns that are read downwards."""
        grid = ttk.Frame(master)
        grid.pack(fill="x", pady=self._look.px(4))
        rows = -(-len(facts.platforms) // _COLUMNS)
        for number, platform in enumerate(facts.platforms):
            column, row = divmod(number, rows)
            name = clean(platform.name, _LONGEST)
            switch = Switch(grid, self._look, name, self._switched(platform.id), on=platform.id in self._draft.form.on)
            switch.grid(
                row=row, column=self._look.column(column, _COLUMNS), sticky=self._look.start, pady=self._look.px(2)
            )
        for column in range(_COLUMNS):
            grid.columnconfigure(column, weight=1, uniform="platforms")

    def _switched(self, platform: str) -> Callable[[bool], object]:
        return lambda on: self._draft.switch(platform, on=on)

    def flag(self, master: tk.Misc, text: str, field: str, more: str = "") -> Switch:
        """Something that is so or not."""
        form = self._draft.form

        def flipped(on: bool) -> None:  # noqa: FBT001 - the shape that the switch calls
            self._draft.put(**{field: on})
            switch.event_generate(FLIPPED)

        switch = Switch(master, self._look, text, flipped, on=getattr(form, field))
        switch.pack(anchor=self._look.start, pady=(self._look.px(8), 0))
        if more:
            Words(master, self._look, more, "Dim.TLabel").pack(fill="x", padx=self._look.px(_INDENT))
        return switch

    def outside(self, master: tk.Misc, *, later: bool) -> None:
        """The question that is never answered for the person. ``later``: it may be left open again."""
        forms, form = self._forms, self._draft.form
        self.head(master, forms.outside, forms.outside_more)
        codes = [code for code in forms.consents if code or later or not form.outside]
        self._one(master, {code: forms.consents[code] for code in codes}, "outside")

    def _one(self, master: tk.Misc, options: Mapping[str, str], field: str) -> None:
        segments = Segments(master, self._look, list(options.items()), lambda code: self._draft.put(**{field: code}))
        segments.put(getattr(self._draft.form, field))
        segments.pack(anchor=self._look.start, pady=self._look.px(4))

    def quiet(self, master: tk.Misc) -> None:
        """Hours in which nothing is said."""
        look, forms, form = self._look, self._forms, self._draft.form
        switch = self.flag(master, forms.quiet, "quiet", forms.quiet_more)
        row = ttk.Frame(master)
        row.pack(anchor=look.start, padx=look.px(_INDENT - 6), pady=look.px(6))
        for field, words in (("since", forms.since), ("until", forms.until)):
            ttk.Label(row, text=look.visual(words)).pack(side=look.lead, padx=look.px(6))
            typed = Field(row, look, self._typed(field), width=6)
            typed.put(getattr(form, field))
            typed.pack(side=look.lead)
            typed.state(["!disabled" if form.quiet else "disabled"])
            switch.bind(FLIPPED, lambda _, typed=typed: self._enable(typed), add=True)  # type: ignore[misc]

    def _enable(self, field: Field) -> None:
        field.state(["!disabled" if self._draft.form.quiet else "disabled"])

    def _typed(self, field: str) -> Callable[[str], object]:
        return lambda text: self._draft.put(**{field: text})

    def language(self, master: tk.Misc) -> None:
        """In which Fanal speaks."""
        forms = self._forms
        self.head(master, forms.language)
        self._choice(master, [("", forms.as_desktop), *forms.languages()], self._draft.form.language, "language")

    def looks(self, master: tk.Misc) -> None:
        """Of the windows."""
        forms, form = self._forms, self._draft.form
        self.head(master, forms.theme)
        self._one(master, forms.themes, "theme")
        self.head(master, forms.size)
        scales = sorted({*SCALES, *([form.scale] if form.scale else [])})
        options = [("0", forms.as_desktop), *((f"{scale:g}", forms.percent(scale)) for scale in scales)]
        box = Choice(master, self._look, options, lambda code: self._draft.put(scale=float(code)))
        box.put(f"{form.scale:g}")
        box.pack(anchor=self._look.start, pady=self._look.px(4))

    def _choice(self, master: tk.Misc, options: list[tuple[str, str]], now: str, field: str) -> None:
        codes = [code for code, _ in options]
        box = Choice(master, self._look, options, lambda code: self._draft.put(**{field: code}))
        box.put(now if now in codes else codes[0])
        box.pack(anchor=self._look.start, pady=self._look.px(4))

    def start(self, master: tk.Misc) -> None:
        """With the desktop or not; nothing where that cannot be told."""
        if self._draft.form.start is not None:
            self.flag(master, self._forms.start, "start")

    def notice(self, master: tk.Misc, show: Callable[[], object]) -> None:
        """A button that has a real notice shown."""
        button = Button(master, self._look, self._forms.show_notice, show)
        button.pack(anchor=self._look.start, pady=self._look.px(12))
