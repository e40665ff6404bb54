"""A recording played through the same core, open loop: what the core asks for is counted, and nobody is asked.

Two kinds of recordings. One that holds every step (``storage/recording.py``) is followed step by step, and gives
exactly the events of that day. Any other holds evidence and gaps alone; then the virtual clock goes from one to the
next, and in between it comes round as the engine would.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from trayapp.core import schedule
from trayapp.core.model import Gap, Instant, Millis
from trayapp.core.ports import Around, Delivery
from trayapp.core.reduce import reduce
from trayapp.core.world import Delivered, Reconfigured, Seen, Started, Tick, Told, World
from trayapp.simulate.calm import Calm, Others, calm
from trayapp.simulate.crowd import Crowd
from trayapp.simulate.moments import Moment, moments
from trayapp.simulate.replayed import Said, said_of
from trayapp.simulate.steps import HERE, of_evidence, of_step
from trayapp.storage.records import Step
from trayapp.storage.steps import Begun, Watched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trayapp.core.question import Platform
    from trayapp.core.turns import Key
    from trayapp.core.world import Effects, Input
    from trayapp.storage.records import Entry

AHEAD: Millis = 20 * 1000
"""So far the recording is read ahead: no question is on its way for longer."""
AHEAD_MOST = 4000
_NEVER: Millis = 1 << 60


class Replay:
    """One recording. ``known``: the platforms whose files are here. ``world`` is as the last step left it."""

    def __init__(self, known: Iterable[Platform] = ()) -> None:
        self.asks = 0  # questions that the core would have put
        self.errands = 0  # pages, other networks, the public
        self.notices = 0  # said to the person, or it would have been
        self.seen = 0  # evidence taken in
        self._crowd = Crowd(known)
        self.world = World(Instant(0, 0))
        self._began = False
        self._steps = False  # the recording holds every step
        self._shift: Millis = 0  # by how much the steady clock was put ahead to make gaps
        self._calm: Calm | None = None
        self._settled = Others()
        self._away: set[Key] = set()
        self._asked: dict[Key, Millis] = {}
        self._ahead: deque[Moment] = deque()
        self._due: dict[Key, Millis] = {}

    @property
    def platforms(self) -> tuple[Platform, ...]:
        """Who was watched last."""
        return self.world.platforms

    def run(self, entries: Iterable[Entry]) -> Iterator[Said]:
        """Everything that happens, in order."""
        source = moments(entries)
        for moment in source:
            self._ahead.append(moment)
            while self._ahead and self._enough(moment):
                yield from self._moment(self._ahead.popleft())
        while self._ahead:
            yield from self._moment(self._ahead.popleft())
        yield from self._end_calm()

    def _enough(self, newest: Moment) -> bool:
        first = self._ahead[0]
        return self._steps or len(self._ahead) > AHEAD_MOST or abs(newest.now.t - first.now.t) > AHEAD

    def _moment(self, moment: Moment) -> Iterator[Said]:
        what = moment.what
        if isinstance(what, tuple):
            self.seen += len(what)
        if isinstance(what, Step) and isinstance(what.told, Begun | Watched):
            yield from self._end_calm()
            yield from self._newly(moment, what.told)
        elif self._steps:
            yield from self._one_step(moment)
        else:
            yield from self._freely(moment)

    # a recording of every step

    def _one_step(self, moment: Moment) -> Iterator[Said]:
        if isinstance(moment.what, Gap):
            return  # the clocks, or the step that follows, tell of it
        if self._calm is not None and self._calm.bears(moment):
            self._note(moment)
            return
        yield from self._end_calm()
        what = moment.what
        event = of_evidence(moment.now, what) if isinstance(what, tuple) else of_step(moment.now, what.told, None)
        yield from self._step(event, late=moment.late, asks=moment.asks)
        self._begin_calm()

    def _note(self, moment: Moment) -> None:
        """Who is on their way, while nothing is judged."""
        if isinstance(moment.what, tuple):
            self._away.difference_update((e.platform, e.probe) for e in moment.what if e.source in HERE)
        for key in moment.asks:
            self._away.add(key)
            self._asked[key] = moment.now.mono

    # any other recording

    def _freely(self, moment: Moment) -> Iterator[Said]:
        what = moment.what
        if isinstance(what, tuple):
            met = [self._crowd.meet(e) for e in what]
            moment = replace(moment, what=tuple(e for e, _ in met))
            what = moment.what
            if any(new for _, new in met):
                yield from self._end_calm()
                yield from self._watch(self._crowd_now(moment))
        if not self._began:
            yield from self._watch(self._crowd_now(moment))
        now = self._at(moment.now.t)
        moment = replace(moment, now=now, turned=False)
        if self._calm is not None and self._calm.bears(moment):
            self._note(moment)
            return
        yield from self._come_to(now)
        if isinstance(what, Gap):
            yield from self._gap(what)
        elif isinstance(what, tuple):
            yield from self._step(of_evidence(now, what))
        self._begin_calm()

    def _crowd_now(self, moment: Moment) -> Instant:
        """When to take somebody new in: before what they said was asked."""
        if self._began:
            return self.world.now
        first = (e.began for m in (moment, *self._ahead) if isinstance(m.what, tuple) for e in m.what)
        t = min((moment.now.t, *first))
        return Instant(t, t + self._shift)

    def _at(self, t: Millis) -> Instant:
        """Wall time ``t``, or now where that is over: a line that comes too late is taken in late."""
        t = max(t, self.world.now.t)
        return Instant(t, t + self._shift)

    def _watch(self, now: Instant) -> Iterator[Said]:
        if self._began:
            yield from self._step(Reconfigured(now, self._crowd.platforms, self._crowd.controls))
            return
        self._began = True
        self.world = World(now)
        yield from self._step(Started(now, self._crowd.platforms, self._crowd.controls, around=Around("recorded")))

    def _come_to(self, now: Instant) -> Iterator[Said]:
        """Come round until then as the engine would, but for what would change nothing."""
        while True:
            if self._calm is not None and self._calm.until < now.t:
                over = self._at(self._calm.until + 1)
                yield from self._end_calm()
                yield from self._step(Tick(over))
            elif self._calm is not None:
                yield from self._end_calm()
                return
            elif self.world.wake is None or self.world.wake >= now.mono:
                return
            else:
                yield from self._step(Tick(self._at(self.world.now.t + self.world.wake - self.world.now.mono)))
            self._begin_calm()

    def _gap(self, gap: Gap) -> Iterator[Said]:
        """Nobody looked: the steady clock is put ahead, so that the core sees what it saw then."""
        until = max(gap.until, self.world.now.t)
        self._shift += max(0, 2 * schedule.CALM - (until - self.world.now.t))
        yield from self._step(Tick(Instant(until, until + self._shift)), late=True)

    # both

    def _newly(self, moment: Moment, told: Begun | Watched) -> Iterator[Said]:
        """Fanal was started, or others are watched from now on."""
        now = moment.now
        if isinstance(told, Begun):
            self._crowd.become(told.watched)
            event = of_step(now, told, self.world if self._began else None)
            self._steps, self._away, self._asked = told.whole, set(), {}
            self.world = self.world if self._began else World(now)
            self._began = True
            yield from self._step(event, asks=moment.asks)
        else:
            now = now if self._steps or not self._began else self._at(now.t)
            if self._began and not self._steps:
                yield from self._come_to(now)
            self._crowd.become(told)
            if self._began:
                yield from self._step(of_step(now, told, None), late=moment.late, asks=moment.asks)
        self._begin_calm()

    def _step(self, event: Input, *, late: bool = False, asks: tuple[Key, ...] = ()) -> Iterator[Said]:
        now = event.now
        if not self._steps:
            self._look_ahead(now)
        before = self.world
        judged = before.judged_at
        grid = now.mono // schedule.GRID
        stand = not late and judged is not None and now.boot == before.now.boot and self._settled.stand(before, now)
        plan = replace(before.plan, away=frozenset(self._away), asked=self._asked, due=self._due)
        # When the engine meant to come back is its own matter: whether it came late stands in the recording.
        # Whom nothing has changed for need not be judged anew.
        wake, at = None if late else now.mono, now.mono if stand else judged
        self.world, effects = reduce(replace(before, plan=plan, wake=wake, judged_at=at), event)
        if stand and judged is not None and judged // schedule.GRID == grid:
            self.world = replace(self.world, judged_at=judged)
        self._after(now.mono, effects, asks)
        yield from said_of(self.world, effects)
        if not self._steps:
            for notice in effects.say:
                yield from self._step(Delivered(now, notice.key, Delivery.SAID))

    def _look_ahead(self, now: Instant) -> None:
        """Who is on their way: whose answer is still to come, and was asked for before now."""
        hosts = self.world.plan.turns.host
        coming = {
            (e.platform, e.probe): e.began
            for moment in self._ahead
            if isinstance(moment.what, tuple)
            for e in moment.what
            if e.source in HERE and e.began < now.t
        }
        self._away = {key for key in coming if key in hosts}
        self._asked |= {key: coming[key] + self._shift for key in self._away}

    def _after(self, mono: Millis, effects: Effects, asks: tuple[Key, ...]) -> None:
        """Undo what the core asked for in vain; put down what was asked in fact."""
        self.asks += len(effects.asks)
        self.errands += len(effects.errands)
        self.notices += len(effects.say)
        plan = self.world.plan
        own = {ask.key for ask in effects.asks}
        self._away = set(plan.away - own)
        before = self._asked
        self._asked = {
            k: before.get(k, at) if k in own else at for k, at in plan.asked.items() if k in before or k not in own
        }
        for key in asks:
            if key in plan.turns.host:
                self._away.add(key)
                self._asked[key] = mono
        if self._due.keys() != plan.due.keys():
            self._due = dict.fromkeys(plan.due, _NEVER)
        self.world = replace(
            self.world, plan=replace(plan, away=frozenset(self._away), asked=self._asked, due=self._due)
        )

    def _begin_calm(self) -> None:
        self._calm = Calm(self.world) if calm(self.world) else None

    def _end_calm(self) -> Iterator[Said]:
        """Hand in what was passed over."""
        over, self._calm = self._calm, None
        if over is None or over.now == self.world.now:
            return
        away, asked = set(self._away), self._asked
        if over.seen:  # first: until they are known all else is old
            yield from self._step(Seen(over.now, over.seen))
        if over.told:
            yield from self._step(Told(over.now, over.told))
        if self._steps:
            self._away, self._asked = away, asked
        self.world = replace(self.world, judged_at=over.judged_at)
