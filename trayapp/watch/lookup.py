"""Name look-ups with a hard time-out.

``getaddrinfo`` cannot be interrupted: a resolver that never answers keeps its caller for ever. So a look-up runs on a
daemon thread of its own and the asker leaves when its time is over; the thread is left behind. What is left behind is
bounded: one look-up of a host at once (later askers join it), and no new ones at all while too many hang.

A thread for each look-up costs more than the look-up. Where the asker's own thread may be left behind as well (the
workers' may), a resolver that is known to answer is asked on it; as soon as one look-up takes too long, none is for a
while. That one asker hears of its time-out late.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, TypeAlias

from trayapp.core.model import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ADDRESS_LIMIT = 8
"""Addresses kept of one answer: more cannot all be tried within the time for connecting."""

HUNG_AFTER_S = 5.0
"""A look-up older than this counts as hung: nobody waits longer for one."""

JOIN_UNTIL_S = 30.0
"""A look-up older than this is not joined any more: the network may have come back since it got lost."""

WARY_S = 600.0
"""For so long after a look-up that took too long no asker's own thread is lent to another."""

HUNG_LIMIT = 16
"""With so many hung, no new look-up is begun."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a host can be reached. ``scope`` is the interface number of a link-local v6 address."""

    family: int
    ip: str
    scope: int = 0

    def at(self, port: int) -> tuple[str, int] | tuple[str, int, int, int]:
        """The socket address of ``port`` there."""
        return (self.ip, port, 0, self.scope) if self.family == socket.AF_INET6 else (self.ip, port)


Resolve: TypeAlias = "Callable[[str], Iterable[Address]]"
"""Host → addresses, best first; raises ``OSError`` (``gaierror``) or, for a name that cannot exist, ``ValueError``."""


def system_resolve(host: str) -> list[Address]:
    """Ask the system's resolver: hosts file, search domains and all, as the person's browser would."""
    found = []
    for family, _, _, _, where in socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM):
        if family in (socket.AF_INET, socket.AF_INET6):
            found.append(Address(family, str(where[0]), where[3] if len(where) == 4 else 0))
    return found


def literal(host: str) -> Address | None:
    """``host`` as an address if it is one: then there is nothing to look up."""
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return None
    return Address(socket.AF_INET6 if ip.version == 6 else socket.AF_INET, host)


def staggered(addresses: Iterable[Address]) -> tuple[Address, ...]:
    """Families by turns, beginning with the resolver's first (RFC 8305 section 4); each address once, at most 8."""
    distinct = tuple(dict.fromkeys(addresses))
    if not distinct:
        return ()
    first = [a for a in distinct if a.family == distinct[0].family]
    other = [a for a in distinct if a.family != distinct[0].family]
    turns = chain.from_iterable(zip_longest(first, other))
    return tuple(a for a in turns if a is not None)[:ADDRESS_LIMIT]


# One name per meaning; the numbers differ by system and some systems lack some names. Windows answers with WSA numbers.
_FAILURES = {
    number: failure
    for failure, names, wsa in (
        (Failure.DNS_NXDOMAIN, ("EAI_NONAME",), 11001),
        (Failure.DNS_TEMPORARY, ("EAI_AGAIN",), 11002),
        (Failure.DNS_REFUSED, ("EAI_FAIL",), 11003),
        (Failure.DNS_NO_ANSWER, ("EAI_NODATA", "EAI_ADDRFAMILY"), 11004),
    )
    for number in (wsa, *(getattr(socket, name) for name in names if hasattr(socket, name)))
}


def failure_of(error: OSError) -> Failure:
    """What a resolver's error means."""
    if isinstance(error, TimeoutError):
        return Failure.DNS_TIMEOUT
    if isinstance(error, socket.gaierror):
        return _FAILURES.get(error.errno or 0, Failure.DNS_ERROR)
    return Failure.DNS_ERROR


@dataclass(slots=True, eq=False)
class _Asking:
    """One look-up under way."""

    began: float
    done: threading.Event = field(default_factory=threading.Event)
    result: tuple[Address, ...] | Failure = Failure.INTERNAL  # what remains if ``resolve`` broke its word

    def older_than(self, seconds: float) -> bool:
        return time.monotonic() - self.began > seconds


class Lookup:
    """Looks names up for many threads at once. ``resolve`` may hang; the askers will not.

    ``lent``: askers lend their own threads, which may be left behind, while the resolver answers.
    """

    def __init__(
        self,
        resolve: Resolve = system_resolve,
        *,
        hung_after_s: float = HUNG_AFTER_S,
        join_until_s: float = JOIN_UNTIL_S,
        hung_limit: int = HUNG_LIMIT,
        lent: bool = False,
    ) -> None:
        self._resolve = resolve
        self._hung_after_s = hung_after_s
        self._join_until_s = join_until_s
        self._hung_limit = hung_limit
        self._lent = lent
        self._wary_until = 0.0
        self._lock = threading.Lock()
        self._latest: dict[str, _Asking] = {}
        self._running: set[_Asking] = set()

    def addresses(self, host: str, within_s: float) -> tuple[Address, ...] | Failure:
        """The addresses of ``host`` in the order to try them, or why not; after ``within_s`` seconds at the latest."""
        given = literal(host)
        if given is not None:
            return (given,)
        own = self._on_own_thread(host)
        if own is not None:
            self._run(host, own)
            if own.older_than(within_s):
                self._wary_until = time.monotonic() + WARY_S
                return Failure.DNS_TIMEOUT
            return own.result
        asking = self._join_or_start(host)
        if asking is None:
            return Failure.NOT_ASKABLE
        return asking.result if asking.done.wait(within_s) else Failure.DNS_TIMEOUT

    def _on_own_thread(self, host: str) -> _Asking | None:
        """A look-up for the asker's own thread; None where that must not be lent, or ``host`` is asked for already."""
        with self._lock:
            hangs = any(a.older_than(self._hung_after_s) for a in self._running)
            if not self._lent or hangs or time.monotonic() < self._wary_until or host in self._latest:
                return None
            asking = self._latest[host] = _Asking(time.monotonic())
            self._running.add(asking)
            return asking

    def _join_or_start(self, host: str) -> _Asking | None:
        with self._lock:
            asking = self._latest.get(host)
            if asking is not None and not asking.older_than(self._join_until_s):
                return asking
            if sum(1 for a in self._running if a.older_than(self._hung_after_s)) >= self._hung_limit:
                return None
            asking = _Asking(time.monotonic())
            try:
                threading.Thread(target=self._run, args=(host, asking), name="lookup", daemon=True).start()
            except RuntimeError:  # no more threads to be had, or the process is ending: not the host's fault
                return None
            self._latest[host] = asking
            self._running.add(asking)
            return asking

    def _run(self, host: str, asking: _Asking) -> None:
        try:
            asking.result = staggered(self._resolve(host)) or Failure.DNS_NO_ANSWER
        except OSError as error:
            asking.result = failure_of(error)
        except ValueError:  # UnicodeError is one: a label that is empty or too long can be no host's name
            asking.result = Failure.NOT_ASKABLE
        finally:
            with self._lock:
                self._running.discard(asking)
                if self._latest.get(host) is asking:
                    del self._latest[host]
            asking.done.set()
