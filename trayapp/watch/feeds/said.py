"""What a page says: ``Said`` is one word of theirs, ``Telling`` gathers them by part and keeps the worst of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trayapp.core.model import Failure
from trayapp.words.encode import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trayapp.core.model import Function, Millis
    from trayapp.core.question import Official

QUOTE_LIMIT = 200
"""Characters of theirs that are kept, at most."""
_READ = 4 * QUOTE_LIMIT  # that are looked at: what is in excess is not worth the time that cleaning takes

_WORST_FIRST = (
    Failure.OFFICIAL_MAJOR,
    Failure.OFFICIAL_REPORTED,
    Failure.OFFICIAL_MINOR,
    Failure.OFFICIAL_MAINTENANCE,
    None,
)
"""As the core ranks them; of equals the one that stands first in the document."""


@dataclass(frozen=True, slots=True)
class Said:
    """One word of a page about some functions; about none by name: about the platform as a whole."""

    functions: tuple[Function, ...]
    failure: Failure | None  # None: all is well; else one of those of the stage OFFICIAL
    words: str  # theirs, cleaned: the part, a colon, the word
    since: Millis | None = None  # by their own account


class Telling:
    """Gathers what one document says of the functions that ``official`` reads out of it."""

    def __init__(self, official: Official) -> None:
        self._parts = {_key(name): functions for name, functions in official.parts.items()}
        self._rest = official.rest
        self._all = tuple(dict.fromkeys(f for group in (*official.parts.values(), official.rest) for f in group))
        self._of: dict[Function | None, Said] = {}
        self._vague = False

    def part(self, names: Iterable[str], failure: Failure | None, words: str, since: Millis | None = None) -> None:
        """What is said of one part; ``names`` are its own, the most particular first."""
        for function in self._functions(names):
            self._take(function, failure, words, since)

    def whole(self, failure: Failure, words: str, since: Millis | None = None) -> None:
        """Trouble of which the document does not say which part it is in: of the rest; without one, of the whole."""
        self._vague = True
        for function in self._rest or (None,):
            self._take(function, failure, words, since)

    def everything(self, failure: Failure | None, words: str, since: Millis | None = None) -> None:
        """What is said of all at once; without a failure: of whatever nothing worse is said.

        After trouble in a part that is not known nothing is well only because it is not named.
        """
        if failure is None and self._vague:
            return
        for function in self._all or (None,):
            self._take(function, failure, words, since)

    def said(self) -> tuple[Said, ...] | None:
        """The worst of each function, those of one word together; None: the document says nothing of any of them."""
        groups: dict[tuple[Failure | None, str, Millis | None], list[Function]] = {}
        whole = [self._of[None]] if None in self._of else []
        for function, one in self._of.items():
            if function is not None:
                groups.setdefault((one.failure, one.words, one.since), []).append(function)
        return (*whole, *(Said(tuple(functions), *word) for word, functions in groups.items())) or None

    def _functions(self, names: Iterable[str]) -> tuple[Function, ...]:
        known = (self._parts[key] for name in names if (key := _key(name)) in self._parts)
        return next(known, self._rest)

    def _take(self, function: Function | None, failure: Failure | None, words: str, since: Millis | None) -> None:
        before = self._of.get(function)
        if before is None or _WORST_FIRST.index(failure) < _WORST_FIRST.index(before.failure):
            about = () if function is None else (function,)
            self._of[function] = Said(about, failure, clean(words[:_READ], QUOTE_LIMIT), since)


def quote(part: str, word: str) -> str:
    """Of which part they say what."""
    return f"{part}: {word}" if part and word else part or word


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()
