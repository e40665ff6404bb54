"""The chart of response times: everything inside its box, gaps left open, late answers told and not flattening."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_rig import NOW, T, voice

from trayapp.core.model import HOUR, MINUTE, Gap, Outcome
from trayapp.log.chart import BESIDE, LABELS, Plot, plot
from trayapp.log.series import PHASES, Point, Series, percentile, series
from trayapp.storage.rollup import SLOT, Rollup
from trayapp.storage.tally import Spread

WIDTH, HEIGHT = 600.0, 200.0
SINCE, UNTIL = T, T + 2 * HOUR
STEP = 10 * MINUTE
EN, AR = voice("en"), voice("ar")


def point(number: int, ms: float | None = 200.0, *, count: int = 10, failed: int = 0) -> Point:
    """The step of that number: a quarter of ``ms`` for each phase; None: no answer was timed."""
    phases = dict.fromkeys(PHASES, 0.0 if ms is None else ms / 4)
    high = None if ms is None else ms * 1.5
    return Point(SINCE + number * STEP, SINCE + (number + 1) * STEP, count, failed, phases, ms, high)


def drawn(*points: Point, gaps: tuple[Gap, ...] = (), mirrored: bool = False) -> Plot:
    of = Series("p", "home", ("home",), SINCE, UNTIL, points, gaps)
    return plot(AR if mirrored else EN, of, WIDTH, HEIGHT, NOW)


points = st.lists(
    st.builds(
        point,
        st.integers(0, 11),
        st.none() | st.floats(0, 20_000),
        count=st.integers(1, 50),
        failed=st.sampled_from([0, 0, 1]),
    ),
    unique_by=lambda each: each.since,
    max_size=12,
).map(lambda found: sorted(found, key=lambda each: each.since))


@given(points, st.booleans(), st.lists(st.tuples(st.integers(-HOUR, 3 * HOUR), st.integers(0, HOUR)), max_size=3))
def test_everything_lies_inside(found: list[Point], mirrored: bool, dark: list[tuple[int, int]]) -> None:  # noqa: FBT001 - drawn
    gaps = tuple(Gap(SINCE + since, SINCE + since + length) for since, length in dark)
    of = drawn(*found, gaps=gaps, mirrored=mirrored)
    box = of.box
    assert 0 <= box.left < box.right <= WIDTH
    assert 0 <= box.top < box.bottom <= HEIGHT
    spots = [spot for area in of.areas for spot in area.corners] + [spot for curve in of.curves for spot in curve.spots]
    for x, y in spots:
        assert box.left - 1e-6 <= x <= box.right + 1e-6
        assert box.top - 1e-6 <= y <= box.bottom + 1e-6
    for inside in (*of.unwatched, *(each for each, _ in of.failures)):
        assert box.left <= inside.left <= inside.right <= box.right
        assert box.top <= inside.top < inside.bottom <= box.bottom
    assert all(box.left <= tick.at <= box.right for tick in of.across)
    assert all(box.top - 1e-6 <= tick.at <= box.bottom for tick in of.upward)
    assert len(of.failures) == sum(each.failed > 0 for each in found)
    assert (of.empty != "") == (not found)


@given(points, st.booleans())
def test_where_there_was_no_answer_nothing_is_drawn(found: list[Point], mirrored: bool) -> None:  # noqa: FBT001 - drawn
    of = drawn(*found, mirrored=mirrored)
    timed = [each for each in found if each.median is not None]
    runs = 1 + sum(one.until != other.since for one, other in pairwise(timed)) if timed else 0
    assert len(of.areas) == runs * len(PHASES)
    assert len(of.curves) == runs * 2
    width = of.box.right - of.box.left
    covered = sum(
        max(x for x, _ in area.corners) - min(x for x, _ in area.corners)
        for area in of.areas
        if area.phase == PHASES[0]
    )
    assert covered == pytest.approx(len(timed) * width * STEP / (UNTIL - SINCE), abs=1e-6)


def test_phases_stand_on_each_other() -> None:
    of = drawn(point(3, 400), point(4, 400))
    heights = {area.phase: min(y for _, y in area.corners) for area in of.areas}
    feet = {area.phase: max(y for _, y in area.corners) for area in of.areas}
    for below, above in pairwise(PHASES):
        assert heights[below] == pytest.approx(feet[above])
    assert feet["dns"] == of.box.bottom


def test_mirrored_the_past_is_on_the_right_and_so_are_the_labels() -> None:
    plain, mirrored = drawn(point(0)), drawn(point(0), mirrored=True)
    assert (plain.box.left, WIDTH - plain.box.right) == (LABELS, BESIDE)
    assert (mirrored.box.left, WIDTH - mirrored.box.right) == (BESIDE, LABELS)
    assert min(x for x, _ in plain.areas[0].corners) == plain.box.left
    assert max(x for x, _ in mirrored.areas[0].corners) == mirrored.box.right
    assert not plain.rtl
    assert mirrored.rtl


def test_one_late_answer_does_not_flatten_the_rest() -> None:
    of = drawn(*(point(n, 200) for n in range(11)), point(11, 15_000))
    usual = max(y for curve in of.curves if curve.name == "median" for _, y in curve.spots)
    assert of.box.bottom - usual > (of.box.bottom - of.box.top) / 3
    assert min(y for curve in of.curves for _, y in curve.spots) == of.box.top  # it runs out at the top
    assert "15000 ms" in of.at(of.box.right - 1)


def test_the_pointer_is_told_what_it_stands_on() -> None:
    of = drawn(point(0, 200, count=10, failed=2), point(1, None, count=1, failed=1))
    step = (of.box.right - of.box.left) / 12
    assert of.at(of.box.left + step / 2) == (
        "16:02: 10 answers, 2 of them failures. Half of them took 200 ms at most, 95 % 300 ms at most."
    )
    assert of.at(of.box.left + 1.5 * step) == "16:12: 1 answer, 1 of them a failure"
    assert of.at(of.box.left + 3 * step) == of.at(0) == ""


def test_a_gap_too_narrow_to_be_seen_is_no_fence() -> None:
    of = drawn(point(0), gaps=(Gap(T + HOUR, T + HOUR + 1000), Gap(T + HOUR, T + HOUR + 10 * MINUTE)))
    assert len(of.unwatched) == 1


# from roll-ups to steps


def rollup(since: int, times: list[int], *, probe: str = "home", failed: int = 0) -> Rollup:
    found = {"waited": Spread.of(times), "dns": Spread.of(times)} if times else {}
    outcomes = {Outcome.OK: len(times)} if times else {}
    return Rollup("p", probe, since, SLOT, outcomes | ({Outcome.FAILED: failed} if failed else {}), found)


rollups = st.lists(
    st.builds(
        lambda n, times, failed: rollup(T // SLOT * SLOT + n * SLOT, times, failed=failed),
        st.integers(0, 40),
        st.lists(st.integers(0, 30_000), min_size=1, max_size=5),
        st.integers(0, 3),
    ),
    unique_by=lambda each: each.since,
    max_size=30,
)


@given(rollups, st.integers(1, 60))
def test_no_answer_is_lost_or_counted_twice(found: list[Rollup], most: int) -> None:
    of = series("p", found, (), since=T, until=T + 41 * SLOT, most=most)
    assert sum(each.count for each in of.points) == sum(sum(one.outcomes.values()) for one in found)
    assert sum(each.failed for each in of.points) == sum(one.outcomes.get(Outcome.FAILED, 0) for one in found)
    assert len(of.points) <= most + 2
    for one, other in pairwise(of.points):
        assert one.since < one.until <= other.since
        assert one.until - one.since == other.until - other.since
    for each in of.points:
        assert each.median is not None
        assert each.high is not None
        assert 0 <= each.median <= each.high <= 30_000


@given(st.lists(st.integers(0, 60_000), min_size=1, max_size=40), st.floats(0, 1), st.floats(0, 1))
def test_percentiles_lie_between_the_ends_and_grow(times: list[int], one: float, other: float) -> None:
    spread = Spread.of(times)
    low, high = (percentile(spread, share) for share in sorted((one, other)))
    assert spread.least <= low <= high <= spread.most


@given(st.lists(st.integers(1, 30_000), min_size=20, max_size=80))
def test_the_median_is_true_to_within_a_step_of_the_histogram(times: list[int]) -> None:
    """The steps are a factor of the square root of two."""
    true = sorted(times)[(len(times) + 1) // 2 - 1]
    assert true / 1.42 <= percentile(Spread.of(times), 0.5) <= true * 1.42


def test_the_probe_with_most_answers_is_shown_unless_another_is_asked_for() -> None:
    found = [rollup(T, [1], probe="api"), rollup(T, [1, 2, 3], probe="home"), rollup(T + SLOT, [1], probe="zeta")]
    of = series("p", found, (), since=T, until=T + HOUR, most=10)
    assert (of.probe, of.probes) == ("home", ("home", "api", "zeta"))
    assert series("p", found, (), since=T, until=T + HOUR, most=10, probe="api").probe == "api"
    assert series("p", found, (), since=T, until=T + HOUR, most=10, probe="gone").probe == "home"
    assert series("p", [], (), since=T, until=T + HOUR, most=10).probe == ""
