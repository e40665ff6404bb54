"""Who sees the test world from elsewhere: a measuring service with probes in many countries, two resolvers, routers.

Their answers follow their own public descriptions; how a host does elsewhere is the `elsewhere` of its rule, whatever
this network does to it. An autonomous system is the host `AS…`: unless it is well elsewhere, hardly a router sees it.
Each probe that is put to work is one line of the log: kind "probe", the host it asks, "http" or "dns" for a path.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from world.rules import Rules

LAB, GOOGLE, CLOUDFLARE, ROUTERS = "api.globalping.io", "dns.google", "cloudflare-dns.com", "stat.ripe.net"
TAKES = 1.0  # seconds until a measurement is finished
AN_HOUR = 250  # tests that who has no key may order
PROBES = (
    ("EU", "FR", "Paris"),
    ("EU", "DE", "Berlin"),
    ("EU", "FI", "Helsinki"),
    ("NA", "US", "Ashburn"),
    ("NA", "CA", "Toronto"),
    ("NA", "MX", "Queretaro"),
    ("AS", "JP", "Tokyo"),
    ("AS", "SG", "Singapore"),
    ("AS", "IN", "Mumbai"),
    ("AF", "MA", "Casablanca"),
    ("AF", "MA", "Rabat"),
    ("AF", "ZA", "Johannesburg"),
    ("SA", "BR", "Sao Paulo"),
    ("OC", "AU", "Sydney"),
)
PEERS = 342
TYPES = {"A": 1, "AAAA": 28}
CODES = {"ok": (0, "NOERROR"), "servfail": (2, "SERVFAIL"), "nxdomain": (3, "NXDOMAIN")}


@dataclass(frozen=True, slots=True)
class Reply:
    """What one of them says."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measurement:
    """One that was ordered."""

    kind: str
    target: str
    places: tuple[tuple[str, str, str], ...]
    begun: float


class OrderRefusedError(ValueError):
    """The order is not as the service wants it; the message says which part."""


class Measuring:
    """All of them. May be asked from any thread."""

    def __init__(self, rules: Rules, log: Callable[..., None], now: Callable[[], float] = time.monotonic) -> None:
        self._rules, self._log, self._now = rules, log, now
        self._ordered: dict[str, Measurement] = {}
        self._lock = threading.Lock()

    def answer(self, host: str, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply | None:
        """What ``host`` says when it is asked for ``target``, a path with its query; None if it is none of them.

        The names of ``headers`` are in small letters.
        """
        parts = urlsplit(target)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if host == LAB:
            return self._lab(method, parts.path, headers, body)
        if host in {GOOGLE, CLOUDFLARE}:
            return self._resolver(host, parts.path, asked, headers)
        return self._routers(parts.path, asked) if host == ROUTERS else None

    def _lab(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        if path == "/v1/measurements" and method == "POST":
            return self._order(headers, body)
        id_ = path.removeprefix("/v1/measurements/")
        under = self._ordered.get(id_) if method == "GET" else None
        if under is None:
            return _refusal(404, "not_found", "Couldn't find the requested item.")
        reply = _said(self._document(id_, under))
        tag = f'W/"{hashlib.sha256(reply.body).hexdigest()[:16]}"'
        if headers.get("if-none-match") == tag:
            return Reply(304, b"", {"ETag": tag})
        return Reply(200, reply.body, {**reply.headers, "ETag": tag})

    def _order(self, headers: Mapping[str, str], body: bytes) -> Reply:
        try:
            if not headers.get("content-type", "").startswith("application/json"):
                raise OrderRefusedError("the body is no JSON")
            kind, target, wanted = _checked(json.loads(body))
        except ValueError as why:
            return _refusal(400, "validation_error", str(why))
        places = tuple(place for key, value, limit in wanted for place in _choose(key, value, limit))
        if not places:
            return _refusal(422, "no_probes_found", "No matching IPv4 probes available.")
        with self._lock:
            if len(places) + sum(len(one.places) for one in self._ordered.values()) > AN_HOUR:
                return _refusal(429, "too_many_requests", "Too many requests.")
            id_ = hashlib.sha256(f"{len(self._ordered)} {target}".encode()).hexdigest()[:16]
            self._ordered[id_] = Measurement(kind, target, places, self._now())
        does = self._rules.treat(target).elsewhere
        for _, country, _ in places:
            self._log("probe", host=target, path=kind, country=country, answer=does)
        return _said({"id": id_, "probesCount": len(places)}, 202, Location=f"https://{LAB}/v1/measurements/{id_}")

    def _document(self, id_: str, under: Measurement) -> dict[str, object]:
        over = self._now() - under.begun >= TAKES
        does = self._rules.treat(under.target).elsewhere
        results = []
        for number, (continent, country, city) in enumerate(under.places):
            probe: dict[str, object] = {
                "continent": continent,
                "country": country,
                "state": None,
                "city": city,
                "asn": 64500 + number,
            }
            probe |= {"network": "A network", "tags": ["datacenter-network"], "resolvers": ["private"]}
            found = (
                _found(under.kind, under.target, does, number) if over else {"status": "in-progress", "rawOutput": ""}
            )
            results.append({"probe": probe, "result": found})
        return {
            "id": id_,
            "type": under.kind,
            "status": "finished" if over else "in-progress",
            "createdAt": "2024-03-05T15:20:00.000Z",
            "updatedAt": "2024-03-05T15:20:01.000Z",
            "target": under.target,
            "probesCount": len(under.places),
            "results": results,
        }

    def _resolver(self, host: str, path: str, asked: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
        if path != {GOOGLE: "/resolve", CLOUDFLARE: "/dns-query"}[host]:
            return Reply(404, b"", {"Content-Type": "text/plain"})
        if host == CLOUDFLARE and "application/dns-json" not in headers.get("accept", ""):
            return Reply(415, b"", {"Content-Type": "text/plain"})  # else it expects the binary form
        name, kind = asked.get("name", "").rstrip(".").lower(), TYPES.get(asked.get("type", "A"))
        if not name or kind is None:
            return Reply(400, b'{"error":"Invalid request"}', {"Content-Type": "application/json"})
        code, _ = CODES[_named(name, self._rules.treat(name).elsewhere)]
        said: dict[str, object] = {"Status": code, "TC": False, "RD": True, "RA": True, "AD": False, "CD": False}
        said["Question"] = [{"name": f"{name}." if host == GOOGLE else name, "type": kind}]
        if code == 0:
            data = "192.0.2.7" if kind == TYPES["A"] else "2001:db8::7"
            said["Answer"] = [{"name": f"{name}.", "type": kind, "TTL": 30, "data": data}]
        reply = _said(said)
        return replace(reply, headers={"Content-Type": "application/dns-json"}) if host == CLOUDFLARE else reply

    def _routers(self, path: str, asked: Mapping[str, str]) -> Reply:
        number = asked.get("resource", "").upper().removeprefix("AS")
        if path != "/data/routing-status/data.json" or not number.isdecimal():
            return _said({"status": "error", "status_code": 400, "messages": [["error", "no such resource"]]}, 400)
        gone = self._rules.treat(f"AS{number}").elsewhere != "ok"
        seen = {"ris_peers_seeing": 12 if gone else PEERS - 1, "total_ris_peers": PEERS}
        data = {
            "visibility": {"v4": seen, "v6": seen},
            "announced_space": {"v4": {"prefixes": 100, "ips": 250000}, "v6": {"prefixes": 50, "48s": 70000}},
            "observed_neighbours": 200,
            "resource": number,
            "query_time": "2024-03-05T08:00:00",
        }
        return _said({"messages": [], "version": "3.2", "status": "ok", "status_code": 200, "data": data})


def _checked(order: Any) -> tuple[str, str, list[tuple[str, str, int]]]:
    """Of an order: of which kind it is, of whom, and from how many places of which continents and countries."""
    if not isinstance(order, dict) or order.keys() - {"type", "target", "locations", "measurementOptions"}:
        raise OrderRefusedError("type, target, locations and measurementOptions are known")
    kind, target, options = order.get("type"), order.get("target"), order.get("measurementOptions", {})
    if kind not in {"http", "dns"} or not isinstance(target, str) or "." not in target or "/" in target:
        raise OrderRefusedError("type or target is wrong")
    if not isinstance(options, dict) or not isinstance(options.get("request", {}), dict):
        raise OrderRefusedError("measurementOptions is wrong")
    places = order.get("locations", [])
    if not isinstance(places, list) or not all(isinstance(place, dict) for place in places):
        raise OrderRefusedError("locations is wrong")
    known = {"http": {"request", "protocol", "port"}, "dns": {"query", "protocol", "port", "resolver", "trace"}}[kind]
    request = options.get("request", {})
    if options.keys() - known or request.keys() - {"host", "path", "query", "method", "headers"}:
        raise OrderRefusedError("an option is not known")
    if request.get("method", "HEAD") not in {"HEAD", "GET", "OPTIONS"}:
        raise OrderRefusedError("request.method is wrong")
    if kind == "http" and options.get("protocol", "HTTPS") not in {"HTTP", "HTTPS", "HTTP2"}:
        raise OrderRefusedError("protocol is wrong")
    wanted = []
    for place in places:
        keys = place.keys() - {"limit"}
        if len(keys) != 1 or not keys <= {"continent", "country"} or not 1 <= place.get("limit", 1) <= 50:
            raise OrderRefusedError("a location is wrong")
        [key] = keys
        wanted.append((key, place[key], place.get("limit", 1)))
    return kind, target, wanted


def _choose(key: str, value: str, limit: int) -> tuple[tuple[str, str, str], ...]:
    """As many probes there as are wanted, or as there are."""
    there = [place for place in PROBES if value == (place[1] if key == "country" else place[0])]
    return tuple(there[:limit])


def _named(name: str, does: str) -> str:
    return "nxdomain" if name.endswith(".invalid") else "servfail" if does == "servfail" else "ok"


def _found(kind: str, target: str, does: str, number: int) -> dict[str, object]:
    """What one probe of them found."""
    if kind == "dns":
        code, word = CODES[_named(target, does)]
        record = {"name": f"{target}.", "type": "A", "ttl": 60, "class": "IN", "value": "192.0.2.7"}
        answers = [] if code else [record]
        return {"status": "finished", "statusCode": code, "statusCodeName": word, "answers": answers, "rawOutput": word}
    if does != "ok":
        ends = ["connect ECONNREFUSED 192.0.2.7:443", "timeout"]
        said = f"queryA ESERVFAIL {target}" if does == "servfail" else ends[number % len(ends)]
        return {"status": "failed", "rawOutput": said, "statusCode": None, "resolvedAddress": None, "tls": None}
    shown = {"protocol": "TLSv1.3", "authorized": True, "subject": {"CN": target, "alt": f"DNS:{target}"}}
    timings = {"total": 90, "dns": 5, "tcp": 20, "tls": 30, "firstByte": 30, "download": 5}
    well = {"status": "finished", "resolvedAddress": "192.0.2.7", "statusCode": 200, "statusCodeName": "OK"}
    return (
        well
        | {"headers": {}, "rawHeaders": "", "rawBody": None, "rawOutput": "HTTP/1.1 200", "truncated": False}
        | {
            "timings": timings,
            "tls": shown,
        }
    )


def _said(document: object, status: int = 200, **headers: str) -> Reply:
    return Reply(status, json.dumps(document).encode(), {"Content-Type": "application/json"} | headers)


def _refusal(status: int, kind: str, message: str) -> Reply:
    return _said({"error": {"type": kind, "message": message}}, status)
