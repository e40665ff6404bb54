"""The tooltip: the answer, and how old it is, in what room there is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trayapp.words.shown import answer

if TYPE_CHECKING:
    from trayapp.core.model import Millis
    from trayapp.core.present import View
    from trayapp.words.voice import Voice

LIMIT = 127
"""UTF-16 units: more no Windows takes, and what is cut off at the end would be the time of the last look."""

_ORDER = (
    # whether "Fanal" is said, how many platforms are named, whether it is said since when
    (True, 3, True),
    (False, 3, True),
    (False, 2, True),
    (False, 1, True),
    (False, 1, False),
    (False, 0, True),
    (False, 0, False),
)
"""What is left out, whole clauses at a time, until it fits. What is so, and how old that is, always stays."""


def tooltip(voice: Voice, view: View, now: Millis) -> str:
    """The fullest of its forms that fits."""
    said = ""
    for own_name, most, since in _ORDER:
        said = _form(voice, view if since else replace(view, since=None), now, most, own_name=own_name)
        if units(said) <= LIMIT:
            return said
    return said


def _form(voice: Voice, view: View, now: Millis, most: int, *, own_name: bool) -> str:
    said = answer(voice, view, now, most)
    if view.looked_at is None:
        return voice.text("Fanal: {answer}", answer=said) if own_name else said
    clock = voice.times.clock(view.looked_at, now)
    if own_name:
        return voice.text("Fanal: {answer} · looked at {clock}", answer=said, clock=clock)
    return voice.text("{answer}, looked at {clock}", answer=said, clock=clock)


def units(text: str) -> int:
    """As Windows counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
