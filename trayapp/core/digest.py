"""What could not be said in time is folded into one notice, which waits until somebody can show it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trayapp.core import notices
from trayapp.core.model import DAY, MINUTE, Millis
from trayapp.core.story import Event, Notice

if TYPE_CHECKING:
    from collections.abc import Iterable

CHANNEL = "digest"
"""Of its row in the outbox: an event may be told once by itself and once in a digest, and not oftener."""
KEEPS: Millis = DAY
AGAIN: Millis = 5 * MINUTE


def folded(outbox: Iterable[Notice], old: Iterable[Notice], now: Millis) -> tuple[Notice, ...]:
    """The outbox after ``old`` (all of them stale) have left it: their events go on in one digest."""
    missed = [n.event for n in old if n.channel == notices.CHANNEL]
    if not missed:
        return tuple(outbox)
    told = [e for n in outbox if n.channel == CHANNEL for e in events(n)]
    return (*(n for n in outbox if n.channel != CHANNEL), *_digest([*told, *missed], now))


def without(outbox: Iterable[Notice], incident: str, now: Millis) -> tuple[Notice, ...]:
    """The outbox when ``incident`` is about to be told by itself again: a digest need not tell of it any more."""
    outbox = tuple(outbox)
    told = [e for n in outbox if n.channel == CHANNEL for e in events(n)]
    if incident not in {e.incident for e in told}:
        return outbox
    rest = [e for e in told if e.incident != incident]
    return (*(n for n in outbox if n.channel != CHANNEL), *_digest(rest, now))


def merged(outbox: Iterable[Notice], now: Millis) -> tuple[Notice, ...]:
    """An outbox that was kept: there each event of a digest stands by itself."""
    outbox = tuple(outbox)
    told = [e for n in outbox if n.channel == CHANNEL for e in events(n)]
    return (*(n for n in outbox if n.channel != CHANNEL), *_digest(told, now))


def events(notice: Notice) -> tuple[Event, ...]:
    """All that ``notice`` tells, oldest first."""
    return (*notice.also, notice.event)


def flat(notice: Notice) -> tuple[Notice, ...]:
    """A row for each event that it tells, as the history keeps them."""
    return tuple(replace(notice, event=e, also=()) for e in events(notice))


def _digest(missed: Iterable[Event], now: Millis) -> tuple[Notice, ...]:
    latest = {e.incident: e for e in sorted(missed, key=lambda e: (e.t, e.number))}
    order = sorted(latest.values(), key=lambda e: (e.t, e.number))
    if not order:
        return ()
    return (Notice(order[-1], CHANNEL, now, now + KEEPS, tuple(order[:-1])),)
