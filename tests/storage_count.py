"""What the roll-ups of given evidence should be, counted one by one: for the tests of storage."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from trayapp.core.model import HOUR, MINUTE, Evidence, Outcome
from trayapp.core.pace import BUCKETS, bucket
from trayapp.storage.rollup import Resolution, Rollup
from trayapp.storage.tally import Spread

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trayapp.core.model import Millis

LENGTH = {Resolution.FINE: 5 * MINUTE, Resolution.HOURLY: HOUR}


def expected(found: Iterable[Evidence], platform: str, resolution: Resolution) -> list[Rollup]:
    """What the roll-ups should be, counted one by one."""
    length = LENGTH[resolution]
    groups: dict[tuple[Millis, str], list[Evidence]] = defaultdict(list)
    for one in found:
        if one.platform == platform:
            groups[one.t // length * length, one.probe].append(one)
    return [
        Rollup(platform, probe, since, length, outcomes(group), times(group))
        for (since, probe), group in sorted(groups.items())
    ]


def outcomes(group: list[Evidence]) -> dict[Outcome, int]:
    said = [one.outcome for one in group]
    return {outcome: said.count(outcome) for outcome in Outcome if outcome in said}


def times(group: list[Evidence]) -> dict[str, Spread]:
    good = [one for one in group if one.outcome in {Outcome.OK, Outcome.SLOW}]
    found = {
        "well": [one.waited for one in good],
        **{
            name: [getattr(one.phases, name) for one in group]
            for name in ("dns", "connect", "tls", "first_byte", "body")
        },
        "waited": [one.waited for one in group],
    }
    spreads = {}
    for name, values in found.items():
        kept = [ms for ms in values if ms is not None]
        if kept:
            buckets = tuple(sum(bucket(ms) == n for ms in kept) for n in range(BUCKETS))
            spreads[name] = Spread(len(kept), sum(kept), min(kept), max(kept), buckets)
    return spreads
