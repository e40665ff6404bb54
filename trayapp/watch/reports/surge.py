"""Whether people write more of a platform's trouble than they usually do. Pure.

A Poisson test of what was counted against the tag's own baseline. Such counts vary more than Poisson's do, and several
thousand tests are made a day: so the chance that is asked for is small, what is usual is taken rather too high, and a
few people are never a surge.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trayapp.core.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

FLOOR = 5
"""Fewer are never a surge."""
CHANCE = 1e-6
"""It must be less likely than this that so many write while nothing is the matter."""
QUIET = 0.1
"""Of a tag that nobody uses, so many in an hour are taken as usual."""
BUSY = 3.0
"""An hour of the evening may have so many times more than the day's average."""
DAYS = 3
"""Fewer days are no baseline."""

_HOURS = 24


@dataclass(frozen=True, slots=True)
class Counted:
    """How many wrote it within the last ``hours``, and how many do in as long a time on other days."""

    count: int
    hours: float
    usual: float | None  # None: not known


def outcome(counted: Counted) -> Outcome:
    """FAILED on a surge, OK without one, UNKNOWN where it is not known what is usual."""
    if counted.usual is None or counted.hours <= 0:
        return Outcome.UNKNOWN
    expected = max(counted.usual, QUIET * counted.hours)
    surge = counted.count >= FLOOR and chance(counted.count, expected) < CHANCE
    return Outcome.FAILED if surge else Outcome.OK


def chance(count: int, expected: float) -> float:
    """At most how likely ``count`` or more are where ``expected`` > 0 are usual: a bound of Poisson's upper tail.

    Each further term is smaller than the one before by expected / (count + 1) or more: so the tail is less than that
    geometric series.
    """
    if count <= expected:
        return 1.0
    first = math.exp(count * math.log(expected) - expected - math.lgamma(count + 1))
    return min(1.0, first * (count + 1) / (count + 1 - expected))


def usual_of_days(days: Sequence[int], hours: float) -> float | None:
    """What is usual in ``hours`` by the numbers of whole days: how they spread over the day is not known."""
    return BUSY * hours * sum(days) / (_HOURS * len(days)) if len(days) >= DAYS else None


def usual_of_hours(same: Sequence[int], week: int) -> float | None:
    """What is usual in an hour by the same hour of some days before, and by the ``week`` before it: the larger one."""
    return max(sum(same) / len(same), week / (7 * _HOURS)) if len(same) >= DAYS else None
