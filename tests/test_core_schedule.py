"""When whom is asked: often enough to know within seconds, rarely enough to be a polite guest."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loop import ALPHA, BETA, CONTROLS, OTHER, WATCHED, Loop, during, platform, well

from trayapp.core import schedule
from trayapp.core.model import DAY, EVERYONE, HOUR, MINUTE, SECOND, Failure, Line, Millis, State
from trayapp.core.question import Answer, Platform
from trayapp.core.schedule import GRID, Key, Need, Plan

EVERYBODY = {EVERYONE, *(p.id for p in WATCHED)}
LOST = (Line.OFFLINE, Line.PORTAL, Line.RESOLVER)


def owner_of(count: int) -> tuple[Platform, ...]:
    """An owner with so many hosts, on platforms of at most three."""
    hosts = [f"h{i}.test" for i in range(count)]
    return tuple(platform(f"p{i}", "acme", *hosts[i * 3 : i * 3 + 3]) for i in range(-(-count // 3)))


def routine(platforms: tuple[Platform, ...], length: Millis, latency: Millis = 80) -> dict[Key, list[Millis]]:
    """When each key is put while nothing is wrong."""
    plan = schedule.begin(platforms, (), 0)
    asked: dict[Key, list[Millis]] = {}
    mono = 0
    while mono < length:
        keys = schedule.due(plan, mono, Line.OK)
        plan = schedule.put(plan, keys, platforms, mono)
        for key in keys:
            asked.setdefault(key, []).append(mono)
            plan = schedule.back(plan, key)
        plan = schedule.hasten(plan, Need(heard=mono), (), Line.OK, mono)
        at = schedule.next_due(plan, Line.OK)
        assert at is not None
        assert at > mono
        mono = at
    assert latency < SECOND
    return asked


@pytest.mark.parametrize("hosts", [1, 2, 3, 4, 5, 8, 11, 12, 13, 30])
def test_in_routine_no_host_more_often_than_once_a_minute_and_none_rarer_than_three(hosts: int) -> None:
    asked = routine(owner_of(hosts), 4 * HOUR)
    assert len(asked) == hosts
    for times in asked.values():
        settled = [b - a for a, b in pairwise(times[1:])]
        assert min(settled) >= MINUTE
        assert max(settled) <= 3 * MINUTE + GRID  # rounded up to the grid
        assert times[1] - times[0] <= 3 * MINUTE + GRID


@pytest.mark.parametrize("hosts", [4, 5, 8, 11, 12])
def test_the_owner_is_asked_every_fifteen_seconds_by_turns(hosts: int) -> None:
    asked = sorted(t for times in routine(owner_of(hosts), HOUR).values() for t in times)
    late = [t for t in asked if t > 4 * MINUTE]
    waits = [b - a for a, b in pairwise(late)]
    assert max(waits) <= 18 * SECOND  # 15 s on a grid of 6
    assert 13 * SECOND <= (late[-1] - late[0]) / len(waits) <= 18 * SECOND


def test_under_fifteen_hundred_questions_a_host_a_day() -> None:
    for hosts in (1, 3, 8):
        for times in routine(owner_of(hosts), DAY).values():
            assert len(times) < 1500


def test_wake_ups_coincide_on_the_grid() -> None:
    asked = routine((*owner_of(8), OTHER, platform("lone", "one")), HOUR)
    for times in asked.values():
        assert all(t % GRID == 0 for t in times[1:])


@pytest.mark.parametrize(("witnesses", "every"), [(0, 60), (1, 60), (4, 60), (5, 75), (8, 120), (12, 180), (100, 180)])
def test_how_often(witnesses: int, every: int) -> None:
    assert schedule.interval(witnesses) == every * SECOND


def test_turns_go_round_the_platforms() -> None:
    turns = schedule.by_owner(WATCHED)
    assert turns == {
        "acme": [("alpha", "p0"), ("beta", "p0"), ("gamma", "p0"), ("alpha", "p1")],
        "else": [("other", "p0"), ("other", "p1")],
    }


def test_everybody_is_asked_at_once_at_the_start_and_not_in_one_burst() -> None:
    plan = schedule.begin(WATCHED, CONTROLS, 1000)
    assert len(plan.due) == 9
    assert sorted(plan.due.values()) == [1000 + 50 * i for i in range(9)]


def test_at_most_one_question_of_a_key_is_on_its_way() -> None:
    plan = schedule.put(schedule.begin(WATCHED, CONTROLS, 0), [("alpha", "p0")], WATCHED, 0)
    plan = schedule.now_all(plan, 500)
    assert ("alpha", "p0") not in schedule.due(plan, 10**9, Line.OK)
    assert ("alpha", "p0") in schedule.due(schedule.back(plan, ("alpha", "p0")), 10**9, Line.OK)


@pytest.mark.parametrize("line", LOST)
def test_while_the_line_is_lost_only_the_line_is_asked_about(line: Line) -> None:
    plan = schedule.begin(WATCHED, CONTROLS, 0)
    assert {key[0] for key in schedule.due(plan, 10**9, line)} == {EVERYONE}
    plan = schedule.put(plan, [(EVERYONE, c.probe.id) for c in CONTROLS], WATCHED, 0)
    assert schedule.next_due(plan, line) is None


# paces, in the loop


def asked(loop: Loop, key: Key, since: float) -> list[Millis]:
    return [t for t, k in loop.asked if k == key and t >= since * SECOND]


def waits(loop: Loop, key: Key, since: float) -> list[Millis]:
    return [b - a for a, b in pairwise(asked(loop, key, since))]


def test_a_suspect_is_asked_again_after_eight_seconds() -> None:
    loop = Loop(during(100, 10_000, {("alpha", "p0")}, 503)).start().run(200)
    first = next(t for t, k in loop.asked if k == ("alpha", "p0") and t >= 100_000)
    assert waits(loop, ("alpha", "p0"), first / SECOND)[:2] == [8 * SECOND] * 2


def test_all_of_its_owner_are_looked_at_at_once() -> None:
    loop = Loop(during(100, 10_000, {("alpha", "p0")}, 503)).start().run(200)
    first = next(t for t, k in loop.asked if k == ("alpha", "p0") and t >= 100_000)
    for key in (("alpha", "p1"), ("beta", "p0"), ("gamma", "p0")):
        assert any(first <= t <= first + 8 * SECOND for t in asked(loop, key, 0))
    assert len(asked(loop, ("beta", "p0"), first / SECOND)) <= 3  # one look, not a chase


def test_somebody_unrelated_is_asked_about_the_line_at_once() -> None:
    lone = (ALPHA, BETA)  # no other owner is watched
    loop = Loop(during(100, 10_000, {("alpha", "p0")}, 503), platforms=lone).start().run(200)
    first = next(t for t, k in loop.asked if k == ("alpha", "p0") and t >= 100_000)
    assert asked(loop, (EVERYONE, "one"), first / SECOND)[0] - first <= 2 * SECOND


def test_one_that_nobody_agrees_with_is_asked_less_often() -> None:
    loop = Loop(during(100, 10_000, {"alpha"}, Failure.DNS_NXDOMAIN), platforms=(platform("alpha", "acme"), OTHER))
    loop.start().run(600)
    assert min(waits(loop, ("alpha", "p0"), 300)) >= 45 * SECOND


def test_a_failing_host_is_looked_for_and_soon_after_it_is_back_every_twenty_seconds() -> None:
    loop = Loop(during(100, 400, {"alpha", "beta"}, 503)).start().run(390)
    assert loop.state("alpha") is State.DOWN
    loop.run(120)
    for key in (("alpha", "p0"), ("beta", "p0")):
        good = asked(loop, key, 400)
        assert good[0] <= 400 * SECOND + MINUTE + GRID
        assert all(18 * SECOND <= w <= 22 * SECOND for w in waits(loop, key, good[0] / SECOND)[:2])


def test_the_line_is_asked_about_before_what_was_heard_grows_stale() -> None:
    # Nobody but one owner is watched, and it answers nothing: only the controls can tell.
    loop = Loop(during(0, 10_000, {"alpha"}, Failure.DNS_NXDOMAIN), platforms=(platform("alpha", "acme"),))
    loop.start().run(30)
    for _ in range(600):
        loop.run(1)
        assert loop.world.line is Line.OK


def test_who_vouches_by_the_way_puts_the_question_about_the_line_off() -> None:
    loop = Loop(well).start().run(1800)
    assert len(asked(loop, (EVERYONE, "one"), 1)) == 0


# no busy loop, whatever happens

KINDS = st.sampled_from([200, 403, 503, Failure.DNS_TEMPORARY, Failure.CONNECT_TIMEOUT, Failure.TLS_WRONG_NAME])
STEPS = st.lists(
    st.tuples(st.sets(st.sampled_from(sorted(EVERYBODY))), KINDS, st.integers(1, 120), st.sampled_from("rsc")),
    min_size=1,
    max_size=8,
)


@settings(max_examples=30, deadline=None)
@given(STEPS)
def test_after_each_step_the_next_one_is_ahead(steps: list[tuple[set[str], Answer | Failure | int, int, str]]) -> None:
    told: dict[str, Answer | Failure | int] = {}

    def says(key: Key, at: Millis) -> Answer | Failure | int:
        return told.get(key[0], well(key, at))

    loop = Loop(says).start()
    for who, what, seconds, how in steps:
        told = dict.fromkeys(who, what)
        if how == "s":
            loop.sleep(seconds)
        elif how == "c":
            loop.check_now()
        before, since = len(loop.effects), loop.at
        loop.run(seconds)
        assert loop.world.wake is not None
        assert loop.world.wake > loop.world.now.mono
        assert loop.world.wake - loop.world.now.mono <= GRID
        # Each answer and each grid step is one turn, with some to spare for suspicion and notices.
        assert len(loop.effects) - before <= 12 * (loop.at - since) / SECOND + 60
    away: set[Key] = set()
    for effects in loop.effects:
        keys = [ask.key for ask in effects.asks]
        assert len(set(keys)) == len(keys)
        away |= set(keys)
    assert loop.world.plan.away <= away


PLANS = st.builds(
    Plan,
    due=st.fixed_dictionaries({(p.id, q.id): st.integers(0, 10**6) for p in WATCHED for q in p.probes}),
    asked=st.dictionaries(st.sampled_from([("alpha", "p0"), ("beta", "p0")]), st.integers(0, 10**6)),
    away=st.frozensets(st.sampled_from([("alpha", "p0"), ("other", "p1")])),
)


@given(PLANS, st.integers(0, 10**6), st.sampled_from(Line))
def test_what_is_due_and_when_to_wake_agree(plan: Plan, mono: Millis, line: Line) -> None:
    keys = schedule.due(plan, mono, line)
    at = schedule.next_due(plan, line)
    assert bool(keys) == (at is not None and at <= mono)
    after = schedule.put(plan, keys, WATCHED, mono)
    assert schedule.due(after, mono, line) == ()
    later = schedule.next_due(after, line)
    assert later is None or later > mono


@given(PLANS, st.integers(0, 10**6), st.sampled_from(Line), st.booleans())
def test_hurry_never_delays_a_platform_and_never_looks_back(
    plan: Plan,
    mono: Millis,
    line: Line,
    wanted: bool,  # noqa: FBT001 - Hypothesis gives it by name
) -> None:
    need = Need(suspect=frozenset({("alpha", "p0")}), around=frozenset({("beta", "p0"), ("gamma", "p0")}), line=wanted)
    after = schedule.hasten(plan, need, CONTROLS, line, mono)
    for key, at in after.due.items():
        assert mono <= at <= max(mono, plan.due[key])


def test_an_impatient_person_does_not_make_it_impolite() -> None:
    loop = Loop().start().run(60)
    for _ in range(10):
        loop.check_now()
        loop.run(0.2)
    for p in WATCHED:
        for probe in p.probes:
            times = [t for t, key in loop.asked if key == (p.id, probe.id)]
            assert min(b - a for a, b in pairwise(times)) >= 1500


def test_a_host_that_fails_all_day_is_asked_no_more_than_fifteen_hundred_times() -> None:
    loop = Loop(during(100, 10_000, {"alpha"}, Failure.DNS_NXDOMAIN), platforms=(platform("alpha", "acme"), OTHER))
    loop.start().run(600)
    before = len(loop.asked)
    loop.run(3600)
    asked = sum(key == ("alpha", "p0") for _, key in loop.asked[before:])
    assert asked * (DAY / 3_600_000) < 1_500
