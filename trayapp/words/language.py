"""One language: which one the person wants, and its catalogue, found by its folder. English is the source: no folder.

Every sentence stands in the source as an argument of ``mark``, ``marks``, ``text`` or ``plural``, so that extraction
finds it; ``text`` and ``plural`` look it up and fill it in.
"""

from __future__ import annotations

import re
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from unicodedata import bidirectional

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DOMAIN = "fanal"
FOLDER = Path(__file__).resolve().parent.parent / "locale"

Pair: TypeAlias = tuple[str, str]
"""A sentence about one and the same sentence about several."""

_SOURCE = "en"
_PLAIN = frozenset({"C", "POSIX"})

_FROM_THE_RIGHT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_APART, _TOGETHER = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_BEGIN, _END, _MARK = "\N{RIGHT-TO-LEFT EMBEDDING}", "\N{POP DIRECTIONAL FORMATTING}", "\N{RIGHT-TO-LEFT MARK}"
_SET_APART = re.compile(f"{_APART}[^\u2066-\u2069]*{_TOGETHER}")
_RIGHT = frozenset({"R", "AL"})
_CLOCK = re.compile(r"\d+(:\d+)*")  # figures that keep their order in a text from the right, as UAX 9 reads them


def mark(message: str) -> str:
    """``message`` itself: it is looked up later, by ``Language.text``."""
    return message


def marks(one: str, many: str) -> Pair:
    """The pair itself: it is looked up later, by ``Language.plural``."""
    return one, many


def languages_of(environ: Mapping[str, str]) -> list[str]:
    """The languages that the environment asks for, best first; empty where it asks for none.

    The rules of GNU gettext: the first of LC_ALL, LC_MESSAGES, LANG that is set names the locale; LANGUAGE, a list
    with colons, goes before it, unless that locale is "C". LANGUAGE alone counts too, as in Python's gettext.
    """
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environ.get(name))), "")
    if locale in _PLAIN:
        return []
    wanted = [*environ.get("LANGUAGE", "").split(":"), locale]
    return list(dict.fromkeys(name for name in (_bare(w) for w in wanted) if name))


def found() -> tuple[str, ...]:
    """The languages that have a folder here."""
    return tuple(sorted(path.parent.parent.name for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")))


class Language:
    """The first of ``wanted`` that Fanal speaks, else English: its texts, filled in."""

    def __init__(self, wanted: Sequence[str]) -> None:
        self.code = _first(wanted)
        self._from_the_right = self.code.partition("_")[0] in _FROM_THE_RIGHT
        self._catalogue = NullTranslations()
        if self.code != _SOURCE:
            with (FOLDER / self.code / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
                self._catalogue = GNUTranslations(file)

    @property
    def from_the_right(self) -> bool:
        """Whether it is written from right to left: then all that shows it is mirrored."""
        return self._from_the_right

    def text(self, message: str, **values: object) -> str:
        """``message`` in this language, with ``values`` in its places."""
        return self._filled(self._catalogue.gettext(message), values)

    def plural(self, pair: Pair, n: int, **values: object) -> str:
        """That form of ``pair`` which this language uses for ``n`` things."""
        return self._filled(self._catalogue.ngettext(*pair, n), values)

    def apart(self, value: str) -> str:
        """``value`` such that it and the sentence round it each keep their own order: UAX 9, isolates.

        Only a language written from the right needs it, and there only what is not: Latin names, addresses, dates.
        ``text`` and ``plural`` do it to every value; only what is put together without them needs it of itself.
        """
        if not self._from_the_right:
            return value
        value = value.removeprefix(_BEGIN).removesuffix(_END).removeprefix(_MARK)
        kinds = {bidirectional(character) for character in _SET_APART.sub("", value)}
        figures = "EN" in kinds and not kinds & _RIGHT and not _CLOCK.fullmatch(value)
        return f"{_APART}{value}{_TOGETHER}" if "L" in kinds or figures else value

    def _filled(self, message: str, values: Mapping[str, object]) -> str:
        if not self._from_the_right:
            return message.format(**values)
        text = message.format(**{key: self.apart(v) if isinstance(v, str) else v for key, v in values.items()})
        kinds = [kind for kind in map(bidirectional, text) if kind == "L" or kind in _RIGHT]
        if "L" not in kinds:
            return text
        # What shows it may write something Latin in front of it, or all its lines from the left, or may take a line's
        # direction from its first letter, whether or not that is set apart.
        return f"{_BEGIN}{_MARK if kinds[0] == 'L' else ''}{text}{_END}"


def _first(wanted: Sequence[str]) -> str:
    # Only names that were found are ever opened: what the environment says is no path.
    here = found()
    for name in map(_bare, wanted):
        for candidate in (name, name.partition("_")[0]):
            if candidate == _SOURCE or candidate in here:
                return candidate
    return _SOURCE


def _bare(name: str) -> str:
    """Without codeset and modifier: ``fr_CA.UTF-8@x`` → ``fr_CA``; a tag's hyphen counts as an underscore."""
    bare = name.strip().partition(".")[0].partition("@")[0].replace("-", "_")
    return "" if bare in _PLAIN else bare
