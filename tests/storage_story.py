"""A made-up story for the tests of storage: incident n, its batch n."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.core.model import Evidence, Failure, Function, Instant, Outcome, Phases, Scope, Source, State
from trayapp.core.ports import Batch, Claim, Interval
from trayapp.core.story import Event, EventKind, Incident, Member, Notice, Phase, Quote

if TYPE_CHECKING:
    from trayapp.core.model import Millis

T0: Millis = 1_709_652_000_000  # 2024-03-05T15:20:00Z
PER_STORY = 3  # start, update, end


def at(t: Millis) -> Instant:
    return Instant(t, t - T0 + 5_000, "boot-a")


def incident(story: int = 1, events: int = 1) -> Incident:
    """As it stands after so many of its events."""
    since = T0 + story * 3_600_000
    ended = events >= PER_STORY
    until = since + 600_000 if ended else None
    return Incident(
        id=f"inc-{story}",
        owner="acme",
        phase=Phase.CLOSED if ended else Phase.OPEN,
        members=(
            Member("acme-chat", (Function.MESSAGE, Function.CALL), State.DOWN, Scope.THEIRS, since, until),
            Member(
                "acme",
                (Function.WEB,),
                State.UNREACHABLE,
                Scope.NOT_KNOWN,
                since,
                until,
                frozenset({"b", "a"}),
                "no_answer_here",
                Quote('Anmeldung: Høchst "gestört"', since + 60_000),
            ),
        ),
        start=at(since),
        end=at(until) if until else None,
        events=events,
    )


def event(story: int = 1, number: int = 1) -> Event:
    kind = (EventKind.START, EventKind.UPDATE, EventKind.END)[number - 1]
    of = incident(story, number)
    return Event(of.id, number, kind, of.start.t + 1_000 * number, of)


def notice(story: int = 1, number: int = 1, channel: str = "desktop") -> Notice:
    said = event(story, number)
    return Notice(said, channel, said.t + 5_000, said.t + 600_000)


def evidence(t: Millis, platform: str = "acme", source: Source = Source.DIRECT) -> Evidence:
    return Evidence(
        t,
        platform,
        source,
        Outcome.FAILED,
        probe="web",
        host="www.acme.example",
        owner="acme",
        function=Function.WEB,
        failure=Failure.HTTP_SERVER_ERROR,
        status=503,
        ms=412,
        phases=Phases(12, 30, 41, 329),
        answer=f"a{t}",
        note="Service Unavailable",
    )


def batch(n: int, claim: Claim = Claim.PENDING) -> Batch:
    """Number ``n`` from 0: one event with all that belongs to it."""
    story, step = divmod(n, PER_STORY)
    said = notice(story, step + 1)
    now = said.event.t
    return Batch(
        now=at(now),
        status=f'{{"batch": {n}}}',
        incidents=(said.event.of,),
        events=(said.event,),
        notices=((said, claim),),
        intervals=(Interval("acme", State.UP if step == 2 else State.DOWN, Scope.THEIRS, now),),
        evidence=tuple(evidence(now + i) for i in range(5)),
    )


def heartbeat(t: Millis, rows: int = 40) -> Batch:
    return Batch(now=at(t), status="{}", evidence=tuple(evidence(t + i) for i in range(rows)))
