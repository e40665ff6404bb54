"""Numbers that somebody else counts by days, and what was added to them between two looks. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from trayapp.core.model import DAY, HOUR, MINUTE, SECOND
from trayapp.watch.reports.surge import Counted, usual_of_days

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from trayapp.core.model import Instant

LEAST, MOST = 5 * MINUTE, 2 * HOUR
"""Between two looks. After a longer time it is not known when they were added."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was read at ``at``: the first second of each day (UTC, since 1970) → how many on that day so far."""

    at: Instant
    days: Mapping[int, int]


Memory: TypeAlias = "MutableMapping[tuple[str, str], Look]"
"""(Name of the service, tag) → the last look."""


def added(before: Look | None, now: Look) -> Counted | None:
    """What came between two looks, against the whole days before the last one; ``None``: they do not compare."""
    if before is None:
        return None
    passed = now.at.since(before.at)
    if not LEAST <= passed <= MOST:
        return None
    oldest = max(before.days, default=0)
    # A number may be taken back when something is deleted; a day that is new began between the two.
    count = sum(max(0, n - before.days.get(day, 0)) for day, n in now.days.items() if day >= oldest)
    today = now.at.t // DAY * (DAY // SECOND)
    whole = [n for day, n in now.days.items() if day < today]
    hours = passed / HOUR
    return Counted(count, hours, usual_of_days(whole, hours))
