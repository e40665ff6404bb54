"""Issuers that stand in the middle: the administrator's own authorities, and known products."""

from __future__ import annotations

import datetime as dt
import logging
import os
import ssl
import tomllib
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from watch_rig import HOST, Authority, Server, network, probe, respond, response

from trayapp.core.model import Failure, Outcome
from trayapp.core.outcome import classify
from trayapp.watch.issuer import ADDED, FILE_LIMIT, PRODUCTS, Issuers, Product

AWAY = respond(response(b"", "503 Away"))


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(autouse=True)
def undeclared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)


def via(authority: Authority, issuers: Issuers, kind: str = "tls") -> str:
    with Server(AWAY, tls=authority.server()) as server:
        net = network(authority.client(), issuers=issuers)
        answer = net.http(probe(server.port)) if kind == "http" else net.tls(probe(server.port))
    assert answer.failure is None
    return answer.via


@pytest.mark.parametrize("kind", ["http", "tls"])
def test_an_authority_that_the_administrator_added_stands_in_the_middle(
    authority: Authority, tmp_path: Path, kind: str
) -> None:
    (tmp_path / "company").mkdir()
    (tmp_path / "company" / "proxy.crt").write_bytes(authority.pem())
    assert via(authority, Issuers(added=[tmp_path]), kind) == "interception"


def test_in_the_binary_form_as_well(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "proxy.cer").write_bytes(ssl.PEM_cert_to_DER_cert(authority.pem().decode()))
    assert via(authority, Issuers(added=[tmp_path])) == "interception"


def test_among_others_in_one_file(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "all.pem").write_bytes(b"# ours\n" + Authority().pem() + authority.pem())
    assert via(authority, Issuers(added=[tmp_path])) == "interception"


def test_anybody_else_does_not(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "other.crt").write_bytes(Authority().pem())
    assert via(authority, Issuers(added=[tmp_path])) == ""
    assert via(authority, Issuers(added=[tmp_path / "nowhere"])) == ""


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_who_declares_whom_to_trust_means_it(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "proxy.crt").write_bytes(authority.pem())
    monkeypatch.setenv(name, str(tmp_path))
    assert via(authority, Issuers(added=[tmp_path])) == ""


def test_the_folders_are_read_once(authority: Authority, tmp_path: Path) -> None:
    issuers = Issuers(added=[tmp_path])
    assert via(authority, issuers) == ""
    (tmp_path / "late.crt").write_bytes(authority.pem())
    assert via(authority, issuers) == ""
    assert via(authority, Issuers(added=[tmp_path])) == "interception"


def test_what_is_no_certificate_harms_nothing(
    authority: Authority, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a.crt").write_bytes(b"nonsense")
    (tmp_path / "b.crt").write_bytes(b"")
    (tmp_path / "c.crt").write_bytes(b"-----BEGIN CERTIFICATE-----\n\xff\n-----END CERTIFICATE-----\n")
    (tmp_path / "gone.crt").symlink_to(tmp_path / "nowhere")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.crt")  # reading it would wait for ever
    (tmp_path / "z.crt").write_bytes("# unseres, für alle\n".encode() + authority.pem())
    with caplog.at_level(logging.INFO, "trayapp.watch.issuer"):
        assert via(authority, Issuers(added=[tmp_path])) == "interception"
    told = {record.args[0] for record in caplog.records if isinstance(record.args, tuple)}
    assert told == {"a.crt", "b.crt", "c.crt"}


def test_a_folder_without_end_is_read_to_its_bound(authority: Authority, tmp_path: Path) -> None:
    for n in range(FILE_LIMIT + 50):
        (tmp_path / f"{n}.crt").touch()
    assert via(authority, Issuers(added=[tmp_path])) == ""


def test_the_box_is_not_believed_about_an_outage(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "proxy.crt").write_bytes(authority.pem())
    question = probe(443)
    with Server(AWAY, tls=authority.server()) as server:
        direct = network(authority.client()).http(probe(server.port))
        middle = network(authority.client(), issuers=Issuers(added=[tmp_path])).http(probe(server.port))
    assert classify(question, direct) == (Outcome.FAILED, Failure.HTTP_SERVER_ERROR)
    assert classify(question, middle) == (Outcome.UNKNOWN, Failure.HTTP_SERVER_ERROR)


def test_a_certificate_can_be_read_when_it_was_the_system_that_verified_it(
    authority: Authority, tmp_path: Path
) -> None:
    """On Windows and macOS the handshake itself verifies nothing, and the context is careful again only after it."""
    (tmp_path / "proxy.crt").write_bytes(authority.pem())

    class Deferred(ssl.SSLContext):
        def wrap_socket(self, *args: object, **more: object) -> ssl.SSLSocket:
            self.check_hostname, self.verify_mode = False, ssl.CERT_NONE
            try:
                return super().wrap_socket(*args, **more)  # type: ignore[arg-type]
            finally:
                self.verify_mode, self.check_hostname = ssl.CERT_REQUIRED, True

    with Server(AWAY, tls=authority.server()) as server:
        net = network(Deferred(ssl.PROTOCOL_TLS_CLIENT), issuers=Issuers(added=[tmp_path]))
        assert net.tls(probe(server.port)).via == "interception"


# Known products


def issuer(**parts: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    return tuple(((key, value),) for key, value in parts.items())


PRODUCTS_ONLY = Issuers(added=())


@pytest.mark.parametrize(
    "name",
    [
        issuer(countryName="CZ", organizationName="avast! Web/Mail Shield", commonName="avast! Web/Mail Shield Root"),
        issuer(commonName="Bitdefender Personal CA.Net-Defender", organizationName="Bitdefender"),
        issuer(organizationName="ESET, spol. s r. o.", commonName="ESET SSL Filter CA"),
        issuer(commonName="Kaspersky Anti-Virus Personal Root Certificate"),
        issuer(organizationName="Fortinet", organizationalUnitName="Certificate Authority", commonName="FGT60"),
        issuer(organizationName="Zscaler Inc.", commonName="Zscaler Intermediate Root CA (zscaler.net)"),
        issuer(organizationName="Cisco", commonName="Cisco Umbrella Secondary SubCA ams-SG"),
    ],
)
def test_a_known_product_stands_in_the_middle(name: tuple[tuple[tuple[str, str], ...], ...]) -> None:
    assert PRODUCTS_ONLY.known(name)


@pytest.mark.parametrize(
    "name",
    [
        (),
        issuer(countryName="US", organizationName="Let's Encrypt", commonName="R11"),
        issuer(organizationName="DigiCert Inc", commonName="DigiCert TLS RSA SHA256 2020 CA1"),
        issuer(organizationName="Google Trust Services", commonName="WE1"),
        issuer(organizationName="Sectigo Limited", commonName="Sectigo Public Server Authentication CA DV R36"),
        issuer(organizationName="Cloudflare, Inc.", commonName="Cloudflare Inc ECC CA-3"),
        issuer(organizationName="Cisco Systems", commonName="Cisco RXC-R2"),
        issuer(organizationName="Symantec Corporation", commonName="Symantec Class 3 Secure Server CA - G4"),
        issuer(organizationName="", commonName=""),
    ],
)
def test_a_public_authority_does_not(name: tuple[tuple[tuple[str, str], ...], ...]) -> None:
    assert not PRODUCTS_ONLY.known(name)


def test_no_authority_of_this_systems_store_is_taken_for_a_product() -> None:
    context = ssl.create_default_context()
    if not context.get_ca_certs():
        pytest.skip("this system has no store in one file")
    found = [c["subject"] for c in context.get_ca_certs() if PRODUCTS_ONLY.known(c["subject"])]  # type: ignore[arg-type]
    assert found == []


def test_the_list_says_something_in_each_entry_and_nothing_else() -> None:
    entries = tomllib.loads(PRODUCTS.read_text("utf-8"))["issuer"]
    assert len(entries) > 20
    for entry in entries:
        assert set(entry) <= {"common_name", "organization"}
        assert all(len(text.removesuffix("*").strip()) >= 5 and "*" not in text[:-1] for text in entry.values())
        assert entry
    assert len({tuple(sorted(e.items())) for e in entries}) == len(entries)


def test_all_that_is_given_must_match() -> None:
    both = Product("box ca*", "box inc.")
    assert both.issued({"commonName": "box ca 7", "organizationName": "box inc."})
    assert not both.issued({"commonName": "box ca 7"})
    assert not both.issued({"commonName": "a box ca", "organizationName": "box inc."})
    assert not both.issued({"commonName": "box ca", "organizationName": "box inc. and sons"})


def test_a_product_is_seen_on_the_wire(tmp_path: Path) -> None:
    """A real certificate, valid, issued by a name of the list."""
    name = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Zscaler Inc."),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, "Zscaler Root CA"),
        ]
    )
    key = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC)

    def certificate(subject: x509.Name, public: ec.EllipticCurvePublicKey, *, ca: bool) -> x509.CertificateBuilder:
        built = x509.CertificateBuilder(name, subject, public, x509.random_serial_number())
        built = built.not_valid_before(now - dt.timedelta(1)).not_valid_after(now + dt.timedelta(1))
        return built.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)

    root = certificate(name, key.public_key(), ca=True).sign(key, hashes.SHA256())
    own = ec.generate_private_key(ec.SECP256R1())
    host = x509.SubjectAlternativeName([x509.DNSName(HOST)])
    leaf = certificate(x509.Name([]), own.public_key(), ca=False).add_extension(host, critical=True)
    pem = serialization.Encoding.PEM
    chain = tmp_path / "chain.pem"
    chain.write_bytes(
        own.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + leaf.sign(key, hashes.SHA256()).public_bytes(pem)
    )
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(chain)
    client_side = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client_side.load_verify_locations(cadata=root.public_bytes(pem).decode())
    with Server(AWAY, tls=server_side) as server:
        answer = network(client_side).http(probe(server.port))
    assert (answer.status, answer.via) == (503, "interception")


def test_the_folders_of_this_system_are_named_for_linux_only() -> None:
    import sys

    assert bool(ADDED) is (sys.platform == "linux")
