"""A probe that is refused rests: 15 minutes, doubling to six hours, or as long as it is told to; TLS speaks for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest
from core_rig import DNS, E503, OK, REFUSED, at, sample
from hypothesis import example, given
from hypothesis import strategies as st
from loop import ALPHA, OTHER, SECOND, WATCHED, Loop, during, platform, well

from trayapp.core.model import DAY, EVERYONE, HOUR, MINUTE, Evidence, Failure, Millis, State
from trayapp.core.question import Answer, Probe, Shape
from trayapp.core.rest import FIRST, LONGEST, OBEYED, Rest, after, asked_for, rests, stand_in
from trayapp.core.turns import Key

NOW = at(0)


def refused(status: int = 429, retry_after: str = "") -> Evidence:
    failure = Failure.HTTP_TOO_MANY if status == 429 else Failure.HTTP_REFUSED
    return replace(sample(0, REFUSED), status=status, failure=failure, note=retry_after)


def test_the_numbers_of_the_design() -> None:
    assert (FIRST, LONGEST) == (15 * MINUTE, 6 * HOUR)


@pytest.mark.parametrize("status", [403, 429])
def test_each_further_refusal_doubles_the_rest_up_to_six_hours(status: int) -> None:
    rest, pauses, mono = None, [], 0
    for _ in range(60):
        rest = after(rest, refused(status), mono)
        assert rest is not None
        pauses.append(rest.until - mono)
        mono = rest.until
    assert pauses[:6] == [15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR]
    assert set(pauses[5:]) == {6 * HOUR}


@pytest.mark.parametrize("status", [400, 401, 404, 410, 451, 999, 500, 503])
def test_no_other_refusal_is_a_reason_to_rest(status: int) -> None:
    assert after(None, refused(status), 0) is None


def test_a_refusal_that_is_the_promised_healthy_answer_is_none() -> None:
    assert after(None, replace(sample(0, OK), status=403), 0) is None


def test_any_other_answer_to_the_question_itself_ends_it() -> None:
    rest = Rest(FIRST, 3)
    assert after(rest, sample(0, OK), FIRST) is None
    assert after(rest, sample(0, E503), FIRST) is None
    assert after(rest, refused(404), FIRST) is None


def test_no_answer_or_a_handshake_in_its_place_says_nothing_of_it() -> None:
    rest = Rest(FIRST, 3)
    assert after(rest, sample(0, DNS), 0) is rest
    assert after(rest, replace(sample(0, OK), status=None), 0) is rest
    assert after(None, sample(0, DNS), 0) is None


def test_how_long_it_holds() -> None:
    assert not rests(None, 0)
    assert rests(Rest(100, 1), 99)
    assert not rests(Rest(100, 1), 100)


# Retry-After


def http_date(seconds: float) -> str:
    return format_datetime(datetime.fromtimestamp((NOW + seconds * SECOND) / SECOND, UTC), usegmt=True)


@pytest.mark.parametrize(
    ("said", "ms"),
    [
        ("0", 0),
        ("120", 120 * SECOND),
        ("007", 7 * SECOND),
        ("999999999", 999_999_999 * SECOND),
        (http_date(3600), HOUR),
        (http_date(-3600), 0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        # Not what RFC 9110 allows: nothing.
        *[(text, 0) for text in ("", "-5", "+5", "1.5", "1e3", "soon", "٣", "²", "5 s", "inf", "nan", "0x10", "\x00")],
        ("Mon, 99 Foo 9999 99:99:99 GMT", 0),
        ("9" * 120, 0),
    ],
)
def test_what_a_retry_after_asks_for(said: str, ms: Millis) -> None:
    assert asked_for(said, NOW) == ms


DATES = st.datetimes(timezones=st.just(UTC)).map(lambda d: format_datetime(d, usegmt=True))
WORDS = "Mon, Sun 31 Feb 2024 99999 -1 25:61:61 00:00:00 GMT +9999 -0000 , UTC +99999999999 EST 1:2 :: 0 Sept 24:00:60"
PARTS = st.lists(st.sampled_from(WORDS.split())).map(" ".join)
HOSTILE = (
    st.text(max_size=120) | DATES | PARTS | st.integers().map(str) | st.from_regex(r"[0-9]{1,120}", fullmatch=True)
)


@given(HOSTILE, st.integers(0, 4_000_000_000_000))
@example("Mon, 01 Jan 0001 00:00:00 +2359", NOW)
@example("Fri, 31 Dec 9999 23:59:59 -2359", NOW)
def test_whatever_stands_there_is_a_bounded_length_and_never_an_error(said: str, now: Millis) -> None:
    assert asked_for(said, now) >= 0
    rest = after(None, replace(refused(429, said), t=now), 0)
    assert rest is not None
    assert FIRST <= rest.until <= OBEYED == DAY


@given(st.integers(0, 2 * 86_400))
def test_seconds_and_dates_mean_the_same(seconds: int) -> None:
    assert asked_for(str(seconds), NOW) == asked_for(http_date(seconds), NOW) == seconds * SECOND


def test_it_lengthens_a_rest_and_never_shortens_one() -> None:
    def until(said: str, times: int = 0) -> Millis:
        found = after(Rest(0, times) if times else None, refused(429, said), 0)
        assert found is not None
        return found.until

    assert until("60") == FIRST
    assert until("3600") == HOUR
    assert until("3600", times=4) == 4 * HOUR
    assert until("40000") == 40_000 * SECOND
    assert until(str(3 * 86_400)) == DAY


@given(st.timedeltas(timedelta(0), timedelta(hours=200)), st.integers(0, 60))
def test_more_refusals_never_make_a_shorter_rest(later: timedelta, times: int) -> None:
    said = http_date(later.total_seconds())
    one, two = (after(Rest(0, n), refused(429, said), 0) for n in (times, times + 1))
    assert one is not None
    assert two is not None
    assert one.until <= two.until


def test_what_is_asked_meanwhile_is_whether_the_host_still_shows_its_certificate() -> None:
    probe = Probe("p0", "http", "www.alpha.test", healthy=Shape(body="pong"), broken=(Shape(body="oh no"),))
    instead = stand_in(probe)
    assert (instead.id, instead.kind, instead.host, instead.port) == ("p0", "tls", "www.alpha.test", 443)
    assert (instead.healthy, instead.broken) == (None, ())


# in the loop

LONE = platform("alpha", "acme")
KEY: Key = ("alpha", "p0")


def kinds(loop: Loop, key: Key) -> list[tuple[Millis, str]]:
    """When ``key`` was asked, and by which kind of probe."""
    asks = [ask for effects in loop.effects for ask in effects.asks]
    return [(t, ask.probe.kind) for (t, k), ask in zip(loop.asked, asks, strict=True) if k == key]


class Wall:
    """A host that refuses whatever it is asked by HTTP, and shakes hands with everybody."""

    def __init__(self, retry_after: str = "") -> None:
        self.retry_after = retry_after
        self.loop: Loop | None = None

    def __call__(self, key: Key, when: Millis) -> Answer | Failure | int:
        if key != KEY or self.loop is None:
            return well(key, when)
        if rests(self.loop.world.plan.rests.get(key), self.loop.at):
            return Answer(0, 0, replace(sample(0, OK).phases))  # a handshake
        headers = {"retry-after": self.retry_after}
        return Answer(0, 0, sample(0, OK).phases, status=429, headers=headers)


def behind(wall: Wall) -> Loop:
    loop = wall.loop = Loop(wall, platforms=(LONE, OTHER))
    return loop.start()


def test_a_platform_that_says_too_many_is_asked_by_tls_for_a_quarter_of_an_hour_and_is_up() -> None:
    loop = behind(Wall()).run(3600)
    asked = kinds(loop, KEY)
    by_http = [t for t, kind in asked if kind == "http"]
    assert {kind for _, kind in asked} == {"http", "tls"}
    waits = [b - a for a, b in pairwise(by_http)]
    assert len(waits) == 2
    assert FIRST <= waits[0] <= FIRST + 2 * MINUTE
    assert 2 * FIRST <= waits[1] <= 2 * FIRST + 2 * MINUTE
    assert len(asked) >= 55  # it is looked at every minute all the same
    assert loop.state("alpha") is State.UP
    assert loop.events == []


def test_a_retry_after_is_obeyed_in_the_loop() -> None:
    loop = behind(Wall("5400")).run(5300)
    assert [kind for _, kind in kinds(loop, KEY)].count("http") == 1


def test_an_impatient_person_does_not_wake_it() -> None:
    loop = behind(Wall()).run(60)
    for _ in range(10):
        loop.check_now()
        loop.run(10)
    assert [kind for _, kind in kinds(loop, KEY)].count("http") == 1


def test_an_outage_is_seen_through_a_rest_by_who_stands_in() -> None:
    silent = during(600, 10_000, {"alpha"}, Failure.CONNECT_TIMEOUT, during(0, 600, {("alpha", "p0")}, 429))
    loop = Loop(silent, platforms=(ALPHA, OTHER)).start().run(900)
    assert loop.state("alpha") is State.UNREACHABLE


def test_no_control_ever_rests() -> None:
    loop = Loop(during(0, 10_000, {EVERYONE}, 429), platforms=WATCHED).start().run(600)
    assert all(key[0] != EVERYONE for key in loop.world.plan.rests)
