"""Merging, the budget and the orders, held against any input: nobody is accused whom the rules do not accuse."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outside_rig import SHOP, T, look, target

from trayapp.core import claims
from trayapp.core.judge import Outside
from trayapp.core.model import HOUR, MINUTE, SECOND, Outcome
from trayapp.watch.outside import merged
from trayapp.watch.outside.budget import A_LOOK, AN_HOUR, APART, Budget
from trayapp.watch.outside.measurements import DNS, HTTP, orders
from trayapp.watch.outside.merged import Place

OK, FAILED, UNKNOWN = Outcome.OK, Outcome.FAILED, Outcome.UNKNOWN
CONTINENTS = ("EU", "NA", "AS", "AF")
PLACES = st.lists(
    st.builds(
        Place,
        st.sampled_from(CONTINENTS),
        st.sampled_from(["FR", "US", "JP", "MA"]),
        st.sampled_from([OK, FAILED, UNKNOWN]),
        st.booleans(),
    ),
    max_size=14,
)


def at(continent: str, failed: int, well: int, silent: int = 0) -> list[Place]:
    said = [FAILED] * failed + [OK] * well + [UNKNOWN] * silent
    return [Place(continent, "XX", outcome) for outcome in said]


# merging


@pytest.mark.parametrize(("places", "outcome", "some"), [
    ([], UNKNOWN, False),
    (at("EU", 0, 0, 9), UNKNOWN, False),
    (at("EU", 0, 1), UNKNOWN, False),
    (at("EU", 1, 0), UNKNOWN, False),
    (at("EU", 0, 2), OK, False),
    (at("EU", 3, 0) + at("NA", 3, 0) + at("AS", 3, 0), FAILED, False),
    (at("EU", 3, 0) + at("NA", 3, 0) + at("AS", 0, 3), FAILED, False),  # two thirds, on two continents
    (at("EU", 3, 0) + at("NA", 2, 1) + at("AS", 0, 3), OK, True),  # five of nine
    (at("EU", 9, 0), OK, True),  # one continent is some places
    (at("EU", 2, 0) + at("NA", 0, 1), OK, True),  # two thirds, on one
    (at("EU", 1, 2) + at("NA", 0, 3), OK, False),  # a single probe of six has a trouble of its own
    (at("EU", 1, 2) + at("NA", 0, 2), OK, True),
    (at("EU", 2, 4) + at("NA", 0, 3), OK, True),
    (at("EU", 1, 0, 5) + at("NA", 1, 0, 5), FAILED, False),  # who does not answer is not counted
])  # fmt: skip
def test_what_probes_amount_to(places: list[Place], outcome: Outcome, some: bool) -> None:  # noqa: FBT001 - a table
    seen = merged.elsewhere(places)
    assert (seen.outcome, seen.some) == (outcome, some)


@pytest.mark.parametrize(("outcomes", "outcome"), [
    ((), UNKNOWN),
    ((UNKNOWN,), UNKNOWN),
    ((OK, OK), OK),
    ((OK, UNKNOWN), OK),
    ((FAILED,), FAILED),
    ((FAILED, FAILED, OK), FAILED),
    ((FAILED, OK), UNKNOWN),
])  # fmt: skip
def test_the_probes_in_the_own_country(outcomes: tuple[Outcome, ...], outcome: Outcome) -> None:
    places = [Place("AF", "MA", each) for each in outcomes]
    assert merged.at_home(places, "MA").outcome is outcome
    assert merged.elsewhere(places, "MA").answered == 0
    assert merged.at_home(places, "").outcome is UNKNOWN


@given(places=PLACES, country=st.sampled_from(["", "MA", "FR"]))
def test_failed_is_never_said_of_less(places: list[Place], country: str) -> None:
    seen = merged.elsewhere(places, country)
    said = [p for p in places if p.outcome is not UNKNOWN and (country == "" or p.country != country)]
    failing = [p for p in said if p.outcome is FAILED]
    if seen.outcome is FAILED:
        assert len(failing) / len(said) >= 2 / 3
        assert len({p.continent for p in failing}) >= 2
    if len(said) >= 2 and not failing:
        assert seen.outcome is OK
        assert not seen.some
    assert (seen.failed, seen.answered) == (len(failing), len(said))


@given(places=PLACES, later=PLACES, country=st.sampled_from(["", "MA"]))
def test_the_core_reads_it_as_it_was_meant_whatever_was_said_before(
    places: list[Place], later: list[Place], country: str
) -> None:
    """Without the country's own word, which is an axis of its own: a later answer leaves nothing of an earlier one."""
    heard: claims.Claims = {}
    for t, each in ((T, places), (T + MINUTE, later)):
        for e in merged.evidence(target(), look(country=country), t, "lab", each):
            if not e.probe.endswith(merged.COUNTRY):
                heard = claims.told(heard, e)
    seen = merged.elsewhere(later, country)
    if seen.outcome is UNKNOWN:
        seen = merged.elsewhere(places, country)
    wanted = {OK: Outside.OK, FAILED: Outside.FAILED, UNKNOWN: Outside.UNKNOWN}[seen.outcome]
    assert claims.outside(heard, T + 2 * MINUTE) is (Outside.SOME if seen.some else wanted)


def test_nothing_of_the_person_is_in_what_is_told() -> None:
    for e in merged.evidence(target(), look(country="MA"), T, "lab", [*at("EU", 2, 1), Place("AF", "MA", FAILED)]):
        assert e.note in {"2 of 3 probes on 1 continents", "MA"}
        assert (e.platform, e.host, e.owner, e.via) == ("shop", SHOP, "shops", "")


# the budget

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["shops", "banks", "games"]),
        st.booleans(),
        st.integers(0, 12),
        st.integers(0, 20 * MINUTE),
    ),
    max_size=80,
)


@given(steps=STEPS)
def test_limits_hold_under_any_sequence(steps: list[tuple[str, bool, int, int]]) -> None:
    budget = Budget()
    mono, put = 0, []
    for owner, by_hand, unused, pause in steps:
        taken = budget.take(owner, mono, by_hand=by_hand)
        assert 0 <= taken <= A_LOOK
        back = min(unused, taken)
        budget.give_back(owner, mono, back)
        put.append((mono, owner, taken - back, by_hand))
        mono += pause
        for end in {at for at, *_ in put}:
            assert sum(n for at, _, n, _ in put if end - HOUR < at <= end) <= AN_HOUR
        for who in {who for _, who, _, _ in put}:
            mine = [(at, n) for at, w, n, hand in put if w == who and not hand]  # by hand there is no such limit
            for end, _ in mine:
                assert sum(n for at, n in mine if end - APART < at <= end) <= A_LOOK
    assert len(budget.spent.tests) <= 2 * len(steps) + 1


def test_what_is_not_needed_is_there_for_the_next() -> None:
    budget = Budget()
    assert budget.take("shops", 0) == 12
    budget.give_back("shops", 0, 5)
    assert budget.take("shops", SECOND) == 5
    assert budget.take("shops", 2 * SECOND) == 0
    assert budget.take("shops", 2 * SECOND, by_hand=True) == 12
    assert budget.take("shops", 11 * MINUTE) == 12
    assert [budget.take(who, 12 * MINUTE) for who in ("a", "b", "c")] == [12, 12, 0]
    assert budget.take("c", HOUR + MINUTE) > 0


@given(rests=st.lists(st.tuples(st.booleans(), st.integers(0, 3 * HOUR)), max_size=20))
def test_who_is_to_be_left_alone_is_for_the_longest_time_that_was_said(rests: list[tuple[bool, int]]) -> None:
    budget = Budget()
    until = -1
    for trouble, mono in rests:
        (budget.trouble if trouble else budget.silence)("lab", mono)
        until = max(until, mono + (24 * HOUR if trouble else 10 * MINUTE))
    assert budget.resting("lab", until - 1) is bool(rests)
    assert not budget.resting("lab", max(until, 0))
    assert not budget.resting("another", 0)


# orders

TARGETS = [target("shop"), target("till", "till.example"), target("bank", "bank.example")]


@given(n=st.integers(0, 3), tests=st.integers(0, 12), country=st.sampled_from(["", "MA"]))
def test_no_more_is_ordered_than_there_is(n: int, tests: int, country: str) -> None:
    wanted = orders(TARGETS[:n], country, tests)
    assert sum(order.tests for order in wanted) <= tests
    for order in wanted:
        limits = [place["limit"] for place in json.loads(order.body())["locations"]]
        assert sum(limits) == order.tests


@pytest.mark.parametrize(("n", "country", "wanted"), [
    (1, "", [(HTTP, 3), (DNS, 1)]),
    (1, "MA", [(HTTP, 2), (DNS, 1)]),
    (2, "MA", [(HTTP, 1), (HTTP, 1), (DNS, 1)]),
    (3, "MA", [(HTTP, 1)] * 3),
    (3, "", [(HTTP, 1)] * 3 + [(DNS, 1)]),
])  # fmt: skip
def test_what_twelve_tests_are_spent_on(n: int, country: str, wanted: list[tuple[str, int]]) -> None:
    assert [(o.kind, o.each) for o in orders(TARGETS[:n], country, 12)] == wanted


def test_what_is_no_web_is_not_asked_by_http() -> None:
    assert [o.kind for o in orders([target(kind="dns")], "", 12)] == [DNS]
    assert [o.kind for o in orders([target(kind="tcp", port=5222)], "", 12)] == [DNS]
    assert [o.kind for o in orders([target(kind="tcp", host="192.0.2.1")], "", 12)] == [HTTP]
