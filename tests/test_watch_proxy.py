"""Through a real proxy on loopback: what is asked of it, what is never looked up, and what each failure is called."""

from __future__ import annotations

import base64
import logging
import socket
from pathlib import Path

import pytest
from proxy_rig import FAR, NAMES, Relay, by
from watch_rig import (
    HOST,
    Authority,
    Peer,
    RealClock,
    Server,
    network,
    probe,
    proxies,
    respond,
    response,
)

from trayapp.core.model import Failure, Outcome
from trayapp.core.outcome import classify
from trayapp.watch.issuer import Issuers
from trayapp.watch.lookup import Address, Lookup
from trayapp.watch.net import Network
from trayapp.watch.probes import KINDS
from trayapp.watch.proxy import FRESH_S, Proxies, Proxy, parsed
from trayapp.watch.proxy_settings import Settings
from trayapp.watch.trip import USER_AGENT, Limits

SECRET = "Basic " + base64.b64encode(b"me:p:w").decode()


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def hello(peer: Peer) -> None:
    peer.head()
    peer.send(response(b"hello"))


def test_https_goes_by_a_tunnel_and_the_name_is_not_looked_up_here(authority: Authority) -> None:
    with Server(hello, tls=authority.server(FAR)) as server:
        relay = Relay({FAR: server.port})
        with Server(relay) as proxy:
            net = network(authority.client(), names=NAMES, by=by(proxy.port))
            answer = net.http(probe(443, FAR, method="GET"))
    assert (answer.failure, answer.status, answer.body, answer.via) == (None, 200, b"hello", "proxy")
    assert answer.address == ""
    assert None not in (answer.phases.dns, answer.phases.connect, answer.phases.tls, answer.phases.first_byte)
    assert relay.heard == [
        f"CONNECT {FAR}:443 HTTP/1.1\r\nHost: {FAR}:443\r\nUser-Agent: {USER_AGENT}\r\n\r\n".encode()
    ]


@pytest.mark.parametrize("kind", ["tls", "tcp"])
def test_tls_and_tcp_go_by_a_tunnel(authority: Authority, kind: str) -> None:
    with Server(lambda peer: peer.hold(), tls=authority.server(FAR)) as server:
        relay = Relay({FAR: server.port})
        with Server(relay) as proxy:
            net = network(authority.client(), names=NAMES, by=by(proxy.port))
            answer = KINDS[kind](net, probe(5222, FAR))
    assert (answer.failure, answer.via) == (None, "proxy")
    assert relay.heard[0].startswith(f"CONNECT {FAR}:5222 HTTP/1.1\r\n".encode())


def test_an_address_of_the_newer_kind_stands_in_brackets() -> None:
    relay = Relay({})
    with Server(relay) as proxy:
        network(names=NAMES, by=by(proxy.port)).tcp(probe(443, "2001:db8::1"))
    assert relay.heard[0].startswith(b"CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: [2001:db8::1]:443\r\n")


def test_plain_http_is_handed_over_whole() -> None:
    heard: list[bytes] = []

    def handle(peer: Peer) -> None:
        heard.append(peer.head())
        peer.send(response(b"success\n"))

    with Server(handle) as server:
        relay = Relay({FAR: server.port})
        with Server(relay) as proxy:
            net = network(names=NAMES, by=by(proxy.port, "me:p%3Aw@"))
            answer = net.http(probe(80, FAR, secure=False, method="GET", path="/a?b"))
    assert (answer.failure, answer.status, answer.body, answer.via) == (None, 200, b"success\n", "proxy")
    first, *headers = relay.heard[0].decode().rstrip("\r\n").split("\r\n")
    assert first == f"GET http://{FAR}/a?b HTTP/1.1"
    assert dict(h.split(": ", 1) for h in headers) == {
        "Host": FAR,
        "User-Agent": USER_AGENT,
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
        "Proxy-Authorization": SECRET,
    }


def test_a_password_is_for_the_proxy_alone(authority: Authority) -> None:
    heard: list[bytes] = []

    def handle(peer: Peer) -> None:
        heard.append(peer.head())
        peer.send(response())

    with Server(handle, tls=authority.server(FAR)) as server:
        relay = Relay({FAR: server.port}, password=SECRET)
        with Server(relay) as proxy:
            net = network(authority.client(), names=NAMES, by=by(proxy.port, "me:p%3Aw@"))
            assert net.http(probe(443, FAR)).status == 200
    assert f"Proxy-Authorization: {SECRET}\r\n".encode() in relay.heard[0]
    assert b"proxy" not in heard[0].lower()


@pytest.mark.parametrize("question", [{"port": 443}, {"port": 80, "secure": False}])
def test_a_proxy_that_wants_another_password_cannot_be_asked_by(question: dict[str, object]) -> None:
    with Server(Relay({FAR: 1}, password=SECRET)) as proxy:
        answer = network(names=NAMES, by=by(proxy.port, "me:wrong@")).http(probe(host=FAR, **question))  # type: ignore[arg-type]
    assert (answer.failure, answer.status, answer.via) == (Failure.NOT_ASKABLE, None, "proxy")


def test_a_proxy_is_named_before_an_issuer_in_the_middle(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "company.crt").write_bytes(authority.pem())
    with Server(hello, tls=authority.server(FAR)) as server, Server(Relay({FAR: server.port})) as proxy:
        net = network(authority.client(), names=NAMES, by=by(proxy.port), issuers=Issuers(added=[tmp_path]))
        assert net.tls(probe(443, FAR)).via == "proxy"


def test_what_fails_behind_a_proxy_is_held_against_nobody(authority: Authority) -> None:
    relay = Relay({})
    away = respond(response(b"", "503 Away"))
    with Server(away, tls=authority.server("other.example")) as server, Server(relay) as proxy:
        relay.ports = {FAR: server.port, "other.example": server.port}
        net = network(authority.client(), names=NAMES, by=by(proxy.port))
        wrong, sick = probe(443, FAR), probe(443, "other.example")
        answers = [net.http(wrong), net.http(sick)]
    assert [(a.failure, a.status, a.via) for a in answers] == [
        (Failure.TLS_WRONG_NAME, None, "proxy"),
        (None, 503, "proxy"),
    ]
    assert [classify(sick, a)[0] for a in answers] == [Outcome.UNKNOWN, Outcome.UNKNOWN]


@pytest.mark.parametrize(
    "url", ["socks5://127.0.0.1:1", "socks4://127.0.0.1:1", "https://127.0.0.1:1", "http://[", "http://h:99999", "://"]
)
@pytest.mark.parametrize("kind", ["http", "tls", "tcp"])
def test_a_kind_of_proxy_that_we_do_not_speak_to(kind: str, url: str) -> None:
    answer = KINDS[kind](network(by=proxies({"https": url})), probe(443))
    assert (answer.failure, answer.via) == (Failure.NOT_ASKABLE, "proxy")


def test_a_name_behind_a_proxy_cannot_be_looked_up_here() -> None:
    answer = network(by=proxies({"https": "http://127.0.0.1:1"})).dns(probe(443))
    assert (answer.failure, answer.via, answer.phases.dns) == (Failure.NOT_ASKABLE, "proxy", None)


@pytest.mark.parametrize("question", [{"host": "a\r\nX: b"}, {"host": "ü.example"}, {"port": 70000}, {"port": 0}])
def test_nothing_but_a_host_and_a_port_is_said_to_a_proxy(question: dict[str, object]) -> None:
    relay = Relay({})
    with Server(relay) as proxy:
        answer = network(names=NAMES, by=by(proxy.port)).tcp(probe(**{"port": 443, **question}))  # type: ignore[arg-type]
    assert (answer.failure, answer.via) == (Failure.NOT_ASKABLE, "proxy")
    assert relay.heard == []


def test_who_is_exempt_is_asked_directly(authority: Authority) -> None:
    ways = proxies({"all": "http://127.0.0.1:1"}, exempt=lambda host: host == HOST)
    with Server(hello, tls=authority.server()) as server:
        answer = network(authority.client(), by=ways).http(probe(server.port))
    assert (answer.status, answer.via) == (200, "")


# Which proxy


def way_of(url: str) -> Proxy | Failure:
    return parsed(url, tunnel=True)


def test_a_proxys_url_is_read() -> None:
    assert way_of("http://proxy.example:3128") == Proxy("proxy.example", 3128)
    assert way_of("proxy.example:3128") == Proxy("proxy.example", 3128)
    assert way_of("http://proxy.example/") == Proxy("proxy.example", 80)
    assert way_of("http://[::1]:8080") == Proxy("::1", 8080)
    assert way_of("http://me@proxy.example") == Proxy("proxy.example", 80, "Basic " + base64.b64encode(b"me:").decode())


def test_a_password_is_not_shown() -> None:
    way = way_of("http://me:hush@proxy.example")
    assert isinstance(way, Proxy)
    assert way.authorization
    assert "hush" not in repr(way)
    assert way.authorization not in repr(way)


def test_each_scheme_has_its_own_proxy() -> None:
    ways = proxies({"http": "http://a.example", "https": "http://b.example"})
    assert ways.way(HOST, tunnel=False) == Proxy("a.example", 80, tunnel=False)
    assert ways.way(HOST) == Proxy("b.example", 80)
    for_all = proxies({"all": "http://c.example", "http": "http://a.example"})
    assert for_all.way(HOST, tunnel=False) == Proxy("a.example", 80, tunnel=False)
    assert for_all.way(HOST) == Proxy("c.example", 80)
    assert proxies({"ftp": "http://d.example", "no": "x"}).way(HOST) is None
    assert proxies({"socks": "http://e.example"}).way(HOST) is Failure.NOT_ASKABLE


def test_settings_are_read_again_after_half_a_minute() -> None:
    reads: list[float] = []
    now = [100.0]

    def read() -> Settings:
        reads.append(now[0])
        return Settings({"https": f"http://p{len(reads)}.example"}, lambda _: False)

    ways = Proxies(read, lambda: now[0])
    assert reads == []
    for now[0] in (100.0, 100.0, 100.0 + FRESH_S - 0.1):
        assert ways.way(HOST) == Proxy("p1.example", 80)
    now[0] = 100.0 + FRESH_S
    assert ways.way(HOST) == Proxy("p2.example", 80)
    assert reads == [100.0, 130.0]


def test_the_environments_proxy_is_used_by_itself(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(hello, tls=authority.server(FAR, HOST)) as server, Server(Relay({FAR: server.port})) as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("no_proxy", HOST)
        client = authority.client()
        near = Lookup(lambda _: [Address(socket.AF_INET, "127.0.0.1")])
        net = Network(RealClock(), lambda: client, near, Limits(), issuers=Issuers(added=()))
        far = net.http(probe(443, FAR))
        here = net.http(probe(server.port))
    assert (far.status, far.via) == (200, "proxy")
    assert (here.status, here.via) == (200, "")


def test_a_mistake_in_reading_settings_is_data_too(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> Settings:
        msg = "a mistake of ours"
        raise RuntimeError(msg)

    with caplog.at_level(logging.CRITICAL):
        assert network(by=Proxies(broken)).http(probe(443)).failure is Failure.INTERNAL
