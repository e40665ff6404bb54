"""Whole documents over real TLS: what is asked, what comes whole, and what a hostile server can do."""

from __future__ import annotations

import gzip
import logging
import socket
import time
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import pytest
from fake_net import FakeNet
from watch_rig import (
    HOST,
    LONG,
    QUICK,
    Authority,
    Handle,
    Peer,
    RealClock,
    Server,
    network,
    proxies,
    respond,
    response,
)

from trayapp.core.model import Failure
from trayapp.core.ports import Net
from trayapp.core.question import Answer
from trayapp.watch import document
from trayapp.watch.lookup import Address, Lookup
from trayapp.watch.net import Network
from trayapp.watch.trip import USER_AGENT, Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_net import Written

LIMIT = 4 * 1024 * 1024


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


Ask = Callable[..., Answer]


@contextmanager
def serving(authority: Authority, handle: Handle, limits: Limits = LONG) -> Iterator[Ask]:
    with Server(handle, tls=authority.server()) as server:
        net = network(authority.client(), limits)

        def ask(path: str = "/page.json", **headers: str) -> Answer:
            return net.document(f"https://{HOST}:{server.port}{path}", headers)

        yield ask


def ask(authority: Authority, raw: bytes, limits: Limits = LONG) -> Answer:
    with serving(authority, respond(raw), limits) as one:
        return one()


def test_what_is_asked(authority: Authority) -> None:
    heard: list[bytes] = []

    def handle(peer: Peer) -> None:
        heard.append(peer.head())
        peer.send(response(b"{}"))

    with Server(handle, tls=authority.server()) as server:
        url = f"https://{HOST}:{server.port}/a/b.json?c=d%20e"
        network(authority.client()).document(url, {"If-None-Match": 'W/"7"', "Accept": "application/json"})
    first, *headers = heard[0].decode().rstrip("\r\n").split("\r\n")
    assert first == "GET /a/b.json?c=d%20e HTTP/1.1"
    assert dict(h.split(": ", 1) for h in headers) == {
        "Host": f"{HOST}:{server.port}",
        "User-Agent": USER_AGENT,
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
        "Connection": "close",
        "If-None-Match": 'W/"7"',
    }


def test_what_is_kept(authority: Authority) -> None:
    raw = response(
        b'{"a": 1}',
        **{
            "ETag": '"7"',
            "Last-Modified": "Tue, 05 Mar 2024 15:17:00 GMT",
            "Content-Type": "application/json",
            "Retry-After": "7",
            "Set-Cookie": "a=b",
            "X-Other": "c",
        },
    )
    answer = ask(authority, raw)
    assert (answer.failure, answer.status, answer.body) == (None, 200, b'{"a": 1}')
    assert answer.headers == {
        "etag": '"7"',
        "last-modified": "Tue, 05 Mar 2024 15:17:00 GMT",
        "content-type": "application/json",
        "retry-after": "7",
    }
    assert None not in (answer.phases.dns, answer.phases.tls, answer.phases.first_byte, answer.phases.body)


@pytest.mark.parametrize("status", ["304 Not Modified", "404 Not Found", "429 Too Many", "500 Sorry", "503 Later"])
def test_any_other_answer_is_one_without_a_body(authority: Authority, status: str) -> None:
    raw = response(b"" if status.startswith("304") else b"<html>", status, ETag='"8"')
    answer = ask(authority, raw)
    assert (answer.failure, answer.status, answer.body) == (None, int(status[:3]), b"")
    assert answer.headers["etag"] == '"8"'


@pytest.mark.parametrize("size", [0, 1, 70_000, LIMIT])
@pytest.mark.parametrize("packed", [False, True])
def test_a_document_comes_whole(authority: Authority, size: int, *, packed: bool) -> None:
    body = b"0123456789abcdef" * (size // 16) + b"x" * (size % 16)
    headers = {"Content-Encoding": "gzip"} if packed else {}
    answer = ask(authority, response(gzip.compress(body, 1) if packed else body, **headers))
    assert (answer.failure, answer.status) == (None, 200)
    assert answer.body == body


def test_a_document_without_a_length_comes_whole(authority: Authority) -> None:
    answer = ask(authority, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
    assert (answer.failure, answer.body) == (None, b"abcde")


def test_too_much_is_a_failure_and_is_not_taken(authority: Authority) -> None:
    taken: list[int] = []

    def handle(peer: Peer) -> None:
        peer.head()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        taken.append(peer.pour(b"x" * 65536, 64 * 1024 * 1024))

    with serving(authority, handle) as one:
        answer = one()
    assert (answer.failure, answer.status, answer.body) == (Failure.BODY_TOO_LARGE, 200, b"")
    assert taken[0] < 16 * 1024 * 1024


def bomb(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([*(packer.compress(bytes(1024 * 1024)) for _ in range(size)), packer.flush()])


def test_a_bomb_is_cut_at_the_bound(authority: Authority) -> None:
    body = bomb(256)  # of which a quarter of a mebibyte travels
    assert len(body) < 512 * 1024
    began = time.monotonic()
    answer = ask(authority, response(body, **{"Content-Encoding": "gzip"}))
    assert (answer.failure, answer.status, answer.body) == (Failure.BODY_TOO_LARGE, 200, b"")
    assert time.monotonic() - began < 8


def test_a_bomb_is_not_unpacked_beyond_the_bound() -> None:
    body = bomb(64)
    tracemalloc.start()
    try:
        assert document._unpacked(body, "gzip") is Failure.BODY_TOO_LARGE
        assert tracemalloc.get_traced_memory()[1] < 4 * LIMIT
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("body", "encoding", "failure"),
    [
        (b"{}", "gzip", Failure.BODY_UNEXPECTED),
        (b"{}", "br", Failure.BODY_UNEXPECTED),
        (zlib.compress(b"{}"), "deflate", Failure.BODY_UNEXPECTED),
        (gzip.compress(gzip.compress(b"{}")), "gzip, gzip", Failure.BODY_UNEXPECTED),
        (gzip.compress(b"{}")[:-4], "gzip", Failure.BODY_CUT),
        (gzip.compress(b"{}")[:-1] + b"\x07", "gzip", Failure.BODY_UNEXPECTED),
        (gzip.compress(b"{}") * 2, "gzip", Failure.BODY_UNEXPECTED),
        (b"", "gzip", Failure.BODY_CUT),
    ],
)
def test_what_is_packed_otherwise_is_refused(
    authority: Authority, body: bytes, encoding: str, failure: Failure
) -> None:
    answer = ask(authority, response(body, **{"Content-Encoding": encoding}))
    assert (answer.failure, answer.status, answer.body) == (failure, 200, b"")


def test_identity_is_no_packing(authority: Authority) -> None:
    assert ask(authority, response(b"{}", **{"Content-Encoding": "identity"})).body == b"{}"


def test_a_document_whose_end_is_missing_is_a_failure(authority: Authority) -> None:
    answer = ask(authority, b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}")
    assert (answer.failure, answer.status, answer.body) == (Failure.BODY_CUT, 200, b"")


def test_an_error_whose_end_is_missing_is_still_its_status(authority: Authority) -> None:
    answer = ask(authority, b"HTTP/1.1 503 Sorry\r\nContent-Length: 100\r\n\r\n{}")
    assert (answer.failure, answer.status, answer.body) == (None, 503, b"")


def test_silence_and_dripping_end_in_time(authority: Authority) -> None:
    def silent(peer: Peer) -> None:
        peer.head()
        peer.hold()

    def dripping(peer: Peer) -> None:
        peer.head()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        peer.drip(b"x" * 100_000)

    with serving(authority, silent, QUICK) as one:
        assert one().failure is Failure.HTTP_TIMEOUT
    with serving(authority, dripping, QUICK) as one:
        answer = one()
    assert (answer.failure, answer.status, answer.body) == (Failure.BODY_TIMEOUT, 200, b"")


def moved(to: str) -> Handle:
    def handle(peer: Peer) -> None:
        if b"GET /new" in peer.head():
            peer.send(response(b"here"))
        else:
            peer.send(response(status="302 Found", Location=to))

    return handle


def test_a_move_on_the_same_host_is_followed(authority: Authority) -> None:
    with serving(authority, moved("/new")) as one:
        assert one().body == b"here"


@pytest.mark.parametrize(
    "to", ["https://other.example/new", "http://well.example/new", f"https://{HOST}/new", "//x/new"]
)
def test_a_move_elsewhere_is_the_answer(authority: Authority, to: str) -> None:
    """Another host, no TLS, another port."""
    with serving(authority, moved(to)) as one:
        answer = one()
    assert (answer.failure, answer.status, answer.body) == (None, 302, b"")


def test_the_same_name_with_www_is_the_same_host(authority: Authority) -> None:
    twin = f"www.{HOST}"

    def handle(peer: Peer) -> None:
        here = twin.encode() in peer.head()
        peer.send(
            response(b"here") if here else response(status="301 Moved", Location=f"https://{twin}:{server.port}/")
        )

    with Server(handle, tls=authority.server(HOST, twin)) as server:
        names = {name: [Address(socket.AF_INET, "127.0.0.1")] for name in (HOST, twin)}
        answer = network(authority.client(), names=names).document(f"https://{HOST}:{server.port}/", {})
    assert answer.body == b"here"


def test_moving_for_ever_ends(authority: Authority) -> None:
    with serving(authority, moved("/page.json")) as one:
        assert one().status == 302


@pytest.mark.parametrize(
    "url",
    [
        *("", "http://well.example/", "https://", "https:///x", "https://a@well.example/", "https://["),
        *("https://well.example:x/", "ftp://well.example/", "https://well.example:99999/", "https://well.example/\n"),
        "https://well.example/é",
    ],
)
def test_an_address_that_cannot_be_asked(url: str) -> None:
    assert network().document(url, {}).failure is Failure.NOT_ASKABLE


def test_no_trust_no_document(authority: Authority) -> None:
    with Server(respond(response(b"{}")), tls=Authority().server()) as server:
        answer = network(authority.client()).document(f"https://{HOST}:{server.port}/", {})
    assert (answer.failure, answer.status) == (Failure.TLS_UNKNOWN_ISSUER, None)


def asked_with_body(peer: Peer) -> bytes:
    head = peer.head()
    while not head.endswith(b"{}") and (more := peer.sock.recv(100)):
        head += more
    return head


def test_a_question_with_a_body(authority: Authority) -> None:
    heard: list[bytes] = []

    def handle(peer: Peer) -> None:
        heard.append(asked_with_body(peer))
        peer.send(response(b'{"id": 7}', "202 Accepted", Location="/new"))

    with Server(handle, tls=authority.server()) as server:
        net = network(authority.client())
        answer = net.post(f"https://{HOST}:{server.port}/v1", b"{}", {"Content-Type": "application/json"})
    assert (answer.failure, answer.status, answer.body) == (None, 202, b'{"id": 7}')
    assert answer.headers["location"] == "/new"
    head = heard[0].decode()
    assert head.startswith("POST /v1 HTTP/1.1\r\n")
    assert "\r\nContent-Length: 2\r\n" in head
    assert "\r\nContent-Type: application/json\r\n" in head


def test_a_question_with_a_body_is_not_sent_on(authority: Authority) -> None:
    def handle(peer: Peer) -> None:
        asked_with_body(peer)
        peer.send(response(status="307 Elsewhere", Location="/new"))

    with Server(handle, tls=authority.server()) as server:
        answer = network(authority.client()).post(f"https://{HOST}:{server.port}/v1", b"{}", {})
    assert (answer.status, server.accepted) == (307, 1)


# The one in memory keeps the same promises


def broken(*_: object) -> NoReturn:
    msg = "a mistake of ours"
    raise RuntimeError(msg)


@pytest.fixture(params=["real", "fake"])
def nets(request: pytest.FixtureRequest, authority: Authority) -> Iterator[tuple[Net, Net, str]]:
    """One that works, one with a mistake inside, and where to ask."""
    if request.param == "fake":
        root = f"https://{HOST}"
        documents: dict[str, Written] = {
            f"{root}/well": Answer(1, 2, status=200, headers={"etag": '"7"'}, body=b"fine"),
            f"{root}/sick": lambda _: Answer(1, 2, status=503, headers={}, body=b"sorry"),
        }
        yield FakeNet({}, documents), FakeNet({}, {f"{root}/well": broken}), root
        return

    def handle(peer: Peer) -> None:
        head = peer.head()
        sick = b"/sick" in head
        while head.startswith(b"POST") and not head.endswith(b"{}") and (more := peer.sock.recv(100)):
            head += more
        peer.send(response(b"sorry", "503 Away") if sick else response(b"fine", ETag='"7"'))

    with Server(handle, tls=authority.server()) as server:
        ill = Network(RealClock(), broken, Lookup(lambda _: [Address(socket.AF_INET, "127.0.0.1")]), proxies=proxies())
        yield network(authority.client()), ill, f"https://{HOST}:{server.port}"


def asking(net: Net, way: str, url: str) -> Answer:
    return net.document(url, {"Accept": "a/b"}) if way == "document" else net.post(url, b"{}", {"Accept": "a/b"})


@pytest.mark.parametrize("way", ["document", "post"])
def test_both_answer_alike(nets: tuple[Net, Net, str], way: str, caplog: pytest.LogCaptureFixture) -> None:
    net, ill, root = nets
    well, sick = asking(net, way, f"{root}/well"), asking(net, way, f"{root}/sick")
    assert (well.failure, well.status, well.body, dict(well.headers)) == (None, 200, b"fine", {"etag": '"7"'})
    assert (sick.failure, sick.status, sick.body, dict(sick.headers)) == (None, 503, b"", {})
    assert asking(net, way, "https://nowhere.example/").failure is Failure.DNS_NXDOMAIN
    assert asking(net, way, f"http://{HOST}/well").failure is Failure.NOT_ASKABLE
    with caplog.at_level(logging.CRITICAL):
        assert asking(ill, way, f"{root}/well").failure is Failure.INTERNAL


def test_the_one_in_memory_remembers_what_it_was_asked() -> None:
    net = FakeNet({})
    asking(net, "document", "https://a.example/")
    asking(net, "post", "https://b.example/")
    assert net.read == [("https://a.example/", {"Accept": "a/b"})]
    assert net.posted == [("https://b.example/", b"{}", {"Accept": "a/b"})]
