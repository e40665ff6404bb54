"""The present moment in words: the one-line answer, the tooltip, the menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.core.model import HOUR, State
from trayapp.core.ports import Choice
from trayapp.core.present import Say
from trayapp.core.wishes import FOR_EVER, SNOOZES
from trayapp.words import still
from trayapp.words.language import mark
from trayapp.words.states import SINCE, WARNED
from trayapp.words.times import NAMED

if TYPE_CHECKING:
    from trayapp.core.model import Millis
    from trayapp.core.present import Row, View
    from trayapp.words.voice import Voice

CHECK, LOG, QUIT, SETTINGS = "check", "log", "quit", "settings"
"""The menu's commands: codes shared with the composition root; so are ``complain ID`` and the wishes of the core."""

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
_GONE = frozenset({State.DOWN, State.PARTIAL, State.UNREACHABLE})
"""What is told when it is over: the rest is no story."""


def answer(voice: Voice, view: View, now: Millis, most: int = NAMED) -> str:
    """The one line that answers "is it me, or is it them?"; ``most`` platforms by name. No full stop."""
    if view.say in _OF_LINE:
        return voice.text(_OF_LINE[view.say])
    if view.say in _OF_PLATFORMS:
        return voice.of(_OF_PLATFORMS[view.say], view.names, view.since, now, most)
    if view.say is Say.WARNED:
        names = voice.names(view.names)
        return voice.plural(WARNED, len(names), names=voice.times.names(names, most))
    if view.say is Say.STOPPED:
        return voice.text("Fanal has stopped looking")
    if view.say is Say.PAUSED:
        return _paused(voice, view, now)
    return _looking(voice, view) if view.say is Say.LOOKING else _well(voice, view, most)


def _paused(voice: Voice, view: View, now: Millis) -> str:
    if view.since is None:
        return voice.text("Watching is paused")
    return voice.text("Watching has been paused since {since}", since=voice.times.clock(view.since, now))


def _looking(voice: Voice, view: View) -> str:
    # After sleep, too, nothing is known: only before any answer is it the first time.
    if view.looked_at is None:
        return voice.text("Looking for the first time…")
    return voice.text("Nothing is known yet, Fanal is looking")


def _well(voice: Voice, view: View, most: int) -> str:
    unknown = voice.names(row.name for row in view.rows if row.state is State.UNKNOWN) if view.mark else []
    if unknown:
        return voice.text("All well; not known: {names}", names=voice.times.names(unknown, most))
    return voice.text("All well")


def menu(voice: Voice, view: View, now: Millis, *, running: bool) -> tuple[Choice, ...]:
    """The answer, "it does not work for me", a row a platform with what lies behind it, and what can be done now."""
    running = running and view.say is not Say.STOPPED
    asks = running and view.say is not Say.PAUSED
    return (
        # A row that does nothing is drawn pale by most panels; the answer must not be.
        Choice(_headline(voice, view, now), CHECK if running else ""),
        *([Choice(voice.text("The history cannot be saved at the moment"))] if view.unsaved else []),
        _SEPARATOR,
        *([_complaint(voice, view)] if asks and view.rows else []),
        *(Choice(row_text(voice, row, now), more=_behind(voice, view, row, running=running)) for row in view.rows),
        *([_SEPARATOR] if view.rows else []),
        *([Choice(voice.text("Check now"), CHECK, default=True)] if asks else []),
        *(_notices(voice, view, now) if running else []),
        *([_pause(voice, view)] if running else []),
        Choice(voice.text("Open log"), LOG),
        Choice(voice.text("Settings…"), SETTINGS),
        Choice(voice.text("Quit"), QUIT),
    )


def _complaint(voice: Voice, view: View) -> Choice:
    names = voice.names(row.name for row in view.rows)
    rows = (Choice(name, f"complain {row.id}") for name, row in zip(names, view.rows, strict=True))
    return Choice(voice.text("It does not work for me"), more=tuple(rows))


def _notices(voice: Voice, view: View, now: Millis) -> list[Choice]:
    if view.muted_until is not None:
        return [Choice(_muted(voice, view.muted_until, now)), Choice(voice.text("Give notices again"), "mute off")]
    ends = (
        Choice(voice.text("For {duration}", duration=voice.times.duration(HOUR)), f"mute {HOUR}"),
        Choice(voice.text("Until tomorrow morning"), "mute tomorrow"),
        Choice(voice.text("Until I say"), "mute ever"),
    )
    waits = [Choice(voice.text("Notices wait: this is a quiet time"))] if view.quiet else []
    return [*waits, Choice(voice.text("Mute notices"), more=ends)]


def _muted(voice: Voice, until: Millis, now: Millis) -> str:
    if until >= FOR_EVER:
        return voice.text("No notices until you say so")
    return voice.text("No notices until {until}", until=voice.times.clock(until, now))


def _pause(voice: Voice, view: View) -> Choice:
    if view.say is Say.PAUSED:
        return Choice(voice.text("Go on watching"), "resume")
    return Choice(voice.text("Pause watching"), "pause")


def row_text(voice: Voice, row: Row, now: Millis) -> str:
    """One platform: its shape, its name, its state; of trouble also since when; and until when it is left out."""
    said = _row(voice, row, now)
    if row.snoozed_until is None:
        return said
    if row.snoozed_until >= FOR_EVER:
        return voice.text("{platform}, left out", platform=said)
    return voice.text(
        "{platform}, left out until {until}", platform=said, until=voice.times.clock(row.snoozed_until, now)
    )


def _row(voice: Voice, row: Row, now: Millis) -> str:
    (name,) = voice.names([row.name])
    state, shape = voice.condition(row), MARKS[State.SLOW if row.amber else row.state]
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


def _behind(voice: Voice, view: View, row: Row, *, running: bool) -> tuple[Choice, ...]:
    said = tuple(Choice(line) for line in details(voice, row))
    if not running:
        return said
    works = still.choice(voice, view, row)
    said = said if works is None else (*said, Choice(works[1], works[0]))
    return (*said, *([_SEPARATOR] if said else []), *_back(voice, row), _leave_out(voice, row))


def _back(voice: Voice, row: Row) -> list[Choice]:
    if row.tell_back:
        return [Choice(voice.text("✓ You will be told when it is back"), f"back {row.id} off")]
    if row.state in _GONE and not row.standing:
        return [Choice(voice.text("Tell me when it is back"), f"back {row.id}")]
    return []


def _leave_out(voice: Voice, row: Row) -> Choice:
    if row.snoozed_until is not None:
        return Choice(voice.text("Take it in again"), f"snooze {row.id} off")
    ends = tuple(Choice(voice.times.duration(length), f"snooze {row.id} {length}") for length in SNOOZES)
    return Choice(voice.text("Leave it out for"), more=ends)


def _headline(voice: Voice, view: View, now: Millis) -> str:
    said = answer(voice, view, now)
    if view.looked_at is None or view.say in {Say.LOOKING, Say.PAUSED}:
        return said
    clock = voice.times.clock(view.looked_at, now)
    if view.say is Say.STOPPED:
        return voice.text("{answer}, last look at {clock}", answer=said, clock=clock)
    return voice.text("{answer}, looked at {clock}", answer=said, clock=clock)
