"""The one renderer of strips, timelines and charts: geometry and a palette → a picture, smooth at every scale.

Pictures are RGBA and the caller's own. ``scale``: pixels to a unit, from 1 to 4 (else ValueError). The same values
always give the same picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw

from trayapp.log import brush
from trayapp.log.strip import TROUBLE, Kind, columns
from trayapp.log.timeline import AXIS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trayapp.log.chart import Box, Plot, Spot
    from trayapp.log.lettering import Lettering
    from trayapp.log.palette import Colour, Palette
    from trayapp.log.strip import Column, Strip
    from trayapp.log.ticks import Tick
    from trayapp.log.timeline import Timeline

SCALES: Final = (1.0, 4.0)
_ROUND: Final = 3.0  # units: the corners of strips and bars
_RING: Final = 1.5
_MEDIAN, _HIGH = 1.6, 1.0  # units: how thick the curves are
_MOST_PIXELS: Final = 8192


def strip(
    of: Strip, width: float, height: float, palette: Palette, scale: float = 1.0, *, rtl: bool = False
) -> Image.Image:
    """A platform's past, transparent outside its round corners. A column of one unit shows the worst that lies in it.

    Where nothing was wrong, a column is divided by time: well above, not known below it, unwatched, hatched, at the
    bottom; and what there is of doubt is never less than one pixel.
    """
    across, down = _size(width, height, scale)
    picture = Image.new("RGB", (across, down), palette.kinds[Kind.UNKNOWN])
    hatch = brush.hatched(across, down, scale, palette.kinds[Kind.UNWATCHED], palette.hatch)
    found = columns(of, max(1, round(width)))
    first = 0
    for number in range(1, len(found) + 1):  # columns alike are one rectangle
        if number < len(found) and found[number] == found[first]:
            continue
        left, right = (round(across * n / len(found)) for n in (first, number))
        if rtl:
            left, right = across - right, across - left
        _column(picture, hatch, (left, right), found[first], palette)
        first = number
    shown = picture.convert("RGBA")
    shown.putalpha(brush.rounded(across, down, _ROUND * scale))
    return shown


def _column(picture: Image.Image, hatch: Image.Image, sides: tuple[int, int], column: Column, palette: Palette) -> None:
    left, right = sides
    if right <= left:
        return
    height = picture.height
    if column.kind in TROUBLE:
        picture.paste(palette.kinds[column.kind], (left, 0, right, height))
        return
    bottom = height
    for kind in (Kind.UNWATCHED, Kind.UNKNOWN):
        share = column.shares.get(kind, 0.0)
        if share > 0 and bottom > 0:
            top = max(0, bottom - max(1, round(height * share)))
            place = (left, top, right, bottom)
            picture.paste(hatch.crop(place) if kind is Kind.UNWATCHED else palette.kinds[kind], place)
            bottom = top
    if Kind.UP in column.shares and bottom > 0:
        picture.paste(palette.kinds[Kind.UP], (left, 0, right, bottom))


def timeline(
    of: Timeline, palette: Palette, lettering: Lettering, scale: float = 1.0, *, chosen: str = ""
) -> Image.Image:
    """The incidents as bars; ``chosen``: the id of the one with a ring round it."""
    picture = Image.new("RGB", _size(of.width, of.height, scale), palette.raised)
    floor = of.height - AXIS
    for tick in of.ticks:
        brush.box(picture, tick.at * scale, 0, tick.at * scale + max(1, scale / 2), floor * scale, palette.line)
    for bar in of.bars:
        sides = (bar.left * scale, bar.top * scale, bar.right * scale, bar.bottom * scale)
        if bar.id == chosen:
            by = (_RING + 1) * scale
            left, top, right, bottom = sides
            brush.box(picture, left - by, top - by, right + by, bottom + by, palette.accent, (_ROUND + 2) * scale)
            by = scale
            brush.box(picture, left - by, top - by, right + by, bottom + by, palette.raised, (_ROUND + 1) * scale)
        radius = min(_ROUND * scale, (sides[2] - sides[0]) / 2)
        brush.box(picture, *sides, palette.kinds[bar.kind], radius)
    _axis(picture, of.ticks, lettering, palette.faint, (floor + 15.0) * scale, scale)
    return picture.convert("RGBA")


def chart(of: Plot, palette: Palette, lettering: Lettering, scale: float = 1.0) -> Image.Image:
    """The response times: unwatched time hatched, phases stacked, the curves above them, failures at the upper edge."""
    picture = Image.new("RGB", _size(of.width, of.height, scale), palette.raised)
    hatch = brush.hatched(*picture.size, scale, palette.kinds[Kind.UNWATCHED], palette.hatch)
    for box in of.unwatched:
        place = _whole(box, scale)
        picture.paste(hatch.crop(place), place)
    for tick in of.upward:
        y, left, right = tick.at * scale, of.box.left * scale, of.box.right * scale
        brush.box(picture, left, y - max(1, scale / 2) / 2, right, y + max(1, scale / 2) / 2, palette.line)
    for phase, colour in palette.phases.items():
        shapes = [_scaled(area.corners, scale) for area in of.areas if area.phase == phase]
        if shapes:
            brush.polygons(picture, shapes, colour)
    for name, width, colour in (("high", _HIGH, palette.faint), ("median", _MEDIAN, palette.ink)):
        paths = [_scaled(curve.spots, scale) for curve in of.curves if curve.name == name]
        if paths:
            brush.lines(picture, paths, width * scale, colour)
    for box, share in of.failures:
        left, top, right, bottom = _whole(box, scale)
        high = max(2, round((bottom - top) * max(share, 0.3)))
        picture.paste(palette.kinds[Kind.DOWN], (left, top, right, top + high))
    pen = ImageDraw.Draw(picture)
    for tick in of.upward:
        at = (of.box.right + 6 if of.rtl else of.box.left - 6) * scale, tick.at * scale
        lettering.draw(pen, at, tick.label, "lm" if of.rtl else "rm", palette.faint, scale)
    _axis(picture, of.across, lettering, palette.faint, (of.box.bottom + 16.0) * scale, scale)
    if of.empty:
        middle = (of.box.left + of.box.right) / 2 * scale, (of.box.top + of.box.bottom) / 2 * scale
        lettering.draw(pen, middle, of.empty, "mm", palette.faint, scale)
    return picture.convert("RGBA")


def _axis(  # noqa: PLR0917 - private
    picture: Image.Image, ticks: tuple[Tick, ...], lettering: Lettering, colour: Colour, y: float, scale: float
) -> None:
    """Labels under an axis, each in the middle under its place; the outer ones pushed in, none over another."""
    pen = ImageDraw.Draw(picture)
    taken: list[tuple[float, float]] = []
    for tick in ticks:
        half = lettering.width(tick.label, scale) / 2
        middle = min(max(tick.at * scale, half + scale), picture.width - half - scale)
        if any(middle - half - 4 * scale < right and left < middle + half + 4 * scale for left, right in taken):
            continue
        taken.append((middle - half, middle + half))
        lettering.draw(pen, (middle, y), tick.label, "ms", colour, scale)


def _scaled(spots: Sequence[Spot], scale: float) -> list[Spot]:
    return [(x * scale, y * scale) for x, y in spots]


def _whole(box: Box, scale: float) -> tuple[int, int, int, int]:
    """In whole pixels, at least one each way."""
    left, top = round(box.left * scale), round(box.top * scale)
    return left, top, max(left + 1, round(box.right * scale)), max(top + 1, round(box.bottom * scale))


def _size(width: float, height: float, scale: float) -> tuple[int, int]:
    if not SCALES[0] <= scale <= SCALES[1]:
        raise ValueError(f"a scale of {scale}: must be {SCALES[0]} to {SCALES[1]}")
    across, down = max(1, round(width * scale)), max(1, round(height * scale))
    if max(across, down) > _MOST_PIXELS:
        raise ValueError(f"a picture of {across} by {down} pixels: at most {_MOST_PIXELS} each way")
    return across, down
