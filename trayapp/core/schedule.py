"""What is asked when. An owner is asked often, by turns over its hosts; each host rarely; suspicion asks at once.

Times here are ``mono`` milliseconds: a changed wall clock neither hurries nor delays a question.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from trayapp.core.model import DAY, EVERYONE, MINUTE, SECOND, Line, Millis
from trayapp.core.turns import Turns, turns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trayapp.core.question import Control, Platform
    from trayapp.core.rest import Rest
    from trayapp.core.turns import Key

GRID: Millis = 6 * SECOND
CALM: Millis = 4 * GRID
"""While nothing is open nobody need look at the clock more often."""
OWNER_TURN: Millis = 15 * SECOND
HOST_LEAST, HOST_MOST = MINUTE, 3 * MINUTE
FRUGAL = 3
"""On battery or a metered line routine is so many times rarer."""
CONFIRM_EVERY: Millis = 8 * SECOND
CONFIRM_GRID: Millis = 2 * SECOND
"""Suspects of one owner are asked together, so that one story is not told in pieces."""
LINGER_EVERY: Millis = HOST_LEAST
"""A lone host that keeps failing must do so for three minutes: no need to ask it every few seconds."""
FAILING_EVERY, FEW_FAILING_EVERY, FEW = MINUTE, 40 * SECOND, 2
"""Of what is known to be broken, by turns; oftener where an owner has only one host or two that tell of its end."""
RECOVER_EVERY: Millis = 20 * SECOND
WELL_SPAN: Millis = 30 * SECOND + 200
"""Two good answers a little less far apart end an outage: the second is asked for as soon as it counts."""
LATE: Millis = 3 * SECOND
"""A question that is so long without an answer is a reason to look round before its time is out."""
CLOSELY_EVERY: Millis = 30 * SECOND
"""What the person complained of."""
LINE_EVERY: Millis = 48 * SECOND
"""Somebody must vouch for the line within its freshness of 60 s, with a margin for a slow answer."""
LINE_AGAIN: Millis = 4 * SECOND
NEVER: Millis = 36_500 * DAY
"""Until somebody brings it forward: the line, and what is asked on suspicion only."""
LINE_BACK_OFF: tuple[Millis, ...] = (6 * SECOND, 12 * SECOND, 24 * SECOND, 30 * SECOND)
SETTLE: Millis = 30 * SECOND
FEW_OWNERS = 12
AT_MOST: Millis = 2 * SECOND
"""No question is put again sooner than this, whoever wants it."""
AGAIN: Millis = 250
"""How soon a question that had to wait is looked at again."""
HOST_APART: Millis = 4 * SECOND
"""Between two questions to one host, whatever they are about."""
OWNER_BURST, OWNER_SPAN = 12, 10 * SECOND
ALL_BURST, ALL_SPAN = 40, 2 * SECOND
"""Bounds for an owner and for everybody together, whatever the need."""
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
    lately: tuple[tuple[Millis, Key], ...] = ()  # all that was put within OWNER_SPAN, oldest first
    away: frozenset[Key] = frozenset()
    rests: Mapping[Key, Rest] = field(default_factory=dict)
    turns: Turns = field(default_factory=Turns)
    phase: Millis = 0  # random: where in its round an owner begins
    frugal: bool = False
    line_tries: int = 0  # rounds of controls since the line was last well


@dataclass(frozen=True, slots=True)
class Need:
    """What the judge would like to know sooner than by routine."""

    suspect: frozenset[Key] = frozenset()  # failed, not confirmed
    lingering: frozenset[Key] = frozenset()  # failed several times, and nothing else agrees
    around: frozenset[Key] = frozenset()  # hosts and siblings of a suspect: one look each
    failing: frozenset[Key] = frozenset()  # confirmed: their recovery is waited for
    recovering: Mapping[Key, Millis] = field(default_factory=dict)  # failing, and well again since (mono)
    stirring: frozenset[Key] = frozenset()  # failing, and some host of their owner is well again
    closely: frozenset[Key] = frozenset()  # of what the person complained of
    line: bool = False  # a failure waits for somebody to vouch for the line
    heard: Millis = 0  # when anybody last vouched for it


def interval(witnesses: int, *, frugal: bool = False) -> Millis:
    """Routine between two questions to one host of an owner that has ``witnesses`` of them."""
    return max(HOST_LEAST, min(HOST_MOST, OWNER_TURN * witnesses)) * (FRUGAL if frugal else 1)


def begin(
    platforms: tuple[Platform, ...],
    controls: tuple[Control, ...],
    mono: Millis,
    phase: Millis = 0,
    *,
    frugal: bool = False,
) -> Plan:
    """Ask everybody once, now; the turns are spread from the second round on (see ``put``)."""
    order = turns(platforms, controls)
    keys = (*order.line, *(key for keys in order.owned.values() for key in keys))
    due = {key: mono + (i * FIRST_ROUND if order.routine(key) else NEVER) for i, key in enumerate(keys)}
    return Plan(due, turns=order, phase=phase, frugal=frugal)


def changed(plan: Plan, platforms: tuple[Platform, ...], controls: tuple[Control, ...], mono: Millis) -> Plan:
    """Somebody else is watched from now on: whoever is new is asked at once, whoever stays keeps its turn."""
    fresh = begin(platforms, controls, mono, plan.phase, frugal=plan.frugal)
    keep = {key for key in fresh.due if key in plan.due and plan.turns.host[key] == fresh.turns.host[key]}
    return replace(
        fresh,
        due={key: plan.due[key] if key in keep else _anew(plan, key, at) for key, at in fresh.due.items()},
        # Also of those who are gone: switched on again in a moment, they are not asked sooner for that.
        asked={key: at for key, at in plan.asked.items() if key in keep or mono - at < HOST_MOST},
        rests={key: rest for key, rest in plan.rests.items() if key in keep},
        away=frozenset(key for key in plan.away if key in keep),
        line_tries=plan.line_tries,
        lately=plan.lately,
    )


def _anew(plan: Plan, key: Key, mono: Millis) -> Millis:
    return max(mono, plan.asked[key] + AT_MOST) if key in plan.asked else mono


def paced(plan: Plan, mono: Millis, *, frugal: bool) -> Plan:
    """Ask more or less often from now on."""
    if frugal == plan.frugal:
        return plan
    plan = replace(plan, frugal=frugal)
    soon = {key: min(plan.due[key], _slot(plan, key, mono + GRID)) for key in plan.turns.place}
    return replace(plan, due={**plan.due, **soon})


def every(plan: Plan, key: Key) -> Millis:
    """The routine interval of ``key``; for what is asked on suspicion only, of the rarest routine."""
    place = plan.turns.place.get(key)
    return interval(place[1], frugal=plan.frugal) if place else HOST_MOST


def due(plan: Plan, mono: Millis, line: Line) -> tuple[Key, ...]:
    """The questions to put now. While the line is down only the line is asked about."""
    ready = [key for key, at in plan.due.items() if at <= mono and key not in plan.away]
    if not ready:
        return ()
    ready = [key for key in ready if key[0] == EVERYONE or line not in LOST]
    busy = {plan.turns.host[key] for key in plan.away}
    host = dict[str, Millis]()
    owner = dict[str, int]()
    lately = 0
    for at, key in plan.lately:
        if mono - at < OWNER_SPAN and key in plan.turns.host:
            host[plan.turns.host[key]] = at
            owner[plan.turns.owner[key]] = owner.get(plan.turns.owner[key], 0) + 1
            lately += mono - at < ALL_SPAN
    put_now = []
    for key in sorted(ready, key=lambda k: plan.due[k]):
        name, who = plan.turns.host[key], plan.turns.owner[key]
        if name in host and mono - host[name] < HOST_APART:
            continue
        if key[0] != EVERYONE and (name in busy or owner.get(who, 0) >= OWNER_BURST or lately >= ALL_BURST):
            continue
        busy.add(name)
        owner[who] = owner.get(who, 0) + 1
        lately += 1
        put_now.append(key)
    return tuple(put_now)


def put(plan: Plan, keys: Iterable[Key], mono: Millis) -> Plan:
    """Note that ``keys`` are on their way, and when each comes round again."""
    keys = tuple(keys)
    again = dict(plan.due)
    for key in keys:
        if key not in plan.turns.place:
            again[key] = mono + NEVER  # the line is asked about when nobody has been heard: see `hasten`
            continue
        # Its own turn, whatever brought it forward: else all who were asked at once would stay together for ever.
        # A question is put a moment after it was due, and must not lose its turn for that.
        soonest = mono + (OWNER_TURN if key not in plan.asked else max(HOST_LEAST, every(plan, key) // 2) - GRID)
        again[key] = _slot(plan, key, soonest)
    tries = plan.line_tries + any(key[0] == EVERYONE for key in keys)
    asked = {**plan.asked, **dict.fromkeys(keys, mono)}
    lately = (*((at, key) for at, key in plan.lately if mono - at < OWNER_SPAN), *((mono, key) for key in keys))
    away = plan.away | frozenset(keys)
    return replace(plan, due=again, asked=asked, lately=lately, away=away, line_tries=tries)


def _slot(plan: Plan, key: Key, soonest: Millis) -> Millis:
    """The first turn of ``key`` at ``soonest`` or later: its owner's hosts follow each other, evenly spread."""
    i, n = plan.turns.place[key]
    wait = every(plan, key)
    begins = int(wait * plan.turns.begins[plan.turns.owner[key]])
    if len(plan.turns.owned) <= FEW_OWNERS:
        begins -= begins % OWNER_TURN  # together with the turns of the others: a wake-up costs more than a question
    return _on_grid(soonest + (plan.phase + begins + wait * i // n - soonest) % wait)


def turn_at(plan: Plan, soonest: Millis) -> Millis:
    """The first turn of whatever owner at ``soonest`` or later."""
    return _on_grid(soonest + (plan.phase - soonest) % OWNER_TURN)


def back(plan: Plan, key: Key) -> Plan:
    """Its answer has come."""
    return replace(plan, away=plan.away - {key})


def hasten(plan: Plan, need: Need, line: Line, mono: Millis) -> Plan:
    """Bring forward what ``need`` asks for."""
    again: dict[Key, Millis] = {}
    paces = (
        (need.suspect, CONFIRM_EVERY),
        (need.around, CONFIRM_EVERY),
        (need.lingering, LINGER_EVERY),
        (need.recovering, RECOVER_EVERY),
        (need.stirring, RECOVER_EVERY),
        (need.closely, CLOSELY_EVERY),
    )
    wanted = [
        (key, _on_grid(plan.asked[key] + pace, CONFIRM_GRID) if key in plan.asked else mono)
        for keys, pace in paces
        for key in keys
    ]
    wanted += [(key, _turn(plan, key, need.failing)) for key in need.failing if key in plan.asked]
    for key, since in need.recovering.items():
        second = since + WELL_SPAN
        if plan.asked.get(key, 0) < second:
            wanted.append((key, second))
    for key, at in wanted:
        again[key] = max(mono, min(at, again.get(key, at), plan.due[key]))
    last = max((plan.asked.get(key, 0) for key in plan.turns.line), default=0)
    if line in LOST:
        line_at = last + LINE_BACK_OFF[max(0, min(plan.line_tries - 1, len(LINE_BACK_OFF) - 1))]
    elif need.line:
        line_at = last + LINE_AGAIN
    else:
        line_at = max(last + GRID, need.heard + LINE_EVERY * (FRUGAL if plan.frugal else 1))
    # The line is the one thing that is put off: each time somebody else vouches for it.
    again |= {k: max(mono, line_at) for k in plan.turns.line if k in plan.asked and plan.due[k] > mono}
    if all(plan.due[k] == at for k, at in again.items()):
        return plan
    return replace(plan, due={**plan.due, **again})


def _turn(plan: Plan, key: Key, failing: frozenset[Key]) -> Millis:
    """When a failing host is asked next: its owner's take turns."""
    mine = [k for k in plan.turns.owned[plan.turns.owner[key]] if k in failing]
    pace = FEW_FAILING_EVERY if len(mine) <= FEW else FAILING_EVERY
    place = pace * mine.index(key) // len(mine)
    soonest = plan.asked[key] + pace // 2
    return soonest + (place - soonest) % pace


def looking_round(plan: Plan, keys: Iterable[Key], mono: Millis) -> bool:
    """Whether some of ``keys`` were asked a moment ago and have not answered yet."""
    return any(key in plan.away and mono - plan.asked[key] < ROUND for key in keys)


def next_late(plan: Plan, mono: Millis) -> Millis | None:
    """When the next question on its way will be without an answer for so long that others are asked."""
    at = (plan.asked[key] + LATE for key in plan.away if key[0] != EVERYONE)
    return min((t for t in at if t > mono), default=None)


def now_all(plan: Plan, mono: Millis, keys: Iterable[Key] | None = None) -> Plan:
    """All of routine (or ``keys``) is due at once: the person asked, or a new line is being looked at.

    The line itself is asked about as ever: when nobody has lately vouched for it (see ``hasten``).
    """
    wanted = filter(plan.turns.routine, plan.due) if keys is None else keys
    soon = {k: max(mono, plan.asked.get(k, mono - AT_MOST) + AT_MOST) for k in wanted}
    return replace(plan, due={**plan.due, **soon})


def next_due(plan: Plan, mono: Millis, line: Line) -> Millis | None:
    """When the engine must wake for a question; None when all are on their way.

    Never now or before: what was not put at ``mono`` waits for another answer of its host, or for a bound to pass.
    """
    lost = line in LOST
    waiting = [at for k, at in plan.due.items() if k not in plan.away and (k[0] == EVERYONE or not lost)]
    at = min(waiting, default=None)
    return None if at is None else max(at, mono + AGAIN)


def _on_grid(mono: Millis, grid: Millis = GRID) -> Millis:
    return -(-mono // grid) * grid
