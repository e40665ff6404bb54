"""Services of others on loopback, over real TLS: what they are asked, and whatever a test makes them answer."""

from __future__ import annotations

import contextlib
import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from watch_rig import HOST, LONG, Authority, Peer, Server, network, response

from trayapp.config.tags import Tag
from trayapp.config.vantages import Service, Vantages
from trayapp.core.model import Instant, Millis
from trayapp.core.question import Look, Probe, Target
from trayapp.watch.net import Network
from trayapp.watch.outside.budget import Budget
from trayapp.watch.outside.means import Means
from trayapp.watch.trip import Limits

SAMPLES = Path(__file__).parent / "outside"
T: Millis = 1_709_652_000_000
"""5 March 2024, 15:20 UTC."""
ID = "q7Ld0mPzX4sKcV2e"
SHOP = "shop.example"
AUTHORITY = Authority()
TAG = Tag("shopdown", "shop down", ("shop",))


def sample(name: str) -> bytes:
    """A document as somebody wrote it by hand."""
    return (SAMPLES / f"{name}.json").read_bytes()


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class HandClock:
    """Moves when told, and by ``each`` whenever somebody pauses."""

    def __init__(self) -> None:
        self.mono: Millis = 5_000_000
        self.paused: list[Millis] = []

    def now(self) -> Instant:
        return Instant(T + self.mono - 5_000_000, self.mono, "rig")

    def pause(self, ms: Millis) -> None:
        self.paused.append(ms)
        self.mono += ms


class Rig:
    """One service. ``answers`` makes the bytes of each response, or takes over the connection."""

    def __init__(self, kind: str, url: str, limits: Limits, *, twice: bool) -> None:
        self.asked: list[Asked] = []
        self.clock = HandClock()
        self.budget = Budget()
        names = (f"{kind} one", f"{kind} two") if twice else (f"{kind} one",)
        services = tuple(Service(kind, name, url) for name in names)
        self.net: Network = network(AUTHORITY.client(), limits)
        self.means = Means(
            self.net, self.clock, self.budget, Vantages(services, {"shops": (64500,)}), pause=self.clock.pause
        )
        self.service = services[0]


@contextlib.contextmanager
def service(
    kind: str, answer: Callable[[Asked], bytes | Callable[[Peer], None]], limits: Limits = LONG, *, twice: bool = False
) -> Iterator[Rig]:
    def handle(peer: Peer) -> None:
        asked = _read(peer)
        rig.asked.append(asked)
        said = answer(asked)
        if isinstance(said, bytes):
            peer.send(said)
        else:
            said(peer)

    with Server(handle, tls=AUTHORITY.server()) as server:
        rig = Rig(kind, f"https://{HOST}:{server.port}", limits, twice=twice)
        yield rig


def _read(peer: Peer) -> Asked:
    head, _, body = peer.head().partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += peer.sock.recv(65536)
    return Asked(method, path, headers, body)


def target(platform: str = "shop", host: str = SHOP, **more: object) -> Target:
    return Target(platform, Probe(**{"id": "home", "kind": "http", "host": host, **more}))  # type: ignore[arg-type]  # a table of cases


def look(*targets: Target, country: str = "", by_hand: bool = False) -> Look:
    return Look("shops", targets or (target(),), country, by_hand)


def ok(body: bytes, **headers: str) -> bytes:
    return response(body, **{"Content-Type": "application/json", **headers})


def hang(peer: Peer) -> None:
    peer.hold()


def reset(peer: Peer) -> None:
    peer.reset()


def cut(peer: Peer) -> None:
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n" + b'{"id": "')


DEEP = b"[" * 200_000 + b"]" * 200_000
MISBEHAVES: dict[str, bytes | Callable[[Peer], None]] = {
    "empty": ok(b""),
    "an empty table": ok(b"{}"),
    "a list": ok(b"[]"),
    "null": ok(b"null"),
    "cut off inside": ok(b'{"Status": 0, "id": "'),
    "cut off": cut,
    "html": response(b"<!doctype html><title>Sign in to the Wi-Fi</title>", **{"Content-Type": "text/html"}),
    "another document": ok(b'{"name": "another", "data": {}, "Status": "0", "hits": {}, "results": []}'),
    "not utf-8": ok(b'{"Status": "\xff\xfe"}'),
    "deep": ok(DEEP),
    "huge": ok(b" " * (4 * 1024 * 1024 + 10)),
    "a bomb": ok(gzip.compress(b" " * (64 * 1024 * 1024)), **{"Content-Encoding": "gzip"}),
    "another packing": ok(b"\x00\x01", **{"Content-Encoding": "br"}),
    "not asked for a 304": response(status="304 Not Modified"),
    "401": response(b'{"error": "This API requires an authenticated user"}', "401 Unauthorized"),
    "403": response(b"no", "403 Forbidden"),
    "404": response(b"{}", "404 Not Found"),
    "429": response(b"{}", "429 Too Many Requests", **{"Retry-After": "60"}),
    "500": response(b"{}", "500 Internal Server Error"),
    "503": response(b"{}", "503 Service Unavailable"),
    "a redirect": response(status="302 Found", Location="https://elsewhere.example/"),
    "hangs": hang,
    "resets": reset,
}
SILENT = {"cut off", "hangs", "resets", "huge", "a bomb", "another packing"}
"""After these it is asked again in ten minutes: it may be our own line."""


def results(*probes: tuple[str, str, str], kind: str = "http", status: str = "finished", host: str = SHOP) -> bytes:
    """A measurement as the service tells it, each probe by continent, country, and how it went: a key of ``made``."""
    made = {
        "well": {"status": "finished", "statusCode": 200 if kind == "http" else 0, "tls": {"authorized": True}},
        "5xx": {"status": "finished", "statusCode": 502, "tls": {"authorized": True}},
        "fails": {"status": "failed", "rawOutput": "timeout", "statusCode": None, "tls": None},
        "servfail": {"status": "finished", "statusCode": 2, "statusCodeName": "SERVFAIL"},
        "running": {"status": "in-progress", "rawOutput": ""},
    }
    rows = [{"probe": {"continent": c, "country": n, "tags": []}, "result": made[how]} for c, n, how in probes]
    return json.dumps({"id": ID, "type": kind, "target": host, "status": status, "results": rows}).encode()
