"""The workers: bounded, on time, and in nobody's way at the end."""

from __future__ import annotations

import logging
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from watch_rig import HandClock, wait_until

from trayapp.watch.workers import DEADLINE, Died, Job, Overdue, WorkerPool

ROOT = Path(__file__).parents[1]

Result = tuple[object, object]
Start = Callable[[Callable[[], None]], None]


def daemon(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="watch", daemon=True).start()


class Rig:
    def __init__(self, *, start: Start = daemon, **bounds: Any) -> None:
        self.clock = HandClock()
        self.results: queue.Queue[Result] = queue.Queue()
        self.release = threading.Event()
        self.started = threading.Semaphore(0)
        self.pool: WorkerPool[object] = WorkerPool(self.clock, self._done, start=start, **bounds)

    def _done(self, job: Job[object], result: object) -> None:
        self.results.put((job.subject, result))

    def stuck(self) -> object:
        self.started.release()
        self.release.wait(30)
        return "late"

    def next(self) -> Result:
        return self.results.get(timeout=10)

    def hang(self, count: int) -> None:
        for number in range(count):
            assert self.pool.submit(Job(f"stuck {number}", self.stuck))
        for _ in range(count):
            assert self.started.acquire(timeout=10)


@pytest.fixture
def rigs() -> Iterator[list[Rig]]:
    made: list[Rig] = []
    yield made
    for rig in made:
        rig.release.set()
        rig.pool.stop()
    wait_until(lambda: workers() == 0)


def workers() -> int:
    return sum(1 for t in threading.enumerate() if t.name == "watch")


def make(rigs: list[Rig], **bounds: Any) -> Rig:
    rig = Rig(**bounds)
    rigs.append(rig)
    return rig


def fail() -> object:
    msg = "no"
    raise ValueError(msg)


def test_no_thread_before_the_first_job(rigs: list[Rig]) -> None:
    make(rigs)
    assert workers() == 0


def test_a_result_comes_with_its_job(rigs: list[Rig]) -> None:
    rig = make(rigs)
    assert rig.pool.submit(Job("a", lambda: 42))
    assert rig.next() == ("a", 42)


def test_one_job_after_another_needs_one_thread(rigs: list[Rig]) -> None:
    rig = make(rigs)
    for number in range(20):
        rig.pool.submit(Job(number, lambda: None))
        assert rig.next() == (number, None)
    assert workers() <= 2  # the second: a job that came before the first thread had said it was free again


def test_never_more_threads_than_the_size(rigs: list[Rig]) -> None:
    rig = make(rigs, size=3)
    rig.hang(3)
    for number in range(10):
        rig.pool.submit(Job(number, lambda: None))
    assert workers() == 3
    rig.release.set()
    assert sorted(str(rig.next()[0]) for _ in range(13))[:10] == [str(n) for n in range(10)]


def test_a_job_that_raises_is_a_result_and_the_worker_lives_on(rigs: list[Rig]) -> None:
    rig = make(rigs, size=1)
    rig.pool.submit(Job("bad", fail))
    subject, result = rig.next()
    assert subject == "bad"
    assert isinstance(result, ValueError)
    rig.pool.submit(Job("good", lambda: 1))
    assert rig.next() == ("good", 1)
    assert workers() == 1


def test_a_listener_that_raises_costs_no_worker(rigs: list[Rig], caplog: pytest.LogCaptureFixture) -> None:
    seen: queue.Queue[object] = queue.Queue()

    def listen(job: Job[object], _result: object) -> None:
        seen.put(job.subject)
        fail()

    rig = make(rigs)
    rig.pool = WorkerPool(rig.clock, listen, size=1)
    with caplog.at_level(logging.CRITICAL):
        for number in range(3):
            rig.pool.submit(Job(number, lambda: None))
        assert [seen.get(timeout=10) for _ in range(3)] == [0, 1, 2]
    assert workers() == 1


def test_an_overdue_job_is_reported_once_and_its_thread_replaced(rigs: list[Rig]) -> None:
    rig = make(rigs, size=1)
    rig.hang(1)
    rig.pool.submit(Job("next", lambda: "on time"))
    rig.clock.t += DEADLINE - 1
    assert rig.pool.overdue(rig.clock.now()) == 1
    assert rig.results.empty()
    rig.clock.t += 1
    rig.pool.submit(Job("after", lambda: "on time"))
    rig.pool.overdue(rig.clock.now())
    told = dict([rig.next(), rig.next(), rig.next()])
    assert isinstance(told["stuck 0"], Overdue)
    assert told["stuck 0"].started
    assert told["after"] == "on time"
    assert rig.pool.abandoned == 1
    rig.pool.overdue(rig.clock.now())
    rig.release.set()
    wait_until(lambda: rig.pool.abandoned == 0)
    assert rig.results.empty()  # neither a second report nor the late result
    wait_until(lambda: workers() == 1)


def test_a_job_that_no_thread_took_in_time_was_never_asked(rigs: list[Rig]) -> None:
    rig = make(rigs, size=1, abandoned_limit=1)
    rig.hang(1)
    rig.clock.t += 1000
    rig.pool.submit(Job("waiting", lambda: None))
    rig.clock.t += DEADLINE
    rig.pool.overdue(rig.clock.now())
    told = dict([rig.next(), rig.next()])
    assert isinstance(told["waiting"], Overdue)
    assert not told["waiting"].started


def test_abandoned_threads_are_bounded_and_come_back_into_use(rigs: list[Rig]) -> None:
    rig = make(rigs, size=2, abandoned_limit=4)
    for _ in range(2):
        rig.hang(2)
        rig.clock.t += DEADLINE
        rig.pool.overdue(rig.clock.now())
        assert isinstance(rig.next()[1], Overdue)
        assert isinstance(rig.next()[1], Overdue)
    assert rig.pool.abandoned == 4
    rig.pool.submit(Job("patient", lambda: "done"))
    assert workers() == 4
    assert rig.results.empty()
    rig.release.set()
    assert rig.next() == ("patient", "done")


def test_the_next_sweep_is_told(rigs: list[Rig]) -> None:
    rig = make(rigs, size=2)
    assert rig.pool.overdue(rig.clock.now()) is None
    rig.hang(1)
    rig.clock.t += 5000
    assert rig.pool.overdue(rig.clock.now()) == DEADLINE - 5000


def test_a_full_queue_takes_nothing_more(rigs: list[Rig]) -> None:
    rig = make(rigs, size=1, queue_limit=2)
    rig.hang(1)
    assert [rig.pool.submit(Job(n, lambda: None)) for n in range(3)] == [True, True, False]


def test_nothing_is_taken_or_told_after_the_stop(rigs: list[Rig]) -> None:
    rig = make(rigs, size=1)
    rig.hang(1)
    rig.pool.submit(Job("queued", lambda: None))
    began = time.monotonic()
    rig.pool.stop()
    assert time.monotonic() - began < 1
    assert not rig.pool.submit(Job("late", lambda: None))
    rig.release.set()
    wait_until(lambda: workers() == 0)
    assert rig.results.empty()
    assert rig.pool.overdue(rig.clock.now()) is None


def test_a_job_that_kills_its_thread_is_reported_and_the_thread_replaced(rigs: list[Rig]) -> None:
    rig = make(rigs, size=1)
    for number, deadly in enumerate((SystemExit(3), KeyboardInterrupt(), GeneratorExit())):

        def die(deadly: BaseException = deadly) -> object:
            raise deadly

        rig.pool.submit(Job(number, die))
        subject, result = rig.next()
        assert subject == number
        assert isinstance(result, Died)
        assert result.__cause__ is deadly
        wait_until(lambda: workers() == 0)
    rig.pool.submit(Job("after", lambda: "well"))
    assert rig.next() == ("after", "well")
    assert rig.pool.abandoned == 0


def test_what_waits_behind_a_deadly_job_is_done(rigs: list[Rig]) -> None:
    rig = make(rigs, size=1)

    def die() -> object:
        rig.stuck()
        raise SystemExit

    rig.pool.submit(Job("deadly", die))
    assert rig.started.acquire(timeout=10)
    rig.pool.submit(Job("behind", lambda: "well"))
    rig.release.set()
    told = dict([rig.next(), rig.next()])
    assert isinstance(told["deadly"], Died)
    assert told["behind"] == "well"


def test_where_no_thread_can_be_had_the_job_waits_for_one(rigs: list[Rig], caplog: pytest.LogCaptureFixture) -> None:
    poor = True

    def start(work: Callable[[], None]) -> None:
        if poor:
            raise RuntimeError("can't start new thread")
        daemon(work)

    rig = Rig(start=start)
    rigs.append(rig)
    assert rig.pool.submit(Job("one", lambda: 1))
    assert rig.pool.submit(Job("two", lambda: 2))
    assert workers() == 0
    poor = False
    rig.pool.overdue(rig.clock.now())  # the engine's next turn
    assert sorted([str(rig.next()), str(rig.next())]) == ["('one', 1)", "('two', 2)"]
    assert caplog.text.count("no thread to be had") == 1


def test_where_no_thread_can_be_had_for_long_nobody_was_asked(rigs: list[Rig]) -> None:
    def start(_work: Callable[[], None]) -> None:
        raise RuntimeError("can't start new thread")

    rig = Rig(start=start)
    rigs.append(rig)
    assert rig.pool.submit(Job("one", lambda: 1))
    rig.clock.t += DEADLINE
    rig.pool.overdue(rig.clock.now())
    subject, result = rig.next()
    assert subject == "one"
    assert isinstance(result, Overdue)
    assert not result.started


HUNG_FOR_EVER = """
import sys, threading, time
sys.path.insert(0, "tests")
from watch_rig import RealClock, probe
from trayapp.watch.lookup import Lookup
from trayapp.watch.net import Network
from trayapp.watch.trust import system_trust
from trayapp.watch.workers import Job, WorkerPool

asked = threading.Semaphore(0)

def resolve(host):
    asked.release()
    while True:
        time.sleep(3600)

net = Network(RealClock(), system_trust(), Lookup(resolve))
pool = WorkerPool(RealClock(), lambda job, result: print("told", result, flush=True))
for number in range(8):
    pool.submit(Job(number, lambda number=number: net.http(probe(443, f"{number}.example"))))
for number in range(8):
    asked.acquire(timeout=20)
pool.stop()
print("stopped", flush=True)
"""


def test_look_ups_hung_for_ever_do_not_delay_the_end_of_the_process() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HUNG_FOR_EVER], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "stopped\n"
        began = time.monotonic()
        assert process.wait(10) == 0
        assert time.monotonic() - began < 2
        assert process.stdout.read() == ""
