"""What is ordered of the measuring service, and what its documents say (version 1 of its API). Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from trayapp.core.model import Outcome
from trayapp.watch.feeds.documents import Malformed, json_in, rows, table
from trayapp.watch.outside.merged import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trayapp.core.question import Probe, Target
    from trayapp.watch.feeds.documents import Table

CONTINENTS: Final = ("EU", "NA", "AS")
"""Where most of its probes are."""
HTTP: Final = "http"
DNS: Final = "dns"

_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_EARTH = frozenset({"AF", "AN", "AS", "EU", "NA", "OC", "SA"})
_METHODS = frozenset({"HEAD", "GET", "OPTIONS"})
_WEB = frozenset({80, 443})
_MOST = 50
"""Results of one measurement; never more than a dozen are ordered."""
_SERVFAIL, _NXDOMAIN = 2, 3


@dataclass(frozen=True, slots=True)
class Order:
    """One measurement of one host: ``each`` probes on every continent of ours, and in the person's country."""

    kind: str  # HTTP or DNS
    target: Target
    each: int
    country: str = ""

    @property
    def tests(self) -> int:
        """As many probes as it can occupy."""
        return self.each * places(self.country)

    def body(self) -> bytes:
        """The document that orders it."""
        where: list[dict[str, object]] = [{"continent": c, "limit": self.each} for c in CONTINENTS]
        if self.country:
            where.append({"country": self.country, "limit": self.each})
        probe = self.target.probe
        options: dict[str, object] = {"query": {"type": "A"}} if self.kind == DNS else _request(probe)
        order = {"type": self.kind, "target": probe.host, "locations": where, "measurementOptions": options}
        return json.dumps(order).encode()


@dataclass(frozen=True, slots=True)
class Result:
    """What is known of a measurement so far."""

    finished: bool
    places: tuple[Place, ...]


def places(country: str) -> int:
    """In how many places is asked."""
    return len(CONTINENTS) + bool(country)


def orders(targets: Sequence[Target], country: str, tests: int) -> tuple[Order, ...]:
    """What to order for at most ``tests`` tests: HTTP at every target; with what is left, look-ups of the first.

    One target gets the more probes; if there are too few tests, the last targets get none.
    """
    where = places(country)
    asked = [t for t in targets if t.probe.kind != DNS and t.probe.port in _WEB]
    asked = asked[: tests // where]
    found = []
    if asked:
        each = max(1, (tests - where) // (where * len(asked)))
        found = [Order(HTTP, target, each, country) for target in asked]
    left = tests - sum(order.tests for order in found)
    if targets and left >= where and not _address(targets[0].probe.host):
        found.append(Order(DNS, targets[0], 1, country))
    return tuple(found)


def created(body: bytes) -> str | None:
    """The id of the measurement that was begun; ``None``: the document is another."""
    try:
        found = table(json_in(body)).get("id")
    except Malformed:
        return None
    return found if isinstance(found, str) and _ID.fullmatch(found) else None


def result(body: bytes, id_: str, order: Order) -> Result | None:
    """What the document says of measurement ``id_``; ``None``: it is none, or one of another measurement."""
    try:
        document = table(json_in(body))
        if document.get("id") != id_ or document.get("type") != order.kind:
            return None
        if document.get("target") != order.target.probe.host or not isinstance(document.get("status"), str):
            return None
        found = rows(document.get("results"))
        if len(found) > _MOST:
            return None
        seen = tuple(_place(table(row.get("probe")), table(row.get("result")), order) for row in found)
    except Malformed:
        return None
    return Result(document["status"] != "in-progress", seen)


def _place(probe: Table, found: Table, order: Order) -> Place:
    continent, country = probe.get("continent"), probe.get("country")
    if continent not in _EARTH or not isinstance(country, str) or not _COUNTRY.fullmatch(country):
        raise Malformed
    outcome, server = (_name if order.kind == DNS else _answer)(found, order.target.probe)
    return Place(str(continent), country, outcome, server)


def _answer(found: Table, probe: Probe) -> tuple[Outcome, bool]:
    """Whether a probe of theirs reached the host, and whether the server itself said that it fails.

    As here: any answer below 500 has reached somebody, if the certificate is good where one is asked for.
    """
    transport = probe.kind == "tcp"
    status = found.get("status")
    if status == "failed":
        # What is only to be connected to may speak another language: that it did not speak HTTP proves nothing.
        return (Outcome.UNKNOWN if transport else Outcome.FAILED), False
    code = found.get("statusCode")
    if status != "finished" or not isinstance(code, int) or isinstance(code, bool) or not 100 <= code <= 999:
        return Outcome.UNKNOWN, False
    if transport:
        return Outcome.OK, False
    shown = found.get("tls")
    trusted = shown.get("authorized") if isinstance(shown, dict) else None
    if probe.secure and trusted is not True:
        return (Outcome.FAILED if trusted is False else Outcome.UNKNOWN), False
    return (Outcome.FAILED, True) if 500 <= code <= 599 else (Outcome.OK, False)


def _name(found: Table, _: Probe) -> tuple[Outcome, bool]:
    """Whether the resolver of a probe of theirs knows the name."""
    code = found.get("statusCode")
    if found.get("status") != "finished" or not isinstance(code, int) or isinstance(code, bool):
        return Outcome.UNKNOWN, False  # no answer of a resolver of theirs may be their own trouble
    if code in {_SERVFAIL, _NXDOMAIN}:
        return Outcome.FAILED, False
    return (Outcome.OK if code == 0 else Outcome.UNKNOWN), False


def _request(probe: Probe) -> dict[str, object]:
    path, _, query = probe.path.partition("?")
    method = probe.method if probe.kind == HTTP and probe.method in _METHODS else "HEAD"
    request = {"method": method, "path": path, **({"query": query} if query else {})}
    return {"request": request, "protocol": "HTTPS" if probe.secure else "HTTP", "port": probe.port}


def _address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()
