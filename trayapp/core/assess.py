"""Reduce's middle: line, standings, verdicts and states from what was seen; and what it needs to know next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trayapp.core import confirm, schedule
from trayapp.core.judge import Signs, judge
from trayapp.core.line import carried, heard_besides, judge_line
from trayapp.core.model import EVERYONE, Function, Line, Millis, Phase, State
from trayapp.core.ports import Interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trayapp.core.model import Member
    from trayapp.core.question import Platform
    from trayapp.core.schedule import Key, Plan
    from trayapp.core.world import World

FRESH_FACTOR = 2.5
"""A direct answer speaks for this many of its own intervals."""


def line(world: World) -> World:
    """Judge the line anew. Once it is back from being lost, everybody is asked and the first 30 s accuse nobody."""
    found = judge_line(world.control, world.controls, world.heard, world.now.t)
    if found is world.line:
        return world
    if world.line in schedule.LOST and found is Line.OK:
        return replace(
            world,
            line=found,
            counts_from=max(world.counts_from, world.now.t + schedule.SETTLE),
            plan=schedule.now_all(world.plan, world.now.mono),
        )
    return replace(world, line=found)


def platforms(world: World) -> tuple[World, tuple[Interval, ...]]:
    """Stand and judge every platform; the intervals are those that begin now."""
    runs = {p.id: _runs(world, p) for p in world.platforms}
    every = schedule.intervals(world.platforms)
    standings = {}
    for p in world.platforms:
        standings[p.id] = confirm.stand(
            p,
            world.window.get(p.id, ()),
            member=_member(world, p),
            own=runs[p.id],
            siblings={q.id: runs[q.id] for q in world.platforms if q.owner == p.owner and q.id != p.id},
            fresh=int(FRESH_FACTOR * max(every[p.id, probe.id] for probe in p.probes)),
            now=world.now.t,
        )
    verdicts = {p: judge(Signs(line=world.line, direct=s.direct)) for p, s in standings.items()}
    well = frozenset(p for p, v in verdicts.items() if v.state in {State.UP, State.SLOW})
    world = replace(world, standings=standings, verdicts=verdicts, seen_well=world.seen_well | well)
    begun = tuple(i for p in world.platforms if (i := _interval(world, p.id)) is not None)
    return replace(world, states={**world.states, **{i.platform: i for i in begun}}), begun


def broken_functions(world: World, platform: str) -> tuple[Function, ...]:
    """The functions that the failing witnesses can see, in the order of the platform's file."""
    standing = world.standings[platform]
    (p,) = (p for p in world.platforms if p.id == platform)
    seen = {f for probe in p.probes if probe.id in standing.failing for f in probe.sees}
    return tuple(f for f in p.functions if f in seen)


def no_sooner(since: Millis, last: Millis, now: Millis) -> Millis:
    """``since``, but not before ``last``; unless the clock was set back behind that."""
    return max(since, last) if last <= now else since


def seen_well(world: World, platform: Platform) -> frozenset[Function]:
    """The functions of which a witness that is not held against the platform has lately seen something good."""
    standing = world.standings[platform.id]
    latest = {e.probe: e for e in world.window.get(platform.id, ())}
    good = {p for p, e in latest.items() if e.outcome in confirm.GOOD and p not in standing.failing}
    return frozenset(f for probe in platform.probes if probe.id in good for f in probe.sees)


def need(world: World, plan: Plan) -> schedule.Need:
    """What would settle the open questions soonest."""
    suspect: set[Key] = set()
    lingering: set[Key] = set()
    failing: set[Key] = set()
    recovering: set[Key] = set()
    around: set[Key] = set()
    line_wanted = False
    asked_line = max((plan.asked.get((EVERYONE, c.probe.id), 0) for c in world.controls), default=0)
    for p in world.platforms:
        s = world.standings[p.id]
        suspect |= {(p.id, probe) for probe in s.suspect - s.lingering}
        lingering |= {(p.id, probe) for probe in s.lingering}
        failing |= {(p.id, probe) for probe in s.failing}
        if any(world.standings[q.id].recovering for q in world.platforms if q.owner == p.owner):
            recovering |= {(p.id, probe) for probe in s.failing}
        if s.doubt is not None:
            began, newest = world.now.before(s.doubt[0]).mono, s.doubt[1]
            line_wanted |= heard_besides(world.heard, p.owner) <= newest
            # Silence counts only if the line carried a round of controls that was put right after it.
            line_wanted |= s.silent is not None and asked_line < world.now.before(s.silent).mono
            around |= {
                (q.id, probe.id)
                for q in world.platforms
                if q.owner == p.owner
                for probe in q.probes
                if plan.asked.get((q.id, probe.id), 0) < began
            }
    heard = max(world.heard.values(), default=None)
    return schedule.Need(
        frozenset(suspect),
        frozenset(lingering),
        frozenset(around),
        frozenset(failing),
        frozenset(recovering),
        line_wanted,
        world.now.before(heard).mono if heard is not None else 0,
    )


def _runs(world: World, platform: Platform) -> Mapping[str, confirm.Run]:
    heard: Millis = heard_besides(world.heard, platform.owner)
    window, plan = world.window.get(platform.id, ()), world.plan
    waiting = {probe: world.now.t - world.now.mono + plan.asked[EVERYONE, probe] for probe in _controls_away(plan)}
    return confirm.runs(window, world.counts_from, heard, lambda e: carried(e, world.rounds, world.controls, waiting))


def _controls_away(plan: Plan) -> Iterable[str]:
    return (probe for platform, probe in plan.away if platform == EVERYONE)


def _member(world: World, platform: Platform) -> Member | None:
    incident = world.incidents.get(platform.owner)
    if incident is None or incident.phase is not Phase.OPEN:
        return None
    return next((m for m in incident.members if m.platform == platform.id), None)


def _interval(world: World, platform: str) -> Interval | None:
    verdict, standing, last = world.verdicts[platform], world.standings[platform], world.states.get(platform)
    if last is not None and (last.state, last.scope) == (verdict.state, verdict.scope):
        return None
    bad = verdict.state in {State.DOWN, State.PARTIAL, State.UNREACHABLE}
    since = standing.since if bad and standing.since is not None else world.now.t
    since = no_sooner(since, last.since, world.now.t) if last is not None else since
    return Interval(platform, verdict.state, verdict.scope, since)
