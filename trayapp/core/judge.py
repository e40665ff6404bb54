"""Signs → Verdict: first-match rules as data, each with its reason. The only place where a platform is accused.

``RULES`` is the whole of it: a rule names the values it wants of each axis (none named = any), and what then holds.
The last rule takes everything, so exactly one rule speaks.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trayapp.core.confirm import Direct, Witnesses
from trayapp.core.model import Line, Scope, State


class Official(StrEnum):
    """What the platform's own page says of it."""

    UNKNOWN = "unknown"  # not asked, not readable, or too old
    NONE = "none"
    MAINTENANCE = "maintenance"
    MINOR = "minor"
    REPORTED = "reported"  # trouble in a word that is on no list of ours
    MAJOR = "major"


class Outside(StrEnum):
    """What other networks see of it."""

    UNKNOWN = "unknown"
    OK = "ok"
    RESOLVER = "resolver"  # its name is found elsewhere, and not by this network's look-ups
    COUNTRY = "country"  # well elsewhere, but not from other networks of the person's own country
    SOME = "some"  # it fails in some places
    FAILED = "failed"


class Reports(StrEnum):
    """What the public says of it."""

    UNKNOWN = "unknown"
    QUIET = "quiet"
    SURGE = "surge"


class Freshness(StrEnum):
    """Whether this computer's own samples still speak for the moment."""

    FRESH = "fresh"
    STALE = "stale"


class Reason(StrEnum):
    """Why a verdict is what it is. Words has a sentence for each."""

    LINE_OFFLINE = "line_offline"
    LINE_PORTAL = "line_portal"
    LINE_RESOLVER = "line_resolver"
    LINE_UNKNOWN = "line_unknown"
    SERVER_ERRORS = "server_errors"
    SERVER_ERRORS_PARTLY = "server_errors_partly"
    NO_ANSWER_ANYWHERE = "no_answer_anywhere"
    NO_ANSWER_ANYWHERE_PARTLY = "no_answer_anywhere_partly"
    NO_ANSWER_AND_ADMITTED = "no_answer_and_admitted"
    NO_ANSWER_SOME_PLACES = "no_answer_some_places"
    NO_ANSWER_IN_COUNTRY = "no_answer_in_country"
    NO_ANSWER_RESOLVER = "no_answer_resolver"
    NO_ANSWER_ONLY_HERE = "no_answer_only_here"
    NO_ANSWER_ONLY_HERE_PARTLY = "no_answer_only_here_partly"
    NO_ANSWER_HERE = "no_answer_here"
    NO_ANSWER_HERE_PARTLY = "no_answer_here_partly"
    OFFICIAL_MAJOR = "official_major"
    OFFICIAL_MINOR = "official_minor"
    OFFICIAL_REPORTED = "official_reported"
    PEOPLE_REPORT = "people_report"
    ONE_FAILURE = "one_failure"
    LONE_WITNESS = "lone_witness"
    BODY_UNEXPECTED = "body_unexpected"
    SLOW = "slow"
    MAINTENANCE = "maintenance"
    WORKS = "works"
    ANSWERS = "answers"
    REFUSES = "refuses"
    NOTHING_FRESH = "nothing_fresh"


AMBER = frozenset({Reason.OFFICIAL_MINOR, Reason.OFFICIAL_REPORTED, Reason.PEOPLE_REPORT})
"""Shown as a warning and no more: worth neither an incident nor a notice."""


@dataclass(frozen=True, slots=True)
class Signs:
    """One value on each axis. ``witnesses`` is of ``direct``, and says something only where that is a failure."""

    line: Line = Line.OK
    direct: Direct = Direct.NONE
    witnesses: Witnesses = Witnesses.ALL
    official: Official = Official.UNKNOWN
    outside: Outside = Outside.UNKNOWN
    reports: Reports = Reports.UNKNOWN
    freshness: Freshness = Freshness.FRESH


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the signs amount to."""

    state: State
    scope: Scope
    reason: Reason

    @property
    def amber(self) -> bool:
        """Whether it is a warning only."""
        return self.reason in AMBER

    @property
    def accuses(self) -> bool:
        """Whether it is confirmed trouble: worth an incident."""
        return self.state in {State.DOWN, State.PARTIAL, State.UNREACHABLE} and not self.amber


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the judge. An empty set on an axis means that it does not matter."""

    verdict: Verdict
    line: frozenset[Line] = frozenset()
    direct: frozenset[Direct] = frozenset()
    witnesses: frozenset[Witnesses] = frozenset()
    official: frozenset[Official] = frozenset()
    outside: frozenset[Outside] = frozenset()
    reports: frozenset[Reports] = frozenset()
    freshness: frozenset[Freshness] = frozenset()

    def fits(self, signs: Signs) -> bool:
        """Whether this rule speaks for ``signs``."""
        return (
            (not self.line or signs.line in self.line)
            and (not self.direct or signs.direct in self.direct)
            and (not self.witnesses or signs.witnesses in self.witnesses)
            and (not self.official or signs.official in self.official)
            and (not self.outside or signs.outside in self.outside)
            and (not self.reports or signs.reports in self.reports)
            and (not self.freshness or signs.freshness in self.freshness)
        )


def _then(state: State, scope: Scope, reason: Reason) -> Verdict:
    return Verdict(state, scope, reason)


_NOW = frozenset({Freshness.FRESH})
_SERVER, _SILENT = frozenset({Direct.SERVER}), frozenset({Direct.TRANSPORT})
_BAD = _SERVER | _SILENT
_GOOD = frozenset({Direct.WORKS, Direct.ANSWERS, Direct.REFUSED})
_WHOLE, _PART = frozenset({Witnesses.ALL}), frozenset({Witnesses.SOME})
_ONLY, _ONE = frozenset({Witnesses.ONLY}), frozenset({Witnesses.ONE})
_MAJOR = frozenset({Official.MAJOR})
_ADMITS = frozenset({Official.MAJOR, Official.MINOR, Official.REPORTED})
_FAILS_OUTSIDE = frozenset({Outside.FAILED})
_SURGE = frozenset({Reports.SURGE})
_NO_LINE = frozenset({Line.UNKNOWN})

_LINE_UNKNOWN = _then(State.UNKNOWN, Scope.NOT_KNOWN, Reason.LINE_UNKNOWN)
_ERRORS = _then(State.DOWN, Scope.THEIRS, Reason.SERVER_ERRORS)
_ERRORS_PARTLY = _then(State.PARTIAL, Scope.THEIRS, Reason.SERVER_ERRORS_PARTLY)
_ANYWHERE = _then(State.DOWN, Scope.WIDESPREAD, Reason.NO_ANSWER_ANYWHERE)
_ANYWHERE_PARTLY = _then(State.PARTIAL, Scope.WIDESPREAD, Reason.NO_ANSWER_ANYWHERE_PARTLY)

RULES: tuple[Rule, ...] = (
    # Your own line first: while it is not well nobody is accused, and nobody is called up.
    Rule(_then(State.UNKNOWN, Scope.NOT_KNOWN, Reason.LINE_OFFLINE), line=frozenset({Line.OFFLINE})),
    Rule(_then(State.UNKNOWN, Scope.NOT_KNOWN, Reason.LINE_PORTAL), line=frozenset({Line.PORTAL})),
    Rule(_then(State.UNKNOWN, Scope.NOT_KNOWN, Reason.LINE_RESOLVER), line=frozenset({Line.RESOLVER})),
    Rule(_LINE_UNKNOWN, line=_NO_LINE, direct=_BAD),
    Rule(_LINE_UNKNOWN, line=_NO_LINE, official=_ADMITS),
    Rule(_LINE_UNKNOWN, line=_NO_LINE, reports=_SURGE),
    # Their servers say so themselves. A lone witness needs somebody else who agrees.
    Rule(_ERRORS, direct=_SERVER, witnesses=_WHOLE, freshness=_NOW),
    Rule(_ERRORS, direct=_SERVER, witnesses=_ONLY, outside=_FAILS_OUTSIDE, freshness=_NOW),
    Rule(_ERRORS, direct=_SERVER, witnesses=_ONLY, official=_ADMITS, freshness=_NOW),
    Rule(_ERRORS_PARTLY, direct=_SERVER, witnesses=_PART, freshness=_NOW),
    Rule(_ERRORS_PARTLY, direct=_SERVER, witnesses=_ONE, outside=_FAILS_OUTSIDE, freshness=_NOW),
    Rule(_ERRORS_PARTLY, direct=_SERVER, witnesses=_ONE, official=_ADMITS, freshness=_NOW),
    # No answer here, nor elsewhere.
    Rule(_ANYWHERE, direct=_SILENT, witnesses=_WHOLE | _ONLY, outside=_FAILS_OUTSIDE, freshness=_NOW),
    Rule(_ANYWHERE_PARTLY, direct=_SILENT, witnesses=_PART | _ONE, outside=_FAILS_OUTSIDE, freshness=_NOW),
    # What they admit is theirs, also where this computer sees less, or nothing.
    Rule(
        _then(State.DOWN, Scope.THEIRS, Reason.NO_ANSWER_AND_ADMITTED),
        direct=_SILENT,
        witnesses=_WHOLE,
        official=_MAJOR,
        freshness=_NOW,
    ),
    Rule(_then(State.PARTIAL, Scope.THEIRS, Reason.OFFICIAL_MAJOR), official=_MAJOR),
    # No answer here: whose fault it is only others can tell.
    Rule(
        _then(State.UNREACHABLE, Scope.YOUR_NETWORK, Reason.NO_ANSWER_ONLY_HERE),
        direct=_SILENT,
        witnesses=_WHOLE,
        outside=frozenset({Outside.OK}),
        freshness=_NOW,
    ),
    Rule(
        _then(State.UNREACHABLE, Scope.YOUR_NETWORK, Reason.NO_ANSWER_RESOLVER),
        direct=_SILENT,
        witnesses=_WHOLE,
        outside=frozenset({Outside.RESOLVER}),
        freshness=_NOW,
    ),
    Rule(
        _then(State.UNREACHABLE, Scope.YOUR_COUNTRY, Reason.NO_ANSWER_IN_COUNTRY),
        direct=_SILENT,
        witnesses=_WHOLE,
        outside=frozenset({Outside.COUNTRY}),
        freshness=_NOW,
    ),
    Rule(
        _then(State.UNREACHABLE, Scope.NOT_KNOWN, Reason.NO_ANSWER_SOME_PLACES),
        direct=_SILENT,
        witnesses=_WHOLE,
        outside=frozenset({Outside.SOME}),
        freshness=_NOW,
    ),
    Rule(
        _then(State.UNREACHABLE, Scope.NOT_KNOWN, Reason.NO_ANSWER_HERE),
        direct=_SILENT,
        witnesses=_WHOLE,
        freshness=_NOW,
    ),
    Rule(
        _then(State.PARTIAL, Scope.YOUR_NETWORK, Reason.NO_ANSWER_ONLY_HERE_PARTLY),
        direct=_SILENT,
        witnesses=_PART,
        outside=frozenset({Outside.OK}),
        freshness=_NOW,
    ),
    Rule(
        _then(State.PARTIAL, Scope.NOT_KNOWN, Reason.NO_ANSWER_HERE_PARTLY),
        direct=_SILENT,
        witnesses=_PART,
        freshness=_NOW,
    ),
    # Warnings: said by those who may know, and not enough for an accusation.
    Rule(
        _then(State.PARTIAL, Scope.THEIRS, Reason.OFFICIAL_MINOR),
        official=frozenset({Official.MINOR}),
    ),
    Rule(
        _then(State.PARTIAL, Scope.THEIRS, Reason.OFFICIAL_REPORTED),
        official=frozenset({Official.REPORTED}),
    ),
    Rule(_then(State.PARTIAL, Scope.NOT_KNOWN, Reason.PEOPLE_REPORT), reports=_SURGE),
    # One failure is a question, and one witness with whom nobody agrees is one still.
    Rule(_then(State.UNKNOWN, Scope.NOT_KNOWN, Reason.ONE_FAILURE), direct=frozenset({Direct.SUSPECT}), freshness=_NOW),
    Rule(_then(State.UNKNOWN, Scope.NOT_KNOWN, Reason.LONE_WITNESS), direct=_BAD, freshness=_NOW),
    Rule(
        _then(State.UNKNOWN, Scope.NOT_KNOWN, Reason.BODY_UNEXPECTED),
        direct=frozenset({Direct.UNEXPECTED}),
        freshness=_NOW,
    ),
    Rule(_then(State.SLOW, Scope.NOT_KNOWN, Reason.SLOW), direct=frozenset({Direct.SLOW}), freshness=_NOW),
    Rule(
        _then(State.UP, Scope.NOT_KNOWN, Reason.MAINTENANCE),
        direct=_GOOD,
        official=frozenset({Official.MAINTENANCE}),
        freshness=_NOW,
    ),
    Rule(_then(State.UP, Scope.NOT_KNOWN, Reason.WORKS), direct=frozenset({Direct.WORKS}), freshness=_NOW),
    Rule(_then(State.UP, Scope.NOT_KNOWN, Reason.ANSWERS), direct=frozenset({Direct.ANSWERS}), freshness=_NOW),
    Rule(_then(State.UP, Scope.NOT_KNOWN, Reason.REFUSES), direct=frozenset({Direct.REFUSED}), freshness=_NOW),
    Rule(_then(State.UNKNOWN, Scope.NOT_KNOWN, Reason.NOTHING_FRESH)),
)


def judge(signs: Signs) -> Verdict:
    """The first rule that fits."""
    return next(rule.verdict for rule in RULES if rule.fits(signs))
