"""What the tests of status pages share: documents by name, ways to read them, and what was said in one line each."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from trayapp.core.model import Failure, Function, Millis
from trayapp.core.question import Official
from trayapp.watch.feeds import SYSTEMS
from trayapp.watch.feeds.said import Said

FOLDER = Path(__file__).parent / "feeds"

MAJOR, MINOR = Failure.OFFICIAL_MAJOR, Failure.OFFICIAL_MINOR
REPORTED, MAINTENANCE = Failure.OFFICIAL_REPORTED, Failure.OFFICIAL_MAINTENANCE

Told: TypeAlias = dict[str, tuple[Failure | None, str]]
"""Function, "*" for the whole → failure and words."""


def document(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def official(system: str, *rest: str, url: str = "https://status.example/", page: str = "", **parts: str) -> Official:
    """``parts``: function → the part's name; of several parts that stand for one: with a | between them."""
    named = {part: (Function(function),) for function, names in parts.items() for part in names.split("|")}
    return Official("page", system, url, page, "Somebody's page", named, tuple(Function(f) for f in rest))


def said(one: Official, body: bytes) -> tuple[Said, ...] | None:
    return SYSTEMS[one.system](body, one)


def told(one: Official, body: bytes) -> Told | None:
    found = said(one, body)
    if found is None:
        return None
    each = {str(f or "*"): (s.failure, s.words) for s in found for f in s.functions or (None,)}
    assert len(each) == sum(len(s.functions) or 1 for s in found), "somebody is told of twice"
    return each


def since(one: Official, body: bytes) -> dict[str, Millis | None]:
    return {str(f or "*"): s.since for s in said(one, body) or () for f in s.functions or (None,)}


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

FINE: tuple[Failure | None, str] = (None, "")

GOOD: dict[str, tuple[Official, str]] = {
    "apple": (official("apple", mail="Mail"), "apple_good.json"),
    "atom": (official("atom", "other", sign_in="Log-in"), "rss_empty.xml"),
    "google": (official("google", mail="Mail"), "google_good.json"),
    "instatus": (official("instatus", "other", api="API"), "instatus_good.json"),
    "m365": (official("m365", "other", mail="Outlook.com"), "m365_good.json"),
    "metastatus": (official("metastatus", sign_in="facebook-login"), "metastatus_good.json"),
    "slack": (official("slack", "other", message="Messaging"), "slack_good.json"),
    "statuspage": (official("statuspage", "other", page="p1", api="API"), "statuspage_good.json"),
    "text": (official("text", "message", url="https://status.beacon.example/"), "text_good.html"),
}
"""Of each system one reading and a document in which all is well by it."""

TROUBLE: dict[str, tuple[Official, str]] = {
    "apple": (GOOD["apple"][0], "apple_trouble.js"),
    "atom": (GOOD["atom"][0], "rss_open.xml"),
    "google": (GOOD["google"][0], "google_trouble.json"),
    "instatus": (GOOD["instatus"][0], "instatus_trouble.json"),
    "m365": (GOOD["m365"][0], "m365_trouble.json"),
    "metastatus": (GOOD["metastatus"][0], "metastatus_trouble.json"),
    "slack": (GOOD["slack"][0], "slack_trouble.json"),
    "statuspage": (GOOD["statuspage"][0], "statuspage_trouble.json"),
    "text": (GOOD["text"][0], "text_trouble.html"),
}
"""And one in which something is broken."""
