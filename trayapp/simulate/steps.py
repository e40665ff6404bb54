"""Moments of a recording → what the core was told, and what it went on from after a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.core.model import Evidence, Instant, Outcome, Source
from trayapp.core.ports import Around, Restored
from trayapp.core.wishes import Mute, Pause, Snooze, TellBack
from trayapp.core.world import Complained, Delivered, Reconfigured, Seen, Started, Surrounded, Tick, Told, Wished
from trayapp.storage.steps import Begun, Heard, Watched

if TYPE_CHECKING:
    from trayapp.core.world import Input, World
    from trayapp.storage.steps import Told as Step

HERE = frozenset({Source.DIRECT, Source.CONTROL})
"""Whose evidence is of this computer."""


def of_evidence(now: Instant, evidence: tuple[Evidence, ...]) -> Input:
    """What came together, of one source."""
    first = evidence[0]
    if first.source in HERE:
        return Seen(now, evidence)
    if first.source is Source.YOU and first.outcome is Outcome.FAILED:
        return Complained(now, first.platform)
    return Told(now, evidence)


def of_step(now: Instant, told: Step, before: World | None) -> Input:
    """What a step told the core; ``before``: the world that a restart goes on from, if there was one."""
    match told:
        case Begun():
            watched, old = told.watched, restored(told, before)
            return Started(now, watched.platforms, watched.controls, old, told.around)
        case Watched(platforms, controls):
            return Reconfigured(now, platforms, controls)
        case Around():
            return Surrounded(now, told)
        case Heard(key, delivery):
            return Delivered(now, key, delivery)
        case Mute() | Snooze() | TellBack() | Pause():
            return Wished(now, told)
        case _:
            return Tick(now)


def restored(begun: Begun, before: World | None) -> Restored:
    """What a history would have given back."""
    looked = Instant(begun.resumes, 0, "before") if begun.resumes is not None else None
    if before is None or looked is None:
        return Restored(looked=looked, wishes=begun.wishes)
    speaking = set(before.speaking)
    return Restored(
        incidents=tuple(before.incidents.values()),
        notices=tuple(n for n in before.outbox if n.key not in speaking),
        states=dict(before.states),
        looked=looked,
        known=tuple(before.known.values()),
        wishes=begun.wishes,
        paces=dict(before.paces),
    )
