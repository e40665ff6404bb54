"""How far back one looks, and where a moment lies on an axis of time."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from trayapp.core.model import DAY, HOUR

if TYPE_CHECKING:
    from trayapp.core.model import Millis


class Span(StrEnum):
    """The stretches of time that can be chosen, up to now."""

    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"
    QUARTER = "90d"

    @property
    def length(self) -> Millis:
        """How long it is."""
        return {Span.DAY: 24 * HOUR, Span.WEEK: 7 * DAY, Span.MONTH: 30 * DAY, Span.QUARTER: 90 * DAY}[self]


def x_of(t: Millis, since: Millis, until: Millis, width: float, *, rtl: bool = False) -> float:
    """Where ``t`` lies on an axis from 0 to ``width`` that shows ``since`` to ``until``; never outside it.

    ``rtl``: the axis is mirrored, the past is on the right. A language that is read from the right writes its tables
    and progress so, and Mozilla's guidelines for such languages ask it of "anything that relates to time"; printed
    line charts are often not mirrored, but strips, table and chart of one window must not run against each other.
    """
    share = (min(max(t, since), until) - since) / max(1, until - since)
    return width * (1 - share if rtl else share)


def time_at(x: float, since: Millis, until: Millis, width: float, *, rtl: bool = False) -> Millis:
    """Which moment lies at ``x``: the way back from ``x_of``; never outside ``since`` to ``until``."""
    share = min(max(x / width, 0.0), 1.0) if width > 0 else 0.0
    return since + round((until - since) * (1 - share if rtl else share))
