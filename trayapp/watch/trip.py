"""One question under way: its clock, its deadlines, and the steps that every kind of question shares."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from trayapp.core.model import SECOND, Failure, Millis, Phases
from trayapp.core.question import Answer
from trayapp.watch import connect, trust
from trayapp.watch.lookup import literal

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Mapping

    from trayapp.core.ports import Clock
    from trayapp.watch.lookup import Lookup

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_LEAST_S = 0.001  # a socket's time-out of 0 would mean "do not wait", which is another kind of error


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each stage may take, in milliseconds, and how much may come, in bytes."""

    dns: Millis = 5 * SECOND
    connect: Millis = 5 * SECOND
    tls: Millis = 5 * SECOND
    first_byte: Millis = 10 * SECOND
    whole: Millis = 15 * SECOND
    body: int = 64 * 1024
    head: int = 128 * 1024  # status line and headers with all interim (1xx) responses before them


LIMITS = Limits()


class Trip:
    """Begins now, and owns its connection until ``close``. Phases are measured on the injected clock.

    Deadlines run on the system's own: a socket waits in real time, whatever an injected clock may say.
    """

    def __init__(self, clock: Clock, limits: Limits) -> None:
        self.limits = limits
        self.phases = Phases()
        self._clock = clock
        self._began = self._mark = clock.now()
        self._deadline = time.monotonic() + limits.whole / SECOND
        self._address = ""
        self._sock: socket.socket | None = None

    @property
    def over(self) -> bool:
        """The whole question has taken too long."""
        return time.monotonic() >= self._deadline

    def until(self, limit: Millis) -> float:
        """The monotonic moment at which a stage that begins now must end."""
        return min(self._deadline, time.monotonic() + limit / SECOND)

    def wait_s(self, until: float | None = None) -> float:
        """Seconds left until then (default: the end of the whole question), as a time-out for a socket; never 0."""
        return max(_LEAST_S, (self._deadline if until is None else until) - time.monotonic())

    def close(self) -> None:
        """Hang up, whatever became of it."""
        if self._sock is not None:
            self._sock.close()

    def lap(self) -> Millis:
        """Milliseconds since the last lap. The stages of a question follow each other, so each is one lap."""
        now = self._clock.now()
        passed, self._mark = now.since(self._mark), now
        return passed

    def reach(self, lookup: Lookup, host: str, port: int) -> socket.socket | Failure:
        """Look ``host`` up and connect."""
        found = lookup.addresses(host, self.wait_s(self.until(self.limits.dns)))
        if literal(host) is None:
            self.phases = replace(self.phases, dns=self.lap())
        if isinstance(found, Failure):
            return self._named(found, Failure.DNS_TIMEOUT)
        reached = connect.connect(found, port, self.wait_s(self.until(self.limits.connect)))
        self.phases = replace(self.phases, connect=self.lap())
        if isinstance(reached, Failure):
            return self._named(reached, Failure.CONNECT_TIMEOUT)
        self._sock, address = reached
        self._address = address.ip
        return self._sock

    def secure(self, sock: socket.socket, host: str, context: ssl.SSLContext) -> ssl.SSLSocket | Failure:
        """A TLS handshake on ``sock``, valid for ``host``."""
        # Since Python 3.5 the time-out is that of the whole handshake, so a peer that drips cannot stretch it.
        sock.settimeout(self.wait_s(self.until(self.limits.tls)))
        try:
            self._sock = secured = context.wrap_socket(sock, server_hostname=host)
        except OSError as error:
            return self._named(trust.failure_of(error), Failure.TLS_TIMEOUT)
        except ValueError:  # a name that no certificate can hold
            return Failure.NOT_ASKABLE
        finally:
            self.phases = replace(self.phases, tls=self.lap())
        # No version: the peer was gone before we began, and Python skipped the handshake without a word.
        return secured if secured.version() is not None else Failure.TLS_RESET

    def _named(self, failure: Failure, time_out: Failure) -> Failure:
        return Failure.CHECK_TIMEOUT if failure is time_out and self.over else failure

    def answer(
        self,
        failure: Failure | None = None,
        status: int | None = None,
        headers: Mapping[str, str] = _NO_HEADERS,
        body: bytes = b"",
    ) -> Answer:
        """What is known now. Its length is taken from the steady clock, so ``began`` is reckoned back from the end."""
        now = self._clock.now()
        return Answer(
            began=now.t - now.since(self._began),
            t=now.t,
            phases=self.phases,
            failure=failure,
            status=status,
            headers=headers,
            body=body,
            address=self._address,
        )
