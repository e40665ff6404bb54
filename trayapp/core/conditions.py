"""How a network is: what never answered on it, or has not for a day, is no outage but a standing condition.

Such a platform makes no incident and leaves the overall icon alone; its own row still says that it does not answer
here. What is known of a network is kept for the next time that this computer is on it.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from trayapp.core.model import DAY, Millis, Outcome, Scope, Source, State
from trayapp.core.ports import Known

if TYPE_CHECKING:
    from trayapp.core.judge import Verdict
    from trayapp.core.model import Evidence
    from trayapp.core.world import World


class Condition(StrEnum):
    """What is so on a network without being an outage."""

    STANDING = "standing"
    PAGE_UNREAD = "page_unread"  # its own page could not be read for hours: what only it can know, nobody sees


LASTS: Millis = DAY
"""Silence that has lasted so long on a network is how it is there."""


def known(world: World, platform: str) -> Known:
    """What is remembered of ``platform`` on the present network."""
    return world.known.get((world.network, platform)) or Known(world.network, platform)


def named(world: World, network: str) -> tuple[Known, ...]:
    """What this run saw before the network had a name belongs to ``network``, which is now known to be its name."""
    if world.network:
        return ()
    seen = (k for (where, _), k in world.known.items() if where == "" and (k.reached or 0) >= world.began)
    return tuple(replace(k, network=network) for k in seen if (network, k.platform) not in world.known)


def stands(world: World, platform: str) -> bool:
    """Whether its silence is a standing condition here, as it is judged now."""
    verdict = world.verdicts.get(platform)
    return verdict is not None and _silent(verdict) and known(world, platform).standing is not None


def _silent(verdict: Verdict) -> bool:
    """Whether it does not answer here, or not everywhere: one that comes back does so host by host."""
    return verdict.accuses and verdict.scope not in {Scope.THEIRS, Scope.WIDESPREAD}


def answered(world: World, evidence: Evidence) -> Known | None:
    """What is new when ``evidence`` came: that the platform has answered on this network at last."""
    if evidence.source is not Source.DIRECT:
        return None
    now = known(world, evidence.platform)
    came = evidence.reached or evidence.outcome in {Outcome.OK, Outcome.SLOW}
    return replace(now, reached=evidence.t) if came and now.reached is None else None


def judged(world: World, platform: str) -> Known | None:
    """What is new after ``platform`` was judged: that its silence is a condition from now on, or no longer is."""
    now, verdict = known(world, platform), world.verdicts[platform]
    if verdict.state is State.UNREACHABLE and now.standing is None:
        lasted = _in_an_incident(world, platform)
        if lasted >= LASTS if lasted is not None else now.reached is None:
            return replace(now, standing=world.now.t)
    elif not _silent(verdict) and verdict.state is not State.UNKNOWN and now.standing is not None:
        return replace(now, standing=None)
    return None


def _in_an_incident(world: World, platform: str) -> Millis | None:
    """How long an open incident says that it is silent; restarts and gaps do not shorten that. None: none says so."""
    for incident in world.incidents.values():
        for m in incident.members:
            if m.platform == platform and m.until is None:
                # By both clocks: a wall clock that is set a day ahead makes no condition.
                lasted = min(world.now.since(incident.start), world.now.t - m.since)
                return lasted if m.state is State.UNREACHABLE else 0
    return None
