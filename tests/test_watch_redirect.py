"""Redirects: few, secured, to named hosts only; all else is itself the answer."""

from __future__ import annotations

import socket
import time
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from watch_rig import HOST, LONG, Authority, Handle, Peer, Server, network, probe, respond, response

from trayapp.core.model import Failure
from trayapp.core.question import Answer, Probe, Shape
from trayapp.watch.lookup import Address
from trayapp.watch.redirect import LIMIT, onward
from trayapp.watch.trip import Limits

OTHER = "other.example"
ELSEWHERE = "elsewhere.example"
PAGE = Shape(status=frozenset({200}), body="hello")


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


class Site:
    """One server for HOST and OTHER: what it says by (host, path); 404 otherwise."""

    def __init__(self, authority: Authority) -> None:
        self.pages: dict[tuple[str, str], Handle] = {}
        self.heard: list[tuple[str, str]] = []
        self.heads: list[bytes] = []
        self.server = Server(self._handle, tls=authority.server(HOST, OTHER, ELSEWHERE))

    def _handle(self, peer: Peer) -> None:
        head = peer.head()
        lines = head.decode().split("\r\n")
        host = next(line[6:] for line in lines if line.startswith("Host: ")).partition(":")[0]
        self.heads.append(head)
        self.heard.append((host, lines[0].split()[1]))
        peer_has_asked = Peer(peer.sock, peer.over)
        peer_has_asked.head = lambda: head  # type: ignore[method-assign]
        self.pages.get(self.heard[-1], respond(response(b"", "404 No")))(peer_has_asked)

    def redirect(self, host: str, path: str, to: str, status: str = "302 Found", **headers: str) -> None:
        self.pages[host, path] = respond(response(b"moved", status, Location=to, **headers))

    def ask(self, authority: Authority, limits: Limits = LONG, **more: Any) -> Answer:
        names = {name: [Address(socket.AF_INET, "127.0.0.1")] for name in (HOST, OTHER, ELSEWHERE)}
        given_ = {"method": "GET", "healthy": PAGE, "redirects": frozenset({HOST, OTHER}), **more}
        with self.server:
            return network(authority.client(), limits, names).http(probe(self.server.port, **given_))


@pytest.fixture
def site(authority: Authority) -> Site:
    return Site(authority)


@pytest.mark.parametrize("status", ["301 A", "302 B", "303 C", "307 D", "308 E"])
def test_a_named_host_is_followed_to(site: Site, authority: Authority, status: str) -> None:
    site.redirect(HOST, "/", f"https://{OTHER}:{site.server.port}/there?a=b#c", status)
    site.pages[OTHER, "/there?a=b"] = respond(response(b"hello"))
    answer = site.ask(authority)
    assert (answer.failure, answer.status, answer.body) == (None, 200, b"hello")
    assert site.heard == [(HOST, "/"), (OTHER, "/there?a=b")]
    assert site.server.accepted == 2  # a fresh connection each
    assert None not in (answer.phases.dns, answer.phases.connect, answer.phases.tls, answer.phases.first_byte)


def test_nothing_is_carried_from_one_hop_to_the_next(site: Site, authority: Authority) -> None:
    site.redirect(HOST, "/", "/next", **{"Set-Cookie": "me=you; Path=/", "Refresh": "0; url=/x"})
    site.pages[HOST, "/next"] = respond(response(b"hello"))
    assert site.ask(authority).status == 200
    sent = site.heads[1].lower()
    assert b"cookie" not in sent
    assert b"referer" not in sent
    assert site.heads[1].replace(b"/next", b"/") == site.heads[0]


def test_head_stays_head(site: Site, authority: Authority) -> None:
    site.redirect(HOST, "/", "/next", "303 See Other")
    site.pages[HOST, "/next"] = respond(response(b"hello"))
    assert site.ask(authority, method="HEAD", healthy=Shape(status=frozenset({200}))).status == 200
    assert [head.split()[0] for head in site.heads] == [b"HEAD", b"HEAD"]


def test_three_are_followed_and_a_fourth_is_the_answer(site: Site, authority: Authority) -> None:
    for n in range(5):
        site.redirect(HOST, f"/{n}", f"/{n + 1}")
    answer = site.ask(authority, path="/0")
    assert LIMIT == 3
    assert [path for _, path in site.heard] == ["/0", "/1", "/2", "/3"]
    assert (answer.failure, answer.status, answer.body, answer.headers["location"]) == (None, 302, b"moved", "/4")


def test_a_circle_ends(site: Site, authority: Authority) -> None:
    site.redirect(HOST, "/", "/")
    assert site.ask(authority).status == 302
    assert len(site.heard) == 1 + LIMIT


@pytest.mark.parametrize(
    "to",
    [
        f"https://{ELSEWHERE}/",
        f"https://{HOST}.{ELSEWHERE}/",
        f"http://{OTHER}/",
        f"//{OTHER}:444/",
        f"https://{OTHER}:0/",
        f"https://{OTHER}:99999/",
        f"https://me@{OTHER}/",
        f"https://me:you@{OTHER}/",
        f"https://{OTHER}.:1/",
        "https://[/",
        "https:///",
        "mailto:someone@other.example",
        "javascript:alert(1)",
        "/with a blank",
        "/\\other.example",
        "/" + "a" * 3000,
        "\xff",
        "",
    ],
)
def test_anything_else_is_the_answer(site: Site, authority: Authority, to: str) -> None:
    site.redirect(HOST, "/", to)
    answer = site.ask(authority)
    assert (answer.failure, answer.status) == (None, 302)
    assert site.heard == [(HOST, "/")]


@pytest.mark.parametrize("status", ["300 Choose", "304 Same", "305 Proxy", "200 OK", "404 No", "503 Away"])
def test_only_the_five_statuses_are_redirects(site: Site, authority: Authority, status: str) -> None:
    site.redirect(HOST, "/", "/next", status)
    assert site.ask(authority).status == int(status[:3])
    assert len(site.heard) == 1


@pytest.mark.parametrize("more", [{"healthy": None}, {"redirects": frozenset()}])
def test_who_promises_nothing_or_names_nobody_follows_nothing(
    site: Site, authority: Authority, more: dict[str, Any]
) -> None:
    site.redirect(HOST, "/", "/next")
    assert site.ask(authority, **more).status == 302


def test_two_locations_are_none(site: Site, authority: Authority) -> None:
    raw = b"HTTP/1.1 302 Found\r\nLocation: /a\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"
    site.pages[HOST, "/"] = respond(raw)
    assert site.ask(authority).status == 302


def test_a_question_about_the_line_is_never_sent_on() -> None:
    with Server(respond(response(b"", "302 Found", Location=f"https://{HOST}/"))) as server:
        question = probe(server.port, secure=False, healthy=PAGE, redirects=frozenset({HOST}), method="GET")
        assert network().http(question).status == 302
        assert server.accepted == 1


def test_what_fails_behind_a_redirect_is_a_failure(site: Site, authority: Authority) -> None:
    site.redirect(HOST, "/", f"https://{OTHER}:{site.server.port}/")
    site.pages[OTHER, "/"] = lambda _peer: None
    answer = site.ask(authority)
    assert (answer.failure, answer.status) == (Failure.HTTP_EOF, None)


def test_a_body_behind_the_redirect_itself_is_not_waited_for(site: Site, authority: Authority) -> None:
    def endless(peer: Peer) -> None:
        peer.send(b"HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 1000000000\r\n\r\n")
        peer.pour(b"x" * 65536, 1_000_000_000)

    site.pages[HOST, "/"] = endless
    site.pages[HOST, "/next"] = respond(response(b"hello"))
    assert site.ask(authority).body == b"hello"


def test_all_hops_share_one_deadline(site: Site, authority: Authority) -> None:
    def late(n: int, peer: Peer) -> None:
        if not peer.over.wait(0.5):
            peer.send(response(b"", "302 Found", Location=f"/{n + 1}"))

    for n in range(4):
        site.pages[HOST, f"/{n}"] = partial(late, n)
    began = time.monotonic()
    answer = site.ask(authority, Limits(whole=1200), path="/0")
    assert answer.failure is Failure.CHECK_TIMEOUT
    assert 1.2 <= time.monotonic() - began < 4
    assert len(site.heard) == 3


# The rule by itself

ASKED = probe(443, path="/a/b?c", healthy=PAGE, redirects=frozenset({HOST, OTHER}))


@pytest.mark.parametrize(
    ("to", "host", "path"),
    [
        ("https://other.example", OTHER, "/"),
        ("https://OTHER.example/x", OTHER, "/x"),
        ("HTTPS://other.example:443/?q=1#top", OTHER, "/?q=1"),
        ("//other.example/x", OTHER, "/x"),
        ("/x", HOST, "/x"),
        ("x", HOST, "/a/x"),
        ("../x", HOST, "/x"),
        ("?x=y", HOST, "/a/b?x=y"),
        ("https://other.example?x", OTHER, "/?x"),
    ],
)
def test_where_a_location_leads(to: str, host: str, path: str) -> None:
    found = onward(ASKED, 302, [to])
    assert found is not None
    assert (found.host, found.path, found.port, found.secure) == (host, path, 443, True)


PIECES = ["https:", "http:", "//", "/", "..", ":443", ":80", "@", "#", "?", "\\", "[", "]", "%2f"]


@pytest.mark.parametrize(
    "to",
    [
        "https://me@other.example/",
        "https://me:you@other.example/",
        "https://@other.example/",
        "https://other.example:80/",
        "https://other.example:0/",
        "https://other.example./",
        "https://other.example.elsewhere.example/",
        "https://elsewhere.example/#other.example",
        "http://other.example:443/",
        "wss://other.example/",
        "https:other.example",
        "https:/other.example",
        "/\\elsewhere.example",
        "/a\tb",
    ],
)
def test_where_a_location_does_not_lead(to: str) -> None:
    assert onward(ASKED, 302, [to]) is None


def test_what_was_not_secured_leads_nowhere() -> None:
    assert onward(replace(ASKED, secure=False), 302, ["https://other.example/"]) is None


LOCATIONS = st.text(max_size=40) | st.lists(st.sampled_from([*PIECES, OTHER, HOST, ELSEWHERE]), max_size=8).map("".join)


@given(LOCATIONS)
def test_whatever_it_says_only_named_hosts_are_asked(to: str) -> None:
    found = onward(ASKED, 302, [to])
    if found is not None:
        assert isinstance(found, Probe)
        assert found.host in ASKED.redirects
        assert (found.port, found.secure, found.method) == (443, True, ASKED.method)
        assert found.path.startswith("/")
        assert found.path.isascii()
        assert found.path.isprintable()
        assert " " not in found.path
        assert len(found.path) < 3000
