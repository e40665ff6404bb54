"""The Net port: three kinds of question to the world, each answered by a value, never by an exception."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from trayapp.core.model import Failure
from trayapp.watch.exchange import exchange
from trayapp.watch.lookup import Lookup
from trayapp.watch.trip import LIMITS, Limits, Trip

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.core.ports import Clock
    from trayapp.core.question import Answer, Probe
    from trayapp.watch.trust import Trust

_log = logging.getLogger(__name__)


class Network:
    """Asks over the real network. Safe to use from many threads; keeps nothing between two questions."""

    def __init__(self, clock: Clock, trust: Trust, lookup: Lookup | None = None, limits: Limits = LIMITS) -> None:
        self._clock = clock
        self._trust = trust
        self._lookup = lookup or Lookup()
        self._limits = limits

    def http(self, probe: Probe) -> Answer:
        """One HTTP exchange. Any response that came is an answer without a failure, whatever its status."""
        return self._ask(lambda trip: exchange(probe, trip, self._lookup, self._trust), probe)

    def tls(self, probe: Probe) -> Answer:
        """Look-up, connect and a handshake valid for the host; nothing is said over it."""
        return self._ask(lambda trip: self._tls(trip, probe), probe)

    def tcp(self, probe: Probe) -> Answer:
        """Look-up and connect."""
        return self._ask(lambda trip: self._tcp(trip, probe), probe)

    def _tls(self, trip: Trip, probe: Probe) -> Answer:
        sock = trip.reach(self._lookup, probe.host, probe.port)
        secured = sock if isinstance(sock, Failure) else trip.secure(sock, probe.host, self._trust())
        return trip.answer(secured if isinstance(secured, Failure) else None)

    def _tcp(self, trip: Trip, probe: Probe) -> Answer:
        sock = trip.reach(self._lookup, probe.host, probe.port)
        return trip.answer(sock if isinstance(sock, Failure) else None)

    def _ask(self, way: Callable[[Trip], Answer], probe: Probe) -> Answer:
        trip = Trip(self._clock, self._limits)
        try:
            return way(trip)
        except Exception:  # noqa: BLE001 - the port's promise: a mistake of ours is data too, and nobody's outage
            _log.exception("asking %s failed by a mistake of ours", probe.id)
            return trip.answer(Failure.INTERNAL)
        finally:
            trip.close()
