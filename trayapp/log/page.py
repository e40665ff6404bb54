"""An incident's page: the story in sentences, then what every witness said, in order, with phases and quotes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from trayapp.core.model import MINUTE
from trayapp.words import account as official
from trayapp.words import customers, outside, past, tale

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trayapp.core.model import Evidence, Millis, Outcome, Source
    from trayapp.core.story import Event, EventKind
    from trayapp.log.directory import Directory
    from trayapp.log.incidents import IncidentLine
    from trayapp.words.account import Account
    from trayapp.words.voice import Voice

AROUND: Final[Millis] = 10 * MINUTE
"""So long before the start and after the end evidence is shown: it is kept for ever there."""
MOST: Final = 400
"""Lines of evidence on one page; answers that say the same one after another are one line."""
MOST_ANSWERS: Final = 20_000
"""Answers that are read for one page: a fifth of a second."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An event of the incident as it was told."""

    t: Millis
    clock: str
    kind: EventKind
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Bit:
    """One phase of an answer."""

    name: str  # as in core.model.Phases
    ms: Millis
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """One answer, or several of one witness that said the same one after another."""

    t: Millis
    until: Millis
    count: int
    clock: str  # of the first, and of the last where there are several
    source: Source
    who: str
    outcome: Outcome
    word: str  # "a failure"
    text: str  # what was wrong, in sentences; ""
    phases: tuple[Bit, ...]  # of the first
    quote: str  # what others wrote, marked as theirs; what others saw, and who they are; ""


@dataclass(frozen=True, slots=True)
class Page:
    """All of one incident."""

    line: IncidentLine
    title: str
    sentences: tuple[str, ...]
    moments: tuple[Moment, ...]
    evidence: tuple[Said, ...]
    more: bool  # there was more evidence than is shown
    copy: str  # "Copy as text"

    @property
    def id(self) -> str:
        """The incident's."""
        return self.line.id


def page(
    voice: Voice,
    line: IncidentLine,
    events: Sequence[Event],
    sources: Sequence[Source],
    evidence: Iterable[Evidence],
    *,
    directory: Directory,
    now: Millis,
    account: Account | None = None,
) -> Page:
    """The page of one incident; ``evidence``: of its members and of the line, in order of time.

    ``account``: what their own page said of it, where that can be told.
    """
    names, of = directory.names, line.incident
    owner = directory.owners.get(of.owner, of.owner)
    shown, more = said(voice, evidence, directory, now)
    summary = [sentence for sentence in tale.summary(voice, of, sources, names, now, owner=owner) if sentence]
    theirs = official.told(voice, account, owner, now) if account is not None else ()
    return Page(
        line=line,
        title=tale.title(voice, of, names),
        sentences=(*summary, *theirs),
        moments=tuple(
            Moment(
                event.t,
                voice.times.clock(event.t, now),
                event.kind,
                *tale.moment(voice, event, names, now, owner=owner),
            )
            for event in events
        ),
        evidence=shown,
        more=more,
        copy=customers.about(voice, (of,), sources, names, now),
    )


def said(
    voice: Voice, evidence: Iterable[Evidence], directory: Directory, now: Millis
) -> tuple[tuple[Said, ...], bool]:
    """At most ``MOST`` lines in order of their first answer, and whether there was more."""
    runs, more = _runs(outside.spoken(evidence))
    return tuple(_said(voice, run, directory, now) for run in runs), more


@dataclass(slots=True)
class _Run:
    """What one witness said, as long as it said the same."""

    first: Evidence
    last: Evidence
    count: int = 1

    def goes_on(self, one: Evidence) -> bool:
        """Whether ``one`` says the same again."""
        return _content(one) == _content(self.first)


def _content(one: Evidence) -> tuple[object, ...]:
    return one.function, one.outcome, one.failure, one.status, one.via, one.note


def _runs(evidence: Iterable[Evidence]) -> tuple[list[_Run], bool]:
    found: list[_Run] = []
    latest: dict[tuple[str, Source, str, str], _Run] = {}
    for number, one in enumerate(evidence):
        if number == MOST_ANSWERS:
            return found, True
        witness = one.platform, one.source, one.probe, one.host
        run = latest.get(witness)
        if run is not None and run.goes_on(one):
            run.last, run.count = one, run.count + 1
        elif len(found) == MOST:
            return found, True
        else:
            latest[witness] = run = _Run(one, one)
            found.append(run)
    return found, False


def _said(voice: Voice, run: _Run, directory: Directory, now: Millis) -> Said:
    one = run.first
    clock = voice.times.clock(one.t, now)
    if run.count > 1:
        clock = voice.times.between(clock, voice.times.clock(run.last.t, now))
    phases = ((name, getattr(one.phases, name)) for name in past.PHASES)
    return Said(
        t=one.t,
        until=run.last.t,
        count=run.count,
        clock=clock,
        source=one.source,
        who=tale.who(voice, one, directory.pages),
        outcome=one.outcome,
        word=tale.word(voice, one, run.count),
        text=tale.said(voice, one),
        phases=tuple(Bit(name, ms, past.took(voice, name, ms)) for name, ms in phases if ms is not None),
        quote=tale.quote(voice, one, directory.credits),
    )
