"""Look-ups: errors become failures, a hung resolver hangs nobody, and what hangs is bounded."""

from __future__ import annotations

import socket
import threading
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from watch_rig import wait_until

from trayapp.core.model import Failure
from trayapp.watch.lookup import ADDRESS_LIMIT, Address, Lookup, failure_of, literal, staggered, system_resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

V4 = Address(socket.AF_INET, "192.0.2.1")
V6 = Address(socket.AF_INET6, "2001:db8::1")


def raising(error: Exception) -> Callable[[str], list[Address]]:
    def resolve(_host: str) -> list[Address]:
        raise error

    return resolve


class Hung:
    """A resolver that answers nothing until the test is over."""

    def __init__(self) -> None:
        self.release = threading.Event()
        self.asked: list[str] = []

    def __call__(self, host: str) -> list[Address]:
        self.asked.append(host)
        self.release.wait(30)
        return [V4]


@pytest.fixture
def hung() -> Iterator[Hung]:
    resolver = Hung()
    yield resolver
    resolver.release.set()
    wait_until(lambda: not any(t.name == "lookup" for t in threading.enumerate()))


@pytest.mark.parametrize(
    ("number", "failure"),
    [
        (socket.EAI_NONAME, Failure.DNS_NXDOMAIN),
        (socket.EAI_AGAIN, Failure.DNS_TEMPORARY),
        (socket.EAI_FAIL, Failure.DNS_REFUSED),
        (socket.EAI_MEMORY, Failure.DNS_ERROR),
        (11001, Failure.DNS_NXDOMAIN),
        (11002, Failure.DNS_TEMPORARY),
        (11003, Failure.DNS_REFUSED),
        (11004, Failure.DNS_NO_ANSWER),
    ],
)
def test_each_resolver_error_has_its_failure(number: int, failure: Failure) -> None:
    assert Lookup(raising(socket.gaierror(number, "said"))).addresses("x.example", 5) is failure


@pytest.mark.parametrize("name", ["EAI_NODATA", "EAI_ADDRFAMILY"])
def test_a_name_without_an_address_is_no_answer(name: str) -> None:
    if not hasattr(socket, name):
        pytest.skip(f"this system has no {name}")
    assert failure_of(socket.gaierror(getattr(socket, name), "said")) is Failure.DNS_NO_ANSWER


def test_an_empty_answer_is_no_answer() -> None:
    assert Lookup(lambda _: []).addresses("x.example", 5) is Failure.DNS_NO_ANSWER


def test_another_os_error_is_an_error() -> None:
    assert Lookup(raising(OSError(5, "said"))).addresses("x.example", 5) is Failure.DNS_ERROR


@pytest.mark.parametrize("host", ["a" * 64 + ".example", ".."])
def test_a_name_that_cannot_exist_is_not_asked(host: str) -> None:
    assert Lookup(system_resolve).addresses(host, 5) is Failure.NOT_ASKABLE


def test_the_system_resolver_knows_localhost() -> None:
    found = Lookup().addresses("localhost", 5)
    assert not isinstance(found, Failure)
    assert {a.ip for a in found} <= {"127.0.0.1", "::1"}


@pytest.mark.parametrize(("host", "family"), [("192.0.2.7", socket.AF_INET), ("2001:db8::7", socket.AF_INET6)])
def test_an_address_needs_no_look_up(host: str, family: int) -> None:
    nobody = Lookup(raising(AssertionError("asked")))
    assert nobody.addresses(host, 5) == (Address(family, host),)


def test_a_hung_look_up_lets_its_asker_go(hung: Hung) -> None:
    began = time.monotonic()
    assert Lookup(hung).addresses("x.example", 0.1) is Failure.DNS_TIMEOUT
    assert time.monotonic() - began < 3


def test_askers_of_one_host_share_one_look_up(hung: Hung) -> None:
    lookup = Lookup(hung)
    for _ in range(5):
        assert lookup.addresses("x.example", 0.01) is Failure.DNS_TIMEOUT
    wait_until(lambda: hung.asked == ["x.example"])
    answers: list[object] = []
    patient = threading.Thread(target=lambda: answers.append(lookup.addresses("x.example", 10)))
    patient.start()
    assert lookup.addresses("x.example", 0.01) is Failure.DNS_TIMEOUT
    assert hung.asked == ["x.example"]
    hung.release.set()
    patient.join(10)
    assert answers == [(V4,)]


def test_a_look_up_that_is_over_is_not_kept() -> None:
    asked: list[str] = []

    def resolve(host: str) -> list[Address]:
        asked.append(host)
        return [V4]

    lookup = Lookup(resolve)
    lookup.addresses("x.example", 5)
    lookup.addresses("x.example", 5)
    assert asked == ["x.example", "x.example"]


def test_hung_threads_are_bounded(hung: Hung) -> None:
    lookup = Lookup(hung, hung_after_s=0, hung_limit=3)
    for number in range(3):
        assert lookup.addresses(f"{number}.example", 0.01) is Failure.DNS_TIMEOUT
    assert lookup.addresses("one-more.example", 0.01) is Failure.NOT_ASKABLE
    assert lookup.addresses("0.example", 0.01) is Failure.DNS_TIMEOUT  # joining costs nothing
    assert len(hung.asked) == 3
    hung.release.set()
    wait_until(lambda: lookup.addresses("one-more.example", 1) == (V4,))


def test_an_asker_lends_its_own_thread_while_the_resolver_answers() -> None:
    on: list[int] = []

    def resolve(_host: str) -> list[Address]:
        on.append(threading.get_ident())
        return [V4]

    assert Lookup(resolve, lent=True).addresses("x.example", 5) == (V4,)
    assert Lookup(resolve).addresses("x.example", 5) == (V4,)
    assert on[0] == threading.get_ident() != on[1]


def test_after_one_look_up_that_took_too_long_no_thread_is_lent_for_a_while(hung: Hung) -> None:
    lookup = Lookup(hung, lent=True)
    said: list[object] = []
    first = threading.Thread(target=lambda: said.append(lookup.addresses("slow.example", 0.01)))
    first.start()
    wait_until(lambda: hung.asked == ["slow.example"])
    pause = threading.Event()
    pause.wait(0.02)  # it is late now, whatever it will say
    hung.release.set()
    first.join(10)
    assert said == [Failure.DNS_TIMEOUT]
    hung.release.clear()
    began = time.monotonic()
    assert lookup.addresses("other.example", 0.1) is Failure.DNS_TIMEOUT
    assert time.monotonic() - began < 3
    hung.release.set()


def test_while_one_look_up_hangs_no_thread_is_lent(hung: Hung) -> None:
    lookup = Lookup(hung, lent=True, hung_after_s=0)
    first = threading.Thread(target=lookup.addresses, args=("slow.example", 10))
    first.start()
    wait_until(lambda: hung.asked == ["slow.example"])
    assert lookup.addresses("other.example", 0.05) is Failure.DNS_TIMEOUT
    hung.release.set()
    first.join(10)


def test_a_lost_look_up_is_not_joined_for_ever(hung: Hung) -> None:
    lookup = Lookup(hung, join_until_s=0)
    assert lookup.addresses("x.example", 0.01) is Failure.DNS_TIMEOUT
    assert lookup.addresses("x.example", 0.01) is Failure.DNS_TIMEOUT
    wait_until(lambda: hung.asked == ["x.example", "x.example"])


addresses = st.lists(
    st.one_of(
        st.builds(Address, st.just(int(socket.AF_INET)), st.ip_addresses(v=4).map(str)),
        st.builds(Address, st.just(int(socket.AF_INET6)), st.ip_addresses(v=6).map(str)),
    ),
    max_size=20,
)


@given(addresses)
def test_families_take_turns_beginning_with_the_resolvers_first(found: list[Address]) -> None:
    order = staggered(found)
    assert len(order) == min(ADDRESS_LIMIT, len(set(found)))
    assert len(set(order)) == len(order)
    assert set(order) <= set(found)
    assert order[:1] == tuple(found[:1])
    for family in (socket.AF_INET, socket.AF_INET6):
        mine = [a for a in order if a.family == family]
        assert mine == list(dict.fromkeys(a for a in found if a.family == family))[: len(mine)]
    families = {a.family for a in found}
    if len(families) == 2:
        each = [len({a for a in found if a.family == f}) for f in families]
        turns = order[: 2 * min(each)]
        assert all(a.family != b.family for a, b in pairwise(turns))


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_every_literal_address_is_known_as_one(ip: object) -> None:
    found = literal(str(ip))
    assert found is not None
    assert found.ip == str(ip)


def test_a_socket_address_of_each_family() -> None:
    assert V4.at(443) == ("192.0.2.1", 443)
    assert Address(socket.AF_INET6, "fe80::1", 3).at(443) == ("fe80::1", 443, 0, 3)
