"""Whom to believe: the system's store, the environment's store, and what each broken handshake is called."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING

import pytest
from watch_rig import HOST, QUICK, Authority, Peer, Server, network, probe

from trayapp.core.model import Failure
from trayapp.watch.trust import failure_of, system_trust

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def nothing(_peer: Peer) -> None:
    return


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def test_a_valid_handshake_is_no_failure(authority: Authority) -> None:
    with Server(nothing, tls=authority.server()) as server:
        answer = network(authority.client()).tls(probe(server.port))
    assert answer.failure is None
    assert answer.status is None
    assert answer.phases.tls is not None
    assert answer.phases.first_byte is None
    assert answer.address == "127.0.0.1"


def test_an_address_may_hold_a_certificate(authority: Authority) -> None:
    with Server(nothing, tls=authority.server("127.0.0.1")) as server:
        answer = network(authority.client()).tls(probe(server.port, "127.0.0.1"))
    assert answer.failure is None
    assert answer.phases.dns is None  # nothing was looked up


@pytest.mark.parametrize("host", [HOST, "127.0.0.1"])
def test_a_certificate_for_somebody_else(authority: Authority, host: str) -> None:
    with Server(nothing, tls=authority.server("other.example")) as server:
        assert network(authority.client()).tls(probe(server.port, host)).failure is Failure.TLS_WRONG_NAME


def test_a_certificate_of_yesterday(authority: Authority) -> None:
    with Server(nothing, tls=authority.server(expired=True)) as server:
        assert network(authority.client()).tls(probe(server.port)).failure is Failure.TLS_EXPIRED


def test_an_issuer_nobody_knows(authority: Authority) -> None:
    with Server(nothing, tls=Authority().server()) as server:
        assert network(authority.client()).tls(probe(server.port)).failure is Failure.TLS_UNKNOWN_ISSUER


def reset(peer: Peer) -> None:
    peer.sock.recv(1)
    peer.reset()


def hang_up(peer: Peer) -> None:
    peer.sock.recv(65536)


def other_protocol(peer: Peer) -> None:
    peer.send(b"220 mail.example ESMTP\r\n")
    peer.hold()


def drip_handshake(peer: Peer) -> None:
    peer.sock.recv(65536)
    peer.drip(b"\x16\x03\x03\x40\x00" + b"\0" * 400)


@pytest.mark.parametrize(
    ("handle", "failure"),
    [
        (reset, Failure.TLS_RESET),
        (hang_up, Failure.TLS_EOF),
        (other_protocol, Failure.TLS_ERROR),
        (lambda peer: peer.hold(), Failure.TLS_TIMEOUT),
        (drip_handshake, Failure.TLS_TIMEOUT),
    ],
)
def test_a_broken_handshake_has_its_name(
    authority: Authority, handle: Callable[[Peer], None], failure: Failure
) -> None:
    with Server(handle) as server:
        answer = network(authority.client(), QUICK).tls(probe(server.port))
    assert answer.failure is failure
    assert answer.t - answer.began < 3000


def test_a_server_that_is_too_old(authority: Authority) -> None:
    context = authority.server()
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="deprecated"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="deprecated"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with Server(nothing, tls=context) as server:
        answer = network(authority.client(), QUICK).tls(probe(server.port))
    assert answer.failure is Failure.TLS_ERROR


def test_the_environments_store_is_honoured(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "store.pem"
    store.write_bytes(authority.pem())
    monkeypatch.setenv("SSL_CERT_FILE", str(store))
    with Server(nothing, tls=authority.server()) as server:
        assert network(system_trust()()).tls(probe(server.port)).failure is None


def test_the_environments_directory_is_honoured(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "none.pem"
    empty.write_bytes(b"")
    name = _subject_hash(authority)
    (tmp_path / f"{name}.0").write_bytes(authority.pem())
    monkeypatch.setenv("SSL_CERT_FILE", str(empty))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    with Server(nothing, tls=authority.server()) as server:
        assert network(system_trust()()).tls(probe(server.port)).failure is None


def _subject_hash(authority: Authority) -> str:
    """The name under which OpenSSL looks for an issuer: SHA-1 over the canonical form of its subject."""
    import shutil
    import subprocess

    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("the openssl command is missing")
    run = subprocess.run([openssl, "x509", "-noout", "-hash"], input=authority.pem(), capture_output=True, check=True)
    return run.stdout.decode().strip()


def test_our_own_context_is_careful_and_made_once() -> None:
    trust = system_trust()
    context = trust()
    assert context is trust()
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        (62, Failure.TLS_WRONG_NAME),
        (64, Failure.TLS_WRONG_NAME),
        (9, Failure.TLS_EXPIRED),
        (10, Failure.TLS_EXPIRED),
        (18, Failure.TLS_UNKNOWN_ISSUER),
        (19, Failure.TLS_UNKNOWN_ISSUER),
        (20, Failure.TLS_UNKNOWN_ISSUER),
        (21, Failure.TLS_UNKNOWN_ISSUER),
        (23, Failure.TLS_CERTIFICATE),  # revoked
    ],
)
def test_each_reason_of_a_certificate_has_its_failure(code: int, failure: Failure) -> None:
    error = ssl.SSLCertVerificationError("said")
    error.verify_code = code
    assert failure_of(error) is failure


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (ssl.SSLEOFError("said"), Failure.TLS_EOF),
        (ssl.SSLZeroReturnError("said"), Failure.TLS_EOF),
        (ConnectionResetError("said"), Failure.TLS_RESET),
        (BrokenPipeError("said"), Failure.TLS_RESET),
        (socket.timeout("said"), Failure.TLS_TIMEOUT),  # noqa: UP041 - the name that ssl raises it by
        (ssl.SSLError("said"), Failure.TLS_ERROR),
        (OSError("said"), Failure.TLS_ERROR),
    ],
)
def test_each_error_of_a_handshake_has_its_failure(error: OSError, failure: Failure) -> None:
    assert failure_of(error) is failure
