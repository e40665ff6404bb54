"""The chart of response times as geometry: axes, stacked phases, curves, failures. Pure; paint.py draws it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from trayapp.log import ticks
from trayapp.log.series import PHASES
from trayapp.log.span import x_of
from trayapp.log.ticks import Tick
from trayapp.words import past

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from trayapp.core.model import Millis
    from trayapp.log.series import Point, Series
    from trayapp.words.voice import Voice

Spot: TypeAlias = tuple[float, float]

LABELS: Final = 58.0
"""Units beside the chart for the labels of its milliseconds."""
BELOW: Final = 22.0
ABOVE: Final = 10.0
BESIDE: Final = 10.0
FAILED: Final = 6.0
"""Height of the marks of failures, at the upper edge of the chart."""
LINE: Final = 34.0
"""Units from one label of milliseconds to the next, at least."""
_SHOWN: Final = 0.97


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in units from the upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Area:
    """One phase of one stretch without a gap: a closed polygon."""

    phase: str
    corners: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """``median`` or ``high`` of one stretch without a gap."""

    name: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one step of the chart stands for, for the pointer."""

    left: float
    right: float
    text: str


@dataclass(frozen=True, slots=True)
class Plot:
    """All that is drawn, in units. Everything lies in ``box`` but the labels."""

    width: float
    height: float
    box: Box
    across: tuple[Tick, ...]  # of time; ``at`` is an x
    upward: tuple[Tick, ...]  # of milliseconds; ``at`` is a y
    unwatched: tuple[Box, ...]
    areas: tuple[Area, ...]  # the lowest phase first
    curves: tuple[Curve, ...]
    failures: tuple[tuple[Box, float], ...]  # each with the share of answers that failed, above 0
    cells: tuple[Cell, ...]
    rtl: bool
    empty: str  # what is said where there is nothing to draw; ""

    def at(self, x: float) -> str:
        """What the pointer stands on, in words; "" where there were no answers."""
        return next((cell.text for cell in self.cells if cell.left <= x < cell.right), "")


def plot(voice: Voice, of: Series, width: float, height: float, now: Millis) -> Plot:
    """The chart of ``of`` on ``width`` by ``height`` units; mirrored in a language that is read from the right."""
    rtl = voice.from_the_right
    left, right = (BESIDE, LABELS) if rtl else (LABELS, BESIDE)
    box = Box(left, ABOVE, max(left + 1, width - right), max(ABOVE + 1, height - BELOW))
    marks = ticks.millis(_high(of.points), max(1, int((box.bottom - box.top) / LINE)))

    def x(t: Millis) -> float:
        return box.left + x_of(t, of.since, of.until, box.right - box.left, rtl=rtl)

    def y(ms: float) -> float:
        return box.bottom - (box.bottom - box.top) * min(ms / marks[-1], 1.0)

    runs = list(_runs(of.points))
    across = ticks.times(voice.times, of.since, of.until, box.right - box.left, rtl=rtl)
    return Plot(
        width=width,
        height=height,
        box=box,
        across=tuple(Tick(box.left + tick.at, tick.label) for tick in across),
        upward=tuple(Tick(y(ms), past.millis(voice, ms)) for ms in marks),
        unwatched=tuple(
            _between(x(gap.since), x(gap.until), box.top, box.bottom)
            for gap in of.gaps
            if abs(x(gap.until) - x(gap.since)) >= 1  # in a strip the least of them is seen; here it would be a fence
        ),
        areas=tuple(area for run in runs for area in _areas(run, x, y)),
        curves=tuple(
            Curve(name, tuple(_spots(run, [float(getattr(point, name) or 0.0) for point in run], x, y)))
            for run in runs
            for name in past.CURVES
        ),
        failures=tuple(
            (_between(x(point.since), x(point.until), box.top, box.top + FAILED), point.failed / point.count)
            for point in of.points
            if point.failed
        ),
        cells=tuple(_cell(voice, point, x, now) for point in of.points),
        rtl=rtl,
        empty="" if of.points else past.no_answers(voice),
    )


def _high(points: Sequence[Point]) -> float:
    """What all but a few of the steps stay below: one late answer must not flatten the rest. It runs out at the top."""
    heights = sorted(max(sum(point.phases.values()), point.high or 0.0) for point in points)
    return heights[int((len(heights) - 1) * _SHOWN)] if heights else 0.0


def _runs(points: Sequence[Point]) -> Iterator[list[Point]]:
    """Stretches in which each step follows the one before, and each was timed."""
    run: list[Point] = []
    for point in points:
        if run and (point.median is None or point.since != run[-1].until):
            yield run
            run = []
        if point.median is not None:
            run.append(point)
    if run:
        yield run


def _areas(run: Sequence[Point], x: Callable[[Millis], float], y: Callable[[float], float]) -> Iterator[Area]:
    below = [0.0] * len(run)
    for phase in PHASES:
        above = [ms + point.phases[phase] for ms, point in zip(below, run, strict=True)]
        yield Area(phase, (*_spots(run, above, x, y), *reversed(list(_spots(run, below, x, y)))))
        below = above


def _spots(
    run: Sequence[Point], values: Sequence[float], x: Callable[[Millis], float], y: Callable[[float], float]
) -> Iterator[Spot]:
    """Through the middle of each step; the first and the last reach to their edge, so that one alone is seen too."""
    yield x(run[0].since), y(values[0])
    for point, value in zip(run, values, strict=True):
        yield x((point.since + point.until) // 2), y(value)
    yield x(run[-1].until), y(values[-1])


def _between(one: float, other: float, top: float, bottom: float) -> Box:
    return Box(min(one, other), top, max(one, other), bottom)


def _cell(voice: Voice, point: Point, x: Callable[[Millis], float], now: Millis) -> Cell:
    text = past.answers(voice, point.since, point.count, point.failed, now)
    if point.median is not None and point.high is not None:
        text = f"{text}. {past.pace(voice, round(point.median), round(point.high))}"
    box = _between(x(point.since), x(point.until), 0, 0)
    return Cell(box.left, box.right, text)
