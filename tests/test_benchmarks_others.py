"""The rules of others do what their own documentation says, on examples of theirs."""

from __future__ import annotations

from itertools import pairwise

import pytest
from benchmarks.others import gatus, nagios, three_and_page, uptime_kuma

KUMA = {  # from the table in its source: * marks what is important; of a first beat only DOWN is sent
    "a first beat that is up is not sent, one that is down is": ([("", True, ""), ("", False, "down")], 0),
    "up to down, down to down, down to up": ([("up", False, "down"), ("down", False, ""), ("down", True, "up")], 0),
    "up to pending, pending to up": ([("up", False, ""), ("pending", True, "")], 1),
    "pending to down": ([("pending", False, "down")], 1),
}


@pytest.mark.parametrize("name", KUMA)
def test_uptime_kuma_tells_what_its_table_calls_important(name: str) -> None:
    steps, retries = KUMA[name]
    for status, ok, told in steps:
        state = uptime_kuma.State(status, tried=retries if status == "pending" else 0)
        assert uptime_kuma.step(state, ok=ok, retries=retries)[1] == told


def _gatus(checks: str, **thresholds: int) -> list[bool]:
    state, out = gatus.State(), []
    for each in checks:
        state, _ = gatus.step(state, ok=each == "+", **thresholds)
        out.append(state.triggered)
    return out


def test_gatus_handles_alerting_as_its_own_first_test_walks_it() -> None:
    # TestHandleAlerting: failure-threshold 2, success-threshold 3.
    seen = _gatus("----++++", failures=2, successes=3)
    assert seen == [False, True, True, True, True, True, False, False]


def test_gatus_with_one_and_one_goes_to_and_fro() -> None:
    # TestHandleAlertingWithProviderThatOnlyReturnsErrorOnResolve: thresholds 1 and 1.
    assert _gatus("-+-+--++", failures=1, successes=1) == [True, False, True, False, True, True, False, False]


def test_gatus_with_two_and_two_after_a_rough_patch() -> None:
    # TestHandleAlertingWithProviderThatReturnsAnError, its last part: thresholds 2 and 2.
    assert _gatus("--++", failures=2, successes=2) == [False, True, True, False]


def test_gatus_by_default_takes_three_failures_and_two_successes() -> None:
    state, told = gatus.State(), []
    for each in "--+---+-++":
        state, word = gatus.step(state, ok=each == "+")
        told.append(word)
    assert told == ["", "", "", "", "", "down", "", "", "", "up"]


def test_nagios_walks_through_the_table_of_its_documentation() -> None:
    # "State Types", the example with max_check_attempts 3: time, check number, state, state type.
    table = [
        (1, "OK", "HARD"), (1, "CRITICAL", "SOFT"), (2, "WARNING", "SOFT"), (3, "CRITICAL", "HARD"),
        (1, "WARNING", "HARD"), (1, "WARNING", "HARD"), (1, "OK", "HARD"), (1, "OK", "HARD"), (1, "UNKNOWN", "SOFT"),
        (2, "OK", "SOFT"), (1, "OK", "HARD"),
    ]  # fmt: skip
    state = nagios.State()
    for attempt, status, kind in table:
        state, _ = nagios.step(state, status, attempts=3)
        assert (state.attempt, state.status, "HARD" if state.hard else "SOFT") == (attempt, status, kind)


def test_nagios_tells_of_hard_problems_and_hard_recoveries_only() -> None:
    # The same pages: contacts are notified of hard states; a soft recovery is none.
    state, told = nagios.State(recent=("OK",) * 21), []
    for each in ("CRITICAL", "OK", "CRITICAL", "CRITICAL", "CRITICAL", "OK"):
        state, word = nagios.step(state, each)
        told.append(word)
    assert told == ["", "", "", "", "down", "up"]


def test_nagios_counts_changes_as_its_page_on_flapping_does() -> None:
    # Seven changes, at t3, t4, t5, t9, t12, t16 and t19: unweighted 35 %, and weighted "slightly less", say 31 %.
    recent, status = ["OK"], "OK"
    for t in range(1, 21):
        if t in {3, 4, 5, 9, 12, 16, 19}:
            status = "CRITICAL" if status == "OK" else "OK"
        recent.append(status)
    assert sum(a != b for a, b in pairwise(recent)) / 20 == pytest.approx(0.35)
    assert 31 <= nagios.change(tuple(recent)) < 35
    assert nagios.change(("OK",) * 21) == 0
    assert nagios.change(("OK", "CRITICAL") * 10 + ("OK",)) == pytest.approx(100)


def test_nagios_says_nothing_while_it_flaps() -> None:
    state, told = nagios.State(recent=("OK",) * 21), []
    for each in ("CRITICAL", "CRITICAL", "CRITICAL", "OK", "OK", "OK") * 5:
        state, word = nagios.step(state, each)
        told.append(word)
    assert state.flapping
    assert (told.count("down"), told.count("up")) == (2, 1)  # of five; with the fourth change, 22.9 %, it flaps


def test_three_failures_or_the_page() -> None:
    state, told = three_and_page.State(), []
    for ok, page in (
        (False, None),
        (False, None),
        (False, None),
        (True, None),
        (None, True),
        (True, None),
        (None, False),
    ):
        state, word = three_and_page.step(state, ok=ok, admitted=page)
        told.append(word)
    assert told == ["", "", "down", "up", "down", "", "up"]
