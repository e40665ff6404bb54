"""Whatever a service of others does: nobody is accused by it, nothing is raised, and it is left alone for a while."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from outside_rig import ID, MISBEHAVES, SILENT, TAG, Rig, look, ok, sample, service
from watch_rig import LONG, Peer

from trayapp.core.model import DAY, MINUTE, Evidence, Outcome
from trayapp.watch.outside import VANTAGES
from trayapp.watch.reports import SOURCES
from trayapp.watch.trip import Limits

QUICK = Limits(dns=400, connect=2000, tls=2000, first_byte=700, whole=2500)
KINDS = (*VANTAGES, *SOURCES)


def ask(rig: Rig, kind: str) -> tuple[Evidence, ...]:
    if kind in VANTAGES:
        return VANTAGES[kind](rig.means, look())
    assert SOURCES[kind](rig.means, rig.service, (TAG,), {}) == {}
    return ()


def test_there_are_three_vantages_and_two_sources() -> None:
    assert set(VANTAGES) == {"doh", "globalping", "ripestat"}
    assert set(SOURCES) == {"hackernews", "mastodon"}


@pytest.mark.parametrize("how", MISBEHAVES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_service_that_misbehaves_says_nothing_and_is_left_alone(kind: str, how: str) -> None:
    said = MISBEHAVES[how]
    with service(kind, lambda _: said, QUICK if how == "hangs" else LONG) as rig:
        evidence = ask(rig, kind)
        assert all(e.outcome is Outcome.UNKNOWN for e in evidence)
        assert len(rig.asked) == 1
        rests = SILENT_FOR if how in SILENT else DAY
        mono = rig.clock.mono
        assert rig.budget.resting(rig.service.name, mono + rests - MINUTE)
        assert not rig.budget.resting(rig.service.name, mono + rests + MINUTE)
        if kind in VANTAGES:
            assert ask(rig, kind) == ()
            assert len(rig.asked) == 1


SILENT_FOR = 10 * MINUTE


@pytest.mark.parametrize("how", MISBEHAVES)
def test_a_measurement_that_was_begun_may_go_wrong_as_well(how: str) -> None:
    said = MISBEHAVES[how]

    def answer(asked: object) -> bytes | Callable[[Peer], None]:
        return ok(sample("globalping_created")) if getattr(asked, "method", "") == "POST" else said

    with service("globalping", answer, QUICK if how == "hangs" else LONG) as rig:
        found = VANTAGES["globalping"](rig.means, look())
        assert found
        assert all(e.outcome is Outcome.UNKNOWN for e in found)
        assert [a.method for a in rig.asked] == ["POST", "POST", "GET"]
        assert rig.asked[-1].path == f"/v1/measurements/{ID}"
        assert VANTAGES["globalping"](rig.means, look()) == ()
        assert len(rig.asked) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_service_that_is_not_there(kind: str) -> None:
    with service(kind, lambda _: b"") as rig:
        pass
    assert all(e.outcome is Outcome.UNKNOWN for e in ask(rig, kind))
    assert rig.budget.resting(rig.service.name, rig.clock.mono)


@pytest.mark.parametrize("kind", KINDS)
def test_the_program_says_who_it_is_and_nothing_of_the_person(kind: str) -> None:
    with service(kind, lambda _: ok(b"{}")) as rig:
        ask(rig, kind)
    (asked,) = rig.asked
    assert asked.headers["user-agent"].startswith("Fanal/")
    assert "bot" not in asked.headers["user-agent"]
    assert "cookie" not in asked.headers
    assert set(asked.headers) <= {
        "user-agent", "accept", "accept-encoding", "connection", "host", "content-type", "content-length"
    }  # fmt: skip
