"""How many people write of trouble: counted, never read; a surge only against the tag's own baseline, with a floor."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outside_rig import TAG, T, ok, sample, service
from watch_rig import response

from trayapp.config.tags import Tag, Tags
from trayapp.config.vantages import Service
from trayapp.core.model import DAY, HOUR, MINUTE, SECOND, Instant, Outcome, Source
from trayapp.watch.reports import hackernews, mastodon, surge
from trayapp.watch.reports.asking import Reports, told
from trayapp.watch.reports.days import Look, Memory, added
from trayapp.watch.reports.surge import Counted

OK, FAILED, UNKNOWN = Outcome.OK, Outcome.FAILED, Outcome.UNKNOWN
TODAY = 1_709_596_800  # 5 March 2024, 0:00 UTC


# the test


@pytest.mark.parametrize(("count", "hours", "usual", "outcome"), [
    (0, 1.0, 0.0, OK),
    (4, 1.0, 0.0, OK),  # a few people are never a surge
    (5, 1.0, 0.0, FAILED),
    (4, 0.5, 0.0, OK),  # nor in a short time
    (5, 2.0, 0.0, OK),  # of a tag that nobody uses, a few may come by chance
    (5, 1.0, 0.5, OK),
    (9, 1.0, 0.5, FAILED),
    (30, 1.0, 20.0, OK),
    (60, 1.0, 20.0, FAILED),
    (1000, 1.0, 900.0, OK),
    (10**9, 1.0, 1.0, FAILED),
    (500, 1.0, None, UNKNOWN),
    (500, 0.0, 1.0, UNKNOWN),
])  # fmt: skip
def test_a_surge(count: int, hours: float, usual: float | None, outcome: Outcome) -> None:
    assert surge.outcome(Counted(count, hours, usual)) is outcome


@given(count=st.integers(0, 60), expected=st.floats(0.05, 30))
def test_the_bound_is_above_poisson_s_own_tail(count: int, expected: float) -> None:
    below = sum(math.exp(k * math.log(expected) - expected - math.lgamma(k + 1)) for k in range(count))
    assert surge.chance(count, expected) >= 1 - below - 1e-12


@given(count=st.integers(0, 10**9), expected=st.floats(1e-3, 1e9))
def test_a_chance_is_one(count: int, expected: float) -> None:
    assert 0 <= surge.chance(count, expected) <= 1


@given(count=st.integers(0, 1000), more=st.integers(0, 1000), hours=st.floats(0.1, 2), usual=st.floats(0, 1000))
def test_more_people_never_make_it_less_of_a_surge(count: int, more: int, hours: float, usual: float) -> None:
    if surge.outcome(Counted(count, hours, usual)) is FAILED:
        assert surge.outcome(Counted(count + more, hours, usual)) is FAILED


def test_what_is_usual() -> None:
    assert surge.usual_of_days([24, 24], 1.0) is None
    assert surge.usual_of_days([24, 24, 24], 0.5) == 1.5
    assert surge.usual_of_hours([1, 2], 0) is None
    assert surge.usual_of_hours([0, 3, 3], 168) == 2.0
    assert surge.usual_of_hours([0, 0, 0], 168) == 1.0


# numbers by days


def read(t: int, **days: int) -> Look:
    """``d0`` is today, ``d1`` yesterday."""
    return Look(Instant(t, t, "rig"), {TODAY - int(name[1:]) * 86_400: n for name, n in days.items()})


PAST = {"d1": 1, "d2": 0, "d3": 2, "d4": 0, "d5": 0, "d6": 1}


def test_what_was_added_between_two_looks() -> None:
    found = added(read(T, d0=3, **PAST), read(T + 30 * MINUTE, d0=15, **PAST))
    assert found == Counted(12, 0.5, 3 * 0.5 * 4 / 144)
    assert surge.outcome(found) is FAILED


def test_over_midnight_both_days_count() -> None:
    midnight = (TODAY + 86_400) * SECOND
    tomorrow, yesterday = TODAY + 86_400, TODAY - 86_400
    late, early = midnight - 5 * MINUTE, midnight + 5 * MINUTE
    before = Look(Instant(late, late), {TODAY: 8, yesterday: 1, TODAY - 7 * 86_400: 50})
    found = added(before, Look(Instant(early, early), {tomorrow: 4, TODAY: 10, yesterday: 1}))
    assert found is not None
    assert found.count == 6


def test_an_older_day_that_is_told_later_is_nothing_new() -> None:
    found = added(read(T, d0=3), read(T + 30 * MINUTE, d0=4, d3=50))
    assert found is not None
    assert found.count == 1


@pytest.mark.parametrize("passed", [0, 4 * MINUTE, 2 * HOUR + 1, DAY])
def test_looks_that_do_not_compare(passed: int) -> None:
    assert added(read(T, d0=0, **PAST), read(T + passed, d0=90, **PAST)) is None
    assert added(None, read(T, d0=90, **PAST)) is None


DAYS = st.dictionaries(st.integers(0, 30).map(lambda d: d * 86_400), st.integers(0, 10**9), max_size=8)


@given(before=DAYS, now=DAYS, passed=st.integers(0, 3 * HOUR))
def test_any_two_looks(before: dict[int, int], now: dict[int, int], passed: int) -> None:
    found = added(Look(Instant(T, T), before), Look(Instant(T + passed, T + passed), now))
    assert found is None or found.count >= 0


# servers of a federation


def tag_document(people: int, name: str = "shopdown") -> bytes:
    document = json.loads(sample("mastodon_tag"))
    document["history"][0]["accounts"] = str(people)
    return json.dumps({**document, "name": name, "statuses": [{"content": "never read"}]}).encode()


def test_people_who_use_a_tag() -> None:
    says = iter([tag_document(3), tag_document(3), tag_document(60)])
    memory: Memory = {}
    with service("mastodon", lambda _: ok(next(says))) as rig:
        outcomes = []
        for _ in range(3):
            found = mastodon.count(rig.means, rig.service, (TAG,), memory)
            outcomes.append([surge.outcome(one) for one in found.values()])
            rig.clock.mono += 30 * MINUTE
        assert outcomes == [[], [OK], [FAILED]]
        assert [a.path for a in rig.asked] == ["/api/v1/tags/shopdown"] * 3


def test_the_document_of_a_tag() -> None:
    days = mastodon.parse(sample("mastodon_tag"), "shopdown")
    assert days is not None
    assert days[TODAY] == 3  # people, not posts
    assert list(days.values()) == [3, 1, 0, 2, 0, 0, 1]
    assert mastodon.parse(tag_document(3, "ShopDown"), "shopdown") is not None
    assert mastodon.parse(tag_document(3, "another"), "shopdown") is None


# headlines

NOW = T // SECOND


def test_headlines_of_the_last_hour() -> None:
    with service("hackernews", lambda _: ok(sample("hackernews_hits"))) as rig:
        found = hackernews.count(rig.means, rig.service, (TAG,), {})
    assert found["shopdown"].count == 2
    assert surge.outcome(found["shopdown"]) is OK
    query = parse_qs(urlsplit(rig.asked[0].path).query, keep_blank_values=True)
    assert query["query"] == ["shop down"]
    assert query["numericFilters"] == [f"created_at_i>{NOW - 7 * 86_400}"]
    assert query["attributesToRetrieve"] == ["created_at_i"]  # no text is asked for


@pytest.mark.parametrize(("ages_h", "total", "outcome"), [
    ([0.1] * 12, 12, FAILED),
    ([0.1] * 12 + [d * 24 + 0.1 for d in range(1, 7)] * 10, 72, OK),  # every day at this hour
    ([0.1] * 6 + [d * 24 + 12 for d in range(7)] * 24, 174, OK),  # the week as a whole is busy
    ([2] * 12, 12, OK),
    ([-1] * 12, 12, OK),  # from the future
    ([0.1] * 500, 500, FAILED),
    ([0.1] * 500, 600, FAILED),  # a full page: the older ones are spread over the week
    ([0.1] * 12 + [0.5] * 488, 90_000, OK),
])  # fmt: skip
def test_headlines_against_the_same_hour_of_other_days(ages_h: list[float], total: int, outcome: Outcome) -> None:
    times = [NOW - int(age * 3600) for age in ages_h]
    assert surge.outcome(hackernews.counted(times, total, NOW)) is outcome


# a round

TWO = Tags(
    (TAG, Tag("tilldown", "till down", ("till", "shop"))),
    (Service("mastodon", "one", ""), Service("mastodon", "two", ""), Service("mastodon", "three", "")),
)


def test_the_whole_list_is_asked_for_whoever_is_watched_and_each_server_in_its_turn() -> None:
    names = {"/api/v1/tags/shopdown": "shopdown", "/api/v1/tags/tilldown": "tilldown"}
    with service("mastodon", lambda asked: ok(tag_document(3, names[asked.path]))) as rig:
        url = rig.service.url
        tags = replace(TWO, sources=tuple(replace(s, url=url) for s in TWO.sources))
        reports = Reports(rig.means, tags, {"mastodon": mastodon.count})
        said = []
        for _ in range(4):
            said.append(reports.ask({"till"}))
            rig.clock.mono += 10 * MINUTE
        assert len(rig.asked) == 8
        assert [a.path for a in rig.asked] == [*names] * 4
    assert said[:3] == [(), (), ()]  # each was asked for the first time
    (one,) = said[3]
    assert (one.platform, one.source, one.outcome, one.probe) == ("till", Source.REPORTS, OK, "mastodon")
    assert one.note == "0 in 30 min"


def test_the_worst_of_several_words_of_a_platform_counts() -> None:
    quiet, loud = Counted(0, 1.0, 0.0), Counted(50, 1.0, 0.0)
    found = told(TWO.tags, {"shopdown": quiet, "tilldown": loud})
    assert {p: o for p, (o, _) in found.items()} == {"shop": FAILED, "till": FAILED}
    assert told(TWO.tags, {"shopdown": loud})["shop"] == (FAILED, "50 in 60 min")
    assert "till" not in told(TWO.tags, {"shopdown": loud})


def test_a_source_with_a_mistake_harms_nobody_else() -> None:
    def broken(*_: object) -> dict[str, Counted]:
        raise RuntimeError

    with service("mastodon", lambda _: response(status="500 Oh")) as rig:
        reports = Reports(rig.means, TWO, {"mastodon": broken})
        assert reports.ask({"shop"}) == ()


# any document

KEYS = ["name", "history", "day", "accounts", "hits", "nbHits", "created_at_i"]
WORDS = st.sampled_from(["shopdown", "0", "86400"])
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=4), WORDS)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner), max_leaves=25
)


@given(body=st.one_of(st.binary(max_size=300), JSON.map(lambda v: json.dumps(v).encode())), now=st.integers(0, 2**33))
def test_any_bytes_are_numbers_or_nothing_and_never_raise(body: bytes, now: int) -> None:
    days = mastodon.parse(body, "shopdown")
    assert days is None or all(n >= 0 for n in days.values())
    times = hackernews.parse(body)
    assert times is None or hackernews.counted(*times, now).count <= len(times[0])
