"""A made-up year of thirty platforms for the history: who is asked how often, how they answer, what breaks.

Deterministic: one chance for all of it, so the order of calls matters.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from trayapp.core.model import (
    DAY,
    EVERYONE,
    HOUR,
    MINUTE,
    SECOND,
    Evidence,
    Failure,
    Function,
    Instant,
    Millis,
    Outcome,
    Phases,
    Scope,
    Source,
    State,
)
from trayapp.core.ports import Batch, Claim
from trayapp.core.schedule import interval
from trayapp.core.story import Ending, Event, EventKind, Incident, Member, Notice, Phase

NOW: Millis = 1_735_689_600_000 + 30 * MINUTE  # 2025-01-01T00:30:00Z
SIZES = (5, 3, 3, *[1] * 19)  # platforms of each owner: thirty in all
chance = random.Random(20240305)


@dataclass(frozen=True, slots=True)
class Question:
    """One probe of one platform, and how it usually answers."""

    platform: str
    owner: str
    probe: str
    every: Millis
    connect: float
    first_byte: float
    body: bool

    @property
    def host(self) -> str:
        return f"{self.probe}.{self.platform}.example"

    def ask(self, t: Millis, *, bad: bool = False) -> Evidence:
        dns = chance.choice((0, 1, 1, 2)) if chance.random() < 0.6 else late(18, 0.5)
        connect, tls = late(self.connect, 0.12), late(self.connect * 2, 0.12)
        first, body = late(self.first_byte, 0.3), late(3, 0.4) if self.body else None
        phases = Phases(dns, connect, tls, first, body)
        ms = sum(ms or 0 for ms in (dns, connect, tls, first, body))
        good = Evidence(
            t,
            self.platform,
            Source.DIRECT,
            Outcome.OK,
            probe=self.probe,
            host=self.host,
            owner=self.owner,
            function=Function.WEB,
            status=200,
            ms=ms,
            phases=phases,
            answer=f"{t}-{self.platform}-{self.probe}",
        )
        return replace(good, outcome=Outcome.FAILED, failure=Failure.HTTP_SERVER_ERROR, status=503) if bad else good


def late(median: float, spread: float) -> Millis:
    """A time around ``median``; one in fifty is much longer."""
    tail = chance.uniform(2, 20) if chance.random() < 0.02 else 1
    return int(median * chance.lognormvariate(0, spread) * tail)


def questions() -> list[Question]:
    found = []
    number = 0
    for n, size in enumerate(SIZES):
        owned = [(f"platform-{number + i:02}", 2 + (number + i) % 2) for i in range(size)]
        number += size
        every = interval(sum(probes for _, probes in owned))
        for platform, probes in owned:
            for probe in ("home", "api", "edge")[:probes]:
                usual = chance.uniform(8, 40), chance.uniform(40, 250), chance.random() < 0.3
                found.append(Question(platform, f"owner-{n:02}", probe, every, *usual))
    return found


def control(t: Millis) -> Evidence:
    phases = Phases(late(5, 0.5), late(15, 0.2), None, late(40, 0.2), 0)
    return Evidence(t, EVERYONE, Source.CONTROL, Outcome.OK, "line", "line.example", "line", status=200, phases=phases)


def asked_between(what: list[Question], since: Millis, until: Millis) -> list[Evidence]:
    """By routine, in order of time."""
    found = [
        one.ask(t)
        for i, one in enumerate(what)
        for t in range(since + (-since + i * 800) % one.every, until, one.every)
    ]
    found += [control(t) for t in range(since + -since % (10 * MINUTE), until, 10 * MINUTE)]
    return sorted(found, key=lambda each: each.t)


def incident(number: int, what: list[Question], first: Millis, last: Millis) -> tuple[Batch, list[Evidence]]:
    """One incident with its events and notices, and the evidence around it."""
    start = chance.randrange(first, last)
    long = number % 100 == 0
    length = (
        (3 if long else 1) * DAY
        if number % 100 in {0, 50}
        else min(int(chance.lognormvariate(0, 1) * 35 * MINUTE), 12 * HOUR)
    )
    end = min(start + length, last)
    owner = chance.choice(what).owner
    owned = [one for one in what if one.owner == owner]
    bad = sorted({one.platform for one in owned})[: chance.randint(1, 3)]
    found = [one.ask(t) for one in owned for t in range(start - 10 * MINUTE, end + 10 * MINUTE, one.every)]
    hurt = [one for one in owned if one.platform in bad]
    found = [each for each in found if each.platform not in bad or not start <= each.t < end]
    found += [one.ask(t, bad=True) for one in hurt for t in range(start, end, 20 * SECOND)]
    found += [control(t) for t in range(start - 10 * MINUTE, end + 10 * MINUTE, 48 * SECOND)]
    members = tuple(Member(name, (Function.WEB,), State.DOWN, Scope.THEIRS, start, end) for name in bad)
    of = Incident(f"inc-{number}", owner, Phase.CLOSED, members, at(start), at(end), 3, ending=Ending.WELL)
    events = tuple(Event(of.id, n, kind, start + n, of) for n, kind in enumerate(EventKind, 1))
    notices = tuple((Notice(event, "desktop", event.t, event.t), Claim.SAID) for event in events)
    return Batch(at(end), "{}", incidents=(of,), events=events, notices=notices), found


def at(t: Millis) -> Instant:
    return Instant(t, t, "boot")
