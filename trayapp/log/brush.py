"""Smooth shapes on a picture: drawn enlarged, averaged down, laid on in one colour."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, floor
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trayapp.log.palette import Colour

Spot = tuple[float, float]

_BY: Final = 4
"""So many times as large a shape is drawn before it is averaged down."""
PERIOD: Final = 6.0
"""Units from one stroke of the hatch to the next."""


def box(  # noqa: PLR0917 - the four sides first, as Pillow has them
    on: Image.Image, left: float, top: float, right: float, bottom: float, colour: Colour, radius: float = 0.0
) -> None:
    """A rectangle with round corners; all in pixels, which need not be whole."""
    x, y = floor(left), floor(top)
    size = max(1, ceil(right) - x), max(1, ceil(bottom) - y)
    mask = Image.new("L", (size[0] * _BY, size[1] * _BY), 0)
    edge = ((left - x) * _BY, (top - y) * _BY, (right - x) * _BY - 1, (bottom - y) * _BY - 1)
    if edge[2] >= edge[0] and edge[3] >= edge[1]:
        ImageDraw.Draw(mask).rounded_rectangle(edge, radius * _BY, fill=255)
    on.paste(colour, (x, y), mask.reduce(_BY))


def polygons(on: Image.Image, shapes: Iterable[Sequence[Spot]], colour: Colour) -> None:
    """Fill closed shapes; corners in pixels."""
    mask = Image.new("L", (on.width * _BY, on.height * _BY), 0)
    pen = ImageDraw.Draw(mask)
    for corners in shapes:
        pen.polygon([(x * _BY, y * _BY) for x, y in corners], fill=255)
    on.paste(colour, (0, 0), mask.reduce(_BY))


def lines(on: Image.Image, paths: Iterable[Sequence[Spot]], width: float, colour: Colour) -> None:
    """Draw lines of that width, bent smoothly; all in pixels."""
    mask = Image.new("L", (on.width * _BY, on.height * _BY), 0)
    pen = ImageDraw.Draw(mask)
    for spots in paths:
        pen.line([(x * _BY, y * _BY) for x, y in spots], fill=255, width=max(1, round(width * _BY)), joint="curve")
    on.paste(colour, (0, 0), mask.reduce(_BY))


@lru_cache(maxsize=8)
def hatched(width: int, height: int, scale: float, ground: Colour, stroke: Colour) -> Image.Image:
    """A picture full of slanting strokes; the strokes of two pictures side by side meet if cut from one."""
    period = max(3, round(PERIOD * scale))
    size = period * _BY
    mask = Image.new("L", (size, size), 0)
    pen = ImageDraw.Draw(mask)
    for shift in (-size, 0, size):
        pen.line([(shift - size, size * 2), (shift + size * 2, -size)], fill=255, width=max(1, round(size * 0.22)))
    tile = Image.new("RGB", (period, period), ground)
    tile.paste(stroke, (0, 0), mask.reduce(_BY))
    whole = Image.new("RGB", (width, height), ground)
    for x in range(0, width, period):
        for y in range(0, height, period):
            whole.paste(tile, (x, y))
    return whole


@lru_cache(maxsize=16)
def rounded(width: int, height: int, radius: float) -> Image.Image:
    """A mask of that size with round corners: 255 inside. Not to be changed."""
    mask = Image.new("L", (width * _BY, height * _BY), 0)
    edge = (0, 0, width * _BY - 1, height * _BY - 1)
    ImageDraw.Draw(mask).rounded_rectangle(edge, radius * _BY, fill=255)
    return mask.reduce(_BY)
