"""One language in one zone: what all the sentences of this room are made with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.core.conditions import Condition
from trayapp.core.judge import Reason
from trayapp.core.model import Depth, State
from trayapp.words.encode import clean
from trayapp.words.states import NOW, REPORTED, SINCE
from trayapp.words.times import NAMED
from trayapp.words.vocabulary import PAGE_UNREAD, REASONS, STANDING, WORDS, WORKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trayapp.core.model import Millis
    from trayapp.core.present import Row
    from trayapp.words.language import Language
    from trayapp.words.times import Times
    from trayapp.words.vocabulary import Code

NAME_LIMIT = 40
"""Characters: a tray clips its whole tooltip to 127."""


class Voice:
    """Words, names and sentences that more than one exit needs."""

    def __init__(self, language: Language, times: Times) -> None:
        self.code = language.code
        self.text = language.text
        self.plural = language.plural
        self.from_the_right = language.from_the_right
        self.times = times

    def word(self, code: Code) -> str:
        """The word or sentence for one member of an enum."""
        return self.text(WORDS[type(code)][code])

    def state(self, state: State, depth: Depth | None) -> str:
        """A platform's state in a word or two. "works" only where a healthy answer was seen."""
        return self.text(WORKS) if state is State.UP and depth is Depth.WORKS else self.word(state)

    def condition(self, row: Row) -> str:
        """A platform's state in a word or two; of a warning no more than that somebody reports something."""
        return self.text(REPORTED) if row.amber else self.state(row.state, row.depth)

    def reason(self, code: str, n: int = 1) -> str:
        """Why, as a sentence about ``n`` platforms; a code that this version does not know stays as it is."""
        if code in list(Reason):
            return self.plural(REASONS[Reason(code)], n)
        if code == Condition.STANDING:
            return self.text(STANDING)
        if code == Condition.PAGE_UNREAD:
            return self.text(PAGE_UNREAD)
        return clean(code, NAME_LIMIT)

    def names(self, names: Iterable[str]) -> list[str]:
        """Each fit to stand in a sentence; never empty, so that every sentence has somebody to speak of."""
        nobody = self.text("A platform")
        return [clean(name, NAME_LIMIT) or nobody for name in names] or [nobody]

    def of(self, state: State, names: Sequence[str], since: Millis | None, now: Millis, most: int = NAMED) -> str:
        """What is so of these platforms, ``most`` of them by name, and since when where that is known. No full stop."""
        clean_names = self.names(names)
        n, listed = len(clean_names), self.times.names(clean_names, most)
        if since is None or state not in SINCE:
            return self.plural(NOW[state], n, names=listed)
        return self.plural(SINCE[state], n, names=listed, since=self.times.clock(since, now))
