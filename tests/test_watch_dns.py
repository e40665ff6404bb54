"""A question of the kind dns: the system's look-up and nothing else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import NoReturn

import pytest
from watch_rig import HOST, QUICK, RealClock, Server, network, probe, proxies

from trayapp.core.model import Failure, Outcome, Phases, Stage
from trayapp.core.outcome import classify
from trayapp.watch.lookup import Address, Lookup
from trayapp.watch.net import Network
from trayapp.watch.probes import KINDS
from trayapp.watch.trip import LIMITS, Limits


def asked(resolve: Callable[[str], list[Address]], limits: Limits = LIMITS) -> tuple[Network, Lookup]:
    lookup = Lookup(resolve)
    context = network()._means.trust()
    return Network(RealClock(), lambda: context, lookup, limits, proxies=proxies()), lookup


def test_a_name_that_is_there_is_well_and_nobody_is_connected_to() -> None:
    with Server(lambda peer: peer.hold()) as server:
        question = probe(server.port, kind="dns")
        answer = KINDS["dns"](network(), question)
        assert server.accepted == 0
    assert (answer.failure, answer.status, answer.address, answer.via) == (None, None, "", "")
    assert answer.phases == Phases(dns=answer.phases.dns)
    assert answer.phases.dns is not None
    assert classify(question, answer) == (Outcome.OK, None)


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (socket.gaierror(socket.EAI_NONAME, "said"), Failure.DNS_NXDOMAIN),
        (socket.gaierror(socket.EAI_AGAIN, "said"), Failure.DNS_TEMPORARY),
        (socket.gaierror(socket.EAI_FAIL, "said"), Failure.DNS_REFUSED),
        (OSError("said"), Failure.DNS_ERROR),
        (UnicodeError("said"), Failure.NOT_ASKABLE),
    ],
)
def test_each_failure_has_the_name_it_has_elsewhere(error: Exception, failure: Failure) -> None:
    def resolve(_host: str) -> NoReturn:
        raise error

    question = probe(443, kind="dns")
    answer = asked(resolve)[0].dns(question)
    assert answer.failure is failure
    assert answer.phases.dns is not None
    assert classify(question, answer)[0] is (Outcome.FAILED if failure.stage is Stage.DNS else Outcome.UNKNOWN)


def test_a_name_without_an_address() -> None:
    assert asked(lambda _: [])[0].dns(probe(443)).failure is Failure.DNS_NO_ANSWER


def test_a_look_up_that_hangs_is_left_behind() -> None:
    over = threading.Event()

    def resolve(_host: str) -> list[Address]:
        over.wait(30)
        return []

    try:
        answer = asked(resolve, QUICK)[0].dns(probe(443))
    finally:
        over.set()
    assert answer.failure is Failure.DNS_TIMEOUT
    assert answer.t - answer.began < 3000


def test_the_systems_own_resolver_is_asked() -> None:
    """Every system knows this one by itself."""
    answer = Network(RealClock(), network()._means.trust, proxies=proxies()).dns(probe(443, "localhost"))
    assert answer.failure is None
    assert HOST != "localhost"
