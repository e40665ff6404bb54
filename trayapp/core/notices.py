"""Which events are worth a notice, and when it is said: a burst becomes one notice, an old one is given up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trayapp.core.incident import WEIGHT
from trayapp.core.model import MINUTE, SECOND, Millis, Scope
from trayapp.core.story import Ending, Event, EventKind, Incident, Notice, Phase

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from trayapp.core.wishes import Wishes

HOLD: Millis = 2 * SECOND
"""How long a notice waits for company: siblings that fall together are confirmed within a second or two."""
MERGE: Millis = 10 * SECOND
"""A second notice of the same incident comes no sooner after the first."""
CALM_EVENTS = 4
"""So many events a story may have before it is told more rarely."""
STALE: Millis = 10 * MINUTE
CHANNEL = "desktop"
REMINDER = "reminder-"
"""How the channel of a notice begins that tells of an outage again: see ``reminders.py``."""


def worth(event: Event, before: Incident | None, snoozed: Collection[str] = ()) -> bool:
    """A start, an end after which it works, a relapse, and an update in which somebody joined or fell deeper.

    So is an update by which it is known where the fault lies: it was said that this cannot be told.
    Who is ``snoozed`` may do so unsaid.
    """
    if event.kind is EventKind.END and event.of.ending not in {None, Ending.WELL}:
        return False  # nobody saw it work again
    if event.kind is not EventKind.UPDATE or event.relapse or before is None:
        return True
    was = {m.platform: WEIGHT[m.state] for m in before.members if m.until is None}
    open_ = [m for m in event.of.members if m.until is None and m.platform not in snoozed]
    doubted = {m.platform for m in before.members if m.until is None and m.scope is Scope.NOT_KNOWN}
    known = any(m.platform in doubted and m.scope is not Scope.NOT_KNOWN for m in open_)
    return known or any(WEIGHT[m.state] > was.get(m.platform, 0) for m in open_)


def plan(
    outbox: tuple[Notice, ...],
    event: Event,
    before: Incident | None,
    said: Mapping[str, Millis],
    now: Millis,
    *,
    waited_for: bool = False,
    snoozed: Collection[str] = (),
) -> tuple[tuple[Notice, ...], tuple[Notice, ...]]:
    """The outbox with ``event`` taken in, and the notices that it made needless. ``waited_for``: said in any case.

    ``said`` is when each incident was last spoken of. An update joins a notice that still waits; an end that comes
    before its start was ever said takes the start's place.
    """
    waiting = tuple(n for n in outbox if n.event.incident == event.incident and n.channel == CHANNEL)
    others = tuple(n for n in outbox if n not in waiting)
    needless = waiting if event.kind is EventKind.END or event.relapse else ()
    if event.kind is EventKind.UPDATE and waiting and not needless and not waited_for:
        grown = tuple(replace(n, event=replace(n.event, of=event.of)) for n in waiting)
        return others + grown, ()
    if not worth(event, before, snoozed) and not waited_for:
        return (others, needless) if needless else (outbox, ())
    due = now + HOLD
    if event.kind is EventKind.UPDATE:
        # At most MERGE from now, whatever the wall clock did since the last one.
        due = max(due, min(said.get(event.incident, 0), now) + apart(event.number))
    fresh = Notice(event, CHANNEL, due, due + STALE)
    return (*others, *(w for w in waiting if w not in needless), fresh), needless


def apart(number: int) -> Millis:
    """How long after the last notice of an incident the one of its ``number``-th event comes at the soonest.

    A story that swings to and fro is told ever more rarely.
    """
    return min(STALE, MERGE << max(0, number - CALM_EVENTS))


def back(event: Event, wishes: Wishes) -> frozenset[str]:
    """The platforms in ``event`` that work again, and of whose return the person wants to hear."""
    return wishes.tell_back & {m.platform for m in event.of.members if m.until is not None}


def wanted(event: Event, wishes: Wishes) -> bool:
    """Whether the person wants to hear of ``event`` now: not muted, and not only of platforms that are snoozed."""
    over = event.kind is EventKind.END
    members = {m.platform for m in event.of.members if over or m.until is None}  # a start or update is not of the well
    if back(event, wishes):
        return True
    return wishes.muted_until is None and not members <= wishes.snoozed.keys()


def unsaid(outbox: tuple[Notice, ...], event: Event) -> tuple[Notice, ...]:
    """The outbox when nothing of ``event`` is to be said: nor what still waits of its incident."""
    return tuple(n for n in outbox if n.event.incident != event.incident or n.channel != CHANNEL)


def overtaken(notice: Notice, incidents: Iterable[Incident]) -> bool:
    """Whether a notice that its channel refused is no longer worth another try: meanwhile it is over."""
    if notice.channel != CHANNEL:
        return notice.channel.startswith(REMINDER)
    known = {i.id: i for i in incidents}
    now = known.get(notice.event.incident)
    return notice.event.kind is not EventKind.END and (now is None or now.phase is Phase.CLOSED)


def ripe(outbox: tuple[Notice, ...], now: Millis) -> tuple[Notice, ...]:
    """Those to be said now."""
    return tuple(n for n in outbox if n.due <= now < n.stale)


def stale(outbox: tuple[Notice, ...], now: Millis) -> tuple[Notice, ...]:
    """Those not worth saying any more."""
    return tuple(n for n in outbox if now >= n.stale)


def next_due(outbox: tuple[Notice, ...], *, quiet: bool = False) -> Millis | None:
    """Wall time at which the outbox must be looked at again; while it is ``quiet`` only what grows stale matters."""
    return min((n.stale if quiet else n.due for n in outbox), default=None)
