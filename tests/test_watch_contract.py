"""The real Net and the one in memory keep the same promises; every kind of probe is found from its file."""

from __future__ import annotations

import logging
import socket
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from fake_net import FakeNet
from watch_rig import Authority, Peer, RealClock, Server, probe, proxies, response

import trayapp.watch.probes as folder
from trayapp.core.model import Failure
from trayapp.core.ports import Net
from trayapp.core.question import Answer, Probe
from trayapp.watch.lookup import Address, Lookup
from trayapp.watch.net import Network
from trayapp.watch.probes import KINDS

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

    from fake_net import Reply

WELL, SICK, MUTE = "well.example", "sick.example", "mute.example"


def serve(peer: Peer) -> None:
    head = peer.head()
    if SICK.encode() in head:
        peer.send(response(b"sorry", "503 Away", Server="s"))
    elif WELL.encode() in head:
        peer.send(response(b"fine", Server="s"))


def untrusted() -> NoReturn:
    msg = "a mistake of ours"
    raise RuntimeError(msg)


def broken(_probe: Probe) -> NoReturn:
    untrusted()


Nets = tuple[Net, Net, int]
"""One that works, one with a mistake inside, and the port to ask."""


@pytest.fixture(params=["real", "fake"])
def nets(request: pytest.FixtureRequest) -> Iterator[Nets]:
    if request.param == "fake":
        answers: dict[str, Reply] = {
            WELL: Answer(1, 2, status=200, headers={"server": "s"}, body=b"fine"),
            SICK: lambda _: Answer(1, 2, status=503, headers={"server": "s"}, body=b"sorry"),
            MUTE: Answer(1, 2, failure=Failure.HTTP_EOF),
        }
        yield FakeNet(answers), FakeNet({WELL: broken}), 443
        return
    authority = Authority()
    client = authority.client()

    def resolve(host: str) -> list[Address]:
        if host not in {WELL, SICK, MUTE}:
            raise socket.gaierror(socket.EAI_NONAME, "not in this world")
        return [Address(socket.AF_INET, "127.0.0.1")]

    def trust() -> ssl.SSLContext:
        return client

    with Server(serve, tls=authority.server(WELL, SICK, MUTE)) as server:
        well, ill = (Network(RealClock(), t, Lookup(resolve), proxies=proxies()) for t in (trust, untrusted))
        yield well, ill, server.port


@pytest.mark.parametrize(("host", "status", "body"), [(WELL, 200, b"fine"), (SICK, 503, b"sorry")])
def test_a_response_is_an_answer_without_a_failure(nets: Nets, host: str, status: int, body: bytes) -> None:
    net, _, port = nets
    answer = net.http(probe(port, host, method="GET"))
    assert (answer.failure, answer.status, answer.body) == (None, status, body)
    assert answer.headers == {"server": "s"}
    assert answer.began <= answer.t


def test_the_answer_to_head_has_no_body(nets: Nets) -> None:
    net, _, port = nets
    assert net.http(probe(port, WELL, method="HEAD")).body == b""


def test_no_response_is_a_failure_without_a_status(nets: Nets) -> None:
    net, _, port = nets
    answer = net.http(probe(port, MUTE))
    assert (answer.failure, answer.status) == (Failure.HTTP_EOF, None)


@pytest.mark.parametrize("kind", ["tls", "tcp", "dns"])
@pytest.mark.parametrize("host", [WELL, SICK, MUTE])
def test_below_http_nobody_is_sick(nets: Nets, kind: str, host: str) -> None:
    net, _, port = nets
    answer = KINDS[kind](net, probe(port, host))
    assert (answer.failure, answer.status, answer.body, dict(answer.headers)) == (None, None, b"", {})


def test_a_look_up_reaches_nobody(nets: Nets) -> None:
    net, _, port = nets
    answer = net.dns(probe(port, WELL))
    assert (answer.failure, answer.address, answer.families) == (None, "", 0)
    assert answer.began <= answer.t


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_host_that_does_not_exist_is_a_failure(nets: Nets, kind: str) -> None:
    net, _, port = nets
    assert KINDS[kind](net, probe(port, "nowhere.example")).failure is Failure.DNS_NXDOMAIN


@pytest.mark.parametrize("kind", ["http", "tls"])
def test_a_mistake_of_ours_is_an_answer_too(nets: Nets, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    _, net, port = nets
    with caplog.at_level(logging.CRITICAL):
        assert KINDS[kind](net, probe(port, WELL)).failure is Failure.INTERNAL


def test_the_fake_remembers_what_it_was_asked() -> None:
    net = FakeNet({})
    question = probe(443, WELL)
    KINDS["tcp"](net, question)
    KINDS["http"](net, replace(question, method="GET"))
    assert net.asked == [("tcp", question), ("http", replace(question, method="GET"))]


def test_every_file_of_the_folder_is_a_kind() -> None:
    files = {file.stem for file in Path(folder.__path__[0]).glob("*.py")} - {"__init__"}
    assert set(KINDS) == files
    assert {"http", "tls", "tcp", "dns"} <= files
