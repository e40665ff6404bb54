"""Response times of one probe over a span: roll-ups brought together into as many steps as can be drawn."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from trayapp.core.model import Outcome
from trayapp.core.pace import BUCKETS, edge

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trayapp.core.model import Gap, Millis
    from trayapp.storage.rollup import Rollup
    from trayapp.storage.tally import Spread

PHASES: Final = ("dns", "connect", "tls", "first_byte")
"""What is stacked: from the question to the first byte of the answer."""
MEDIAN: Final = 0.5
HIGH: Final = 0.95


@dataclass(frozen=True, slots=True)
class Point:
    """The answers from ``since`` to ``until``. ``phases``: how long each took on average; 0 where it did not occur.

    ``median`` and ``high`` (95 % were quicker) of the time to the first byte, in milliseconds; None where no answer was
    timed. They are read from a histogram whose steps are a factor of 1.4.
    """

    since: Millis
    until: Millis
    count: int
    failed: int
    phases: Mapping[str, float]
    median: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Series:
    """What the chart of one probe shows. ``probes``: all that the platform has, most answers first."""

    platform: str
    probe: str
    probes: tuple[str, ...]
    since: Millis
    until: Millis
    points: tuple[Point, ...]  # in order of time; where one is missing, there was no answer
    gaps: tuple[Gap, ...]  # when nobody looked


def series(
    platform: str,
    rollups: Iterable[Rollup],
    gaps: Iterable[Gap],
    *,
    since: Millis,
    until: Millis,
    most: int,
    probe: str = "",
) -> Series:
    """``rollups`` of one platform in about ``most`` steps of equal length.

    ``probe``: which one; one that has no answers, or "": the one with most.
    """
    by_probe: dict[str, list[Rollup]] = defaultdict(list)
    for one in rollups:
        by_probe[one.probe].append(one)
    counts = {name: sum(map(_count, found)) for name, found in by_probe.items()}
    probes = tuple(sorted(counts, key=lambda name: (-counts[name], name)))
    chosen = probe if probe in counts else next(iter(probes), "")
    points = tuple(_points(by_probe.get(chosen, ()), since, until, most))
    return Series(platform, chosen, probes, since, until, points, tuple(gaps))


def percentile(spread: Spread, share: float) -> float:
    """The time within which ``share`` (0 to 1) of the answers came, as well as the histogram tells; milliseconds.

    Never below the shortest and never above the longest; grows with ``share``.
    """
    wanted, seen = share * spread.count, 0
    for number, count in enumerate(spread.buckets):
        if count and seen + count >= wanted:
            low = edge(number)
            high = edge(number + 1) if number + 1 < BUCKETS else float(spread.most)
            return min(max(low + (high - low) * (wanted - seen) / count, spread.least), spread.most)
        seen += count
    return float(spread.most)


def _count(rollup: Rollup) -> int:
    return sum(rollup.outcomes.values())


def _points(rollups: Iterable[Rollup], since: Millis, until: Millis, most: int) -> Iterable[Point]:
    rollups = sorted(rollups, key=lambda one: one.since)
    if not rollups:
        return
    length = rollups[0].length
    length *= max(1, math.ceil((until - since) / length / max(1, most)))
    cells: dict[Millis, list[Rollup]] = defaultdict(list)
    for one in rollups:
        cells[one.since // length * length].append(one)
    for begins in sorted(cells):
        yield _point(begins, begins + length, cells[begins])


def _point(since: Millis, until: Millis, rollups: list[Rollup]) -> Point:
    times: dict[str, Spread] = {}
    for one in rollups:
        for name, spread in one.times.items():
            times[name] = times[name].plus(spread) if name in times else spread
    waited = times.get("waited")
    return Point(
        since=since,
        until=until,
        count=sum(map(_count, rollups)),
        failed=sum(one.outcomes.get(Outcome.FAILED, 0) for one in rollups),
        phases={name: times[name].total / times[name].count if name in times else 0.0 for name in PHASES},
        median=percentile(waited, MEDIAN) if waited else None,
        high=percentile(waited, HIGH) if waited else None,
    )
