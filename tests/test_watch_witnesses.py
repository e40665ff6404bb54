"""One look at one platform, by a real engine: whom it waits for, what it hears, and when it has had enough."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from engine_rig import CLOCK, all_well, stamped
from fake_net import FakeNet
from loop import CONTROLS, WATCHED

from trayapp.core.model import Evidence, Failure, Function, Line, Outcome, Source, State
from trayapp.core.ports import Allowed
from trayapp.core.question import Answer, Errand, Look, Official, Page
from trayapp.core.reduce import reduce as core_reduce
from trayapp.core.world import Effects, Input, World
from trayapp.watch.asking import NOTHING, Heard
from trayapp.watch.engine import Engine
from trayapp.watch.probes import KINDS
from trayapp.watch.witnesses import Witnesses

PAGE = Official("page", "statuspage", "https://status.example/", name="Its page", parts={"Web": (Function.WEB,)})
ALPHA = replace(WATCHED[0], officials=(PAGE,))


def claim(source: Source, outcome: Outcome = Outcome.OK, failure: Failure | None = None) -> Evidence:
    return Evidence(CLOCK.now().t, ALPHA.id, source, outcome, "page", owner=ALPHA.owner, failure=failure)


def others(errand: Errand) -> Heard:
    """Their page and the other networks: all is well."""
    source = Source.OFFICIAL if isinstance(errand, Page) else Source.OUTSIDE
    return Heard((claim(source),))


@contextmanager
def looking(
    go: Callable[[Errand], Heard] = others, *, outside: bool = False, net: FakeNet | None = None
) -> Iterator[tuple[Witnesses, Engine]]:
    ears = Witnesses(ALPHA)
    engine = Engine(
        clock=CLOCK,
        net=net or FakeNet(all_well()),
        kinds=KINDS,
        open_store=None,
        watched=lambda: ((ALPHA,), CONTROLS),
        show=lambda _: None,
        say=lambda _: None,
        lost=ears.lost,
        draw=lambda _bound: 0,
        go=go,
        allowed=lambda: Allowed(outside=outside),
        reduce=ears.reduce,
    )
    engine.start()
    try:
        yield ears, engine
    finally:
        engine.stop()


def heard(ears: Witnesses, engine: Engine, patience_s: float = 30) -> tuple[list[Evidence], float]:
    began = time.monotonic()
    found = list(ears.listen(patience_s, lambda: engine.complain(ALPHA.id)))
    return found, time.monotonic() - began


def test_everybody_is_heard_and_then_it_is_over() -> None:
    with looking() as (ears, engine):
        found, took = heard(ears, engine)
    assert took < 20
    said = {(one.source, one.probe) for one in found}
    assert {(Source.DIRECT, probe.id) for probe in ALPHA.probes} <= said
    assert (Source.OFFICIAL, "page") in said
    assert Source.CONTROL in {one.source for one in found}
    assert Source.OUTSIDE not in {one.source for one in found}
    assert [row.state for row in ears.view.rows] == [State.UP]


def test_other_networks_are_asked_by_hand_where_that_is_allowed_and_waited_for() -> None:
    looks: list[Errand] = []

    def go(errand: Errand) -> Heard:
        if isinstance(errand, Look):
            looks.append(errand)
            time.sleep(1.5)  # as long as they take: not a wait of the test's
        return others(errand)

    with looking(go, outside=True) as (ears, engine):
        found, _ = heard(ears, engine)
    assert len(looks) == 1
    assert isinstance(looks[0], Look)
    assert looks[0].by_hand
    assert Source.OUTSIDE in {one.source for one in found}


def test_what_only_their_page_knows_is_in_the_end() -> None:
    def go(_errand: Errand) -> Heard:
        return Heard((replace(claim(Source.OFFICIAL, Outcome.FAILED, Failure.OFFICIAL_MAJOR), function=Function.WEB),))

    with looking(go) as (ears, engine):
        heard(ears, engine)
    assert [row.state for row in ears.view.rows] == [State.PARTIAL]


def test_a_page_that_never_answers_is_waited_for_until_patience_ends() -> None:
    release = threading.Event()

    def go(_errand: Errand) -> Heard:
        release.wait(20)
        return NOTHING

    with looking(go) as (ears, engine):
        _, took = heard(ears, engine, patience_s=8)
        release.set()
    assert 7.5 < took < 15
    assert [row.state for row in ears.view.rows] == [State.UP]


def test_without_a_line_nobody_is_waited_for() -> None:
    dead = FakeNet({host: stamped(Answer(0, 0, failure=Failure.CONNECT_UNREACHABLE)) for host in all_well()})
    with looking(net=dead) as (ears, engine):
        found, took = heard(ears, engine)
    assert took < 20
    assert ears.view.line is Line.OFFLINE
    assert found


def test_an_engine_that_falls_ends_it_and_nothing_is_claimed(caplog: pytest.LogCaptureFixture) -> None:
    ears = Witnesses(ALPHA)

    def broken(world: World, event: Input) -> tuple[World, Effects]:
        if world.platforms:
            raise SystemExit
        return core_reduce(world, event)

    engine = Engine(
        clock=CLOCK,
        net=FakeNet(all_well()),
        kinds=KINDS,
        open_store=None,
        watched=lambda: ((ALPHA,), CONTROLS),
        show=lambda _: None,
        say=lambda _: None,
        lost=ears.lost,
        draw=lambda _bound: 0,
        reduce=broken,
    )
    engine.start()
    try:
        _, took = heard(ears, engine)
    finally:
        engine.stop()
    assert took < 10
    assert ears.view.say == "stopped"
    assert "ended by a mistake" in caplog.text
