"""An outage that goes on is told again now and then, if the person wants that. Off by default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.core import notices
from trayapp.core.story import Event, EventKind, Notice, Phase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trayapp.core.model import Millis
    from trayapp.core.story import Incident
    from trayapp.core.world import World


def due(world: World) -> tuple[Notice, ...]:
    """What is to be told again now, each incident as it stands. None of it is tried again, or told later."""
    now = world.now.t
    return tuple(
        Notice(
            Event(incident.id, incident.events, EventKind.UPDATE, now, incident),
            f"{notices.REMINDER}{now}",
            now,
            now + notices.STALE,
        )
        for incident, at in _waits(world)
        if at <= now
    )


def wake(world: World) -> Millis | None:
    """Wall time at which the next is due."""
    return min((at for _, at in _waits(world)), default=None)


def _waits(world: World) -> Iterator[tuple[Incident, Millis]]:
    """Every incident that goes on and was told, and when it is told again."""
    every = world.allowed.remind
    if not every or world.around.quiet or world.wishes.paused:
        return
    busy = {n.event.incident for n in (*world.outbox, *world.speaking.values())}
    for incident in world.incidents.values():
        if incident.phase is not Phase.OPEN or incident.id in busy:
            continue
        if notices.wanted(Event(incident.id, incident.events, EventKind.UPDATE, world.now.t, incident), world.wishes):
            # A run that has not spoken of it yet counts from its own beginning.
            yield incident, world.said.get(incident.id, world.began) + every
