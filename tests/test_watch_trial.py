"""A trial of an address: a ticket at once, later what came back, whatever hangs in between."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import pytest
from fake_net import FakeNet
from watch_rig import HOST, Authority, HandClock, Peer, RealClock, Server, network, respond, response, wait_until

from trayapp.core.model import Failure, Phases
from trayapp.core.question import Answer, Probe
from trayapp.watch.net import Network
from trayapp.watch.trial import AT_ONCE, DEADLINE, KEPT, Trials, probe_of
from trayapp.words.forms import Forms
from trayapp.words.language import Language
from trayapp.words.times import Times
from trayapp.words.voice import Voice

FORMS = Forms(Voice(Language(["en"]), Times(Language(["en"]), None)))
URL = "https://shop.example/health?x=1"


def test_it_asks_what_would_be_asked_in_routine() -> None:
    assert probe_of(URL) == Probe("trial", "http", "shop.example", 443, "/health?x=1", "HEAD")
    assert probe_of("https://shop.example:8443").port == 8443
    assert probe_of("https://shop.example").path == "/"


@pytest.mark.parametrize("url", ["", "http://shop.example/", "https://", "https://a:b@shop.example/", "file:///etc"])
def test_only_https(url: str) -> None:
    with pytest.raises(ValueError, match="no https address"):
        Trials(HandClock(), lambda: FakeNet({})).begin(url)


def test_what_was_asked_and_what_came_back() -> None:
    answer = Answer(1000, 1140, Phases(10, 30, 40, 60, 0), status=204, headers={"set-cookie": "x"}, body=b"secret")
    trials = Trials(HandClock(), lambda: FakeNet({"shop.example": answer}))
    ticket = trials.begin(URL)
    assert ticket is not None
    wait_until(lambda: trials.result(ticket) is not None)
    assert trials.result(ticket) == {
        "asked": {"method": "HEAD", "url": URL},
        "ms": 140,
        "phases": {"dns": 10, "connect": 30, "tls": 40, "first_byte": 60, "body": 0},
        "status": 204,
        "failure": None,
        "via": "",
    }
    trials.stop()


class Hanging(FakeNet):
    """Answers when it is let."""

    def __init__(self) -> None:
        super().__init__({})
        self.gate = threading.Event()

    def http(self, _probe: Probe) -> Answer:
        self.gate.wait(20)
        return Answer(0, 0, status=200)


def test_what_hangs_is_over_in_time_and_holds_nobody() -> None:
    clock, net = HandClock(), Hanging()
    trials = Trials(clock, lambda: net)
    tickets = [trials.begin(URL) for _ in range(AT_ONCE)]
    assert None not in tickets
    assert trials.begin(URL) is None
    assert [trials.result(t or 0) for t in tickets] == [None, None]
    # A job's time begins when a thread takes it.
    wait_until(lambda: len(trials._pool._running) == AT_ONCE)
    clock.t += DEADLINE
    for ticket in tickets:
        result = trials.result(ticket or 0)
        assert result is not None
        assert result["failure"] == Failure.CHECK_TIMEOUT.value
    assert trials.begin(URL) is not None
    net.gate.set()
    trials.stop()


def test_a_mistake_of_ours_is_a_result() -> None:
    def broken() -> FakeNet:
        raise RuntimeError("no trust store")

    trials = Trials(HandClock(), broken)
    ticket = trials.begin(URL) or 0
    wait_until(lambda: trials.result(ticket) is not None)
    assert (trials.result(ticket) or {})["failure"] == Failure.INTERNAL.value
    trials.stop()


def test_results_that_nobody_fetches_do_not_pile_up() -> None:
    trials = Trials(HandClock(), lambda: FakeNet({}))
    tickets = []
    for _ in range(KEPT + 2):
        tickets.append(trials.begin(URL) or 0)
        wait_until(lambda: trials.result(tickets[-1]) is not None)
    with pytest.raises(KeyError):
        trials.result(tickets[0])
    with pytest.raises(KeyError):
        trials.result(999)
    assert len(trials._results) == KEPT
    trials.stop()


# a real network


def tried(net: Network, port: int) -> Mapping[str, object]:
    trials = Trials(RealClock(), lambda: net)
    ticket = trials.begin(f"https://{HOST}:{port}/health") or 0
    wait_until(lambda: trials.result(ticket) is not None)
    result = trials.result(ticket)
    trials.stop()
    assert result is not None
    return result


def test_a_real_server_is_told_phase_by_phase_and_asked_once_for_no_body() -> None:
    authority, heard = Authority(), list[bytes]()

    def handle(peer: Peer) -> None:
        heard.append(peer.head())
        peer.send(response())

    with Server(handle, tls=authority.server()) as server:
        result = tried(network(authority.client()), server.port)
    assert [line.split(b"\r\n")[0] for line in heard] == [b"HEAD /health HTTP/1.1"]
    assert (result["status"], result["failure"]) == (200, None)
    phases = result["phases"]
    assert isinstance(phases, dict)
    assert all(isinstance(phases[name], int) for name in ("dns", "connect", "tls", "first_byte"))
    assert [mark for mark, _ in FORMS.tried(result)][1:-1] == ["✓"] * (len(FORMS.tried(result)) - 2)


def test_a_certificate_of_nobody_we_know_fails_in_its_phase() -> None:
    with Server(respond(response()), tls=Authority().server()) as server:
        result = tried(network(Authority().client()), server.port)
    assert (result["status"], result["failure"]) == (None, Failure.TLS_UNKNOWN_ISSUER.value)
    lines = FORMS.tried(result)
    assert [mark for mark, _ in lines] == ["", "✓", "✓", "✗", "", ""]
    assert lines[-1] == ("", "It does not answer from here now. It can be added all the same.")


@pytest.mark.parametrize(
    ("phases", "failure", "marks"),
    [
        ({"dns": 3}, "dns_nxdomain", ["✗"]),
        ({"dns": 3, "connect": 5000}, "connect_timeout", ["✓", "✗"]),
        ({"dns": 3, "connect": 5, "tls": 6, "first_byte": 7}, "http_timeout", ["✓", "✓", "✓", "✗"]),
        ({"dns": 3, "connect": 5, "tls": 6}, "check_timeout", ["✓", "✓", "✗"]),
        ({}, "not_askable", []),
        ({"dns": 3}, "internal", ["✓"]),
    ],
)
def test_what_failed_is_marked_where_it_failed(phases: dict[str, int], failure: str, marks: list[str]) -> None:
    record = {"asked": {"method": "HEAD", "url": URL}, "phases": phases, "failure": failure, "status": None}
    assert [mark for mark, _ in FORMS.tried(record)][1 : 1 + len(marks)] == marks


def test_whatever_comes_through_the_door_can_be_shown() -> None:
    for record in ({}, {"phases": 3, "asked": [], "status": "x", "failure": 7}, {"failure": "no such thing"}):
        assert all(text.strip() for _, text in FORMS.tried(record))
