"""Where each key of a TOML text stands, so that a problem can be told with its line."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KeyPath: TypeAlias = "tuple[str | int, ...]"
"""Keys from the top, with the index of a table that is one of several: ``("probe", 1, "healthy", "status")``."""

DEEPEST = 8
"""Keys below this have no line of their own: nothing that is read here is as deep, and a hostile text may be."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'""")
_TEXT = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}' + r"|'''.*?'{3,5}" + r'|"(?:[^"\\]|\\.)*"' + r"|'[^']*'",
    re.DOTALL,
)
_BARE = re.compile(r"[^,\]}#\n]*")


def lines_of(text: str) -> Mapping[KeyPath, int]:
    """Line of every key and table of ``text``, counted from 1.

    ``text`` must have been read by tomllib before: whatever is wrong with it is told there, and here it is only walked.
    """
    return _Walk(text).where


class _Walk:
    def __init__(self, text: str) -> None:
        self.where: dict[KeyPath, int] = {}
        self._text = text
        self._at = 0
        self._ends = [m.start() for m in re.finditer("\n", text)]
        self._counts: dict[KeyPath, int] = {}  # the latest table under each [[header]]
        here: KeyPath = ()
        for _ in self._each(""):
            if self._text.startswith("[", self._at):
                here = self._header()
            else:
                self._pair(here)

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self._text, self._at)
        self._at = match.end() if match is not None else self._at
        return self._at

    def _take(self, mark: str) -> bool:
        found = mark != "" and self._text.startswith(mark, self._at)
        self._at += len(mark) if found else 0
        return found

    def _each(self, end: str) -> Iterator[None]:
        """One turn an item, until ``end``. Ends as well where nothing moves on: a walk must not hang."""
        last = -1
        while last < self._skip(_BLANK) < len(self._text) and not self._take(end):
            last = self._at
            yield
            self._skip(_BLANK)
            self._take(",")

    def _note(self, path: KeyPath, at: int) -> None:
        if len(path) <= DEEPEST:
            self.where.setdefault(path, bisect_right(self._ends, at - 1) + 1)

    def _keys(self) -> Iterator[str]:
        dotted = True
        while dotted:
            begun = self._skip(_SPACE)
            key = self._text[begun : self._skip(_KEY)]
            yield str(tomllib.loads(f"key = {key}")["key"]) if key.startswith(('"', "'")) else key
            self._skip(_SPACE)
            dotted = self._take(".")

    def _header(self) -> KeyPath:
        at = self._at
        several = self._take("[[")
        self._take("[")
        path: KeyPath = ()
        for key in self._keys():
            path = (*path, *self._latest(path), key) if len(path) < DEEPEST else path
            self._note(path, at)
        self._take("]]" if several else "]")
        if several:
            self._counts[path] = self._counts.get(path, -1) + 1
        path = (*path, *self._latest(path))
        self._note(path, at)
        return path

    def _latest(self, path: KeyPath) -> KeyPath:
        return (self._counts[path],) if path in self._counts else ()

    def _pair(self, path: KeyPath) -> None:
        at = self._at
        for key in self._keys():
            path = (*path, key) if len(path) <= DEEPEST else path
            self._note(path, at)
        self._take("=")
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        if self._take("["):
            for index, _ in enumerate(self._each("]")):
                self._note((*path, index), self._at)
                self._value((*path, index))
        elif self._take("{"):
            for _ in self._each("}"):
                self._pair(path)
        elif self._text.startswith(('"', "'"), self._at):
            self._skip(_TEXT)
        else:
            self._skip(_BARE)
