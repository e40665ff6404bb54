"""Signs → Verdict: first-match rules as data, each with its reason. The only place where a platform is accused.

``RULES`` is the whole of it: a rule names the values it wants of each axis (none named = any), and what then holds.
The last rule takes everything, so exactly one rule speaks.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum

from trayapp.core.confirm import Direct
from trayapp.core.model import Line, Scope, State


class Official(StrEnum):
    """What the platform's own page says of it."""

    UNKNOWN = "unknown"  # not asked, not readable, or too old
    NONE = "none"
    MAJOR = "major"


class Outside(StrEnum):
    """What other networks see of it."""

    UNKNOWN = "unknown"
    OK = "ok"
    FAILED = "failed"


class Reason(StrEnum):
    """Why a verdict is what it is. Words has a sentence for each."""

    LINE_OFFLINE = "line_offline"
    LINE_PORTAL = "line_portal"
    LINE_RESOLVER = "line_resolver"
    LINE_UNKNOWN = "line_unknown"
    SERVER_ERRORS = "server_errors"
    SERVER_ERRORS_PARTLY = "server_errors_partly"
    NO_ANSWER_ANYWHERE = "no_answer_anywhere"
    NO_ANSWER_ONLY_HERE = "no_answer_only_here"
    NO_ANSWER_HERE = "no_answer_here"
    NO_ANSWER_HERE_PARTLY = "no_answer_here_partly"
    OFFICIAL_MAJOR = "official_major"
    ONE_FAILURE = "one_failure"
    SLOW = "slow"
    WORKS = "works"
    ANSWERS = "answers"
    NOTHING_FRESH = "nothing_fresh"


@dataclass(frozen=True, slots=True)
class Signs:
    """One value on each axis."""

    line: Line = Line.OK
    direct: Direct = Direct.NONE
    official: Official = Official.UNKNOWN
    outside: Outside = Outside.UNKNOWN


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the signs amount to."""

    state: State
    scope: Scope
    reason: Reason


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the judge. An empty set on an axis means that it does not matter."""

    verdict: Verdict
    line: frozenset[Line] = frozenset()
    direct: frozenset[Direct] = frozenset()
    official: frozenset[Official] = frozenset()
    outside: frozenset[Outside] = frozenset()

    def fits(self, signs: Signs) -> bool:
        """Whether this rule speaks for ``signs``."""
        wanted = ((getattr(self, f.name), getattr(signs, f.name)) for f in fields(signs))
        return all(not allowed or value in allowed for allowed, value in wanted)


def _then(state: State, scope: Scope, reason: Reason) -> Verdict:
    return Verdict(state, scope, reason)


_D, _O = Direct, Outside
_TROUBLE = frozenset({_D.SERVER, _D.SERVER_PARTLY, _D.TRANSPORT, _D.TRANSPORT_PARTLY})
_MUTE = frozenset({_D.TRANSPORT})
_MAJOR = frozenset({Official.MAJOR})
_LINE_UNKNOWN = _then(State.UNKNOWN, Scope.NOT_KNOWN, Reason.LINE_UNKNOWN)

RULES: tuple[Rule, ...] = (
    # Your own line first: while it is not well nobody is accused, and nobody is called up.
    Rule(_then(State.UNKNOWN, Scope.NOT_KNOWN, Reason.LINE_OFFLINE), line=frozenset({Line.OFFLINE})),
    Rule(_then(State.UNKNOWN, Scope.NOT_KNOWN, Reason.LINE_PORTAL), line=frozenset({Line.PORTAL})),
    Rule(_then(State.UNKNOWN, Scope.NOT_KNOWN, Reason.LINE_RESOLVER), line=frozenset({Line.RESOLVER})),
    Rule(_LINE_UNKNOWN, line=frozenset({Line.UNKNOWN}), direct=_TROUBLE),
    Rule(_LINE_UNKNOWN, line=frozenset({Line.UNKNOWN}), official=_MAJOR),
    # Their servers say so themselves.
    Rule(_then(State.DOWN, Scope.THEIRS, Reason.SERVER_ERRORS), direct=frozenset({_D.SERVER})),
    Rule(_then(State.PARTIAL, Scope.THEIRS, Reason.SERVER_ERRORS_PARTLY), direct=frozenset({_D.SERVER_PARTLY})),
    # No answer here, nor elsewhere.
    Rule(_then(State.DOWN, Scope.WIDESPREAD, Reason.NO_ANSWER_ANYWHERE), direct=_MUTE, outside=frozenset({_O.FAILED})),
    # What they admit is theirs, also where this computer sees less, or nothing.
    Rule(_then(State.PARTIAL, Scope.THEIRS, Reason.OFFICIAL_MAJOR), official=_MAJOR),
    # No answer here: whose fault it is only others can tell.
    Rule(
        _then(State.UNREACHABLE, Scope.YOUR_NETWORK, Reason.NO_ANSWER_ONLY_HERE),
        direct=_MUTE,
        outside=frozenset({_O.OK}),
    ),
    Rule(_then(State.UNREACHABLE, Scope.NOT_KNOWN, Reason.NO_ANSWER_HERE), direct=_MUTE),
    Rule(_then(State.PARTIAL, Scope.NOT_KNOWN, Reason.NO_ANSWER_HERE_PARTLY), direct=frozenset({_D.TRANSPORT_PARTLY})),
    # One failure is a question.
    Rule(_then(State.UNKNOWN, Scope.NOT_KNOWN, Reason.ONE_FAILURE), direct=frozenset({_D.SUSPECT})),
    Rule(_then(State.SLOW, Scope.NOT_KNOWN, Reason.SLOW), direct=frozenset({_D.SLOW})),
    Rule(_then(State.UP, Scope.NOT_KNOWN, Reason.WORKS), direct=frozenset({_D.WORKS})),
    Rule(_then(State.UP, Scope.NOT_KNOWN, Reason.ANSWERS), direct=frozenset({_D.ANSWERS})),
    Rule(_then(State.UNKNOWN, Scope.NOT_KNOWN, Reason.NOTHING_FRESH)),
)


def judge(signs: Signs) -> Verdict:
    """The first rule that fits."""
    return next(rule.verdict for rule in RULES if rule.fits(signs))
