"""Incidents as bars on an axis of time: where each lies, and which one is under the pointer. Pure geometry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from trayapp.log.span import x_of
from trayapp.log.strip import Kind, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trayapp.core.model import Millis
    from trayapp.log.incidents import IncidentLine
    from trayapp.log.ticks import Tick

LANE: Final = 18.0
"""Units from one lane to the next."""
BAR: Final = 12.0
AXIS: Final = 22.0
"""What is kept below for the labels of the axis."""
LEAST: Final = 4.0
"""No bar is narrower: what was short must still be seen and hit."""
SPARE: Final = 2.0
"""Between two bars of one lane."""
LANES: Final = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One incident, in units from the upper left corner."""

    id: str
    kind: Kind
    left: float
    top: float
    right: float
    bottom: float
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything that is drawn. The later a bar, the further up in drawing order: hit-testing goes from the back."""

    width: float
    height: float
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    lanes: int

    def hit(self, x: float, y: float) -> str:
        """The id of the incident at that place, with half a lane's tolerance; "" if there is none."""
        slack = (LANE - BAR) / 2
        for bar in reversed(self.bars):
            if bar.left - 1 <= x <= bar.right + 1 and bar.top - slack <= y <= bar.bottom + slack:
                return bar.id
        return ""


def timeline(
    lines: Iterable[IncidentLine],
    since: Millis,
    until: Millis,
    width: float,
    ticks: Sequence[Tick] = (),
    *,
    rtl: bool = False,
) -> Timeline:
    """The bars of all that went on between ``since`` and ``until``.

    Two that overlap lie in different lanes as long as there is room; then the lowest lane takes the rest, and what
    began later lies above.
    """
    shown = sorted((line for line in lines if _within(line, since, until)), key=lambda line: (line.start, line.id))
    free = [float("-inf")] * LANES  # of each lane: where it is free again, measured along the time
    placed: list[tuple[IncidentLine, int, float, float]] = []
    for line in shown:
        begins = x_of(line.start, since, until, width)
        ends = max(x_of(until if line.end is None else line.end, since, until, width), begins + LEAST)
        begins, ends = (max(0.0, width - LEAST), width) if ends > width else (begins, ends)
        lane = next((n for n, end in enumerate(free) if end <= begins), LANES - 1)
        free[lane] = max(free[lane], ends + SPARE)
        placed.append((line, lane, begins, ends))
    lanes = max((lane for _, lane, _, _ in placed), default=0) + 1
    bars = tuple(
        Bar(
            id=line.id,
            kind=_kind(line),
            left=width - ends if rtl else begins,
            top=lane * LANE + (LANE - BAR) / 2,
            right=width - begins if rtl else ends,
            bottom=lane * LANE + (LANE + BAR) / 2,
            goes_on=line.end is None,
        )
        for line, lane, begins, ends in placed
    )
    return Timeline(width, lanes * LANE + AXIS, bars, tuple(ticks), lanes)


def _within(line: IncidentLine, since: Millis, until: Millis) -> bool:
    return line.start <= until and (line.end is None or line.end >= since)


def _kind(line: IncidentLine) -> Kind:
    worst = next(member for member in line.incident.members if member.state is line.state)
    return kind_of(worst.state, worst.scope)
