"""Servers that give without end, or hardly at all: memory and time stay bounded, over TLS as well."""

from __future__ import annotations

import os
import socket
import ssl
import sys
import time
import zlib
from pathlib import Path

import pytest
from watch_rig import HOST, PROMISED, Authority, Handle, Peer, Server, network, probe, respond, response

from trayapp.core.model import Failure, Outcome
from trayapp.core.outcome import classify
from trayapp.watch.trip import Limits

GIB = 1 << 30
GROWTH = 96 << 20
"""Bytes of memory by which this whole process, servers and all, may grow. Generous; a tenth of what is offered."""
OK = b"HTTP/1.1 200 OK\r\n"
SLOW = Limits(tls=1000, whole=1500)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def most_memory() -> int:
    """Bytes this process had at its largest."""
    if sys.platform == "win32":
        pytest.skip("memory is measured by getrusage")
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


@pytest.mark.parametrize("secure", [False, True])
@pytest.mark.parametrize(
    ("opening", "piece", "failure"),
    [
        (OK + b"Content-Length: 1073741824\r\n\r\n", b"x" * 65536, None),
        (OK + b"\r\n", b"x" * 65536, None),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n", None),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n1;", b"e" * 65536, Failure.HTTP_PROTOCOL),
        (OK, b"X: " + b"a" * 65536 + b"\r\n", Failure.HTTP_PROTOCOL),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 2000, Failure.HTTP_PROTOCOL),
        (b"", os.urandom(65536), Failure.HTTP_PROTOCOL),
    ],
)
def test_a_gibibyte_is_not_taken(
    authority: Authority,
    secure: bool,  # noqa: FBT001 - a column of the table above
    opening: bytes,
    piece: bytes,
    failure: Failure | None,
) -> None:
    took: list[int] = []

    def handle(peer: Peer) -> None:
        peer.head()
        peer.send(opening)
        took.append(peer.pour(piece, GIB))

    before, began = most_memory(), time.monotonic()
    with Server(handle, tls=authority.server() if secure else None) as server:
        question = probe(server.port, secure=secure, method="GET", healthy=PROMISED)
        answer = network(authority.client()).http(question)
    assert answer.failure is failure
    assert len(answer.body) <= 64 * 1024
    assert classify(question, answer)[0] is (Outcome.UNKNOWN if failure is None else Outcome.FAILED)
    assert took[0] < GIB // 8
    assert most_memory() - before < GROWTH
    assert time.monotonic() - began < 10


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """A gibibyte of nothing in one megabyte of gzip, made of equal blocks that need no memory to be made."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    opening = squeeze.compress(bytes(1 << 20)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    block = squeeze.compress(bytes(1 << 20)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    return opening + block * 1023


def test_the_bomb_is_one(bomb: bytes) -> None:
    """Already what is kept of it would be fifty times as large, inflated."""
    inflate, data, size = zlib.decompressobj(31), bomb[: 64 * 1024], 0
    while piece := inflate.decompress(data, 1 << 20):
        data, size = inflate.unconsumed_tail, size + len(piece)
    assert size > 50 << 20
    assert len(bomb) < 2 << 20


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate", "gzip, gzip"])
def test_a_bomb_is_not_lit(authority: Authority, bomb: bytes, coding: str) -> None:
    before = most_memory()
    handle = respond(response(bomb, **{"Content-Encoding": coding, "Content-Type": "application/json"}))
    with Server(handle, tls=authority.server()) as server:
        question = probe(server.port, method="GET", healthy=PROMISED)
        answer = network(authority.client()).http(question)
    assert (answer.failure, answer.status) == (None, 200)
    assert answer.body == bomb[: 64 * 1024]
    assert classify(question, answer) == (Outcome.UNKNOWN, Failure.BODY_UNEXPECTED)
    assert most_memory() - before < GROWTH // 4


def a_byte_a_second(opening: bytes, rest: bytes) -> Handle:
    def handle(peer: Peer) -> None:
        peer.head()
        peer.send(opening)
        peer.drip(rest, every_s=1.0)

    return handle


@pytest.mark.parametrize("secure", [False, True])
@pytest.mark.parametrize(
    ("opening", "rest", "failure"),
    [
        (b"", OK + b"Content-Length: 8\r\n\r\nsuccess\n", Failure.CHECK_TIMEOUT),
        (OK + b"Content-Length: 8\r\n\r\n", b"success\n", Failure.BODY_TIMEOUT),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"000000000008\r\nsuccess\n\r\n", Failure.BODY_TIMEOUT),
    ],
)
def test_a_byte_a_second_is_too_slow(
    authority: Authority,
    secure: bool,  # noqa: FBT001 - a column of the table above
    opening: bytes,
    rest: bytes,
    failure: Failure,
) -> None:
    with Server(a_byte_a_second(opening, rest), tls=authority.server() if secure else None) as server:
        question = probe(server.port, secure=secure, method="GET", healthy=PROMISED)
        began = time.monotonic()
        answer = network(authority.client(), SLOW).http(question)
        took = time.monotonic() - began
    assert answer.failure is failure
    assert took < 5


# Inside TLS


def raw(peer: Peer, data: bytes) -> None:
    """Past the cipher, onto the wire."""
    with socket.socket(fileno=os.dup(peer.sock.fileno())) as wire:
        wire.sendall(data)


def garbage_after_the_handshake(peer: Peer) -> None:
    peer.head()
    raw(peer, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" * 100)
    peer.hold()


def a_forged_record(peer: Peer) -> None:
    peer.head()
    raw(peer, b"\x17\x03\x03\x40\x00" + os.urandom(0x4000))
    peer.hold()


@pytest.mark.parametrize("handle", [garbage_after_the_handshake, a_forged_record])
def test_garbage_after_the_handshake_is_no_answer(authority: Authority, handle: Handle) -> None:
    with Server(handle, tls=authority.server()) as server:
        answer = network(authority.client()).http(probe(server.port))
    assert (answer.failure, answer.status) == (Failure.TLS_ERROR, None)


def records_without_end(peer: Peer) -> None:
    peer.sock.recv(65536)
    peer.pour(b"\x16\x03\x03\x40\x00" + b"\x02\xff\xff\xff" + bytes(0x3FFC), GIB)


def alerts_without_end(peer: Peer) -> None:
    peer.sock.recv(65536)
    peer.pour(b"\x15\x03\x03\x00\x02\x01\x5a" * 1000, GIB)  # "user cancelled", a warning


@pytest.mark.parametrize("handle", [records_without_end, alerts_without_end])
def test_a_handshake_without_end_is_ended(authority: Authority, handle: Handle) -> None:
    before = most_memory()
    with Server(handle) as server:
        began = time.monotonic()
        answer = network(authority.client(), SLOW).tls(probe(server.port))
        assert time.monotonic() - began < 5
    assert answer.failure in {Failure.TLS_ERROR, Failure.TLS_TIMEOUT}
    assert most_memory() - before < GROWTH


def test_a_chain_of_thousands_of_certificates_is_refused(tmp_path: Path) -> None:
    import trustme

    ca = trustme.CA()
    leaf = ca.issue_cert(HOST)
    chain = tmp_path / "chain.pem"
    others = [trustme.CA().cert_pem.bytes() for _ in range(4)]
    chain.write_bytes(leaf.private_key_and_cert_chain_pem.bytes() + b"".join(others) * 500)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    ca.configure_trust(client)
    before = most_memory()
    with Server(lambda peer: peer.hold(), tls=context) as server:
        answer = network(client).tls(probe(server.port))
    assert answer.failure is Failure.TLS_ERROR
    assert most_memory() - before < GROWTH
