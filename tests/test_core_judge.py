"""The judge, walked whole: every combination of signs there can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise, product

import pytest

from trayapp.core.confirm import BAD, Direct, Witnesses
from trayapp.core.judge import AMBER, RULES, Freshness, Official, Outside, Reason, Reports, Signs, Verdict, judge
from trayapp.core.model import Line, Scope, State

pytestmark = pytest.mark.xdist_group("judge")  # one process walks it all, once

TROUBLE = {State.DOWN, State.PARTIAL, State.UNREACHABLE}
GREEN = {Direct.WORKS, Direct.ANSWERS, Direct.REFUSED}
NO_HARM = set(Direct) - BAD
ADMITS = {Official.MAJOR, Official.MINOR, Official.REPORTED}
LONE = {Witnesses.ONE, Witnesses.ONLY}
LOST = (Line.OFFLINE, Line.PORTAL, Line.RESOLVER)
HERE, THEIRS, WIDE, NOBODY = Scope.YOUR_NETWORK, Scope.THEIRS, Scope.WIDESPREAD, Scope.NOT_KNOWN


@cache
def walk() -> dict[Signs, Verdict]:
    """Every combination, and the judge's verdict."""
    signs = (Signs(*axes) for axes in product(Line, Direct, Witnesses, Official, Outside, Reports, Freshness))
    return {s: judge(s) for s in signs}


@cache
def speakers() -> dict[Signs, int]:
    """Which rule speaks for each: the first that fits, found without the judge."""
    return {signs: next(i for i, rule in enumerate(RULES) if rule.fits(signs)) for signs in walk()}


def confirmed(signs: Signs) -> bool:
    """Whether this computer's own samples accuse by the table "Confirmed", others who agree included."""
    if signs.direct not in BAD or signs.freshness is Freshness.STALE:
        return False
    agreed = signs.outside is Outside.FAILED or (signs.direct is Direct.SERVER and signs.official in ADMITS)
    return signs.witnesses not in LONE or agreed


def test_exactly_one_rule_speaks_for_everything_there_can_be() -> None:
    axes = (Line, Direct, Witnesses, Official, Outside, Reports, Freshness)
    count = 1
    for axis in axes:
        count *= len(axis)
    assert len(walk()) == count == 38_880
    for signs, verdict in walk().items():
        assert verdict == RULES[speakers()[signs]].verdict, signs
    assert all(RULES[-1].fits(signs) for signs in walk())


def test_no_rule_is_dead() -> None:
    assert sorted(Counter(speakers().values())) == list(range(len(RULES)))


def test_rules_stay_few_and_every_reason_is_given() -> None:
    assert len(RULES) <= 40
    assert {rule.verdict.reason for rule in RULES} == set(Reason)


def test_a_reason_always_means_the_same() -> None:
    verdicts = {rule.verdict for rule in RULES}
    assert len(verdicts) == len({v.reason for v in verdicts})


# the line first


def test_while_the_line_is_lost_nothing_is_known_of_anybody() -> None:
    found = {(v.state, v.scope) for s, v in walk().items() if s.line in LOST}
    assert found == {(State.UNKNOWN, NOBODY)}


def test_nobody_is_accused_while_the_line_is_not_well_not_even_by_their_own_page() -> None:
    for signs, verdict in walk().items():
        if signs.line is not Line.OK:
            assert not verdict.accuses, signs
            assert verdict.state not in TROUBLE, signs


# who may accuse, and who may not


def test_somebody_is_accused_if_and_only_if_there_is_a_confirmed_sign() -> None:
    for signs, verdict in walk().items():
        sign = confirmed(signs) or signs.official is Official.MAJOR
        assert verdict.accuses is (sign and signs.line is Line.OK), signs


def test_a_lone_witness_accuses_only_with_somebody_who_agrees() -> None:
    for signs, verdict in walk().items():
        if signs.line is not Line.OK or signs.direct not in BAD or signs.witnesses not in LONE:
            continue
        alone = signs.outside is not Outside.FAILED and signs.official not in ADMITS
        if alone:
            assert not verdict.accuses, signs
        elif signs.freshness is Freshness.FRESH and (signs.outside is Outside.FAILED or signs.direct is Direct.SERVER):
            assert verdict.accuses, signs


def test_a_warning_never_accuses_and_says_whose_word_it_is() -> None:
    assert {Reason.OFFICIAL_MINOR, Reason.OFFICIAL_REPORTED, Reason.PEOPLE_REPORT} == AMBER
    for signs, verdict in walk().items():
        assert verdict.amber is (verdict.reason in AMBER)
        if verdict.amber:
            assert not verdict.accuses, signs
            assert not confirmed(signs), signs
        if verdict.reason is Reason.PEOPLE_REPORT:
            assert signs.reports is Reports.SURGE, signs


def test_the_public_changes_a_well_or_doubtful_platform_into_a_warning_and_nothing_else() -> None:
    for signs, verdict in walk().items():
        if signs.reports is not Reports.SURGE:
            continue
        without = walk()[replace(signs, reports=Reports.UNKNOWN)]
        assert walk()[replace(signs, reports=Reports.QUIET)] == without, signs
        if signs.line is Line.UNKNOWN:
            assert verdict.state is State.UNKNOWN
        else:
            assert verdict == without or verdict.reason is Reason.PEOPLE_REPORT, signs
        assert verdict.accuses is without.accuses, signs


def test_what_is_refused_is_neither_red_nor_amber_by_itself() -> None:
    for signs, verdict in walk().items():
        silent = signs.official not in ADMITS and signs.reports is not Reports.SURGE
        if signs.direct is Direct.REFUSED and silent and signs.line in {Line.OK, Line.UNKNOWN}:
            fresh = signs.freshness is Freshness.FRESH
            assert verdict.state is (State.UP if fresh else State.UNKNOWN), signs
            assert not verdict.amber, signs


@pytest.mark.parametrize("direct", [Direct.UNEXPECTED, Direct.SLOW, Direct.SUSPECT, Direct.NONE])
def test_what_never_confirms_alone_is_no_accusation_whoever_is_asked_outside(direct: Direct) -> None:
    for outside, reports, freshness in product(Outside, Reports, Freshness):
        verdict = judge(Signs(direct=direct, outside=outside, reports=reports, freshness=freshness))
        assert not verdict.accuses
        assert verdict.state is not State.UP


def test_an_outside_view_alone_says_nothing() -> None:
    for signs, verdict in walk().items():
        if signs.direct in NO_HARM or signs.freshness is Freshness.STALE:
            assert verdict == walk()[replace(signs, outside=Outside.UNKNOWN)], signs


# never green on doubt


def test_up_only_when_this_computer_has_lately_seen_something_good() -> None:
    for signs, verdict in walk().items():
        if verdict.state is State.UP:
            assert signs.freshness is Freshness.FRESH, signs
            assert signs.direct in GREEN, signs
            assert signs.official not in ADMITS, signs
            assert signs.line in {Line.OK, Line.UNKNOWN}, signs
        if verdict.state is State.SLOW:
            assert (signs.freshness, signs.direct) == (Freshness.FRESH, Direct.SLOW), signs


# whose fault


def test_red_is_confirmed_here_and_known_to_be_theirs() -> None:
    for signs, verdict in walk().items():
        if verdict.state is State.DOWN:
            assert confirmed(signs), signs
            assert signs.witnesses in {Witnesses.ALL, Witnesses.ONLY}, signs  # a host that is well makes it partial
            elsewhere = signs.outside is Outside.FAILED or signs.official is Official.MAJOR
            assert signs.direct is Direct.SERVER or elsewhere, signs
            assert verdict.scope in {THEIRS, WIDE}, signs


def test_theirs_only_if_they_say_so() -> None:
    for signs, verdict in walk().items():
        if verdict.scope is THEIRS:
            assert signs.direct is Direct.SERVER or signs.official in ADMITS, signs


def test_whose_network_only_others_can_tell() -> None:
    for signs, verdict in walk().items():
        if verdict.scope is WIDE:
            assert (signs.direct, signs.outside) == (Direct.TRANSPORT, Outside.FAILED), signs
        if verdict.scope is HERE:
            assert signs.direct is Direct.TRANSPORT, signs
            assert signs.outside in {Outside.OK, Outside.RESOLVER}, signs
        if verdict.scope is Scope.YOUR_COUNTRY:
            assert (signs.direct, signs.outside) == (Direct.TRANSPORT, Outside.COUNTRY), signs


def test_what_they_admit_is_theirs_whatever_this_computer_sees() -> None:
    # Scope `theirs`: "their server answered with an error, or they say so".
    for signs, verdict in walk().items():
        if signs.line is Line.OK and signs.official is Official.MAJOR:
            assert verdict.accuses, signs
            assert verdict.scope in {THEIRS, WIDE}, signs
            if signs.direct in NO_HARM or signs.freshness is Freshness.STALE:
                assert verdict.state is State.PARTIAL, signs


# no good news from worse evidence

WORSE: dict[str, list[tuple[object, object]]] = {
    # ok < slow < failed. What is not known (nothing, one failure, another body) lies between ok and failed, and slow
    # below one failure; the two ways to fail are not compared, nor are three ways to answer.
    "direct": [
        *product(GREEN, (Direct.SLOW, Direct.NONE, Direct.UNEXPECTED, Direct.SUSPECT, *BAD)),
        *product((Direct.SLOW, Direct.NONE, Direct.UNEXPECTED, Direct.SUSPECT), BAD),
        (Direct.SLOW, Direct.SUSPECT),
    ],
    # One of many < all there are; a lone one < a confirmed one.
    "witnesses": [
        (Witnesses.ONE, Witnesses.ONLY),
        (Witnesses.SOME, Witnesses.ALL),
        (Witnesses.ONE, Witnesses.SOME),
        (Witnesses.ONLY, Witnesses.ALL),
    ],
    "official": [
        *pairwise((Official.NONE, Official.MINOR, Official.MAJOR)),
        *pairwise((Official.UNKNOWN, Official.MINOR)),
        *pairwise((Official.NONE, Official.MAINTENANCE, Official.MINOR)),
        *pairwise((Official.NONE, Official.REPORTED, Official.MAJOR)),
    ],
    "outside": [
        *pairwise((Outside.OK, Outside.SOME, Outside.FAILED)),
        *pairwise((Outside.OK, Outside.COUNTRY, Outside.SOME)),
        (Outside.RESOLVER, Outside.FAILED),
        (Outside.UNKNOWN, Outside.FAILED),
    ],
    "reports": [*pairwise((Reports.QUIET, Reports.SURGE)), *pairwise((Reports.UNKNOWN, Reports.SURGE))],
    "line": [*product([Line.OK], [Line.UNKNOWN])],
}


def worsened(axis: str) -> Iterator[tuple[Signs, Verdict, Verdict]]:
    worse = [(a, b) for a, b in WORSE[axis]]
    for signs, verdict in walk().items():
        for better, bad in worse:
            if getattr(signs, axis) is better:
                yield signs, verdict, walk()[replace(signs, **{axis: bad})]  # type: ignore[arg-type]


@pytest.mark.parametrize("axis", WORSE)
def test_what_is_not_up_never_becomes_up_when_something_gets_worse(axis: str) -> None:
    for signs, before, after in worsened(axis):
        assert before.state is State.UP or after.state is not State.UP, (axis, signs)


@pytest.mark.parametrize("axis", sorted(WORSE.keys() - {"line"}))
def test_no_accusation_is_taken_back_when_something_gets_worse(axis: str) -> None:
    # Except by the line: a worse line accuses nobody, that is what the line is asked for.
    for signs, before, after in worsened(axis):
        assert after.accuses or not before.accuses, (axis, signs)


def test_an_accusation_weighs_no_less_when_more_of_this_computer_s_witnesses_agree() -> None:
    weight = {State.UNKNOWN: 0, State.UNREACHABLE: 2, State.PARTIAL: 1, State.DOWN: 3}
    for signs, before, after in worsened("witnesses"):
        if signs.direct in BAD and signs.official not in ADMITS and before.accuses:
            assert weight[after.state] >= weight[before.state], signs


# the table "Confirmed", its column "without an outside view", and what an outside view makes of it


@pytest.mark.parametrize(
    ("signs", "state", "scope"),
    [
        (Signs(direct=Direct.SERVER), State.DOWN, THEIRS),
        (Signs(direct=Direct.SERVER, witnesses=Witnesses.SOME), State.PARTIAL, THEIRS),
        (Signs(direct=Direct.SERVER, witnesses=Witnesses.ONLY), State.UNKNOWN, NOBODY),
        (Signs(direct=Direct.SERVER, witnesses=Witnesses.ONLY, outside=Outside.FAILED), State.DOWN, THEIRS),
        (Signs(direct=Direct.SERVER, witnesses=Witnesses.ONLY, official=Official.MAJOR), State.DOWN, THEIRS),
        (Signs(direct=Direct.SERVER, witnesses=Witnesses.ONE, outside=Outside.FAILED), State.PARTIAL, THEIRS),
        (Signs(direct=Direct.TRANSPORT), State.UNREACHABLE, NOBODY),
        (Signs(direct=Direct.TRANSPORT, outside=Outside.FAILED), State.DOWN, WIDE),
        (Signs(direct=Direct.TRANSPORT, outside=Outside.SOME), State.UNREACHABLE, NOBODY),
        (Signs(direct=Direct.TRANSPORT, outside=Outside.OK), State.UNREACHABLE, HERE),
        (Signs(direct=Direct.TRANSPORT, outside=Outside.RESOLVER), State.UNREACHABLE, HERE),
        (Signs(direct=Direct.TRANSPORT, outside=Outside.COUNTRY), State.UNREACHABLE, Scope.YOUR_COUNTRY),
        (Signs(direct=Direct.TRANSPORT, witnesses=Witnesses.ONLY), State.UNKNOWN, NOBODY),
        (Signs(direct=Direct.TRANSPORT, freshness=Freshness.STALE), State.UNKNOWN, NOBODY),
        (Signs(official=Official.MAJOR), State.PARTIAL, THEIRS),
        (Signs(direct=Direct.WORKS, official=Official.MAJOR), State.PARTIAL, THEIRS),
        (Signs(direct=Direct.WORKS, official=Official.MINOR), State.PARTIAL, THEIRS),
        (Signs(direct=Direct.WORKS, official=Official.REPORTED), State.PARTIAL, THEIRS),
        (Signs(direct=Direct.WORKS, reports=Reports.SURGE), State.PARTIAL, NOBODY),
        (Signs(direct=Direct.SUSPECT), State.UNKNOWN, NOBODY),
        (Signs(direct=Direct.UNEXPECTED), State.UNKNOWN, NOBODY),
        (Signs(direct=Direct.SLOW), State.SLOW, NOBODY),
        (Signs(direct=Direct.WORKS), State.UP, NOBODY),
        (Signs(direct=Direct.WORKS, official=Official.MAINTENANCE), State.UP, NOBODY),
        (Signs(direct=Direct.ANSWERS), State.UP, NOBODY),
        (Signs(direct=Direct.REFUSED), State.UP, NOBODY),
        (Signs(direct=Direct.NONE), State.UNKNOWN, NOBODY),
        (Signs(direct=Direct.WORKS, freshness=Freshness.STALE), State.UNKNOWN, NOBODY),
    ],
)
def test_the_table(signs: Signs, state: State, scope: Scope) -> None:
    verdict = judge(signs)
    assert (verdict.state, verdict.scope) == (state, scope)
