"""A platform's own status pages, as its file names them in ``[[official]]``: where, in which form, and about what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trayapp.config.forms import ID, ID_HINT, NAME, PART, host_good, url_of
from trayapp.config.reader import read
from trayapp.core.model import Function
from trayapp.core.question import Official

if TYPE_CHECKING:
    from pathlib import Path

    from trayapp.config.reader import Problem, Table

SYSTEMS_FILE = "_systems.toml"
_PAGE = r"[A-Za-z0-9._-]{1,64}"


def known_systems(folder: Path, problems: list[Problem]) -> frozenset[str]:
    """The status systems that ``[[official]]`` may name, for whoever has no list of readers to give.

    A closed list, because a page in a form that nobody can read would look like a witness and never say a word. It lies
    beside the platforms, not in this source, because some systems are called after the company that has no other. Where
    the readers themselves are at hand, their names are the list to give instead.
    """
    top = read(folder / SYSTEMS_FILE, problems)
    if top is None:
        return frozenset()
    systems = frozenset(top.items("systems", str, "a list of names", required=True))
    top.done()
    return systems


def officials_of(table: Table, systems: frozenset[str], functions: tuple[Function, ...]) -> tuple[Official, ...]:
    """Every ``[[official]]`` of a platform's ``table`` that is without fault; the others are complained of."""
    found: list[Official] = []
    for sub in table.tables("official"):
        before = len(sub.problems)
        official = _official(sub, systems, functions)
        if any(official.id == other.id for other in found):
            sub.problem("id", f'another [[official]] is called "{official.id}" too; give each its own `id`')
        if len(sub.problems) == before:
            found.append(official)
    return tuple(found)


def _official(table: Table, systems: frozenset[str], functions: tuple[Function, ...]) -> Official:
    id_ = table.text_of("id", pattern=ID, hint=ID_HINT)
    named = "|".join(map(re.escape, sorted(systems)))
    system = table.text_of("system", pattern=named or r"(?!)", hint="one of " + ", ".join(sorted(systems)))
    _, host, _, _ = url_of(table)
    url = str(table.data["url"]) if host and host_good(table, "url", host) else ""
    page = table.text_of("page", required=False, pattern=_PAGE, hint="the id of the page, as its documents give it")
    name = table.text_of("name", pattern=NAME, hint="how sentences call it, up to 40 characters")
    parts = _parts(table.table("parts"), functions)
    rest = table.words("rest", Function, required=False)
    _offered(table, "rest", rest, functions)
    sole = table.flag("sole")
    if "parts" not in table.data and "rest" not in table.data:
        table.problem("", "neither `parts` nor `rest` is given: nothing that it says would be about this platform")
    table.done()
    return Official(id_, system, url, page, name, parts, rest, sole)


def _parts(table: Table | None, functions: tuple[Function, ...]) -> dict[str, tuple[Function, ...]]:
    if table is None:
        return {}
    if not table.data:
        table.problem("", "`parts` is empty: say which of their parts stands for which functions, or leave it out")
    found: dict[str, tuple[Function, ...]] = {}
    for part in table.data:
        if not re.fullmatch(PART, part):
            table.asked.add(part)
            table.problem(part, f"{table.name(part)} must be called as their page calls it, up to 100 characters")
            continue
        found[part] = table.words(part, Function)
        _offered(table, part, found[part], functions)
    return found


def _offered(table: Table, key: str, words: tuple[Function, ...], functions: tuple[Function, ...]) -> None:
    for word in words:
        if word not in functions:
            table.problem(key, f'{table.name(key)} has "{word}", which is not in `functions` at the top; add it there')
