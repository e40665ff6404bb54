"""How long answers usually take, and when one is slow: late by its own measure, while others are quick."""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import median_low

import pytest
from core_rig import at
from hypothesis import given
from hypothesis import strategies as st
from loop import ALPHA, BETA, GAMMA, OTHER, SECOND, T0, Loop, platform, well

from trayapp.core.model import DAY, EVERYONE, HOUR, Failure, Millis, Phases, State
from trayapp.core.pace import BUCKETS, HOURS, LEAST, Pace, bucket, edge
from trayapp.core.ports import Around
from trayapp.core.question import Answer, Platform
from trayapp.core.turns import Key

LONGEST_MS = 15_000
"""The time-out of a whole check: no answer takes longer."""
TIMES = st.integers(1, LONGEST_MS)


def of(waits: list[Millis], t: Millis = T0) -> Pace:
    pace = Pace()
    for ms in waits:
        pace = pace.took(t, ms)
    return pace


@given(st.integers(1, 10**9))
def test_a_bucket_covers_what_falls_into_it(ms: Millis) -> None:
    number = bucket(ms)
    assert 1 <= number < BUCKETS
    assert edge(number) <= ms
    assert number == BUCKETS - 1 or ms < edge(number + 1)


def test_nothing_and_less_than_nothing_have_a_bucket_of_their_own() -> None:
    assert bucket(0) == bucket(-1) == bucket(-(10**9)) == 0
    assert edge(0) == 0


@given(st.integers(-10, 10**9), st.integers(0, 10**9))
def test_a_longer_time_never_falls_into_a_lower_bucket(ms: Millis, more: Millis) -> None:
    assert bucket(ms) <= bucket(ms + more)


def test_edges_rise_two_to_a_doubling_and_reach_beyond_the_longest_check() -> None:
    edges = [edge(n) for n in range(1, BUCKETS + 1)]
    assert all(math.isclose(b / a, math.sqrt(2)) for a, b in pairwise(edges))
    assert edges[0] == 1
    assert edge(BUCKETS - 1) > LONGEST_MS


@given(st.lists(TIMES, min_size=LEAST, max_size=60))
def test_the_median_is_known_to_within_a_factor_of_the_square_root_of_two(waits: list[Millis]) -> None:
    found, true = of(waits).median(), median_low(waits)
    assert found is not None
    assert true / math.sqrt(2) <= found <= true * math.sqrt(2)


@given(st.lists(st.tuples(st.integers(0, 5 * HOUR), st.integers(0, LONGEST_MS)), max_size=80))
def test_only_the_last_day_counts(steps: list[tuple[Millis, Millis]]) -> None:
    pace, seen, t = Pace(), list[tuple[Millis, Millis]](), at(0)
    for later, ms in steps:
        t += later
        pace = pace.took(t, ms)
        seen.append((t, ms))
    hours = [h for h, _ in pace.hours]
    assert hours == sorted(set(hours))
    assert len(hours) <= HOURS
    assert all(t // HOUR - HOURS < h <= t // HOUR for h in hours)
    kept = [ms for when, ms in seen if t // HOUR - when // HOUR < HOURS]
    counts = [sum(column) for column in zip(*(c for _, c in pace.hours), strict=True)] or [0] * BUCKETS
    assert counts == [sum(bucket(ms) == n for ms in kept) for n in range(BUCKETS)]


def test_hours_older_than_a_day_are_let_go() -> None:
    old = of([100] * 50, at(0))
    assert old.median() is not None
    assert old.took(at(0) + DAY - HOUR, 100).median() is not None
    assert old.took(at(0) + DAY, 100).median() is None


def test_a_clock_that_is_set_back_takes_what_is_still_to_come_away() -> None:
    ahead = of([100] * 50, at(0) + 10 * HOUR)
    back = ahead.took(at(0), 200)
    assert [h for h, _ in back.hours] == [at(0) // HOUR]


@given(st.lists(TIMES, max_size=LEAST - 1), st.integers(0, 10**6))
def test_with_fewer_than_twenty_answers_nothing_is_usual_and_nothing_slow(waits: list[Millis], ms: Millis) -> None:
    assert of(waits).median() is None
    assert not of(waits).slow(ms)


@given(st.lists(TIMES, min_size=LEAST, max_size=40), st.integers(0, 100_000))
def test_slow_is_later_than_three_seconds_and_than_four_times_its_own_median(waits: list[Millis], ms: Millis) -> None:
    usual = median_low(waits)
    least, most = max(3000, 4 * usual / math.sqrt(2)), max(3000, 4 * usual * math.sqrt(2))
    if ms <= least:
        assert not of(waits).slow(ms)
    if ms > most:
        assert of(waits).slow(ms)


@pytest.mark.parametrize(("ms", "slow"), [(3000, False), (3001, True)])
def test_of_a_quick_one_three_seconds_are_the_bound(ms: Millis, *, slow: bool) -> None:
    assert of([80] * LEAST).slow(ms) is slow


# in the loop

LONE = platform("alpha", "acme")
KEY: Key = ("alpha", "p0")
TWENTY_FIVE_MINUTES = 1500
"""In which a lone host is asked more than twenty times."""


def late(ms: Millis) -> Answer:
    """An answer whose first byte came so late."""
    return Answer(0, 0, Phases(dns=5, connect=20, tls=25, first_byte=ms - 50), status=200)


class Slow:
    """All is quick, until ``since`` seconds; then these are late."""

    def __init__(self, *who: str, since: float = TWENTY_FIVE_MINUTES, ms: Millis = 4000, usual: Millis = 100) -> None:
        self.who, self.since, self.ms, self.usual = who, since, ms, usual

    def __call__(self, key: Key, when: Millis) -> Answer | Failure | int:
        if key[0] == EVERYONE:
            quick = Phases(dns=5, connect=20, first_byte=5)
            slow = Phases(dns=5, connect=20, first_byte=self.ms)
            is_slow = EVERYONE in self.who and when >= self.since * SECOND
            return Answer(0, 0, slow if is_slow else quick, status=200, body=b"yes")
        if key[0] in self.who and when >= self.since * SECOND:
            return late(self.ms)
        return late(self.usual)


def watched(says: Slow, seconds: float) -> Loop:
    return Loop(says, platforms=(LONE, OTHER)).start().run(seconds)


def test_one_late_answer_is_a_question_and_two_are_slow() -> None:
    loop = watched(Slow("alpha", since=TWENTY_FIVE_MINUTES + 2), TWENTY_FIVE_MINUTES)
    assert loop.state("alpha") is State.UP
    seen = []
    for _ in range(200):
        loop.run(1)
        lately = [e.outcome.value for e in loop.world.window["alpha"] if e.t >= at(TWENTY_FIVE_MINUTES)]
        seen.append((lately.count("slow"), loop.state("alpha")))
    assert {state for count, state in seen if count < 2} == {State.UP}
    assert {state for count, state in seen if count >= 2} == {State.SLOW}
    assert {count for count, _ in seen} >= {0, 1, 2}
    assert loop.state("other") is State.UP
    assert loop.events == []


def test_it_is_up_again_with_the_first_quick_answer() -> None:
    says = Slow("alpha")
    loop = watched(says, TWENTY_FIVE_MINUTES + 300)
    assert loop.state("alpha") is State.SLOW
    says.who = ()
    assert loop.run(70).state("alpha") is State.UP


def test_no_answer_is_slow_before_twenty_have_come() -> None:
    loop = watched(Slow("alpha", since=600), 900)
    assert loop.state("alpha") is State.UP


def test_who_always_takes_long_is_not_slow() -> None:
    says = Slow("alpha", usual=2000, ms=5000)
    assert watched(says, TWENTY_FIVE_MINUTES + 600).state("alpha") is State.UP


def test_where_everybody_is_late_it_is_the_line_and_nobody_is_slow() -> None:
    loop = watched(Slow("alpha", "other", EVERYONE), TWENTY_FIVE_MINUTES + 600)
    assert loop.state("alpha") is loop.state("other") is State.UP


@pytest.mark.parametrize("platforms", [(LONE,), (ALPHA, BETA, GAMMA)])
@pytest.mark.parametrize("frugal", [False, True])
def test_with_nobody_else_to_compare_with_the_line_is_asked(platforms: tuple[Platform, ...], *, frugal: bool) -> None:
    # Only one owner is watched: that control is quick must be seen, or nothing could ever be called slow.
    since = 3 * TWENTY_FIVE_MINUTES
    loop = Loop(Slow("alpha", since=since), platforms=platforms, around=Around("home", frugal=frugal))
    assert loop.start().run(since).state("alpha") is State.UP
    assert loop.run(1200).state("alpha") is State.SLOW


def test_what_was_usual_outlives_a_restart() -> None:
    first = watched(Slow("alpha"), TWENTY_FIVE_MINUTES)
    second = Loop(Slow("alpha", since=0), platforms=(LONE, OTHER), at=first.at + 60_000).start(first.restored())
    assert second.run(300).state("alpha") is State.SLOW


def test_a_handshake_in_place_of_a_resting_probe_is_no_measure() -> None:
    def says(key: Key, when: Millis) -> Answer | Failure | int:
        if key != KEY:
            return well(key, when)
        asks = [a for e in loop.effects for a in e.asks if a.key == KEY]
        rests = bool(loop.world.plan.rests) and bool(asks)
        return Answer(0, 0, Phases(dns=5, connect=20, tls=25)) if rests else Answer(0, 0, late(100).phases, status=429)

    loop = Loop(says, platforms=(LONE, OTHER))
    loop.start().run(800)
    assert loop.world.plan.rests
    assert KEY not in loop.world.paces
