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
CONFIRM_GRID: Millis = 2 * SECOND
"""Suspects of one owner are asked together, so that one story is not told in pieces."""
LINGER_EVERY: Millis = HOST_LEAST
"""A lone host that keeps failing must do so for three minutes: no need to ask it every few seconds."""
RECOVER_EVERY: Millis = 20 * SECOND
LINE_EVERY: Millis = 48 * SECOND
"""Somebody must vouch for the line within its freshness of 60 s, with a margin for a slow answer."""
LINE_AGAIN: Millis = 2 * SECOND
NEVER: Millis = DAY
LINE_BACK_OFF: tuple[Millis, ...] = (6 * SECOND, 12 * SECOND, 24 * SECOND, 30 * SECOND)
SETTLE: Millis = 30 * SECOND
AT_MOST: Millis = 2 * SECOND
"""No question is put again sooner than this, whoever wants it."""
LOST = frozenset({Line.OFFLINE, Line.PORTAL, Line.RESOLVER})
ROUND: Millis = 2 * SECOND
"""How long a confirmed failure waits for the answers of its siblings before the story is told."""
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
    lingering: frozenset[Key] = frozenset()  # failed several times, and nothing else agrees
    around: frozenset[Key] = frozenset()  # hosts and siblings of a suspect: one look each
    failing: frozenset[Key] = frozenset()  # confirmed: their recovery is waited for
    recovering: frozenset[Key] = frozenset()  # the same, once any of their owner's has been well again
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
        # The nearest step: a question is put a moment after it was due, and must not lose a step each time for that.
        again[key] = _on_grid(mono + (every * (i + 1) // n if first else every) - GRID // 2)
    tries = plan.line_tries + any(key[0] == EVERYONE for key in keys)
    asked = {**plan.asked, **dict.fromkeys(keys, mono)}
    return replace(plan, due=again, asked=asked, away=plan.away | frozenset(keys), line_tries=tries)


def back(plan: Plan, key: Key) -> Plan:
    """Its answer has come."""
    return replace(plan, away=plan.away - {key})


def hasten(plan: Plan, need: Need, controls: Iterable[Control], line: Line, mono: Millis) -> Plan:
    """Bring forward what ``need`` asks for."""
    sooner: dict[Key, Millis] = {}
    paces = (
        (need.suspect, CONFIRM_EVERY),
        (need.around, CONFIRM_EVERY),
        (need.lingering, LINGER_EVERY),
        (need.failing, HOST_LEAST),
        (need.recovering, RECOVER_EVERY),
    )
    for keys, every in paces:
        for key in keys:
            sooner[key] = _on_grid(plan.asked[key] + every, CONFIRM_GRID) if key in plan.asked else mono
    last = max((plan.asked.get((EVERYONE, c.probe.id), 0) for c in controls), default=0)
    if line in LOST:
        line_at = last + LINE_BACK_OFF[min(plan.line_tries - 1, len(LINE_BACK_OFF) - 1)]
    elif need.line:
        line_at = last + LINE_AGAIN
    else:
        line_at = max(last + GRID, need.heard + LINE_EVERY)
    line_keys = frozenset((EVERYONE, c.probe.id) for c in controls)
    again = {k: min(at, sooner.get(k, at)) for k, at in plan.due.items()}
    # The line is the one thing that is put off: each time somebody else vouches for it.
    again |= {k: line_at for k in line_keys if k in plan.asked and plan.due[k] > mono}
    return replace(plan, due={k: max(mono, at) for k, at in again.items()})


def looking_round(plan: Plan, keys: Iterable[Key], mono: Millis) -> bool:
    """Whether some of ``keys`` were asked a moment ago and have not answered yet."""
    return any(key in plan.away and mono - plan.asked[key] < ROUND for key in keys)


def now_all(plan: Plan, mono: Millis) -> Plan:
    """Everything is due at once: the person asked, or a new line is being looked at.

    The line itself is asked about as ever: when nobody has lately vouched for it (see ``hasten``).
    """
    return replace(plan, due={k: max(mono, plan.asked.get(k, mono - AT_MOST) + AT_MOST) for k in plan.due})


def next_due(plan: Plan, line: Line) -> Millis | None:
    """When the engine must wake for a question; None when all are on their way."""
    lost = line in LOST
    waiting = [at for k, at in plan.due.items() if k not in plan.away and (k[0] == EVERYONE or not lost)]
    return min(waiting, default=None)


def _on_grid(mono: Millis, grid: Millis = GRID) -> Millis:
    return -(-mono // grid) * grid
