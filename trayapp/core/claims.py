"""What others say of a platform: its own page, other networks, the public. Claims → values on the axes of the judge.

A claim is evidence that did not come from a probe of this computer. The latest of each (source, probe, function)
counts, as long as it is fresh.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from trayapp.core.judge import Official, Outside, Reports
from trayapp.core.model import DAY, MINUTE, Evidence, Failure, Function, Millis, Outcome, Source
from trayapp.core.story import Quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Key: TypeAlias = "tuple[Source, str, Function | None]"

FRESH: Mapping[Source, Millis] = {
    Source.OFFICIAL: 30 * MINUTE,
    Source.OUTSIDE: 10 * MINUTE,
    Source.REPORTS: 30 * MINUTE,
    Source.YOU: 30 * MINUTE,
}
COUNTRY, RESOLVER = "-country", "resolver"
"""How the ``probe`` of outside evidence ends that tells of the person's own country; and the one of its look-ups."""
LAST_WORD: Millis = DAY
"""What only the platform's own page carries fades so long after its last word, if no all-clear ever comes."""

_WORST_FIRST = (Official.MAJOR, Official.REPORTED, Official.MINOR, Official.MAINTENANCE, Official.NONE)
_TROUBLE = frozenset({Official.MAJOR, Official.REPORTED, Official.MINOR})
_OFFICIAL = {
    Failure.OFFICIAL_MAJOR: Official.MAJOR,
    Failure.OFFICIAL_MINOR: Official.MINOR,
    Failure.OFFICIAL_REPORTED: Official.REPORTED,
    Failure.OFFICIAL_MAINTENANCE: Official.MAINTENANCE,
}


@dataclass(frozen=True, slots=True)
class Claim:
    """The latest word of one source on one thing. ``since``: when it first said so without a break."""

    evidence: Evidence
    since: Millis


Claims: TypeAlias = "Mapping[Key, Claim]"
"""Of one platform."""


def told(claims: Claims, evidence: Evidence) -> Claims:
    """``claims`` with one more; what says nothing takes nothing back: it only grows old."""
    key = (evidence.source, evidence.probe, evidence.function)
    before = claims.get(key)
    if evidence.outcome is Outcome.UNKNOWN and before is not None:
        return claims
    same = before is not None and _says(before.evidence) == _says(evidence)
    return {**claims, key: replace(before, evidence=evidence) if before and same else Claim(evidence, evidence.t)}


def superseded(claims: Claims, said: Iterable[Evidence]) -> Claims:
    """``claims`` without what a page said before ``said``, its next good answer, and does not say any more."""
    good = (e for e in said if e.source is Source.OFFICIAL and e.outcome is not Outcome.UNKNOWN)
    answers = {e.probe: e.answer for e in good}
    return {
        (source, probe, function): c
        for (source, probe, function), c in claims.items()
        if source is not Source.OFFICIAL or c.evidence.answer == answers.get(probe, c.evidence.answer)
    }


def official(claims: Claims, now: Millis) -> Official:
    """The worst of what its own page says."""
    said = {_word(c, now) for c in _fresh(claims, Source.OFFICIAL, now)}
    return next((word for word in _WORST_FIRST if word in said), Official.UNKNOWN)


def outside(claims: Claims, now: Millis, began: Millis | None = None) -> Outside:
    """What other networks see; where they differ, it fails in some places.

    ``began``: when what is in doubt here began to fail; what was seen before that tells nothing of it.

    What is seen from the person's own country, and of this network's look-ups, is told apart (see ``watch/outside``):
    it says where the fault lies once it is known that elsewhere all is well.
    """
    fresh = [
        c.evidence
        for c in _fresh(claims, Source.OUTSIDE, now)
        if c.evidence.outcome is not Outcome.UNKNOWN and (began is None or c.evidence.t >= began)
    ]
    seen = {e.outcome for e in fresh if not _apart(e)}
    fails_apart = [e.probe for e in fresh if _apart(e) and e.outcome is Outcome.FAILED]
    if Outcome.FAILED in seen:
        return Outside.FAILED if seen == {Outcome.FAILED} else Outside.SOME
    if any(probe != RESOLVER for probe in fails_apart) and seen:
        return Outside.COUNTRY  # a country that blocks by its look-ups is seen as both
    if RESOLVER in fails_apart:
        return Outside.RESOLVER
    return Outside.OK if seen else Outside.UNKNOWN


def _apart(evidence: Evidence) -> bool:
    return evidence.probe == RESOLVER or evidence.probe.endswith(COUNTRY)


def reports(claims: Claims, now: Millis) -> Reports:
    """Whether the public reports more trouble than on other days."""
    seen = {c.evidence.outcome for c in _fresh(claims, Source.REPORTS, now)} - {Outcome.UNKNOWN}
    if not seen:
        return Reports.UNKNOWN
    return Reports.SURGE if Outcome.FAILED in seen else Reports.QUIET


def admitted(claims: Claims, now: Millis) -> tuple[Function, ...]:
    """The functions of which its own page reports a major outage."""
    majors = (c.evidence for c in _fresh(claims, Source.OFFICIAL, now) if _word(c, now) is Official.MAJOR)
    return tuple(dict.fromkeys(e.function for e in majors if e.function is not None))


def admitted_since(claims: Claims, now: Millis) -> Millis | None:
    """When its own page first said what it says now of a major outage."""
    found = _fresh(claims, Source.OFFICIAL, now)
    return min((c.since for c in found if _word(c, now) is Official.MAJOR), default=None)


def worst(claims: Claims, now: Millis) -> Claim | None:
    """What its own page says of its worst trouble; of equals what it said first."""
    fresh = [(w, c) for c in _fresh(claims, Source.OFFICIAL, now) if (w := _official(c.evidence)) in _TROUBLE]
    return min(fresh, key=lambda each: (_WORST_FIRST.index(each[0]), each[1].since), default=(None, None))[1]


def quote(claims: Claims, now: Millis) -> Quote | None:
    """The worst that its own page says now, in its words."""
    claim = worst(claims, now)
    return Quote(claim.evidence.note, claim.since) if claim is not None else None


def last_word(claims: Claims) -> Millis | None:
    """When its own page last said something new. That it still says the same is no word."""
    return max((c.since for (source, _, _), c in claims.items() if source is Source.OFFICIAL), default=None)


def _fresh(claims: Claims, source: Source, now: Millis) -> Iterable[Claim]:
    return [c for (s, _, _), c in claims.items() if s is source and now - c.evidence.t <= FRESH[source]]


def _word(claim: Claim, now: Millis) -> Official:
    """What a claim amounts to: a major outage of which nothing new was said for a day is a warning, and no more."""
    word = _official(claim.evidence)
    return Official.REPORTED if word is Official.MAJOR and now - claim.since > LAST_WORD else word


def _official(evidence: Evidence) -> Official:
    if evidence.outcome is Outcome.OK:
        return Official.NONE
    if evidence.failure is None:
        return Official.UNKNOWN
    # A failure that is no word of a page: it could not be read.
    return _OFFICIAL.get(evidence.failure, Official.UNKNOWN)


def _says(evidence: Evidence) -> tuple[Outcome, Failure | None]:
    return evidence.outcome, evidence.failure
