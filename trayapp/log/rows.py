"""A row for each platform that is watched: its shape, its word, since when, and its strip of the past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trayapp.core.model import State
from trayapp.core.present import Icon
from trayapp.words import account as official
from trayapp.words import past, still
from trayapp.words.shown import MARKS, details, row_text
from trayapp.words.states import SINCE

if TYPE_CHECKING:
    from trayapp.core.model import Function, Millis
    from trayapp.core.present import Row, View
    from trayapp.log.strip import Piece, Strip
    from trayapp.words.account import Account
    from trayapp.words.voice import Voice

_ACCUSED = frozenset({State.DOWN, State.PARTIAL, State.UNREACHABLE})


@dataclass(frozen=True, slots=True)
class FunctionRow:
    """What is known of one function of a platform."""

    function: Function
    name: str  # "Signing in"
    state: State
    word: str  # "down"


@dataclass(frozen=True, slots=True)
class PlatformRow:
    """One platform now, and its past. All texts are ready to show."""

    id: str
    name: str
    owner: str  # its id
    state: State
    icon: Icon  # its shape as a picture; a warning is SLOW, whatever the state
    shape: str  # its shape as a character
    word: str  # "down", "works"
    since: str  # a clock time; "" where all is well, or where that is not known
    scope: str  # whose fault, as a sentence; "" where nobody is accused
    functions: tuple[FunctionRow, ...]  # also those of which nothing is known
    details: tuple[str, ...]  # why it is judged so, and each function of which anything is known
    official: tuple[str, ...]  # what their own page says of the trouble; none without any
    still: tuple[str, ...]  # what still works, of it and of others that offer the same; none without trouble
    snoozed: str  # "left out until 18:00"; ""
    snoozed_until: Millis | None
    tell_back: bool
    amber: bool
    standing: bool
    strip: Strip
    share: str  # how much of the strip's time it answered; "" where nobody looked
    label: str  # all in one line, for a screen reader or a tooltip


def platform_row(
    voice: Voice,
    row: Row,
    strip: Strip,
    now: Millis,
    *,
    view: View | None = None,
    account: Account | None = None,
    owner: str = "",
) -> PlatformRow:
    """``row`` of ``view`` as the log shows it; ``account``: what the page of ``owner`` (a name) says of its trouble."""
    share, accused = strip.share(), row.state in _ACCUSED and not row.amber
    return PlatformRow(
        id=row.id,
        name=voice.names([row.name])[0],
        owner=row.owner,
        state=row.state,
        icon=Icon.SLOW if row.amber else Icon(row.state.value),
        shape=MARKS[State.SLOW if row.amber else row.state],
        word=voice.condition(row),
        since="" if row.since is None or row.state not in SINCE else voice.times.clock(row.since, now),
        scope=voice.word(row.scope) if accused else "",
        functions=tuple(
            FunctionRow(function, _capital(voice.word(function)), state, voice.state(state, row.depth))
            for function, state in row.functions
        ),
        details=tuple(details(voice, row)),
        official=tuple(official.told(voice, account, owner, now)) if account is not None else (),
        still=still.lines(voice, view, [row.id], now) if accused and view is not None else (),
        snoozed=past.left_out(voice, row.snoozed_until, now),
        snoozed_until=row.snoozed_until,
        tell_back=row.tell_back,
        amber=row.amber,
        standing=row.standing,
        strip=strip,
        share=past.share(voice, share.watched, share.well),
        label=row_text(voice, row, now),
    )


def say(voice: Voice, piece: Piece, now: Millis) -> str:
    """A stretch of a strip in words: "16:02 to 18:07: down, 2 h 5 min"."""
    return past.piece(voice, piece.kind.value, piece.since, piece.until, now)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
