"""(World, Input) → (World, Effects): the one door into the core.

Each input passes the same way: time (gaps) → what it brings → line → standings → verdicts → incidents → notices →
questions. Nothing here knows a clock, a socket or a sentence.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trayapp.core import (
    assess,
    digest,
    gaps,
    intake,
    interrupts,
    looks,
    notices,
    pages,
    present,
    reminders,
    reply,
    rest,
    schedule,
    tell,
)
from trayapp.core.incident import interrupted, superseded
from trayapp.core.model import EVERYONE, SECOND, Instant, Line, Millis
from trayapp.core.ports import Claim, Delivery
from trayapp.core.roster import roster
from trayapp.core.story import EventKind, Phase
from trayapp.core.wishes import Wishes
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
    Seen,
    Started,
    Surrounded,
    Tick,
    Told,
    Wished,
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
        case Seen():
            about = {e.platform for e in event.evidence}
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
        outbox=digest.merged(old.notices, now.t),
        paces=old.paces,
        around=event.around,
        network=event.around.network,
        began=now.t,
        known={(k.network, k.platform): k for k in old.known},
        wishes=(old.wishes or Wishes()).at(now.t),
        plan=schedule.begin(event.platforms, event.controls, now.mono, event.phase, frugal=event.around.frugal),
        pages=pages.begin(event.platforms, now.mono),
        allowed=event.allowed,
        count_due=now.mono,
        unsaved=world.unsaved,
    )
    missed = gaps.before_start(old.looked, now)
    blank = interrupts.blank(world, missed[0].since) if missed else ()
    world = replace(world, states={**world.states, **{i.platform: i for i in blank}})
    ends = superseded(world.incidents.values(), now)
    world = replace(world, incidents={**world.incidents, **{e.incident: e.of for e in ends}})
    touched = (*(i for i in world.incidents.values() if i.phase is Phase.OPEN), *(e.of for e in ends))
    return world, Effects(gaps=missed, intervals=blank, incidents=touched, events=ends)


def _pass_time(world: World, now: Instant) -> tuple[World, Effects]:
    gap = gaps.between(world.now, now, world.wake)
    if gap is None:
        return replace(world, now=now), Effects()
    # Who waits to be said waits by the steady clock: a wall clock that is set makes nothing stale, nor holds it back.
    shift = gaps.set_by(world.now, now)
    outbox = tuple(replace(n, due=n.due + shift, stale=n.stale + shift) for n in world.outbox)
    return interrupts.blind(replace(world, now=now, outbox=outbox), gap)


def _take_in(world: World, event: Input, effects: Effects) -> tuple[World, Effects]:
    match event:
        case Answered() | Seen():
            world, effects = intake.came(world, event, effects)
        case Told():
            world = looks.told(pages.read(world, event), event)
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
            world, effects = interrupts.surrounded(world, event, effects)
        case Wished():
            world, effects = interrupts.wished(world, event, effects)
        case Reconfigured():
            world, effects = interrupts.reconfigured(world, event, effects)
    return world, effects


def _delivered(world: World, event: Delivered, effects: Effects) -> tuple[World, Effects]:
    notice = world.speaking.get(event.key)
    if notice is None:
        return world, effects
    world = replace(world, speaking={k: n for k, n in world.speaking.items() if k != event.key})
    muted = world.wishes.muted_until is not None and notice.event.kind is not EventKind.END
    over = muted or notices.overtaken(notice, world.incidents.values())
    if event.delivery is Delivery.REFUSED and not over:
        again = digest.AGAIN if notice.channel == digest.CHANNEL else AGAIN
        later = replace(notice, due=event.now.t + again)
        world = replace(world, outbox=(*world.outbox, later))
        return world, replace(effects, notices=(*effects.notices, (later, Claim.PENDING)))
    claim = Claim.STALE if event.delivery is Delivery.REFUSED else Claim.SAID
    return world, replace(effects, notices=(*effects.notices, (notice, claim)))


def _conclude(world: World, effects: Effects, owners: Collection[str]) -> tuple[World, Effects]:
    world, intervals, known = assess.platforms(world, owners)
    if owners is world.roster.owned:
        world = replace(world, judged_at=world.now.mono)
    effects = replace(effects, intervals=(*effects.intervals, *intervals), known=(*effects.known, *known))
    world, effects = tell.incidents(world, effects, owners)
    world = replace(world, wishes=world.wishes.at(world.now.t))
    world, effects = tell.notices_now(world, effects)
    world = looks.hastened(world)  # before whoever asked for a look is answered, and forgotten
    world, effects = reply.due(world, effects)
    world = present.with_rows(world, owners)
    world, effects = _ask(world, effects)
    # Paused, nothing is put: what is due meanwhile is no reason to look at the clock.
    put = None if world.wishes.paused else schedule.next_due(world.plan, world.now.mono, world.line)
    late = schedule.next_late(world.plan, world.now.mono)
    waits = [put, late, pages.wake(world), looks.wake(world), _notice_wake(world), reply.wake(world)]
    # Answers on their way bring their own input; a tick now and then keeps freshness and staleness true meanwhile.
    tick = schedule.CALM if _calm(world) else schedule.GRID
    wake = min([*(t for t in waits if t is not None), world.now.mono + tick])
    return replace(world, wake=wake), effects


def _calm(world: World) -> bool:
    """Whether nothing is open that time alone could settle soon."""
    if world.outbox or world.speaking or world.wanted or world.plan.away:
        return False
    if world.wishes.paused:
        return True
    return world.line is Line.OK and world.now.t >= world.counts_from and not assess.unsettled(world)


def _notice_wake(world: World) -> Millis | None:
    waits = [notices.next_due(world.outbox, quiet=world.around.quiet), reminders.wake(world)]
    at = min((t for t in waits if t is not None), default=None)
    return None if at is None else world.now.before(at).mono


def _ask(world: World, effects: Effects) -> tuple[World, Effects]:
    mono = world.now.mono
    plan = world.plan
    patient = _calm(world)
    if world.line not in schedule.LOST and plan.line_tries != 1:
        plan = replace(plan, line_tries=1)
    plan = schedule.hasten(plan, assess.need(world, plan), world.line, mono)
    keys = schedule.due(plan, mono, world.line) if not world.wishes.paused else ()
    if keys:
        plan = schedule.put(plan, keys, mono)
    asks = tuple(_question(world, key, patient=patient) for key in keys)
    world = pages.hastened(replace(world, plan=plan))
    reads, others = pages.due(world), looks.due(world)
    world = looks.put(pages.put(world, reads), others)
    return world, replace(effects, asks=asks, errands=(*reads, *others))


def _question(world: World, key: Key, *, patient: bool) -> Ask:
    probe = world.roster.probes[key]
    resting = key[0] != EVERYONE and rest.rests(world.plan.rests.get(key), world.now.mono)
    return Ask(key, rest.stand_in(probe) if resting else probe, patient)
