"""Polite and light, whoever is watched: bytes a day, requests a host a day, by the real schedule on a virtual clock."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from platform_day import BYTES, Day, by_rule, defaults, host_of, known, pages, well

from trayapp.core.model import DAY, EVERYONE, SECOND
from trayapp.core.question import Platform

MOST_BYTES = 60_000_000
MOST_REQUESTS = 1_500
THREE_HOURS, ONE_HOUR = 3, 1
"""Of the virtual clock: the schedule repeats itself every three minutes at most, and a day would take half a minute."""


@cache
def day_of_defaults() -> Day:
    return well(defaults(), THREE_HOURS)


def with_pages(requests: dict[str, float], platforms: tuple[Platform, ...]) -> dict[str, float]:
    """Requests a host a day, with those for the pages of theirs."""
    total = Counter(requests)
    for url, every in pages(platforms).items():
        total[host_of(url)] += DAY / every  # type: ignore[assignment]  # a Counter may count in fractions
    return dict(total)


def test_a_day_of_the_defaults_is_light() -> None:
    day = day_of_defaults()
    read = sum(DAY / every for every in pages(defaults()).values()) * BYTES["GET"]
    assert day.bytes_a_day() > 20_000_000  # it does look
    assert day.bytes_a_day() + read < MOST_BYTES


def test_no_host_of_the_defaults_is_asked_too_often() -> None:
    asked = with_pages(day_of_defaults().a_host(), defaults())
    assert {host: n for host, n in asked.items() if n > MOST_REQUESTS} == {}


def test_nor_is_any_when_everybody_is_watched() -> None:
    asked = with_pages(well(known(), ONE_HOUR).a_host(), known())
    assert {host: n for host, n in asked.items() if n > MOST_REQUESTS} == {}


@pytest.mark.parametrize("platform", known(), ids=lambda p: p.id)
def test_nor_when_only_one_platform_is(platform: Platform) -> None:
    """By the rule, which the next test holds against what really happens."""
    alone = (platform,)
    hosts: Counter[str] = Counter()
    for key, every in by_rule(alone).items():
        hosts[next(probe.host for probe in platform.probes if probe.id == key[1])] += DAY // every
    asked = with_pages(dict(hosts), alone)
    assert {host: n for host, n in asked.items() if n > MOST_REQUESTS} == {}


def test_everybody_is_asked_as_often_as_the_rule_says_and_nobody_without_suspicion() -> None:
    day = day_of_defaults()
    rule = by_rule(defaults())
    assert {key for key in day.asked if key[0] != EVERYONE} == set(rule)
    assert not any(day.probes[key].on_suspicion for key in day.asked)
    for key, every in rule.items():
        due = THREE_HOURS * 3_600 * SECOND / every
        assert abs(day.asked[key] - due) <= 1 + due / 50, key  # on a grid of 6 s a turn may come a little later


@pytest.mark.parametrize("platforms", [defaults(), known()], ids=["defaults", "all"])
def test_in_routine_no_host_is_asked_under_two_names(platforms: tuple[Platform, ...]) -> None:
    """The schedule spaces out the probes: two of one host would ask it twice as often as it means to."""
    routine = Counter(probe.host for p in platforms for probe in p.probes if not probe.on_suspicion)
    assert {host for host, n in routine.items() if n > 1} == set()


@pytest.mark.parametrize("owner", sorted({p.owner for p in known()}))
def test_every_owner_has_two_witnesses_at_least(owner: str) -> None:
    """What two different hosts say is confirmed in seconds; a lone one must be heard for minutes.

    The second may be one that is asked as soon as the first has failed.
    """
    mine = [p for p in known() if p.owner == owner]
    hosts = {probe.host for p in mine for probe in p.probes}
    assert len({probe.host for p in mine for probe in p.probes if not probe.on_suspicion}) >= 1
    assert len({probe.host for p in mine for probe in p.probes if probe.kind == "http"}) >= 1
    assert len(hosts) >= 2
