"""Batches of chance for the tests of storage, and a process that writes them until it is killed.

Run as ``storage_chance.py FILE SEED FIRST``: commits batch FIRST, FIRST + 1, … and prints each number once it is kept.
The same seed and number always give the same batch.
"""

from __future__ import annotations

import itertools
import random
import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from storage_story import PER_STORY, T0, at, batch, evidence, notice

from trayapp.core.model import (
    EVERYONE,
    HOUR,
    MINUTE,
    Evidence,
    Failure,
    Gap,
    Millis,
    Outcome,
    Phases,
    Scope,
    Source,
    State,
)
from trayapp.core.ports import Batch, Claim, Interval, Known
from trayapp.core.story import Event
from trayapp.storage.database import Database

PLATFORMS = ("acme", "other", EVERYONE)
LATE: Millis = 3 * HOUR
"""Evidence comes at most so much later than it was made."""


def chance_batch(seed: int, n: int) -> tuple[Batch, bool]:
    """Number ``n``, some twenty minutes after the one before; and whether it is durable."""
    chance = random.Random(f"{seed}-{n}")
    now = T0 + n * 20 * MINUTE + chance.randrange(MINUTE)
    told = batch(n) if chance.random() < 0.5 else Batch(at(now), "")
    again = [
        (said_of(n - back), chance.choice(list(Claim))) for back in range(1, 4) if n >= back and chance.random() < 0.3
    ]
    first = [(one, chance.choice(list(Claim))) for one, _ in told.notices]
    made = tuple(some_evidence(chance, now) for _ in range(chance.choice((0, 1, 5, 40))))
    interval = Interval(chance.choice(PLATFORMS), chance.choice(list(State)), chance.choice(list(Scope)), now)
    known = Known(f"net-{chance.randrange(4)}", chance.choice(PLATFORMS), now, chance.choice((None, now)))
    some = replace(
        told,
        now=at(now),
        status=str(n),
        notices=(*first, *again),
        evidence=made,
        intervals=(interval,) if chance.random() < 0.5 else (),
        known=(known,) if chance.random() < 0.5 else (),
        gaps=(Gap(now - chance.randrange(MINUTE), now),) if chance.random() < 0.2 else (),
    )
    return some, chance.random() < 0.5


def said_of(n: int):  # type: ignore[no-untyped-def]
    """The notice of batch ``n``."""
    return notice(n // PER_STORY, n % PER_STORY + 1)


def some_evidence(chance: random.Random, now: Millis) -> Evidence:
    late = chance.randrange(LATE) if chance.random() < 0.1 else chance.randrange(20 * MINUTE)
    bad = chance.random() < 0.3
    times = [chance.choice((None, chance.randrange(3_000))) for _ in range(5)]
    return replace(
        evidence(now - late, chance.choice(PLATFORMS), chance.choice((Source.DIRECT, Source.OFFICIAL))),
        probe=chance.choice(("web", "api")),
        outcome=Outcome.FAILED if bad else chance.choice(list(Outcome)),
        failure=Failure.CONNECT_TIMEOUT if bad else None,
        status=None if bad else 200,
        phases=Phases(*times),
        answer=f"a{chance.randrange(2**60)}",
    )


@dataclass(slots=True)
class Expected:
    """What must be there after the batches that were taken in."""

    seed: int
    count: int = 0
    now: Millis = T0
    events: dict[tuple[str, int], Event] = field(default_factory=dict)
    claims: dict[tuple[str, int, str], Claim] = field(default_factory=dict)
    intervals: dict[tuple[str, Millis], Interval] = field(default_factory=dict)
    known: dict[tuple[str, str], Known] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    evidence: Counter[Evidence] = field(default_factory=Counter)

    def until(self, count: int) -> None:
        """Take in the batches up to, without, number ``count``."""
        for n in range(self.count, count):
            some, _ = chance_batch(self.seed, n)
            self.now = some.now.t
            for event in some.events:
                self.events[event.incident, event.number] = event
            for said, claim in some.notices:
                self.events.setdefault(said.key[:2], said.event)  # a notice brings its event
                if self.claims.get(said.key) not in {Claim.SAID, Claim.STALE}:
                    self.claims[said.key] = claim
            self.intervals |= {(one.platform, one.since): one for one in some.intervals}
            self.known |= {(one.network, one.platform): one for one in some.known}
            self.gaps += some.gaps
            self.evidence.update(some.evidence)
        self.count = count


if __name__ == "__main__":
    database = Database(Path(sys.argv[1]))
    for number in itertools.count(int(sys.argv[3])):
        some, durable = chance_batch(int(sys.argv[2]), number)
        database.commit(some, durable=durable)
        print(number, flush=True)
