"""(World, Input) → (World, Effects): the one door into the core.

Each input passes the same way: time (gaps) → what it brings → line → standings → verdicts → incidents → notices →
questions. Nothing here knows a clock, a socket or a sentence.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trayapp.core import assess, gaps, notices, outcome, schedule
from trayapp.core.incident import RELAPSE, News, interrupted, step
from trayapp.core.line import vouches
from trayapp.core.model import (
    EVERYONE,
    MINUTE,
    SECOND,
    Event,
    EventKind,
    Evidence,
    Incident,
    Instant,
    Line,
    Millis,
    Phase,
    Scope,
    State,
)
from trayapp.core.ports import Claim, Delivery, Interval
from trayapp.core.world import Answered, Ask, CheckNow, Delivered, Effects, Input, Saved, Started, World

if TYPE_CHECKING:
    from trayapp.core.model import Notice

WINDOW: Millis = 20 * MINUTE
PER_PROBE = 32
ROUNDS: Millis = 10 * MINUTE
AGAIN: Millis = 30 * SECOND
"""A notice that its channel is known not to have shown is tried again this much later."""


def reduce(world: World, event: Input) -> tuple[World, Effects]:
    """Take in one input; what comes back is all that changed and all that is to be done."""
    if isinstance(event, Started):
        world, effects = _start(world, event)
    else:
        world, effects = _pass_time(world, event.now)
        world, effects = _take_in(world, event, effects)
    return _conclude(world, effects)


def _start(world: World, event: Started) -> tuple[World, Effects]:
    old = event.restored
    world = World(
        now=event.now,
        platforms=event.platforms,
        controls=event.controls,
        looks_from=event.now.t,
        counts_from=event.now.t + schedule.SETTLE,
        states=old.states,
        incidents={i.owner: interrupted(i) for i in sorted(old.incidents, key=lambda i: i.start.t)},
        outbox=old.notices,
        plan=schedule.begin(event.platforms, event.controls, event.now.mono),
        unsaved=world.unsaved,
    )
    missed = gaps.before_start(old.looked, event.now)
    blank = _blank(world, missed[0].since) if missed else ()
    world = replace(world, states={**world.states, **{i.platform: i for i in blank}})
    touched = tuple(i for i in world.incidents.values() if i.phase is Phase.OPEN)
    return world, Effects(gaps=missed, intervals=blank, incidents=touched)


def _pass_time(world: World, now: Instant) -> tuple[World, Effects]:
    gap = gaps.between(world.now, now, world.wake)
    if gap is None:
        return replace(world, now=now), Effects()
    incidents = {owner: interrupted(i) for owner, i in world.incidents.items()}
    blank = _blank(world, gap.since)
    world = replace(
        world,
        now=now,
        window={},
        control={},
        rounds=(),
        looks_from=now.t,
        heard={},
        line=Line.UNKNOWN,
        counts_from=now.t + schedule.SETTLE,
        incidents=incidents,
        states={**world.states, **{i.platform: i for i in blank}},
        plan=schedule.now_all(world.plan, now.mono),
    )
    touched = tuple(i for i in incidents.values() if i.phase is Phase.OPEN)
    return world, Effects(gaps=(gap,), intervals=blank, incidents=touched)


def _blank(world: World, since: Millis) -> tuple[Interval, ...]:
    """While nobody looks nothing is known: neither up nor down."""
    return tuple(
        Interval(p.id, State.UNKNOWN, Scope.NOT_KNOWN, assess.no_sooner(since, world.states[p.id].since, world.now.t))
        for p in world.platforms
        if p.id in world.states and world.states[p.id].state is not State.UNKNOWN
    )


def _take_in(world: World, event: Input, effects: Effects) -> tuple[World, Effects]:
    if isinstance(event, Answered):
        return _answered(world, event, effects)
    if isinstance(event, CheckNow):
        return replace(world, plan=schedule.now_all(world.plan, event.now.mono)), effects
    if isinstance(event, Delivered):
        return _delivered(world, event, effects)
    if isinstance(event, Saved):
        return replace(world, unsaved=not event.well), effects
    return world, effects


def _answered(world: World, event: Answered, effects: Effects) -> tuple[World, Effects]:
    world = replace(world, plan=schedule.back(world.plan, event.key), looked_at=event.answer.t)
    evidence = _evidence(world, event)
    if evidence is None:  # of a probe that is no longer watched
        return world, effects
    effects = replace(effects, evidence=(*effects.evidence, evidence))
    of_another_time = evidence.t > event.now.t + gaps.DISAGREE  # stamped before the clock was set back
    if evidence.began < world.looks_from or of_another_time:
        return world, effects
    if vouches(evidence, world.controls):
        last = max(evidence.t, world.heard.get(evidence.owner, 0))
        world = replace(world, heard={**world.heard, evidence.owner: last})
    if evidence.platform == EVERYONE:
        lately = tuple(e for e in world.rounds if e.t > evidence.t - ROUNDS)
        world = replace(world, control={**world.control, evidence.probe: evidence}, rounds=(*lately, evidence))
    else:
        world = replace(world, window={**world.window, evidence.platform: _kept(world, evidence)})
    return world, effects


def _evidence(world: World, event: Answered) -> Evidence | None:
    where, probe_id = event.key
    for control in world.controls:
        if where == EVERYONE and control.probe.id == probe_id:
            return outcome.of_line(control, event.answer)
    for platform in world.platforms:
        for probe in platform.probes:
            if (platform.id, probe.id) == event.key:
                return outcome.of_platform(platform, probe, event.answer)
    return None


def _kept(world: World, evidence: Evidence) -> tuple[Evidence, ...]:
    older = [e for e in world.window.get(evidence.platform, ()) if e.t > evidence.t - WINDOW]
    same = [e for e in older if e.probe == evidence.probe]
    drop = set(same[: max(0, len(same) - PER_PROBE + 1)])
    return (*(e for e in older if e not in drop), evidence)


def _delivered(world: World, event: Delivered, effects: Effects) -> tuple[World, Effects]:
    notice = world.speaking.get(event.key)
    if notice is None:
        return world, effects
    speaking = {k: n for k, n in world.speaking.items() if k != event.key}
    world = replace(world, speaking=speaking)
    if event.delivery is Delivery.REFUSED and not notices.overtaken(notice, world.incidents.values()):
        later = replace(notice, due=event.now.t + AGAIN)
        row = (later, Claim.PENDING)
        return replace(world, outbox=(*world.outbox, later)), replace(effects, notices=(*effects.notices, row))
    claim = Claim.STALE if event.delivery is Delivery.REFUSED else Claim.SAID
    return world, replace(effects, notices=(*effects.notices, (notice, claim)))


def _conclude(world: World, effects: Effects) -> tuple[World, Effects]:
    world = assess.line(world)
    world, intervals = assess.platforms(world)
    world, effects = _incidents(world, replace(effects, intervals=(*effects.intervals, *intervals)))
    world, effects = _speak(world, effects)
    world, effects = _ask(world, effects)
    waits = [t for t in (schedule.next_due(world.plan, world.line), _notice_wake(world)) if t is not None]
    # Answers on their way bring their own input; a tick a grid step keeps freshness and staleness true meanwhile.
    return replace(world, wake=min([*waits, world.now.mono + schedule.GRID])), effects


def _notice_wake(world: World) -> Millis | None:
    at = notices.next_due(world.outbox)
    return None if at is None else world.now.before(at).mono


def _incidents(world: World, effects: Effects) -> tuple[World, Effects]:
    now = world.now
    events: list[Event] = []
    changed: list[Incident] = []
    incidents, outbox, rows = dict(world.incidents), world.outbox, list(effects.notices)
    keys = schedule.by_owner(world.platforms)
    watched = {p.id for p in world.platforms}
    for owner in dict.fromkeys((*keys, *incidents)):
        before = incidents.get(owner)
        if before is not None and before.end is not None and now.since(before.end) > RELAPSE:
            del incidents[owner]
            before = None
        if (before is None or before.phase is Phase.CLOSED) and schedule.looking_round(
            world.plan, keys.get(owner, ()), now.mono
        ):
            continue  # the answers of its siblings are on their way: one story, told once, with all who are in it
        news = tuple(n for p in world.platforms if p.owner == owner and (n := _news(world, p.id)) is not None)
        left = _no_longer_watched(before, watched, now.t)
        already = not any(n.platform in world.seen_well for n in news if n.bad)
        after, happened = step(before, owner, (*news, *left), now, already=already)
        if after is not None and after != before:
            incidents[owner] = after
            changed.append(after)
        for event in happened:
            events.append(event)
            if event.kind is EventKind.END and left and not news:
                continue  # it is watched no more: to say that it works again would be a guess
            outbox, needless = notices.plan(outbox, event, before, world.said, now.t)
            rows += [(n, Claim.STALE) for n in needless]
            rows += [(n, Claim.PENDING) for n in outbox if n.event.incident == event.incident]
    world = replace(world, incidents=incidents, outbox=outbox)
    return world, replace(
        effects,
        events=tuple(events),
        incidents=(*effects.incidents, *changed),
        notices=tuple(rows),
    )


def _no_longer_watched(incident: Incident | None, watched: set[str], now: Millis) -> tuple[News, ...]:
    """Whoever is not watched any more leaves the story, which must not stay open for ever."""
    members = incident.members if incident is not None and incident.phase is Phase.OPEN else ()
    gone = (m.platform for m in members if m.until is None and m.platform not in watched)
    return tuple(News(platform, State.UP, Scope.NOT_KNOWN, (), now) for platform in gone)


def _news(world: World, platform: str) -> News | None:
    verdict, standing = world.verdicts[platform], world.standings[platform]
    if verdict.state is State.UNKNOWN:
        return None
    bad = verdict.state not in {State.UP, State.SLOW}
    since = standing.since if bad else standing.well_since
    functions = assess.broken_functions(world, platform)
    return News(platform, verdict.state, verdict.scope, functions, since or world.now.t, standing.failing)


def _speak(world: World, effects: Effects) -> tuple[World, Effects]:
    now = world.now.t
    old, ripe = notices.stale(world.outbox, now), notices.ripe(world.outbox, now)
    if not old and not ripe:
        return world, effects
    gone: set[Notice] = {*old, *ripe}
    world = replace(
        world,
        outbox=tuple(n for n in world.outbox if n not in gone),
        speaking={**world.speaking, **{n.key: n for n in ripe}},
        said={**world.said, **{n.event.incident: now for n in ripe}},
    )
    rows = (*effects.notices, *((n, Claim.STALE) for n in old), *((n, Claim.CLAIMED) for n in ripe))
    return world, replace(effects, notices=rows, say=ripe)


def _ask(world: World, effects: Effects) -> tuple[World, Effects]:
    mono = world.now.mono
    plan = world.plan if world.line in schedule.LOST else replace(world.plan, line_tries=1)
    plan = schedule.hasten(plan, assess.need(world, plan), world.controls, world.line, mono)
    keys = schedule.due(plan, mono, world.line)
    if keys:
        plan = schedule.put(plan, keys, world.platforms, mono)
    probes = {(EVERYONE, c.probe.id): c.probe for c in world.controls}
    probes |= {(p.id, probe.id): probe for p in world.platforms for probe in p.probes}
    return replace(world, plan=plan), replace(effects, asks=tuple(Ask(key, probes[key]) for key in keys))
