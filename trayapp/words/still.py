"""What still works while something does not: siblings, and others that offer what is broken. Pure, from a View."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.core.model import State
from trayapp.core.ports import Toast
from trayapp.core.present import Icon, Say

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from trayapp.core.model import Millis
    from trayapp.core.present import Row, View
    from trayapp.words.voice import Voice

VERB = "still"
"""The button's command: this word and the ids of the platforms that it is about."""

_BLIND = frozenset({Say.STOPPED, Say.PAUSED, Say.LOOKING})
_GONE = frozenset({State.DOWN, State.PARTIAL, State.UNREACHABLE})


def button(voice: Voice, platforms: Collection[str]) -> tuple[str, str]:
    """For a notice about ``platforms`` (ids)."""
    return " ".join((VERB, *platforms)), voice.text("What still works")


def still(voice: Voice, view: View, platforms: Collection[str], now: Millis) -> Toast:
    """The answer to that button, as it is now: only what was seen to answer is named, and by whom it was seen."""
    own = tuple(row for row in view.rows if row.id in platforms)
    return Toast(
        key=f"{VERB} {' '.join(sorted(row.id for row in own))}",
        title=voice.text("What still works"),
        body=" ".join(_body(voice, view, own, now)),
        urgent=False,
        icon=Icon.UNKNOWN,
    )


def lines(voice: Voice, view: View, platforms: Collection[str], now: Millis) -> tuple[str, ...]:
    """The same, a sentence at a time; none while nobody looks: then nothing is known of anybody."""
    if view.say in _BLIND:
        return ()
    return tuple(_body(voice, view, tuple(row for row in view.rows if row.id in platforms), now))


def choice(voice: Voice, view: View, row: Row) -> tuple[str, str] | None:
    """In the menu behind ``row``: the command that tells all, and who offers what fails there; None: nobody known."""
    if row.state not in _GONE or row.amber or row.standing or view.say in _BLIND:
        return None
    alike = _offering(view, (row,), {other.owner for other in view.rows})
    if not alike:
        return None
    return f"{VERB} {row.id}", voice.text("Still works: {names}", names=_listed(voice, alike))


def _body(voice: Voice, view: View, own: tuple[Row, ...], now: Millis) -> Iterator[str]:
    parts = [(row, [f for f, state in row.functions if state is State.UP]) for row in own if row.state in _GONE]
    for row, functions in parts:
        if functions:
            (name,) = voice.names([row.name])
            listed = voice.times.all_names([voice.word(f) for f in functions])
            yield voice.text("At {name} this still answers: {functions}.", name=name, functions=listed)
    siblings = _well(view, own, {row.owner for row in own})
    if siblings:
        yield voice.text("Of the same owner: {names}.", names=_listed(voice, siblings))
    others = _offering(view, own, {row.owner for row in view.rows} - {row.owner for row in own})
    if others:
        yield voice.text("For the same purpose: {names}.", names=_listed(voice, others))
    if not (siblings or others or any(functions for _, functions in parts)):
        yield voice.text("Of what you watch, nothing of the kind was seen to answer.")
    elif view.looked_at is not None:
        yield voice.text("Seen from this computer at {clock}.", clock=voice.times.clock(view.looked_at, now))


def _well(view: View, own: Collection[Row], owners: Collection[str]) -> tuple[Row, ...]:
    return tuple(
        row
        for row in view.rows
        if row.owner in owners and row not in own and row.state is State.UP and not (row.amber or row.standing)
    )


def _offering(view: View, own: Collection[Row], owners: Collection[str]) -> tuple[Row, ...]:
    """Others of whom a function that fails here was seen well; with none named as failing, nobody is like them."""
    broken = {f for row in own for f, state in row.functions if state in _GONE}
    return tuple(
        row for row in _well(view, own, owners) if any(f in broken and state is State.UP for f, state in row.functions)
    )


def _listed(voice: Voice, rows: Collection[Row]) -> str:
    return voice.times.names(voice.names(row.name for row in rows))
