"""Strips, timelines and charts as SVG inside a page: the same geometry that log/paint.py draws, in the page's colours.

Every colour is a class that the page's style gives its value, so that dark and light are the reader's choice.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final

from trayapp.log.strip import TROUBLE, Kind, columns
from trayapp.log.timeline import AXIS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from trayapp.log.chart import Box, Plot, Spot
    from trayapp.log.strip import Column, Strip
    from trayapp.log.ticks import Tick
    from trayapp.log.timeline import Timeline

WIDE: Final = 600
TALL: Final = 18
_SEAM: Final = 0.6
_FROM_THE_RIGHT: Final = re.compile("[\u0590-\u08ff]")
HATCH: Final = (
    '<svg width="0" height="0" aria-hidden="true"><defs><pattern id="hatch" width="6" height="6" '
    'patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="k-unwatched"/>'
    '<rect width="1.4" height="6" class="stroke"/></pattern></defs></svg>'
)
"""Once in a page: what unwatched time is filled with."""


def strip(of: Strip, label: str, *, rtl: bool) -> str:
    """``label``: what it shows, for those who cannot see it."""
    found = columns(of, WIDE)
    parts: list[str] = []
    first = 0
    for number in range(1, len(found) + 1):
        if number < len(found) and found[number] == found[first]:
            continue
        # A little under the next one: between two edges that only meet, the ground would shine through.
        under = _SEAM if number < len(found) else 0.0
        left = WIDE - number - under if rtl else first
        parts.extend(_column(left, number - first + under, found[first]))
        first = number
    return _svg(WIDE, TALL, "strip", label, parts, stretch=True)


def _column(left: float, width: float, column: Column) -> Iterator[str]:
    if column.kind in TROUBLE:
        yield _rect(left, 0, width, TALL, f"k-{column.kind}")
        return
    bottom = float(TALL)
    for kind in (Kind.UNWATCHED, Kind.UNKNOWN):
        share = column.shares.get(kind, 0.0)
        if share > 0:
            high = min(bottom, max(1.0, TALL * share))
            bottom -= high
            yield _rect(left, bottom, width, high, f"k-{kind}" if kind is Kind.UNKNOWN else "hatched")
    if Kind.UP in column.shares and bottom > 0:
        yield _rect(left, 0, width, bottom, f"k-{Kind.UP}")


def timeline(of: Timeline, label: str, says: Mapping[str, str]) -> str:
    """``says``: by incident's id what the pointer is told, each linked to its row."""
    floor = of.height - AXIS
    parts = [_rect(tick.at, 0, 1, floor, "line") for tick in of.ticks]
    for bar in of.bars:
        shape = _rect(bar.left, bar.top, bar.right - bar.left, bar.bottom - bar.top, f"k-{bar.kind}", 3)
        title = f"<title>{escape(says.get(bar.id, ''))}</title>"
        parts.append(f'<a href="#{anchor(bar.id)}">{shape.removesuffix("/>")}>{title}</rect></a>')
    parts.extend(_axis(of.ticks, floor + 15, of.width))
    return _svg(of.width, of.height, "timeline", label, parts)


def chart(of: Plot, label: str) -> str:
    """Response times."""
    parts = [_rect(b.left, b.top, b.right - b.left, b.bottom - b.top, "hatched") for b in of.unwatched]
    parts += [_rect(of.box.left, tick.at, of.box.right - of.box.left, 1, "line") for tick in of.upward]
    parts += [f'<polygon class="p-{area.phase}" points="{_points(area.corners)}"/>' for area in of.areas]
    parts += [f'<polyline class="c-{curve.name}" points="{_points(curve.spots)}"/>' for curve in of.curves]
    parts += [_failure(box, share) for box, share in of.failures]
    for tick in of.upward:
        x, side = (of.box.right + 6, "start") if of.rtl else (of.box.left - 6, "end")
        parts.append(_label(x, tick.at + 4, tick.label, side))
    parts.extend(_axis(of.across, of.box.bottom + 16, of.width))
    if of.empty:
        parts.append(_label((of.box.left + of.box.right) / 2, (of.box.top + of.box.bottom) / 2, of.empty, "middle"))
    return _svg(of.width, of.height, "chart", label, parts)


def anchor(incident: str) -> str:
    """The name of an incident's row in the page: letters, digits and hyphens only."""
    return "i-" + "".join(c if c.isascii() and (c.isalnum() or c == "-") else f"_{ord(c):x}_" for c in incident)


def _failure(box: Box, share: float) -> str:
    return _rect(box.left, box.top, max(1.0, box.right - box.left), (box.bottom - box.top) * max(share, 0.3), "k-down")


def _axis(ticks: Iterable[Tick], y: float, width: float) -> Iterator[str]:
    for tick in ticks:
        if 16 <= tick.at <= width - 16:  # a label at the very edge would be cut
            yield _label(tick.at, y, tick.label, "middle")


def _label(x: float, y: float, text: str, side: str) -> str:
    # The sides are meant as they stand in the drawing, whatever the direction of the page; the text keeps its own.
    if _FROM_THE_RIGHT.search(text):
        text = f"\N{RIGHT-TO-LEFT ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{side}" direction="ltr">{escape(text)}</text>'


def _rect(left: float, top: float, width: float, height: float, name: str, round_by: float = 0) -> str:  # noqa: PLR0917 - as SVG
    rounded = f' rx="{round_by:g}"' if round_by else ""
    return f'<rect x="{left:.4g}" y="{top:.4g}" width="{width:.4g}" height="{height:.4g}"{rounded} class="{name}"/>'


def _points(spots: Sequence[Spot]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)


def _svg(width: float, height: float, name: str, label: str, parts: Iterable[str], *, stretch: bool = False) -> str:
    aspect = ' preserveAspectRatio="none"' if stretch else ""
    return (
        f'<svg class="{name}" viewBox="0 0 {width:g} {height:g}"{aspect} role="img" '
        f'aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )
