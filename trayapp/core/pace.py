"""How long a probe's answers usually take: counts in logarithmic buckets, an hour at a time, for one day.

The same buckets serve the history's roll-ups, so that what was measured before a restart still counts after it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from trayapp.core.model import HOUR, Millis

BUCKETS = 32
"""Bucket 0 holds 0 ms; bucket n > 0 holds from ``edge(n)`` up to ``edge(n + 1)``; the last has no upper end."""
STEPS = 2
"""Buckets for each doubling: a median is known to within a factor of 1.4."""
HOURS = 24
SLOW_LEAST: Millis = 3_000
SLOW_FACTOR = 4
"""An answer is slow that is later than both: so long, and so many times its own median."""
LEAST = 20
"""With fewer answers nothing is usual yet."""


def bucket(ms: Millis) -> int:
    """The number of the bucket that holds ``ms`` (negative ones count as 0)."""
    return 0 if ms <= 0 else min(BUCKETS - 1, 1 + math.floor(STEPS * math.log2(ms)))


def edge(number: int) -> float:
    """The lower end of bucket ``number`` in milliseconds."""
    return 0.0 if number == 0 else 2.0 ** ((number - 1) / STEPS)


@dataclass(frozen=True, slots=True)
class Pace:
    """Counts by hour since the epoch, oldest first. Frozen: ``took`` gives a new one."""

    hours: tuple[tuple[int, tuple[int, ...]], ...] = ()

    def took(self, t: Millis, ms: Millis) -> Pace:
        """With one more answer, at wall time ``t``; hours older than a day, or later than ``t``, are let go."""
        hour = t // HOUR
        kept = tuple((h, c) for h, c in self.hours if hour - HOURS < h <= hour)
        counts = list(kept[-1][1]) if kept and kept[-1][0] == hour else [0] * BUCKETS
        counts[bucket(ms)] += 1
        older = kept[:-1] if kept and kept[-1][0] == hour else kept
        return Pace((*older, (hour, tuple(counts))))

    def median(self) -> float | None:
        """The middle of the median's bucket in milliseconds; None with fewer than ``LEAST`` answers."""
        counts = [sum(column) for column in zip(*(c for _, c in self.hours), strict=True)]
        total = sum(counts)
        if total < LEAST:
            return None
        seen = 0
        for number, count in enumerate(counts):
            seen += count
            if 2 * seen >= total:
                return math.sqrt(edge(number) * edge(number + 1)) if number else 0.0
        return None

    def slow(self, waited: Millis) -> bool:
        """Whether an answer that came after ``waited`` ms is much later than usual. Unusual needs a usual."""
        usual = self.median()
        return usual is not None and waited > max(SLOW_LEAST, SLOW_FACTOR * usual)
