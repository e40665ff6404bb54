"""The words that people write when a platform fails, and where their number is asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trayapp.config.forms import ID
from trayapp.config.platforms import BUILT_IN
from trayapp.config.reader import read, shown
from trayapp.config.vantages import Service, services_of

if TYPE_CHECKING:
    from pathlib import Path

    from trayapp.config.reader import Problem, Table

TAGS_FILE = "_tags.toml"
MOST = 16
"""More would cost more than they tell: each is asked for at every source, every ten minutes."""

_TAG = r"[a-z][a-z0-9]{2,39}"
_WORDS = r"(?=.{3,60}\Z)[a-z0-9]+( [a-z0-9]+)*"


@dataclass(frozen=True, slots=True)
class Tag:
    """One of the words: ``tag`` as it stands after a ``#``, ``words`` as it is written elsewhere."""

    tag: str
    words: str
    platforms: tuple[str, ...]  # the ids of those of whom it speaks


@dataclass(frozen=True, slots=True)
class Tags:
    """The whole list, which is always asked for as a whole, and the sources that are asked."""

    tags: tuple[Tag, ...] = ()
    sources: tuple[Service, ...] = ()


def load_tags(folder: Path = BUILT_IN) -> tuple[Tags, tuple[Problem, ...]]:
    """What the file of the tags says; with any problem nothing of it, and every problem told."""
    problems: list[Problem] = []
    top = read(folder / TAGS_FILE, problems)
    if top is None:
        return Tags(), tuple(problems)
    sources = services_of(top, "source")
    found: list[Tag] = []
    for table in top.tables("tag"):
        one = _tag(table)
        if any(one.tag == other.tag for other in found):
            table.problem("tag", f'"{shown(one.tag)}" is there twice; leave one out')
        found.append(one)
    if "tag" not in top.data:
        top.problem("", "no [[tag]]: without one there is nothing to ask for")
    if len(found) > MOST:
        top.problem("", f"more than {MOST} [[tag]]: each costs questions in every ten minutes; leave some out")
    top.done()
    return (Tags(), tuple(sorted(problems))) if problems else (Tags(tuple(found), sources), ())


def _tag(table: Table) -> Tag:
    tag = table.text_of("tag", pattern=_TAG, hint="small letters and digits, beginning with a letter")
    words = table.text_of("words", pattern=_WORDS, hint="words of small letters and digits")
    platforms = table.items("platforms", str, "a list of platforms' ids", required=True)
    for platform in platforms:
        if not re.fullmatch(ID, platform):
            table.problem("platforms", f'`platforms` has "{shown(platform)}", which is no id of a platform')
    table.done()
    return Tag(tag, words, platforms)
