"""What interrupts the watch: a time when nobody looked, a pause, another network, another configuration."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trayapp.core import assess, conditions, notices, pages, schedule
from trayapp.core.incident import interrupted
from trayapp.core.model import Gap, Line, Millis, Scope, State
from trayapp.core.ports import Claim, Interval
from trayapp.core.roster import roster
from trayapp.core.story import Phase
from trayapp.core.wishes import Snooze, granted
from trayapp.core.world import Effects, World

if TYPE_CHECKING:
    from collections.abc import Collection

    from trayapp.core.story import Notice
    from trayapp.core.world import Reconfigured, Surrounded, Wished


def blind(world: World, gap: Gap) -> tuple[World, Effects]:
    """Nobody looked in ``gap``, or what was seen was seen elsewhere: what is known of the moment is forgotten."""
    now = world.now
    incidents = {id_: interrupted(i) for id_, i in world.incidents.items()}
    unknown = blank(world, gap.since)
    world = replace(
        world,
        window={},
        control={},
        rounds=(),
        looks_from=now.t,
        heard={},
        waits={},
        line=Line.UNKNOWN,
        counts_from=now.t + schedule.SETTLE,
        incidents=incidents,
        states={**world.states, **{i.platform: i for i in unknown}},
        plan=schedule.now_all(world.plan, now.mono),
    )
    world = pages.anew(world)
    touched = tuple(i for i in incidents.values() if i.phase is Phase.OPEN)
    return world, Effects(gaps=(gap,), intervals=unknown, incidents=touched)


def blank(world: World, since: Millis, among: Collection[str] | None = None) -> tuple[Interval, ...]:
    """While nobody looks (at ``among``) nothing is known: neither up nor down."""
    return tuple(
        Interval(id_, State.UNKNOWN, Scope.NOT_KNOWN, assess.no_sooner(since, last.since, world.now.t))
        for id_, last in world.states.items()
        if last.state is not State.UNKNOWN and (among is None or id_ in among)
    )


def wished(world: World, event: Wished, effects: Effects) -> tuple[World, Effects]:
    """The person wants something of Fanal itself."""
    before, now = world.wishes, event.now
    wishes = granted(before, event.wish, now.t)
    world, effects = replace(world, wishes=wishes), replace(effects, wishes=wishes)
    if wishes.muted_until is not None and before.muted_until is None:
        # What waits at that moment is not said later either.
        world, effects = _unsaid(world, effects, world.outbox)
    elif isinstance(event.wish, Snooze):
        mine = (n for n in world.outbox if n.channel == notices.CHANNEL and not notices.wanted(n.event, wishes))
        world, effects = _unsaid(world, effects, tuple(mine))
    if wishes.paused == before.paused or effects.gaps:
        return world, effects
    # Nobody looks while it is paused: as in sleep, what was known is known no more.
    since = now.t if wishes.paused else before.paused_since
    world, more = blind(world, Gap(min(now.t, since if since is not None else now.t), now.t))
    return world, _with_gap(effects, more)


def _unsaid(world: World, effects: Effects, gone: tuple[Notice, ...]) -> tuple[World, Effects]:
    rows = (*effects.notices, *((n, Claim.STALE) for n in gone))
    left = tuple(n for n in world.outbox if n not in gone)
    return replace(world, outbox=left), replace(effects, notices=rows)


def _with_gap(effects: Effects, more: Effects) -> Effects:
    return replace(
        effects,
        gaps=more.gaps,
        intervals=(*effects.intervals, *more.intervals),
        incidents=(*effects.incidents, *more.incidents),
    )


def surrounded(world: World, event: Surrounded, effects: Effects) -> tuple[World, Effects]:
    """The computer is somewhere else, or on another supply."""
    before, around = world.network, event.around
    plan = schedule.paced(world.plan, event.now.mono, frugal=around.frugal)
    world = replace(world, around=around, plan=plan)
    # A network that has no name yet, or none at all, is no other network: what the line is worth its own answers tell.
    if around.network in {"", before}:
        return world, effects
    known = conditions.named(world, around.network)
    world = replace(world, network=around.network, known={**world.known, **{(k.network, k.platform): k for k in known}})
    effects = replace(effects, known=(*effects.known, *known))
    if not before or effects.gaps:
        return world, effects
    world, more = blind(world, Gap(event.now.t, event.now.t))
    return world, _with_gap(effects, more)


def reconfigured(world: World, event: Reconfigured, effects: Effects) -> tuple[World, Effects]:
    """Something else is watched: of whoever is gone nothing is known from now on."""
    gone = {p.id for p in world.platforms} - {p.id for p in event.platforms}
    unknown = blank(world, event.now.t, gone)
    effects = replace(effects, intervals=(*effects.intervals, *unknown))
    world = replace(world, states={**world.states, **{i.platform: i for i in unknown}})
    watched = {p.id: p for p in event.platforms}
    probes = {(p.id, probe.id) for p in event.platforms for probe in p.probes}
    same = {p.id for p in world.platforms if watched.get(p.id) == p}
    world = replace(
        world,
        platforms=event.platforms,
        controls=event.controls,
        roster=roster(event.platforms, event.controls),
        plan=schedule.changed(world.plan, event.platforms, event.controls, event.now.mono),
        # Of a platform whose file has changed only what its remaining probes saw still means the same.
        window={
            p: tuple(e for e in seen if p in same or (p, e.probe) in probes)
            for p, seen in world.window.items()
            if p in watched
        },
        control={c: e for c, e in world.control.items() if c in {x.probe.id for x in event.controls}},
        allowed=event.allowed if event.allowed is not None else world.allowed,
        pages=pages.changed(world.pages, event.platforms, event.now.mono),
        claims={p: said for p, said in world.claims.items() if p in watched},
        closely={p: until for p, until in world.closely.items() if p in watched},
        standings={p: s for p, s in world.standings.items() if p in watched},
        verdicts={p: v for p, v in world.verdicts.items() if p in watched},
        rows={p: row for p, row in world.rows.items() if p in watched},
    )
    return world, effects
