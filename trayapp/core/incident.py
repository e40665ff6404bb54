"""An owner's incident: one transition table, one pure step. All of its life is in this file.

News of the owner's platforms comes in; the incident as it now stands and what happened to it come out. Whoever hands in
a closed incident decides how long ago it may have ended to be taken up again (a relapse): see ``RELAPSE``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from trayapp.core.model import MINUTE, Function, Instant, Millis, Scope, State
from trayapp.core.story import Ending, Event, EventKind, Incident, Member, Phase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trayapp.core.story import Quote

RELAPSE: Millis = 15 * MINUTE
"""A confirmed bad time this soon after the end goes on with the same incident."""


WEIGHT = {
    State.UNKNOWN: 0,
    State.UP: 0,
    State.SLOW: 1,
    State.UNREACHABLE: 2,
    State.PARTIAL: 3,
    State.DOWN: 4,
}
"""How bad a state is. A member keeps the worst of its states: that is what happened."""


@dataclass(frozen=True, slots=True)
class News:
    """What the judge now says of one platform. ``since``: first failed sample while bad, first good one while well."""

    platform: str
    state: State
    scope: Scope
    functions: tuple[Function, ...]
    since: Millis
    witnesses: frozenset[str] = frozenset()
    ending: Ending = Ending.WELL  # why its part is over, where it is
    reason: str = ""  # the judge's
    said: Quote | None = None  # by its own page

    @property
    def bad(self) -> bool:
        """Whether it is confirmed trouble. ``unknown`` is neither bad nor well: it changes nothing."""
        return self.state in {State.DOWN, State.PARTIAL, State.UNREACHABLE}

    @property
    def here(self) -> bool:
        """Whether the fault lies with the person's own network or country."""
        return self.scope in {Scope.YOUR_NETWORK, Scope.YOUR_COUNTRY}

    @property
    def theirs(self) -> bool:
        """Whether the fault is known to lie with them."""
        return self.scope in {Scope.THEIRS, Scope.WIDESPREAD}

    @property
    def well(self) -> bool:
        """Whether it was seen to work again."""
        return self.state in {State.UP, State.SLOW}


class Signal(StrEnum):
    """What the news amounts to for the incident as a whole."""

    TROUBLE = "trouble"  # some platform is confirmed bad, and no incident is open
    CHANGED = "changed"  # the open incident has other members, or members in another state
    SAME = "same"  # nothing that anybody need be told
    OVER = "over"  # every member of the open incident has recovered


class IllegalTransitionError(Exception):
    """A step that the table does not know: a mistake of ours. Nothing was changed."""


TABLE: dict[tuple[Phase | None, Signal], tuple[Phase | None, EventKind | None]] = {
    (None, Signal.SAME): (None, None),
    (None, Signal.TROUBLE): (Phase.OPEN, EventKind.START),
    (Phase.OPEN, Signal.SAME): (Phase.OPEN, None),
    (Phase.OPEN, Signal.CHANGED): (Phase.OPEN, EventKind.UPDATE),
    (Phase.OPEN, Signal.OVER): (Phase.CLOSED, EventKind.END),
    (Phase.CLOSED, Signal.SAME): (Phase.CLOSED, None),
    (Phase.CLOSED, Signal.TROUBLE): (Phase.OPEN, EventKind.UPDATE),
}
"""(phase, signal) → (phase after, event). Pairs that are not here cannot happen; ``signal_of`` never makes them."""


def step(
    incident: Incident | None, owner: str, news: Iterable[News], now: Instant, *, already: bool = False
) -> tuple[Incident | None, tuple[Event, ...]]:
    """Take in the news of one owner's platforms; at most one event comes of it."""
    news = tuple(news)
    members = _merge(incident, news)
    signal = signal_of(incident, members)
    phase = incident.phase if incident else None
    after, kind = transition(phase, signal)
    if kind is None or after is None:
        # Witnesses may have joined or left: no event, and still to be remembered.
        return (replace(incident, members=members) if incident and phase is Phase.OPEN else incident), ()
    began = min((m.since for m in members), default=now.t)
    if incident is None:
        name = _name(owner, now.t, here=any(n.here for n in news if n.bad))
        incident = Incident(name, owner, after, members, now.before(began), already=already)
    relapse = phase is Phase.CLOSED
    end = _end(incident, members, news, now) if after is Phase.CLOSED else None
    ending = _ending(incident, news) if after is Phase.CLOSED else None
    incident = replace(incident, phase=after, members=members, end=end, events=incident.events + 1, ending=ending)
    return incident, (Event(incident.id, incident.events, kind, now.t, incident, relapse),)


def transition(phase: Phase | None, signal: Signal) -> tuple[Phase | None, EventKind | None]:
    """Look the pair up; raises IllegalTransitionError for one that cannot be."""
    try:
        return TABLE[phase, signal]
    except KeyError:
        raise IllegalTransitionError(f"no transition from {phase} on {signal}") from None


def signal_of(incident: Incident | None, members: tuple[Member, ...]) -> Signal:
    """What ``members``, as they now stand, mean to ``incident``."""
    bad = any(m.until is None for m in members)
    if incident is None or incident.phase is Phase.CLOSED:
        return Signal.TROUBLE if bad else Signal.SAME
    if not bad:
        return Signal.OVER
    return Signal.SAME if _told(members) == _told(incident.members) else Signal.CHANGED


def parts(incidents: Iterable[Incident]) -> Iterator[tuple[Incident, Member]]:
    """Every part in an incident that is not over."""
    return ((i, m) for i in incidents for m in i.members if i.phase is Phase.OPEN and m.until is None)


def superseded(incidents: Iterable[Incident], now: Instant) -> tuple[Event, ...]:
    """The ends of open incidents besides which a newer one of their owner and side is open.

    A run that could not read the history does not know what was open in it, and begins anew.
    """
    newest: dict[tuple[str, bool], Incident] = {}
    ends = []
    for incident in incidents:  # oldest first
        if incident.phase is Phase.OPEN:
            older = newest.get((incident.owner, incident.here))
            newest[incident.owner, incident.here] = incident
            if older is not None:
                end = replace(now, t=max(now.t, older.start.t))
                over = replace(older, phase=Phase.CLOSED, end=end, events=older.events + 1, ending=Ending.MOVED)
                ends.append(Event(over.id, over.events, EventKind.END, now.t, over))
    return tuple(ends)


def interrupted(incident: Incident) -> Incident:
    """The same incident after a time when nobody was looking."""
    return replace(incident, unwatched=True) if incident.phase is Phase.OPEN else incident


def _told(members: tuple[Member, ...]) -> set[tuple[object, ...]]:
    return {(m.platform, m.functions, m.state, m.scope, m.until is None) for m in members}


def _end(incident: Incident, members: tuple[Member, ...], news: tuple[News, ...], now: Instant) -> Instant:
    """The first good sample of the last to recover, on both clocks.

    What recovers in this step counts as it was seen; an earlier recovery only if the wall clock, by which it was noted,
    has not been set back behind it since.
    """
    open_ = {m.platform for m in incident.members if m.until is None}
    just = {n.platform: n.since for n in news if n.well and n.platform in open_}
    seen = [just.get(m.platform, m.until) for m in members]
    end = now.before(max((t for t in seen if t is not None and t <= now.t), default=now.t))
    if end.boot == incident.start.boot:
        end = replace(end, mono=max(end.mono, incident.start.mono))
    return replace(end, t=max(end.t, incident.start.t))  # also where the wall clock was set back meanwhile


def _ending(incident: Incident, news: tuple[News, ...]) -> Ending:
    """Why the last of its members left it; that they are well again only if nobody went otherwise."""
    open_ = {m.platform for m in incident.members if m.until is None}
    others = [n.ending for n in news if n.well and n.platform in open_ and n.ending is not Ending.WELL]
    return others[0] if others else Ending.WELL


def _merge(incident: Incident | None, news: tuple[News, ...]) -> tuple[Member, ...]:
    members = {m.platform: m for m in incident.members} if incident else {}
    for n in news:
        old = members.get(n.platform)
        if n.bad:
            members[n.platform] = _worse(old, n)
        elif n.ending is Ending.MOVED and old is not None and len(members) > 1:
            del members[n.platform]  # it never belonged to this story
        elif n.well and old is not None and old.until is None:
            members[n.platform] = replace(old, until=max(n.since, old.since))
    return tuple(members.values())


def _worse(old: Member | None, n: News) -> Member:
    """What was known of the member and what is new, the worse of each."""
    if old is None:
        return Member(n.platform, n.functions, n.state, n.scope, n.since, None, n.witnesses, n.reason, n.said)
    deeper = WEIGHT[n.state] >= WEIGHT[old.state]
    state = max(old.state, n.state, key=WEIGHT.__getitem__)
    scope = old.scope if n.scope is Scope.NOT_KNOWN else n.scope
    functions = tuple(dict.fromkeys((*old.functions, *n.functions)))
    since = min(old.since, n.since)
    reason = n.reason if deeper and n.reason else old.reason
    return Member(n.platform, functions, state, scope, since, None, n.witnesses, reason, n.said or old.said)


def _name(owner: str, told: Millis, *, here: bool) -> str:
    # When it was first told, to the millisecond: two may have begun at the same time, or one be taken up as another.
    moment = f"{datetime.fromtimestamp(told // 1000, UTC):%Y%m%dT%H%M%S}.{told % 1000:03d}Z"
    return f"{owner}-{moment}-here" if here else f"{owner}-{moment}"
