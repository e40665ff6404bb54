"""HTTP over real sockets: what is asked and what is kept of the answer."""

from __future__ import annotations

import gzip
import socket

import pytest
from watch_rig import (
    HOST,
    PROMISED,
    Authority,
    Peer,
    Server,
    network,
    plain,
    probe,
    respond,
    response,
)

from trayapp.core.question import Shape
from trayapp.watch.trip import USER_AGENT


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


# What is asked


def test_a_healthy_answer_over_tls(authority: Authority) -> None:
    with Server(respond(response(b'{"a":1}')), tls=authority.server()) as server:
        answer = network(authority.client()).http(probe(server.port, method="GET"))
    assert (answer.failure, answer.status, answer.body) == (None, 200, b'{"a":1}')
    assert None not in (answer.phases.dns, answer.phases.connect, answer.phases.tls)
    assert None not in (answer.phases.first_byte, answer.phases.body)
    assert answer.began <= answer.t
    assert answer.address == "127.0.0.1"
    assert answer.via == ""


def test_the_request_says_who_asks_and_nothing_else() -> None:
    heard: list[bytes] = []

    def handle(peer: Peer) -> None:
        heard.append(peer.head())
        peer.send(response())

    with Server(handle) as server:
        network().http(probe(server.port, secure=False, path="/a?b=c%20d"))
    first, *headers = heard[0].decode().rstrip("\r\n").split("\r\n")
    assert first == "HEAD /a?b=c%20d HTTP/1.1"
    assert dict(h.split(": ", 1) for h in headers) == {
        "Host": f"{HOST}:{server.port}",
        "User-Agent": USER_AGENT,
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    assert USER_AGENT.startswith("Fanal/")
    assert "bot" not in USER_AGENT.lower()


def test_alpn_and_server_name_are_sent(authority: Authority) -> None:
    seen: list[object] = []
    context = authority.server()
    context.set_alpn_protocols(["h2", "http/1.1"])
    context.sni_callback = lambda _sock, name, _context: seen.append(name)
    client = authority.client()
    client.set_alpn_protocols(["http/1.1"])

    def handle(peer: Peer) -> None:
        seen.append(peer.sock.selected_alpn_protocol())  # type: ignore[attr-defined]
        peer.head()
        peer.send(response())

    with Server(handle, tls=context) as server:
        assert network(client).http(probe(server.port)).status == 200
    assert seen == [HOST, "http/1.1"]


def test_cookies_are_not_sent_back_and_every_connection_is_fresh() -> None:
    heard: list[bytes] = []

    def handle(peer: Peer) -> None:
        while head := peer.head():  # would serve many requests on one connection
            heard.append(head)
            peer.send(response(b"", **{"Set-Cookie": "me=you; Path=/", "Connection": "keep-alive"}))

    with Server(handle) as server:
        net = network()
        for _ in range(3):
            assert net.http(probe(server.port, secure=False)).status == 200
        assert server.accepted == 3
    assert len(heard) == 3
    assert b"cookie" not in b"".join(heard).lower()


def test_head_reads_no_body() -> None:
    lying = response(b"x" * 1000)  # a server that sends a body to HEAD all the same
    answer = plain(respond(lying))
    assert (answer.status, answer.body, answer.phases.body) == (200, b"", None)


# Whatever was answered is an answer


@pytest.mark.parametrize("status", ["503 Service Unavailable", "404 No", "429 Slow Down", "999 Go Away", "511 Log In"])
def test_a_status_is_an_answer_and_no_failure(status: str) -> None:
    answer = plain(respond(response(b"sorry", status)), method="GET")
    assert (answer.failure, answer.status, answer.body) == (None, int(status[:3]), b"sorry")


def test_a_redirect_is_the_answer_where_none_may_be_followed() -> None:
    answer = plain(respond(response(b"", "302 Found", Location="http://127.0.0.1:9/")))
    assert (answer.failure, answer.status, answer.headers["location"]) == (None, 302, "http://127.0.0.1:9/")


def test_only_a_few_headers_are_kept_and_short() -> None:
    answer = plain(
        respond(response(b"", **{"Server": "s" * 500, "Set-Cookie": "a=b", "X-Secret": "1", "Retry-After": "120"}))
    )
    assert answer.headers == {"server": "s" * 200, "retry-after": "120"}


def test_a_header_from_elsewhere_is_printable() -> None:
    answer = plain(respond(b"HTTP/1.1 200 OK\r\nServer: a\xc2\x9bb\xff\r\nContent-Length: 0\r\n\r\n"))
    assert answer.headers["server"].isprintable()


def test_interim_answers_are_passed_by() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    assert plain(respond(early * 3 + response(b"ok")), method="GET").body == b"ok"


def test_what_is_compressed_in_spite_of_us_stays_compressed() -> None:
    bomb = gzip.compress(b"\0" * 5_000_000)
    answer = plain(respond(response(bomb, **{"Content-Encoding": "gzip"})), method="GET")
    assert answer.body == bomb


def test_chunks_are_put_together() -> None:
    raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nsuc\r\n5\r\ncess\n\r\n0\r\n\r\n"
    assert plain(respond(raw), method="GET", healthy=PROMISED).body == b"success\n"


def test_a_body_that_ends_with_the_connection() -> None:
    answer = plain(respond(b"HTTP/1.0 200 OK\r\n\r\nsuccess\n"), method="GET", healthy=PROMISED)
    assert (answer.failure, answer.body) == (None, b"success\n")


@pytest.mark.parametrize("healthy", [None, PROMISED])
def test_a_large_body_is_kept_up_to_the_limit_and_no_more_is_read(healthy: Shape | None) -> None:
    took: list[int] = []

    def handle(peer: Peer) -> None:
        peer.head()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n")
        peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
        took.append(peer.pour(b"x" * 10_000, 10_000_000))

    answer = plain(handle, method="GET", healthy=healthy)
    assert (answer.failure, answer.status, len(answer.body)) == (None, 200, 65536)
    assert took[0] < 9_000_000
