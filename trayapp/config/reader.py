"""A TOML table read strictly: every key has a type and a line, and a key that nobody asked for is a problem too."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from enum import StrEnum
    from pathlib import Path

    E = TypeVar("E", bound=StrEnum)

SIZE_LIMIT = 256 * 1024
"""Bytes. A platform's file has two thousand; anything near this is not one."""
_DECODE_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_HEADER = re.compile(r"^\s*\[\[?\s*([A-Za-z0-9_.-]+)\s*\]?\]")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong in a file, where, and what to do. ``line`` 0: the file as a whole."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


def read(path: Path, problems: list[Problem]) -> Table | None:
    """The file's top table, or None with the reason added to ``problems``."""
    try:
        with path.open("rb") as file:
            raw = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        problems.append(Problem(str(path), 0, f"cannot be read ({error.strerror}); check that it exists and is yours"))
        return None
    if len(raw) > SIZE_LIMIT:
        problems.append(Problem(str(path), 0, f"is larger than {SIZE_LIMIT} bytes; this cannot be the right file"))
        return None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        problems.append(Problem(str(path), line, "is not UTF-8 text; save it as UTF-8"))
        return None
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = _DECODE_LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        problems.append(Problem(str(path), line, f"is not TOML: {_DECODE_LINE.sub('', str(error)).strip()}"))
        return None
    return Table(str(path), text.splitlines(), data, problems)


@dataclass(slots=True)
class Table:
    """One table. Each reader method takes a key off it; ``done`` complains of what is left."""

    file: str
    text: list[str]
    data: dict[str, object]
    problems: list[Problem]
    name: str = ""  # the header's name; "" for the top
    index: int = 0  # which of several headers of that name
    asked: set[str] = field(default_factory=set)

    def problem(self, key: str, message: str) -> None:
        """Complain of ``key`` (or of the whole table, with "")."""
        self.problems.append(Problem(self.file, self.line(key), message))

    def line(self, key: str) -> int:
        """Line of ``key``, else of the table's header."""
        header, at = 0, -1 if self.name else 0
        inside = not self.name
        for number, line in enumerate(self.text, 1):
            found = _HEADER.match(line)
            if found:
                at += found[1] == self.name
                inside = bool(self.name) and found[1] == self.name and at == self.index
                header = number if inside else header
            elif inside and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]", line):
                return number
        return header or 1

    def take(self, key: str, kind: type | tuple[type, ...], what: str, *, required: bool) -> object:
        """The value of ``key`` if it is of ``kind``; else None, having complained where that is due."""
        self.asked.add(key)
        if key not in self.data:
            if required:
                self.problem("", f"`{key}` is missing: give {what}")
            return None
        value = self.data[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.problem(key, f"`{key}` must be {what}")
            return None
        return value

    def text_of(
        self, key: str, *, required: bool = True, default: str = "", pattern: str = r".+", hint: str = ""
    ) -> str:
        """A string that matches ``pattern`` whole."""
        what = hint or "a text in quotes"
        value = self.take(key, str, what, required=required)
        if value is None:
            return default
        if not re.fullmatch(pattern, str(value), re.DOTALL):
            self.problem(key, f"`{key}` must be {what}")
            return default
        return str(value)

    def number(self, key: str, *, least: int, most: int, default: int) -> int:
        """A whole number within bounds."""
        what = f"a whole number from {least} to {most}"
        value = self.take(key, int, what, required=False)
        if value is None:
            return default
        if not least <= int(str(value)) <= most:
            self.problem(key, f"`{key}` must be {what}")
            return default
        return int(str(value))

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self.take(key, bool, "true or false", required=False)
        return default if value is None else bool(value)

    def word(self, key: str, words: type[E], default: E | None = None) -> E | None:
        """One word of a closed list; None where it is not given and has no default."""
        allowed = ", ".join(f'"{w.value}"' for w in words)
        value = self.take(key, str, f"one of {allowed}", required=False)
        if value is None:
            return default
        if value not in [w.value for w in words]:
            self.problem(key, f'`{key}` is "{value}", which is none of {allowed}')
            return default
        return words(str(value))

    def words(self, key: str, words: type[E]) -> tuple[E, ...]:
        """A list of different words of a closed list, at least one."""
        allowed = ", ".join(w.value for w in words)
        out: list[E] = []
        for value in self.items(key, str, f"a list of words out of {allowed}", required=True):
            if value not in [w.value for w in words]:
                self.problem(key, f'`{key}` has "{value}", which is none of {allowed}')
            elif value in out:
                self.problem(key, f'`{key}` has "{value}" twice')
            else:
                out.append(words(str(value)))
        return tuple(out)

    def items(self, key: str, kind: type, what: str, *, required: bool = False) -> tuple[object, ...]:
        """A list, not empty, whose items are of ``kind``."""
        value = self.take(key, list, what, required=required)
        if value is None:
            return ()
        assert isinstance(value, list)  # noqa: S101 - take() has checked it; this tells mypy
        if not value or not all(isinstance(v, kind) and not isinstance(v, bool) for v in value):
            self.problem(key, f"`{key}` must be {what}")
            return ()
        return tuple(value)

    def tables(self, key: str) -> Iterator[Table]:
        """The tables under ``[[key]]`` headers."""
        for i, data in enumerate(self.items(key, dict, f"one or more [[{key}]] tables")):
            assert isinstance(data, dict)  # noqa: S101 - items() has checked it; this tells mypy
            yield Table(self.file, self.text, data, self.problems, key, i)

    def table(self, key: str) -> Table | None:
        """The table under ``[key]``, or written inline; None where there is none."""
        value = self.take(key, dict, f"a table: [{key}]", required=False)
        return Table(self.file, self.text, value, self.problems, key) if isinstance(value, dict) else None

    def done(self) -> None:
        """Complain of every key that was not asked for."""
        for key in self.data.keys() - self.asked:
            known = ", ".join(sorted(self.asked))
            self.problem(key, f"`{key}` is not known here; known are: {known}")
