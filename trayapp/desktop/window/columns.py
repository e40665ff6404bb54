"""Which columns of the incidents' table find room, and how wide each is. Pure; in pixels at scale 1."""

from __future__ import annotations

from dataclasses import dataclass

ICON = 34
"""In front of all: the shape of the state."""
_GAP = 12
_NAMES = 150  # the least for the names, which take what is left
_ORDER = ("names", "state", "functions", "scope", "since", "until", "duration", "sources")
_WIDTHS = {"state": 120, "scope": 130, "since": 130, "duration": 136, "functions": 130, "until": 130, "sources": 180}
_FIRST = ("since", "duration", "state", "scope", "functions", "until", "sources")
"""In this order they are taken in, as long as there is room."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column lies: from the side where one begins to read."""

    name: str
    at: int
    width: int


def places(width: int) -> tuple[Place, ...]:
    """The columns of a table so wide, in order; the names always, each other only with all of its width."""
    left = width - ICON - _NAMES - _GAP
    taken = {"names"}
    for name in _FIRST:
        if left < _WIDTHS[name] + _GAP:
            break
        left -= _WIDTHS[name] + _GAP
        taken.add(name)
    found: list[Place] = []
    at = ICON
    for name in _ORDER:
        if name in taken:
            wide = max(0, _NAMES + left) if name == "names" else _WIDTHS[name]
            found.append(Place(name, at, wide))
            at += wide + _GAP
    return tuple(found)
