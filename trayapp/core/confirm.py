"""Evidence window → Standing: what this computer's own samples amount to, by the table "Confirmed".

One failure is a question, not an answer. The numbers here are the table's numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import takewhile
from typing import TYPE_CHECKING

from trayapp.core.model import MINUTE, SECOND, Depth, Evidence, Failure, Millis, Outcome, Scope, Source, Stage, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from trayapp.core.question import Platform
    from trayapp.core.story import Member

SAMPLES, SPAN = 3, 15 * SECOND
LONE_SAMPLES, LONE_SPAN = 5, 3 * MINUTE
PATIENCE = 8
TOGETHER: Millis = 30 * SECOND
WELL_SAMPLES, WELL_SPAN = 2, 30 * SECOND
FAMILIES = 2
FADE: Millis = 15 * MINUTE
"""Of a witness that can show more, and only refuses since it failed: so long without a failure, and it is let go."""

_SERVER = frozenset({Failure.HTTP_SERVER_ERROR, Failure.BODY_SAYS_BROKEN})
GOOD = frozenset({Outcome.OK, Outcome.SLOW, Outcome.REFUSED})


class Direct(StrEnum):
    """What this computer's samples of one platform amount to, by kind."""

    NONE = "none"  # nothing fresh
    WORKS = "works"
    ANSWERS = "answers"
    REFUSED = "refused"  # it answers, and does nothing but refuse
    UNEXPECTED = "unexpected"  # it answers, and not as was promised
    SLOW = "slow"
    SUSPECT = "suspect"  # too few failures to say anything
    SERVER = "server"  # their servers answer with errors
    TRANSPORT = "transport"  # does not answer here


BAD = frozenset({Direct.SERVER, Direct.TRANSPORT})


class Witnesses(StrEnum):
    """Who of a platform's hosts tells of a failure."""

    ALL = "all"  # confirmed, and none of its hosts is well
    SOME = "some"  # confirmed, and others are well
    ONLY = "only"  # often enough, but there is only this one and nothing else agrees
    ONE = "one"  # the same, and others are well


@dataclass(frozen=True, slots=True)
class Run:
    """The unbroken failures of one witness, newest first."""

    probe: str
    host: str
    samples: tuple[Evidence, ...]

    @property
    def server(self) -> bool:
        """Whether the newest is their server's own admission."""
        return self.samples[0].failure in _SERVER


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one platform. ``failing`` are witnesses held against it, ``suspect`` those only asked about."""

    direct: Direct
    depth: Depth | None = None
    failing: frozenset[str] = frozenset()
    suspect: frozenset[str] = frozenset()
    lingering: frozenset[str] = frozenset()  # suspects that have failed often enough, if only something agreed
    recovering: Mapping[str, Millis] = field(default_factory=dict)  # failing ones that are well again: since when
    since: Millis | None = None  # first failed sample of the confirmed trouble
    well_since: Millis | None = None  # first good sample after it, once all accused are well
    witnesses: Witnesses = Witnesses.ALL
    fresh: bool = True  # some sample still speaks for the moment
    lone: frozenset[str] = frozenset()  # suspects that are enough as soon as anybody else agrees
    doubt: tuple[Millis, Millis] | None = None  # first and last failure of the suspects
    silent: Millis | None = None  # the last of them to which nothing at all came back


def runs(
    window: Iterable[Evidence], counts_from: Millis, heard: Millis, carried: Callable[[Evidence], bool] = lambda _: True
) -> dict[str, Run]:
    """Each witness's unbroken failures that count.

    A failure counts when it was asked at or after ``counts_from`` (the line was well and settled) and somebody
    unrelated was ``heard`` after it; where nothing at all came back, the line must besides have ``carried`` other
    questions meanwhile. Answers that say nothing neither count nor break the run.
    """
    out: dict[str, Run] = {}
    for probe, seen in _by_probe(window).items():
        samples = tuple(
            e
            for e in _failures(seen)
            if counts_from <= e.began and e.t < heard and (e.failure in _SERVER or carried(e))
        )
        if samples:
            out[probe] = Run(probe, samples[0].host, samples)
    return out


def confirmed(own: Iterable[Run], siblings: Iterable[Run]) -> bool:
    """Whether failures of one kind (server or transport) of a platform are more than a question."""
    own = list(own)
    if not own:
        return False
    samples = [e for run in own for e in run.samples]
    times = sorted(e.t for e in samples)
    hosts = {run.host for run in own}
    others = [run for run in siblings if run.host not in hosts]
    if any(_together(mine, e) for run in others for e in run.samples for mine in samples):
        return True  # two siblings failing the same way together count as three samples
    span = times[-1] - times[0]
    # Two families are two ways to one host: what fails on both is not one broken path.
    twice = not own[0].server and any(e.families >= FAMILIES for e in samples)
    if enough(own) and (len(hosts) >= 2 or others or twice):
        return True
    return own[0].server and len(times) >= LONE_SAMPLES and span >= LONE_SPAN


def enough(own: Iterable[Run]) -> bool:
    """Whether there are samples enough, whoever they are from."""
    times = sorted(e.t for run in own for e in run.samples)
    return len(times) >= SAMPLES and times[-1] - times[0] >= SPAN


def _together(a: Evidence, b: Evidence) -> bool:
    return abs(a.t - b.t) <= TOGETHER and _way(a) is _way(b)


def _way(e: Evidence) -> Stage | None:
    """How it failed; None for a server's admission, whatever its form."""
    return None if e.failure is None or e.failure in _SERVER else e.failure.stage


def stand(
    platform: Platform,
    window: tuple[Evidence, ...],
    *,
    member: Member | None,
    siblings: Mapping[str, Mapping[str, Run]],
    own: Mapping[str, Run],
    fresh: Millis,
    now: Millis,
) -> Standing:
    """Weigh one platform's window.

    ``member`` is its part in an open incident, ``own`` and ``siblings`` the counted runs of it and of its owner's
    other platforms, ``fresh`` how old a good sample may be and still speak.
    """
    # A witness that is no longer asked (the platform's file has changed) can neither accuse nor be healed.
    asked = {probe.id for probe in platform.probes}
    accused = member.witnesses & asked if member is not None and member.until is None else frozenset()
    seen = _by_probe(window)
    recovered = {p: t for p in accused if (t := _well_since(platform, p, seen.get(p, []))) is not None}
    failing = set(accused) - set(recovered)
    for server in (True, False):
        mine = [r for r in own.values() if r.server is server]
        theirs = [r for others in siblings.values() for r in others.values() if r.server is server]
        if confirmed(mine, theirs):
            failing |= {r.probe for r in mine}
    latest = {p: e for p, s in seen.items() if (e := _latest(s)) is not None and now - e.t <= fresh}
    good = [e for p, e in latest.items() if p not in failing and e.outcome in GOOD]
    suspect = frozenset(p for p, s in seen.items() if p not in failing and _failures(s))
    doubts = sorted(e.t for p in suspect for e in _failures(seen[p]))
    standing = Standing(
        Direct.NONE,
        _depth(platform, good),
        failing=frozenset(failing),
        suspect=suspect,
        lingering=frozenset(p for p in suspect if _lingers(own.get(p), _failures(seen[p]))),
        recovering={p: run[-1].t for p in failing if (run := _good_run(seen.get(p, [])))},
        since=_since(failing, own, member),
        well_since=max(recovered.values(), default=None) if not failing else None,
        fresh=bool(latest),
        lone=frozenset(p for p in suspect if p in own and enough([own[p]])),
        doubt=(doubts[0], doubts[-1]) if doubts else None,
        silent=max((e.t for p in suspect for e in _failures(seen[p]) if e.failure not in _SERVER), default=None),
    )
    if failing and not any(p in seen for p in failing):
        return standing  # an open incident, and nobody has been asked since the gap
    # After a gap some witnesses have not been asked again yet: until then what was partly broken is so still.
    part = bool(good) or (member is not None and member.state is State.PARTIAL and not asked <= seen.keys() | failing)
    if failing or standing.lone:
        kinds = [own[p].server for p in failing or standing.lone if p in own]
        server = any(kinds) if kinds else member is not None and member.scope is Scope.THEIRS
        few, many = (Witnesses.SOME, Witnesses.ALL) if failing else (Witnesses.ONE, Witnesses.ONLY)
        kind = Direct.SERVER if server else Direct.TRANSPORT
        return replace(standing, direct=kind, witnesses=few if part else many)
    return replace(standing, direct=_unaccused(standing, good, list(latest.values()), seen))


def _unaccused(
    standing: Standing, good: list[Evidence], latest: list[Evidence], seen: Mapping[str, list[Evidence]]
) -> Direct:
    if standing.suspect:
        return Direct.SUSPECT
    if not good:
        return Direct.UNEXPECTED if latest else Direct.NONE
    if all(_slow_twice(seen[e.probe]) for e in good):
        return Direct.SLOW
    if all(e.outcome is Outcome.REFUSED for e in good):
        return Direct.REFUSED
    return Direct.WORKS if standing.depth is Depth.WORKS else Direct.ANSWERS


def _slow_twice(seen: list[Evidence]) -> bool:
    """Whether one witness was slow, and not only once."""
    last = [e for e in seen if e.outcome is not Outcome.UNKNOWN][-2:]
    return len(last) == 2 and all(e.outcome is Outcome.SLOW for e in last)


def _latest(seen: list[Evidence]) -> Evidence | None:
    """The last sample that says anything of the platform: not one that could not be put."""
    telling = (e for e in reversed(seen) if e.outcome is not Outcome.UNKNOWN or e.failure is Failure.BODY_UNEXPECTED)
    return next(telling, None)


def _since(failing: set[str], own: Mapping[str, Run], member: Member | None) -> Millis | None:
    """First failed sample of the present trouble; what an open incident already knows comes first."""
    if not failing:
        return None
    if member is not None and member.until is None:
        return member.since
    return min((e.t for p in failing if p in own for e in own[p].samples), default=None)


def _lingers(run: Run | None, failures: list[Evidence]) -> bool:
    """Whether asking more often would tell no more: enough samples count, or many do not (the line, a late start)."""
    return len(failures) >= PATIENCE or (run is not None and len(run.samples) >= SAMPLES)


def _failures(seen: list[Evidence]) -> list[Evidence]:
    """The unbroken failures at the end, newest first; answers that say nothing are passed over."""
    telling = (e for e in reversed(seen) if e.outcome is not Outcome.UNKNOWN)
    return list(takewhile(lambda e: e.outcome is Outcome.FAILED, telling))


def _good_run(seen: list[Evidence]) -> list[Evidence]:
    """The unbroken good samples at the end, newest first; answers that say nothing are passed over."""
    telling = (e for e in reversed(seen) if e.outcome is not Outcome.UNKNOWN)
    return list(takewhile(lambda e: e.outcome in GOOD, telling))


def _by_probe(window: Iterable[Evidence]) -> dict[str, list[Evidence]]:
    out: dict[str, list[Evidence]] = {}
    for e in window:
        if e.source is Source.DIRECT:
            out.setdefault(e.probe, []).append(e)
    return out


def _depth(platform: Platform, good: list[Evidence]) -> Depth | None:
    if not good:
        return None
    return Depth.WORKS if any(_shows(platform, e) for e in good) else Depth.ANSWERS


def _shows(platform: Platform, e: Evidence) -> bool:
    """Whether a good sample is the healthy answer itself; while a probe rests only a handshake stands in for it."""
    shaped = any(p.id == e.probe and p.healthy is not None for p in platform.probes)
    return shaped and e.outcome is not Outcome.REFUSED and e.status is not None


def _well_since(platform: Platform, probe: str, seen: list[Evidence]) -> Millis | None:
    """First good sample of the present good run, once the run is long enough; None while it is not."""
    run = _good_run(seen)
    if any(p.id == probe and p.healthy is not None for p in platform.probes):
        # A refusal proves recovery only where nothing better was ever to be seen, or when nothing else comes for long.
        shown = list(takewhile(lambda e: _shows(platform, e), run))
        if len(shown) >= WELL_SAMPLES and shown[0].t - shown[-1].t >= WELL_SPAN:
            return shown[-1].t
        return run[-1].t if run and run[0].t - run[-1].t >= FADE else None
    if len(run) < WELL_SAMPLES or run[0].t - run[-1].t < WELL_SPAN:
        return None
    return run[-1].t
