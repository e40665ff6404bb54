"""What is believed of a status page and what is not; how its words are weighed."""

from __future__ import annotations

import json

import pytest
from feeds_rig import (
    BEACON,
    CHAT,
    EUROPE,
    FINE,
    GOOD,
    MAIL,
    MAINTENANCE,
    MAJOR,
    META,
    MINOR,
    REPORTED,
    TROUBLE,
    document,
    official,
    said,
    told,
)

from trayapp.core.model import Failure
from trayapp.core.question import Official
from trayapp.watch.feeds import SYSTEMS
from trayapp.watch.feeds.documents import moment

# What is no document of that page

HTML = b"<!doctype html><html><head><title>Status</title></head><body><div id=root></div></body></html>"
NOT_READABLE = {
    "nothing": b"",
    "blank": b"  \n",
    "html": HTML,
    "a shell of 1401 bytes": HTML.ljust(1401),
    "no text": b"\xff\xfe\x00\x01",
    "null": b"null",
    "a number": b"17",
    "a word": b'"ok"',
    "an empty table": b"{}",
    "a table of others": b'{"error": "not found"}',
    "a list of others": b'[{"error": "not found"}]',
    "a list of numbers": b"[1, 2]",
    "deep": b"[" * 200_000,
    "deep and whole": b"[" * 100 + b"]" * 100,
    "deep tables": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "not a number": b'[{"a": NaN}]',
    "a number without end": b"[" + b"9" * 10_000 + b"]",
    "too many": b"[" + b"[]," * 300_000 + b"[]]",
    "too long": b'"' + b"a" * (4 * 1024 * 1024) + b'"',
    "entities": b'<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><rss><channel>&b;</channel></rss>',
    "xml of others": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "deep xml": b"<rss>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</rss>",
}


@pytest.mark.parametrize("system", sorted(SYSTEMS))
@pytest.mark.parametrize("what", NOT_READABLE)
def test_what_is_no_such_document_says_nothing(system: str, what: str) -> None:
    assert told(GOOD[system][0], NOT_READABLE[what]) is None


@pytest.mark.parametrize("system", sorted(set(SYSTEMS) - {"text"}))
def test_a_document_that_is_cut_off_says_nothing(system: str) -> None:
    for one, name in (GOOD[system], TROUBLE[system]):
        whole = document(name).rstrip()
        cuts = range(1, len(whole) - 2, max(1, len(whole) // 50))
        assert [cut for cut in cuts if told(one, whole[:cut]) is not None] == []


@pytest.mark.parametrize("system", sorted(SYSTEMS))
def test_a_document_of_another_system_says_nothing(system: str) -> None:
    found = {other: told(GOOD[system][0], document(GOOD[other][1])) for other in SYSTEMS if other != system}
    assert {other for other, what in found.items() if what is not None} == set()


@pytest.mark.parametrize(
    ("one", "name"),
    [
        (official("statuspage", "other", page="p2"), "statuspage_good.json"),
        (official("statuspage", "other", page="p2"), "statuspage_trouble.json"),
        (official("instatus", "other", page="Other"), "instatus_bare.json"),
        (official("instatus", "other", page="Tooter"), "instatus_good.json"),  # which does not tell whose it is
        (official("atom", "other", page="status.other.example"), "atom_history.xml"),
        (official("atom", "other", page="status.other.example"), "rss_empty.xml"),
        (official("text", "message", url="https://status.lantern.example/"), "text_trouble.html"),
        (official("text", "message", page="Lantern", url="https://status.beacon.example/"), "text_trouble.html"),
        (official("text", message="Lantern is up and running.", url="https://x.lantern.example/"), "text_good.html"),
        (BEACON, "text_shell.html"),
    ],
)
def test_another_page_than_the_pinned_one_says_nothing(one: Official, name: str) -> None:
    assert said(one, document(name)) is None


@pytest.mark.parametrize(
    ("one", "name"),
    [
        (official("instatus", "other", page="status.tooter.example"), "instatus_bare.json"),
        (official("instatus", "other", page="Tooter"), "instatus_bare.json"),
        (official("atom", "other", page="status.chat.example"), "atom_history.xml"),
        (official("atom", "other", page="status.chat.example"), "rss_empty.xml"),
        (official("text", "message", page="Beacon", url="https://x.example/"), "text_trouble.html"),
    ],
)
def test_the_pinned_page_is_believed(one: Official, name: str) -> None:
    assert said(one, document(name)) is not None


@pytest.mark.parametrize("system", sorted(set(SYSTEMS) - {"google", "slack", "atom", "text"}))
def test_without_any_part_that_is_asked_for_nothing_is_said(system: str) -> None:
    """Lists of parts in which ours is not: it was renamed, or the list was cut short. That is no good word."""
    assert (
        told(official(system, sign_in="Nobody knows it", page=GOOD[system][0].page), document(GOOD[system][1])) is None
    )


def test_what_is_said_is_cleaned_and_bounded() -> None:
    word = "Wobbly \u001b[31m" + "\u202eevil\n" + "x" * 100_000
    body = json.dumps([{"id": "facebook-login", "services": [{"status": word}]}]).encode()
    ((failure, words),) = (told(META, body) or {}).values()
    assert failure is REPORTED
    assert words.startswith("facebook-login: Wobbly evil xxx")
    assert (len(words), words[-1]) == (200, "…")


def test_a_small_difference_of_spelling_makes_no_other_part() -> None:
    body = json.dumps([{"id": "x", "services": [{"name": "  facebook  LOGIN ", "status": " no  KNOWN issues "}]}])
    assert told(META, body.encode()) == {"sign_in": (None, "facebook LOGIN : no KNOWN issues")}


@pytest.mark.parametrize(
    ("statuses", "worst"),
    [
        (("Wobbly", "High disruptions", "Low disruptions"), MAJOR),
        (("Low disruptions", "Wobbly", "No known issues"), REPORTED),
        (("No known issues", "Low disruptions", "Resolved"), MINOR),
        (("No known issues", "Resolved"), None),
    ],
)
def test_of_several_words_on_one_function_the_worst_counts(statuses: tuple[str, ...], worst: Failure | None) -> None:
    body = json.dumps([{"id": "facebook-login", "services": [{"status": status} for status in statuses]}])
    ((failure, _),) = (told(META, body.encode()) or {}).values()
    assert failure is worst


DEEP = "[" * 100 + "]" * 100


@pytest.mark.parametrize(
    "more", [DEEP, "NaN", "-Infinity", f"[{'[],' * 600_000}[]]"], ids=["deep", "nan", "inf", "many"]
)
def test_a_document_that_is_good_but_for_its_size_or_its_numbers_says_nothing(more: str) -> None:
    def body(value: str) -> bytes:
        return f'[{{"id": "facebook-login", "services": [{{"status": "Resolved"}}], "more": {value}}}]'.encode()

    assert told(META, body("[[1], {}]")) == {"sign_in": (None, "facebook-login: Resolved")}
    assert told(META, body(more)) is None


def test_a_list_or_a_feed_of_too_many_says_nothing() -> None:
    service = {"status": "Resolved"}
    for many, expected in ((10_000, {"sign_in": (None, "facebook-login: Resolved")}), (10_001, None)):
        assert told(META, json.dumps([{"id": "facebook-login", "services": [service] * many}]).encode()) == expected
    for many, words in ((1_000, {"other": FINE}), (1_001, None)):
        items = b"<item><title>Resolved</title></item>" * many
        assert told(official("atom", "other"), b"<rss><channel>" + items + b"</channel></rss>") == words


def test_a_page_with_more_than_a_sentence_is_another_kind_of_page() -> None:
    line = b"<p>Beacon is a lamp that many people like to look at.</p>"
    assert told(BEACON, line * 10) is not None
    assert told(BEACON, line * 100) is None


def test_markup_inside_an_entry_is_read_as_markup() -> None:
    inner = b'<div xmlns="http://www.w3.org/1999/xhtml"><p>We hope.</p><p>Resolved soon.</p></div>'
    entry = b'<entry><title>Voice</title><content type="xhtml">' + inner + b"</content></entry>"
    body = b'<feed xmlns="http://www.w3.org/2005/Atom">' + entry + b"</feed>"
    assert told(official("atom", "other"), body) == {"other": (REPORTED, "Voice")}


def test_the_latest_word_of_an_open_incident_counts() -> None:
    row = {"begin": "2026-01-03T10:00:00Z", "service_name": "Mail", "status_impact": "SERVICE_OUTAGE"}
    body = json.dumps([row | {"most_recent_update": {"status": "AVAILABLE"}}]).encode()
    assert told(MAIL, body) == {"mail": FINE}


@pytest.mark.parametrize(
    "sentence", ["Nothing is up and running.", "Lantern is up and running.", "Beacon is up and running slowly."]
)
def test_almost_the_good_sentence_is_none(sentence: str) -> None:
    body = f"<p>{sentence}</p><p>Beacon</p>".encode()
    assert told(BEACON, body) == {"message": (REPORTED, sentence)}


def test_the_incident_list_outranks_the_banner_and_the_parts() -> None:
    """While "All Systems Operational" stood above it, and its own component was well again."""
    found = told(CHAT, document("statuspage_trouble.json")) or {}
    assert found["api"][0] is MAJOR


def test_a_list_of_incidents_without_any_is_a_good_word() -> None:
    assert told(CHAT, b'{"page": {"id": "p1"}, "incidents": []}') == dict.fromkeys(
        ("api", "message", "call", "other"), FINE
    )


def test_an_incident_without_parts_is_of_the_rest_and_leaves_the_others_in_doubt() -> None:
    incident = b'{"id": "1", "name": "Hm", "status": "identified", "impact": "critical"}'
    body = b'{"page": {"id": "p1"}, "incidents": [' + incident + b"]}"
    assert told(CHAT, body) == {"other": (MAJOR, "Hm: identified")}
    assert told(EUROPE, body) == {"*": (MAJOR, "Hm: identified")}


@pytest.mark.parametrize(
    ("impact", "expected"),
    [
        ("none", REPORTED),
        ("minor", MINOR),
        ("major", MAJOR),
        ("critical", MAJOR),
        ("maintenance", MAINTENANCE),
        ("x", REPORTED),
    ],
)
def test_how_bad_an_open_incident_is(impact: str, expected: Failure) -> None:
    incident = {"id": "1", "name": "Hm", "status": "investigating", "impact": impact}
    body = json.dumps({"page": {"id": "p1"}, "incidents": [incident]}).encode()
    assert (told(CHAT, body) or {})["other"] == (expected, "Hm: investigating")


@pytest.mark.parametrize(("severity", "expected"), [("low", MINOR), ("medium", MINOR), ("high", MAJOR), ("", MINOR)])
def test_a_severe_disruption_is_major(severity: str, expected: Failure) -> None:
    row = {"id": "1", "begin": "2026-01-03T10:00:00Z", "service_name": "Mail", "status_impact": "SERVICE_DISRUPTION"}
    body = json.dumps([row | {"severity": severity, "external_desc": "Hm"}]).encode()
    assert told(MAIL, body) == {"mail": (expected, "Mail: Hm")}


@pytest.mark.parametrize(
    ("title", "content", "expected"),
    [
        ("Resolved: voice", "", None),
        ("[RESOLVED] voice", "", None),
        ("Voice [Resolved]", "", None),
        ("Voice", "<b>Status: Resolved</b><br/>It is over", None),
        ("Voice", "Resolved - it is over", None),
        ("Voice", "<p><b>Scheduled</b> - Next week</p>", None),
        ("Voice", "<p><strong>Verifying</strong></p>", MAINTENANCE),
        ("Voice", "<p><strong>Investigating</strong></p><p><strong>Resolved</strong></p>", REPORTED),
        ("Voice", "We hope that it will soon be resolved", REPORTED),
        ("An issue that was never resolved", "", REPORTED),
        ("Voice", "<b>Fnord</b>", REPORTED),
        ("Unresolved", "", REPORTED),
    ],
)
def test_how_far_an_entry_of_a_feed_is(title: str, content: str, expected: Failure | None) -> None:
    item = f"<item><title>{title}</title><description><![CDATA[{content}]]></description></item>"
    body = f"<rss><channel>{item}</channel></rss>"
    ((failure, _),) = (told(official("atom", "other"), body.encode()) or {}).values()
    assert failure is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-03-05T15:17:00Z", 1_709_651_820_000),
        ("2024-03-05T16:17:00.123+01:00", 1_709_651_820_123),
        ("2024-03-05 15:17:00", 1_709_651_820_000),
        (1_709_651_820, 1_709_651_820_000),
        (1_709_651_820_000, 1_709_651_820_000),
        (646_419_600, None),
        (10**30, None),
        (-1, None),
        (True, None),
        (1.5, None),
        ("yesterday", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("9999-12-31T23:59:59-23:59", None),
        ("2024-03-05T15:17:00Z" + " " * 100, None),
        (None, None),
        ([], None),
    ],
)
def test_times_as_they_write_them(value: object, expected: int | None) -> None:
    assert moment(value) == expected
