"""What each status system's documents are understood to say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from feeds_rig import (
    FOLDER,
    GOOD,
    MAINTENANCE,
    MAJOR,
    MINOR,
    REPORTED,
    TROUBLE,
    Told,
    document,
    official,
    said,
    since,
    told,
)

import trayapp.watch.feeds as folder
from trayapp.core.model import Failure
from trayapp.core.question import Official
from trayapp.watch.feeds import SYSTEMS
from trayapp.watch.feeds.documents import moment

META = official("metastatus", sign_in="facebook-login|Facebook Login", message="messenger", api="graph-api")
CHAT = official("statuspage", "other", page="p1", api="API", message="Gateway", call="Voice")
EUROPE = official("statuspage", page="p1", call="Voice - Europe")
BRAZIL = official("statuspage", page="p1", call="v2")
FACE = official("statuspage", "other", sign_in="Login")
MAIL = official("google", mail="Mail")
VIDEO = official("google", watch="prVideo", mail="Mail")
TOOTER = official("instatus", "other", api="Engine - API")
TEAM = official("slack", "other", message="Messaging|Connections", call="Huddles", post="Files")
FRUIT = official("apple", mail="Mail", post="Photos", web="Maps")
OFFICE = official("m365", "other", mail="Outlook.com")
BEACON = official("text", "message", url="https://status.beacon.example/")
PINNED = official("text", message="Beacon is up and running.", url="https://status.beacon.example/")
HISTORY = official("atom", "message", call="Voice", post="Storage")
OPEN = official("atom", sign_in="Log-in")

FINE = (None, "")

CASES: list[tuple[Official, str, Told]] = [
    (
        META,
        "metastatus_good.json",
        {
            "sign_in": (None, "Facebook Login: No known issues"),
            "message": (None, "messenger: Resolved"),
            "api": (None, "Graph API: No known issues"),
        },
    ),
    (
        META,
        "metastatus_trouble.json",
        {
            "sign_in": (MAJOR, "Facebook Login: High disruptions"),
            "message": (MINOR, "messenger: Low disruptions"),
            "api": (MINOR, "Webhooks: Medium disruptions"),
        },
    ),
    (META, "metastatus_new_word.json", {"sign_in": (REPORTED, "Facebook Login: Wobbly, perhaps")}),
    (
        official("metastatus", "business", sign_in="facebook-login"),
        "metastatus_trouble.json",
        {"sign_in": (MAJOR, "Facebook Login: High disruptions"), "business": (MINOR, "messenger: Low disruptions")},
    ),
    (
        official("metastatus", "business", url="https://x.example/data/outages/graph-api.json"),
        "metastatus_outages.json",
        {"business": (MAJOR, "Major disruptions")},
    ),
    (
        CHAT,
        "statuspage_good.json",
        {
            "api": (None, "API: operational"),
            "message": (None, "Gateway: operational"),
            "call": (None, "Voice - Europe: operational"),
        },
    ),
    (
        CHAT,
        "statuspage_trouble.json",
        {
            "api": (MAJOR, "Elevated API errors: investigating"),
            "message": (None, "Gateway: operational"),
            "call": (MINOR, "Voice - Europe: partial outage"),
        },
    ),
    (EUROPE, "statuspage_trouble.json", {"call": (MINOR, "Voice - Europe: partial outage")}),
    (BRAZIL, "statuspage_trouble.json", {"call": (None, "Voice - Brazil: operational")}),
    (
        CHAT,
        "statuspage_new_words.json",
        {"api": (REPORTED, "API: on_holiday"), "message": (REPORTED, "Something odd: pondering")},
    ),
    (
        CHAT,
        "statuspage_maintenance.json",
        {"api": (MAINTENANCE, "API: under maintenance"), "message": (MAINTENANCE, "New disks: in progress")},
    ),
    # Its list is cut short: what is not in it is not well, and the banner's trouble is nobody's by name.
    (CHAT, "statuspage_cut.json", {"api": (None, "API: operational"), "other": (REPORTED, "Major System Outage")}),
    (EUROPE, "statuspage_cut.json", {"*": (REPORTED, "Major System Outage")}),
    (
        CHAT,
        "statuspage_unresolved.json",
        {
            "other": (MINOR, "Slow in Asia: monitoring"),
            "message": (MINOR, "Slow in Asia: monitoring"),
            "api": FINE,
            "call": FINE,
        },
    ),
    (CHAT, "statuspage_banner.json", {"other": (MAJOR, "Partial System Outage")}),
    (
        FACE,
        "statuspage_face.json",
        {"sign_in": (None, "Login: operational"), "other": (MAJOR, "Conversations: full outage")},
    ),
    (MAIL, "google_good.json", {"mail": FINE}),
    (MAIL, "google_trouble.json", {"mail": (MINOR, "Mail: Some mail is delayed.")}),
    (
        VIDEO,
        "google_trouble.json",
        {"mail": (MINOR, "Mail: Some mail is delayed."), "watch": (MAJOR, "Video: Video is down")},
    ),
    (MAIL, "google_new_word.json", {"mail": (REPORTED, "Mail: SERVICE_SIESTA")}),
    (
        TOOTER,
        "instatus_good.json",
        {"other": (None, "Website: OPERATIONAL"), "api": (None, "Engine - API: OPERATIONAL")},
    ),
    (
        TOOTER,
        "instatus_trouble.json",
        {"other": (MAJOR, "Website: MAJOROUTAGE"), "api": (MINOR, "Engine - API: DEGRADEDPERFORMANCE")},
    ),
    (
        official("instatus", mail="Mail"),
        "instatus_trouble.json",
        {"mail": (MAINTENANCE, "Mail: UNDERMAINTENANCE")},
    ),
    (TOOTER, "instatus_summary.json", {"other": (MINOR, "Sign-in is slow")}),
    (TOOTER, "instatus_bare.json", {"other": (None, "UP"), "api": (None, "UP")}),
    (TOOTER, "instatus_new_word.json", {"other": (REPORTED, "MEDITATING")}),
    (
        TEAM,
        "slack_good.json",
        {"other": (None, "ok"), "message": (None, "ok"), "call": (None, "ok"), "post": (None, "ok")},
    ),
    (
        TEAM,
        "slack_trouble.json",
        {
            "other": (None, "active"),
            "message": (MAJOR, "Trouble sending messages"),
            "call": (None, "active"),
            "post": (MINOR, "Files are slow"),
        },
    ),
    (TEAM, "slack_new_word.json", {"other": (REPORTED, "Gremlins")}),
    (
        TEAM,
        "slack_maintenance.json",
        {
            "other": (None, "active"),
            "message": (None, "active"),
            "call": (None, "active"),
            "post": (MAINTENANCE, "New pipes"),
        },
    ),
    (FRUIT, "apple_good.json", {"mail": (None, "Mail"), "post": (None, "Photos")}),
    (
        FRUIT,
        "apple_trouble.js",
        {
            "mail": (MAJOR, "Mail: Mail is unavailable."),
            "post": (REPORTED, "Photos: Slow."),
            "web": (MAINTENANCE, "Maps: New maps."),
        },
    ),
    (
        OFFICE,
        "m365_good.json",
        {"mail": (None, "Outlook.com: Operational"), "other": (None, "OneDrive: Service restored")},
    ),
    (
        OFFICE,
        "m365_trouble.json",
        {"mail": (MAJOR, "Outlook.com: Service interruption"), "other": (MINOR, "OneDrive: Service degradation")},
    ),
    (OFFICE, "m365_new_word.json", {"mail": (REPORTED, "Outlook.com: Extended contemplation")}),
    (official("m365", mail="Exchange"), "m365_good.json", {"mail": (None, "Outlook.com: Operational")}),
    (BEACON, "text_good.html", {"message": (None, "Beacon is up and running.")}),
    (PINNED, "text_good.html", {"message": (None, "Beacon is up and running.")}),
    (
        BEACON,
        "text_trouble.html",
        {"message": (REPORTED, "Beacon is experiencing technical difficulties. We're on it.")},
    ),
    (
        PINNED,
        "text_trouble.html",
        {"message": (REPORTED, "Beacon is experiencing technical difficulties. We're on it.")},
    ),
    (
        HISTORY,
        "atom_history.xml",
        {"message": (REPORTED, "Messages are late"), "call": FINE, "post": (MAINTENANCE, "New disks")},
    ),
    (OPEN, "rss_open.xml", {"sign_in": (REPORTED, "Log-in is unstable")}),
    (official("atom", "other"), "rss_open.xml", {"other": (REPORTED, "Log-in is unstable")}),
    (OPEN, "rss_empty.xml", {"sign_in": FINE}),
]


@pytest.mark.parametrize(("one", "name", "expected"), CASES, ids=[f"{n}-{i}" for i, (_, n, _) in enumerate(CASES)])
def test_what_a_document_says(one: Official, name: str, expected: Told) -> None:
    assert told(one, document(name)) == expected


def test_every_document_here_is_read_by_some_test() -> None:
    used = (
        {name for _, name, _ in CASES} | {name for _, name in (*GOOD.values(), *TROUBLE.values())} | {"text_shell.html"}
    )
    assert {file.name for file in FOLDER.iterdir()} - {"README.md"} == used


@pytest.mark.parametrize(
    ("one", "name", "expected"),
    [
        (META, "metastatus_trouble.json", {"sign_in": 1_709_651_820_000, "message": None, "api": None}),
        (CHAT, "statuspage_trouble.json", {"api": 1_767_347_880_000, "message": None, "call": None}),
        (MAIL, "google_trouble.json", {"mail": 1_767_434_400_000}),
        (TOOTER, "instatus_summary.json", {"other": 1_767_348_000_000}),
        # 646419600 counts from 2001, and would be 1990: no time that can be believed.
        (FRUIT, "apple_trouble.js", {"mail": 1_603_409_280_000, "post": None, "web": 1_603_409_280_000}),
        (HISTORY, "atom_history.xml", {"message": 1_767_348_000_000, "call": None, "post": None}),
        (OPEN, "rss_open.xml", {"sign_in": 1_709_651_820_000}),
    ],
    ids=["metastatus", "statuspage", "google", "instatus", "apple", "atom", "rss"],
)
def test_since_when_by_their_own_account(one: Official, name: str, expected: dict[str, int | None]) -> None:
    assert since(one, document(name)) == expected


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


def test_every_file_of_the_folder_is_a_system_or_known_not_to_be() -> None:
    files = {file.stem for file in Path(folder.__path__[0]).glob("*.py")}
    assert files - set(SYSTEMS) == {"__init__", "documents", "reading", "said"}
    assert set(SYSTEMS) == set(GOOD) == set(TROUBLE)


def test_every_system_has_its_good_words_and_its_trouble() -> None:
    for one, name in GOOD.values():
        assert {failure for failure, _ in (told(one, document(name)) or {}).values()} == {None}, name
    for one, name in TROUBLE.values():
        assert {failure for failure, _ in (told(one, document(name)) or {}).values()} - {None}, name


def test_the_parsers_ask_nobody() -> None:
    """Pure: nothing of the network, the clock or the disk."""
    pure = {
        "__future__",
        "collections.abc",
        "dataclasses",
        "datetime",
        "email.utils",
        "functools",
        "html",
        "json",
        "re",
    }
    pure |= {"typing", "urllib.parse", "xml.parsers"}
    for file in Path(folder.__path__[0]).glob("*.py"):
        if file.stem in {"__init__", "reading"}:
            continue
        imported = re.findall(r"^\s*(?:from|import) (\S+)", file.read_text("utf-8"), re.MULTILINE)
        ours = re.compile(r"trayapp\.(?:core|watch\.feeds|words\.encode)(?:\..*)?")
        assert [m for m in imported if m not in pure and not ours.fullmatch(m)] == [], file
