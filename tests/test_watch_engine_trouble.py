"""The engine when something is wrong: with an input, with a probe, with the history, with itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from engine_rig import (
    HOSTS,
    QUESTIONS,
    Disk,
    MovingClock,
    Seen,
    all_well,
    build,
    everybody_has_answered,
    stamped,
    until,
    up,
)
from fake_net import FakeNet
from hypothesis import given
from hypothesis import strategies as st

from trayapp.core.model import MINUTE, SECOND, Failure, Gap, Instant, State
from trayapp.core.question import Answer, Probe
from trayapp.core.reduce import reduce
from trayapp.core.world import Answered, CheckNow, Complained, Effects, Input, Started, Tick, World
from trayapp.storage.database import Database
from trayapp.storage.history import History
from trayapp.watch.engine import Engine
from trayapp.watch.ledger import HEARTBEAT
from trayapp.watch.probes import KINDS
from trayapp.watch.tolerance import MOST, WITHIN, Tolerance
from trayapp.watch.workers import ABANDONED_LIMIT

Start = Callable[..., Engine]
GAP = Gap(1, 2)


@pytest.fixture
def start() -> Iterator[Start]:
    made: list[Engine] = []

    def go(*args: Any, **kwargs: Any) -> Engine:
        made.append(build(*args, **kwargs))
        made[-1].start()
        return made[-1]

    yield go
    for engine in made:
        engine.stop()


# a rule that raises


def poisoned_by(wanted: Callable[[Input], bool]) -> Callable[[World, Input], tuple[World, Effects]]:
    """The core, but it cannot take in what is wanted."""

    def wrapped(world: World, event: Input) -> tuple[World, Effects]:
        if wanted(event):
            raise ArithmeticError("a mistake in a rule")
        return reduce(world, event)

    return wrapped


def test_one_poisonous_answer_is_dropped_and_the_watch_goes_on(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    seen = Seen()
    hosts = {**HOSTS, "www.beta.test": stamped(Answer(0, 0, status=599))}
    poison = poisoned_by(lambda e: isinstance(e, Answered) and e.answer.status == 599)
    engine = start(seen, FakeNet(hosts), reduce=poison)
    until(lambda: everybody_has_answered(engine))  # also beta: its question is not on its way for ever
    view = seen.wait(lambda v: sum(row.state is State.UP for row in v.rows) == 3)
    assert {row.id: row.state for row in view.rows}["beta"] is State.UNKNOWN
    assert "an input could not be taken in: Answered" in caplog.text
    assert not seen.lost.is_set()


def test_the_world_stays_as_it_was_before_an_input_that_was_dropped(start: Start) -> None:
    seen, worlds = Seen(), list[World]()

    def wrapped(world: World, event: Input) -> tuple[World, Effects]:
        worlds.append(world)
        return poison(world, event)

    poison = poisoned_by(lambda e: isinstance(e, Complained))
    engine = start(seen, reduce=wrapped)
    until(lambda: everybody_has_answered(engine))
    before, count = engine._world, len(worlds)
    engine.complain("beta")
    engine.check_now()
    until(lambda: len(worlds) >= count + 2)
    assert worlds[count] is before
    assert worlds[count + 1] is before


def test_the_same_kind_again_and_again_ends_the_engine_and_it_says_so(start: Start, tmp_path: Path) -> None:
    seen = Seen()
    poison = poisoned_by(lambda e: isinstance(e, Complained))
    engine = start(seen, open_store=lambda: Database(tmp_path / "history.db"), reduce=poison)
    until(lambda: everybody_has_answered(engine))
    for _ in range(MOST - 1):
        engine.complain("beta")
    engine.check_now()
    until(engine._inbox.empty)
    assert not seen.lost.is_set()
    engine.complain("beta")
    assert seen.lost.wait(5)
    engine._thread.join(5)
    with History(tmp_path / "history.db") as history:  # what it knew until then is there
        assert len(list(history.evidence())) >= QUESTIONS


def test_without_ticks_nothing_is_right(start: Start) -> None:
    seen = Seen()
    start(seen, reduce=poisoned_by(lambda e: isinstance(e, Tick)))
    assert seen.lost.wait(10)


def test_what_came_before_the_mistake_is_still_said_and_asked(start: Start, tmp_path: Path) -> None:
    disk, seen, gate, inside = Disk(lambda: Database(tmp_path / "h.db")), Seen(), threading.Event(), threading.Event()

    def wrapped(world: World, event: Input) -> tuple[World, Effects]:
        if isinstance(event, Complained):
            if event.platform == "hold":
                inside.set()
                assert gate.wait(10)
            else:
                raise ArithmeticError("a mistake in a rule")
        if isinstance(event, CheckNow):
            return reduce(world, event)[0], Effects(gaps=(GAP,))
        return reduce(world, event)

    engine = start(seen, open_store=disk.open, reduce=wrapped)
    until(lambda: everybody_has_answered(engine))
    engine.complain("hold")
    assert inside.wait(5)
    engine.check_now()
    for _ in range(MOST):
        engine.complain("beta")
    gate.set()
    assert seen.lost.wait(5)
    engine._thread.join(5)
    assert [b.gaps for b in disk.diary if GAP in b.gaps] == [(GAP,)]


@given(st.lists(st.tuples(st.sampled_from([CheckNow, Complained]), st.integers(0, 3 * MINUTE)), max_size=30))
def test_tolerance_is_five_of_a_kind_within_a_minute(failed: list[tuple[type[Input], int]]) -> None:
    tolerance, at, past = Tolerance(), Instant(0, 0, "b"), dict[type[Input], list[int]]()
    mono = 0
    for kind, later in failed:
        mono += later
        past.setdefault(kind, []).append(mono)
        lately = [m for m in past[kind][-MOST:] if mono - m <= WITHIN]
        event = CheckNow(at) if kind is CheckNow else Complained(at, "beta")
        assert tolerance.bears(event, mono) is (len(lately) < MOST)


def test_no_tick_and_no_start_may_fail() -> None:
    now = Instant(0, 0, "b")
    assert not Tolerance().bears(Tick(now), 0)
    assert not Tolerance().bears(Started(now, (), ()), 0)


# a probe that raises, that hangs, that nobody knows


def test_a_probe_that_raises_is_our_own_mistake_and_nobodys_outage(start: Start) -> None:
    seen = Seen()

    def boom(_net: object, _probe: Probe) -> Answer:
        raise ZeroDivisionError

    engine = start(seen, kinds={**KINDS, "http": boom})
    view = seen.wait(lambda v: v.looked_at is not None)
    assert {row.state for row in view.rows} == {State.UNKNOWN}
    until(lambda: not engine._world.plan.away)


def test_a_probe_that_ends_its_thread_is_our_own_mistake_too(start: Start) -> None:
    seen = Seen()

    def leave(_net: object, _probe: Probe) -> Answer:
        raise SystemExit(1)

    engine = start(seen, kinds={**KINDS, "http": leave})
    until(lambda: everybody_has_answered(engine))
    assert {row.state for row in seen.views[-1].rows} == {State.UNKNOWN}


def test_a_kind_that_nobody_knows_is_our_own_mistake_too(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    seen = Seen()
    engine = start(seen, kinds={"http": KINDS["http"]})  # no "tcp": one control asks that way
    until(lambda: everybody_has_answered(engine))
    assert "nobody knows how to ask 'tcp'" in caplog.text
    seen.wait(up)


def test_when_all_that_hangs_comes_back_it_looks_again(start: Start) -> None:
    seen, clock, stuck, failures = Seen(), MovingClock(), threading.Event(), set[Failure | None]()

    def hang(probe: Probe) -> Answer:
        stuck.wait(30)
        return all_well(clock)[probe.host](probe)

    def core(world: World, event: Input) -> tuple[World, Effects]:
        if isinstance(event, Answered):
            failures.add(event.answer.failure)
        return reduce(world, event)

    net = FakeNet(dict.fromkeys(HOSTS, hang))
    engine = start(seen, net, clock=clock, reduce=core)

    def after_some_time(wanted: Callable[[], bool]) -> bool:
        """Six seconds of the moved clock, and a turn of the engine."""
        beat = engine.beat.mono
        clock.ahead += 6 * SECOND
        engine.check_now()
        until(lambda: engine.beat.mono > beat)
        return wanted()

    pool = engine._asker._pool
    until(lambda: after_some_time(lambda: pool.abandoned >= ABANDONED_LIMIT), 15)
    until(lambda: after_some_time(lambda: Failure.NOT_ASKABLE in failures), 15)
    assert {Failure.CHECK_TIMEOUT, Failure.NOT_ASKABLE} == failures
    net.answers = dict(all_well(clock))
    stuck.set()
    until(lambda: pool.abandoned == 0)
    until(lambda: after_some_time(lambda: all(row.state is State.UP for row in seen.views[-1].rows)), 15)


# the history


def test_what_cannot_be_written_is_said_kept_and_written_later(start: Start, tmp_path: Path) -> None:
    path, seen = tmp_path / "history.db", Seen()
    disk = Disk(lambda: Database(path))
    disk.well = False
    engine = start(seen, open_store=disk.open)
    seen.wait(lambda v: v.unsaved)
    seen.wait(lambda v: all(row.state is State.UP for row in v.rows))
    until(lambda: everybody_has_answered(engine))
    disk.well = True
    engine.stop()
    with History(path) as history:
        assert len(list(history.evidence())) == QUESTIONS


def test_a_history_that_cannot_be_opened_is_tried_once_a_minute_and_then_everything_is_there(
    start: Start, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, seen, clock = tmp_path / "history.db", Seen(), MovingClock()
    disk = Disk(lambda: Database(path))
    disk.opens = False
    engine = start(seen, open_store=disk.open, clock=clock)
    seen.wait(lambda v: v.unsaved and all(row.state is State.UP for row in v.rows))
    until(lambda: everybody_has_answered(engine))
    assert disk.opened == 1
    clock.ahead += HEARTBEAT
    engine.check_now()
    until(lambda: disk.opened == 2)
    disk.opens = True
    clock.ahead += HEARTBEAT
    engine.check_now()
    seen.wait(lambda v: not v.unsaved)
    assert disk.opened == 3
    assert caplog.text.count("the folder is not there") == 1
    assert "the history is being saved again" in caplog.text
    engine.stop()
    with History(path) as history:
        assert len(list(history.evidence())) >= QUESTIONS
        assert history.status() is not None


def test_a_history_that_cannot_be_read_at_the_start_is_tried_again_too(start: Start, tmp_path: Path) -> None:
    seen, clock = Seen(), MovingClock()
    disk = Disk(lambda: Database(tmp_path / "history.db"))
    disk.reads = False
    engine = start(seen, open_store=disk.open, clock=clock)
    seen.wait(lambda v: v.unsaved and all(row.state is State.UP for row in v.rows))
    disk.reads = True
    clock.ahead += HEARTBEAT
    engine.check_now()
    seen.wait(lambda v: not v.unsaved)
    assert disk.opened == 2


# one that is no longer in office


def test_an_engine_that_wakes_up_after_it_was_deposed_does_nothing_any_more(
    start: Start, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, seen, gate, inside = tmp_path / "history.db", Seen(), threading.Event(), threading.Event()
    disk = Disk(lambda: Database(path))

    def wrapped(world: World, event: Input) -> tuple[World, Effects]:
        if isinstance(event, Complained):
            inside.set()
            assert gate.wait(20)
        return reduce(world, event)

    engine = start(seen, open_store=disk.open, reduce=wrapped)
    until(lambda: everybody_has_answered(engine))
    engine.complain("beta")
    assert inside.wait(5)
    assert engine.depose()
    with History(path) as history:  # what waited for the heartbeat was written for it
        assert len(list(history.evidence())) == QUESTIONS
    views, commits = len(seen.views), len(disk.diary)
    gate.set()
    engine._thread.join(5)
    assert not engine._thread.is_alive()
    assert (len(seen.views), len(disk.diary), seen.lost.is_set()) == (views, commits, False)
    assert "an engine whose place was taken has come to its end" in caplog.text


def test_an_engine_that_hangs_in_a_commit_is_not_deposed_and_goes_on(start: Start, tmp_path: Path) -> None:
    seen, disk, release = Seen(), Disk(lambda: Database(tmp_path / "history.db")), threading.Event()
    engine = start(seen, open_store=disk.open)
    seen.wait(up)
    until(lambda: everybody_has_answered(engine))
    disk.hangs = release
    clock_beat = engine.beat
    engine._ledger._tried = None  # the next turn is a heartbeat
    engine.check_now()
    assert disk.hanging.wait(5)
    assert not engine.depose(0.1)
    disk.hangs = None
    release.set()
    engine.check_now()
    until(lambda: engine.beat.mono > clock_beat.mono)
    assert not seen.lost.is_set()


def test_depose_of_one_that_has_ended_or_never_began_is_harmless(tmp_path: Path) -> None:
    engine = build(Seen(), open_store=lambda: Database(tmp_path / "history.db"))
    assert engine.depose()
    assert engine.depose()
    engine.stop()
    assert not (tmp_path / "history.db").exists()
