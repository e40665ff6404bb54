"""A page that scrolls: with the wheel, the keyboard, and to whatever gets the focus."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trayapp.desktop.window.look import Look


class Page(ttk.Frame):
    """Put widgets into ``inside``, which is as wide as the page and as high as it needs."""

    def __init__(self, master: tk.Misc, look: Look, style: str = "TFrame") -> None:
        super().__init__(master, style=style)
        colour = look.palette.panel if style.startswith("Panel") else look.palette.ground
        self._view = tk.Canvas(
            self, background=colour, highlightthickness=0, borderwidth=0, yscrollincrement=look.px(20)
        )
        self._bar = ttk.Scrollbar(self, orient="vertical", command=self._view.yview)
        self._view.configure(yscrollcommand=self._scrolled)
        self._view.pack(side=look.lead, fill="both", expand=True)
        self.inside = ttk.Frame(self._view, style=style)
        self._item = self._view.create_window(0, 0, window=self.inside, anchor="nw")
        self._look = look
        self._view.bind("<Configure>", lambda event: self._view.itemconfigure(self._item, width=event.width))
        self.inside.bind("<Configure>", lambda _: self._view.configure(scrollregion=self._view.bbox("all")))
        self._gone = False
        self.bind("<Destroy>", self._end)
        self._top = self.winfo_toplevel()
        for name, step in (("<Button-4>", -3), ("<Button-5>", 3), ("<Prior>", -12), ("<Next>", 12)):
            self._hear(name, step)
        self._top.bind("<MouseWheel>", self._wheel, add=True)
        self._top.bind("<FocusIn>", self._follow, add=True)

    def limit(self, height: int) -> None:
        """Be so high, in pixels of this screen."""
        if int(float(self._view["height"])) != height:
            self._view.configure(height=height)

    def top(self) -> None:
        """Back to the beginning."""
        self._view.yview_moveto(0)

    def _hear(self, name: str, step: int) -> None:
        self._top.bind(name, lambda event: self._scroll(event, step), add=True)

    def _end(self, event: tk.Event[tk.Misc]) -> None:
        self._gone = self._gone or event.widget is self

    def _wheel(self, event: tk.Event[tk.Misc]) -> None:
        self._scroll(event, -3 if event.delta > 0 else 3)

    def _scroll(self, event: tk.Event[tk.Misc], step: int) -> None:
        if self._holds(event.widget) and self._view.yview() != (0.0, 1.0):
            self._view.yview_scroll(step, "units")

    def _holds(self, widget: object) -> bool:
        # The toplevel's bindings outlive this widget.
        return (
            not self._gone
            and self.winfo_viewable() == 1
            and (str(widget) == str(self) or str(widget).startswith(f"{self}."))
        )

    def _scrolled(self, first: float, last: float) -> None:
        self._bar.set(first, last)
        if float(first) <= 0 and float(last) >= 1:
            self._bar.pack_forget()
        elif not self._bar.winfo_manager():
            self._bar.pack(side=self._look.trail, fill="y", before=self._view)

    def _follow(self, event: tk.Event[tk.Misc]) -> None:
        """Show what has got the focus."""
        widget = event.widget
        if widget is self or not self._holds(widget):
            return
        whole = self.inside.winfo_height()
        top = widget.winfo_rooty() - self.inside.winfo_rooty()
        bottom = top + widget.winfo_height()
        seen_top, seen_bottom = (share * whole for share in self._view.yview())
        if top < seen_top:
            self._view.yview_moveto(max(0, top - self._look.px(12)) / whole)
        elif bottom > seen_bottom and bottom - top < self._view.winfo_height():
            self._view.yview_moveto((bottom + self._look.px(12) - self._view.winfo_height()) / whole)
