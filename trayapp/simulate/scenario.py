"""A scenario: a small internet over time, as frozen values. Moments are milliseconds since it began."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trayapp.core.model import Failure, Millis

NEVER: Millis = 1 << 60
"""The end of what does not end."""


class Place(StrEnum):
    """Who sees what a host answers."""

    EVERYWHERE = "everywhere"
    HERE = "here"  # only the network that the computer is on when it begins
    COUNTRY = "country"  # only the person's own


class LineIs(StrEnum):
    """What the person's own connection does."""

    OUT = "out"
    PORTAL = "portal"
    RESOLVER = "resolver"
    INTERCEPTED = "intercepted"
    PROXY = "proxy"
    PROXY_503 = "proxy_503"
    SLOW = "slow"
    LOSSY = "lossy"


class Word(StrEnum):
    """What a status page says of a part."""

    MAJOR = "major"
    MINOR = "minor"
    REPORTED = "reported"
    MAINTENANCE = "maintenance"
    FINE = "fine"


@dataclass(frozen=True, slots=True)
class Span:
    """From ``at`` until ``until``; of what happens once only ``at`` counts."""

    at: Millis
    until: Millis = NEVER

    def holds(self, at: Millis) -> bool:
        """Whether it is so at ``at``."""
        return self.at <= at < self.until


@dataclass(frozen=True, slots=True)
class Hosts:
    """Some hosts answer so. ``answer`` None: well, as their platforms' files promise."""

    span: Span
    answer: int | Failure | None
    patterns: tuple[str, ...] = ()
    who: tuple[str, ...] = ()  # platforms or owners: all of their hosts
    body: str | None = None
    retry_after: str = ""
    seen: Place = Place.EVERYWHERE
    share: float = 1.0  # of questions that are answered so
    on: Millis = 0  # so long so, and then ``off`` well, in turns; 0: all the time
    off: Millis = 0

    def about(self, host: str, owners: frozenset[str]) -> bool:
        """Whether ``host``, of ``owners`` (the ids of its platforms and their owner), is one of them."""
        return any(fnmatchcase(host, each) for each in self.patterns) or not owners.isdisjoint(self.who)

    def holds(self, at: Millis) -> bool:
        """Whether it is so at ``at``."""
        turn = self.on + self.off
        return self.span.holds(at) and (not turn or (at - self.span.at) % turn < self.on)


@dataclass(frozen=True, slots=True)
class Connection:
    """The person's own line."""

    span: Span
    line: LineIs
    share: float = 1.0  # of connections that are lost


@dataclass(frozen=True, slots=True)
class Page:
    """A status page, by its host, says this: of its parts, or as a whole document."""

    span: Span
    host: str
    parts: Mapping[str, Word]
    words: str = ""
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """The public reports more trouble than on other days."""

    span: Span
    platforms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asleep:
    """The computer sleeps until the end of its span."""

    span: Span


@dataclass(frozen=True, slots=True)
class SwitchedOff:
    """Fanal does not run until the end of its span."""

    span: Span


@dataclass(frozen=True, slots=True)
class ClockSet:
    """The wall clock is set by ``by`` milliseconds."""

    span: Span
    by: Millis


@dataclass(frozen=True, slots=True)
class Moved:
    """The computer is on another network."""

    span: Span
    network: str


@dataclass(frozen=True, slots=True)
class Unshown:
    """No service shows notices."""

    span: Span


@dataclass(frozen=True, slots=True)
class Complaint:
    """The person says that a platform does not work for them."""

    span: Span
    platform: str


Change: TypeAlias = (
    "Hosts | Connection | Page | Reported | Asleep | SwitchedOff | ClockSet | Moved | Unshown | Complaint"
)
_C = TypeVar("_C")


@dataclass(frozen=True, slots=True)
class Scenario:
    """All of it. ``watch`` empty: whoever is watched until the person has chosen."""

    name: str
    title: str
    begin: Millis  # since the epoch
    lasts: Millis
    changes: tuple[Change, ...]
    watch: tuple[str, ...] = ()
    outside: bool = True
    reports: bool = True
    country: str = ""
    zone: str = "UTC"
    network: str = "home"

    def all_of(self, kind: type[_C]) -> tuple[_C, ...]:
        """The changes of one kind, in the order of the file."""
        return tuple(change for change in self.changes if isinstance(change, kind))

    def network_at(self, at: Millis) -> str:
        """On which network the computer is."""
        moved = [m for m in self.all_of(Moved) if m.span.at <= at]
        return max(moved, key=lambda m: m.span.at).network if moved else self.network
