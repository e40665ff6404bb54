"""The acceptance tests of the judge: every scenario against what a truthful monitor should say of it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from scenario_expect import HERE, SHIPPED, cast, expected, read_page, scenarios

from trayapp.core.story import EventKind
from trayapp.simulate.loop import run
from trayapp.words.speech import speech

NOT_MET: dict[str, str] = {
    "cdn-flapping": "in the one burst in which other networks are asked they see the host fail too: by the table that"
    " is confirmed, so there is one story of it and two notices",
}
"""Scenario → why the judge does not meet its expectation yet. Each is a known fault, and told so in the benchmark."""


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(n, marks=pytest.mark.xfail(strict=True, reason=NOT_MET[n]) if n in NOT_MET else ())
        for n in scenarios()
    ],
)
def test_the_judge_says_what_a_truthful_monitor_should_say(name: str) -> None:
    scenario, wanted = expected(name)
    played = run(scenario, *cast(scenario), read_page)
    problems = list(wanted.problems(played))
    assert not problems, "\n".join(
        (f"{scenario.name}: {scenario.title}", *(f"  - {p}" for p in problems), "", played.timeline())
    )


def test_every_scenario_has_an_expectation_and_every_expectation_a_scenario() -> None:
    found = {path.stem for path in (*HERE.glob("*.toml"), *SHIPPED.glob("*.toml"))}
    assert found == {path.stem for path in (HERE / "expected").glob("*.toml")}
    assert len(found) >= 27


def test_an_outage_across_the_change_of_the_clocks_lasted_as_long_as_it_lasted() -> None:
    scenario, _ = expected("casablanca")
    platforms, controls = cast(scenario)
    played = run(scenario, platforms, controls, read_page)
    at, notice, _ = played.notices[-1]
    names = {p.id: p.name for p in platforms}
    toast = speech(["en"], ZoneInfo(scenario.zone)).toast(notice.event, names, scenario.begin + at)
    # By the clock on the wall from half past two to half past two: so the length must be said, and be an hour.
    assert notice.event.kind is EventKind.END
    assert "for 1 h" in toast.body or "for 59 min" in toast.body  # it is told from the first failure that was seen
    assert toast.body.count("02:30") == 2
