"""All that Fanal can say of the past: the part of the walk that the log's table, strips, charts and pages are."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from words_rig import NOW, T, event, member

from trayapp.core.model import DAY, HOUR, MINUTE, Evidence, Failure, Function, Instant, Outcome, Scope, Source, State
from trayapp.core.story import Ending, EventKind, Incident, Member, Phase
from trayapp.core.wishes import FOR_EVER
from trayapp.words import customers, past, tale
from trayapp.words.account import Account, Word, briefly, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trayapp.words.voice import Voice

SHARES = (0.0, 0.001, 0.25, 0.999, 1.0)
COUNTS = (0, 1, 2, 3, 11, 100)


def incident(*members: Member, **more: object) -> Incident:
    """As an event has it; open, unless ``more`` says otherwise."""
    return replace(event(EventKind.UPDATE, *members).of, **more)  # type: ignore[arg-type]  # a table of cases


def incidents() -> Iterator[Incident]:
    """Every state, scope and ending; one and two members; what was already so; unwatched; only on their page."""
    for state, scope, ending, n in itertools.product(State, Scope, (None, *Ending), (1, 2)):
        members = [member(platform, state, scope, functions=tuple(Function)) for platform in ("p1", "p2")[:n]]
        end = None if ending is None else Instant(T + HOUR, T + HOUR)
        phase = Phase.OPEN if end is None else Phase.CLOSED
        for flags in ({}, {"already": True}, {"unwatched": True}):
            yield incident(*members, end=end, ending=ending, phase=phase, **flags)
    mixed = member("p1", State.DOWN, Scope.THEIRS), member("p2", State.UNREACHABLE, Scope.NOT_KNOWN)
    yield incident(*mixed)
    yield incident(*mixed, end=Instant(T + HOUR, T + HOUR), phase=Phase.CLOSED)
    yield incident(member("p1", State.PARTIAL, Scope.THEIRS, witnesses=frozenset()))


def pasts(voice: Voice) -> Iterator[str]:
    """Table, strips and charts."""
    yield from (past.heading(voice, column) for column in past.HEADINGS)
    yield from (past.whose(voice, scope) for scope in Scope)
    yield from (past.span(voice, value) for value in past.SPANS)
    yield from (past.phase(voice, name) for name in past.PHASES)
    yield from (past.took(voice, name, 312) for name in past.PHASES)
    yield from (past.legend(voice, name) for name in (*past.PHASES, *past.CURVES))
    for kind in (*State, "unwatched", "yours"):
        yield past.piece(voice, kind, T, T + 2 * MINUTE, NOW)
        yield past.piece(voice, kind, T - DAY, T + 2 * HOUR, NOW)
    for watched, well in itertools.product(SHARES, (None, *SHARES)):
        yield past.share(voice, watched, well) or past.percent(voice, watched)
    for count, failed in itertools.product(COUNTS, COUNTS):
        yield past.answers(voice, T, count, failed, NOW)
    yield past.pace(voice, 80, 1200)
    yield past.millis(voice, 200)
    yield past.no_answers(voice)
    yield past.made(voice, NOW)
    yield from (past.left_out(voice, until, NOW) for until in (NOW + HOUR, FOR_EVER))
    yield from (past.ending(voice, each) for each in incidents() if past.ending(voice, each))
    yield from (voice.times.day(T - back * DAY) for back in (*range(40), *range(40, 360, 20)))
    yield voice.times.hour(T)
    yield voice.times.between(voice.times.clock(T - DAY, NOW), voice.times.clock(T, NOW))


def lines(voice: Voice, names: Mapping[str, str]) -> Iterator[str]:
    """What customers are told."""
    yield customers.about(voice, (), (), names, NOW)
    for each in incidents():
        for sources in ((), (Source.DIRECT,), (Source.OFFICIAL,), (Source.DIRECT, Source.OFFICIAL)):
            yield customers.about(voice, (each,), sources, names, NOW)


def tales(voice: Voice, names: Mapping[str, str]) -> Iterator[str]:
    """An incident's page."""
    for each in incidents():
        yield tale.title(voice, each, names)
        yield from tale.summary(voice, each, tuple(Source), names, NOW, owner="城")
    for kind in EventKind:
        yield from tale.moment(voice, event(kind, member("p1", State.DOWN, Scope.THEIRS)), names, NOW, owner="城")
    for source, outcome, count in itertools.product(Source, Outcome, COUNTS[1:]):
        one = Evidence(T, "p1", source, outcome, host="城")
        yield tale.who(voice, one, {})
        yield tale.word(voice, one, count)
    yield tale.who(voice, Evidence(T, "p1", Source.OFFICIAL, Outcome.OK), {})
    yield tale.who(voice, Evidence(T, "p1", Source.OFFICIAL, Outcome.OK, "页"), {"页": "城"})
    for failure in Failure:
        one = Evidence(T, "p1", Source.OFFICIAL, Outcome.FAILED, failure=failure, status=503, via="城", note="城")
        yield tale.said(voice, one)
        yield tale.quote(voice, one)


def accounts(voice: Voice) -> Iterator[str]:
    """What their own page said of an incident: every beginning, every kind of word, every end."""
    words = (Word(T, Failure.OFFICIAL_MAJOR, "城"), *(Word(T, failure) for failure in (None, *Failure)))
    still: tuple[dict[str, object], ...] = ({}, {"still": T + HOUR, "since": T}, {"still": T, "since": T, "now": True})
    for first, flags, count in itertools.product((None, T - MINUTE, T + MINUTE), range(64), COUNTS[:4]):
        names = ("by_you", "proven", "earlier", "silent", "over", "agreed")
        chosen = {name: bool(flags >> at & 1) for at, name in enumerate(names)}
        chosen["silent"] = chosen["silent"] and first is None
        each = Account(T, words=words, left_out=count, first=first, **chosen, **still[count % 3])
        yield from told(voice, each, "城", NOW)
        if clause := briefly(voice, each):
            yield clause
    for count in COUNTS[1:]:
        yield from told(voice, Account(T, by_you=False, words=words, left_out=count), "城", NOW)
