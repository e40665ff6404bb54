"""Reduce's middle: line, standings, verdicts and states from what was seen; and what it needs to know next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trayapp.core import claims, conditions, confirm, schedule
from trayapp.core import line as connection
from trayapp.core.confirm import Direct
from trayapp.core.incident import parts
from trayapp.core.judge import Freshness, Outside, Signs, judge
from trayapp.core.line import carried, judge_line
from trayapp.core.model import EVERYONE, Function, Line, Millis, State
from trayapp.core.ports import Interval
from trayapp.core.story import Phase

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from trayapp.core.confirm import Standing
    from trayapp.core.judge import Verdict
    from trayapp.core.line import Heard
    from trayapp.core.ports import Known
    from trayapp.core.question import Platform
    from trayapp.core.schedule import Plan
    from trayapp.core.turns import Key
    from trayapp.core.world import World

FRESH_FACTOR = 2.5
"""A direct answer speaks for this many of its own intervals."""


def line(world: World) -> World:
    """Judge the line anew. Once it is back from being lost, everybody is asked and the first 30 s accuse nobody."""
    last = max(world.heard.values(), default=0)
    fresh = connection.FRESH * (schedule.FRUGAL if world.plan.frugal else 1)
    found = judge_line(world.control, world.controls, last, world.now.t, fresh)
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


def unsettled(world: World) -> set[str]:
    """Owners of whom something is open: their verdict may change though nobody of them has answered."""
    owners = {
        world.roster.platforms[p].owner
        for p, s in world.standings.items()
        if (s.suspect or s.failing) and p in world.roster.platforms
    }
    return owners | {i.owner for i in world.incidents.values() if i.phase is Phase.OPEN}


def platforms(world: World, owners: Collection[str]) -> tuple[World, tuple[Interval, ...], tuple[Known, ...]]:
    """Stand and judge every platform of ``owners``; the intervals and conditions are those that begin now."""
    heard = connection.latest(world.heard)
    members = {m.platform: m for _, m in parts(world.incidents.values())}
    standings, verdicts = dict(world.standings), dict(world.verdicts)
    watched = [p for owner in owners for p in world.roster.owned.get(owner, ())]
    for owner in owners:
        mine = world.roster.owned.get(owner, ())
        runs = {p.id: _runs(world, p, heard) for p in mine}
        for p in mine:
            standings[p.id] = confirm.stand(
                p,
                world.window.get(p.id, ()),
                member=members.get(p.id),
                own=runs[p.id],
                siblings={q: r for q, r in runs.items() if q != p.id and r},
                fresh=fresh_for(world, p),
                now=world.now.t,
            )
            verdicts[p.id] = judge(signs(world, p.id, standings[p.id]))
    well = {p.id for p in watched if verdicts[p.id].state in {State.UP, State.SLOW}}
    seen = world.seen_well if well <= world.seen_well else world.seen_well | well
    world = replace(world, standings=standings, verdicts=verdicts, seen_well=seen)
    begun = tuple(i for p in watched if (i := _interval(world, p.id)) is not None)
    stand = tuple(k for p in watched if (k := conditions.judged(world, p.id)) is not None)
    if begun:
        world = replace(world, states={**world.states, **{i.platform: i for i in begun}})
    if stand:
        world = replace(world, known={**world.known, **{(k.network, k.platform): k for k in stand}})
    return world, begun, stand


def fresh_for(world: World, platform: Platform) -> Millis:
    """How long a sample of ``platform`` speaks."""
    keys = [(platform.id, probe.id) for probe in platform.probes if not probe.on_suspicion]
    return int(FRESH_FACTOR * max((schedule.every(world.plan, key) for key in keys), default=schedule.HOST_MOST))


def signs(world: World, platform: str, standing: Standing) -> Signs:
    """One value on each axis."""
    said, now = world.claims.get(platform, {}), world.now.t
    return Signs(
        line=world.line,
        direct=standing.direct,
        witnesses=standing.witnesses,
        official=claims.official(said, now),
        outside=_outside(world, platform, standing),
        reports=claims.reports(said, now),
        freshness=Freshness.FRESH if standing.fresh else Freshness.STALE,
    )


def _outside(world: World, platform: str, standing: Standing) -> Outside:
    """What other networks see of it; or of its siblings that fail here with it, where it was not asked for itself.

    Few hosts are asked from elsewhere, and siblings share their causes.
    """
    own = _seen_outside(world, platform, standing)
    if own is not Outside.UNKNOWN or standing.direct is not Direct.TRANSPORT:
        return own
    owner = world.roster.platforms[platform].owner
    alike = {
        _seen_outside(world, p.id, world.standings[p.id])
        for p in world.roster.owned[owner]
        if p.id in world.standings and world.standings[p.id].direct is Direct.TRANSPORT
    } - {Outside.UNKNOWN}
    return alike.pop() if len(alike) == 1 else Outside.UNKNOWN


def _seen_outside(world: World, platform: str, standing: Standing) -> Outside:
    began = standing.doubt[0] if standing.doubt is not None else None
    return claims.outside(world.claims.get(platform, {}), world.now.t, began)


def broken_functions(world: World, platform: str) -> tuple[Function, ...]:
    """The functions of which a source that can know it says that they are broken, in the order of the file."""
    p, standing = world.roster.platforms[platform], world.standings[platform]
    accusing = standing.failing or (standing.lone if world.verdicts[platform].accuses else frozenset())
    seen = {f for probe in p.probes if probe.id in accusing for f in probe.sees}
    seen |= set(claims.admitted(world.claims.get(platform, {}), world.now.t))
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
    recovering: dict[Key, Millis] = {}
    stirring: set[Key] = set()
    around: set[Key] = set()
    line_wanted = False
    asked_line = max((plan.asked.get(key, 0) for key in plan.turns.line), default=0)
    heard = connection.latest(world.heard)
    for p, s in world.standings.items():
        if not s.suspect and not s.failing:
            continue
        owner = world.roster.platforms[p].owner
        suspect |= {(p, probe) for probe in s.suspect - s.lingering}
        lingering |= {(p, probe) for probe in s.lingering}
        failing |= {(p, probe) for probe in s.failing}
        recovering |= {(p, probe): world.now.before(t).mono for probe, t in s.recovering.items()}
        stirred = [t for q in world.roster.owned[owner] for t in world.standings[q.id].recovering.values()]
        if stirred:
            stirring |= {(p, probe) for probe in s.failing}
            first = world.now.before(min(stirred)).mono
            around |= {(p, probe) for probe in s.failing if plan.asked.get((p, probe), 0) < first}
        if s.doubt is not None:
            began, newest = world.now.before(s.doubt[0]).mono, s.doubt[1]
            line_wanted |= heard.by_others(owner) <= newest
            # Silence counts only if the line carried a round of controls that was put right after it.
            line_wanted |= s.silent is not None and asked_line < world.now.before(s.silent).mono
            around |= {key for key in plan.turns.owned[owner] if plan.asked.get(key, 0) < began}
    for key in plan.away:
        if key[0] != EVERYONE and key not in failing and world.now.mono - plan.asked[key] >= schedule.LATE:
            # Nothing has failed yet; but if it does, the others' answers are there.
            around |= {k for k in plan.turns.owned[plan.turns.owner[key]] if plan.asked.get(k, 0) < plan.asked[key]}
            line_wanted |= asked_line < plan.asked[key]
    # Whether others are quick, nobody may have told: then the line is asked about.
    line_wanted |= any(asked_line < world.now.before(t).mono for t in world.lagging.values())
    closely = {
        (p, probe.id)
        for p, until in world.closely.items()
        if world.now.mono < until and p in world.roster.platforms
        for probe in world.roster.platforms[p].probes
    }
    return schedule.Need(
        frozenset(suspect),
        frozenset(lingering),
        frozenset(around),
        frozenset(failing),
        recovering,
        frozenset(stirring),
        frozenset(closely),
        line_wanted,
        world.now.before(heard.last).mono if heard.last else 0,
    )


def _runs(world: World, platform: Platform, heard: Heard) -> Mapping[str, confirm.Run]:
    window, plan = world.window.get(platform.id, ()), world.plan
    waiting = {probe: world.now.t - world.now.mono + plan.asked[EVERYONE, probe] for probe in _controls_away(plan)}
    return confirm.runs(
        window,
        world.counts_from,
        heard.by_others(platform.owner),
        lambda e: carried(e, world.rounds, world.controls, waiting),
    )


def _controls_away(plan: Plan) -> Iterable[str]:
    return (probe for platform, probe in plan.away if platform == EVERYONE)


def _interval(world: World, platform: str) -> Interval | None:
    verdict, last = world.verdicts[platform], world.states.get(platform)
    if last is not None and (last.state, last.scope) == (verdict.state, verdict.scope):
        return None
    since = since_of(world, platform, verdict) if verdict.accuses else world.now.t
    since = no_sooner(since, last.since, world.now.t) if last is not None else since
    return Interval(platform, verdict.state, verdict.scope, since)


def since_of(world: World, platform: str, verdict: Verdict) -> Millis:
    """Since when what the verdict accuses it of is so."""
    standing, now = world.standings[platform], world.now.t
    own = standing.since
    if own is None and standing.lone and standing.doubt is not None:
        own = standing.doubt[0]
    theirs = claims.admitted_since(world.claims.get(platform, {}), now)
    begun = [t for t in (own, theirs) if t is not None]
    return min(begun, default=now) if verdict.accuses else now
