"""Incidents as bars: each that goes on in the span is there once, inside, wide enough to hit, and is hit."""

from __future__ import annotations

from itertools import combinations, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_rig import T, incident, line, member, voice

from trayapp.core.model import DAY, HOUR, MINUTE, Scope, State
from trayapp.log import ticks
from trayapp.log.incidents import COLUMNS, IncidentLine, cell, order
from trayapp.log.timeline import AXIS, BAR, LANES, LEAST, timeline
from trayapp.words.language import Language
from trayapp.words.times import Times

WIDTH = 500.0
SINCE, UNTIL = T - DAY, T
times = st.lists(st.tuples(st.integers(-2 * DAY, HOUR), st.none() | st.integers(0, DAY)), max_size=12)


def lines(found: list[tuple[int, int | None]]) -> list[IncidentLine]:
    return [line(incident(name=f"n{i}", start=T + start, length=length)) for i, (start, length) in enumerate(found)]


@given(times, st.booleans())
def test_each_that_goes_on_is_drawn_once_and_inside(found: list[tuple[int, int | None]], rtl: bool) -> None:  # noqa: FBT001 - drawn
    of = timeline(lines(found), SINCE, UNTIL, WIDTH, rtl=rtl)
    wanted = {
        f"n{i}" for i, (start, length) in enumerate(found) if start <= 0 and (length is None or start + length >= -DAY)
    }
    assert sorted(bar.id for bar in of.bars) == sorted(wanted)
    for bar in of.bars:
        assert 0 <= bar.left < bar.right <= WIDTH
        assert 0 <= bar.top < bar.bottom <= of.height - AXIS
        assert bar.right - bar.left >= LEAST - 1e-9
        assert bar.bottom - bar.top == pytest.approx(BAR)


@given(times)
def test_bars_of_one_lane_do_not_overlap_as_long_as_there_is_room(found: list[tuple[int, int | None]]) -> None:
    of = timeline(lines(found), SINCE, UNTIL, WIDTH)
    lanes = sorted({bar.top for bar in of.bars})
    for lane in lanes[: LANES - 1]:
        for one, other in combinations([bar for bar in of.bars if bar.top == lane], 2):
            assert one.right <= other.left or other.right <= one.left


@given(times, st.booleans())
def test_the_middle_of_a_bar_hits_it_or_what_lies_above_it(found: list[tuple[int, int | None]], rtl: bool) -> None:  # noqa: FBT001 - drawn
    of = timeline(lines(found), SINCE, UNTIL, WIDTH, rtl=rtl)
    for number, bar in enumerate(of.bars):
        x, y = (bar.left + bar.right) / 2, (bar.top + bar.bottom) / 2
        assert of.hit(x, y) in {each.id for each in of.bars[number:]}
    assert of.hit(-50, 5) == ""
    assert of.hit(WIDTH / 2, of.height + 50) == ""


def test_mirrored_it_is_the_same_seen_in_a_mirror() -> None:
    found = lines([(-20 * HOUR, HOUR), (-3 * HOUR, None)])
    plain, mirrored = timeline(found, SINCE, UNTIL, WIDTH), timeline(found, SINCE, UNTIL, WIDTH, rtl=True)
    for one, other in zip(plain.bars, mirrored.bars, strict=True):
        assert (one.left, one.right) == pytest.approx((WIDTH - other.right, WIDTH - other.left))
    assert [bar.goes_on for bar in plain.bars] == [False, True]


def test_a_fault_of_the_persons_own_network_is_drawn_as_theirs_own() -> None:
    mine = line(incident(member("plaza", State.UNREACHABLE, Scope.YOUR_NETWORK)))
    (bar,) = timeline([mine], SINCE, T + DAY, WIDTH).bars
    assert bar.kind == "yours"


# the axis of time


def test_hours_and_days_stand_at_round_times() -> None:
    marks = ticks.times(voice().times, T - DAY, T, 500)
    assert [tick.label for tick in marks] == ["18:00", "5 Mar", "06:00", "12:00"]
    assert [tick.at for tick in marks] == sorted(tick.at for tick in marks)
    week = ticks.times(voice("fr").times, T - 7 * DAY, T, 700)
    assert [tick.label for tick in week] == ["28 févr.", "29 févr.", "1er mars", "2 mars", "3 mars", "4 mars", "5 mars"]


@given(st.integers(T - 400 * DAY, T), st.integers(HOUR, 120 * DAY), st.integers(1, 2_000), st.booleans())
def test_labels_have_room(since: int, length: int, width: int, rtl: bool) -> None:  # noqa: FBT001 - drawn
    marks = ticks.times(voice().times, since, since + length, width, rtl=rtl)
    places = sorted(tick.at for tick in marks)
    assert all(0 <= place <= width for place in places)
    assert len(places) <= max(1, width / ticks.APART) + 2


def test_a_change_of_the_clock_moves_no_midnight() -> None:
    """In Paris, the night of 31 March 2024 had one hour less: each label still says 00:00 of a day."""
    spoken = Language(["en"])
    paris = Times(spoken, ZoneInfo("Europe/Paris"))
    since = 1_711_666_800_000  # 2024-03-29 00:00 there
    marks = ticks.times(paris, since, since + 4 * DAY, 400)
    assert [tick.label for tick in marks] == ["29 Mar", "30 Mar", "31 Mar", "1 Apr", "2 Apr"]
    steps = [round((b.at - a.at) / 400 * 96, 3) for a, b in pairwise(marks)]
    assert steps == [24, 24, 23, 24]


@pytest.mark.parametrize(
    ("most", "room", "wanted"),
    [
        (0, 5, (0, 1)),
        (0.5, 1, (0, 1)),
        (3, 5, (0, 1, 2, 3)),
        (950, 5, (0, 200, 400, 600, 800, 1000)),
        (1000, 2, (0, 500, 1000)),
        (7, 1, (0, 10)),
    ],
)
def test_milliseconds_are_round(most: float, room: int, wanted: tuple[int, ...]) -> None:
    assert ticks.millis(most, room) == wanted


@given(st.floats(0, 10**6), st.integers(1, 20))
def test_milliseconds_reach_up_to_what_is_shown(most: float, room: int) -> None:
    marks = ticks.millis(most, room)
    assert marks[0] == 0
    assert marks[-1] >= most
    assert len(marks) <= room + 2


# the table


def test_every_column_has_a_cell_and_an_order() -> None:
    found = lines([(-HOUR, None), (-3 * HOUR, HOUR), (-5 * HOUR, 20 * MINUTE)])
    for column in COLUMNS:
        assert isinstance(cell(found[0], column, "this computer"), str)
        assert len(sorted(found, key=lambda each: order(each, column))) == 3
    assert [each.id for each in sorted(found, key=lambda each: order(each, "duration"))] == ["n2", "n1", "n0"]
    assert [each.id for each in sorted(found, key=lambda each: order(each, "until"))] == ["n2", "n1", "n0"]
    assert [each.id for each in sorted(found, key=lambda each: order(each, "since"))] == ["n2", "n1", "n0"]


def test_a_row_says_what_a_person_wants_to_know() -> None:
    of = line(incident())
    said = {column: cell(of, column, "this computer") for column in COLUMNS}
    assert said == {
        "names": "Plaza and Mall",
        "functions": "the web site",
        "state": "● down",
        "scope": "theirs",
        "since": "2024-03-05 16:02",
        "until": "2024-03-05 18:02",
        "duration": "2 h",
        "ending": "works again",
        "sources": "this computer",
    }
    going_on = line(incident(length=None))
    assert (going_on.until, going_on.duration, going_on.ending) == ("", "", "not over yet")
    assert going_on.end is going_on.lasted is None
