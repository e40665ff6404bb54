"""The widgets' pictures: drawn with Pillow at four times their size and averaged down, each for its own scale."""

from __future__ import annotations

import io
from dataclasses import dataclass
from tkinter import PhotoImage
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from tkinter import Misc

_BY = 4
NOTHING = "#00000000"


def photo(master: Misc, picture: Image.Image) -> PhotoImage:
    """``picture`` for Tk. Without Pillow's own bridge, which some distributions put in a package of its own."""
    if picture.mode == "RGB":  # the quickest that Tk reads
        head = f"P6 {picture.width} {picture.height} 255\n".encode("ascii")
        return PhotoImage(master=master, data=head + picture.tobytes(), format="ppm")
    data = io.BytesIO()
    picture.save(data, "png", compress_level=1)
    return PhotoImage(master=master, data=data.getvalue(), format="png")


class Plate:
    """A transparent ground of ``width`` by ``height`` pixels to draw on; coordinates are pixels, fractions allowed."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._picture = Image.new("RGBA", (width * _BY, height * _BY), NOTHING)
        self._pen = ImageDraw.Draw(self._picture)

    def box(self, ends: tuple[float, float, float, float], radius: float, fill: str) -> None:
        """A rectangle with round corners; ``ends``: left, top, right and bottom."""
        left, top, right, bottom = (round(end * _BY) for end in ends)
        at = (left, top, right - 1, bottom - 1)
        self._pen.rounded_rectangle(at, radius * _BY, fill=fill)

    def disc(self, x: float, y: float, radius: float, fill: str) -> None:
        """A circle."""
        self.box((x - radius, y - radius, x + radius, y + radius), radius, fill)

    def stroke(self, points: list[tuple[float, float]], width: float, fill: str) -> None:
        """A line with round ends and joints."""
        at = [(x * _BY, y * _BY) for x, y in points]
        self._pen.line(at, fill=fill, width=round(width * _BY), joint="curve")
        nib = width * _BY / 2
        for x, y in at:
            self._pen.ellipse((x - nib, y - nib, x + nib, y + nib), fill=fill)

    def ring(self, x: float, y: float, radius: float, width: float, fill: str) -> None:
        """A circle's edge."""
        r = radius * _BY
        at = (x * _BY - r, y * _BY - r, x * _BY + r, y * _BY + r)
        self._pen.ellipse(at, outline=fill, width=round(width * _BY))

    def picture(self) -> Image.Image:
        """What was drawn, smooth."""
        return self._picture.reduce(_BY)


@dataclass(frozen=True, slots=True)
class Frame:
    """A square piece of a box, to be stretched in the middle; pixels. ``room``: round it, for the focus ring."""

    side: int
    radius: float
    width: float  # of its edge
    room: float = 0


def frame(of: Frame, fill: str, edge: str, ring: str = "") -> Image.Image:
    """The box; ``ring``: the colour of its focus ring, if it has one."""
    plate = Plate(of.side, of.side)
    if ring:
        plate.box((0, 0, of.side, of.side), of.radius + of.room, ring)
    for inset, radius, colour in ((0.0, of.radius, edge), (of.width, max(0.0, of.radius - of.width), fill)):
        near = of.room + inset
        far = of.side - near
        plate.box((near, near, far, far), radius, colour)
    return plate.picture()


def switch(size: int, ground: str, knob: str, edge: str, *, ring: str = "", right: bool = False) -> Image.Image:
    """A switch as high as ``size``, not quite twice as wide, with room for its focus ring."""
    room = max(2, round(size / 8))
    wide, high = round(size * 1.8), size
    plate = Plate(wide + 2 * room, high + 2 * room)

    def pill(inset: float, colour: str) -> None:
        """``inset``: from the switch's own edge, negative outside of it."""
        near = room + inset
        plate.box((near, near, room + wide - inset, room + high - inset), high / 2 - inset, colour)

    if ring:
        pill(-room, ring)
        pill(-0.6 * room, ground)
    pill(0, edge)
    pill(max(1, size / 14), ground)
    x = wide - high / 2 if right else high / 2
    plate.disc(room + x, room + high / 2, high / 2 - size / 6, knob)
    return plate.picture()
