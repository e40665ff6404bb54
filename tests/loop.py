"""A closed loop round the pure core: a virtual clock, and hosts that answer as a test tells them to."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Self

from trayapp.core.model import EVERYONE, Failure, Function, Instant, Millis, Phases, Stage, State
from trayapp.core.ports import Around, Delivery, Interval, Restored
from trayapp.core.question import Answer, Control, Platform, Probe, Shape
from trayapp.core.reduce import reduce
from trayapp.core.story import Event, Incident, Notice
from trayapp.core.turns import Key
from trayapp.core.world import Answered, CheckNow, Delivered, Effects, Input, Started, Tick, World

T0 = 1_700_000_000_000
SECOND = 1000
HANDSHAKE = Phases(dns=5, connect=20, tls=25)
"""Of whoever has shown its certificate."""

Says = Callable[[Key, Millis], "Answer | Failure | int"]
"""(key, milliseconds since the beginning) → an answer, a failure, or an HTTP status."""


def platform(id_: str, owner: str, *hosts: str, healthy: bool = False) -> Platform:
    shape = Shape(status=frozenset({200})) if healthy else None
    names = hosts or (f"www.{id_}.test",)
    probes = tuple(Probe(f"p{i}", "http", h, sees=(list(Function)[i],), healthy=shape) for i, h in enumerate(names))
    return Platform(id_, id_.title(), owner, owner.title(), tuple(list(Function)[: len(names)]), probes)


ALPHA = platform("alpha", "acme", "www.alpha.test", "api.alpha.test")
BETA = platform("beta", "acme")
GAMMA = platform("gamma", "acme")
OTHER = platform("other", "else", "www.other.test", "api.other.test", healthy=True)
WATCHED = (ALPHA, BETA, GAMMA, OTHER)
CONTROLS = (
    Control(Probe("one", "http", "one.test", method="GET", healthy=Shape(body="yes")), "uno"),
    Control(Probe("two", "http", "two.test", method="GET", healthy=Shape(body="yes")), "due"),
    Control(Probe("number", "tcp", "192.0.2.1"), "tre", by_address=True),
)


def well(key: Key, _at: Millis) -> Answer | Failure | int:
    """A world in which all is well."""
    return 200 if key[0] != EVERYONE else Answer(0, 0, status=200, body=b"yes")


@dataclass
class Loop:
    """Runs reduce() as the engine does; keeps all that came out."""

    says: Says = well
    platforms: tuple[Platform, ...] = WATCHED
    controls: tuple[Control, ...] = CONTROLS
    latency: Millis = 80
    hangs: Callable[[Key], Millis] = lambda _key: 5000  # how long a time-out takes
    hold: Millis = 5  # how long a channel takes to answer for a notice
    delivery: Delivery = Delivery.SAID
    boot: str = "boot-1"
    at: Millis = 0  # since the beginning
    around: Around = Around("home")
    phase: Millis = 0
    wall_shift: Millis = 0
    world: World = field(default_factory=lambda: World(Instant(T0, 0, "boot-1")))
    events: list[Event] = field(default_factory=list)
    said: list[tuple[Millis, Notice]] = field(default_factory=list)
    intervals: list[Interval] = field(default_factory=list)
    asked: list[tuple[Millis, Key]] = field(default_factory=list)
    effects: list[Effects] = field(default_factory=list)
    _queue: list[tuple[Millis, int, Callable[[Instant], Input]]] = field(default_factory=list)
    _count: itertools.count[int] = field(default_factory=itertools.count)

    def now(self) -> Instant:
        return Instant(T0 + self.at + self.wall_shift, self.at, self.boot)

    def start(self, restored: Restored | None = None) -> Self:
        self._queue.clear()
        self.feed(Started(self.now(), self.platforms, self.controls, restored or Restored(), self.around, self.phase))
        return self

    def feed(self, event: Input) -> None:
        self.world, effects = reduce(self.world, event)
        self.effects.append(effects)
        self.events += effects.events
        self.intervals += effects.intervals
        for notice in effects.say:
            self.said.append((self.at, notice))
            self._later(self.hold, lambda now, k=notice.key: Delivered(now, k, self.delivery))  # type: ignore[misc]
        for ask in effects.asks:
            self.asked.append((self.at, ask.key))
            began = self.now().t
            told = self.says(ask.key, self.at)
            took = self.hangs(ask.key) if isinstance(told, Failure) and "timeout" in told.value else self.latency
            self._later(took, lambda now, k=ask.key, b=began, x=told: self._answer(now, k, b, x))  # type: ignore[misc]

    def _answer(self, now: Instant, key: Key, began: Millis, told: Answer | Failure | int) -> Answered:
        if isinstance(told, Answer):
            return Answered(now, key, replace(told, began=began, t=now.t))
        if isinstance(told, Failure):
            shaken = HANDSHAKE if told.stage in {Stage.HTTP, Stage.BODY} else Phases()
            return Answered(now, key, Answer(began, now.t, shaken, told))
        return Answered(now, key, Answer(began, now.t, HANDSHAKE, status=told))

    def _later(self, ms: Millis, make: Callable[[Instant], Input]) -> None:
        heapq.heappush(self._queue, (self.at + ms, next(self._count), make))

    def run(self, seconds: float) -> Self:
        end = self.at + int(seconds * SECOND)
        turns, since = 0, self.at
        while True:
            turns, since = (turns + 1, since) if since == self.at else (0, self.at)
            assert turns < 1000, "a busy loop: a thousand turns in one millisecond"
            wake = self.world.wake if self.world.wake is not None else end
            due = self._queue[0][0] if self._queue else end + 1
            self.at = max(self.at, min(wake, due))
            if self.at > end:
                self.at = end
                return self
            if due <= wake:
                self.feed(heapq.heappop(self._queue)[2](self.now()))
            else:
                self.feed(Tick(self.now()))

    def sleep(self, seconds: float) -> Self:
        """The machine is suspended: both clocks go on, nobody looks."""
        self.at += int(seconds * SECOND)
        self.feed(Tick(self.now()))
        return self

    def check_now(self) -> None:
        self.feed(CheckNow(self.now()))

    def incident(self, owner: str) -> Incident:
        """The owner's latest."""
        return [i for i in self.world.incidents.values() if i.owner == owner][-1]

    def state(self, id_: str) -> State:
        return self.world.verdicts[id_].state

    def restored(self) -> Restored:
        """What a store would give back after kill -9."""
        speaking = set(self.world.speaking)
        return Restored(
            incidents=tuple(self.world.incidents.values()),
            notices=tuple(n for n in self.world.outbox if n.key not in speaking),
            states=dict(self.world.states),
            looked=self.now(),
            known=tuple(self.world.known.values()),
            paces=dict(self.world.paces),
        )


def during(since: float, until: float, keys: set[str] | set[Key], told: int | Failure, else_: Says = well) -> Says:
    """``told`` for these platforms, or (platform, probe) pairs, between two times in seconds; else ``else_``."""

    def says(key: Key, at: Millis) -> Answer | Failure | int:
        hit = key in keys or key[0] in keys
        return told if hit and since * SECOND <= at < until * SECOND else else_(key, at)

    return says
