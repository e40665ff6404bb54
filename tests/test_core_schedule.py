"""When whom is asked: often enough to know within seconds, rarely enough to be a polite guest. Loop: ``…_turns``."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loop import CONTROLS, OTHER, WATCHED, platform

from trayapp.core import schedule
from trayapp.core.model import DAY, EVERYONE, HOUR, MINUTE, SECOND, Line, Millis
from trayapp.core.question import Platform
from trayapp.core.rest import Rest
from trayapp.core.schedule import (
    ALL_BURST,
    ALL_SPAN,
    FRUGAL,
    GRID,
    HOST_APART,
    LOST,
    OWNER_BURST,
    OWNER_SPAN,
    OWNER_TURN,
    Need,
    Plan,
)
from trayapp.core.turns import Key, by_owner, turns

TURNS = turns(WATCHED, CONTROLS)
SHARED = (
    platform("alpha", "acme", "www.acme.test"),
    platform("beta", "acme", "www.acme.test"),
    platform("gamma", "acme"),
)
"""Two platforms on one host."""


def owner_of(count: int, owner: str = "acme") -> tuple[Platform, ...]:
    """An owner with so many hosts, on platforms of at most three."""
    hosts = [f"h{i}.{owner}.test" for i in range(count)]
    return tuple(platform(f"{owner}{i}", owner, *hosts[i * 3 : i * 3 + 3]) for i in range(-(-count // 3)))


def play(
    plan: Plan, mono: Millis, until: Millis, latency: Millis = 0, need: Need | None = None
) -> tuple[Plan, list[tuple[Millis, Key]]]:
    """Ask whenever the plan says so, every answer taking ``latency``; the plan afterwards, and who was asked when."""
    asked: list[tuple[Millis, Key]] = []
    back: list[tuple[Millis, Key]] = []
    while mono < until:
        for when, key in [b for b in back if b[0] <= mono]:
            plan = schedule.back(plan, key)
            back.remove((when, key))
        plan = schedule.hasten(plan, need or Need(heard=mono), Line.OK, mono)
        keys = schedule.due(plan, mono, Line.OK)
        plan = schedule.put(plan, keys, mono)
        asked += [(mono, key) for key in keys]
        back += [(mono + latency, key) for key in keys]
        at = schedule.next_due(plan, mono, Line.OK)
        assert at is None or at > mono
        mono = min([*(when for when, _ in back if when > mono), *([] if at is None else [at]), mono + GRID])
    return replace(plan, away=frozenset()), asked  # whoever has not answered yet does so now


def by_key(asked: list[tuple[Millis, Key]]) -> dict[Key, list[Millis]]:
    out: dict[Key, list[Millis]] = {}
    for mono, key in asked:
        out.setdefault(key, []).append(mono)
    return out


def routine(
    platforms: tuple[Platform, ...], length: Millis, *, phase: Millis = 0, frugal: bool = False
) -> dict[Key, list[Millis]]:
    """When each key is put while nothing is wrong."""
    return by_key(play(schedule.begin(platforms, (), 0, phase, frugal=frugal), 0, length)[1])


# turns


@pytest.mark.parametrize("phase", [0, 1, 29_999, 44_321, 59_999, 179_999])
@pytest.mark.parametrize("hosts", [1, 2, 3, 4, 5, 8, 11, 12, 13, 30])
def test_in_routine_no_host_more_often_than_once_a_minute_and_none_rarer_than_three(hosts: int, phase: Millis) -> None:
    asked = routine(owner_of(hosts), 2 * HOUR, phase=phase)
    assert len(asked) == hosts
    for times in asked.values():
        settled = [b - a for a, b in pairwise(times[1:])]
        assert min(settled) >= MINUTE - GRID // 2  # a moment late is no step lost: see `put`
        assert max(settled) <= 3 * MINUTE + GRID  # rounded up to the grid
        # From the start it takes a first turn, of its own: neither at once, nor a whole round late.
        assert HOST_APART <= times[1] - times[0] <= 3 * MINUTE + OWNER_TURN + GRID


def test_on_battery_routine_is_three_times_rarer() -> None:
    assert FRUGAL == 3
    for hosts in (1, 4, 5, 12):
        for frugal in (False, True):
            least = schedule.interval(hosts) * (FRUGAL if frugal else 1)
            for times in routine(owner_of(hosts), 4 * HOUR, frugal=frugal).values():
                waits = [b - a for a, b in pairwise(times[1:])]
                assert all(abs(w - least) <= GRID for w in waits)


@pytest.mark.parametrize("hosts", [4, 5, 8, 11, 12])
@pytest.mark.parametrize("phase", [0, 7_001, 100_000])
def test_the_owner_is_asked_every_fifteen_seconds_by_turns(hosts: int, phase: Millis) -> None:
    asked = sorted(t for times in routine(owner_of(hosts), HOUR, phase=phase).values() for t in times)
    late = [t for t in asked if t > 4 * MINUTE]
    waits = [b - a for a, b in pairwise(late)]
    assert max(waits) <= 18 * SECOND  # 15 s on a grid of 6
    assert 13 * SECOND <= (late[-1] - late[0]) / len(waits) <= 18 * SECOND


def test_a_random_phase_spreads_those_who_started_together() -> None:
    # Two Fanals that were started in the same second must not ask in the same second for ever.
    first = {phase: routine(owner_of(1), 10 * MINUTE, phase=phase)["acme0", "p0"][1] for phase in range(0, 60_000, 500)}
    assert len({t // GRID for t in first.values()}) >= 9
    assert max(first.values()) - min(first.values()) >= 48 * SECOND


@pytest.mark.parametrize("hosts", [4, 8, 11])
@pytest.mark.parametrize("later", [0, 1, 7_777, 31_000, 101_000])
def test_after_everybody_was_asked_at_once_the_turns_are_taken_again(hosts: int, later: Millis) -> None:
    # The person asks, the machine wakes, the network changes: that must not make a burst of every later round.
    plan, _ = play(schedule.begin(owner_of(hosts), (), 0), 0, 20 * MINUTE + later)
    now = 20 * MINUTE + later
    _, asked = play(schedule.now_all(plan, now), now, now + 40 * MINUTE)
    times = [t for t, _ in asked if t > now + 4 * MINUTE]
    assert max(b - a for a, b in pairwise(times)) <= 21 * SECOND


@pytest.mark.parametrize("hosts", [4, 8, 11])
def test_back_on_the_mains_the_turns_are_taken_again(hosts: int) -> None:
    plan, _ = play(schedule.begin(owner_of(hosts), (), 0, frugal=True), 0, 30 * MINUTE)
    now = 30 * MINUTE
    _, asked = play(schedule.paced(plan, now, frugal=False), now, now + 40 * MINUTE)
    waits = [b - a for a, b in pairwise([t for t, _ in asked if t > now + 4 * MINUTE])]
    assert max(waits) <= 21 * SECOND


def test_back_on_the_mains_nobody_waits_longer_than_its_new_interval() -> None:
    plan, _ = play(schedule.begin(owner_of(4), (), 0, frugal=True), 0, HOUR)
    after = schedule.paced(plan, HOUR, frugal=False)
    assert max(after.due.values()) <= HOUR + MINUTE + GRID
    assert schedule.paced(after, HOUR, frugal=False) is after


def test_under_fifteen_hundred_questions_a_host_a_day() -> None:
    for hosts in (1, 3, 8):
        for times in routine(owner_of(hosts), DAY).values():
            assert len(times) < 1500


@pytest.mark.parametrize("hosts", [5, 7, 8, 11])
@pytest.mark.parametrize("phase", [0, 12_345])
def test_wake_ups_coincide_on_the_grid(hosts: int, phase: Millis) -> None:
    asked = routine((*owner_of(hosts), OTHER, platform("lone", "one")), HOUR, phase=phase)
    for times in asked.values():
        assert all(t % GRID == 0 for t in times[1:])


@pytest.mark.parametrize(("witnesses", "every"), [(0, 60), (1, 60), (4, 60), (5, 75), (8, 120), (12, 180), (100, 180)])
def test_how_often(witnesses: int, every: int) -> None:
    assert schedule.interval(witnesses) == every * SECOND
    assert schedule.interval(witnesses, frugal=True) == 3 * every * SECOND


def test_turns_go_round_the_platforms() -> None:
    assert by_owner(WATCHED) == {
        "acme": [("alpha", "p0"), ("beta", "p0"), ("gamma", "p0"), ("alpha", "p1")],
        "else": [("other", "p0"), ("other", "p1")],
    }
    assert TURNS.place["alpha", "p1"] == (3, 4)
    assert TURNS.host["alpha", "p1"] == "api.alpha.test"
    assert TURNS.owner["alpha", "p1"] == "acme"
    assert TURNS.line == ((EVERYONE, "one"), (EVERYONE, "two"), (EVERYONE, "number"))


def test_everybody_is_asked_at_once_at_the_start_and_not_in_one_burst() -> None:
    plan = schedule.begin(WATCHED, CONTROLS, 1000)
    assert len(plan.due) == 9
    assert sorted(plan.due.values()) == [1000 + 50 * i for i in range(9)]


# politeness, whatever the need


def test_at_most_one_question_of_a_key_is_on_its_way() -> None:
    plan = schedule.put(schedule.begin(WATCHED, CONTROLS, 0), [("alpha", "p0")], 0)
    plan = schedule.now_all(plan, 500)
    assert ("alpha", "p0") not in schedule.due(plan, 10**9, Line.OK)
    assert ("alpha", "p0") in schedule.due(schedule.back(plan, ("alpha", "p0")), 10**9, Line.OK)


def test_of_one_host_one_question_is_on_its_way_also_when_two_platforms_share_it() -> None:
    plan = schedule.begin(SHARED, (), 0)
    both = {("alpha", "p0"), ("beta", "p0")}
    first = set(schedule.due(plan, 1000, Line.OK))
    assert len(first & both) == 1
    (mine,), (other,) = first & both, both - first
    plan = schedule.put(plan, first, 1000)
    assert other not in schedule.due(plan, 60_000, Line.OK)  # not answered yet
    plan = schedule.back(plan, mine)
    assert other not in schedule.due(plan, 1000 + HOST_APART - 1, Line.OK)
    assert other in schedule.due(plan, 1000 + HOST_APART, Line.OK)


def wanting(keys: frozenset[Key]) -> dict[str, Need]:
    """All there is to want, one thing at a time."""
    return {
        "suspect": Need(suspect=keys),
        "around": Need(around=keys),
        "failing": Need(failing=keys),
        "recovering": Need(recovering=dict.fromkeys(keys, 0)),
        "stirring": Need(stirring=keys),
        "closely": Need(closely=keys),
    }


@settings(max_examples=40, deadline=None)
@given(
    hosts=st.integers(1, 16),
    shared=st.booleans(),
    latency=st.sampled_from([0, 80, 900, 5_000, 15_000]),
    need=st.sampled_from(sorted(wanting(frozenset()))),
    asks=st.lists(st.integers(0, 20_000), max_size=12),
)
def test_no_need_and_no_impatience_breaks_the_bounds(
    hosts: int,
    shared: bool,  # noqa: FBT001 - Hypothesis gives it by name
    latency: Millis,
    need: str,
    asks: list[Millis],
) -> None:
    platforms = (*owner_of(hosts), *owner_of(20, "else"), *(SHARED if shared else ()))
    plan, now = schedule.begin(platforms, (), 0), 0
    every = frozenset(plan.due)
    hurry = wanting(every)[need]
    asked: list[tuple[Millis, Key]] = []
    for wait in [*asks, 30_000]:
        plan, more = play(plan, now, now + wait, latency, hurry)
        asked += more
        now = max(now + wait, more[-1][0] + 1 if more else 0)
        plan = schedule.now_all(plan, now)
    hosts_of: dict[str, list[Millis]] = {}
    owners_of: dict[str, list[Millis]] = {}
    for t, key in asked:
        hosts_of.setdefault(plan.turns.host[key], []).append(t)
        owners_of.setdefault(plan.turns.owner[key], []).append(t)
    for times in hosts_of.values():
        assert all(b - a >= HOST_APART for a, b in pairwise(times))
    for times in owners_of.values():
        assert most_within(times, OWNER_SPAN) <= OWNER_BURST
    assert most_within([t for t, _ in asked], ALL_SPAN) <= ALL_BURST


def most_within(times: list[Millis], span: Millis) -> int:
    """How many at most fell into any span of that length."""
    return max((sum(t <= u < t + span for u in times) for t in times), default=0)


def test_what_had_to_wait_is_asked_as_soon_as_it_may() -> None:
    plan = schedule.begin(owner_of(30), (), 0)
    _, asked = play(plan, 0, MINUTE)
    first = {key: times[0] for key, times in by_key(asked).items()}
    assert len(first) == 30
    assert max(first.values()) <= 2 * OWNER_SPAN + 2 * SECOND  # twelve, twelve, six


# the line


@pytest.mark.parametrize("line", sorted(LOST))
def test_while_the_line_is_lost_only_the_line_is_asked_about(line: Line) -> None:
    plan = schedule.begin(WATCHED, CONTROLS, 0)
    assert {key[0] for key in schedule.due(plan, 10**9, line)} == {EVERYONE}
    plan = schedule.put(plan, [(EVERYONE, c.probe.id) for c in CONTROLS], 0)
    assert schedule.next_due(plan, 0, line) is None


# who is watched changes


def test_whoever_stays_keeps_its_turn_and_its_rest_and_whoever_is_new_is_asked_at_once() -> None:
    plan, _ = play(schedule.begin(WATCHED, CONTROLS, 0, 777), 0, 10 * MINUTE)
    plan = schedule.put(plan, [("other", "p0")], 10 * MINUTE)
    plan = replace(plan, rests={("other", "p1"): Rest(10**9, 2)})
    fresh = platform("fresh", "new")
    after = schedule.changed(plan, (*WATCHED[1:], fresh), CONTROLS, 10 * MINUTE)
    assert {key[0] for key in after.due} == {"beta", "gamma", "other", "fresh", EVERYONE}
    for key in after.due.keys() & plan.due.keys():
        assert after.due[key] == plan.due[key]
        assert after.asked.get(key) == plan.asked.get(key)
    assert after.rests == plan.rests
    assert after.away == {("other", "p0")}
    assert after.due["fresh", "p0"] - 10 * MINUTE <= SECOND
    assert (after.phase, after.frugal) == (777, False)


def test_a_probe_that_asks_another_host_from_now_on_is_a_new_one() -> None:
    plan, _ = play(schedule.begin((platform("alpha", "acme"),), (), 0), 0, 10 * MINUTE)
    plan = replace(plan, rests={("alpha", "p0"): Rest(10**9, 2)}, away=frozenset({("alpha", "p0")}))
    after = schedule.changed(plan, (platform("alpha", "acme", "moved.test"),), (), 10 * MINUTE)
    assert after.due["alpha", "p0"] == 10 * MINUTE
    assert (after.rests, after.away) == ({}, frozenset())


def test_who_is_switched_off_and_on_again_is_asked_no_sooner_for_it() -> None:
    both = (platform("alpha", "acme"), platform("beta", "acme"))
    plan, _ = play(schedule.begin(both, (), 0), 0, 10 * MINUTE)
    plan = schedule.put(plan, [("beta", "p0")], 10 * MINUTE)
    plan = schedule.changed(schedule.changed(plan, both[:1], (), 10 * MINUTE + 1), both, (), 10 * MINUTE + 2)
    assert plan.due["beta", "p0"] >= 10 * MINUTE + schedule.AT_MOST
    assert ("beta", "p0") not in schedule.due(plan, 10 * MINUTE + HOST_APART - 1, Line.OK)
    assert ("beta", "p0") in schedule.due(plan, 10 * MINUTE + HOST_APART, Line.OK)


# any plan

KEYS = sorted(TURNS.host)
PLANS = st.builds(
    Plan,
    due=st.fixed_dictionaries({key: st.integers(0, 10**6) for key in KEYS}),
    asked=st.dictionaries(st.sampled_from(KEYS), st.integers(0, 10**6)),
    away=st.frozensets(st.sampled_from([("alpha", "p0"), ("other", "p1")])),
    turns=st.just(TURNS),
    phase=st.integers(0, 180_000),
    frugal=st.booleans(),
)
MONO = st.integers(10**6, 2 * 10**6)


@given(PLANS, MONO, st.sampled_from(Line))
def test_when_to_wake_is_ahead_and_never_past_what_is_due(plan: Plan, mono: Millis, line: Line) -> None:
    keys = schedule.due(plan, mono, line)
    assert not set(keys) & plan.away
    assert all(plan.due[key] <= mono for key in keys)
    after = schedule.put(plan, keys, mono)
    at = schedule.next_due(after, mono, line)
    waiting = [t for k, t in after.due.items() if k not in after.away and (k[0] == EVERYONE or line not in LOST)]
    assert (at is None) == (not waiting)
    if at is not None:
        assert mono < at <= max(min(waiting), mono + schedule.AGAIN)
    assert not set(schedule.due(after, mono, line)) & set(keys)


@given(st.integers(1, 14), MONO, st.integers(0, 180_000), st.booleans(), st.booleans())
def test_whoever_is_put_out_of_turn_finds_back_to_it_neither_at_once_nor_much_later(
    hosts: int,
    mono: Millis,
    phase: Millis,
    frugal: bool,  # noqa: FBT001 - Hypothesis gives it by name
    before: bool,  # noqa: FBT001 - as above
) -> None:
    plan = schedule.begin(owner_of(hosts), (), 0, phase, frugal=frugal)
    keys = tuple(plan.due)
    plan = replace(plan, asked=dict.fromkeys(keys, mono - MINUTE) if before else {})
    after = schedule.put(plan, keys, mono)
    least = MINUTE - GRID if before else HOST_APART
    # Half a round more than usual at most, for once: half of what a good answer speaks for is left then.
    most = schedule.interval(hosts, frugal=frugal) + max(MINUTE, schedule.interval(hosts, frugal=frugal) // 2) + GRID
    for key in keys:
        assert mono + least <= after.due[key] <= mono + most


@given(PLANS, MONO, st.sampled_from(Line), st.booleans())
def test_hurry_never_delays_a_platform_and_never_looks_back(
    plan: Plan,
    mono: Millis,
    line: Line,
    wanted: bool,  # noqa: FBT001 - Hypothesis gives it by name
) -> None:
    need = Need(suspect=frozenset({("alpha", "p0")}), around=frozenset({("beta", "p0"), ("gamma", "p0")}), line=wanted)
    after = schedule.hasten(plan, need, line, mono)
    for key in [key for key in KEYS if key[0] != EVERYONE]:
        assert after.due[key] <= max(mono, plan.due[key])
        assert after.due[key] >= min(mono, plan.due[key])
    for key in TURNS.line:
        assert after.due[key] >= min(mono, plan.due[key])
