"""What the person's own line makes of a question, before anybody out there hears of it. Pure."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trayapp.core.model import Failure
from trayapp.simulate.chance import chance
from trayapp.simulate.scenario import LineIs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trayapp.core.model import Millis
    from trayapp.core.question import Probe
    from trayapp.simulate.scenario import Connection


@dataclass(frozen=True, slots=True)
class Way:
    """How far a question comes. All unset: through, and nobody stands in between."""

    cut: Failure | None = None  # so far and no further
    status: int | None = None  # said by the box in the middle
    via: str = ""
    slow: bool = False


def way(connection: Connection | None, probe: Probe, at: Millis) -> Way:
    """How ``probe``, put ``at``, fares on this line."""
    return _WAYS[connection.line](connection, probe, at) if connection is not None else Way()


def is_address(host: str) -> bool:
    """Whether ``host`` needs no look-up."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _out(_connection: Connection, probe: Probe, _at: Millis) -> Way:
    return Way(cut=Failure.CONNECT_UNREACHABLE if is_address(probe.host) else Failure.DNS_TEMPORARY)


def _resolver(_connection: Connection, probe: Probe, _at: Millis) -> Way:
    return Way() if is_address(probe.host) else Way(cut=Failure.DNS_TIMEOUT)


def _portal(_connection: Connection, probe: Probe, _at: Millis) -> Way:
    """It redirects what is not encrypted, shows its own certificate to the rest, and lets connections be made."""
    if probe.kind not in {"http", "tls"}:
        return Way()
    return Way(cut=Failure.TLS_UNKNOWN_ISSUER) if probe.secure or probe.kind == "tls" else Way(status=302)


def _lossy(connection: Connection, probe: Probe, at: Millis) -> Way:
    lost = probe.kind != "dns" and chance(probe.host, at) < connection.share
    return Way(cut=Failure.CONNECT_TIMEOUT) if lost else Way()


def _intercepted(_connection: Connection, probe: Probe, _at: Millis) -> Way:
    encrypted = probe.kind == "tls" or (probe.kind == "http" and probe.secure)
    return Way(via="interception") if encrypted else Way()


def _proxy(_connection: Connection, _probe: Probe, _at: Millis) -> Way:
    return Way(via="proxy")


def _proxy_503(_connection: Connection, probe: Probe, _at: Millis) -> Way:
    """What is not encrypted is answered by it; of a refused tunnel nobody can tell whose fault it is."""
    if probe.kind == "http" and not probe.secure:
        return Way(status=503, via="proxy")
    return Way(cut=Failure.NOT_ASKABLE, via="proxy")


_WAYS: Mapping[LineIs, Callable[[Connection, Probe, Millis], Way]] = {
    LineIs.OUT: _out,
    LineIs.PORTAL: _portal,
    LineIs.RESOLVER: _resolver,
    LineIs.INTERCEPTED: _intercepted,
    LineIs.PROXY: _proxy,
    LineIs.PROXY_503: _proxy_503,
    LineIs.SLOW: lambda _connection, _probe, _at: Way(slow=True),
    LineIs.LOSSY: _lossy,
}
