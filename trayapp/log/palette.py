"""The colours of the log, dark and light.

A state has one colour everywhere, the icon's, a little lighter on dark where it would be lost. Colour never stands
alone: each state has its word and its shape too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from trayapp.log.strip import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

Colour: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Palette:
    """One look. ``kinds``: of time; ``phases``: of an answer, by the names of core.model.Phases."""

    name: str  # "dark", "light"
    ground: Colour  # behind everything
    raised: Colour  # cards, tables, the charts' own ground
    ink: Colour  # text; at least 7 : 1 on both grounds
    faint: Colour  # lesser text; at least 4.5 : 1
    line: Colour  # rules and grid
    accent: Colour  # what is chosen; the focus ring
    kinds: Mapping[Kind, Colour]
    phases: Mapping[str, Colour]
    hatch: Colour  # the strokes of unwatched time, on the colour of kinds[UNWATCHED]


LIGHT: Final = Palette(
    "light",
    ground=(0xF3, 0xF4, 0xF7),
    raised=(0xFF, 0xFF, 0xFF),
    ink=(0x1D, 0x22, 0x29),
    faint=(0x56, 0x5F, 0x6B),
    line=(0xDD, 0xE1, 0xE8),
    accent=(0x1A, 0x5F, 0xB4),
    kinds={
        Kind.UP: (0x2D, 0xA4, 0x4E),
        Kind.SLOW: (0xD4, 0xA7, 0x2C),
        Kind.PARTIAL: (0xE8, 0x71, 0x0A),
        Kind.DOWN: (0xD1, 0x24, 0x2F),
        Kind.UNREACHABLE: (0x82, 0x50, 0xDF),
        Kind.YOURS: (0x57, 0x60, 0x6A),
        Kind.UNKNOWN: (0x8C, 0x95, 0x9F),
        Kind.UNWATCHED: (0xEE, 0xF1, 0xF4),
    },
    phases={
        "dns": (0x8C, 0x95, 0x9F),
        "connect": (0x3F, 0x8F, 0xB8),
        "tls": (0x6C, 0x6F, 0xC9),
        "first_byte": (0x1B, 0x7F, 0x79),
    },
    hatch=(0xA8, 0xB1, 0xBB),
)
DARK: Final = Palette(
    "dark",
    ground=(0x14, 0x18, 0x1E),
    raised=(0x1B, 0x20, 0x28),
    ink=(0xE8, 0xEB, 0xF0),
    faint=(0xA0, 0xAB, 0xB9),
    line=(0x2D, 0x35, 0x42),
    accent=(0x7A, 0xB7, 0xFF),
    kinds={
        Kind.UP: (0x2D, 0xA4, 0x4E),
        Kind.SLOW: (0xD4, 0xA7, 0x2C),
        Kind.PARTIAL: (0xE8, 0x71, 0x0A),
        Kind.DOWN: (0xE5, 0x3E, 0x48),
        Kind.UNREACHABLE: (0x9A, 0x6E, 0xEA),
        Kind.YOURS: (0x76, 0x80, 0x8B),
        Kind.UNKNOWN: (0x5C, 0x66, 0x71),
        Kind.UNWATCHED: (0x20, 0x27, 0x30),
    },
    phases={
        "dns": (0x7D, 0x87, 0x92),
        "connect": (0x4F, 0xA3, 0xCE),
        "tls": (0x85, 0x88, 0xE0),
        "first_byte": (0x2F, 0xA8, 0xA0),
    },
    hatch=(0x52, 0x5D, 0x69),
)
PALETTES: Final = {palette.name: palette for palette in (DARK, LIGHT)}


def hexed(colour: Colour) -> str:
    """As toolkits and style sheets write it: "#2da44e"."""
    return "#{:02x}{:02x}{:02x}".format(*colour)
