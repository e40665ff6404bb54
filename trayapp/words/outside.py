"""Who else was asked, what each of them learns by it, and what their numbers mean. Names of services are data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from trayapp.words.encode import clean
from trayapp.words.language import mark

if TYPE_CHECKING:
    from trayapp.words.voice import Voice

NAME_LIMIT = 40

REPORTS: Final = "reports"
"""The one code of `tells` for all sources of public reports."""

TELLS: Final = {
    "globalping": mark(
        "Learns which host fails here, your country and your network address; asks that host from elsewhere."
    ),
    "doh": mark("Learns the name of the host that fails here, and your network address."),
    "ripestat": mark("Learns whose network is in doubt, and your network address."),
    REPORTS: mark(
        "Learns your network address, but never what you watch: the same list of words is always asked for as a whole."
    ),
}
"""Kind of service → what it learns by being asked."""

_PROBES = re.compile(r"(\d{1,4}) of (\d{1,4}) probes on (\d) continents")
_RESOLVERS = re.compile(r"(\d{1,4}) of (\d{1,4}) resolvers")
_ROUTERS = re.compile(r"(\d{1,5}) of (\d{1,5}) routers")
_WRITTEN = re.compile(r"(\d{1,10}) in (\d{1,4}) min")


def credit(voice: Voice, name: str) -> str:
    """Through whom was asked: to be shown beside whatever they found."""
    return voice.text("Asked through {name}", name=clean(name, NAME_LIMIT))


def tells(voice: Voice, kind: str) -> str:
    """What a service of that kind learns; "" of a kind that this version does not know."""
    return voice.text(TELLS[kind]) if kind in TELLS else ""


def numbers(voice: Voice, note: str) -> str:
    """What the note of a piece of evidence from outside says; "" where it is none of those that are made here."""
    if found := _PROBES.fullmatch(note):
        failed, of, continents = found.groups()
        message = mark("Probes in other networks that fail too: {failed} of {all} (continents: {continents})")
        return voice.text(message, failed=failed, all=of, continents=continents)
    if found := _RESOLVERS.fullmatch(note):
        return voice.text("Public resolvers that fail too: {failed} of {all}", failed=found[1], all=found[2])
    if found := _ROUTERS.fullmatch(note):
        message = mark("Routers in the world that no longer see its network: {failed} of {all}")
        return voice.text(message, failed=found[1], all=found[2])
    if found := _WRITTEN.fullmatch(note):
        return voice.text("People who wrote of trouble: {count} (minutes: {minutes})", count=found[1], minutes=found[2])
    return ""
