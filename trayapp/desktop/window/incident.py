"""An incident's page: its story, what Fanal told of it, and what was seen and said, in order."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING

from trayapp.core.model import Outcome
from trayapp.core.present import Icon
from trayapp.desktop.window.page import Page
from trayapp.desktop.window.palette import words_of
from trayapp.desktop.window.rows import Rows
from trayapp.desktop.window.widgets import Button, Words

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from trayapp.desktop.window.look import Look
    from trayapp.desktop.window.pen import Pen
    from trayapp.log.page import Page as Told
    from trayapp.log.page import Said
    from trayapp.words.panes import Panes

_HIGH = 66
_TEXT, _WHEN, _WORD = 42, 120, 190  # at scale 1: where texts begin, widths
_OF = {
    Outcome.OK: Icon.UP,
    Outcome.SLOW: Icon.SLOW,
    Outcome.FAILED: Icon.DOWN,
    Outcome.REFUSED: Icon.PARTIAL,
    Outcome.UNKNOWN: Icon.UNKNOWN,
}
_MOMENTS = 60  # the last of them: a story that flaps for days has hundreds
_STORY = 0.42  # of the height: the story's part at most, the rest is the evidence's


class IncidentPage(ttk.Frame):
    """``back`` leaves it."""

    def __init__(self, master: tk.Misc, look: Look, words: Panes, *, back: Callable[[], object]) -> None:
        super().__init__(master)
        self._look, self._words = look, words
        self._told: Told | None = None
        top = ttk.Frame(self)
        top.pack(fill="x", pady=(look.px(10), look.px(6)))
        self.back = Button(top, look, words.back, back)
        self.back.pack(side=look.lead)
        self._icon = ttk.Label(top)
        self._icon.pack(side=look.lead, padx=look.px(8))
        self._title = Words(top, look, "", "Head.TLabel", "head")
        self._title.pack(side=look.lead, fill="x", expand=True)
        self._story = Page(self, look)
        self._story.pack(fill="x")
        self._story.inside.bind("<Configure>", lambda _: self._share(), add=True)
        self.bind("<Configure>", lambda _: self._share())
        Words(self, look, words.evidence, "Bold.TLabel", "bold").pack(fill="x", pady=(look.px(10), look.px(4)))
        self.evidence: Rows[Said] = Rows(
            self,
            look,
            height=_HIGH,
            paint=self._paint,
            key=lambda said: (said.t, said.source, said.who, said.text),
            chosen=self._whole,
        )
        self._more = Words(self, look, "", "TLabel")
        self._more.pack(side="bottom", fill="x", pady=look.px(4))
        self.evidence.pack(fill="both", expand=True)

    @property
    def told(self) -> Told | None:
        """Whose page it is; None while it is being read."""
        return self._told

    def wait(self, title: str, icon: Icon) -> None:
        """Another incident, whose page is being read."""
        self._told = None
        self._title.say(title)
        self._icon.configure(image=self._look.icon(icon, 26))
        self._write([])
        self.evidence.show((), self._words.waiting)
        self._more.say("")

    def show(self, told: Told) -> None:
        """All of it; the same again is not drawn again."""
        if told == self._told:
            return
        again = self._told is not None and self._told.id == told.id
        self._told = told
        self._title.say(told.title)
        self._icon.configure(image=self._look.icon(Icon(told.line.state.value), 26))
        self._write(told.sentences)
        if not again:
            self._story.top()
        self.evidence.show(told.evidence, self._words.no_evidence)
        self._more.say(self._words.more if told.more else "")

    def _write(self, sentences: list[str] | tuple[str, ...]) -> None:
        look = self._look
        for child in self._story.inside.winfo_children():
            child.destroy()
        for sentence in sentences:
            Words(self._story.inside, look, sentence).pack(fill="x", pady=look.px(1))
        moments = self._told.moments[-_MOMENTS:] if self._told is not None else ()
        if moments:
            said = Words(self._story.inside, look, self._words.told, "Bold.TLabel", "bold")
            said.pack(fill="x", pady=(look.px(8), look.px(2)))
        for moment in moments:
            row = ttk.Frame(self._story.inside)
            row.pack(fill="x")
            clock = ttk.Label(row, text=look.visual(moment.clock), style="Dim.TLabel", anchor=look.start)
            clock.pack(side=look.lead, anchor="n", ipady=look.px(1))
            told = Words(row, look, f"{moment.title}. {moment.text}" if moment.text else moment.title)
            told.pack(side=look.lead, fill="x", expand=True, padx=look.px(10))

    def _share(self) -> None:
        """The story gets the height it needs, within bounds."""
        needed = self._story.inside.winfo_reqheight()
        self._story.limit(min(needed, max(self._look.px(90), int(self.winfo_height() * _STORY))))

    def _paint(self, pen: Pen, said: Said) -> None:
        """Who, when and what kind of answer; what it said; how long it took, and their own words."""
        px, p = self._look.px, self._look.palette
        icon, at, end = _OF[said.outcome], px(_TEXT), px(12)
        wide = pen.width - at - end
        pen.icon(px(10), px(17), icon, 20)
        pen.text(at, px(15), said.who, width=wide - px(_WORD + _WHEN + 16), font="bold")
        word = pen.width - end - px(_WHEN + _WORD + 8)
        pen.text(word, px(15), said.word, width=px(_WORD), colour=words_of(p, icon), end=True)
        pen.text(pen.width - end - px(_WHEN), px(15), said.clock, width=px(_WHEN), font="small", colour=p.dim, end=True)
        pen.text(at, px(34), said.text, width=wide)
        pen.text(at, px(52), _small(said), width=wide, font="small", colour=p.dim)
        pen.line()

    def _whole(self, said: Said) -> None:
        """The chosen one without any cut."""
        parts = (said.who, said.clock, said.word, said.text, _small(said))
        self._more.say(" · ".join(part for part in parts if part))


def _small(said: Said) -> str:
    return " · ".join(part for part in (said.quote, *(bit.text for bit in said.phases)) if part)
