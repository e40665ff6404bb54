"""Caution must not make it blind: a real outage is known within a minute of when it can first be seen."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loop import ALPHA, BETA, GAMMA, HANDSHAKE, OTHER, T0, WATCHED, Loop, during

from trayapp.core.model import Failure, Scope, State
from trayapp.core.present import view
from trayapp.core.question import Answer, Platform
from trayapp.core.story import EventKind
from trayapp.core.world import Answered, Tick

MINUTE = 60_000
ACME = {"alpha", "beta", "gamma"}
SILENT = [
    Failure.DNS_NXDOMAIN,
    Failure.DNS_TEMPORARY,
    Failure.DNS_TIMEOUT,
    Failure.CONNECT_TIMEOUT,
    Failure.CONNECT_REFUSED,
    Failure.TLS_RESET,
    Failure.HTTP_TIMEOUT,
    Failure.HTTP_EOF,
]


@settings(max_examples=25, deadline=None)
@given(since=st.floats(60, 300), told=st.sampled_from([503, 500, *SILENT]))
def test_an_owner_that_falls_as_a_whole_is_known_within_a_minute(since: float, told: int | Failure) -> None:
    loop = Loop(during(since, 10_000, ACME, told)).start().run(since)
    assert loop.events == []
    loop.run(60)
    assert [e.kind for e in loop.events][:1] == [EventKind.START]
    assert loop.events[0].of.owner == "acme"
    loop.run(60)
    assert {m.platform for m in loop.incident("acme").members} == ACME
    expected = (State.DOWN, Scope.THEIRS) if isinstance(told, int) else (State.UNREACHABLE, Scope.NOT_KNOWN)
    assert {(m.state, m.scope) for m in loop.incident("acme").members} == {expected}
    assert len({i.id for e in loop.effects for i in e.incidents}) == 1
    assert loop.state("other") is State.UP


@pytest.mark.parametrize("told", [503, *SILENT])
@pytest.mark.parametrize("watched", [(ALPHA,), (ALPHA, BETA, GAMMA), (OTHER,)], ids=["one", "siblings", "two hosts"])
def test_also_where_only_the_controls_can_vouch(watched: tuple[Platform, ...], told: int | Failure) -> None:
    loop = Loop(during(100, 10_000, {p.id for p in watched}, told), platforms=watched).start().run(100)
    loop.run(180)
    assert [e.kind for e in loop.events][:1] == [EventKind.START]
    assert loop.events[0].t - T0 <= 100_000 + 3 * MINUTE


@pytest.mark.parametrize("told", [503, *SILENT])
def test_after_a_restart_in_mid_outage_it_is_known_again_at_once(told: int | Failure) -> None:
    says = during(100, 10_000, ACME, told)
    first = Loop(says).start().run(200)
    second = Loop(says, at=first.at + 5_000, boot="boot-2").start(first.restored()).run(60)
    assert second.events == []
    assert second.state("alpha") in {State.DOWN, State.UNREACHABLE}


@pytest.mark.parametrize("told", [503, *SILENT])
def test_and_its_end_is_known_within_two_minutes(told: int | Failure) -> None:
    loop = Loop(during(100, 400, ACME, told)).start().run(400)
    assert loop.state("alpha") in {State.DOWN, State.UNREACHABLE}
    loop.run(130)
    assert loop.events[-1].kind is EventKind.END
    assert loop.events[-1].of.end is not None
    assert T0 + 400_000 <= loop.events[-1].of.end.t <= T0 + 475_000
    assert {loop.state(p.id) for p in WATCHED} == {State.UP}


def test_what_was_seen_speaks_for_two_and_a_half_of_its_intervals_and_no_longer() -> None:
    # Nothing comes back any more, not even a time-out.
    says = during(100, 10_000, {"other"}, Failure.CONNECT_TIMEOUT)
    loop = Loop(says, hangs=lambda _key: 10**9).start().run(100)
    last = max(e.t for e in loop.world.window["other"])
    loop.run((last + 150_000 - loop.now().t) / 1000)
    assert loop.state("other") is State.UP
    loop.run(7)
    assert loop.state("other") is State.UNKNOWN
    assert loop.events == []


@pytest.mark.parametrize(("pause", "stories"), [(12, 1), (17, 2)])
def test_a_relapse_within_a_quarter_of_an_hour_is_the_same_story(pause: int, stories: int) -> None:
    again = 400 + pause * 60
    says = during(again, again + 300, ACME, 503, during(100, 400, ACME, 503))
    loop = Loop(says).start().run(again + 300)
    assert len({e.incident for e in loop.events}) == stories
    assert [e.kind for e in loop.events].count(EventKind.START) == stories


def test_a_clock_set_back_shows_no_time_that_is_still_to_come() -> None:
    loop = Loop(during(300, 900, {"alpha", "beta"}, 503)).start().run(200)
    loop.wall_shift = -2 * 3_600_000
    loop.run(300)
    assert loop.state("alpha") is State.DOWN
    for row in view(loop.world).rows:
        assert row.since is not None
        assert row.since <= loop.now().t


def test_an_answer_stamped_before_the_clock_was_set_back_does_not_vouch_for_an_hour() -> None:
    loop = Loop().start().run(301)
    stamped = loop.now().t
    loop.wall_shift = -3_600_000
    loop.feed(Tick(loop.now()))
    late = Answer(stamped - 80, stamped, HANDSHAKE, status=200)
    loop.feed(Answered(loop.now(), ("other", "p0"), late))
    assert max(loop.world.heard.values(), default=0) <= loop.now().t
