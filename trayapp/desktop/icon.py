"""The icon, drawn: a lantern when all is well, and another SHAPE for every other state.

Shapes are given on a grid of 16 by 16 and drawn enlarged, then averaged down to the size asked for, so each size is
drawn for itself and never resized from another. Where the fill covers a pixel wholly its colour is exactly that of
``COLOURS``.
"""

from __future__ import annotations

from functools import lru_cache
from math import cos, radians, sin
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

from PIL import Image, ImageDraw

from trayapp.core.present import Icon

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Colour: TypeAlias = tuple[int, int, int]
Point: TypeAlias = tuple[float, float]

COLOURS: Final[Mapping[Icon, Colour]] = MappingProxyType(
    {
        Icon.UP: (0x2D, 0xA4, 0x4E),
        Icon.SLOW: (0xD4, 0xA7, 0x2C),
        Icon.PARTIAL: (0xE8, 0x71, 0x0A),
        Icon.DOWN: (0xD1, 0x24, 0x2F),
        Icon.UNREACHABLE: (0x82, 0x50, 0xDF),
        Icon.UNKNOWN: (0x8C, 0x95, 0x9F),
        Icon.OFFLINE: (0x57, 0x60, 0x6A),
        Icon.PORTAL: (0x09, 0x69, 0xDA),
        Icon.PAUSED: (0x34, 0x6E, 0x78),
        Icon.STOPPED: (0x24, 0x29, 0x2F),
    }
)
_LINES: Final[Mapping[Icon, Colour]] = {  # so light a fill is lost on a light panel: its edge and sign must be dark
    Icon.SLOW: (0x4D, 0x38, 0x00),
    Icon.PARTIAL: (0x3D, 0x1A, 0x00),
    Icon.UNKNOWN: (0x24, 0x29, 0x2F),
}
SIZES: Final = range(8, 513)

_GRID: Final = 16
_LIGHT: Final[Colour] = (0xFF, 0xFF, 0xFF)
_DARK: Final[Colour] = (0x24, 0x29, 0x2F)
# Three columns by five rows, one octal digit a row.
_DIGITS: Final = ("75557", "26227", "71747", "71717", "55711", "74717", "74757", "71122", "75757", "75717")


def draw(icon: Icon, size: int, count: int = 0, mark: bool = False) -> Image.Image:  # noqa: FBT001, FBT002 - the agreed call
    """Draw ``icon`` as RGBA, ``size`` by ``size`` pixels (8 to 512; else ValueError).

    ``count`` above 1 is written in the lower right corner (99 at most); ``mark`` puts a small grey disc in the upper
    right: some platform is not known. The picture is the caller's own.
    """
    if size not in SIZES:
        raise ValueError(f"an icon of {size} pixels: must be {SIZES.start} to {SIZES.stop - 1}")
    return _drawn(icon, size, min(count, 99) if count > 1 else 0, mark).copy()


@lru_cache(maxsize=128)
def _drawn(icon: Icon, size: int, count: int, mark: bool) -> Image.Image:  # noqa: FBT001 - lru_cache keys on position
    fill = COLOURS[icon]
    body, sign, edge = _Plate(size), _Plate(size), _Plate(size, grow=0.85 if size < 22 else 0.7)
    for plate in (body, edge):
        _SHAPES[icon](plate)
    _SIGNS[icon](sign)
    line = _LINES.get(icon, _LIGHT)
    picture = Image.new("RGB", (size, size), line)
    picture.paste(fill, mask=body.mask())
    picture.paste(line, mask=sign.mask())
    shown = edge.mask()
    if mark:
        _corner_mark(picture, shown)
    if count:
        _badge(picture, shown, str(count))
    picture.putalpha(shown)
    return picture


class _Plate:
    """An enlarged black-and-white drawing ground, spoken to in grid units; ``grow`` fattens every shape."""

    def __init__(self, size: int, grow: float = 0.0) -> None:
        self._by = 8 if size <= 32 else 4  # enough for a smooth edge; more costs time at start
        self._unit = size * self._by / _GRID
        self._grow = grow * self._unit
        self._image = Image.new("L", (size * self._by, size * self._by), 0)
        self._pen = ImageDraw.Draw(self._image)

    def mask(self) -> Image.Image:
        """What is covered, at the size asked for: 255 where wholly."""
        return self._image.reduce(self._by)

    def polygon(self, points: Sequence[Point], round_by: float = 0.0) -> None:
        """Fill the corners' hull as given; ``round_by`` puts a round nib of that radius along its edge."""
        at = [(x * self._unit, y * self._unit) for x, y in points]
        self._pen.polygon(at, fill=255)
        nib = round_by * self._unit + self._grow
        if nib >= 0.5:
            self._pen.line([*at, at[0]], fill=255, width=round(2 * nib))
            for x, y in at:
                self._pen.ellipse((x - nib, y - nib, x + nib, y + nib), fill=255)

    def box(self, left: float, top: float, right: float, bottom: float, round_by: float = 0.0) -> None:
        """Fill a rectangle whose outside is exactly this."""
        r = round_by
        inner = ((left + r, top + r), (right - r, top + r), (right - r, bottom - r), (left + r, bottom - r))
        self.polygon(inner, round_by=r)

    def disc(self, x: float, y: float, radius: float, *, erase: bool = False) -> None:
        """Fill a circle; ``erase`` makes a hole, which ``grow`` narrows."""
        r = radius * self._unit + (-self._grow if erase else self._grow)
        if r >= 0.5:
            cx, cy = x * self._unit, y * self._unit
            self._pen.ellipse((cx - r, cy - r, cx + r - 1, cy + r - 1), fill=0 if erase else 255)

    def stroke(self, points: Sequence[Point], width: float) -> None:
        """Draw a line with round ends."""
        at = [(x * self._unit, y * self._unit) for x, y in points]
        nib = width * self._unit / 2 + self._grow
        self._pen.line(at, fill=255, width=round(2 * nib), joint="curve")
        for x, y in at:
            self._pen.ellipse((x - nib, y - nib, x + nib, y + nib), fill=255)

    def wedge(self, x: float, y: float, radius: float, start: float, end: float) -> None:
        """Fill a slice of a circle; degrees run clockwise from three o'clock."""
        cx, cy, r = x * self._unit, y * self._unit, radius * self._unit
        self._pen.pieslice((cx - r, cy - r, cx + r, cy + r), start, end, fill=255)
        if self._grow:
            ends = ((x + radius * cos(a), y + radius * sin(a)) for a in (radians(start), radians(end)))
            for corner in ends:
                self.stroke(((x, y), corner), 0)
            r += self._grow
            self._pen.arc((cx - r, cy - r, cx + r, cy + r), start, end, fill=255, width=round(2 * self._grow))


def _ring(on: _Plate) -> None:
    on.disc(8, 2.9, 2.2)
    on.disc(8, 2.9, 1.0, erase=True)


def _lantern(on: _Plate) -> None:
    _ring(on)
    on.polygon(((6.0, 4.6), (10.0, 4.6), (13.4, 6.6), (2.6, 6.6)), round_by=0.4)
    on.box(3.4, 6.4, 12.6, 13.4)
    on.box(2.0, 12.8, 14.0, 15.0, round_by=0.5)


def _hourglass(on: _Plate) -> None:
    on.box(2.2, 1.0, 13.8, 3.8, round_by=0.6)
    on.polygon(((3.4, 3.4), (12.6, 3.4), (9.3, 8), (12.6, 12.6), (3.4, 12.6), (6.7, 8)))
    on.box(2.2, 12.2, 13.8, 15.0, round_by=0.6)


def _triangle(on: _Plate) -> None:
    on.polygon(((8, 2.2), (14.0, 13.8), (2.0, 13.8)), round_by=1.2)


def _octagon(on: _Plate) -> None:
    on.polygon(((5.2, 1), (10.8, 1), (15, 5.2), (15, 10.8), (10.8, 15), (5.2, 15), (1, 10.8), (1, 5.2)))


def _broken_diamond(on: _Plate) -> None:
    on.polygon(((6.9, 1.3), (7.5, 6.2), (5.5, 9.4), (6.5, 14.3), (0.9, 7.9)))
    on.polygon(((9.5, 1.7), (10.5, 6.6), (8.5, 9.8), (9.1, 14.7), (15.1, 8.1)))


def _globe(on: _Plate) -> None:
    on.disc(8, 2.4, 2.0)
    on.disc(8, 2.4, 0.9, erase=True)
    on.disc(8, 9.0, 6.1)


def _cut_fan(on: _Plate) -> None:
    on.wedge(8, 15, 13.0, 232, 308)


def _door(on: _Plate) -> None:
    on.disc(8, 6, 5)
    on.box(3, 6, 13, 15)
    on.box(1, 13, 15, 15, round_by=0.4)


def _two_bars(on: _Plate) -> None:
    on.box(2.4, 1, 6.8, 15, round_by=0.8)
    on.box(9.2, 1, 13.6, 15, round_by=0.8)


def _square(on: _Plate) -> None:
    on.box(1.6, 1.6, 14.4, 14.4, round_by=0.8)


def _flame(on: _Plate) -> None:
    on.disc(8, 10.5, 1.7)
    on.polygon(((8.3, 7.4), (9.6, 10.0), (6.4, 10.0)))
    on.stroke(((3.8, 6.9), (12.2, 6.9)), 0.35)
    on.stroke(((3.8, 12.9), (12.2, 12.9)), 0.35)


def _nothing(_on: _Plate) -> None:
    """No sign: the shape says it all."""


def _exclamation(on: _Plate) -> None:
    on.stroke(((8, 6.2), (8, 9.6)), 1.9)
    on.disc(8, 12.4, 1.1)


def _cross(on: _Plate) -> None:
    on.stroke(((5.2, 5.2), (10.8, 10.8)), 2.1)
    on.stroke(((10.8, 5.2), (5.2, 10.8)), 2.1)


def _question(on: _Plate) -> None:
    hook = [(6.0, 7.5), (6.3, 6.5), (7.1, 5.8), (8, 5.6), (9.0, 5.9), (9.8, 6.7), (9.9, 7.7), (9.3, 8.6), (8.3, 9.4)]
    on.stroke([*hook, (8, 10.4)], 1.5)
    on.disc(8, 12.6, 1.0)


def _slash(on: _Plate) -> None:
    on.stroke(((2.0, 2.0), (14.0, 14.0)), 2.2)


def _closed_eye(on: _Plate) -> None:
    on.stroke([(3.6, 6.4), (4.8, 8.0), (6.3, 8.9), (8, 9.2), (9.7, 8.9), (11.2, 8.0), (12.4, 6.4)], 1.5)
    for lash in (((5.2, 8.4), (4.2, 10.6)), ((8, 9.2), (8, 11.8)), ((10.8, 8.4), (11.8, 10.6))):
        on.stroke(lash, 1.2)


def _keyhole(on: _Plate) -> None:
    on.disc(8, 6.8, 1.9)
    on.polygon(((7.4, 7), (8.6, 7), (9.6, 11.4), (6.4, 11.4)))


_SHAPES: Final[Mapping[Icon, Callable[[_Plate], None]]] = {
    Icon.UP: _lantern,
    Icon.SLOW: _hourglass,
    Icon.PARTIAL: _triangle,
    Icon.DOWN: _octagon,
    Icon.UNREACHABLE: _broken_diamond,
    Icon.UNKNOWN: _globe,
    Icon.OFFLINE: _cut_fan,
    Icon.PORTAL: _door,
    Icon.PAUSED: _two_bars,
    Icon.STOPPED: _square,
}
_SIGNS: Final[Mapping[Icon, Callable[[_Plate], None]]] = {
    Icon.UP: _flame,
    Icon.SLOW: _nothing,
    Icon.PARTIAL: _exclamation,
    Icon.DOWN: _cross,
    Icon.UNREACHABLE: _nothing,
    Icon.UNKNOWN: _question,
    Icon.OFFLINE: _slash,
    Icon.PORTAL: _keyhole,
    Icon.PAUSED: _nothing,
    Icon.STOPPED: _closed_eye,
}


def _corner_mark(picture: Image.Image, shown: Image.Image) -> None:
    for colour, radius in ((_LIGHT, 3.2), (COLOURS[Icon.UNKNOWN], 2.4)):
        plate = _Plate(picture.width)
        plate.disc(12.9, 3.1, radius)
        picture.paste(colour, mask=plate.mask())
        shown.paste(255, mask=plate.mask())


def _badge(picture: Image.Image, shown: Image.Image, digits: str) -> None:
    """Write ``digits`` on whole pixels, so that they stay sharp at 16."""
    cell = max(1, round(picture.width / (14 if len(digits) == 1 else 20)))
    edge = max(1, round(picture.width / 20))
    right = picture.width - 1 - 2 * edge
    left, top = (right + 1 - n * cell for n in (4 * len(digits) - 1, 5))
    pen = ImageDraw.Draw(picture)
    for margin, colour in ((2 * edge, _LIGHT), (edge, _DARK)):
        ground = (max(0, left - margin), max(0, top - margin), right + margin, right + margin)
        pen.rectangle(ground, fill=colour)
        ImageDraw.Draw(shown).rectangle(ground, fill=255)
    for n, digit in enumerate(digits):
        for row, bits in enumerate(_DIGITS[int(digit)]):
            for column in range(3):
                if int(bits, 8) >> (2 - column) & 1:
                    x, y = left + (4 * n + column) * cell, top + row * cell
                    pen.rectangle((x, y, x + cell - 1, y + cell - 1), fill=_LIGHT)
