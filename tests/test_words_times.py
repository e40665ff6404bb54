"""Durations, clock times and lists, by tables written by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from words_rig import NB, PARIS

from trayapp.core.model import DAY, HOUR, MINUTE, SECOND
from trayapp.words.language import Language
from trayapp.words.times import Times

ENGLISH, FRENCH = Times(Language(["en"]), PARIS), Times(Language(["fr"]), PARIS)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


NOW = at("2024-03-05T16:20:00+01:00")


@pytest.mark.parametrize(
    ("ms", "english", "french"),
    [
        (0, "0 s", "0~s"),
        (-5, "0 s", "0~s"),
        (999, "0 s", "0~s"),
        (45 * SECOND, "45 s", "45~s"),
        (59_999, "59 s", "59~s"),
        (MINUTE, "1 min", "1~min"),
        (14 * MINUTE + 59 * SECOND, "14 min", "14~min"),
        (HOUR, "1 h", "1~h"),
        (2 * HOUR + 5 * MINUTE, "2 h 5 min", "2~h 5~min"),
        (DAY - 1, "23 h 59 min", "23~h 59~min"),
        (DAY, "1 d", "1~j"),
        (3 * DAY + 4 * HOUR + 5 * MINUTE, "3 d 4 h", "3~j 4~h"),
        (400 * DAY, "400 d", "400~j"),
    ],
)
def test_durations(ms: int, english: str, french: str) -> None:
    assert ENGLISH.duration(ms) == english
    assert FRENCH.duration(ms) == french.replace("~", NB)


@pytest.mark.parametrize(
    ("t", "english", "french"),
    [
        ("2024-03-05T16:02:59+01:00", "16:02", "16:02"),
        ("2024-03-05T00:00:00+01:00", "00:00", "00:00"),
        ("2024-03-04T23:59:59+01:00", "4 Mar 23:59", "le 4 mars à 23:59"),
        ("2024-03-06T00:00:00+01:00", "6 Mar 00:00", "le 6 mars à 00:00"),
        ("2024-03-01T09:30:00+01:00", "1 Mar 09:30", "le 1er mars à 09:30"),
        ("2024-01-21T09:30:00+01:00", "21 Jan 09:30", "le 21 janv. à 09:30"),
        ("2023-08-04T16:02:00+01:00", "4 Aug 2023 16:02", "le 4 août 2023 à 16:02"),
        ("2023-02-01T16:02:00+01:00", "1 Feb 2023 16:02", "le 1er févr. 2023 à 16:02"),
    ],
)
def test_clock_times(t: str, english: str, french: str) -> None:
    assert ENGLISH.clock(at(t), NOW) == english
    assert FRENCH.clock(at(t), NOW) == french


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        (UTC, "15:02"),
        (timezone(timedelta(hours=-8)), "07:02"),
        (timezone(timedelta(hours=5, minutes=45)), "20:47"),
        (ZoneInfo("Pacific/Kiritimati"), "05:02"),
    ],
)
def test_the_day_and_the_time_are_the_zones_own(zone: tzinfo, said: str) -> None:
    assert Times(Language(["en"]), zone).clock(at("2024-03-05T15:02:00Z"), at("2024-03-05T15:20:00Z")) == said


def test_without_a_zone_the_systems_own_counts() -> None:
    t = at("2024-03-05T15:02:00Z")
    assert Times(Language(["en"]), None).clock(t, t) == f"{datetime.fromtimestamp(t / 1000, UTC).astimezone():%H:%M}"


def test_summer_time_is_followed() -> None:
    times = Times(Language(["en"]), ZoneInfo("Europe/Paris"))
    assert times.clock(at("2024-03-31T00:59:00Z"), at("2024-03-31T02:00:00Z")) == "01:59"
    assert times.clock(at("2024-03-31T01:01:00Z"), at("2024-03-31T02:00:00Z")) == "03:01"


@pytest.mark.parametrize(
    ("names", "english", "french"),
    [
        ([], "", ""),
        (["A"], "A", "A"),
        (["A", "B"], "A and B", "A et B"),
        (["A", "B", "C"], "A, B and C", "A, B et C"),
        (["A", "B", "C", "D"], "A, B, C and 1 more", "A, B, C et 1 autre"),
        (["A", "B", "C", "D", "E"], "A, B, C and 2 more", "A, B, C et 2 autres"),
    ],
)
def test_lists(names: list[str], english: str, french: str) -> None:
    assert ENGLISH.names(names) == english
    assert FRENCH.names(names) == french


def test_a_full_list_names_everybody() -> None:
    assert ENGLISH.all_names(["A", "B", "C", "D", "E"]) == "A, B, C, D and E"


def test_stamps_sort_and_a_span_says_the_day_once() -> None:
    assert ENGLISH.stamp(NOW) == "2024-03-05 16:20"
    assert ENGLISH.span(NOW, NOW + 2 * HOUR) == "2024-03-05 16:20\N{EN DASH}18:20"
    assert ENGLISH.span(NOW, NOW + DAY) == "2024-03-05 16:20 \N{EN DASH} 2024-03-06 16:20"


@given(st.integers(), st.integers(), st.sampled_from([ENGLISH, FRENCH, Times(Language([]), None)]))
def test_no_time_is_too_strange(t: int, now: int, times: Times) -> None:
    assert times.clock(t, now)[-3] == ":"
    assert times.duration(t)[0].isdigit()
    assert len(times.stamp(t)) == 16
