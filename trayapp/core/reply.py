"""The answer to a person who says that a platform does not work for them: within seconds, whatever was seen by then."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trayapp.core import assess, claims
from trayapp.core.model import SECOND, Line, Millis, State
from trayapp.core.ports import Reply

if TYPE_CHECKING:
    from trayapp.core.model import Instant
    from trayapp.core.world import Effects, World

PATIENCE: Millis = 12 * SECOND
"""The answer is due within 15 s; some of that is the way to the screen."""


def due(world: World, effects: Effects) -> tuple[World, Effects]:
    """Answer whoever has waited for long enough, or need not wait any more."""
    ready = {p: t for p, t in world.wanted.items() if _ready(world, p, t)}
    if not ready:
        return world, effects
    replies = tuple(_reply(world, p, t.t) for p, t in ready.items() if p in world.verdicts)
    world = replace(world, wanted={p: t for p, t in world.wanted.items() if p not in ready})
    return world, replace(effects, replies=replies)


def wake(world: World) -> Millis | None:
    """Steady time at which somebody must be answered at the latest."""
    return min((t.mono + PATIENCE for t in world.wanted.values()), default=None)


def _ready(world: World, platform: str, asked: Instant) -> bool:
    """Whether everybody of the owner has answered since; or time is up."""
    watched = world.roster.platforms.get(platform)
    if watched is None or world.now.since(asked) >= PATIENCE:
        return True
    keys = world.plan.turns.owned.get(watched.owner, ())
    answered = {
        (p.id, e.probe)
        for p in world.roster.owned[watched.owner]
        for e in world.window.get(p.id, ())
        if e.began >= asked.t
    }
    known = world.line is not Line.UNKNOWN and world.verdicts[platform].state is not State.UNKNOWN
    return known and all(key in answered for key in keys)


def _reply(world: World, platform: str, asked: Millis) -> Reply:
    owner = world.roster.platforms[platform].owner
    well = tuple(
        p.id
        for p in world.roster.owned[owner]
        if p.id != platform and world.verdicts[p.id].state in {State.UP, State.SLOW}
    )
    return Reply(
        platform=platform,
        asked=asked,
        verdict=world.verdicts[platform],
        depth=world.standings[platform].depth,
        line=world.line,
        official=claims.official(world.claims.get(platform, {}), world.now.t),
        still_well=well,
        functions=assess.broken_functions(world, platform),
        said=claims.quote(world.claims.get(platform, {}), world.now.t),
    )
