"""Arabic for a Tk that neither joins letters nor orders them (X11): logical text → what is to be drawn from the left.

Windows and macOS do both themselves: there ``Plain`` leaves every text as it is.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

_MARKS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_ELLIPSIS = "…"
_MIRROR = dict(zip("()[]{}<>«»≤≥", ")(][}{><»«≥≤", strict=True))
_BRACKETS = re.compile(f"[{re.escape(''.join(_MIRROR))}]")
_FOLLOWER = "\u2981"  # of no direction and no mirror image, and in no sentence of ours
_TURNED = re.compile(f"{_FOLLOWER}({_BRACKETS.pattern})")


class Visual(Protocol):
    """How a text becomes what the toolkit draws."""

    from_the_right: bool

    def __call__(self, text: str) -> str:
        """One line, ready to be drawn."""


class Plain:
    """A language from the left, or a toolkit that does it all itself."""

    def __init__(self, *, from_the_right: bool = False) -> None:
        self.from_the_right = from_the_right

    def __call__(self, text: str) -> str:
        """Without the marks of direction where the toolkit would draw them as boxes."""
        if sys.platform == "linux":
            return _MARKS.sub("", text)
        return text


class Shaped:
    """Joined letters in the order in which they stand on the screen, by two libraries that only Linux needs."""

    from_the_right = True

    def __call__(self, text: str) -> str:
        """One line, each of its paragraphs read from the right."""
        return "\n".join(map(_shaped, text.split("\n")))


@lru_cache(maxsize=4096)
def _shaped(line: str) -> str:
    if not _RIGHT.search(line) and not _MARKS.search(line):
        return line
    from arabic_reshaper import (  # type: ignore[import-untyped]  # noqa: PLC0415 - only who reads from the right pays
        reshape,
    )
    from bidi import get_display  # type: ignore[import-untyped]  # noqa: PLC0415 - the same

    # The library orders and leaves it to the font to turn brackets round, which this toolkit's does not: a mark that
    # has no direction follows each, and comes out in front of it where it is read from the right.
    marked = _BRACKETS.sub(rf"\g<0>{_FOLLOWER}", reshape(line.replace(_FOLLOWER, "")))
    ordered = str(get_display(marked, base_dir="R"))
    turned = _TURNED.sub(lambda found: _MIRROR[found[1]], ordered)
    return _MARKS.sub("", turned.replace(_FOLLOWER, ""))


def visual_of(language: str, platform: str = sys.platform) -> Visual:
    """For the language of that code."""
    right = language.partition("_")[0] in {"ar", "fa", "he", "ur"}
    if right and platform == "linux":
        return Shaped()
    return Plain(from_the_right=right)


def wrapped(text: str, width: int, measure: Callable[[str], int], visual: Visual) -> list[str]:
    """``text`` broken into lines of ``width`` pixels at most where that can be, each ready to be drawn.

    Broken before it is ordered: whoever orders first and breaks then reads the last line first.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and measure(visual(longer)) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return [visual(line) for line in lines]


def fitting(text: str, width: int, measure: Callable[[str], int], visual: Visual) -> str:
    """``text`` as one line ready to be drawn, cut with "…" where it is wider than ``width`` pixels."""
    line = text.replace("\n", " ")
    drawn = visual(line)
    if measure(drawn) <= width:
        return drawn
    low, high = 0, len(line)  # how much of it fits
    while low < high:
        middle = (low + high + 1) // 2
        if measure(visual(line[:middle] + _ELLIPSIS)) <= width:
            low = middle
        else:
            high = middle - 1
    return visual(line[:low].rstrip() + _ELLIPSIS)
