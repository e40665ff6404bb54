"""(World, Input) → (World, Effects): the one door into the core.

Each input passes the same way: time (gaps) → what it brings → line → standings → verdicts → incidents → notices →
questions. Nothing here knows a clock, a socket or a sentence.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trayapp.core import assess, conditions, digest, gaps, intake, notices, present, rest, schedule, tell
from trayapp.core.incident import interrupted
from trayapp.core.model import EVERYONE, SECOND, Gap, Instant, Line, Millis, Scope, State
from trayapp.core.ports import Claim, Delivery, Interval
from trayapp.core.roster import roster
from trayapp.core.story import Phase
from trayapp.core.world import (
    Answered,
    Ask,
    CheckNow,
    Complained,
    Delivered,
    Effects,
    Input,
    Reconfigured,
    Saved,
    Started,
    Surrounded,
    Tick,
    Told,
    World,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from trayapp.core.turns import Key

AGAIN: Millis = 30 * SECOND
"""A notice that its channel is known not to have shown is tried again this much later."""


def reduce(world: World, event: Input) -> tuple[World, Effects]:
    """Take in one input; what comes back is all that changed and all that is to be done."""
    line = world.line
    if isinstance(event, Started):
        world, effects = _start(world, event)
    else:
        world, effects = _pass_time(world, event.now)
        world, effects = _take_in(world, event, effects)
    world = assess.line(world)
    return _conclude(world, effects, _whom(world, event, everybody=line is not world.line or bool(effects.gaps)))


def _whom(world: World, event: Input, *, everybody: bool) -> Collection[str]:
    """Whose standing may have changed. Everybody's, once a grid step: samples grow old by themselves."""
    step = world.judged_at is None or world.now.mono // schedule.GRID != world.judged_at // schedule.GRID
    match event:
        case _ if everybody or step:
            return world.roster.owned
        case Answered():
            about = {event.key[0]}
        case Told():
            about = {e.platform for e in event.claims}
        case Complained():
            about = {event.platform}
        case Tick() | CheckNow() | Delivered() | Saved():
            about = set()
        case _:
            return world.roster.owned
    watched = world.roster.platforms
    return assess.unsettled(world) | {watched[p].owner for p in about if p in watched}


def _start(world: World, event: Started) -> tuple[World, Effects]:
    old, now = event.restored, event.now
    world = World(
        now=now,
        platforms=event.platforms,
        controls=event.controls,
        roster=roster(event.platforms, event.controls),
        looks_from=now.t,
        counts_from=now.t + schedule.SETTLE,
        states=old.states,
        incidents={i.id: interrupted(i) for i in sorted(old.incidents, key=lambda i: i.start.t)},
        outbox=old.notices,
        paces=old.paces,
        around=event.around,
        network=event.around.network,
        began=now.t,
        known={(k.network, k.platform): k for k in old.known},
        plan=schedule.begin(event.platforms, event.controls, now.mono, event.phase, frugal=event.around.frugal),
        unsaved=world.unsaved,
    )
    missed = gaps.before_start(old.looked, now)
    blank = _blank(world, missed[0].since) if missed else ()
    world = replace(world, states={**world.states, **{i.platform: i for i in blank}})
    touched = tuple(i for i in world.incidents.values() if i.phase is Phase.OPEN)
    return world, Effects(gaps=missed, intervals=blank, incidents=touched)


def _pass_time(world: World, now: Instant) -> tuple[World, Effects]:
    gap = gaps.between(world.now, now, world.wake)
    if gap is None:
        return replace(world, now=now), Effects()
    # Who waits to be said waits by the steady clock: a wall clock that is set makes nothing stale, nor holds it back.
    shift = gaps.set_by(world.now, now)
    outbox = tuple(replace(n, due=n.due + shift, stale=n.stale + shift) for n in world.outbox)
    return _blind(replace(world, now=now, outbox=outbox), gap)


def _blind(world: World, gap: Gap) -> tuple[World, Effects]:
    """Nobody looked in ``gap``, or what was seen was seen elsewhere: what is known of the moment is forgotten."""
    now = world.now
    incidents = {id_: interrupted(i) for id_, i in world.incidents.items()}
    blank = _blank(world, gap.since)
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
        states={**world.states, **{i.platform: i for i in blank}},
        plan=schedule.now_all(world.plan, now.mono),
    )
    touched = tuple(i for i in incidents.values() if i.phase is Phase.OPEN)
    return world, Effects(gaps=(gap,), intervals=blank, incidents=touched)


def _blank(world: World, since: Millis, among: Collection[str] | None = None) -> tuple[Interval, ...]:
    """While nobody looks (at ``among``) nothing is known: neither up nor down."""
    return tuple(
        Interval(id_, State.UNKNOWN, Scope.NOT_KNOWN, assess.no_sooner(since, last.since, world.now.t))
        for id_, last in world.states.items()
        if last.state is not State.UNKNOWN and (among is None or id_ in among)
    )


def _take_in(world: World, event: Input, effects: Effects) -> tuple[World, Effects]:
    match event:
        case Answered():
            world, effects = intake.answered(world, event, effects)
        case Told():
            world, effects = intake.told(world, event, effects)
        case Complained():
            world, effects = intake.complained(world, event, effects)
        case CheckNow():
            world = replace(world, plan=schedule.now_all(world.plan, event.now.mono))
        case Delivered():
            world, effects = _delivered(world, event, effects)
        case Saved():
            world = replace(world, unsaved=not event.well)
        case Surrounded():
            world, effects = _surrounded(world, event, effects)
        case Reconfigured():
            blank = _blank(world, event.now.t, {p.id for p in world.platforms} - {p.id for p in event.platforms})
            world = _reconfigured(world, event)
            world = replace(world, states={**world.states, **{i.platform: i for i in blank}})
            effects = replace(effects, intervals=(*effects.intervals, *blank))
    return world, effects


def _surrounded(world: World, event: Surrounded, effects: Effects) -> tuple[World, Effects]:
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
    world, more = _blind(world, Gap(event.now.t, event.now.t))
    return world, replace(
        effects,
        gaps=more.gaps,
        intervals=(*effects.intervals, *more.intervals),
        incidents=(*effects.incidents, *more.incidents),
    )


def _reconfigured(world: World, event: Reconfigured) -> World:
    watched = {p.id: p for p in event.platforms}
    probes = {(p.id, probe.id) for p in event.platforms for probe in p.probes}
    same = {p.id for p in world.platforms if watched.get(p.id) == p}
    return replace(
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
        claims={p: said for p, said in world.claims.items() if p in watched},
        closely={p: until for p, until in world.closely.items() if p in watched},
        standings={p: s for p, s in world.standings.items() if p in watched},
        verdicts={p: v for p, v in world.verdicts.items() if p in watched},
        rows={p: row for p, row in world.rows.items() if p in watched},
    )


def _delivered(world: World, event: Delivered, effects: Effects) -> tuple[World, Effects]:
    notice = world.speaking.get(event.key)
    if notice is None:
        return world, effects
    speaking = {k: n for k, n in world.speaking.items() if k != event.key}
    world = replace(world, speaking=speaking)
    if event.delivery is Delivery.REFUSED and not notices.overtaken(notice, world.incidents.values()):
        again = digest.AGAIN if notice.channel == digest.CHANNEL else AGAIN
        later = replace(notice, due=event.now.t + again)
        row = (later, Claim.PENDING)
        return replace(world, outbox=(*world.outbox, later)), replace(effects, notices=(*effects.notices, row))
    claim = Claim.STALE if event.delivery is Delivery.REFUSED else Claim.SAID
    return world, replace(effects, notices=(*effects.notices, (notice, claim)))


def _conclude(world: World, effects: Effects, owners: Collection[str]) -> tuple[World, Effects]:
    world, intervals, known = assess.platforms(world, owners)
    if owners is world.roster.owned:
        world = replace(world, judged_at=world.now.mono)
    effects = replace(effects, intervals=(*effects.intervals, *intervals), known=(*effects.known, *known))
    world, effects = tell.incidents(world, effects, owners)
    world, effects = tell.notices_now(world, effects)
    world = present.with_rows(world, owners)
    world, effects = _ask(world, effects)
    waits = [schedule.next_due(world.plan, world.now.mono, world.line), _notice_wake(world)]
    # Answers on their way bring their own input; a tick a grid step keeps freshness and staleness true meanwhile.
    wake = min([*(t for t in waits if t is not None), world.now.mono + schedule.GRID])
    return replace(world, wake=wake), effects


def _notice_wake(world: World) -> Millis | None:
    at = notices.next_due(world.outbox)
    return None if at is None else world.now.before(at).mono


def _ask(world: World, effects: Effects) -> tuple[World, Effects]:
    mono = world.now.mono
    plan = world.plan
    if world.line not in schedule.LOST and plan.line_tries != 1:
        plan = replace(plan, line_tries=1)
    plan = schedule.hasten(plan, assess.need(world, plan), world.line, mono)
    keys = schedule.due(plan, mono, world.line)
    if keys:
        plan = schedule.put(plan, keys, mono)
    return replace(world, plan=plan), replace(effects, asks=tuple(_question(world, key, mono) for key in keys))


def _question(world: World, key: Key, mono: Millis) -> Ask:
    probe = world.roster.probes[key]
    resting = key[0] != EVERYONE and rest.rests(world.plan.rests.get(key), mono)
    return Ask(key, rest.stand_in(probe) if resting else probe)
