"""Text in pictures: in a font that has it, letters joined and ordered as their script wants."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

from PIL import ImageFont, features

if TYPE_CHECKING:
    from PIL import ImageDraw

    from trayapp.log.palette import Colour

FONTS: Final = (
    "DejaVuSans.ttf",
    "NotoSansArabic-Regular.ttf",
    "segoeui.ttf",
    "Arial.ttf",
    "arial.ttf",
    "LiberationSans-Regular.ttf",
    "NotoSans-Regular.ttf",
)
"""By file name, where the system keeps its fonts; the first that is there. Those in front have Arabic letters too."""

_FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_MARKS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_RAQM: Final = bool(features.check("raqm"))


class Lettering:
    """One font at one size (in units). ``path``: a font file, or the name of one; "": see FONTS.

    ``shapes``: whether Pillow joins and orders letters itself (it was built with Raqm); else it is done here.
    """

    def __init__(self, path: str = "", size: float = 11.0, *, shapes: bool = _RAQM) -> None:
        self._path, self.size, self._shapes = path or _found(), size, shapes

    def width(self, text: str, scale: float) -> float:
        """How wide ``text`` is, in pixels."""
        line, direction = self._line(text)
        return float(self._font(scale).getlength(line, direction=direction))

    def draw(  # noqa: PLR0917 - as Pillow's own
        self, pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, anchor: str, fill: Colour, scale: float
    ) -> None:
        """Draw one line. ``at`` in pixels; ``anchor`` as Pillow has it: "ls" is left on the baseline."""
        line, direction = self._line(text)
        pen.text(at, line, fill=fill, font=self._font(scale), anchor=anchor, direction=direction)

    def _line(self, text: str) -> tuple[str, str | None]:
        right = _FROM_THE_RIGHT.search(text) is not None
        if self._shapes:
            return text, "rtl" if right else "ltr"
        return visual(text) if right else _MARKS.sub("", text), None

    def _font(self, scale: float) -> ImageFont.FreeTypeFont:
        return _font(self._path, round(self.size * scale, 2), shapes=self._shapes)


def visual(text: str) -> str:
    """One line in the order in which it stands on the screen, letters joined: for whoever draws it from the left.

    Without the two libraries that know how, it stays as it is, less the marks of direction.
    """
    try:
        joined = import_module("arabic_reshaper").reshape(text)
        ordered = str(import_module("bidi").get_display(joined, base_dir="R"))
    except ImportError:
        ordered = text
    return _MARKS.sub("", ordered)


@lru_cache(maxsize=8)
def _font(path: str, size: float, *, shapes: bool) -> ImageFont.FreeTypeFont:
    engine = ImageFont.Layout.RAQM if shapes else ImageFont.Layout.BASIC
    if path:
        return ImageFont.truetype(path, size, layout_engine=engine)
    fallback = ImageFont.load_default(size)  # Pillow's own; it has no Arabic
    if not isinstance(fallback, ImageFont.FreeTypeFont):  # a Pillow without FreeType can write nothing in this size
        raise OSError("No font is there, and Pillow was built without FreeType.")
    return fallback


@lru_cache(maxsize=1)
def _found() -> str:
    for name in FONTS:
        try:
            ImageFont.truetype(name, 11)
        except OSError:
            continue
        return name
    return ""
