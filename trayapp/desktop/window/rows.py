"""A list or table of rows of one height, of which only those that can be seen are drawn: ten thousand cost as ten."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING, Generic, TypeVar

from trayapp.desktop.window.pen import Pen

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from trayapp.desktop.window.look import Look

Item = TypeVar("Item")


class Rows(ttk.Frame, Generic[Item]):
    """``paint`` draws an item with a ``Pen``; ``key`` tells which item it is when the list has changed meanwhile.

    Arrows, Page Up and Down, Home and End go through it; ``chosen`` is told of the selected item, ``opened`` of one
    that was opened with Enter or a double click, with ``one_click`` with any. ``height`` of a row in pixels of scale 1.
    ``heads`` draws what stands above the columns; ``headed`` is told how far from the reading side it was clicked.
    """

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        height: float,
        paint: Callable[[Pen, Item], None],
        key: Callable[[Item], Hashable],
        chosen: Callable[[Item], object] = lambda _: None,
        opened: Callable[[Item], object] = lambda _: None,
        heads: Callable[[Pen], None] | None = None,
        headed: Callable[[int], object] = lambda _: None,
        one_click: bool = False,
    ) -> None:
        super().__init__(master, style="Panel.TFrame")
        p = look.palette
        self._look, self._paint, self._key, self._chosen, self._opened = look, paint, key, chosen, opened
        self._high = look.px(height)
        self._items: Sequence[Item] = ()
        self._at, self._top, self._over, self._drawing = -1, 0, -1, ""
        self._empty = ""
        ring = look.px(2)
        if heads is not None:
            self._heads, self._paint_heads = (
                tk.Canvas(self, height=look.px(30), highlightthickness=0, background=p.panel),
                heads,
            )
            self._heads.pack(side="top", fill="x")
            self._heads.bind("<Configure>", lambda event: self._draw_heads(event.width))
            self._heads.bind("<Button-1>", lambda event: headed(self._reading(event.x)))
        self.canvas = tk.Canvas(
            self,
            highlightthickness=ring,
            highlightbackground=p.panel,
            highlightcolor=p.accent,
            takefocus=True,
            width=look.px(200),
            height=self._high * 3,
            background=p.panel,
            borderwidth=0,
        )
        self._bar = ttk.Scrollbar(self, orient="vertical", command=self._pulled)
        self._ring = ring
        self.canvas.pack(side=look.lead, fill="both", expand=True)
        self._bind(one_click=one_click)

    def _bind(self, *, one_click: bool) -> None:
        c = self.canvas
        c.bind("<Configure>", lambda _: self.draw())
        c.bind("<FocusIn>", lambda _: self.draw())
        c.bind("<FocusOut>", lambda _: self.draw())
        c.bind("<Button-1>", self._pressed)
        c.bind("<ButtonRelease-1>" if one_click else "<Double-Button-1>", self._released)
        c.bind("<Motion>", lambda event: self._point(self._row(event.y)))
        c.bind("<Leave>", lambda _: self._point(-1))
        c.bind("<MouseWheel>", lambda event: self._scroll(-3 if event.delta > 0 else 3))
        c.bind("<Button-4>", lambda _: self._scroll(-3))
        c.bind("<Button-5>", lambda _: self._scroll(3))
        c.bind("<Return>", lambda _: self.open())
        c.bind("<KP_Enter>", lambda _: self.open())
        c.bind("<Up>", lambda _: self._step(-1))
        c.bind("<Down>", lambda _: self._step(1))
        c.bind("<Prior>", lambda _: self._step(-self._page()))
        c.bind("<Next>", lambda _: self._step(self._page()))
        c.bind("<Home>", lambda _: self._step(-len(self._items)))
        c.bind("<End>", lambda _: self._step(len(self._items)))

    @property
    def item(self) -> Item | None:
        """The selected one."""
        return self._items[self._at] if 0 <= self._at < len(self._items) else None

    def at(self, y: int) -> Item | None:
        """The item that is drawn at that height of the canvas."""
        row = self._row(y)
        return self._items[row] if row >= 0 else None

    def shown(self) -> Sequence[Item]:
        """Those that can be seen."""
        first = self._top // self._high
        return self._items[first : first + self.canvas.winfo_height() // self._high + 2]

    def show(self, items: Sequence[Item], empty: str = "") -> None:
        """Other items, the selected one stays selected where it is still there. ``empty``: what is said of none."""
        before = self.item
        key = None if before is None else self._key(before)
        self._items, self._empty = items, empty
        self._at = next((n for n, item in enumerate(items) if key is not None and self._key(item) == key), -1)
        self._top = min(self._top, self._last())
        self.draw()

    def select(self, key: Hashable, *, tell: bool = False) -> bool:
        """Select the item of that key and show it; whether there is one. ``tell``: as if the person had."""
        at = next((n for n, item in enumerate(self._items) if self._key(item) == key), -1)
        if at >= 0:
            self._go(at, tell=tell)
        return at >= 0

    def open(self) -> None:
        """As Enter does."""
        if self.item is not None:
            self._opened(self.item)

    def draw(self) -> None:
        """Draw it again, once the events that wait have been heard."""
        if not self._drawing:
            self._drawing = self.after_idle(self._draw)

    def _draw(self) -> None:
        self._drawing = ""
        c, look, p = self.canvas, self._look, self._look.palette
        c.delete("all")
        wide, high = c.winfo_width(), c.winfo_height()
        first = self._top // self._high
        if not self._items and self._empty:
            self._draw_empty(wide)
        for n in range(first, min(len(self._items), first + high // self._high + 2)):
            y = self._ring + n * self._high - self._top
            if n in {self._at, self._over}:
                fill = p.chosen if n == self._at else p.hover
                c.create_rectangle(0, y, wide, y + self._high - 1, fill=fill, width=0)
            self._paint(Pen(c, look, y, wide, self._high, n == self._at), self._items[n])
        whole = max(1, len(self._items) * self._high)
        seen = high - 2 * self._ring
        self._bar.set(self._top / whole, min(1.0, (self._top + seen) / whole))
        if whole <= seen:
            self._bar.pack_forget()
        elif not self._bar.winfo_manager():
            self._bar.pack(side=look.trail, fill="y", before=c)

    def _draw_empty(self, wide: int) -> None:
        look = self._look
        lines = look.lines(self._empty, wide - look.px(40))
        self.canvas.create_text(
            wide // 2,
            look.px(28),
            text="\n".join(lines),
            anchor="n",
            justify="center",
            font=look.fonts["text"],
            fill=look.palette.dim,
        )

    def _draw_heads(self, wide: int) -> None:
        self._heads.delete("all")
        pen = Pen(self._heads, self._look, 0, wide, self._look.px(30))
        self._paint_heads(pen)
        pen.line()

    def _row(self, y: int) -> int:
        n = (y - self._ring + self._top) // self._high
        return n if 0 <= n < len(self._items) else -1

    def _page(self) -> int:
        return max(1, self.canvas.winfo_height() // self._high - 1)

    def _last(self) -> int:
        return max(0, len(self._items) * self._high - (self.canvas.winfo_height() - 2 * self._ring))

    def _pressed(self, event: tk.Event[tk.Misc]) -> None:
        self.canvas.focus_set()
        if (at := self._row(event.y)) >= 0:
            self._go(at, tell=True)

    def _released(self, event: tk.Event[tk.Misc]) -> None:
        if self._row(event.y) == self._at:
            self.open()

    def _reading(self, x: int) -> int:
        return self.canvas.winfo_width() - x if self._look.rtl else x

    def heads(self) -> None:
        """Draw what stands above the columns again."""
        self._draw_heads(self._heads.winfo_width())

    def _point(self, at: int) -> None:
        if at != self._over:
            self._over = at
            self.draw()

    def _step(self, step: int) -> str:
        if self._items:
            at = 0 if self._at < 0 else self._at + step
            self._go(min(max(at, 0), len(self._items) - 1), tell=True)
        return "break"

    def _go(self, at: int, *, tell: bool) -> None:
        moved, self._at = at != self._at, at
        top, seen = at * self._high, self.canvas.winfo_height() - 2 * self._ring
        if top < self._top:
            self._top = top
        elif top + self._high > self._top + seen:
            self._top = min(top, top + self._high - seen)
        self.draw()
        if tell and moved:
            self._chosen(self._items[at])

    def _scroll(self, rows: int) -> None:
        self._top = min(max(0, self._top + rows * self._high), self._last())
        self.draw()

    def _pulled(self, what: str, number: str, unit: str = "") -> None:
        if what == "moveto":
            self._top = min(max(0, int(float(number) * len(self._items) * self._high)), self._last())
            self.draw()
        else:
            self._scroll(int(number) * (self._page() if unit == "pages" else 1))
