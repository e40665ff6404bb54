"""Connecting: the first address that answers wins, the dead are passed by, and each errno has its failure."""

from __future__ import annotations

import errno
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from watch_rig import Peer, Server, black_hole, wait_until

from trayapp.core.model import Failure
from trayapp.watch.connect import Unreached, connect, failure_of, most_telling
from trayapp.watch.lookup import Address

ROOT = Path(__file__).parents[1]
V4 = Address(socket.AF_INET, "127.0.0.1")
V6 = Address(socket.AF_INET6, "::1")


def hang_up(_peer: Peer) -> None:
    return


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def reached(addresses: list[Address], port: int, within_s: float = 10, stagger_s: float = 0.25) -> Address | Failure:
    won = connect(addresses, port, within_s, stagger_s)
    if isinstance(won, Unreached):
        return won.failure
    won[0].close()
    return won[1]


@pytest.mark.parametrize("address", [V4, V6])
def test_an_open_port_is_reached(address: Address) -> None:
    with Server(hang_up, ip=address.ip) as server:
        assert reached([address], server.port) == address


def test_a_closed_port_is_refused() -> None:
    assert reached([V4], closed_port()) is Failure.CONNECT_REFUSED


def test_silence_is_a_time_out() -> None:
    with black_hole() as port:
        began = time.monotonic()
        assert reached([V4], port, within_s=0.3) is Failure.CONNECT_TIMEOUT
        assert 0.3 <= time.monotonic() - began < 3


def test_no_addresses_are_an_error() -> None:
    assert reached([], 443) is Failure.CONNECT_ERROR


def test_an_impossible_port_is_not_asked() -> None:
    assert reached([V4], 70000) is Failure.NOT_ASKABLE


@pytest.mark.parametrize(("dead", "living"), [(V6, V4), (V4, V6)])
def test_a_dead_family_costs_one_stagger_and_no_more(dead: Address, living: Address) -> None:
    with Server(hang_up, ip=living.ip) as server, black_hole(dead.ip, server.port):
        began = time.monotonic()
        assert reached([dead, living], server.port, within_s=10, stagger_s=1.5) == living
        assert 1.5 <= time.monotonic() - began < 3  # a second one would have begun


# In how many families somebody was tried in vain


def tried(addresses: list[Address], port: int, within_s: float = 10) -> int:
    unreached = connect(addresses, port, within_s, 0.05)
    assert isinstance(unreached, Unreached)
    return unreached.families


def test_refusals_are_counted_by_family() -> None:
    port = closed_port()
    other = Address(socket.AF_INET, "127.0.0.2")
    assert tried([V4], port) == 1
    assert tried([V4, other], port) == 1
    assert tried([V4, V6, other], port) == 2


def test_silence_counts_as_tried() -> None:
    with black_hole() as port, black_hole("::1", port):
        assert tried([V4], port, within_s=0.3) == 1
        assert tried([V6, V4], port, within_s=0.5) == 2


def test_who_was_never_begun_with_was_not_tried() -> None:
    with black_hole() as port:
        unreached = connect([V4, V6], port, within_s=0.2, stagger_s=5)
    assert unreached == Unreached(Failure.CONNECT_TIMEOUT, families=1)


def test_a_family_with_no_way_out_is_not_counted() -> None:
    """Wherever this runs, no link has the number 0x7fffffff: there is no way to `nowhere`."""
    nowhere = Address(socket.AF_INET6, "fe80::1", scope=0x7FFFFFFF)
    assert tried([nowhere, V4], closed_port()) == 1
    assert tried([nowhere], closed_port()) == 0


def test_a_refusal_costs_no_stagger() -> None:
    with Server(hang_up) as server:
        began = time.monotonic()
        assert reached([V6, V4], server.port, stagger_s=8) == V4
        assert time.monotonic() - began < 4


def test_the_first_that_answers_wins_and_nobody_else_is_bothered() -> None:
    with Server(hang_up) as four, Server(hang_up, ip="::1", port=four.port) as six:
        assert reached([V6, V4], four.port, stagger_s=5) == V6
        wait_until(lambda: six.accepted == 1)
        assert four.accepted == 0


def test_a_refusal_tells_more_than_silence() -> None:
    with black_hole() as port:
        assert reached([V4, V6], port, within_s=0.4, stagger_s=0.05) is Failure.CONNECT_REFUSED


def test_no_route_is_unreachable() -> None:
    unshare = shutil.which("unshare")
    program = (
        "from trayapp.watch.connect import connect; from trayapp.watch.lookup import Address; import socket;"
        "print(connect([Address(socket.AF_INET6, '2001:db8::1'), Address(socket.AF_INET, '192.0.2.1')], 443, 5))"
    )
    if unshare is None:
        pytest.skip("unshare is missing")
    inside = [unshare, "--user", "--map-root-user", "--net"]
    if subprocess.run([*inside, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no network namespace may be made here")
    run = subprocess.run([*inside, sys.executable, "-c", program], capture_output=True, check=True, text=True, cwd=ROOT)
    assert run.stdout.strip() == repr(Unreached(Failure.CONNECT_UNREACHABLE, families=0))


@pytest.mark.parametrize(
    ("number", "failure"),
    [
        (errno.ECONNREFUSED, Failure.CONNECT_REFUSED),
        (errno.ECONNRESET, Failure.CONNECT_RESET),
        (errno.ENETUNREACH, Failure.CONNECT_UNREACHABLE),
        (errno.EHOSTUNREACH, Failure.CONNECT_UNREACHABLE),
        (errno.ENETDOWN, Failure.CONNECT_NETWORK_DOWN),
        (errno.EACCES, Failure.CONNECT_NETWORK_DOWN),
        (errno.EPERM, Failure.CONNECT_NETWORK_DOWN),
        (errno.ETIMEDOUT, Failure.CONNECT_TIMEOUT),
        (errno.EMFILE, Failure.NOT_ASKABLE),
        (errno.EINVAL, Failure.CONNECT_ERROR),
    ],
)
def test_each_errno_has_its_failure(number: int, failure: Failure) -> None:
    assert failure_of(number) is failure


@given(st.lists(st.sampled_from(sorted({failure_of(n) for n in errno.errorcode})), min_size=1))
def test_the_most_telling_is_one_of_them_and_their_order_is_nothing(failures: list[Failure]) -> None:
    told = most_telling(failures)
    assert told in failures
    assert most_telling(reversed(failures)) is told
    assert Failure.CONNECT_REFUSED not in failures or told is Failure.CONNECT_REFUSED
