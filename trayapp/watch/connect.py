"""Connecting to the first of several addresses that answers: Happy Eyeballs (RFC 8305).

The next address is tried when the one before has failed, or has been silent for the stagger; whoever answers first wins
and all others are closed.
"""

from __future__ import annotations

import errno
import selectors
import socket
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from trayapp.core.model import Failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trayapp.watch.lookup import Address

STAGGER_S = 0.25
"""RFC 8305 section 5: the recommended delay between attempts."""

Connected: TypeAlias = "tuple[socket.socket, Address]"


@dataclass(frozen=True, slots=True)
class Unreached:
    """Nobody answered. ``families``: in how many address families somebody out there was really tried (0 to 2)."""

    failure: Failure
    families: int = 0


_UNDER_WAY = {errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EINTR}

_WSAEACCES = 10013  # Windows: a local firewall said no; elsewhere no errno has this number

_FAILURES = {
    errno.ECONNREFUSED: Failure.CONNECT_REFUSED,
    errno.ECONNRESET: Failure.CONNECT_RESET,
    errno.ECONNABORTED: Failure.CONNECT_RESET,
    errno.EPIPE: Failure.CONNECT_RESET,
    errno.ENOTCONN: Failure.CONNECT_RESET,
    errno.ETIMEDOUT: Failure.CONNECT_TIMEOUT,
    errno.ENETUNREACH: Failure.CONNECT_UNREACHABLE,
    errno.EHOSTUNREACH: Failure.CONNECT_UNREACHABLE,
    errno.EADDRNOTAVAIL: Failure.CONNECT_UNREACHABLE,  # no own address of that family: no way there
    errno.EAFNOSUPPORT: Failure.CONNECT_UNREACHABLE,  # the family is switched off here
    errno.ENETDOWN: Failure.CONNECT_NETWORK_DOWN,
    errno.EACCES: Failure.CONNECT_NETWORK_DOWN,  # a rule of this computer
    errno.EPERM: Failure.CONNECT_NETWORK_DOWN,
    _WSAEACCES: Failure.CONNECT_NETWORK_DOWN,
    errno.EMFILE: Failure.NOT_ASKABLE,  # we ran out of something: nobody out there was asked
    errno.ENFILE: Failure.NOT_ASKABLE,
    errno.ENOBUFS: Failure.NOT_ASKABLE,
    errno.ENOMEM: Failure.NOT_ASKABLE,
}

# How far away it was said: first what the other end said, then silence, then what the way said, then what we said.
_TELLING = (
    Failure.CONNECT_REFUSED,
    Failure.CONNECT_RESET,
    Failure.CONNECT_TIMEOUT,
    Failure.CONNECT_UNREACHABLE,
    Failure.CONNECT_NETWORK_DOWN,
    Failure.CONNECT_ERROR,
    Failure.NOT_ASKABLE,
)

# These the other end gave, or its silence; all others are this computer's, or a router's, who know no way there.
_TRIED = {Failure.CONNECT_REFUSED, Failure.CONNECT_RESET, Failure.CONNECT_TIMEOUT}


def failure_of(number: int) -> Failure:
    """What an ``errno`` of connecting means."""
    return _FAILURES.get(number, Failure.CONNECT_ERROR)


def most_telling(failures: Iterable[Failure]) -> Failure:
    """Of the failures of several addresses, the one that came from farthest away; that of the host itself is best."""
    return min(failures, key=_TELLING.index, default=Failure.CONNECT_ERROR)


def connect(
    addresses: Sequence[Address], port: int, within_s: float, stagger_s: float = STAGGER_S
) -> Connected | Unreached:
    """A connected socket and whom it reached, or why not; after ``within_s`` seconds at the latest.

    The socket does not block: its user gives it a time-out.
    """
    with selectors.DefaultSelector() as selector:
        try:
            return _race(selector, deque(addresses), port, time.monotonic() + within_s, stagger_s)
        finally:
            for key in selector.get_map().values():
                key.data[0].close()


def _race(
    selector: selectors.BaseSelector, waiting: deque[Address], port: int, deadline: float, stagger_s: float
) -> Connected | Unreached:
    failures: list[tuple[int, Failure]] = []  # each with its family
    next_start = time.monotonic()
    while True:
        now = time.monotonic()
        if now >= deadline:
            failures += [(key.data[1].family, Failure.CONNECT_TIMEOUT) for key in selector.get_map().values()]
            return _unreached(failures, Failure.CONNECT_TIMEOUT)
        if waiting and (now >= next_start or not selector.get_map()):
            address = waiting.popleft()
            failure = _start(selector, address, port)
            if failure is not None:
                failures.append((address.family, failure))
                continue
            next_start = now + stagger_s
        if not selector.get_map():
            return _unreached(failures)
        wake = min(deadline, next_start) if waiting else deadline
        for key, _ in selector.select(max(0.0, wake - now)):
            sock, address = key.data
            selector.unregister(sock)
            failure = _outcome(sock)
            if failure is None:
                return sock, address
            sock.close()
            failures.append((address.family, failure))
            next_start = now  # a failure is no reason to wait for the stagger


def _unreached(failures: Sequence[tuple[int, Failure]], *more: Failure) -> Unreached:
    tried = {family for family, failure in failures if failure in _TRIED}
    return Unreached(most_telling([*more, *(failure for _, failure in failures)]), len(tried))


def _start(selector: selectors.BaseSelector, address: Address, port: int) -> Failure | None:
    try:
        sock = socket.socket(address.family, socket.SOCK_STREAM)
    except OSError as error:
        return failure_of(error.errno or 0)
    try:
        sock.settimeout(0)
        number = sock.connect_ex(address.at(port))
    except (OSError, OverflowError) as error:  # OverflowError: a port that no port can be
        sock.close()
        return failure_of(error.errno or 0) if isinstance(error, OSError) else Failure.NOT_ASKABLE
    if number and number not in _UNDER_WAY:
        sock.close()
        return failure_of(number)
    selector.register(sock, selectors.EVENT_WRITE, (sock, address))
    return None


def _outcome(sock: socket.socket) -> Failure | None:
    number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if number:
        return failure_of(number)
    try:
        sock.getpeername()  # no error and yet no peer: it was never under way, or is over already
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError as error:
        return failure_of(error.errno or 0)
    return None
