"""Changes in a person's own configuration file: only what was changed is another, and every comment stays.

tomlkit keeps the layout. What it makes is not believed but read again: the file must say exactly what was wanted, and
no comment may be missing, or nothing is written at all.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias, cast

import tomlkit
from tomlkit.items import Array

from trayapp.config.atomic import written
from trayapp.config.lines import lines_of
from trayapp.config.reader import Problem, read
from trayapp.config.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, MutableMapping
    from pathlib import Path

Value: TypeAlias = "str | bool | int | float | tuple[str, ...] | None"
"""What a key can be set to; None: it is to be gone, so that its default holds."""
Changes: TypeAlias = "Mapping[tuple[str, ...], Value]"
"""Key path, such as ``("privacy", "outside")``, → what it shall be."""

_PIECES = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}' + r"|'''.*?'{3,5}" + r'|"(?:[^"\\\n]|\\.)*"' + r"|'[^'\n]*'" + r"|(#[^\n]*)",
    re.DOTALL,
)
_BOM = "\ufeff"


class NotEditableError(Exception):
    """The text is written in a way that cannot be changed without harm."""


def change(path: Path, changes: Changes, *, begin: str = "") -> tuple[Problem, ...]:
    """Write ``changes`` into ``path``, whole or not at all; why not, as problems: then the file is as it was.

    A link is followed, the file's rights are kept, a new file is for its owner only and begins with the comment
    ``begin``. Nothing is written that the loader would not take.
    """
    problems: list[Problem] = []
    if read(path, problems, optional=True) is None and problems:
        return tuple(problems)
    try:
        before = path.read_bytes().decode("utf-8") if path.exists() else f"# {begin}\n" if begin else ""
        after = edited(before, changes)
        if after == before and path.exists():
            return ()
        written(path, after.encode("utf-8"), lambda file: _checked(file, path, problems))
    except NotEditableError as error:
        return (Problem(str(path), 0, f"cannot be changed without harm ({error}); change it in your editor"),)
    except OSError as error:
        return (Problem(str(path), 0, f"cannot be written ({error.strerror or error}); check that it is yours"),)
    return tuple(problems)


def _checked(file: Path, path: Path, problems: list[Problem]) -> bool:
    problems += [replace(p, file=str(path)) for p in load_settings(file)[1]]
    return not problems


def edited(text: str, changes: Changes) -> str:
    """``text`` (valid TOML) with ``changes``. Raises NotEditableError where that cannot be done without harm."""
    mark, text = (_BOM, text[1:]) if text.startswith(_BOM) else ("", text)
    end = "\r\n" if "\r\n" in text else "\n"
    text = text.replace("\r\n", "\n")
    for keys, value in changes.items():
        text = _changed(text, keys, value)
    return mark + text.replace("\n", end)


def comments(text: str) -> list[str]:
    """Every comment of a valid TOML text, in order."""
    return [found[1].rstrip() for found in _PIECES.finditer(text) if found[1] is not None]


def _changed(text: str, keys: tuple[str, ...], value: Value) -> str:
    wanted = _wanted(tomllib.loads(text), keys, value)
    if _same(tomllib.loads(text), wanted):
        return text
    if text and not text.endswith("\n"):
        text += "\n"  # older tomlkits would write the next key on the same line
    reason = "its layout is unusual"
    for layout in (_in_place, _anew):
        try:
            made = layout(text, keys, value)
            for candidate in _whole(text, made, keys):
                if _same(tomllib.loads(candidate), wanted) and not _lost(text, candidate):
                    return candidate
        except Exception as error:  # noqa: BLE001 - whatever tomlkit makes of a strange layout, the next way is tried
            reason = f"{type(error).__name__}: {error}"
    raise NotEditableError(reason)


def _in_place(text: str, keys: tuple[str, ...], value: Value) -> str:
    """A list keeps its lines, and what is said beside them; anything else is as in ``_anew``."""
    document = tomlkit.parse(text)
    table = _table(document, keys[:-1], make=True)
    old = table.get(keys[-1]) if table is not None else None
    if not isinstance(old, Array) or not isinstance(value, tuple):
        return _anew(text, keys, value)
    for item in [str(item) for item in old if item not in value]:
        old.remove(item)
    for item in value:
        if item not in old:
            old.append(item)
    return tomlkit.dumps(document)


def _anew(text: str, keys: tuple[str, ...], value: Value) -> str:
    document = tomlkit.parse(text)
    table = _table(document, keys[:-1], make=value is not None)
    if table is None:
        return text
    if value is None:
        table.pop(keys[-1], None)
    else:
        table[keys[-1]] = list(value) if isinstance(value, tuple) else value
    return tomlkit.dumps(document)


def _table(document: tomlkit.TOMLDocument, keys: tuple[str, ...], *, make: bool) -> MutableMapping[str, object] | None:
    table = cast("MutableMapping[str, object]", document)
    for key in keys:
        if key not in table:
            if not make:
                return None
            table[key] = tomlkit.table()
        table = cast("MutableMapping[str, object]", table[key])
    return table


def _whole(text: str, made: str, keys: tuple[str, ...]) -> Iterator[str]:
    """``made``, and where comments of ``text`` are missing from it, with these as lines of their own."""
    lost = _lost(text, made)
    yield made
    if not lost:
        return
    where, lines = lines_of(made), made.split("\n")
    ends = [where[keys[:n]] - 1 for n in range(len(keys), 0, -1) if keys[:n] in where]
    for at in (*ends, len(lines)):
        yield "\n".join([*lines[:at], *lost, *lines[at:]])


def _lost(before: str, after: str) -> list[str]:
    return list((Counter(comments(before)) - Counter(comments(after))).elements())


def _wanted(data: dict[str, object], keys: tuple[str, ...], value: Value) -> dict[str, object]:
    """``data`` with the one change. Raises NotEditableError where a key on the way is no table."""
    key, rest = keys[0], keys[1:]
    if rest:
        inner = data.get(key, {})
        if not isinstance(inner, dict):
            raise NotEditableError(f"`{key}` is no table")
        if value is None and key not in data:
            return data
        return {**data, key: _wanted(inner, rest, value)}
    if value is None:
        return {k: v for k, v in data.items() if k != key}
    return {**data, key: list(value) if isinstance(value, tuple) else value}


def _same(one: object, other: object) -> bool:
    """Equal in type and value; nan is equal to itself here, and an empty table to none."""
    if isinstance(one, dict) and isinstance(other, dict):
        one, other = ({k: v for k, v in each.items() if v != {}} for each in (one, other))
        return one.keys() == other.keys() and all(_same(v, other[k]) for k, v in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and (one == other or (one != one and other != other))  # noqa: PLR0124 - nan
