"""What each status system's documents are understood to say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from feeds_rig import (
    BEACON,
    BRAZIL,
    CHAT,
    EUROPE,
    FACE,
    FINE,
    FOLDER,
    FRUIT,
    GOOD,
    HISTORY,
    MAIL,
    MAINTENANCE,
    MAJOR,
    META,
    MINOR,
    OFFICE,
    OPEN,
    PINNED,
    REPORTED,
    TEAM,
    TOOTER,
    TROUBLE,
    VIDEO,
    Told,
    document,
    official,
    since,
    told,
)

import trayapp.watch.feeds as folder
from trayapp.core.question import Official
from trayapp.watch.feeds import SYSTEMS

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
            "other": FINE,
            "message": (MAJOR, "Trouble sending messages"),
            "call": FINE,
            "post": (MINOR, "Files are slow"),
        },
    ),
    (TEAM, "slack_new_word.json", {"other": (REPORTED, "Gremlins")}),
    (
        TEAM,
        "slack_maintenance.json",
        {
            "other": FINE,
            "message": FINE,
            "call": FINE,
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
