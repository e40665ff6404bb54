"""The dialog for a platform of one's own: an address, a name, Test now, and it is watched."""

from __future__ import annotations

import tkinter as tk
from dataclasses import replace
from pathlib import PurePath
from tkinter import ttk
from typing import TYPE_CHECKING

from trayapp.desktop.settings.trying import Lacks, Typed, good, meant, status_of
from trayapp.desktop.window.widgets import Button, Field, Switch, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trayapp.desktop.settings.later import Later
    from trayapp.desktop.settings.model import Done, Hands
    from trayapp.desktop.window.look import Look
    from trayapp.words.forms import Forms

_WIDE, _HIGH = 540, 520  # pixels at scale 1


class Adding:
    """A window of its own above the settings. ``added`` is told what became of it, with the platform's name."""

    def __init__(
        self, look: Look, forms: Forms, hands: Hands, later: Later, added: Callable[[Done, str], object]
    ) -> None:
        self._look, self._forms, self._hands, self._later, self._added = look, forms, hands, later, added
        self._platforms, self._folder = hands.facts().platforms, PurePath(hands.facts().folder)
        self._typed = Typed()
        self._top = top = tk.Toplevel(look.root, background=look.palette.ground)
        top.title(forms.add)
        top.geometry(f"{look.px(_WIDE)}x{look.px(_HIGH)}")
        top.transient(look.root)
        top.bind("<Escape>", lambda _: top.destroy())
        body = ttk.Frame(top)
        body.pack(fill="both", expand=True, padx=look.px(20), pady=look.px(14))
        foot = self._foot(body)
        self._fields(body)
        self._result = ttk.Frame(body)
        self._result.pack(fill="x", pady=look.px(8))
        self._strict = Switch(body, look, forms.only_this, lambda on: self._put(strict=on))
        self._strict_more = Words(body, look, forms.only_this_more, "Dim.TLabel")
        foot.lift()  # the last one for the Tab key
        self._put()
        self._address.focus_set()

    @property
    def there(self) -> bool:
        """Whether it is still open."""
        return bool(self._top.winfo_exists())

    def _fields(self, body: ttk.Frame) -> None:
        look, forms = self._look, self._forms
        ttk.Label(body, text=look.visual(forms.address), style="Bold.TLabel").pack(anchor=look.start)
        row = ttk.Frame(body)
        row.pack(fill="x", pady=(look.px(4), look.px(12)))
        # Made in the order of the Tab key, packed in another: what is packed first keeps its room.
        self._address = Field(row, look, lambda text: self._put(address=text, status=None), hint="https://example.org")
        self._test = Button(row, look, forms.test, self._try)
        self._test.pack(side=look.trail, padx=(0, look.px(8)) if look.rtl else (look.px(8), 0))
        self._address.pack(side=look.lead, fill="x", expand=True)
        self._address.bind("<Return>", lambda _: self._try())
        ttk.Label(body, text=look.visual(forms.name), style="Bold.TLabel").pack(anchor=look.start)
        self._name = Field(body, look, lambda text: self._put(name=text))
        self._name.pack(fill="x", pady=(look.px(4), look.px(8)))
        self._name.bind("<Return>", lambda _: self._save())

    def _foot(self, body: ttk.Frame) -> ttk.Frame:
        look, forms = self._look, self._forms
        foot = ttk.Frame(body)
        foot.pack(side="bottom", fill="x")
        self._ready = Button(foot, look, forms.save, self._save, "Primary")
        self._ready.pack(side=look.trail)
        Button(foot, look, forms.cancel, self._top.destroy).pack(side=look.trail, padx=look.px(8))
        self._said = Words(body, look, style="Dim.TLabel")
        self._said.pack(side="bottom", fill="x", pady=look.px(8))
        return foot

    def _put(self, **values: object) -> None:
        self._typed = replace(self._typed, **values)  # type: ignore[arg-type]  # the fields of Typed
        found = meant(self._typed, self._platforms)
        said = []
        if found.known:
            said.append(self._forms.known(found.known))
        if found.lacks is Lacks.ADDRESS and self._typed.address:
            said.append(self._forms.no_address)
        if found.lacks is Lacks.NAME:
            said.append(self._forms.no_name)
        if found.own is not None:
            if found.renamed:
                said.append(self._forms.renamed(found.renamed, found.own.id))
            said.append(self._forms.saved_as(str(self._folder / f"{found.own.id}.toml")))
        self._said.say("\n".join(said))
        self._ready.state(["!disabled"] if found.own is not None else ["disabled"])
        self._test.state(["!disabled"] if found.url else ["disabled"])
        if good(self._typed.status):
            self._strict.pack(anchor=self._look.start)
            self._strict_more.pack(fill="x", padx=self._look.px(41))
        else:
            self._strict.pack_forget()
            self._strict_more.pack_forget()

    def _try(self) -> None:
        self._typed = replace(self._typed, address=self._address.text(), name=self._name.text())
        url = meant(self._typed, self._platforms).url
        if not url:
            self._put()
            return
        self._test.state(["disabled"])
        self._show([("", self._forms.testing)])
        self._later.do(lambda: self._hands.try_out(url), lambda record: self._tried(url, record), self._no_reply)

    def _tried(self, url: str, record: Mapping[str, object]) -> None:
        if not self.there:
            return
        errors = {"busy": self._forms.busy, "address": self._forms.no_address}
        error = record.get("error")
        if error is not None:
            self._show([("✗", errors.get(str(error), self._forms.no_reply))])
        else:
            self._show(self._forms.tried(record))
        same = meant(self._typed, self._platforms).url == url
        self._put(status=status_of(record) if same else None)

    def _no_reply(self) -> None:
        if self.there:
            self._show([("✗", self._forms.no_reply)])
            self._put()

    def _show(self, lines: list[tuple[str, str]]) -> None:
        look = self._look
        for old in self._result.winfo_children():
            old.destroy()
        for row, (mark, text) in enumerate(lines):
            ttk.Label(self._result, text=mark, style="Danger.TLabel" if mark == "✗" else "TLabel").grid(
                row=row, column=look.column(0, 2), sticky="n", padx=look.px(4)
            )
            words = Words(self._result, look, text)
            words.grid(row=row, column=look.column(1, 2), sticky="ew")
        self._result.columnconfigure(look.column(1, 2), weight=1)

    def _save(self) -> None:
        self._put(address=self._address.text(), name=self._name.text())
        own = meant(self._typed, self._platforms).own
        if own is None:
            return
        self._ready.state(["disabled"])
        self._later.do(lambda: self._hands.add(own), lambda done: self._saved(done, own.name), self._no_reply)

    def _saved(self, done: Done, name: str) -> None:
        if not self.there:
            return
        if not done.well:
            self._ready.state(["!disabled"])
            self._said.say("\n".join([self._forms.not_saved, *done.problems]))
            return
        self._top.destroy()
        self._added(done, name)
