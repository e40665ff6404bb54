"""Who else was asked, what each of them learns by it, and what their numbers mean. Names of services are data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from trayapp.core.model import Outcome, Source
from trayapp.words.encode import clean
from trayapp.words.language import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from trayapp.core.model import Evidence
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

_SOME, _COUNTRY = "some", "country"
"""How the name of a witness from elsewhere ends that tells of some places, or of the person's own country."""
_ASKED = {"resolver": "doh"}
"""A witness that is not called after the kind of service that it is heard through."""

_PROBES = re.compile(r"(\d{1,4}) of (\d{1,4}) probes on (\d) continents")
_RESOLVERS = re.compile(r"(\d{1,4}) of (\d{1,4}) resolvers")
_ROUTERS = re.compile(r"(\d{1,5}) of (\d{1,5}) routers")
_WRITTEN = re.compile(r"(\d{1,10}) in (\d{1,4}) min")


def others(one: Evidence) -> bool:
    """Whether it is of those who look from elsewhere, or count: what their notes say is told here."""
    return one.source in {Source.OUTSIDE, Source.REPORTS}


def spoken(evidence: Iterable[Evidence]) -> Iterator[Evidence]:
    """``evidence``, oldest first, without what only repeats another answer, or is empty.

    So is the word on some places where it is the same as that on all of them, and no word on this network's look-ups.
    """
    main: dict[tuple[str, str, str], Outcome] = {}
    for one in evidence:
        kind, _, place = one.probe.partition("-")
        if one.source is Source.OUTSIDE and not place:
            main[one.platform, one.host, one.answer] = one.outcome
        echo = place == _SOME and main.get((one.platform, one.host, one.answer)) is one.outcome
        empty = kind in _ASKED and one.outcome is Outcome.UNKNOWN
        if one.source is not Source.OUTSIDE or not (echo or empty):
            yield one


def reads(voice: Voice, one: Evidence) -> bool:
    """Whether the note of ``one`` is told here in words of ours, so that it is no quote."""
    return others(one) and (one.probe.endswith(f"-{_COUNTRY}") or bool(numbers(voice, one.note)))


def told(voice: Voice, one: Evidence, credits_: Mapping[str, tuple[str, ...]]) -> str:
    """What others saw, in sentences: their numbers, where they looked, and who they are; "" of any other evidence.

    ``credits_``: kind of service → the names of all of that kind.
    """
    return " ".join(f"{sentence}." for sentence in _told(voice, one, credits_)) if others(one) else ""


def _told(voice: Voice, one: Evidence, credits_: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    kind, _, place = one.probe.partition("-")
    counted = numbers(voice, one.note)
    if counted:
        yield counted
    if place == _COUNTRY:
        yield voice.text(
            "Seen from other networks of your own country ({country})", country=clean(one.note, NAME_LIMIT)
        )
    elif place == _SOME and one.outcome is Outcome.FAILED:
        yield voice.text("It fails in some places and not in others")
    names = credits_.get(_ASKED.get(kind, kind), ())
    if names:
        yield credit(voice, *names)


def credit(voice: Voice, *names: str) -> str:
    """Through whom was asked: to be shown beside whatever they found."""
    listed = voice.times.all_names(voice.names([clean(name, NAME_LIMIT) for name in names]))
    return voice.text("Asked through {name}", name=listed)


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
