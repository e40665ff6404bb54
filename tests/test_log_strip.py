"""Strips: the whole span exactly once, unwatched never well, no outage lost in a column, honest shares."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trayapp.core.model import DAY, HOUR, MINUTE, Gap, Scope, State
from trayapp.core.ports import Interval
from trayapp.log.span import Span, time_at, x_of
from trayapp.log.strip import TROUBLE, Kind, Piece, columns, kind_of, strip

WORST_FIRST = ("down", "partial", "unreachable", "yours", "slow", "unwatched", "unknown", "up")
moments = st.integers(-500, 2_500)
gaps = st.lists(st.builds(lambda a, n: Gap(a, a + n), moments, st.integers(0, 800)), max_size=6)
intervals = st.lists(
    st.builds(Interval, st.just("p"), st.sampled_from(State), st.sampled_from(Scope), moments),
    max_size=12,
    unique_by=lambda each: each.since,
)


def up(since: int) -> Interval:
    return Interval("p", State.UP, Scope.NOT_KNOWN, since)


def down(since: int, scope: Scope = Scope.THEIRS) -> Interval:
    return Interval("p", State.DOWN, scope, since)


# by table


def test_the_order_of_kinds_is_worst_first() -> None:
    assert tuple(Kind) == WORST_FIRST


@pytest.mark.parametrize(
    ("states", "dark", "pieces"),
    [
        ([], [], [("unwatched", 0, 100)]),
        ([up(-5)], [], [("up", 0, 100)]),
        ([up(40)], [], [("unwatched", 0, 40), ("up", 40, 100)]),
        ([up(100)], [], [("unwatched", 0, 100)]),
        ([up(-9), down(-5)], [], [("down", 0, 100)]),
        ([up(0), down(30), up(31)], [], [("up", 0, 30), ("down", 30, 31), ("up", 31, 100)]),
        ([up(0)], [Gap(20, 50)], [("up", 0, 20), ("unwatched", 20, 50), ("up", 50, 100)]),
        ([up(0)], [Gap(20, 50), Gap(40, 60)], [("up", 0, 20), ("unwatched", 20, 60), ("up", 60, 100)]),
        ([up(0)], [Gap(50, 50)], [("up", 0, 100)]),
        ([up(0)], [Gap(-20, 10), Gap(90, 300)], [("unwatched", 0, 10), ("up", 10, 90), ("unwatched", 90, 100)]),
        ([up(0), down(30)], [Gap(20, 40)], [("up", 0, 20), ("unwatched", 20, 40), ("down", 40, 100)]),
        ([up(0), up(50)], [], [("up", 0, 100)]),
        ([up(0), down(20, Scope.YOUR_NETWORK)], [], [("up", 0, 20), ("yours", 20, 100)]),
    ],
)
def test_pieces(states: list[Interval], dark: list[Gap], pieces: list[tuple[str, int, int]]) -> None:
    assert strip(states, dark, 0, 100).pieces == tuple(Piece(Kind(kind), a, b) for kind, a, b in pieces)


@pytest.mark.parametrize(
    ("states", "dark", "watched", "well"),
    [
        ([], [], 0.0, None),
        ([up(0)], [], 1.0, 1.0),
        ([up(0), down(75)], [], 1.0, 0.75),
        ([up(0), down(75)], [Gap(0, 50)], 0.5, 0.5),
        ([up(0), down(50, Scope.YOUR_NETWORK)], [], 1.0, 1.0),
        ([up(0), down(50, Scope.YOUR_COUNTRY)], [], 1.0, 1.0),
        ([Interval("p", State.SLOW, Scope.NOT_KNOWN, 0)], [], 1.0, 1.0),
        ([up(0), Interval("p", State.UNKNOWN, Scope.NOT_KNOWN, 50)], [], 1.0, 1.0),
        ([Interval("p", State.UNKNOWN, Scope.NOT_KNOWN, 0)], [], 1.0, None),
        ([up(0), Interval("p", State.UNREACHABLE, Scope.NOT_KNOWN, 90)], [], 1.0, 0.9),
    ],
)
def test_shares(states: list[Interval], dark: list[Gap], watched: float, well: float | None) -> None:
    share = strip(states, dark, 0, 100).share()
    assert (share.watched, share.well) == (watched, well)


def test_a_second_of_outage_in_ninety_days_is_seen() -> None:
    long = Span.QUARTER.length
    found = columns(strip([up(-1), down(DAY), up(DAY + 1000)], [], 0, long), 200)
    assert [number for number, column in enumerate(found) if column.kind is Kind.DOWN] == [DAY * 200 // long]
    assert {column.kind for column in found} == {Kind.UP, Kind.DOWN}


def test_a_column_that_nobody_watched_for_a_minute_is_not_wholly_well() -> None:
    (column,) = columns(strip([up(-1)], [Gap(HOUR, HOUR + MINUTE)], 0, 2 * HOUR), 1)
    assert column.kind is Kind.UNWATCHED
    assert column.shares == {Kind.UP: 119 / 120, Kind.UNWATCHED: 1 / 120}


# by property


@given(intervals, gaps, st.integers(0, 1_000), st.integers(0, 1_500))
def test_a_strip_covers_its_span_exactly_once(states: list[Interval], dark: list[Gap], since: int, length: int) -> None:
    until = since + length
    pieces = strip(states, dark, since, until).pieces
    assert all(piece.since < piece.until for piece in pieces)
    assert [piece.since for piece in pieces[:1]] == ([since] if length else [])
    assert [piece.until for piece in pieces[-1:]] == ([until] if length else [])
    for one, next_ in pairwise(pieces):
        assert one.until == next_.since
        assert one.kind is not next_.kind


@given(intervals, gaps, st.integers(0, 1_000), st.integers(1, 1_500), st.data())
def test_each_moment_is_what_it_was(
    states: list[Interval], dark: list[Gap], since: int, length: int, data: st.DataObject
) -> None:
    """Asked of a single moment without any sweep: in a gap, or before the first word, unwatched; else the last word."""
    of = strip(states, dark, since, since + length)
    t = data.draw(st.integers(since, since + length - 1))
    before = [each for each in states if each.since <= t]
    wanted = Kind.UNWATCHED
    if before and not any(gap.since <= t < gap.until for gap in dark):
        last = max(before, key=lambda each: each.since)
        wanted = kind_of(last.state, last.scope)
    piece = of.at(t)
    assert piece is not None
    assert piece.kind is wanted
    assert piece.since <= t < piece.until


@given(intervals, gaps, st.integers(1, 1_500))
def test_shares_are_shares(states: list[Interval], dark: list[Gap], length: int) -> None:
    share = strip(states, dark, 0, length).share()
    assert 0 <= share.watched <= 1
    assert share.well is None or 0 <= share.well <= 1
    if share.watched == 0:
        assert share.well is None


@given(intervals, gaps, st.integers(1, 1_500), st.integers(1, 400))
def test_a_column_hides_nothing(states: list[Interval], dark: list[Gap], length: int, width: int) -> None:
    of = strip(states, dark, 0, length)
    found = columns(of, width)
    assert len(found) == width
    rank = list(Kind).index
    for number, column in enumerate(found):
        since = length * number // width
        until = max(since + 1, length * (number + 1) // width)
        inside = {piece.kind for piece in of.pieces if piece.since < until and piece.until > since}
        assert set(column.shares) == inside
        assert column.kind is min(inside, key=rank)
        assert sum(column.shares.values()) == pytest.approx(1)
        assert all(share > 0 for share in column.shares.values())
        if column.kind is Kind.UP:
            assert inside == {Kind.UP}
    for kind in TROUBLE & {piece.kind for piece in of.pieces}:
        assert any(kind in column.shares for column in found)


@given(st.integers(0, 1_000), st.integers(1, 10**9), st.floats(0, 1), st.floats(1, 5_000), st.booleans())
def test_a_place_on_the_axis_and_back(since: int, length: int, share: float, width: float, rtl: bool) -> None:  # noqa: FBT001 - drawn
    t = since + round(length * share)
    x = x_of(t, since, since + length, width, rtl=rtl)
    assert 0 <= x <= width
    assert abs(time_at(x, since, since + length, width, rtl=rtl) - t) <= 1


def test_in_a_language_from_the_right_the_past_is_on_the_right() -> None:
    assert x_of(0, 0, 100, 50, rtl=True) == 50
    assert x_of(100, 0, 100, 50, rtl=True) == 0
    assert x_of(-7, 0, 100, 50) == 0  # what lies outside is shown at the edge
    assert time_at(60, 0, 100, 50) == 100
