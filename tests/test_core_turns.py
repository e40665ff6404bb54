"""When whom is asked, seen in the loop: suspicion, recovery, the line, a saving person; and no busy loop, ever."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loop import ALPHA, BETA, GAMMA, OTHER, WATCHED, Loop, during, platform, well

from trayapp.core.model import DAY, EVERYONE, MINUTE, SECOND, Failure, Line, Millis, State
from trayapp.core.ports import Around
from trayapp.core.question import Answer
from trayapp.core.schedule import CALM, GRID, HOST_APART
from trayapp.core.turns import Key

EVERYBODY = {EVERYONE, *(p.id for p in WATCHED)}
SAVING = Around("home", frugal=True)


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
        back = [t for t in good if t <= good[0] + 32 * SECOND]
        assert all(b - a <= 22 * SECOND for a, b in pairwise(back))
        # The second good answer is wanted thirty seconds after the first: that is when it counts.
        assert good[0] + 30 * SECOND <= back[-1] <= good[0] + 32 * SECOND


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


# on battery, or where the line is metered


def test_a_saving_person_asks_a_third_as_often_in_routine() -> None:
    plain, saving = (Loop(around=a).start().run(3600 * 3) for a in (Around("home"), SAVING))
    for p in WATCHED:
        for probe in p.probes:
            few, many = (len(asked(loop, (p.id, probe.id), 0)) for loop in (saving, plain))
            assert few <= many / 3 + 2
    assert {saving.state(p.id) for p in WATCHED} == {State.UP}
    assert saving.events == []


def test_and_still_sees_the_line_and_never_grows_stale() -> None:
    loop = Loop(around=SAVING).start().run(60)
    for _ in range(600):
        loop.run(3)
        assert loop.world.line is Line.OK
        assert {loop.state(p.id) for p in WATCHED} == {State.UP}


@pytest.mark.parametrize("around", [Around("home"), SAVING])
def test_and_confirms_just_as_quickly(around: Around) -> None:
    loop = Loop(during(400, 10_000, {"alpha", "beta"}, 503), around=around).start().run(1000)
    start = loop.events[0]
    assert start.t - start.of.start.t <= 10 * SECOND
    lone = Loop(during(400, 10_000, {("alpha", "p0")}, 503), around=around).start().run(1000)
    first = next(t for t, k in lone.asked if k == ("alpha", "p0") and t >= 400_000)
    assert waits(lone, ("alpha", "p0"), first / SECOND)[:2] == [8 * SECOND] * 2


def test_after_the_machine_woke_the_owner_is_asked_by_turns_again() -> None:
    loop = Loop(platforms=(ALPHA, BETA, GAMMA)).start().run(300).sleep(3600).run(1500)
    since = loop.at - 20 * MINUTE
    times = [t for t, key in loop.asked if key[0] != EVERYONE and t >= since]
    assert max(b - a for a, b in pairwise(times)) <= 21 * SECOND


def test_two_platforms_on_one_host_are_never_asked_together() -> None:
    shared = (platform("alpha", "acme", "www.acme.test"), platform("beta", "acme", "www.acme.test"), OTHER)
    hangs = during(300, 10_000, {"alpha", "beta"}, Failure.CONNECT_TIMEOUT)
    loop = Loop(hangs, platforms=shared, hangs=lambda _: 9_000).start().run(900)
    loop.check_now()
    loop.run(30)
    times = [t for t, key in loop.asked if key[0] in {"alpha", "beta"}]
    waited = [b - a for a, b in pairwise(times)]
    assert min(waited) >= HOST_APART
    assert min(b - a for a, b in pairwise([t for t in times if t >= 300_000])) >= 9_000
    assert loop.state("alpha") is State.UNKNOWN  # one host is one witness


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
        assert loop.world.wake - loop.world.now.mono <= CALM
        # Each answer and each grid step is one turn, with some to spare for suspicion and notices.
        assert len(loop.effects) - before <= 12 * (loop.at - since) / SECOND + 60
    away: set[Key] = set()
    for effects in loop.effects:
        keys = [ask.key for ask in effects.asks]
        assert len(set(keys)) == len(keys)
        away |= set(keys)
    assert loop.world.plan.away <= away


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
