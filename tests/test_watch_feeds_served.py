"""Every status system, asked over real TLS of a server that knows nothing of how it is read."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from feeds_rig import GOOD, MAINTENANCE, REPORTED, TROUBLE, document, official, told
from watch_rig import HOST, LONG, QUICK, Authority, Peer, RealClock, Server, network, response

from trayapp.core.model import Evidence, Failure, Outcome, Source, Stage
from trayapp.core.question import Official, Page
from trayapp.watch.feeds import SYSTEMS
from trayapp.watch.feeds.reading import Reader

if TYPE_CHECKING:
    from trayapp.watch.trip import Limits

NAMES = sorted(SYSTEMS)
PINS = {"text": "Beacon"}
"""Of whom a page is that tells it by its host's name elsewhere."""
KINDS = {
    "js": "text/javascript",
    "xml": "application/xml",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
}

NEW_WORDS: dict[str, tuple[Official, str, str]] = {
    "apple": (
        GOOD["apple"][0],
        '{"services": [{"serviceName": "Mail", "events": [{"statusType": "Huff"}]}]}',
        "Mail: Huff",
    ),
    "atom": (official("atom", "other"), "<rss><channel><item><title>Huff</title></item></channel></rss>", "Huff"),
    "google": (
        GOOD["google"][0],
        '[{"begin": "2026-01-01T00:00:00Z", "service_name": "Mail", "status_impact": "HUFF"}]',
        "Mail: HUFF",
    ),
    "instatus": (GOOD["instatus"][0], '{"components": [{"name": "API", "status": "HUFF"}]}', "API: HUFF"),
    "m365": (GOOD["m365"][0], '[{"ServiceDisplayName": "Outlook.com", "Status": "Huff"}]', "Outlook.com: Huff"),
    "metastatus": (
        GOOD["metastatus"][0],
        '[{"id": "facebook-login", "services": [{"status": "Huff"}]}]',
        "facebook-login: Huff",
    ),
    "slack": (
        GOOD["slack"][0],
        '{"status": "active", "active_incidents": [{"title": "Huff", "type": "huff", "services": ["Messaging"]}]}',
        "Huff",
    ),
    "statuspage": (
        GOOD["statuspage"][0],
        '{"page": {"id": "p1"}, "components": [{"id": "1", "name": "API", "status": "huff"}]}',
        "API: huff",
    ),
    "text": (GOOD["text"][0], "<p>The beacon is in a huff</p>", "The beacon is in a huff"),
}

MAINTAINED: dict[str, tuple[Official, str]] = {
    "apple": (official("apple", web="Maps"), "apple_trouble.js"),
    "atom": (official("atom", post="Storage"), "atom_history.xml"),
    "instatus": (official("instatus", mail="Mail"), "instatus_trouble.json"),
    "slack": (official("slack", post="Files"), "slack_maintenance.json"),
    "statuspage": (official("statuspage", api="API", page="p1"), "statuspage_maintenance.json"),
}
"""The other systems have no word for it."""

Say = Callable[[Peer, bytes], None]


class Site:
    """A server whose answer the test sets, and a reader of its one page."""

    def __init__(self, authority: Authority, one: Official, say: Say, limits: Limits) -> None:
        self.heads: list[bytes] = []
        self.say = say
        self.server = Server(self._handle, tls=authority.server())
        self.reader = Reader(network(authority.client(), limits), RealClock())
        self.one = replace(one, url=f"https://{HOST}:{self.server.port}/page", page=PINS.get(one.system, one.page))
        self.page = Page(self.one.url, one.system, (("somebody", "owner", self.one),))

    def _handle(self, peer: Peer) -> None:
        self.heads.append(peer.head())
        self.say(peer, self.heads[-1])

    def read(self) -> tuple[Evidence, ...]:
        return self.reader.read(self.page).claims


Serve = Callable[..., Site]


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def serve(authority: Authority) -> Iterator[Serve]:
    servers: list[Server] = []

    def one(official: Official, say: Say | bytes, limits: Limits = LONG) -> Site:
        site = Site(authority, official, say if callable(say) else lambda peer, _: peer.send(say), limits)
        servers.append(site.server.__enter__())
        return site

    yield one
    for server in servers:
        server.__exit__(None, None, None)


def page(name: str) -> bytes:
    return response(document(name), **{"Content-Type": KINDS[name.rsplit(".", 1)[1]]})


def understood(claims: tuple[Evidence, ...], one: Official, body: bytes) -> None:
    assert {(e.platform, e.owner, e.source, e.host, e.probe) for e in claims} == {
        ("somebody", "owner", Source.OFFICIAL, HOST, "page")
    }
    assert {str(e.function or "*"): (e.failure, e.note) for e in claims} == told(one, body)
    assert len({e.answer for e in claims}) == 1
    assert all(e.ms >= 0 and e.phases.tls is not None for e in claims)


def unreadable(claims: tuple[Evidence, ...], why: str) -> None:
    assert [(e.outcome, e.failure, e.function, e.note) for e in claims] == [
        (Outcome.UNKNOWN, Failure.OFFICIAL_UNREADABLE, None, why)
    ]


@pytest.mark.parametrize("system", NAMES)
def test_good(serve: Serve, system: str) -> None:
    one, name = GOOD[system]
    claims = serve(one, page(name)).read()
    understood(claims, one, document(name))
    assert {e.outcome for e in claims} == {Outcome.OK}


@pytest.mark.parametrize("system", NAMES)
def test_trouble(serve: Serve, system: str) -> None:
    one, name = TROUBLE[system]
    claims = serve(one, page(name)).read()
    understood(claims, one, document(name))
    bad = [e for e in claims if e.outcome is Outcome.FAILED]
    assert bad
    assert all(e.failure is not None and e.failure.stage is Stage.OFFICIAL for e in bad)


@pytest.mark.parametrize("system", NAMES)
def test_a_word_never_seen_is_quoted_word_for_word(serve: Serve, system: str) -> None:
    one, body, quote = NEW_WORDS[system]
    claims = serve(one, response(body.encode())).read()
    assert [(e.failure, e.note) for e in claims if e.outcome is Outcome.FAILED] == [(REPORTED, quote)]


@pytest.mark.parametrize("system", sorted(MAINTAINED))
def test_maintenance_is_a_state_of_its_own(serve: Serve, system: str) -> None:
    one, name = MAINTAINED[system]
    assert [e.failure for e in serve(one, page(name)).read()] == [MAINTENANCE]


@pytest.mark.parametrize("system", NAMES)
def test_an_empty_answer(serve: Serve, system: str) -> None:
    unreadable(serve(GOOD[system][0], response(b"")).read(), "body_unexpected")


@pytest.mark.parametrize("system", NAMES)
def test_an_answer_that_is_cut_off(serve: Serve, system: str) -> None:
    raw = page(GOOD[system][1])
    unreadable(serve(GOOD[system][0], raw[:-20]).read(), "body_cut")


@pytest.mark.parametrize("system", NAMES)
def test_html_instead(serve: Serve, system: str) -> None:
    shell = b"<!doctype html><html><head><title>Status</title></head><body><script src=a.js></script></body></html>"
    raw = response(shell.ljust(1401), **{"Content-Type": "text/html"})
    unreadable(serve(GOOD[system][0], raw).read(), "body_unexpected")


@pytest.mark.parametrize("system", NAMES)
def test_a_page_of_others(serve: Serve, system: str) -> None:
    other = NAMES[NAMES.index(system) - 1]
    unreadable(serve(GOOD[system][0], page(GOOD[other][1])).read(), "body_unexpected")


@pytest.mark.parametrize("system", NAMES)
def test_too_much(serve: Serve, system: str) -> None:
    def say(peer: Peer, _: bytes) -> None:
        peer.send(b"HTTP/1.1 200 OK\r\n\r\n")
        peer.pour(b"[" * 65536, 32 * 1024 * 1024)

    unreadable(serve(GOOD[system][0], say).read(), "body_too_large")


BOMB = zlib.compressobj(9, zlib.DEFLATED, 31)
BOMB_BODY = BOMB.compress(b"[" * (64 * 1024 * 1024)) + BOMB.flush()


@pytest.mark.parametrize("system", NAMES)
def test_a_bomb(serve: Serve, system: str) -> None:
    raw = response(BOMB_BODY, **{"Content-Encoding": "gzip"})
    assert len(raw) < 100_000
    unreadable(serve(GOOD[system][0], raw).read(), "body_too_large")


@pytest.mark.parametrize("system", NAMES)
def test_packed(serve: Serve, system: str) -> None:
    one, name = TROUBLE[system]
    understood(
        serve(one, response(gzip.compress(document(name)), **{"Content-Encoding": "gzip"})).read(), one, document(name)
    )


@pytest.mark.parametrize("system", NAMES)
def test_unchanged(serve: Serve, system: str) -> None:
    one, name = GOOD[system]

    def say(peer: Peer, head: bytes) -> None:
        known = b'If-None-Match: "7"' in head and b"If-Modified-Since: Tue, 05 Mar 2024 15:17:00 GMT" in head
        body, status = (b"", "304 Not Modified") if known else (document(name), "200 OK")
        tag = {"ETag": '"7"', "Last-Modified": "Tue, 05 Mar 2024 15:17:00 GMT"}
        peer.send(response(body, status, **tag))

    site = serve(one, say)
    first, again = site.read(), site.read()
    assert [(e.function, e.failure, e.note) for e in again] == [(e.function, e.failure, e.note) for e in first]
    assert ({e.status for e in first}, {e.status for e in again}) == ({200}, {304})
    assert {e.outcome for e in again} == {Outcome.OK}


@pytest.mark.parametrize("status", [429, 500, 503])
@pytest.mark.parametrize("system", NAMES)
def test_too_many_and_broken(serve: Serve, system: str, status: int) -> None:
    one, name = TROUBLE[system]
    site = serve(one, response(document(name), f"{status} No", **{"Retry-After": "1800"}))
    unreadable(site.read(), str(status))
    left = site.reader.read(site.page)
    assert (left.claims, left.good, len(site.heads)) == ((), False, 1)
    assert 1_700_000 < left.rest <= 1_800_000


@pytest.mark.parametrize("system", NAMES)
def test_hanging(serve: Serve, system: str) -> None:
    unreadable(serve(GOOD[system][0], lambda peer, _: peer.hold(), QUICK).read(), "http_timeout")


@pytest.mark.parametrize("system", NAMES)
def test_hanging_in_the_middle(serve: Serve, system: str) -> None:
    raw = page(GOOD[system][1])

    def say(peer: Peer, _: bytes) -> None:
        peer.send(raw[:-10])
        peer.hold()

    unreadable(serve(GOOD[system][0], say, QUICK).read(), "body_timeout")


def test_nobody_there(serve: Serve) -> None:
    site = serve(GOOD["slack"][0], b"")
    site.page = replace(site.page, url="https://nowhere.example/page")
    unreadable(site.read(), "dns_nxdomain")
