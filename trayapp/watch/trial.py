"""A single question to an address that is not watched yet, and what came back of it: "Test now"."""

from __future__ import annotations

import itertools
import logging
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from trayapp.core.model import SECOND, Failure, Millis
from trayapp.core.question import Answer, Probe
from trayapp.watch.trip import Limits
from trayapp.watch.workers import Job, Overdue, WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trayapp.core.ports import Clock

AT_ONCE = 2
"""Trials under way at the same time; whoever wants more is told to wait."""
KEPT = 8
"""Results that nobody has fetched yet; the oldest go first."""

URL_MOST = 2048
"""Characters of an address."""
LIMITS = Limits(whole=12 * SECOND)
"""Of one trial: somebody sits before the screen and waits."""
DEADLINE: Millis = 14 * SECOND
"""When it is over, whatever hangs."""

_log = logging.getLogger(__name__)


def probe_of(url: str) -> Probe:
    """The question that is put: the very one that would be put in routine. ``url``: as ``config.own.address`` gives it.

    Raises ValueError for what is no https address.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username is not None:
        raise ValueError(f"no https address: {url!r}")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Probe("trial", "http", parts.hostname, parts.port or 443, path)


class Asks(Protocol):
    """The one method of the Net port that a trial needs."""

    def http(self, probe: Probe) -> Answer:
        """One HTTP exchange; never raises, and returns within its hard deadline."""


class Trials:
    """Puts them on threads of its own: ``begin`` gives a ticket at once, ``result`` the answer once it has come.

    ``net`` is made when the first trial is wanted, and may load for a while.
    """

    def __init__(self, clock: Clock, net: Callable[[], Asks]) -> None:
        self._clock, self._make = clock, net
        self._net: Asks | None = None
        self._pool: WorkerPool[Answer] = WorkerPool(clock, self._done, size=AT_ONCE, deadline=DEADLINE)
        self._tickets = itertools.count(1)
        self._lock, self._making = threading.Lock(), threading.Lock()
        self._under: dict[int, str] = {}  # ticket → address
        self._results: OrderedDict[int, Mapping[str, object]] = OrderedDict()

    def begin(self, url: str) -> int | None:
        """Ask; the ticket, or None while too many are under way. Raises ValueError for what is no https address."""
        probe = probe_of(url)
        self._overdue()
        with self._lock:
            if len(self._under) >= AT_ONCE:
                return None
            ticket = next(self._tickets)
            self._under[ticket] = url
        if not self._pool.submit(Job(ticket, lambda: self._ask(probe))):
            self._note(ticket, self._failed(Failure.NOT_ASKABLE))
        return ticket

    def result(self, ticket: int) -> Mapping[str, object] | None:
        """What came back, as ``record`` has it; None while it is under way. Raises KeyError for an unknown ticket."""
        self._overdue()
        with self._lock:
            if ticket in self._under:
                return None
            return self._results[ticket]

    def asked(self, request: Mapping[str, object]) -> Mapping[str, object]:
        """At the door. ``{"do": "try", "url": …}`` → ``{"ticket": n}``, or ``error``: ``address`` or ``busy``.

        ``{"do": "tried", "ticket": n}`` → ``{"done": false}``, or what came back with ``"done": true``, or ``error``:
        ``unknown``.
        """
        try:
            if request.get("do") == "try":
                ticket = self.begin(str(request.get("url", ""))[:URL_MOST])
                return {"error": "busy"} if ticket is None else {"ticket": ticket}
            number = request.get("ticket")
            result = self.result(number if isinstance(number, int) else 0)
        except ValueError:
            return {"error": "address"}
        except KeyError:
            return {"error": "unknown"}
        return {"done": False} if result is None else {"done": True, **result}

    def stop(self) -> None:
        """Answer no more. Waits for nobody."""
        self._pool.stop()

    def _ask(self, probe: Probe) -> Answer:
        with self._making:  # not the other lock: nobody who only asks for a result may wait for this
            net = self._net = self._net or self._make()
        return net.http(probe)

    def _overdue(self) -> None:
        self._pool.overdue(self._clock.now())

    def _done(self, job: Job[Answer], result: Answer | Exception) -> None:
        assert isinstance(job.subject, int)  # noqa: S101 - the subject of every job is its ticket; this tells mypy
        if isinstance(result, Overdue):
            self._note(job.subject, self._failed(Failure.CHECK_TIMEOUT if result.started else Failure.NOT_ASKABLE))
        elif isinstance(result, Exception):
            _log.error("a trial has failed by a mistake of its own", exc_info=result)
            self._note(job.subject, self._failed(Failure.INTERNAL))
        else:
            self._note(job.subject, result)

    def _failed(self, failure: Failure) -> Answer:
        now = self._clock.now().t
        return Answer(now, now, failure=failure)

    def _note(self, ticket: int, answer: Answer) -> None:
        with self._lock:
            self._results[ticket] = record(self._under.pop(ticket), answer)
            while len(self._results) > KEPT:
                self._results.popitem(last=False)


def record(url: str, answer: Answer) -> Mapping[str, object]:
    """What was asked and what came back, as one JSON object: facts only, and nothing of what the answer contained."""
    phases = answer.phases
    return {
        "asked": {"method": "HEAD", "url": url},
        "ms": max(0, answer.t - answer.began),
        "phases": {name: getattr(phases, name) for name in ("dns", "connect", "tls", "first_byte", "body")},
        "status": answer.status,
        "failure": answer.failure.value if answer.failure is not None else None,
        "via": answer.via,
    }
