"""HTTP over real sockets: what each way of going wrong is called, and how long it may take."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest
from watch_rig import (
    HOST,
    PROMISED,
    QUICK,
    Authority,
    Handle,
    Peer,
    Server,
    black_hole,
    network,
    plain,
    probe,
    respond,
    response,
)

from trayapp.core.model import Failure, Phases
from trayapp.core.question import Answer, Probe, Shape
from trayapp.watch.lookup import Address
from trayapp.watch.probes import KINDS
from trayapp.watch.trip import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.core.ports import Net


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def test_a_name_that_does_not_exist() -> None:
    answer = network().http(probe(80, "nowhere.example"))
    assert answer.failure is Failure.DNS_NXDOMAIN
    assert answer.phases.connect is None


def test_a_closed_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    answer = network().http(probe(port))
    assert (answer.failure, answer.families, answer.via) == (Failure.CONNECT_REFUSED, 1, "")


def test_a_black_hole() -> None:
    with black_hole() as port:
        answer = network(limits=QUICK).http(probe(port))
    assert (answer.failure, answer.families) == (Failure.CONNECT_TIMEOUT, 1)
    assert answer.phases.connect is not None


@pytest.mark.parametrize("kind", ["http", "tls", "tcp"])
def test_both_families_tried_in_vain_are_two(kind: str) -> None:
    both = [Address(socket.AF_INET6, "::1"), Address(socket.AF_INET, "127.0.0.1")]
    with black_hole() as port, black_hole("::1", port):
        answer = KINDS[kind](network(limits=Limits(connect=800), names={HOST: both}), probe(port))
    assert (answer.failure, answer.families) == (Failure.CONNECT_TIMEOUT, 2)


def test_dead_v6_and_living_v4() -> None:
    both = [Address(socket.AF_INET6, "::1"), Address(socket.AF_INET, "127.0.0.1")]
    with Server(respond(response())) as server, black_hole("::1", server.port):
        answer = network(names={HOST: both}).http(probe(server.port, secure=False))
    assert (answer.status, answer.address, answer.families) == (200, "127.0.0.1", 0)
    assert answer.phases.connect is not None
    assert 250 <= answer.phases.connect < 2500  # one stagger; not the 5 s of a time-out


def test_a_v6_address_as_host() -> None:
    with Server(respond(response()), ip="::1") as server:
        answer = network().http(probe(server.port, "::1", secure=False))
    assert (answer.status, answer.address) == (200, "::1")


@pytest.mark.parametrize(
    ("server_names", "expired", "stranger", "failure"),
    [
        (("other.example",), False, False, Failure.TLS_WRONG_NAME),
        ((HOST,), True, False, Failure.TLS_EXPIRED),
        ((HOST,), False, True, Failure.TLS_UNKNOWN_ISSUER),
    ],
)
def test_a_certificate_not_to_be_trusted(
    authority: Authority,
    server_names: tuple[str, ...],
    expired: bool,  # noqa: FBT001 - a column of the table above
    stranger: bool,  # noqa: FBT001 - a column of the table above
    failure: Failure,
) -> None:
    issuer = Authority() if stranger else authority
    with Server(respond(response()), tls=issuer.server(*server_names, expired=expired)) as server:
        answer = network(authority.client()).http(probe(server.port))
    assert (answer.failure, answer.status) == (failure, None)


def test_a_server_that_wants_our_certificate_says_so_late(authority: Authority) -> None:
    import ssl

    context = authority.server()
    context.load_verify_locations(cadata=authority.pem().decode())
    context.verify_mode = ssl.CERT_REQUIRED
    with Server(respond(response()), tls=context) as server:
        answer = network(authority.client()).http(probe(server.port))
    assert answer.failure in {Failure.TLS_ERROR, Failure.HTTP_RESET}  # the alert, unless the reset overtakes it


def silent(peer: Peer) -> None:
    peer.head()
    peer.hold()


def drip_head(peer: Peer) -> None:
    peer.head()
    peer.drip(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 1000)


def reset_in_head(peer: Peer) -> None:
    peer.head()
    peer.send(b"HTTP/1.1 200 OK\r\nServer: ")
    peer.reset()


def reset_at_once(peer: Peer) -> None:
    peer.head()
    peer.reset()


def say(raw: bytes) -> Handle:
    return respond(raw)


def say_and_hold(raw: bytes) -> Handle:
    def handle(peer: Peer) -> None:
        peer.head()
        peer.send(raw)
        peer.hold()

    return handle


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("secure", [False, True])
@pytest.mark.parametrize(
    ("handle", "failure"),
    [
        (silent, Failure.HTTP_TIMEOUT),
        (drip_head, Failure.CHECK_TIMEOUT),
        (say_and_hold(b"HTTP/1.1 200 OK\r\nX: "), Failure.CHECK_TIMEOUT),
        (reset_at_once, Failure.HTTP_RESET),
        (reset_in_head, Failure.HTTP_RESET),
        (say(b""), Failure.HTTP_EOF),
        (say(b"HTTP/1.1 200 OK\r\nX: "), Failure.HTTP_EOF),
        (say(b"SSH-2.0-OpenSSH_9.2\r\n"), Failure.HTTP_PROTOCOL),
        (say_and_hold(b"\x15\x03\x01\x00\x02\x02\x50"), Failure.HTTP_PROTOCOL),
        (say(b"HTTP/1.1 twohundred OK\r\n\r\n"), Failure.HTTP_PROTOCOL),
        (say(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), Failure.HTTP_PROTOCOL),
        (say(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), Failure.HTTP_PROTOCOL),
        (say(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"), Failure.HTTP_PROTOCOL),
    ],
)
def test_no_answer_has_its_name(
    authority: Authority,
    secure: bool,  # noqa: FBT001 - a column of the table above
    handle: Handle,
    failure: Failure,
) -> None:
    with Server(handle, tls=authority.server() if secure else None) as server:
        answer = network(authority.client(), QUICK).http(probe(server.port, secure=secure, method="GET"))
    # Older Pythons take a reset inside TLS for an end (CPython issue 115627).
    names = {failure, Failure.HTTP_EOF} if secure and failure is Failure.HTTP_RESET else {failure}
    assert answer.failure in names
    assert answer.status is None
    assert answer.phases.first_byte is not None
    assert answer.t - answer.began < 4000


def drip_body(peer: Peer) -> None:
    peer.head()
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    peer.drip(b"x" * 1000)


def reset_in_body(peer: Peer) -> None:
    peer.head()
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
    peer.sock.settimeout(0.2)
    peer.reset()


@pytest.mark.parametrize(
    ("handle", "failure"),
    [
        (drip_body, Failure.BODY_TIMEOUT),
        (say_and_hold(CHUNKED + b"5\r\nhe"), Failure.BODY_TIMEOUT),
        (reset_in_body, Failure.BODY_CUT),
        (say(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf"), Failure.BODY_CUT),
        (say(CHUNKED + b"5\r\nhe"), Failure.BODY_CUT),
        (say(CHUNKED + b"zz\r\nhello"), Failure.HTTP_PROTOCOL),
        (say(CHUNKED + b"5\r\nhelloworld"), Failure.HTTP_PROTOCOL),
    ],
)
@pytest.mark.parametrize("healthy", [None, PROMISED])
def test_a_body_that_does_not_arrive_counts_only_if_it_is_needed(
    handle: Handle, failure: Failure, healthy: Shape | None
) -> None:
    answer = plain(handle, QUICK, method="GET", healthy=healthy)
    assert answer.failure is (failure if healthy else None)
    assert answer.status == 200
    assert answer.t - answer.began < 4000


@pytest.mark.parametrize(
    ("status", "more", "needed"),
    [
        ("400 Bad", {"healthy": Shape(status=frozenset({400}), json={"error.code": (2500,)})}, True),
        ("200 OK", {"healthy": Shape(status=frozenset({400}), json={"error.code": (2500,)})}, False),
        ("200 OK", {"healthy": Shape(status=frozenset({200}))}, False),
        ("200 OK", {"broken": (Shape(json={"error.code": (1, 2)}),)}, True),
        ("503 Away", {"broken": (Shape(json={"error.code": (1, 2)}),)}, False),
    ],
)
def test_a_body_is_needed_if_a_shape_may_still_hold(status: str, more: dict[str, Any], needed: object) -> None:
    cut = f"HTTP/1.1 {status}\r\nContent-Length: 9\r\n\r\nha".encode()
    answer = plain(respond(cut), method="GET", **more)
    assert answer.failure is (Failure.BODY_CUT if needed else None)
    assert answer.status == int(status[:3])


def test_a_server_may_answer_before_it_has_heard_all() -> None:
    answer = plain(lambda peer: peer.send(response(b"", "408 Too Slow")))
    assert (answer.failure, answer.status) in {(None, 408), (Failure.HTTP_RESET, None)}


@pytest.mark.parametrize(
    "bad",
    [
        {"host": "::bad::"},
        {"path": "no-slash"},
        {"path": "/ünï"},
        {"path": "/a\r\nX: b"},
        {"method": "GE T"},
        {"port": 70000},
    ],
)
def test_a_question_that_cannot_be_put_is_nobodys_failure(bad: dict[str, Any]) -> None:
    with Server(respond(response())) as server:
        question = Probe(**{"id": "p", "kind": "http", "host": HOST, "port": server.port, "secure": False, **bad})
        assert network().http(question).failure is Failure.NOT_ASKABLE


def test_phases_begin_only_when_their_stage_does() -> None:
    with black_hole() as port:
        answer = network(limits=QUICK).http(probe(port))
    assert answer.phases == Phases(dns=answer.phases.dns, connect=answer.phases.connect)


@pytest.mark.parametrize("kind", ["http", "tls", "tcp"])
def test_the_whole_question_has_one_deadline(kind: str) -> None:
    tight = Limits(dns=5000, connect=5000, tls=5000, first_byte=5000, whole=300)
    with black_hole() as port:
        ask: Callable[[Probe], Answer] = getattr(network(limits=tight), kind)
        answer = ask(probe(port))
    assert answer.failure is Failure.CHECK_TIMEOUT
    assert answer.t - answer.began < 3000


def test_many_threads_may_ask_at_once(authority: Authority) -> None:
    with Server(respond(response()), tls=authority.server()) as server:
        net: Net = network(authority.client())
        answers: list[Answer] = []
        threads = [
            threading.Thread(target=lambda: answers.extend(net.http(probe(server.port)) for _ in range(10)))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert [a.status for a in answers] == [200] * 80
