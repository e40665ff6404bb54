"""What an owner's own page said of an incident: first, later, in the end, or nothing at all. From evidence alone."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from trayapp.core.claims import FRESH
from trayapp.core.model import DAY, MINUTE, Failure, Outcome, Source
from trayapp.core.story import Ending
from trayapp.words.account import Account, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TypeAlias

    from trayapp.core.model import Evidence, Function, Millis
    from trayapp.core.story import Incident
    from trayapp.storage.history import History

    Page: TypeAlias = "tuple[str, str]"  # (platform, id of the page)

AROUND: Final[Millis] = 10 * MINUTE
"""So long before the start and after the end evidence is kept for ever."""
LATER: Final[Millis] = 1 * DAY
"""So long after the end a page is followed that still speaks of trouble; what is kept only for days may be missing."""
MOST: Final = 30
"""Words of one incident: of more, the first and the last."""
TROUBLE: Final = frozenset({Failure.OFFICIAL_MAJOR, Failure.OFFICIAL_REPORTED, Failure.OFFICIAL_MINOR})
_SPEAK = frozenset({Source.OFFICIAL, Source.YOU})
_GOOD = frozenset({Outcome.OK, Outcome.SLOW, Outcome.REFUSED})
_FRESH = FRESH[Source.OFFICIAL]


def read(history: History, incident: Incident, now: Millis) -> Account | None:
    """As ``account``, of what ``history`` still has. Raises StoreError."""
    found = account(incident, _kept(history, incident, now, _SPEAK), now)
    if found is None or incident.end is not None or found.first is None or found.words[-1].failure is None:
        return found
    # Only now it matters what this computer was answered: of that there is a hundred times more.
    return account(incident, _kept(history, incident, now, _SPEAK | {Source.DIRECT}), now)


def _kept(history: History, incident: Incident, now: Millis, sources: frozenset[Source]) -> Iterable[Evidence]:
    until = now if incident.end is None else min(now, incident.end.t + LATER)
    since = incident.start.t - AROUND
    each = (
        history.evidence(since=since, until=until, platform=platform, sources=sources)
        for platform in dict.fromkeys(member.platform for member in incident.members)
    )
    return heapq.merge(*each, key=lambda one: one.t)


def part(incident: Incident, platform: str) -> Incident:
    """``incident`` as far as it is that platform's: for what is told of it alone."""
    return replace(incident, members=tuple(member for member in incident.members if member.platform == platform))


def account(incident: Incident, evidence: Iterable[Evidence], now: Millis) -> Account | None:
    """What their page said of ``incident``; None where nothing of the kind can be told.

    ``evidence``: of its members, in order of time, from AROUND before its start on. A word counts if it is about a
    function that is broken, or about the whole. Nothing is told of an incident whose fault lies with the person's own
    network: no page can know of that.
    """
    if incident.here:
        return None
    told = _Told(incident)
    end = None if incident.end is None else incident.end.t
    for one in evidence:
        told.passed(one.t)
        if end is not None and one.t > end + AROUND and not told.trouble:
            break  # whatever comes now belongs to another story
        told.take(one)
    told.read()
    return told.account(now) if told.heard else None


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one page said of one platform in one document."""

    bad: tuple[tuple[Failure, str], ...] = ()  # of what is broken
    well: bool = False  # something of what is broken is called well
    elsewhere: bool = False  # it speaks of trouble in what is not known to be broken


@dataclass(slots=True)
class _Told:
    """Takes evidence in, in order of time."""

    incident: Incident
    heard: bool = False  # a page has said anything of what is broken
    trouble: bool = False  # what the pages say now
    _broken: Mapping[str, frozenset[Function]] = field(init=False)
    _pages: dict[Page, _Reading] = field(default_factory=dict)
    _waiting: list[Evidence] = field(default_factory=list)  # of one moment: one document, read for several platforms
    _words: list[Word] = field(default_factory=list)
    _you: Millis | None = None
    _quiet: Millis | None = None  # when the pages last were read, and all that is broken was called well
    _before: Millis | None = None  # the same, when they first spoke of trouble
    _first: Millis | None = None
    _unheard: bool = False  # when they first spoke of trouble nothing had been read before
    _bad_at: Millis | None = None  # when they last spoke of trouble
    _failing: set[tuple[str, str]] = field(default_factory=set)
    _well_at: Millis | None = None  # when the last of those that failed here answered again

    def __post_init__(self) -> None:
        self._broken = {member.platform: frozenset(member.functions) for member in self.incident.members}

    def passed(self, t: Millis) -> None:
        """What comes next is of ``t``."""
        if self._waiting and self._waiting[-1].t != t:
            self.read()

    def take(self, one: Evidence) -> None:
        """One more piece of evidence."""
        if one.source is Source.OFFICIAL:
            self._waiting.append(one)
        elif one.source is Source.YOU and one.outcome is Outcome.FAILED and self._you is None:
            self._you = one.t
        elif one.source is Source.DIRECT and one.t >= self.incident.start.t:
            self._answered(one)

    def _answered(self, one: Evidence) -> None:
        witness = one.platform, one.probe
        if one.outcome is Outcome.FAILED:
            self._failing.add(witness)
            self._well_at = None
        elif one.outcome in _GOOD and witness in self._failing:
            self._failing.remove(witness)
            if not self._failing:
                self._well_at = one.t

    def read(self) -> None:
        """Take in what was read at one moment."""
        claims: dict[Page, list[Evidence]] = {}
        for one in self._waiting:
            claims.setdefault((one.platform, one.probe), []).append(one)
        self._waiting = []
        readings = {page: self._reading(page[0], said) for page, said in claims.items() if _understood(said)}
        if not readings:
            return
        t = next(iter(claims.values()))[0].t
        before, unread = self._said(), not self._pages
        self._pages |= readings
        after = self._said()
        self.heard = self.heard or any(reading.bad or reading.well for reading in readings.values())
        self._words += [Word(t, failure, words) for failure, words in after if (failure, words) not in before]
        if before and not after and any(reading.well for reading in readings.values()):
            self._words.append(Word(t, None))
        self.trouble = any(failure in TROUBLE for failure, _ in after)
        if self.trouble:
            self._bad_at = t
            if self._first is None:
                self._first, self._before, self._unheard = t, self._quiet, unread
        now = self._pages.values()
        if not after and any(each.well for each in now) and not any(each.elsewhere for each in now):
            self._quiet = t

    def _reading(self, platform: str, said: list[Evidence]) -> _Reading:
        broken = self._broken.get(platform, frozenset())
        about = [one for one in said if one.function is None or one.function in broken]
        bad = ((one.failure, one.note) for one in about if one.outcome is Outcome.FAILED and one.failure is not None)
        return _Reading(
            bad=tuple(dict.fromkeys(bad)),
            well=any(one.outcome is Outcome.OK for one in about),
            elsewhere=any(one.outcome is Outcome.FAILED for one in said if one not in about),
        )

    def _said(self) -> dict[tuple[Failure, str], None]:
        """All that the pages say now of what is broken, once, in their order."""
        return dict.fromkeys(word for reading in self._pages.values() for word in reading.bad)

    def account(self, now: Millis) -> Account:
        """All that was taken in."""
        start, end = self.incident.start.t, self.incident.end.t if self.incident.end is not None else None
        by_you = self._you is not None and self._you < start
        began = self._you if self._you is not None and by_you else start
        until = now if end is None else end
        quiet, first, before = self._quiet, self._first, self._before
        well = first is None and quiet is not None and quiet >= began and until - quiet <= _FRESH
        still, since = self._still(now)
        left = max(0, len(self._words) - MOST)
        return Account(
            began=began,
            by_you=by_you,
            words=(*self._words[:1], *self._words[1 + left :]),
            left_out=left,
            first=first,
            proven=first is not None and before is not None and before >= began and first - before <= _FRESH,
            earlier=self._unheard and first is not None and first < start,
            silent=well,
            over=end is not None,
            agreed=self.incident.theirs,
            still=still,
            since=since,
            now=still is not None and now - still <= _FRESH,
        )

    def _still(self, now: Millis) -> tuple[Millis | None, Millis | None]:
        """When they last spoke of trouble although all answered, and since when all did."""
        end, since = self.incident.end, self._well_at
        if end is not None:
            since = end.t if self.incident.ending in {None, Ending.WELL} else None
        recent = end is not None or (self._bad_at is not None and now - self._bad_at <= _FRESH)
        if not self.trouble or self._bad_at is None or since is None or self._bad_at <= since or not recent:
            return None, None
        return self._bad_at, since


def _understood(said: list[Evidence]) -> bool:
    """Whether the page could be read: one that could not says nothing, and takes nothing back."""
    return all(one.outcome is not Outcome.UNKNOWN for one in said)
