"""When other networks, and the public, are asked: with consent only, on suspicion or by the person's word.

Times here are ``mono`` milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from trayapp.core import schedule
from trayapp.core.model import MINUTE, SECOND, Line, Millis
from trayapp.core.question import Count, Look, Target

if TYPE_CHECKING:
    from trayapp.core.question import Errand, Platform
    from trayapp.core.world import Told, World

APART: Millis = 10 * MINUTE
"""Between two looks at one owner on suspicion."""
BY_HAND_APART: Millis = MINUTE
"""Between two that the person asked for."""
JITTER: Millis = 15 * SECOND
"""Not every Fanal asks in the same second about the same outage."""
COUNT_EVERY: Millis = 10 * MINUTE
TARGETS = 3


@dataclass(frozen=True, slots=True)
class Looked:
    """At one owner: when it is due and was last done, and whether somebody is at it."""

    due: Millis | None = None
    asked: Millis | None = None
    away: bool = False
    by_hand: bool = False


def hastened(world: World) -> World:
    """Mark the owners at whom somebody should look from elsewhere."""
    if not world.allowed.outside or world.line is not Line.OK:
        return world
    soon = {}
    for owner, mine in world.roster.owned.items():
        before = world.looks.get(owner, Looked())
        after = _wanted(world, owner, mine, before)
        if after != before:
            soon[owner] = after
    return replace(world, looks={**world.looks, **soon}) if soon else world


def _wanted(world: World, owner: str, mine: tuple[Platform, ...], before: Looked) -> Looked:
    mono = world.now.mono
    word = max((t.mono for p, t in world.wanted.items() if any(p == q.id for q in mine)), default=None)
    if word is not None and (before.asked is None or before.asked < word):
        at = max(mono, (before.asked if before.asked is not None else mono - BY_HAND_APART) + BY_HAND_APART)
        return replace(before, due=at, by_hand=True) if not before.by_hand else before
    if not any(_fails(world, p.id) for p in mine):
        return replace(before, due=None, by_hand=False)
    if before.due is not None:
        return before
    jitter = (world.plan.phase + 7919 * len(owner) * (1 + len(world.looks))) % JITTER
    again = before.asked + APART if before.asked is not None else mono
    return replace(before, due=max(mono + jitter, again))


def due(world: World) -> tuple[Errand, ...]:
    """The looks to take now, and whether to count."""
    if world.wishes.paused or world.line in schedule.LOST:
        return ()
    mono = world.now.mono
    wanted: list[Errand] = []
    for owner, each in world.looks.items() if world.allowed.outside else ():
        targets = _targets(world, owner) if each.due is not None and each.due <= mono and not each.away else ()
        if targets:
            wanted.append(Look(owner, targets, world.allowed.country, each.by_hand))
    if world.allowed.reports and world.count_due is not None and world.count_due <= mono:
        wanted.append(Count(tuple(p.id for p in world.platforms)))
    return tuple(wanted)


def put(world: World, errands: tuple[Errand, ...]) -> World:
    """They are on their way."""
    mono = world.now.mono
    looks = {e.owner: Looked(asked=mono, away=True) for e in errands if isinstance(e, Look)}
    if any(isinstance(e, Count) for e in errands):
        world = replace(world, count_due=None)
    return replace(world, looks={**world.looks, **looks}) if looks else world


def told(world: World, event: Told) -> World:
    """Somebody is back."""
    if event.errand == "count":
        return replace(world, count_due=world.now.mono + max(COUNT_EVERY, event.rest))
    owner = event.errand.removeprefix("look:")
    if owner == event.errand or owner not in world.looks:
        return world
    return replace(world, looks={**world.looks, owner: replace(world.looks[owner], away=False)})


def wake(world: World) -> Millis | None:
    """When the next is due."""
    if world.wishes.paused or world.line in schedule.LOST:
        return None
    looks = world.looks.values() if world.allowed.outside else ()
    waits = [e.due for e in looks if e.due is not None and not e.away]
    waits += [world.count_due] if world.allowed.reports and world.count_due is not None else []
    return min(waits, default=None)


def _fails(world: World, platform: str) -> bool:
    """Whether more than one sample failed: a single one is no reason to tell others."""
    standing = world.standings.get(platform)
    return standing is not None and bool(standing.failing or standing.lone or len(standing.suspect) > 1)


def _targets(world: World, owner: str) -> tuple[Target, ...]:
    """What fails, one question a host, each platform in its turn; where nothing does, the first of those spoken of."""
    mine: list[list[tuple[str, str]]] = []
    for p in world.roster.owned.get(owner, ()):
        standing = world.standings[p.id]
        bad = standing.failing | standing.lone | standing.suspect
        spoken = p.id in world.wanted or p.id in world.closely
        mine.append([(p.id, q.id) for q in p.probes if q.id in bad] or ([(p.id, p.probes[0].id)] if spoken else []))
    found: dict[str, Target] = {}
    for platform, probe in filter(None, chain.from_iterable(zip_longest(*mine))):
        asked = world.roster.probes[platform, probe]
        found.setdefault(asked.host, Target(platform, asked))
    return tuple(found.values())[:TARGETS]
