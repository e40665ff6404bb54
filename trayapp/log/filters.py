"""Which incidents are shown: what is typed, and what is chosen. Pure; indexed once, then quick."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trayapp.core.model import Function, Millis, Scope
    from trayapp.log.incidents import IncidentLine

MOST = 200
"""Characters of what is typed that count."""
# Arabic letters that are written in more than one way and typed without thinking; and the stroke that lengthens words.
_ALIKE = str.maketrans(
    {
        "\N{ARABIC LETTER ALEF WASLA}": "\N{ARABIC LETTER ALEF}",
        "\N{ARABIC LETTER ALEF MAKSURA}": "\N{ARABIC LETTER YEH}",
        "\N{ARABIC LETTER FARSI YEH}": "\N{ARABIC LETTER YEH}",
        "\N{ARABIC LETTER KEHEH}": "\N{ARABIC LETTER KAF}",
        "\N{ARABIC LETTER TEH MARBUTA}": "\N{ARABIC LETTER HEH}",
        "\N{ARABIC TATWEEL}": None,
    }
)
_UNSEEN = frozenset({"Mn", "Cf", "Cc"})


@dataclass(frozen=True, slots=True)
class Filter:
    """What is wanted. Of a set that is empty everything is; parts of different kinds must all hold.

    ``text``: every word of it must stand somewhere in the row. ``since``, ``until``: the incident goes on at some
    moment of that time.
    """

    text: str = ""
    platforms: frozenset[str] = frozenset()
    functions: frozenset[Function] = frozenset()
    scopes: frozenset[Scope] = frozenset()
    since: Millis | None = None
    until: Millis | None = None


class Index:
    """The rows with what can be searched in them."""

    def __init__(self, lines: Iterable[IncidentLine]) -> None:
        self.lines = tuple(lines)
        self._texts: list[str] = []  # made when first something is typed

    def find(self, wanted: Filter) -> tuple[IncidentLine, ...]:
        """The rows that ``wanted`` lets through, in the order in which they were given.

        More typed, or one more thing chosen of another kind, never shows more of them.
        """
        words = folded(wanted.text[:MOST]).split()
        if words and not self._texts:
            self._texts = [folded(_searched(line)) for line in self.lines]
        texts = self._texts if words else ("",) * len(self.lines)
        return tuple(
            line
            for line, text in zip(self.lines, texts, strict=True)
            if all(word in text for word in words) and _chosen(line, wanted)
        )


def folded(text: str) -> str:
    """``text`` as it is compared: without case, accents, marks of direction, and differences that nobody types."""
    return "".join(map(_plain, text))


@lru_cache(4096)
def _plain(character: str) -> str:
    # Character by character, so that what is found for a text is found for each beginning of it.
    parts = unicodedata.normalize("NFKD", character).casefold()
    parts = unicodedata.normalize("NFKD", parts).translate(_ALIKE)
    seen = "".join(" " if part.isspace() else part for part in parts if unicodedata.category(part) not in _UNSEEN)
    return seen or (" " if character.isspace() else "")


def _searched(line: IncidentLine) -> str:
    members = " ".join((*line.platforms, line.incident.owner, line.id))
    said = (line.names, line.owner, line.functions, line.word, line.scope, line.since, line.until, line.ending)
    return " ".join((*said, members))


def _chosen(line: IncidentLine, wanted: Filter) -> bool:
    end = line.end
    return (
        (not wanted.platforms or not wanted.platforms.isdisjoint(line.platforms))
        and (not wanted.functions or not wanted.functions.isdisjoint(line.functions_of))
        and (not wanted.scopes or not wanted.scopes.isdisjoint(line.scopes))
        and (wanted.until is None or line.start <= wanted.until)
        and (wanted.since is None or end is None or end >= wanted.since)
    )
