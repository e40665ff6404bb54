"""Plays a scenario to the real core on a virtual clock, closed loop: it hears what is so when it asks."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from trayapp.core.model import Instant
from trayapp.core.ports import Allowed, Around, Delivery, Restored
from trayapp.core.reduce import reduce
from trayapp.core.world import Answered, Complained, Delivered, Started, Surrounded, Tick, Told, World
from trayapp.simulate.hosts import internet
from trayapp.simulate.others import Others
from trayapp.simulate.played import Played
from trayapp.simulate.scenario import Asleep, ClockSet, Complaint, Moved, SwitchedOff, Unshown

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.core.model import Millis
    from trayapp.core.question import Control, Platform
    from trayapp.core.story import Notice
    from trayapp.core.world import Ask, Input
    from trayapp.simulate.others import Read
    from trayapp.simulate.scenario import Change, Scenario

HOLD: Millis = 5
"""How long a channel takes to answer for a notice."""
TURNS = 1000
"""So many steps in one millisecond are a mistake."""
PHASE: Millis = 37_000
"""Where in its round an owner begins: one fixed number, so that a scenario always goes the same way."""


class BusyLoopError(Exception):
    """The core wants to be woken again and again at the same moment."""


def run(
    scenario: Scenario,
    platforms: tuple[Platform, ...],
    controls: tuple[Control, ...],
    read: Read,
    *,
    phase: Millis = PHASE,
) -> Played:
    """All of ``scenario``, with these watched. ``read`` reads the documents of status pages."""
    return _Loop(scenario, platforms, controls, read, phase).play()


@dataclass
class _Loop:
    scenario: Scenario
    platforms: tuple[Platform, ...]
    controls: tuple[Control, ...]
    read: Read
    phase: Millis
    at: Millis = 0  # since the beginning, by the steady clock
    shift: Millis = 0  # of the wall clock
    world: World = field(init=False)
    played: Played = field(init=False)
    _queue: list[tuple[Millis, int, Callable[[Instant], Input]]] = field(default_factory=list)
    _count: itertools.count[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.world = World(self._now())
        self.played = Played(self.scenario)
        self.net = internet(self.scenario, self.platforms, self.controls)
        self.others = Others(self.net, self.read)

    def play(self) -> Played:
        self._start(Restored())
        for at, what in self._plan():
            self._until(at)
            what()
        self._until(self.scenario.lasts)
        self.played.world = self.world
        return self.played

    def _plan(self) -> list[tuple[Millis, Callable[[], None]]]:
        """What happens to this computer, in time."""
        kinds: tuple[tuple[type[Change], Callable[[Any], None]], ...] = (
            (Asleep, self._sleep),
            (SwitchedOff, self._off),
            (ClockSet, self._set),
            (Moved, self._moved),
            (Complaint, self._complained),
        )
        plan = [
            (change.span.at, partial(what, change)) for kind, what in kinds for change in self.scenario.all_of(kind)
        ]
        return sorted(plan, key=lambda each: each[0])

    def _now(self) -> Instant:
        return Instant(self.scenario.begin + self.at + self.shift, self.at, "boot")

    def _start(self, restored: Restored) -> None:
        allowed = Allowed(self.scenario.outside, self.scenario.reports, self.scenario.country)
        around = Around(self.scenario.network_at(self.at))
        self._take(Started(self._now(), self.platforms, self.controls, restored, around, self.phase, allowed))

    def _sleep(self, asleep: Asleep) -> None:
        """Nobody looks. What was under way comes after the waking, if it comes."""
        self.at = max(self.at, asleep.span.until)
        self._take(Tick(self._now()))

    def _off(self, off: SwitchedOff) -> None:
        left = self._restored()
        self._queue.clear()
        self.at = max(self.at, off.span.until)
        self._start(left)

    def _set(self, clock: ClockSet) -> None:
        self.shift += clock.by
        self._take(Tick(self._now()))

    def _moved(self, _moved: Moved) -> None:
        self._take(Surrounded(self._now(), Around(self.scenario.network_at(self.at))))

    def _complained(self, said: Complaint) -> None:
        self._take(Complained(self._now(), said.platform))

    def _restored(self) -> Restored:
        """What the history would give back."""
        speaking = set(self.world.speaking)
        return Restored(
            incidents=tuple(self.world.incidents.values()),
            notices=tuple(n for n in self.world.outbox if n.key not in speaking),
            states=dict(self.world.states),
            looked=self._now(),
            known=tuple(self.world.known.values()),
            wishes=self.world.wishes,
            paces=dict(self.world.paces),
        )

    def _until(self, end: Millis) -> None:
        turns, since = 0, self.at
        while True:
            turns, since = (turns + 1, since) if since == self.at else (0, self.at)
            if turns > TURNS:
                raise BusyLoopError(f"{self.scenario.name}: a thousand turns at {self.at} ms")
            wake = self.world.wake if self.world.wake is not None else end + 1
            due = self._queue[0][0] if self._queue else end + 1
            soonest = min(wake, due)
            if soonest >= end:
                self.at = max(self.at, end)
                return
            self.at = max(self.at, soonest)
            self._take(heapq.heappop(self._queue)[2](self._now()) if due <= wake else Tick(self._now()))

    def _take(self, event: Input) -> None:
        self.world, effects = reduce(self.world, event)
        self.played.note(self.at, self.world, effects)
        for notice in effects.say:
            self._say(notice)
        for ask in effects.asks:
            self._ask(ask)
        now = self._now()
        for errand in effects.errands:
            told = self.others.told(errand, self.at, now.t)
            self._later(
                told.takes,
                lambda then, k=errand.key, x=told: Told(then, x.claims, k, x.good),  # type: ignore[misc]
            )

    def _say(self, notice: Notice) -> None:
        refused = any(each.span.holds(self.at) for each in self.scenario.all_of(Unshown))
        delivery = Delivery.REFUSED if refused else Delivery.SAID
        self.played.said(self.at, notice, delivery)
        self._later(HOLD, lambda now, k=notice.key: Delivered(now, k, delivery))  # type: ignore[misc]

    def _ask(self, ask: Ask) -> None:
        answer = self.net.asked(ask.probe, self.at, self._now().t)
        self.played.asks += 1
        took = max(1, answer.t - answer.began)
        self._later(took, lambda now, k=ask.key, x=answer: Answered(now, k, x))  # type: ignore[misc]

    def _later(self, ms: Millis, make: Callable[[Instant], Input]) -> None:
        heapq.heappush(self._queue, (self.at + ms, next(self._count), make))
