"""What is remembered and told: an owner's incident, its members, its events, and each event as said to the person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from trayapp.core.model import Scope

if TYPE_CHECKING:
    from trayapp.core.model import Function, Instant, Millis, State


class EventKind(StrEnum):
    """Of an incident."""

    START = "start"
    UPDATE = "update"
    END = "end"


@dataclass(frozen=True, slots=True)
class Quote:
    """What the platform's own page says of it: in words of its own, and theirs alone."""

    words: str  # "Signing in: High disruptions"
    since: Millis  # when Fanal first heard it say so


@dataclass(frozen=True, slots=True)
class Member:
    """One platform's part in an incident of its owner. ``until`` is the first good sample once it has recovered."""

    platform: str
    functions: tuple[Function, ...]
    state: State
    scope: Scope
    since: Millis
    until: Millis | None = None
    witnesses: frozenset[str] = frozenset()  # probe ids that must be well again before it counts as recovered
    reason: str = ""  # the judge's reason for the worst of its states; "": of a history that did not keep it
    said: Quote | None = None  # the last bad word of its own page, if there was any


class Ending(StrEnum):
    """Why an incident is over."""

    WELL = "well"  # every member was seen to work again
    STANDING = "standing"  # it has lasted so long that it is how this network is: see core/standing.py
    NOT_WATCHED = "not_watched"  # nobody asks any more
    MOVED = "moved"  # it turned out to be another story: whose fault it is was seen otherwise
    FADED = "faded"  # only their own page carried it, and never said that it is over


class Phase(StrEnum):
    """Of an incident's life."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Incident:
    """A confirmed bad time of an owner. Suspicion is not an incident."""

    id: str
    owner: str
    phase: Phase
    members: tuple[Member, ...]
    start: Instant
    end: Instant | None = None
    events: int = 0  # how many events it has had; the last event's number
    already: bool = False  # it was so at our first look
    unwatched: bool = False  # a gap lies in it
    ending: Ending | None = None

    @property
    def here(self) -> bool:
        """Whether the fault lies with the person's own network or country: never one story with a fault of theirs."""
        return any(m.scope in {Scope.YOUR_NETWORK, Scope.YOUR_COUNTRY} for m in self.members)

    @property
    def theirs(self) -> bool:
        """Whether the fault is known to lie with them. Neither this nor ``here``: it is not known yet."""
        return any(m.scope in {Scope.THEIRS, Scope.WIDESPREAD} for m in self.members)


@dataclass(frozen=True, slots=True)
class Event:
    """Of an incident; ``number`` counts from 1, so (incident, number) is unique for ever."""

    incident: str
    number: int
    kind: EventKind
    t: Millis  # when Fanal said so; the incident's own times are in ``of``
    of: Incident  # as it stood right after this event
    relapse: bool = False

    @property
    def duration_ms(self) -> Millis | None:
        """How long it lasted, once it has ended."""
        return self.of.end.since(self.of.start) if self.of.end else None


@dataclass(frozen=True, slots=True)
class Notice:
    """An event as said to the person on one channel: (incident, number, channel) at most once, for ever."""

    event: Event
    channel: str
    due: Millis  # held back until then, so that a burst becomes one notice
    stale: Millis  # not worth saying after this
    also: tuple[Event, ...] = ()  # of a digest: what else could not be said in time, oldest first

    @property
    def key(self) -> tuple[str, int, str]:
        """What is unique about it."""
        return self.event.incident, self.event.number, self.channel
