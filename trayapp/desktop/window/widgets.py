"""The widgets that windows of Fanal are built from: all with the keyboard, with a visible focus, in both directions."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trayapp.desktop.window.look import Look

_SEARCHED_MS = 10  # after the last key: one that repeats itself is answered once


class Button(ttk.Button):
    """``kind``: "", "Primary", "Quiet" or "Danger", with "Panel." or "Bubble." before it where it lies on one.

    Space and Enter press it.
    """

    def __init__(self, master: tk.Misc, look: Look, text: str, command: Callable[[], object], kind: str = "") -> None:
        style = f"{kind.rstrip('.')}.TButton" if kind else "TButton"
        super().__init__(master, text=look.visual(text), command=command, style=style, takefocus=True)
        self.bind("<Return>", lambda _: self.invoke())
        self.bind("<KP_Enter>", lambda _: self.invoke())


class Words(ttk.Label):
    """A text that is broken to the width it gets; in Arabic broken before it is ordered. ``style``: of a TLabel."""

    def __init__(self, master: tk.Misc, look: Look, text: str = "", style: str = "TLabel", font: str = "text") -> None:
        super().__init__(master, style=style, anchor=look.start, justify=look.lead)
        self._look, self._font, self._text, self._width = look, font, text, 0
        self.bind("<Configure>", self._fit)
        self._write()

    def say(self, text: str) -> None:
        """Show another text."""
        if text != self._text:
            self._text = text
            self._write()

    def _fit(self, event: tk.Event[tk.Misc]) -> None:
        if event.width != self._width:
            self._width = event.width
            self._write()

    def _write(self) -> None:
        wide = self._width or self._look.px(360)
        said = "\n".join(self._look.lines(self._text, wide, self._font)) if self._text else ""
        if said != self["text"]:
            self.configure(text=said)


class Field(ttk.Entry):
    """One line to type in. ``changed`` is told a moment after the last key; ``hint`` stands in it while it is empty."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        changed: Callable[[str], object] = lambda _: None,
        hint: str = "",
        width: int = 24,
    ) -> None:
        self._value = tk.StringVar(master)
        super().__init__(master, textvariable=self._value, width=width, font=look.fonts["text"], justify=look.lead)
        self._changed, self._later, self._last = changed, "", ""
        self._value.trace_add("write", lambda *_: self._typed())
        self._hint = tk.Label(
            self,
            text=look.visual(hint),
            font=look.fonts["text"],
            background=look.palette.panel,
            foreground=look.palette.dim,
            borderwidth=0,
            padx=0,
            pady=0,
            cursor="xterm",
        )
        self._hint.bind("<Button-1>", lambda _: self.focus_set())
        self._side = {"relx": 1.0, "x": -look.px(12), "anchor": "e"} if look.rtl else {"x": look.px(12), "anchor": "w"}
        self.bind("<Control-a>", self._all)
        self._show_hint()

    def text(self) -> str:
        """What stands in it."""
        return self._value.get()

    def put(self, text: str) -> None:
        """Write ``text`` into it."""
        self._value.set(text)

    def _all(self, _: tk.Event[tk.Misc]) -> str:
        self.select_range(0, "end")
        return "break"

    def _typed(self) -> None:
        self._show_hint()
        if self._later:
            self.after_cancel(self._later)
        self._later = self.after(_SEARCHED_MS, self._tell)

    def _tell(self) -> None:
        self._later = ""
        text = self.text()
        if text != self._last:
            self._last = text
            self._changed(text)

    def _show_hint(self) -> None:
        if self.text() or not self._hint["text"]:
            self._hint.place_forget()
        else:
            self._hint.place(rely=0.5, **self._side)  # type: ignore[arg-type]  # the keywords of one call, made once


class Switch(ttk.Checkbutton):
    """On or off. ``changed`` gets what it is now; Space and Enter flip it."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        text: str,
        changed: Callable[[bool], object],
        *,
        on: bool = False,
        style: str = "",
    ) -> None:
        self._on = tk.BooleanVar(master, value=on)
        said = look.visual(text)
        super().__init__(
            master,
            text=f"{said}  " if look.rtl else f"  {said}",
            variable=self._on,
            command=lambda: changed(self.on),
            style=f"{style}TCheckbutton",
            takefocus=True,
        )
        self.bind("<Return>", lambda _: self.invoke())

    @property
    def on(self) -> bool:
        """Whether it is."""
        return bool(self._on.get())

    def put(self, *, on: bool) -> None:
        """Flip it without telling."""
        self._on.set(on)


class Choice(ttk.Combobox):
    """One of several: ``options`` are (code, words). ``changed`` gets the code; arrow keys choose."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        options: Sequence[tuple[str, str]],
        changed: Callable[[str], object],
        width: int = 16,
    ) -> None:
        super().__init__(master, state="readonly", width=width, font=look.fonts["text"], justify=look.lead)
        self._look, self._codes = look, [""]
        self.offer(options)
        self.bind("<<ComboboxSelected>>", lambda _: changed(self.code))
        self.bind("<<ComboboxSelected>>", lambda _: self.selection_clear(), add=True)
        for wheel in ("<MouseWheel>", "<Button-4>", "<Button-5>"):
            self.bind(wheel, lambda _: "break")  # whoever scrolls past it does not mean to choose

    def offer(self, options: Sequence[tuple[str, str]]) -> None:
        """Other options; the chosen one stays where it is still there, else the first is."""
        code = self.code
        self._codes = [code for code, _ in options]
        self.configure(values=[self._look.visual(words) for _, words in options])
        self.put(code if code in self._codes else self._codes[0])

    @property
    def code(self) -> str:
        """Of the chosen one."""
        at = self.current()
        return self._codes[at] if 0 <= at < len(self._codes) else self._codes[0]

    def put(self, code: str) -> None:
        """Choose without telling."""
        self.current(self._codes.index(code))


class Tabs(ttk.Notebook):
    """Pages behind one another, the first one where one begins to read. Ctrl-Tab and the arrow keys go on."""

    def __init__(self, master: tk.Misc, look: Look, changed: Callable[[int], object] = lambda _: None) -> None:
        super().__init__(master, takefocus=True)
        self._look, self._pages = look, []  # type: tuple[Look, list[tk.Widget]]
        self.enable_traversal()
        self.bind("<<NotebookTabChanged>>", lambda _: changed(self.at))

    def page(self, page: tk.Widget, words: str) -> None:
        """One more, behind the others; ``page`` is a child of this widget."""
        said = self._look.visual(words)
        if self._look.rtl and self._pages:
            self.insert(0, page, text=said)
        else:
            self.add(page, text=said)
        self._pages.append(page)
        self.go(0)

    @property
    def at(self) -> int:
        """Which one is shown, counted from 0 in the order in which they were put in."""
        shown = int(self.tk.call(str(self), "index", "current"))
        return len(self._pages) - 1 - shown if self._look.rtl else shown

    def go(self, at: int) -> None:
        """Show that one."""
        self.tk.call(str(self), "select", str(self._pages[at]))


class Segments(ttk.Frame):
    """A few short options side by side; the arrow keys go from one to the next, Tab goes on."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        options: Sequence[tuple[str, str]],
        changed: Callable[[str], object],
        style: str = "",
    ) -> None:
        super().__init__(master, style=style or "TFrame")
        self._code = tk.StringVar(master, value=options[0][0])
        self._changed, self._codes = changed, [code for code, _ in options]
        self._buttons: list[ttk.Radiobutton] = []
        for at, (code, words) in enumerate(options):
            one = ttk.Radiobutton(
                self,
                text=look.visual(words),
                value=code,
                variable=self._code,
                command=self._tell,
                style=f"{'Panel.' if style.startswith('Panel') else ''}Segment.TRadiobutton",
                takefocus=at == 0,
            )
            one.pack(side=look.lead)
            for key, step in (("<Left>", -1), ("<Right>", 1)):
                one.bind(key, lambda _, step=-step if look.rtl else step: self._step(step))  # type: ignore[misc]
            self._buttons.append(one)

    @property
    def code(self) -> str:
        """Of the chosen one."""
        return self._code.get()

    def put(self, code: str) -> None:
        """Choose without telling."""
        self._code.set(code)
        self._mark()

    def _step(self, step: int) -> str:
        at = (self._codes.index(self.code) + step) % len(self._codes)
        self._code.set(self._codes[at])
        self._buttons[at].focus_set()
        self._tell()
        return "break"

    def _tell(self) -> None:
        self._mark()
        self._changed(self.code)

    def _mark(self) -> None:
        for code, one in zip(self._codes, self._buttons, strict=True):
            one.configure(takefocus=code == self.code)
