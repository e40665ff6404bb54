"""What comes in is taken in: answers of probes, claims of others, a complaint of the person. Nothing is judged here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trayapp.core import claims, conditions, gaps, outcome, rest, schedule
from trayapp.core.line import PROMPT, vouches
from trayapp.core.model import EVERYONE, MINUTE, Evidence, Millis, Outcome, Source
from trayapp.core.pace import Pace
from trayapp.core.world import Seen

if TYPE_CHECKING:
    from trayapp.core.model import Instant
    from trayapp.core.turns import Key
    from trayapp.core.world import Answered, Complained, Effects, Told, World

WINDOW: Millis = 20 * MINUTE
PER_PROBE = 64
"""Enough for a whole window of what is asked every ``schedule.RECOVER_EVERY``: a long good run must be seen whole."""
ROUNDS: Millis = 10 * MINUTE
COMPARED: Millis = 4 * MINUTE
"""So long an answer of others shows that all is quick: a late answer asks the controls anew (``assess.need``)."""
CLOSELY: Millis = 30 * MINUTE
"""For so long after a complaint its platform is watched closely."""


def came(world: World, event: Answered | Seen, effects: Effects) -> tuple[World, Effects]:
    """What this computer was answered: still to be judged, or judged already."""
    return seen(world, event, effects) if isinstance(event, Seen) else answered(world, event, effects)


def answered(world: World, event: Answered, effects: Effects) -> tuple[World, Effects]:
    """An answer to a question that was put."""
    world = replace(world, plan=schedule.back(world.plan, event.key), looked_at=event.answer.t)
    evidence = _evidence(world, event)
    if evidence is None:  # of a probe that is no longer watched
        return world, effects
    if _counts(world, evidence, event.now) and _late(world, event.key, evidence) and _others_are_quick(world, evidence):
        evidence = replace(evidence, outcome=Outcome.SLOW)
    return _taken(world, event.now, event.key, evidence, effects)


def seen(world: World, event: Seen, effects: Effects) -> tuple[World, Effects]:
    """Answers that were judged when they came: all that ``answered`` does, but for that."""
    for evidence in event.evidence:
        key = (evidence.platform, evidence.probe)
        world = replace(world, plan=schedule.back(world.plan, key), looked_at=evidence.t)
        if key in world.roster.probes:
            world, effects = _taken(world, event.now, key, evidence, effects)
    return world, effects


def _counts(world: World, evidence: Evidence, now: Instant) -> bool:
    """Whether it tells of the present: neither from before a gap nor from another time."""
    of_another_time = evidence.t > now.t + gaps.DISAGREE  # stamped before the clock was set back
    return evidence.began >= world.looks_from and not of_another_time


def _taken(world: World, now: Instant, key: Key, evidence: Evidence, effects: Effects) -> tuple[World, Effects]:
    counts = _counts(world, evidence, now)
    if counts and evidence.platform != EVERYONE:
        late = evidence.outcome is Outcome.SLOW or _late(world, key, evidence)
        world = _lagging(world, evidence, late=late)
    effects = replace(effects, evidence=(*effects.evidence, evidence))
    world = replace(world, plan=_rested(world, now, key, evidence))
    if not counts:
        return world, effects
    if vouches(evidence, world.controls):
        last = max(evidence.t, world.heard.get(evidence.owner, 0))
        world = replace(world, heard={**world.heard, evidence.owner: last})
        if evidence.waited is not None:
            world = replace(world, waits={**world.waits, evidence.owner: (evidence.t, evidence.waited)})
    if evidence.platform == EVERYONE:
        lately = tuple(e for e in world.rounds if e.t > evidence.t - ROUNDS)
        return replace(world, control={**world.control, evidence.probe: evidence}, rounds=(*lately, evidence)), effects
    world = replace(world, window={**world.window, evidence.platform: _kept(world, evidence)})
    world = _paced(world, key, evidence)
    known = conditions.answered(world, evidence)
    if known is not None:
        world = replace(world, known={**world.known, (known.network, known.platform): known})
        effects = replace(effects, known=(*effects.known, known))
    return world, effects


def told(world: World, event: Told, effects: Effects) -> tuple[World, Effects]:
    """Claims of others."""
    said = dict(world.claims)
    for e in event.claims:
        if e.platform in world.roster.platforms:
            said[e.platform] = claims.told(said.get(e.platform, {}), e)
    for p in {e.platform for e in event.claims} & said.keys():
        said[p] = claims.superseded(said[p], (e for e in event.claims if e.platform == p))
    return replace(world, claims=said), replace(effects, evidence=(*effects.evidence, *event.claims))


def complained(world: World, event: Complained, effects: Effects) -> tuple[World, Effects]:
    """The person says that it does not work: everybody of that owner is asked at once, and closely for a while."""
    platform = world.roster.platforms.get(event.platform)
    if platform is None:
        return world, effects
    said = Evidence(event.now.t, platform.id, Source.YOU, Outcome.FAILED, owner=platform.owner)
    keys = (*world.plan.turns.owned.get(platform.owner, ()), *world.plan.turns.line)
    world = replace(
        world,
        claims={**world.claims, platform.id: claims.told(world.claims.get(platform.id, {}), said)},
        closely={**world.closely, platform.id: event.now.mono + CLOSELY},
        wanted={**world.wanted, platform.id: event.now},
        plan=schedule.now_all(world.plan, event.now.mono, keys),
    )
    return world, replace(effects, evidence=(*effects.evidence, said))


def _evidence(world: World, event: Answered) -> Evidence | None:
    where, probe_id = event.key
    if where == EVERYONE:
        control = world.roster.controls.get(probe_id)
        return outcome.of_line(control, event.answer) if control is not None else None
    platform, probe = world.roster.platforms.get(where), world.roster.probes.get(event.key)
    return outcome.of_platform(platform, probe, event.answer) if platform is not None and probe is not None else None


def _kept(world: World, evidence: Evidence) -> tuple[Evidence, ...]:
    older = [e for e in world.window.get(evidence.platform, ()) if e.t > evidence.t - WINDOW]
    same = [e for e in older if e.probe == evidence.probe]
    if len(same) >= PER_PROBE:
        drop = set(same[: len(same) - PER_PROBE + 1])
        older = [e for e in older if e not in drop]
    return (*older, evidence)


def _rested(world: World, now: Instant, key: Key, evidence: Evidence) -> schedule.Plan:
    plan = world.plan
    before = plan.rests.get(key)
    if key[0] == EVERYONE or world.roster.probes[key].kind != "http":
        return plan
    after = rest.after(before, evidence, now.mono)
    if after is before:
        return plan
    others = {k: r for k, r in plan.rests.items() if k != key}
    return replace(plan, rests=others if after is None else {**others, key: after})


def _late(world: World, key: Key, evidence: Evidence) -> bool:
    """Whether a good answer came much later than usual."""
    waited = evidence.waited
    if evidence.outcome is not Outcome.OK or waited is None or waited <= PROMPT:
        return False
    return _whole(world, key, evidence) and world.paces.get(key, Pace()).slow(waited)


def _others_are_quick(world: World, evidence: Evidence) -> bool:
    others = [w for owner, (t, w) in world.waits.items() if owner != evidence.owner and evidence.t - t <= COMPARED]
    return sum(w <= PROMPT for w in others) * 2 > len(others)


def _lagging(world: World, evidence: Evidence, *, late: bool) -> World:
    if late:
        return replace(world, lagging={**world.lagging, evidence.platform: evidence.t})
    if evidence.platform not in world.lagging:
        return world
    return replace(world, lagging={p: t for p, t in world.lagging.items() if p != evidence.platform})


def _paced(world: World, key: Key, evidence: Evidence) -> World:
    waited = evidence.waited
    good = evidence.outcome in {Outcome.OK, Outcome.SLOW}
    if not good or waited is None or not _whole(world, key, evidence):
        return world
    pace = world.paces.get(key, Pace()).took(evidence.t, waited)
    return replace(world, paces={**world.paces, key: pace})


def _whole(world: World, key: Key, evidence: Evidence) -> bool:
    """Whether the question itself was answered: the handshake that stands in for a resting one is quicker."""
    return evidence.status is not None or world.roster.probes[key].kind != "http"
