"""A few daemon threads with hard deadlines.

Not an executor and not asyncio: both wait at the end of the process for whatever still hangs. Here nobody waits: a job
that is overdue is reported once and its thread left behind, its late result unheard; ``stop`` returns at once.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from trayapp.core.model import SECOND, Millis

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.core.model import Instant
    from trayapp.core.ports import Clock

T = TypeVar("T")

SIZE = 8
DEADLINE: Millis = 17 * SECOND
"""The longest check (15 s) and two seconds to come to an end by itself."""

ABANDONED_LIMIT = 16
QUEUE_LIMIT = 512

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Job(Generic[T]):
    """Something to do. ``subject`` is the submitter's own, to know it again by."""

    subject: object
    run: Callable[[], T]


class Overdue(Exception):  # noqa: N818 - a result like others, not raised by anybody
    """The job did not come to an end in time. ``started`` is false if no thread was free for it: nobody was asked."""

    def __init__(self, *, started: bool) -> None:
        super().__init__("overdue" if started else "never started")
        self.started = started


class Died(Exception):  # noqa: N818 - a result like others, not raised by anybody
    """The job has killed its thread: it raised what is no Exception (``SystemExit`` and the like, its cause)."""


def _daemon(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="watch", daemon=True).start()


@dataclass(slots=True, eq=False)
class _Under(Generic[T]):
    """A job in the pool. ``since`` is when it was queued, and once it runs, when it was started."""

    job: Job[T]
    since: Instant


class WorkerPool(Generic[T]):
    """Runs jobs on at most ``size`` daemon threads, started when first needed.

    ``done(job, result)`` is called once for each job taken, until ``stop``: on a worker's thread with what it returned
    or the exception it raised (``Died`` if that ends the thread; another takes its place), or on the thread of
    ``overdue`` with ``Overdue``. It must be quick. ``start`` runs its argument on a new daemon thread, and raises
    RuntimeError where the system has none to give: then the job waits for a thread until it is overdue.
    """

    def __init__(
        self,
        clock: Clock,
        done: Callable[[Job[T], T | Exception], None],
        *,
        size: int = SIZE,
        deadline: Millis = DEADLINE,
        abandoned_limit: int = ABANDONED_LIMIT,
        queue_limit: int = QUEUE_LIMIT,
        start: Callable[[Callable[[], None]], None] = _daemon,
    ) -> None:
        self._clock = clock
        self._done = done
        self._size = size
        self._deadline = deadline
        self._abandoned_limit = abandoned_limit
        self._queue_limit = queue_limit
        self._start = start
        self._lock = threading.Lock()
        # One token for each job, and when it stops for each thread. Not a Condition: whoever it wakes must at once wait
        # again, for its lock; this wakes a thread once.
        self._tokens: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._queue: deque[_Under[T]] = deque()
        self._running: set[_Under[T]] = set()
        self._threads = 0  # those that count: busy or waiting, not abandoned
        self._free = 0  # of these, those that will take the next job
        self._abandoned = 0
        self._short = False  # the system has no thread to give
        self._stopped = False

    @property
    def abandoned(self) -> int:
        """Threads left behind that have not come back."""
        with self._lock:
            return self._abandoned

    @property
    def stopped(self) -> bool:
        """Whether ``stop`` was called."""
        return self._stopped

    def submit(self, job: Job[T]) -> bool:
        """Take ``job``; false, and nothing will be reported, if the queue is full or the pool has been stopped."""
        with self._lock:
            if self._stopped or len(self._queue) >= self._queue_limit:
                return False
            self._queue.append(_Under(job, self._clock.now()))
            self._staff()
        self._tokens.put(None)
        return True

    def overdue(self, now: Instant) -> Millis | None:
        """Report every job that is overdue, and leave its thread behind.

        Returns in how many milliseconds the next one may be; ``None`` if there is none.
        """
        with self._lock:
            late = [u for u in self._running if now.since(u.since) >= self._deadline]
            self._running.difference_update(late)
            self._threads -= len(late)
            self._abandoned += len(late)
            stale = []
            while self._queue and now.since(self._queue[0].since) >= self._deadline:
                stale.append(self._queue.popleft())
            self._staff()
            left = [self._deadline - now.since(u.since) for u in (*self._running, *self._queue)]
        for under in late:
            self._report(under.job, Overdue(started=True))
        for under in stale:
            self._report(under.job, Overdue(started=False))
        return min(left, default=None)

    def stop(self) -> None:
        """Take nothing more and report nothing that ends from now on. Returns at once, waits for nobody."""
        with self._lock:
            self._stopped = True
            self._queue.clear()
            self._running.clear()
            waiting = self._threads
        for _ in range(waiting):
            self._tokens.put(None)

    def _staff(self) -> None:
        """Start a thread for each queued job that has no free one, within the bounds. The lock is held."""
        wanted = min(len(self._queue) - self._free, self._size - self._threads)
        if self._abandoned >= self._abandoned_limit:
            wanted = 0
        for _ in range(wanted):
            try:
                self._start(self._work)
            except RuntimeError:  # the job stays queued, or goes stale
                if not self._short:
                    _log.warning("no thread to be had for a check")
                self._short = True
                return
            self._short = False
            self._threads += 1
            self._free += 1

    def _work(self) -> None:
        while (under := self._take()) is not None:
            result: T | Exception
            dies = False
            try:
                result = under.job.run()
            except Exception as error:  # noqa: BLE001 - whatever a job does wrong is its result; the worker lives on
                result = error
            except BaseException as error:  # noqa: BLE001 - it wants this thread to end: so it does, and not unnoticed
                result, dies = Died(repr(error)), True
                result.__cause__ = error
            if not self._finished(under, dies=dies):
                return
            self._report(under.job, result)
            if dies:
                return

    def _take(self) -> _Under[T] | None:
        while True:
            self._tokens.get()
            with self._lock:
                if self._stopped:
                    return None
                if not self._queue:  # its job went stale
                    continue
                self._free -= 1
                under = self._queue.popleft()
                under.since = self._clock.now()
                self._running.add(under)
                return under

    def _finished(self, under: _Under[T], *, dies: bool) -> bool:
        """Whether the job's result still counts."""
        with self._lock:
            counts = under in self._running
            self._running.discard(under)
            if counts and dies:
                self._threads -= 1
            elif counts:
                self._free += 1
            elif not self._stopped:
                self._abandoned -= 1
            if not self._stopped:
                self._staff()
            return counts

    def _report(self, job: Job[T], result: T | Exception) -> None:
        try:
            self._done(job, result)
        except Exception:  # noqa: BLE001 - the listener's mistake must not cost a worker, nor the reports after it
            _log.exception("the listener of the workers failed")
