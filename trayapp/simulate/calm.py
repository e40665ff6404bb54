"""What may be passed over: while all stands as it stood, one more answer of the same kind changes nothing.

A day of twenty platforms is some thirty thousand answers, nearly all of them like the one before. To judge everybody
after each takes half a minute; to know that nothing can have changed takes a look at one number. What was passed over
is handed in together as soon as anything else happens, and the world is then what it would have been.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, TypeAlias

from trayapp.core import assess, schedule
from trayapp.core.intake import WINDOW
from trayapp.core.judge import Reason
from trayapp.core.line import FRESH, vouches
from trayapp.core.model import EVERYONE, Evidence, Failure, Gap, Line, Millis, Outcome, Source
from trayapp.storage.steps import Passed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trayapp.core.model import Instant
    from trayapp.core.turns import Key
    from trayapp.core.world import World
    from trayapp.simulate.moments import Moment

    Kind: TypeAlias = "tuple[Outcome, Failure | None, int | None, bool, str]"

STEADY = frozenset({Reason.WORKS, Reason.ANSWERS, Reason.REFUSES, Reason.BODY_UNEXPECTED, Reason.NOTHING_FRESH})
_NEVER: Millis = 1 << 60
_SAYS_NOTHING = frozenset({Outcome.OK, Outcome.UNKNOWN})
"""Of others, while all is well: that they see no trouble, or nothing."""


def calm(world: World) -> bool:
    """Whether nothing is open: nothing suspected, told, waited for."""
    return (
        world.line in {Line.OK, Line.UNKNOWN}
        and not (world.outbox or world.speaking or world.wanted or world.wishes.paused)
        and all(v.reason in STEADY for v in world.verdicts.values())
        and not assess.unsettled(world)
    )


class Others:
    """Of whom nothing is open, beside those of whom something is: while they stand by themselves none is judged anew.

    The core judges everybody once a step of its grid, because samples grow old by themselves. Until the first of them
    does, that changes nothing.
    """

    def __init__(self) -> None:
        self._open: set[str] | None = None
        self._until: Millis = 0

    def stand(self, world: World, now: Instant) -> bool:
        """Whether at ``now`` everybody of whom nothing is open is as they were judged last."""
        open_ = assess.unsettled(world)
        watched = world.roster.platforms
        if any(v.reason not in STEADY and watched[p].owner not in open_ for p, v in world.verdicts.items()):
            self._open = None
            return False
        if open_ != self._open or now.t > self._until:
            self._open = open_
            settled = {p.id: assess.fresh_for(world, p) for p in world.platforms if p.owner not in open_}
            judged = world.now.mono if world.judged_at is None else world.judged_at
            _, ends = _speaking(world, settled, world.now.t - (world.now.mono - judged))
            self._until = min(ends.values(), default=_NEVER)
        return now.t <= self._until


class Calm:
    """Of one calm world, until something is not as before."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._controls = world.controls
        self._fresh = {p.id: assess.fresh_for(world, p) for p in world.platforms}
        self._kinds, self._ends = _speaking(world, self._fresh, world.now.t)
        heard = max(world.heard.values(), default=0)
        self._line = heard + FRESH * (schedule.FRUGAL if world.plan.frugal else 1) if world.line is Line.OK else _NEVER
        self._first = self._soonest()
        self._seen: deque[Evidence] = deque()
        self._told: list[Evidence] = []
        self.now: Instant = world.now
        self.judged_at = world.judged_at

    @property
    def until(self) -> Millis:
        """The last moment (wall) at which everything still stands by itself."""
        if self.now.t > self._first or self._first < _NEVER:
            self._first = self._soonest()
        return min(self._first, self._line)

    @property
    def seen(self) -> tuple[Evidence, ...]:
        """What this computer was answered meanwhile; what is too old to say anything is forgotten."""
        return tuple(self._seen)

    @property
    def told(self) -> tuple[Evidence, ...]:
        """What others said meanwhile."""
        return tuple(self._told)

    def bears(self, moment: Moment) -> bool:
        """Whether ``moment`` changes nothing; it is then taken note of."""
        what, t = moment.what, moment.now.t
        if moment.late or moment.turned or isinstance(what, Gap) or t < self.now.t:
            return False
        if t > self._line or (t > self._first and t > self.until):
            return False
        if isinstance(what, tuple):
            if not all(map(self._like_before, what)):
                return False
        elif not isinstance(what.told, Passed):
            return False
        step = moment.now.mono // schedule.GRID
        if self.judged_at is None or self.judged_at // schedule.GRID != step:
            self.judged_at = moment.now.mono
        self.now = moment.now
        if isinstance(what, tuple):
            for e in what:
                self._take(e)
        return True

    def _like_before(self, e: Evidence) -> bool:
        if e.began < self._world.looks_from or self._world.line is not Line.OK:
            return False
        if e.source is Source.CONTROL:
            return e.outcome is Outcome.OK and e.platform == EVERYONE
        if e.source is not Source.DIRECT:
            return e.outcome in _SAYS_NOTHING and e.source is not Source.YOU
        key = (e.platform, e.probe)
        return self._kinds.get(key) == _kind(e) and self._ends.get(key, 0) >= e.t and e.outcome is not Outcome.SLOW

    def _take(self, e: Evidence) -> None:
        if e.source not in {Source.DIRECT, Source.CONTROL}:
            self._told.append(e)
            return
        if e.source is Source.DIRECT:
            self._ends[e.platform, e.probe] = max(e.t + self._fresh[e.platform], self._ends[e.platform, e.probe])
        if vouches(e, self._controls):
            self._line = max(self._line, e.t + FRESH * (schedule.FRUGAL if self._world.plan.frugal else 1))
        self._seen.append(e)
        while self._seen[0].t < e.t - WINDOW:
            self._seen.popleft()

    def _soonest(self) -> Millis:
        return min(self._ends.values(), default=_NEVER)


def _speaking(world: World, fresh: Mapping[str, Millis], t: Millis) -> tuple[dict[Key, Kind], dict[Key, Millis]]:
    """What each witness of the platforms in ``fresh`` said last; and of whoever still spoke at ``t``, until when."""
    kinds: dict[Key, Kind] = {}
    ends: dict[Key, Millis] = {}
    for p, lasts in fresh.items():
        for e in reversed(world.window.get(p, ())):
            telling = e.outcome is not Outcome.UNKNOWN or e.failure is Failure.BODY_UNEXPECTED
            if e.source is Source.DIRECT and telling and (p, e.probe) not in kinds:
                kinds[p, e.probe] = _kind(e)
                if t - e.t <= lasts:
                    ends[p, e.probe] = e.t + lasts
    return kinds, ends


def _kind(e: Evidence) -> Kind:
    return e.outcome, e.failure, e.status, e.reached, e.via
