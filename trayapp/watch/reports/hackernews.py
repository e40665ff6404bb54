"""A search of a news site's headlines: when, in the last week, some had the words that people use of an outage.

Only the times are asked for, no titles: no text comes, and none is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from trayapp.core.model import MINUTE, SECOND
from trayapp.watch.feeds.documents import Malformed, json_in, rows, table
from trayapp.watch.reports.surge import Counted, usual_of_hours

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trayapp.config.tags import Tag
    from trayapp.config.vantages import Service
    from trayapp.core.model import Millis
    from trayapp.watch.outside.means import Means
    from trayapp.watch.reports.days import Memory

_LONGEST: Final[Millis] = MINUTE  # nothing is begun later
_HOUR: Final = 3_600  # seconds, as all times here
_DAY: Final = 24 * _HOUR
_WEEK: Final = 7 * _DAY
_HITS: Final = 500
_MOST: Final = 1_000_000_000


def count(means: Means, service: Service, tags: tuple[Tag, ...], _: Memory) -> Mapping[str, Counted]:
    """Of each tag, how many headlines of the last hour have its words."""
    began = means.mono()
    found: dict[str, Counted] = {}
    for tag in tags:
        if means.mono() - began >= _LONGEST:
            break
        now = means.clock.now().t // SECOND
        answer = means.get(service, _path(tag, now))
        if answer is None:
            break
        times = parse(answer.body)
        if times is None:
            means.nonsense(service, answer)
            break
        found[tag.tag] = counted(*times, now)
    return found


def parse(body: bytes) -> tuple[Sequence[int], int] | None:
    """When each headline stood there, and how many there are in all; ``None``: no such document."""
    try:
        document = table(json_in(body))
        times = [hit.get("created_at_i") for hit in rows(document.get("hits"))]
    except Malformed:
        return None
    total = document.get("nbHits")
    whole = [at for at in times if isinstance(at, int) and not isinstance(at, bool)]
    if not isinstance(total, int) or isinstance(total, bool) or not len(times) <= total <= _MOST:
        return None
    return (whole, total) if len(whole) == len(times) else None


def counted(times: Sequence[int], total: int, now: int) -> Counted:
    """The last hour of ``times`` against the same hour of the days before, and against the week.

    Of more than a page holds the latest are known, and of the others only how many there are.
    """
    ages = [now - at for at in times]
    last = sum(0 <= age < _HOUR for age in ages)
    reach = _WEEK if total == len(times) else max(ages, default=0)
    days = [d * _DAY for d in range(1, 7) if d * _DAY + _HOUR <= reach]
    same = [sum(day <= age < day + _HOUR for age in ages) for day in days]
    if reach < _WEEK and not same:  # so many that they fill a page: as if the others were spread evenly
        same = [(total - last) // (7 * 24)] * 3
    return Counted(last, 1.0, usual_of_hours(same, max(0, total - last)))


def _path(tag: Tag, now: int) -> str:
    query = {
        "query": tag.words,
        "restrictSearchableAttributes": "title",
        "typoTolerance": "false",
        "tags": "story",
        "numericFilters": f"created_at_i>{now - _WEEK}",
        "hitsPerPage": _HITS,
        "attributesToRetrieve": "created_at_i",
        "attributesToHighlight": "",
    }
    return f"/search_by_date?{urlencode(query)}"
