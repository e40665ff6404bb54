"""The Net port: a few kinds of question to the world, each answered by a value, never by an exception."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from trayapp.core.model import Failure
from trayapp.watch import document
from trayapp.watch.exchange import exchange
from trayapp.watch.issuer import Issuers
from trayapp.watch.lookup import Lookup
from trayapp.watch.proxy import Proxies
from trayapp.watch.trip import LIMITS, Limits, Means, Trip

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trayapp.core.ports import Clock
    from trayapp.core.question import Answer, Probe
    from trayapp.watch.trust import Trust

_log = logging.getLogger(__name__)


class Network:
    """Asks over the real network, by the system's proxies where it has any. Safe to use from many threads.

    Keeps nothing between two questions but what the system says of proxies and authorities.
    """

    def __init__(
        self,
        clock: Clock,
        trust: Trust,
        lookup: Lookup | None = None,
        limits: Limits = LIMITS,
        *,
        proxies: Proxies | None = None,
        issuers: Issuers | None = None,
    ) -> None:
        self._clock = clock
        self._means = Means(lookup or Lookup(), trust, proxies or Proxies(), issuers or Issuers())
        self._limits = limits

    def http(self, probe: Probe) -> Answer:
        """One HTTP exchange. Any response that came is an answer without a failure, whatever its status."""
        return self._ask(lambda trip: exchange(probe, trip), probe.id)

    def tls(self, probe: Probe) -> Answer:
        """Look-up, connect and a handshake valid for the host; nothing is said over it."""
        return self._ask(lambda trip: _tls(probe, trip), probe.id)

    def tcp(self, probe: Probe) -> Answer:
        """Look-up and connect."""
        return self._ask(lambda trip: _tcp(probe, trip), probe.id)

    def dns(self, probe: Probe) -> Answer:
        """Look-up by the system's resolver. Of a host that is reached by a proxy it is the proxy's: NOT_ASKABLE."""
        return self._ask(lambda trip: _dns(probe, trip), probe.id)

    def document(self, url: str, headers: Mapping[str, str]) -> Answer:
        """A document over TLS, whole or not at all; redirects on its own host only. See ``document.py``."""
        return self._ask(lambda trip: document.fetch(url, headers, trip), url, document.limits(self._limits))

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The document that answers ``body``; no redirect is followed."""
        return self._ask(lambda trip: document.fetch(url, headers, trip, body), url, document.limits(self._limits))

    def _ask(self, way: Callable[[Trip], Answer], name: str, limits: Limits | None = None) -> Answer:
        trip = Trip(self._clock, limits or self._limits, self._means)
        try:
            return way(trip)
        except Exception:  # noqa: BLE001 - the port's promise: a mistake of ours is data too, and nobody's outage
            _log.exception("asking %s failed by a mistake of ours", name)
            return trip.answer(Failure.INTERNAL)
        finally:
            trip.close()


def _tls(probe: Probe, trip: Trip) -> Answer:
    sock = trip.reach(probe.host, probe.port, trip.way(probe.host))
    secured = sock if isinstance(sock, Failure) else trip.secure(sock, probe.host)
    return trip.answer(secured if isinstance(secured, Failure) else None)


def _tcp(probe: Probe, trip: Trip) -> Answer:
    sock = trip.reach(probe.host, probe.port, trip.way(probe.host))
    return trip.answer(sock if isinstance(sock, Failure) else None)


def _dns(probe: Probe, trip: Trip) -> Answer:
    if trip.way(probe.host) is not None:
        return trip.answer(Failure.NOT_ASKABLE)
    found = trip.look_up(probe.host)
    return trip.answer(found if isinstance(found, Failure) else None)
