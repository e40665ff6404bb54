"""Whatever a server sends: an answer or a failure, within the deadline and bounded memory, never an exception."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from watch_rig import LONG, PROMISED, Handle, Peer, Server, network, probe, respond

from trayapp.core.model import Failure
from trayapp.core.question import Answer
from trayapp.watch.exchange import needs_body

if TYPE_CHECKING:
    from collections.abc import Iterator

MEMORY = 4_000_000
"""Far more than an exchange may take, far less than any of these servers would like to give."""


def endless(opening: bytes, piece: bytes) -> Handle:
    def handle(peer: Peer) -> None:
        peer.head()
        peer.send(opening)
        peer.pour(piece, 200_000_000)

    return handle


OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("handle", "failure"),
    [
        (endless(OK, b"X: " + b"a" * 1000 + b"\r\n"), Failure.HTTP_PROTOCOL),
        (endless(OK + b"X: ", b"a" * 1000), Failure.HTTP_PROTOCOL),
        (respond(OK + b"X: " + b"a" * 1_000_000 + b"\r\n\r\n"), Failure.HTTP_PROTOCOL),
        (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), Failure.HTTP_PROTOCOL),
        (endless(b"HTTP/1.1 200 ", b"o" * 1000), Failure.HTTP_PROTOCOL),
        (endless(b"HTTP/1.1 ", b"\r\n"), Failure.HTTP_PROTOCOL),
        (endless(CHUNKED, b"1;" + b"e" * 1000), Failure.HTTP_PROTOCOL),
        (endless(CHUNKED, b"0" * 1000), Failure.HTTP_PROTOCOL),
        (endless(CHUNKED + b"0\r\n", b"T: " + b"a" * 1000 + b"\r\n"), Failure.HTTP_PROTOCOL),
        (endless(CHUNKED, b"1\r\nx\r\n"), None),
        (endless(OK + b"Content-Length: 99999999999999999999\r\n\r\n", b"x" * 1000), None),
        (endless(OK + b"\r\n", b"x" * 1000), None),
    ],
)
def test_what_never_ends_is_ended(handle: Handle, failure: Failure | None) -> None:
    tracemalloc.start()
    try:
        with Server(handle) as server:
            answer = network().http(probe(server.port, secure=False, method="GET", healthy=PROMISED))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answer.failure is failure
    assert len(answer.body) <= LONG.body
    assert answer.t - answer.began < LONG.whole
    assert most < MEMORY


def test_many_small_headers_are_an_answer() -> None:
    raw = OK + b"Server: a\r\n" * 5000 + b"Content-Length: 0\r\n\r\n"
    with Server(respond(raw)) as server:
        answer = network().http(probe(server.port, secure=False))
    assert answer.status == 200
    assert len(answer.headers["server"]) == 200


class Parrot:
    """One server for all examples: it says whatever the test last put into ``says``."""

    says: ClassVar[bytes] = b""

    def __call__(self, peer: Peer) -> None:
        peer.head()
        peer.send(self.says)


@pytest.fixture(scope="module")
def parrot() -> Iterator[int]:
    with Server(Parrot()) as server:
        yield server.port


pieces = st.sampled_from(
    [
        b"HTTP/1.1 ",
        b"200",
        b" OK",
        b"\r\n",
        b"\n",
        b"\r\n\r\n",
        b"Content-Length: 5",
        b"Content-Length: -5",
        b"Transfer-Encoding: chunked",
        b"Transfer-Encoding: gzip, chunked",
        b"Connection: upgrade",
        b"Location: \x00",
        b"Server: \xff\xfe",
        b"5\r\nhello\r\n0\r\n\r\n",
        b"success\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n",
        b"HTTP/1.1 200 OK\r\n",
        b"\x16\x03\x01",
    ]
)
texts = st.lists(st.one_of(pieces, st.binary(max_size=8)), max_size=12).map(b"".join)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    says=st.one_of(st.binary(max_size=200), texts, texts.map(lambda t: OK + t)), method=st.sampled_from(["HEAD", "GET"])
)
def test_any_bytes_are_an_answer_or_a_failure(parrot: int, says: bytes, method: str) -> None:
    Parrot.says = says
    question = probe(parrot, secure=False, method=method, healthy=PROMISED)
    answer: Answer = network().http(question)
    assert answer.failure is not Failure.INTERNAL
    assert answer.failure is not Failure.NOT_ASKABLE
    if answer.status is None:
        assert answer.failure is not None
        assert (answer.headers, answer.body) == ({}, b"")
    else:
        assert 200 <= answer.status <= 999
        assert answer.failure is None or needs_body(question, answer.status)
    assert all(name == name.lower() and len(value) <= 200 for name, value in answer.headers.items())
