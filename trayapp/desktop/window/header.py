"""The upper edge of the window: the answer, what can be done, and the bar that tells that nobody watches."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING

from trayapp.desktop.window.widgets import Button, Words

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable, Mapping

    from trayapp.core.present import Icon
    from trayapp.desktop.window.look import Look
    from trayapp.words.panes import Panes


class Header(ttk.Frame):
    """``do``: what each button calls, by "check", "copy", "settings" and "start"."""

    def __init__(self, master: tk.Misc, look: Look, words: Panes, do: Mapping[str, Callable[[], object]]) -> None:
        super().__init__(master, style="Panel.TFrame")
        self._look = look
        gap = look.px(10)
        bar = ttk.Frame(self, style="Panel.TFrame")
        bar.pack(fill="x", padx=look.px(16), pady=gap)
        self._icon = ttk.Label(bar, style="Panel.TLabel")
        self._icon.pack(side=look.lead, padx=look.after(gap))
        self.check = Button(bar, look, words.check, do["check"], "Panel.Primary")
        copy = Button(bar, look, words.copy, do["copy"], "Panel")
        settings = Button(bar, look, words.settings, do["settings"], "Panel.Quiet")
        for button in (settings, copy, self.check):  # from the far side; Tab goes in the order in which they were made
            button.pack(side=look.trail, padx=look.px(2))
        said = ttk.Frame(bar, style="Panel.TFrame")
        said.pack(side=look.lead, fill="x", expand=True)
        self._answer = Words(said, look, words.waiting, "Panel.Head.TLabel", "head")
        self._answer.pack(fill="x")
        self._looked = Words(said, look, "", "Panel.Dim.TLabel", "small")
        self._looked.pack(fill="x")
        self._bubble = ttk.Frame(self, style="Bubble.TFrame")
        self._gone = Words(self._bubble, look, "", "Bubble.TLabel")
        self.start = Button(self._bubble, look, words.start, do["start"], "Bubble")
        self.start.pack(side=look.trail, padx=look.px(16), pady=look.px(5))
        self._gone.pack(side=look.lead, fill="x", expand=True, padx=look.px(16), pady=look.px(8))
        ttk.Frame(self, style="Line.TFrame", height=look.px(1)).pack(side="bottom", fill="x")

    def show(self, icon: Icon, answer: str, looked: str) -> None:
        """The answer, and how old it is."""
        self._icon.configure(image=self._look.icon(icon, 32))
        self._answer.say(answer)
        self._looked.say(looked)

    def tell(self, text: str, *, start: bool) -> None:
        """In the bar below: that nobody watches; ``start``: with the button that begins it. "": no bar."""
        if not text:
            self._bubble.pack_forget()
            return
        self._gone.say(text)
        if start:
            self.start.pack(side=self._look.trail, padx=self._look.px(16), pady=self._look.px(5), before=self._gone)
        else:
            self.start.pack_forget()
        if not self._bubble.winfo_manager():
            self._bubble.pack(fill="x")
