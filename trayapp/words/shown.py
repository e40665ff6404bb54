"""The present moment in words: the one-line answer, the tooltip, the menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.core.model import State
from trayapp.core.ports import Choice
from trayapp.core.present import Say
from trayapp.words.language import mark
from trayapp.words.states import SINCE, WARNED

if TYPE_CHECKING:
    from trayapp.core.model import Millis
    from trayapp.core.present import Row, View
    from trayapp.words.voice import Voice

CHECK, QUIT = "check", "quit"
"""The menu's commands: codes shared with the composition root."""

MARKS = {
    State.UP: "✓",
    State.SLOW: "~",
    State.PARTIAL: "◐",
    State.DOWN: "●",
    State.UNREACHABLE: "○",
    State.UNKNOWN: "?",
}
"""A shape for each state: readable without colour, and in fonts that every desktop has."""

_OF_LINE = {
    Say.OFFLINE: mark("Your connection is down: nobody can be judged"),
    Say.PORTAL: mark("This network wants you to log in first"),
    Say.RESOLVER: mark("Name look-ups fail on this network"),
}
_OF_PLATFORMS = {
    Say.DOWN: State.DOWN,
    Say.PARTIAL: State.PARTIAL,
    Say.UNREACHABLE: State.UNREACHABLE,
    Say.SLOW: State.SLOW,
}
_SEPARATOR = Choice("")


def answer(voice: Voice, view: View, now: Millis) -> str:
    """The one line that answers "is it me, or is it them?". No full stop."""
    if view.say in _OF_LINE:
        return voice.text(_OF_LINE[view.say])
    if view.say in _OF_PLATFORMS:
        return voice.of(_OF_PLATFORMS[view.say], view.names, view.since, now)
    if view.say is Say.WARNED:
        names = voice.names(view.names)
        return voice.plural(WARNED, len(names), names=voice.times.names(names))
    if view.say is Say.STOPPED:
        return voice.text("Fanal has stopped looking")
    return _looking(voice, view) if view.say is Say.LOOKING else _well(voice, view)


def _looking(voice: Voice, view: View) -> str:
    # After sleep, too, nothing is known: only before any answer is it the first time.
    if view.looked_at is None:
        return voice.text("Looking for the first time…")
    return voice.text("Nothing is known yet, Fanal is looking")


def _well(voice: Voice, view: View) -> str:
    unknown = voice.names(row.name for row in view.rows if row.state is State.UNKNOWN) if view.mark else []
    if unknown:
        return voice.text("All well; not known: {names}", names=voice.times.names(unknown))
    return voice.text("All well")


def tooltip(voice: Voice, view: View, now: Millis) -> str:
    """The answer, and how old it is."""
    said = answer(voice, view, now)
    if view.looked_at is None:
        return voice.text("Fanal: {answer}", answer=said)
    clock = voice.times.clock(view.looked_at, now)
    return voice.text("Fanal: {answer} · looked at {clock}", answer=said, clock=clock)


def menu(voice: Voice, view: View, now: Millis, *, running: bool) -> tuple[Choice, ...]:
    """The answer, a row a platform with what lies behind it, and what the person can do now."""
    running = running and view.say is not Say.STOPPED
    return (
        # A row that does nothing is drawn pale by most panels; the answer must not be.
        Choice(_headline(voice, view, now), CHECK if running else ""),
        *([Choice(voice.text("The history cannot be saved at the moment"))] if view.unsaved else []),
        _SEPARATOR,
        *(Choice(row_text(voice, row, now), more=_behind(voice, row)) for row in view.rows),
        *([_SEPARATOR] if view.rows else []),
        *([Choice(voice.text("Check now"), CHECK, default=True)] if running else []),
        Choice(voice.text("Quit"), QUIT),
    )


def row_text(voice: Voice, row: Row, now: Millis) -> str:
    """One platform: its shape, its name, its state; of trouble also since when."""
    (name,) = voice.names([row.name])
    state, shape = voice.state(row.state, row.depth), MARKS[row.state]
    if row.since is None or row.state not in SINCE:
        return voice.text("{shape} {name}: {state}", shape=shape, name=name, state=state)
    since = voice.times.clock(row.since, now)
    return voice.text("{shape} {name}: {state} since {since}", shape=shape, name=name, state=state, since=since)


def details(voice: Voice, row: Row) -> list[str]:
    """Why a platform is judged so, and each of its functions of which anything is known."""
    lines = [voice.reason(reason) for reason in row.reasons]
    for function, state in row.functions:
        if state is not State.UNKNOWN:
            what = voice.word(function)
            word = voice.state(state, row.depth)
            lines.append(voice.text("{function}: {state}", function=what[:1].upper() + what[1:], state=word))
    return [line for line in lines if line]


def _behind(voice: Voice, row: Row) -> tuple[Choice, ...]:
    return tuple(Choice(line) for line in details(voice, row))


def _headline(voice: Voice, view: View, now: Millis) -> str:
    said = answer(voice, view, now)
    if view.looked_at is None or view.say is Say.LOOKING:
        return said
    clock = voice.times.clock(view.looked_at, now)
    if view.say is Say.STOPPED:
        return voice.text("{answer}, last look at {clock}", answer=said, clock=clock)
    return voice.text("{answer}, looked at {clock}", answer=said, clock=clock)
