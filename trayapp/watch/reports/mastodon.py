"""Servers of a federation that tell of each hashtag how many people have used it, day by day for a week.

The shape is that of their public API (``/api/v1/tags/<tag>``, documented and read in its source). People are counted,
not what they wrote: one who writes a hundred times is one. Nothing else of a document is looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trayapp.core.model import MINUTE
from trayapp.watch.feeds.documents import Malformed, json_in, rows, table
from trayapp.watch.reports.days import Look, added

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trayapp.config.tags import Tag
    from trayapp.config.vantages import Service
    from trayapp.core.model import Millis
    from trayapp.watch.outside.means import Means
    from trayapp.watch.reports.days import Memory
    from trayapp.watch.reports.surge import Counted

_LONGEST: Final[Millis] = MINUTE  # nothing is begun later
_DAYS: Final = 31
_DAY: Final = 86_400
_MOST: Final = 1_000_000_000


def count(means: Means, service: Service, tags: tuple[Tag, ...], memory: Memory) -> Mapping[str, Counted]:
    """Of each tag, how many people have used it since ``service`` was last asked."""
    began = means.mono()
    found: dict[str, Counted] = {}
    for tag in tags:
        if means.mono() - began >= _LONGEST:
            break
        answer = means.get(service, f"/api/v1/tags/{tag.tag}")
        if answer is None:
            break
        days = parse(answer.body, tag.tag)
        if days is None:
            means.nonsense(service, answer)
            break
        look = Look(means.clock.now(), days)
        counted = added(memory.get((service.name, tag.tag)), look)
        memory[service.name, tag.tag] = look
        if counted is not None:
            found[tag.tag] = counted
    return found


def parse(body: bytes, tag: str) -> Mapping[int, int] | None:
    """Day → people; ``None``: no such document, or one about another tag."""
    try:
        document = table(json_in(body))
        name = document.get("name")
        history = rows(document.get("history"))
    except Malformed:
        return None
    if not isinstance(name, str) or name.casefold() != tag or len(history) > _DAYS:
        return None
    found: dict[int, int] = {}
    for row in history:
        day, people = _number(row.get("day")), _number(row.get("accounts"))
        if day is None or people is None or day % _DAY:
            return None
        found[day] = people
    return found


def _number(value: object) -> int | None:
    """They write numbers as texts."""
    if not isinstance(value, str) or not value.isascii() or not value.isdigit() or len(value) > 12:
        return None
    number = int(value)
    return number if number <= _MOST or not number % _DAY else None
