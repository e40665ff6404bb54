"""The rules of the test world's internet: which are refused, which wins, and which come at every so many visits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from world.rules import RuleError, Rules, rules


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({"host": "x"}, "something that it does"),
        ({"status": 503}, "needs a host"),
        ({"host": "x", "status": "503"}, "wrong type"),
        ({"host": "x", "status": True}, "wrong type"),
        ({"host": "*.x", "connect": "drop"}, "exact hosts"),
    ],
)
def test_a_rule_is_checked(raw: dict[str, object], says: str) -> None:
    with pytest.raises(RuleError, match=says):
        rules(raw)


def test_the_last_rule_wins_field_by_field() -> None:
    known = Rules(rules({"host": "a.example", "status": 400, "body": "{}"}))
    known.add({"host": "*.example", "tls": "reset"})
    assert (known.treat("a.example").status, known.treat("a.example").body) == (400, "{}")
    assert known.treat("a.example").tls == "reset"
    known.add({"host": "a.example", "status": 503})
    assert known.treat("a.example").body != "{}"
    known.clear("*.example")
    assert known.treat("a.example").tls == "ok"
    assert known.treat("a.example").status == 400


@given(every=st.integers(2, 9), visits=st.integers(0, 40))
def test_the_first_visit_meets_it_and_then_every_so_many(every: int, visits: int) -> None:
    known = Rules(rules({"host": "*.example", "status": 503, "every": every}))
    seen = [known.visit("a.example", "/").status for _ in range(visits)]
    assert seen == [503 if number % every == 0 else 200 for number in range(visits)]
    # another host, another layer, and who only looks have counts of their own, or none
    assert known.visit("b.example", "/").status == 503
    assert known.treat("a.example", "/").status == 200


@pytest.mark.parametrize(
    "raw",
    [
        {"host": "x", "every": 2},
        {"host": "x", "status": 503, "every": 1},
        {"host": "x", "status": 503, "every": 0},
        {"host": "x", "dns": "servfail", "every": 2},
        {"host": "x", "connect": "drop", "every": 2},
        {"host": "x", "status": 503, "every": "2"},
    ],
)
def test_a_fault_that_comes_and_goes_is_checked(raw: dict[str, object]) -> None:
    with pytest.raises(RuleError, match=r"every|something that it does"):
        rules(raw)
