"""Which evidence may go. Pure: rows in order of time and the incidents near them in, numbers of rows out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from trayapp.core.model import DAY, EVERYONE, MINUTE, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from trayapp.core.model import Millis

KEEP: Millis = 2 * DAY
"""Every piece of evidence is kept so long."""
NEAR: Millis = 10 * MINUTE
"""And that of an incident for ever, from so long before its start to so long after its end."""
_RUNS = frozenset({Source.DIRECT.value, Source.CONTROL.value})

Track: TypeAlias = "tuple[str, str, str]"
"""(platform, probe, source)"""
Said: TypeAlias = "tuple[str, str | None, int | None]"
"""(outcome, failure, status)"""


class Row(NamedTuple):
    """What is looked at of a row of evidence."""

    number: int
    t: Millis
    platform: str
    probe: str
    source: str
    owner: str
    outcome: str
    failure: str | None
    status: int | None

    @property
    def track(self) -> Track:
        """Rows of one track follow each other."""
        return self.platform, self.probe, self.source

    @property
    def said(self) -> Said:
        """Rows of one track that say the same one after another are a run."""
        return self.outcome, self.failure, self.status


@dataclass(frozen=True, slots=True)
class Near:
    """The neighbourhood of an incident: its times, both included, and whose evidence belongs to it."""

    since: Millis
    until: Millis | None  # None: it goes on
    owner: str
    platforms: frozenset[str]

    @property
    def long(self) -> bool:
        """Whether it is folded. One that goes on is: of what is older than ``KEEP``, it has lasted so long."""
        return self.until is None or self.until - NEAR - self.since >= KEEP

    def wants(self, platform: str, owner: str) -> bool:
        """Members, their siblings (they show what still worked), and the line."""
        return platform == EVERYONE or owner == self.owner or platform in self.platforms

    def has(self, row: Row) -> bool:
        """Whether it belongs here."""
        during = self.since <= row.t and (self.until is None or row.t <= self.until)
        return during and self.wants(row.platform, row.owner)


def stretches(near: Iterable[Near], since: Millis, until: Millis) -> Iterator[tuple[Millis, Millis, list[Near]]]:
    """``[since, until)`` in pieces ``[a, b)``, and for each the incidents that the whole of it is near."""
    near = tuple(near)
    cuts = {since, until}
    for each in near:
        cuts |= {each.since} | ({each.until + 1} if each.until is not None else set())
    for a, b in pairwise(sorted(cut for cut in cuts if since <= cut <= until)):
        yield a, b, [each for each in near if each.since <= a and (each.until is None or a <= each.until)]


def amid_runs(rows: Iterable[Row], near: Iterable[Near], before: Callable[[Row], list[Row]]) -> list[int]:
    """The numbers of the rows to let go of those near a long incident: what is in the middle of a run.

    Of a run, that is answers of one probe that say the same one after another, its first and last stay; every word
    of other sources stays, and what is near an incident that is not long. ``rows`` are near some incident of ``near``
    and in order of time; ``before`` gives the last two rows of a row's track that were kept earlier, the latest first:
    a run may have begun there.
    """
    near = tuple(near)
    gone: list[int] = []
    kept: dict[Track, list[Row]] = {}  # of each track the last two that stay, the latest first
    for row in rows:
        if row.source not in _RUNS:
            continue
        last = kept.get(row.track) or before(row)[:2]
        amid = len(last) == 2 and last[1].said == last[0].said == row.said
        if amid and all(each.long for each in near if each.has(last[0])):
            gone.append(last[0].number)
            last = last[1:]
        kept[row.track] = [row, *last[:1]]
    return gone
