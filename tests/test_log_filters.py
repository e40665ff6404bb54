"""What is typed and chosen: a part of the rows, in their order, and never more of them when more is typed."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_rig import T, incident, line, member

from trayapp.core.model import DAY, HOUR, Function, Scope, State
from trayapp.log.filters import Filter, Index, folded

WORDS = (
    "plaza",
    "PLA",
    "cinéma",
    "cinema",
    "down",
    "en panne",
    "2024-03-05",
    "16:02",
    "one-1",
    "مارس",
    "ß",
    "ﬁ",
    " ",
    "",
)
texts = st.one_of(st.sampled_from(WORDS), st.text(max_size=12))
filters = st.builds(
    Filter,
    text=texts,
    platforms=st.frozensets(st.sampled_from(["plaza", "mall", "cinema", "gone"]), max_size=2),
    functions=st.frozensets(st.sampled_from(Function), max_size=2),
    scopes=st.frozensets(st.sampled_from(Scope), max_size=2),
    since=st.none() | st.integers(T - 3 * DAY, T + 3 * DAY),
    until=st.none() | st.integers(T - 3 * DAY, T + 3 * DAY),
)


@cache
def index(code: str = "en") -> Index:
    """Nine incidents, the last of them not over."""
    found = []
    for number in range(9):
        platform = ("plaza", "mall", "cinema")[number % 3]
        scope = (Scope.THEIRS, Scope.YOUR_NETWORK)[number % 2]
        functions = (Function.SIGN_IN, Function.FEED) if number % 4 == 0 else (Function.WEB,)
        of = member(platform, (State.DOWN, State.PARTIAL)[number % 2], scope, functions=functions)
        length = None if number == 8 else HOUR
        found.append(line(incident(of, name=f"one-{number}", start=T - (8 - number) * DAY, length=length), code))
    return Index(reversed(found))


def ids(wanted: Filter, code: str = "en") -> list[str]:
    return [each.id for each in index(code).find(wanted)]


ALL = [f"one-{number}" for number in range(8, -1, -1)]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Filter(), [8, 7, 6, 5, 4, 3, 2, 1, 0]),
        (Filter("  "), [8, 7, 6, 5, 4, 3, 2, 1, 0]),
        (Filter("plaza"), [6, 3, 0]),
        (Filter("PLAZA"), [6, 3, 0]),
        (Filter("cinema"), [8, 5, 2]),  # by its id; its name is written with an accent
        (Filter("cinéma"), [8, 5, 2]),
        (Filter("square inc"), [8, 7, 6, 5, 4, 3, 2, 1, 0]),
        (Filter("plaza partly"), [3]),
        (Filter("partly plaza"), [3]),
        (Filter("one-4"), [4]),
        (Filter("2024-03-04"), [7]),
        (Filter("not over"), [8]),
        (Filter("zzz"), []),
        (Filter(platforms=frozenset({"mall"})), [7, 4, 1]),
        (Filter(platforms=frozenset({"mall", "plaza"})), [7, 6, 4, 3, 1, 0]),
        (Filter(functions=frozenset({Function.FEED})), [8, 4, 0]),
        (Filter(scopes=frozenset({Scope.YOUR_NETWORK})), [7, 5, 3, 1]),
        (Filter(scopes=frozenset({Scope.YOUR_NETWORK}), platforms=frozenset({"plaza"})), [3]),
        (Filter(since=T - DAY), [8, 7]),
        (Filter(since=T - DAY + HOUR + 1), [8]),
        (Filter(since=T + 9 * DAY), [8]),  # it still goes on then
        (Filter(until=T - 8 * DAY), [0]),
        (Filter(until=T - 9 * DAY), []),
        (Filter(since=T - 2 * DAY, until=T - 2 * DAY), [6]),
    ],
)
def test_what_is_found(wanted: Filter, numbers: list[int]) -> None:
    assert ids(wanted) == [f"one-{number}" for number in numbers]


def test_it_is_searched_in_the_persons_language() -> None:
    assert ids(Filter("en panne"), "fr") == [f"one-{number}" for number in (8, 6, 4, 2, 0)]
    assert ids(Filter("partiel"), "fr") == [f"one-{number}" for number in (7, 5, 3, 1)]


def test_arabic_is_found_however_it_is_typed() -> None:
    assert folded("\u0625\u0644\u0649") == folded("\u0627\u0644\u064a")  # alef with hamza, alef maksura
    assert folded("\u0645\u0640\u0640\u0627") == folded("\u0645\u0627")  # the lengthening stroke
    assert folded("\u202b\u2068Plaza\u2069\u202c") == "plaza"  # marks of direction
    assert ids(Filter("شبكتك"), "ar") == [f"one-{number}" for number in (7, 5, 3, 1)]


@given(filters)
def test_what_is_found_is_a_part_in_the_same_order(wanted: Filter) -> None:
    found = ids(wanted)
    assert found == [each for each in ALL if each in set(found)]


@given(filters, texts)
def test_typing_on_never_shows_more(wanted: Filter, more: str) -> None:
    longer = Filter(wanted.text + more, wanted.platforms, wanted.functions, wanted.scopes, wanted.since, wanted.until)
    assert set(ids(longer)) <= set(ids(wanted))


@given(filters)
def test_parts_of_different_kinds_must_all_hold(wanted: Filter) -> None:
    alone = [
        Filter(wanted.text),
        Filter(platforms=wanted.platforms),
        Filter(functions=wanted.functions),
        Filter(scopes=wanted.scopes),
        Filter(since=wanted.since, until=wanted.until),
    ]
    assert set(ids(wanted)) == set.intersection(*(set(ids(each)) for each in alone))


@given(st.text(max_size=30), st.text(max_size=30))
def test_folding_a_beginning_gives_a_beginning(one: str, other: str) -> None:
    assert folded(one + other) == folded(one) + folded(other)
    assert folded(folded(one)) == folded(one)
