"""Where the labels stand on an axis: round hours and days in the person's own zone, round milliseconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Final

from trayapp.core.model import DAY, HOUR
from trayapp.log.span import x_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trayapp.core.model import Millis
    from trayapp.words.times import Times

_STEPS: Final = (HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 30 * DAY)
APART: Final = 72.0
"""Units that one label needs."""
_ROUND: Final = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: how far along, in units, and what stands there."""

    at: float
    label: str


def times(words: Times, since: Millis, until: Millis, width: float, *, rtl: bool = False) -> tuple[Tick, ...]:
    """The labels of an axis of time: hours, midnights as days; none nearer to another than a label is long."""
    room = max(1, int(width / APART))
    step = next((step for step in _STEPS if (until - since) / step <= room), _STEPS[-1])
    return tuple(
        Tick(x_of(t, since, until, width, rtl=rtl), label)
        for t, label in _round_times(words, since, until, step)
        if since <= t <= until
    )


def _round_times(words: Times, since: Millis, until: Millis, step: Millis) -> Iterator[tuple[Millis, str]]:
    """Each by the calendar, not by adding milliseconds: a day may have 23 or 25 hours."""
    first = words.local(since).replace(minute=0, second=0, microsecond=0, tzinfo=None)
    hours = max(1, step // HOUR)
    first = first.replace(hour=first.hour // hours * hours if hours < 24 else 0)
    last: Millis | None = None
    for number in range((until - since) // step + 3):
        wall = first + timedelta(hours=number * hours)
        t = words.instant(wall)
        if last is None or t > last:  # the hour that a change of the clock leaves out is no moment
            yield t, words.day(t) if wall.hour == 0 else words.hour(t)
        last = t


def millis(most: float, room: int) -> tuple[int, ...]:
    """Round milliseconds from 0 to at least ``most``, at most ``room`` steps (at least 1)."""
    least, power = max(1.0, most / max(1, room)), 1
    while True:
        for number in _ROUND:
            step = number * power
            if step >= least:
                return tuple(range(0, max(1, ceil(most / step)) * step + 1, step))
        power *= 10
