"""Evidence, answers and windows by hand, in seconds since T0: what the tables of the core are tested with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from loop import ALPHA, HANDSHAKE, T0

from trayapp.core import confirm
from trayapp.core.confirm import Standing, stand
from trayapp.core.model import (
    SECOND,
    Depth,
    Evidence,
    Failure,
    Function,
    Instant,
    Line,
    Millis,
    Outcome,
    Phases,
    Scope,
    Source,
    Stage,
    State,
)
from trayapp.core.ports import Interval
from trayapp.core.present import with_rows
from trayapp.core.question import Answer, Platform
from trayapp.core.roster import roster
from trayapp.core.story import Member
from trayapp.core.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trayapp.core.judge import Verdict

Told = Outcome | Failure
"""What a sample says: a failure, or an outcome that is none."""

OK, SLOW, REFUSED, UNKNOWN = Outcome.OK, Outcome.SLOW, Outcome.REFUSED, Outcome.UNKNOWN
E503 = Failure.HTTP_SERVER_ERROR
ADMITS = Failure.BODY_SAYS_BROKEN
DNS = Failure.DNS_TEMPORARY
CONNECT = Failure.CONNECT_TIMEOUT
FRESH: Millis = 150 * SECOND
_FAILURES = {REFUSED: Failure.HTTP_REFUSED, UNKNOWN: Failure.BODY_UNEXPECTED}
_STATUS: dict[Failure | None, int | None] = {
    Failure.HTTP_SERVER_ERROR: 503,
    Failure.HTTP_REFUSED: 403,
    Failure.HTTP_TOO_MANY: 429,
    Failure.HTTP_LEGAL: 451,
    Failure.HTTP_TIMEOUT: None,
    Failure.HTTP_RESET: None,
    Failure.HTTP_EOF: None,
    Failure.HTTP_PROTOCOL: None,
}


def at(seconds: float) -> Millis:
    """Wall time."""
    return T0 + round(seconds * SECOND)


def moment(seconds: float, boot: str = "boot-1") -> Instant:
    return Instant(at(seconds), round(seconds * SECOND), boot)


def sample(seconds: float, told: Told, probe: str = "p0", platform: Platform = ALPHA) -> Evidence:
    """What this computer saw of ``platform`` at that second; the question took 80 ms."""
    failure = told if isinstance(told, Failure) else _FAILURES.get(told)
    answered = failure is None or failure.stage in {Stage.HTTP, Stage.BODY}
    return Evidence(
        t=at(seconds),
        platform=platform.id,
        source=Source.DIRECT,
        outcome=Outcome.FAILED if isinstance(told, Failure) else told,
        probe=probe,
        host=next(p.host for p in platform.probes if p.id == probe),
        owner=platform.owner,
        failure=failure,
        status=_STATUS.get(failure, 200) if answered else None,
        ms=80,
        phases=HANDSHAKE if answered else Phases(),
    )


def row(told: Told, *seconds: float, probe: str = "p0", platform: Platform = ALPHA) -> list[Evidence]:
    """The same said at several times."""
    return [sample(s, told, probe, platform) for s in seconds]


def weigh(
    *samples: Evidence,
    platform: Platform = ALPHA,
    siblings: Mapping[Platform, Iterable[Evidence]] | None = None,
    member: Member | None = None,
    counts_from: float = -1000,
    heard: float = 100_000,
    now: float | None = None,
    as_given: bool = False,
) -> Standing:
    """``platform``'s standing as the core comes to it; by default the line was well before and after.

    Samples are put into the order of time, as a window always is, unless they are to be taken ``as_given``.
    """
    window = samples if as_given else tuple(sorted(samples, key=lambda e: e.t))
    others = {p.id: tuple(sorted(s, key=lambda e: e.t)) for p, s in (siblings or {}).items()}
    newest = max((e.t for seen in (window, *others.values()) for e in seen), default=at(0))
    return stand(
        platform,
        window,
        member=member,
        own=confirm.runs(window, at(counts_from), at(heard)),
        siblings={id_: confirm.runs(seen, at(counts_from), at(heard)) for id_, seen in others.items()},
        fresh=FRESH,
        now=newest if now is None else at(now),
    )


def member(
    since: float = 0,
    *witnesses: str,
    platform: str = "alpha",
    state: State = State.DOWN,
    scope: Scope = Scope.THEIRS,
    until: float | None = None,
    functions: tuple[Function, ...] = (Function.WEB,),
) -> Member:
    end = None if until is None else at(until)
    return Member(platform, functions, state, scope, at(since), end, frozenset(witnesses))


def answer(status: int | None = None, body: bytes = b"", failure: Failure | None = None, via: str = "") -> Answer:
    return Answer(at(0), at(0.08), failure=failure, status=status, body=body, via=via)


def shown(
    verdicts: Mapping[str, Verdict],
    platforms: tuple[Platform, ...],
    *,
    line: Line = Line.OK,
    depths: Mapping[str, Depth] | None = None,
    failing: Mapping[str, frozenset[str]] | None = None,
) -> World:
    """A world in which these verdicts hold, for what only looks at the outcome."""
    depths, failing = depths or {}, failing or {}
    standing = Standing(confirm.Direct.NONE)
    world = World(
        moment(600),
        platforms=platforms,
        roster=roster(platforms, ()),
        line=line,
        looked_at=at(599),
        verdicts=verdicts,
        standings={
            p.id: replace(standing, depth=depths.get(p.id), failing=failing.get(p.id, frozenset())) for p in platforms
        },
        states={p: Interval(p, v.state, v.scope, at(100)) for p, v in verdicts.items()},
    )
    return with_rows(world, world.roster.owned)
