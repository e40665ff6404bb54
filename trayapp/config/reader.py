"""A TOML table read strictly: every key has a type and a line, and a key that nobody asked for is a problem too."""

from __future__ import annotations

import re
import stat
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from trayapp.config.lines import KeyPath, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from enum import StrEnum
    from pathlib import Path

    E = TypeVar("E", bound=StrEnum)
    T = TypeVar("T")

SIZE_LIMIT = 64 * 1024
"""Bytes. A platform's file has two thousand; anything near this is not one."""
LINE_LIMIT = 1_000
"""Characters. tomllib's memory grows with the square of a dotted key's parts, and a key is always on one line."""
_SHOWN = 60
_DECODE_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong in a file, where, and what to do. ``line`` 0: the file as a whole."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


class _RefusedError(Exception):
    """Why a file cannot be read at all, and where in it."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.message, self.line = message, line


def read(path: Path, problems: list[Problem], *, optional: bool = False) -> Table | None:
    """The file's top table, or None with the reason in ``problems``: none where an ``optional`` one is not there."""
    try:
        data, lines = _parse(_text(_bytes(path)))
    except FileNotFoundError:
        if not optional:
            problems.append(Problem(str(path), 0, "is not there; put it there"))
    except _RefusedError as why:
        problems.append(Problem(str(path), why.line, why.message))
    else:
        return Table(str(path), data, problems, lines)
    return None


def _bytes(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # reading a pipe would wait for ever
            raise _RefusedError("is not a file; put a file there, or nothing")
        with path.open("rb") as file:
            raw = file.read(SIZE_LIMIT + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _RefusedError(f"cannot be read ({error.strerror}); check that it is yours") from error
    if len(raw) > SIZE_LIMIT:
        raise _RefusedError(f"is larger than {SIZE_LIMIT} bytes; this cannot be the right file")
    return raw


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _RefusedError("is not UTF-8 text; save it as UTF-8", line) from error


def _parse(text: str) -> tuple[dict[str, object], Mapping[KeyPath, int]]:
    long = next((n for n, line in enumerate(text.split("\n"), 1) if len(line) > LINE_LIMIT), 0)
    if long:
        raise _RefusedError(f"is longer than {LINE_LIMIT} characters; this cannot be the right file", long)
    try:
        return tomllib.loads(text), lines_of(text)
    except RecursionError as error:
        raise _RefusedError("is nested too deep; this cannot be the right file") from error
    except tomllib.TOMLDecodeError as error:
        found = _DECODE_LINE.search(str(error))
        line = int(found[1]) if found and found[1] else text.rstrip("\n").count("\n") + 1
        raise _RefusedError(f"is not TOML: {_DECODE_LINE.sub('', str(error))}", line) from error


def shown(value: str) -> str:
    """``value`` as it may stand in a message: one short line, whatever it was."""
    line = "".join(c if c.isprintable() else "?" for c in value[: _SHOWN + 1])
    return line if len(line) <= _SHOWN else line[:_SHOWN] + "…"


@dataclass(slots=True)
class Table:
    """One table. Each reader method takes a key off it; ``done`` complains of what is left."""

    file: str
    data: dict[str, object]
    problems: list[Problem]
    lines: Mapping[KeyPath, int]
    path: KeyPath = ()
    prefix: str = ""  # what messages put before its keys
    asked: set[str] = field(default_factory=set)

    def problem(self, key: str, message: str) -> None:
        """Complain of ``key`` (or of the whole table, with "")."""
        self.problems.append(Problem(self.file, self.line(key), message))

    def line(self, key: str = "") -> int:
        """Line of ``key``, else of what it is in."""
        path = (*self.path, key)
        return next((self.lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self.lines), 1)

    def name(self, key: str) -> str:
        """``key`` as messages call it."""
        return f"`{self.prefix}{shown(key)}`"

    def take(self, key: str, kind: type | tuple[type, ...], what: str, *, required: bool) -> object:
        """The value of ``key`` if it is of ``kind``; else None, having complained where that is due."""
        self.asked.add(key)
        if key not in self.data:
            if required:
                self.problem("", f"{self.name(key)} is missing: give {what}")
            return None
        value = self.data[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.problem(key, f"{self.name(key)} must be {what}")
            return None
        return value

    def text_of(
        self, key: str, *, required: bool = True, default: str = "", pattern: str = r".+", hint: str = ""
    ) -> str:
        """A string that matches ``pattern`` whole."""
        what = hint or "a text in quotes"
        value = self.take(key, str, what, required=required)
        if not isinstance(value, str):
            return default
        if not re.fullmatch(pattern, value, re.DOTALL):
            self.problem(key, f"{self.name(key)} must be {what}")
            return default
        return value

    def number(self, key: str, *, least: int, most: int, default: int) -> int:
        """A whole number within bounds."""
        what = f"a whole number from {least} to {most}"
        value = self.take(key, int, what, required=False)
        if not isinstance(value, int):
            return default
        if not least <= value <= most:
            self.problem(key, f"{self.name(key)} must be {what}")
            return default
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self.take(key, bool, "true or false", required=False)
        return value if isinstance(value, bool) else default

    def word(self, key: str, words: type[E], default: E | None = None) -> E | None:
        """One word of a closed list; None where it is not given and has no default."""
        allowed = ", ".join(f'"{w.value}"' for w in words)
        value = self.take(key, str, f"one of {allowed}", required=False)
        if not isinstance(value, str):
            return default
        if value not in [w.value for w in words]:
            self.problem(key, f'{self.name(key)} is "{shown(value)}", which is none of {allowed}')
            return default
        return words(value)

    def words(self, key: str, words: type[E], *, required: bool = True) -> tuple[E, ...]:
        """A list of different words of a closed list, at least one where the key is given."""
        allowed = ", ".join(w.value for w in words)
        out: list[E] = []
        for value in self.items(key, str, f"a list of words out of {allowed}", required=required):
            if value not in [w.value for w in words]:
                self.problem(key, f'{self.name(key)} has "{shown(value)}", which is none of {allowed}')
            elif value in out:
                self.problem(key, f'{self.name(key)} has "{value}" twice')
            else:
                out.append(words(value))
        return tuple(out)

    def items(self, key: str, kind: type[T], what: str, *, required: bool = False) -> tuple[T, ...]:
        """A list, not empty, whose items are of ``kind``."""
        value = self.take(key, list, what, required=required)
        if not isinstance(value, list):
            return ()
        good = tuple(v for v in value if isinstance(v, kind) and not isinstance(v, bool))
        if not value or len(good) < len(value):
            self.problem(key, f"{self.name(key)} must be {what}")
            return ()
        return good

    def tables(self, key: str, prefix: str = "") -> Iterator[Table]:
        """The tables under ``[[key]]`` headers, or of a list of inline ones."""
        for i, data in enumerate(self.items(key, dict, f"one or more [[{key}]] tables")):
            yield Table(self.file, data, self.problems, self.lines, (*self.path, key, i), prefix)

    def table(self, key: str) -> Table | None:
        """The table under ``[key]``, or written inline; None where there is none."""
        value = self.take(key, dict, f"a table: [{key}]", required=False)
        if not isinstance(value, dict):
            return None
        return Table(self.file, value, self.problems, self.lines, (*self.path, key), f"{self.prefix}{key}.")

    def done(self) -> None:
        """Complain of every key that was not asked for."""
        known = ", ".join(sorted(self.asked))
        for key in self.data.keys() - self.asked:
            self.problem(key, f"{self.name(key)} is not known here; known are: {known}")
