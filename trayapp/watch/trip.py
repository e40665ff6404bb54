"""One question under way: its clock, its deadlines, and the steps that every kind of question shares."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from trayapp import __version__
from trayapp.core.model import SECOND, Failure, Millis, Phases
from trayapp.core.question import Answer
from trayapp.watch import connect, issuer, proxy, trust
from trayapp.watch.lookup import literal
from trayapp.watch.tunnel import open_tunnel

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Mapping

    from trayapp.core.ports import Clock
    from trayapp.watch.issuer import Issuers
    from trayapp.watch.lookup import Address, Lookup
    from trayapp.watch.proxy import Proxies, Proxy, Way
    from trayapp.watch.trust import Trust

USER_AGENT = f"Fanal/{__version__} (+outage monitor; one small request now and then)"

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


@dataclass(frozen=True, slots=True)
class Means:
    """What every question is asked with; shared by all."""

    lookup: Lookup
    trust: Trust
    proxies: Proxies
    issuers: Issuers


class Trip:
    """Begins now, and owns its connection until ``close``. Phases are measured on the injected clock.

    Deadlines run on the system's own: a socket waits in real time, whatever an injected clock may say. Where redirects
    make several connections of it, each phase is the sum over all of them.
    """

    def __init__(self, clock: Clock, limits: Limits, means: Means) -> None:
        self.limits = limits
        self.phases = Phases()
        self._means = means
        self._clock = clock
        self._began = self._mark = clock.now()
        self._deadline = time.monotonic() + limits.whole / SECOND
        self._address = ""
        self._via = ""
        self._families = 0
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

    def spent(self, phase: str) -> None:
        """Count the time since the last call, or the beginning, to ``phase``: the stages follow each other."""
        now = self._clock.now()
        passed, self._mark = now.since(self._mark), now
        self.phases = replace(self.phases, **{phase: (getattr(self.phases, phase) or 0) + passed})

    def way(self, host: str, *, tunnel: bool = True) -> Way:
        """How the system's proxies let ``host`` be reached; ``tunnel`` false: with a plain HTTP request."""
        way = self._means.proxies.way(host, tunnel=tunnel)
        if way is not None:
            self._via = proxy.VIA
        return way

    def look_up(self, host: str) -> tuple[Address, ...] | Failure:
        """Where ``host`` is."""
        found = self._means.lookup.addresses(host, self.wait_s(self.until(self.limits.dns)))
        if literal(host) is None:
            self.spent("dns")
        return self._named(found, Failure.DNS_TIMEOUT) if isinstance(found, Failure) else found

    def reach(self, host: str, port: int, way: Way) -> socket.socket | Failure:
        """A connection to ``host``: direct, or through a proxy; or to the proxy itself, if it is not to tunnel.

        With a proxy it is the proxy that is looked up and connected to; the phase of connecting lasts until its tunnel
        stands.
        """
        if isinstance(way, Failure):
            return way
        if way is None:
            return self._connect(host, port)
        sock = self._connect(way.host, way.port)
        if isinstance(sock, Failure):
            self._families = 0  # of the proxy: nobody out there was tried
            return Failure.NOT_ASKABLE if sock is Failure.NOT_ASKABLE else Failure.PROXY_UNREACHABLE
        self._address = ""  # the proxy's is not the host's
        return (self._tunnelled(sock, way, host, port) if way.tunnel else None) or sock

    def _tunnelled(self, sock: socket.socket, way: Proxy, host: str, port: int) -> Failure | None:
        failure = open_tunnel(sock, way, host, port, agent=USER_AGENT, until=self.until(self.limits.first_byte))
        self.spent("connect")
        return failure

    def _connect(self, host: str, port: int) -> socket.socket | Failure:
        found = self.look_up(host)
        if isinstance(found, Failure):
            return found
        reached = connect.connect(found, port, self.wait_s(self.until(self.limits.connect)))
        self.spent("connect")
        if isinstance(reached, connect.Unreached):
            self._families = reached.families
            return self._named(reached.failure, Failure.CONNECT_TIMEOUT)
        self._sock, address = reached
        self._address = address.ip
        return self._sock

    def secure(self, sock: socket.socket, host: str) -> ssl.SSLSocket | Failure:
        """A TLS handshake on ``sock``, valid for ``host``."""
        context = self._means.trust()
        # Since Python 3.5 the time-out is that of the whole handshake, so a peer that drips cannot stretch it.
        sock.settimeout(self.wait_s(self.until(self.limits.tls)))
        try:
            self._sock = secured = context.wrap_socket(sock, server_hostname=host)
        except OSError as error:
            return self._named(trust.failure_of(error), Failure.TLS_TIMEOUT)
        except ValueError:  # a name that no certificate can hold
            return Failure.NOT_ASKABLE
        finally:
            self.spent("tls")
        # No version: the peer was gone before we began, and Python skipped the handshake without a word.
        if secured.version() is None:
            return Failure.TLS_RESET
        if not self._via and self._means.issuers.between(secured):
            self._via = issuer.VIA
        return secured

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
            via=self._via,
            address=self._address,
            families=self._families,
        )
