"""Look-ups on threads that are kept for the next one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable

import pytest
from watch_rig import wait_until

from trayapp.core.model import Failure
from trayapp.watch.lookup import KEPT, Address, Lookup

ONE = Address(socket.AF_INET, "192.0.2.1")


def threads() -> int:
    return sum(1 for t in threading.enumerate() if t.name == "lookup")


@pytest.fixture(autouse=True)
def _none_is_left() -> Iterable[None]:
    wait_until(lambda: threads() == 0)
    yield
    wait_until(lambda: threads() == 0)


def test_one_look_up_after_another_needs_one_thread() -> None:
    asked: list[int] = []

    def resolve(_host: str) -> list[Address]:
        asked.append(threading.get_ident())
        return [ONE]

    lookup = Lookup(resolve, keep_s=0.5)
    for number in range(50):
        assert lookup.addresses(f"host{number}.test", 5) == (ONE,)
        wait_until(lambda: lookup._idle == 1)
    assert len(set(asked)) == 1
    assert threads() == 1


def test_one_that_hangs_gets_no_other_and_no_more_are_kept_than_may() -> None:
    release = threading.Event()

    def resolve(host: str) -> list[Address]:
        if host.startswith("stuck"):
            release.wait(20)
        return [ONE]

    lookup = Lookup(resolve, keep_s=0.5)
    for number in range(2 * KEPT):
        assert lookup.addresses(f"stuck{number}.test", 0.01) is Failure.DNS_TIMEOUT
    assert threads() == 2 * KEPT
    assert lookup.addresses("well.test", 5) == (ONE,)
    release.set()
    wait_until(lambda: threads() <= KEPT)
    assert lookup.addresses("well.test", 5) == (ONE,)


def test_many_at_once_while_threads_come_and_go_all_get_their_answer() -> None:
    lookup = Lookup(lambda host: [Address(socket.AF_INET, f"192.0.2.{len(host)}")], keep_s=0.0005)
    wrong: list[object] = []

    def ask(length: int) -> None:
        host = "x" * length
        for _ in range(300):
            got = lookup.addresses(host, 5)
            if got != (Address(socket.AF_INET, f"192.0.2.{length}"),):
                wrong.append(got)

    askers = [threading.Thread(target=ask, args=(length,)) for length in range(1, 9)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join(60)
        assert not asker.is_alive()
    assert wrong == []
    wait_until(lambda: lookup._idle == 0)
