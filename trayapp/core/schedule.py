"""What is asked when. An owner is asked often, by turns over its hosts; each host rarely; suspicion asks at once.

Times here are ``mono`` milliseconds: a changed wall clock neither hurries nor delays a question.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from trayapp.core.model import DAY, EVERYONE, MINUTE, SECOND, Line, Millis

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trayapp.core.question import Control, Platform

Key: TypeAlias = "tuple[str, str]"
"""(platform, probe id); (EVERYONE, probe id) for a control."""

GRID: Millis = 6 * SECOND
OWNER_TURN: Millis = 15 * SECOND
HOST_LEAST, HOST_MOST = MINUTE, 3 * MINUTE
CONFIRM_EVERY: Millis = 8 * SECOND
RECOVER_EVERY: Millis = 20 * SECOND
LINE_EVERY: Millis = 48 * SECOND
"""Somebody must vouch for the line within its freshness of 60 s, with a margin for a slow answer."""
LINE_AGAIN: Millis = 2 * SECOND
NEVER: Millis = DAY
LINE_BACK_OFF: tuple[Millis, ...] = (6 * SECOND, 12 * SECOND, 24 * SECOND, 30 * SECOND)
SETTLE: Millis = 30 * SECOND
LOST = frozenset({Line.OFFLINE, Line.PORTAL, Line.RESOLVER})
FIRST_ROUND: Millis = 50
"""Between the very first questions, so that they do not leave in one burst."""


@dataclass(frozen=True, slots=True)
class Plan:
    """When each question is due, and which are on their way."""

    due: Mapping[Key, Millis] = field(default_factory=dict)
    asked: Mapping[Key, Millis] = field(default_factory=dict)  # when each was last put
    away: frozenset[Key] = frozenset()
    line_tries: int = 0  # rounds of controls since the line was last well


@dataclass(frozen=True, slots=True)
class Need:
    """What the judge would like to know sooner than by routine."""

    suspect: frozenset[Key] = frozenset()  # failed, not confirmed
    around: frozenset[Key] = frozenset()  # hosts and siblings of a suspect: one look each
    recovering: frozenset[Key] = frozenset()
    line: bool = False  # a failure waits for somebody to vouch for the line
    heard: Millis = 0  # when anybody last vouched for it


def interval(witnesses: int) -> Millis:
    """Routine between two questions to one host of an owner that has ``witnesses`` of them."""
    return max(HOST_LEAST, min(HOST_MOST, OWNER_TURN * witnesses))


def intervals(platforms: Iterable[Platform]) -> dict[Key, Millis]:
    """Each probe's routine interval."""
    return {key: interval(len(keys)) for keys in by_owner(platforms).values() for key in keys}


def by_owner(platforms: Iterable[Platform]) -> dict[str, list[Key]]:
    """Each owner's probes, dealt out so that neighbours in turn are different platforms."""
    out: dict[str, list[Key]] = {}
    platforms = tuple(platforms)
    for turn in range(max((len(p.probes) for p in platforms), default=0)):
        for p in platforms:
            if turn < len(p.probes):
                out.setdefault(p.owner, []).append((p.id, p.probes[turn].id))
    return out


def begin(platforms: Iterable[Platform], controls: Iterable[Control], mono: Millis) -> Plan:
    """Ask everybody once, now; the turns are spread from the second round on (see ``put``)."""
    keys = [(EVERYONE, c.probe.id) for c in controls]
    keys += [key for keys_ in by_owner(platforms).values() for key in keys_]
    return Plan({key: mono + i * FIRST_ROUND for i, key in enumerate(keys)})


def due(plan: Plan, mono: Millis, line: Line) -> tuple[Key, ...]:
    """The questions to put now. While the line is down only the line is asked about."""
    lost = line in LOST
    return tuple(
        key for key, at in plan.due.items() if at <= mono and key not in plan.away and (key[0] == EVERYONE or not lost)
    )


def put(plan: Plan, keys: Iterable[Key], platforms: tuple[Platform, ...], mono: Millis) -> Plan:
    """Note that ``keys`` are on their way, and when each comes round again."""
    keys = tuple(keys)
    turns = by_owner(platforms)
    place = {key: (i, len(owned)) for owned in turns.values() for i, key in enumerate(owned)}
    again = dict(plan.due)
    for key in keys:
        if key[0] == EVERYONE:
            again[key] = mono + NEVER  # the line is asked about when nobody has been heard: see `hasten`
            continue
        i, n = place[key]
        every = interval(n)
        first = key not in plan.asked
        again[key] = _on_grid(mono + (every * (i + 1) // n if first else every))
    return replace(plan, due=again, asked={**plan.asked, **dict.fromkeys(keys, mono)}, away=plan.away | frozenset(keys))


def back(plan: Plan, key: Key) -> Plan:
    """Its answer has come."""
    return replace(plan, away=plan.away - {key})


def hasten(plan: Plan, need: Need, controls: Iterable[Control], line: Line, mono: Millis) -> Plan:
    """Bring forward what ``need`` asks for; never put anything off."""
    sooner: dict[Key, Millis] = {}
    for keys, every in ((need.suspect, CONFIRM_EVERY), (need.around, CONFIRM_EVERY), (need.recovering, RECOVER_EVERY)):
        for key in keys:
            sooner[key] = plan.asked.get(key, mono - every) + every
    last = max((plan.asked.get((EVERYONE, c.probe.id), 0) for c in controls), default=0)
    if line in LOST:
        line_at = last + LINE_BACK_OFF[min(plan.line_tries, len(LINE_BACK_OFF) - 1)]
    elif need.line:
        line_at = last + LINE_AGAIN
    else:
        line_at = max(last + GRID, need.heard + LINE_EVERY)
    sooner |= {(EVERYONE, c.probe.id): line_at for c in controls}
    return replace(plan, due={k: max(mono, min(at, sooner.get(k, at))) for k, at in plan.due.items()})


def now_all(plan: Plan, mono: Millis) -> Plan:
    """Everything is due at once: the person asked, or a new line is being looked at."""
    return replace(plan, due=dict.fromkeys(plan.due, mono))


def next_due(plan: Plan, line: Line) -> Millis | None:
    """When the engine must wake for a question; None when all are on their way."""
    lost = line in LOST
    waiting = [at for k, at in plan.due.items() if k not in plan.away and (k[0] == EVERYONE or not lost)]
    return min(waiting, default=None)


def _on_grid(mono: Millis) -> Millis:
    return -(-mono // GRID) * GRID
