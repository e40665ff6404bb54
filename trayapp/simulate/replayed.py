"""What a replay says, in the contract's form: a state that has changed, an event of an incident."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trayapp.core.incident import WEIGHT, parts
from trayapp.core.model import Function, Scope, State
from trayapp.core.present import iso

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trayapp.core.model import Millis
    from trayapp.core.ports import Interval
    from trayapp.core.story import Event
    from trayapp.core.world import Effects, World

_SCOPES = (Scope.THEIRS, Scope.WIDESPREAD, Scope.YOUR_COUNTRY, Scope.YOUR_NETWORK, Scope.NOT_KNOWN)
"""The most telling first."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a replay says at ``t``: a line of the contract; the event, or whose state is now which, and why."""

    t: Millis
    line: Mapping[str, object]
    event: Event | None = None
    platform: str = ""
    state: State = State.UNKNOWN
    reasons: tuple[str, ...] = ()


def said_of(world: World, effects: Effects) -> Iterator[Said]:
    """All that one step says, in the ``world`` that it left: the states, then the events."""
    t = world.now.t
    for interval in effects.intervals:
        row = world.rows.get(interval.platform)
        why = row.reasons if row is not None and row.state is interval.state else ()
        yield Said(t, state_line(world, interval), None, interval.platform, interval.state, why)
    for event in effects.events:
        yield Said(t, event_line(event), event)


def event_line(event: Event) -> dict[str, object]:
    """The object for one event. ``state``: the worst of its members'; of an end, the worst that they had."""
    members = event.of.members
    open_ = [m for m in members if m.until is None] or members
    took = event.duration_ms
    return {
        "t": iso(event.t),
        "kind": event.kind.value,
        "incident": event.incident,
        "owner": event.of.owner,
        "platforms": [m.platform for m in open_],
        "state": max((m.state for m in open_), key=WEIGHT.__getitem__, default=State.UNKNOWN).value,
        "scope": min((m.scope for m in open_), key=_SCOPES.index, default=Scope.NOT_KNOWN).value,
        "functions": list(dict.fromkeys(f.value for m in open_ for f in m.functions)),
        "reasons": list(dict.fromkeys(m.reason for m in open_ if m.reason)),
        "duration_s": None if took is None else took / 1000,
    }


def state_line(world: World, interval: Interval) -> dict[str, object]:
    """The object for one platform whose state has changed, as ``world`` then shows it."""
    row = world.rows.get(interval.platform)
    lit = {State.UP, State.UNKNOWN}
    bad: list[Function] = [f for f, state in row.functions if state not in lit] if row is not None else []
    part = next((i.id for i, m in parts(world.incidents.values()) if m.platform == interval.platform), None)
    owner = row.owner if row is not None else next((p.owner for p in world.platforms if p.id == interval.platform), "")
    return {
        "t": iso(world.now.t),
        "kind": "state",
        "incident": part,
        "owner": owner,
        "platforms": [interval.platform],
        "state": interval.state.value,
        "scope": interval.scope.value,
        "functions": [f.value for f in bad],
        "reasons": list(row.reasons) if row is not None else [],
        "duration_s": None,
    }
