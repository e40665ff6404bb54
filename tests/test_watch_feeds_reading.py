"""The reader: one question a page, conditional, polite, and its answer as evidence for everybody whom it speaks of."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace

import pytest
from fake_net import FakeNet
from feeds_rig import MAJOR, document, official
from watch_rig import HandClock

from trayapp.core.model import HOUR, MINUTE, SECOND, Evidence, Failure, Function, Outcome, Phases, Source
from trayapp.core.question import Answer, Page
from trayapp.watch.feeds import reading
from trayapp.watch.feeds.reading import Reader

URL = "https://status.example/data/orgs.json"
FACE = official("metastatus", sign_in="facebook-login", url=URL)
TALK = replace(official("metastatus", message="messenger", url=URL), id="theirs")
SHOP = official("metastatus", business="ads-manager", url=URL)
PAGE = Page(URL, "metastatus", (("face", "m", FACE), ("talk", "m", TALK)))

GOOD, TROUBLE = document("metastatus_good.json"), document("metastatus_trouble.json")
TAG = {"etag": '"7"', "last-modified": "Tue, 05 Mar 2024 15:17:00 GMT"}
PHASES = Phases(dns=1, connect=2, tls=3, first_byte=4, body=5)


class Site:
    """What stands at the URL, and who has asked for it."""

    def __init__(self, body: bytes = GOOD, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        self.clock = HandClock()
        self.status, self.body, self.headers = status, body, dict(headers or {})
        self.failure: Failure | None = None
        self.net = FakeNet({}, {URL: self.answer})
        self.reader = Reader(self.net, self.clock)

    def answer(self, _: Mapping[str, str]) -> Answer:
        began, self.clock.t = self.clock.t, self.clock.t + 100
        status = None if self.failure else self.status
        return Answer(began, self.clock.t, PHASES, self.failure, status, self.headers, self.body)

    @property
    def asked(self) -> list[Mapping[str, str]]:
        return [dict(headers) for _, headers in self.net.read]

    def read(self, page: Page = PAGE) -> tuple[Evidence, ...]:
        return self.reader.read(page).claims


def brief(claims: tuple[Evidence, ...]) -> list[tuple[str, str, str, str]]:
    return [(e.platform, str(e.function or "*"), str(e.failure or e.outcome), e.note) for e in claims]


WELL = [
    ("face", "sign_in", "ok", "Facebook Login: No known issues"),
    ("talk", "message", "ok", "messenger: Resolved"),
]
BAD = [
    ("face", "sign_in", "official_major", "Facebook Login: High disruptions"),
    ("talk", "message", "official_minor", "messenger: Low disruptions"),
]


def unreadable(why: str) -> list[tuple[str, str, str, str]]:
    return [(platform, "*", "official_unreadable", why) for platform in ("face", "talk")]


def test_one_question_for_everybody_and_a_claim_for_each_function() -> None:
    site = Site(TROUBLE)
    heard = site.reader.read(PAGE)
    assert brief(heard.claims) == BAD
    assert (heard.good, heard.rest) == (True, 0)
    assert [url for url, _ in site.net.read] == [URL]
    assert heard.claims[0] == Evidence(
        t=1_000_100,
        platform="face",
        source=Source.OFFICIAL,
        outcome=Outcome.FAILED,
        probe="page",
        host="status.example",
        owner="m",
        function=Function.SIGN_IN,
        failure=MAJOR,
        status=200,
        ms=100,
        phases=PHASES,
        answer="1000100-status.example",
        note="Facebook Login: High disruptions",
    )
    assert {e.answer for e in heard.claims} == {"1000100-status.example"}
    assert heard.claims[1].probe == "theirs"


def test_what_is_well_is_said_too() -> None:
    heard = Site().reader.read(PAGE)
    assert brief(heard.claims) == WELL
    assert {e.outcome for e in heard.claims} == {Outcome.OK}


def test_several_functions_of_one_part_are_several_claims_of_one_answer() -> None:
    both = replace(FACE, parts={"facebook-login": (Function.SIGN_IN, Function.WEB)})
    claims = Site(TROUBLE).read(Page(URL, "metastatus", (("face", "m", both),)))
    assert [(e.function, e.failure) for e in claims] == [(Function.SIGN_IN, MAJOR), (Function.WEB, MAJOR)]
    assert len({e.answer for e in claims}) == 1


def test_trouble_of_the_whole_names_no_function() -> None:
    chat = official("statuspage", url=URL, api="API", page="p1")
    site = Site(b'{"page": {"id": "p1"}, "status": {"indicator": "critical", "description": "Down"}}')
    assert brief(site.read(Page(URL, "statuspage", (("chat", "c", chat),)))) == [
        ("chat", "*", "official_major", "Down")
    ]


@pytest.mark.parametrize("status", [204, 301, 400, 401, 403, 404, 418, 429, 500, 502, 503, 304])
def test_any_other_status_is_no_word_of_theirs(status: int) -> None:
    heard = Site(TROUBLE, status).reader.read(PAGE)
    assert brief(heard.claims) == unreadable(str(status))
    assert {(e.outcome, e.status) for e in heard.claims} == {(Outcome.UNKNOWN, status)}
    assert not heard.good


@pytest.mark.parametrize(
    "failure", [Failure.DNS_NXDOMAIN, Failure.HTTP_TIMEOUT, Failure.BODY_TOO_LARGE, Failure.INTERNAL]
)
def test_no_answer_is_no_word_of_theirs(failure: Failure) -> None:
    site = Site(TROUBLE)
    site.failure = failure
    heard = site.reader.read(PAGE)
    assert brief(heard.claims) == unreadable(failure.value)
    assert (heard.good, heard.rest) == (False, 0)


def test_what_cannot_be_read_is_no_word_of_theirs() -> None:
    heard = Site(b"<html></html>").reader.read(PAGE)
    assert brief(heard.claims) == unreadable("body_unexpected")
    assert not heard.good


def test_who_finds_nothing_of_his_own_knows_nothing_while_others_do() -> None:
    page = Page(URL, "metastatus", (("face", "m", FACE), ("shop", "m", SHOP)))
    heard = Site().reader.read(page)
    assert brief(heard.claims) == [WELL[0], ("shop", "*", "official_unreadable", "body_unexpected")]
    assert heard.good


def test_a_system_that_nobody_can_read_says_nothing() -> None:
    assert brief(Site().read(replace(PAGE, system="smoke"))) == unreadable("body_unexpected")


def test_a_mistake_of_ours_is_no_word_of_theirs(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reading, "SYSTEMS", {"metastatus": lambda _body, _official: 1 // 0})
    with caplog.at_level(logging.CRITICAL):
        assert brief(Site().read()) == unreadable("body_unexpected")


# Only what is new


def test_an_unchanged_page_says_again_what_it_said_now() -> None:
    site = Site(TROUBLE, headers=TAG)
    first = site.read()
    site.status, site.body, site.headers = 304, b"", {}
    site.clock.t += MINUTE
    again = site.reader.read(PAGE)
    assert site.asked == [{}, {"If-None-Match": TAG["etag"], "If-Modified-Since": TAG["last-modified"]}]
    assert brief(again.claims) == brief(first) == BAD
    assert {e.t for e in again.claims} == {1_000_200 + MINUTE}
    assert {e.status for e in again.claims} == {304}
    assert {e.answer for e in again.claims}.isdisjoint({e.answer for e in first})
    assert again.good


@pytest.mark.parametrize(("name", "sent"), [("etag", "If-None-Match"), ("last-modified", "If-Modified-Since")])
def test_one_condition_is_enough(name: str, sent: str) -> None:
    site = Site(headers={name: TAG[name]})
    site.read()
    site.read()
    assert site.asked[1] == {sent: TAG[name]}


@pytest.mark.parametrize("value", ["", " ", "é", '"a\x00"', '"a\r\nX: y"', "x" * 201])
def test_a_condition_that_cannot_be_sent_is_not(value: str) -> None:
    site = Site(headers={"etag": value})
    site.read()
    site.read()
    assert site.asked == [{}, {}]


def test_unchanged_is_no_answer_to_who_did_not_ask_so() -> None:
    site = Site(TROUBLE)
    site.read()
    site.status = 304
    assert brief(site.read()) == unreadable("304")


def test_what_could_not_be_read_is_asked_for_anew() -> None:
    site = Site(b"<html></html>", headers=TAG)
    site.read()
    site.body = GOOD
    assert brief(site.read()) == WELL
    assert site.asked == [{}, {}]


def test_trouble_between_does_not_forget_the_page() -> None:
    site = Site(TROUBLE, headers=TAG)
    site.read()
    site.failure = Failure.HTTP_TIMEOUT
    assert brief(site.read()) == unreadable("http_timeout")
    site.failure, site.status = None, 304
    assert brief(site.read()) == BAD


def test_another_document_takes_the_place_of_the_last() -> None:
    site = Site(TROUBLE, headers=TAG)
    site.read()
    site.body, site.headers = GOOD, {"etag": '"8"'}
    assert brief(site.read()) == WELL
    site.status = 304
    assert brief(site.read()) == WELL
    assert site.asked[2] == {"If-None-Match": '"8"'}


def test_who_is_new_gets_the_whole_page() -> None:
    """What was kept speaks of others, and of the content nothing was kept."""
    site = Site(TROUBLE, headers=TAG)
    site.read(Page(URL, "metastatus", PAGE.readers[:1]))
    assert brief(site.read()) == BAD
    assert site.asked == [{}, {}]


# Politeness


@pytest.mark.parametrize(
    ("status", "retry_after", "rest"),
    [
        (429, "3600", HOUR),
        (429, "", 15 * MINUTE),
        (429, "7", 15 * MINUTE),
        (429, "soon", 15 * MINUTE),
        (429, "999999999", 24 * HOUR),
        (403, "", 15 * MINUTE),
        (503, "120", 120 * SECOND),
        (503, "Thu, 01 Jan 1970 00:20:00 GMT", 20 * MINUTE - 1_000_100),
        (503, "", 0),
        (500, "", 0),
        (404, "3600", 0),
        (200, "3600", 0),
    ],
)
def test_who_asks_to_be_left_alone_is(status: int, retry_after: str, rest: int) -> None:
    site = Site(GOOD, status, {"retry-after": retry_after})
    heard = site.reader.read(PAGE)
    assert heard.rest == rest
    assert len(heard.claims) == 2
    site.status, site.headers = 200, {}
    if rest:
        site.clock.t += rest - 1
        early = site.reader.read(PAGE)
        assert (early.claims, early.good, early.rest) == ((), False, 1)
        assert len(site.asked) == 1
        site.clock.t += 1
    assert brief(site.read()) == WELL
    assert site.reader.read(PAGE).rest == 0


def test_refusals_in_a_row_rest_longer_and_longer() -> None:
    site = Site(status=429)
    rests = []
    for _ in range(8):
        rests.append(site.reader.read(PAGE).rest // MINUTE)
        site.clock.t += rests[-1] * MINUTE
    assert rests == [15, 30, 60, 120, 240, 360, 360, 360]
    site.status = 200
    site.read()
    site.status = 429
    assert site.reader.read(PAGE).rest == 15 * MINUTE


def test_no_answer_takes_back_no_refusal() -> None:
    site = Site(status=429)
    rest = site.reader.read(PAGE).rest
    site.clock.t += rest
    site.failure = Failure.CONNECT_TIMEOUT
    assert site.reader.read(PAGE).rest == 0
    site.failure = None
    assert site.reader.read(PAGE).rest == 30 * MINUTE


def test_each_page_rests_for_itself() -> None:
    site = Site(status=429)
    other = "https://other.example/"
    site.net.documents[other] = Answer(0, 1, status=200, body=GOOD)
    site.read()
    assert brief(site.read(replace(PAGE, url=other))) == WELL
