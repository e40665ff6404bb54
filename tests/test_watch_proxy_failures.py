"""Proxies that are not there, or do not do what they are asked: each has its name, and none is anybody's outage."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from proxy_rig import FAR, NAMES, by
from watch_rig import QUICK, Peer, Server, black_hole, network, probe, proxies, respond, response

from trayapp.core.model import Failure
from trayapp.core.question import Answer
from trayapp.watch.probes import KINDS


def hang_up(peer: Peer) -> None:
    peer.head()


def reset(peer: Peer) -> None:
    peer.head()
    peer.reset()


def silence(peer: Peer) -> None:
    peer.head()
    peer.hold()


def drip(peer: Peer) -> None:
    peer.head()
    peer.drip(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 1000)


def drip_fast(peer: Peer) -> None:
    """Faster than the shortest time-out of a socket: none would ever strike."""
    peer.head()
    peer.drip(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 10_000, every_s=0.0004)


def pour(peer: Peer) -> None:
    peer.head()
    peer.send(b"HTTP/1.1 200 OK\r\n")
    peer.pour(b"X: " + b"a" * 1000 + b"\r\n", 200_000_000)


@pytest.mark.parametrize(
    "handle",
    [
        respond(response(b"", "502 Bad Gateway")),
        respond(response(b"", "403 Forbidden")),
        respond(response(b"", "302 Found", Location="https://portal.example/")),
        respond(b"HTTP/1.1 100 Continue\r\n\r\n"),
        respond(b"HTTP/1.1 2000 OK\r\n\r\n"),
        respond(b"HTTP/2 200 OK\r\n\r\n"),
        respond(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
        respond(b"\x16\x03\x01" * 20_000),
        respond(b"HTTP/1.1 200 OK\r\n\r\nand more"),
        respond(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n"),
        hang_up,
        reset,
        silence,
        drip,
        drip_fast,
        pour,
    ],
)
@pytest.mark.parametrize("kind", ["http", "tls", "tcp"])
def test_a_tunnel_that_does_not_come_about_is_nobodys_failure(kind: str, handle: Callable[[Peer], None]) -> None:
    with Server(handle) as proxy:
        answer = KINDS[kind](network(names=NAMES, by=by(proxy.port), limits=QUICK), probe(443, FAR))
    assert (answer.failure, answer.status, answer.via, answer.families) == (Failure.NOT_ASKABLE, None, "proxy", 0)
    assert answer.t - answer.began < 3000


class Parrot:
    """One proxy for all examples: it says whatever the test last put into ``says``."""

    says: ClassVar[bytes] = b""

    def __call__(self, peer: Peer) -> None:
        peer.head()
        peer.send(self.says)


@pytest.fixture(scope="module")
def parrot() -> Iterator[int]:
    with Server(Parrot()) as server:
        yield server.port


SAID = st.lists(
    st.sampled_from([b"HTTP/1.1 ", b"HTTP/1.0 ", b"200", b"407", b" OK", b"\r\n", b"\n", b"\r\n\r\n", b"X: y"])
    | st.binary(max_size=8),
    max_size=8,
).map(b"".join)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(says=SAID, kind=st.sampled_from(["http", "tcp"]))
def test_any_bytes_of_a_proxy_are_a_tunnel_or_none(parrot: int, says: bytes, kind: str) -> None:
    Parrot.says = says
    answer = KINDS[kind](network(names=NAMES, by=by(parrot)), probe(443, FAR))
    assert (answer.via, answer.status) == ("proxy", None)
    if answer.failure is not Failure.NOT_ASKABLE:  # the tunnel stands, and the proxy hangs up
        assert says.startswith((b"HTTP/1.1 2", b"HTTP/1.0 2"))
        assert answer.failure in ({None} if kind == "tcp" else {Failure.TLS_EOF, Failure.TLS_RESET})


@pytest.mark.parametrize("kind", ["http", "tls", "tcp"])
def test_a_proxy_that_is_not_there_is_told_as_such(kind: str) -> None:
    def asked(where: str) -> Answer:
        ways = proxies({"https": where})
        return KINDS[kind](network(names=NAMES, by=ways, limits=QUICK), probe(443, FAR))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = listener.getsockname()[1]
    with black_hole() as silent:
        answers = [asked(f"http://{at}") for at in (f"127.0.0.1:{closed}", f"127.0.0.1:{silent}", "nowhere.example:80")]
    assert {(a.failure, a.via, a.families) for a in answers} == {(Failure.PROXY_UNREACHABLE, "proxy", 0)}
