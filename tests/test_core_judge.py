"""The judge, walked whole: every combination of signs there can be."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest

from trayapp.core.confirm import BAD, Direct
from trayapp.core.judge import RULES, Official, Outside, Reason, Signs, Verdict, judge
from trayapp.core.model import Line, Scope, State

ALL = tuple(Signs(*axes) for axes in product(Line, Direct, Official, Outside))
ACCUSING = {State.DOWN, State.PARTIAL, State.UNREACHABLE}
GREEN = {Direct.WORKS, Direct.ANSWERS}
NO_HARM = {Direct.NONE, Direct.WORKS, Direct.ANSWERS, Direct.SLOW, Direct.SUSPECT}


def test_exactly_one_verdict_for_everything() -> None:
    assert len(ALL) == len(Line) * len(Direct) * len(Official) * len(Outside)
    for signs in ALL:
        assert isinstance(judge(signs), Verdict)
    everything = RULES[-1]
    assert all(everything.fits(signs) for signs in ALL)


def test_no_rule_is_dead() -> None:
    first = Counter(next(i for i, rule in enumerate(RULES) if rule.fits(signs)) for signs in ALL)
    assert sorted(first) == list(range(len(RULES)))


def test_rules_stay_few_and_every_reason_is_given() -> None:
    assert len(RULES) <= 40
    assert {rule.verdict.reason for rule in RULES} == set(Reason)


def test_a_reason_always_means_the_same() -> None:
    verdicts = {rule.verdict for rule in RULES}
    assert len(verdicts) == len({v.reason for v in verdicts})


@pytest.mark.parametrize("line", [Line.OFFLINE, Line.PORTAL, Line.RESOLVER])
def test_while_the_line_is_lost_nothing_is_known_of_anybody(line: Line) -> None:
    found = {(v.state, v.scope) for signs in ALL if signs.line is line for v in [judge(signs)]}
    assert found == {(State.UNKNOWN, Scope.NOT_KNOWN)}


def test_nobody_is_accused_while_the_line_is_not_well_not_even_by_their_own_page() -> None:
    for signs in ALL:
        if signs.line is not Line.OK:
            assert judge(signs).state not in ACCUSING, signs


def test_nobody_is_accused_without_a_confirmed_sign() -> None:
    for signs in ALL:
        if judge(signs).state in ACCUSING:
            assert signs.direct in BAD or signs.official is Official.MAJOR, signs


def test_never_green_on_doubt() -> None:
    for signs in ALL:
        if judge(signs).state is State.UP:
            assert signs.direct in GREEN, signs
            assert signs.official is not Official.MAJOR, signs
            assert signs.line in {Line.OK, Line.UNKNOWN}, signs


def test_red_is_their_own_word_or_silence_seen_from_elsewhere_too() -> None:
    for signs in ALL:
        if judge(signs).state is State.DOWN:
            elsewhere = signs.direct is Direct.TRANSPORT and signs.outside is Outside.FAILED
            assert signs.direct is Direct.SERVER or elsewhere, signs


def test_theirs_only_if_they_say_so() -> None:
    for signs in ALL:
        if judge(signs).scope is Scope.THEIRS:
            admits = signs.direct in {Direct.SERVER, Direct.SERVER_PARTLY} or signs.official is Official.MAJOR
            assert admits, signs


def test_whose_network_only_others_can_tell() -> None:
    for signs in ALL:
        scope = judge(signs).scope
        if scope is Scope.YOUR_NETWORK:
            assert (signs.direct, signs.outside) == (Direct.TRANSPORT, Outside.OK)
        if scope is Scope.WIDESPREAD:
            assert (signs.direct, signs.outside) == (Direct.TRANSPORT, Outside.FAILED)
        assert scope is not Scope.YOUR_COUNTRY  # nobody can tell that yet


def test_an_outside_view_alone_says_nothing() -> None:
    for line, direct, official in product(Line, NO_HARM, Official):
        assert len({judge(Signs(line, direct, official, outside)) for outside in Outside}) == 1


@pytest.mark.parametrize("line", Line)
@pytest.mark.parametrize("outside", Outside)
def test_no_good_news_from_worse_evidence(line: Line, outside: Outside) -> None:
    worse = [
        *((a, b) for a in GREEN for b in (Direct.NONE, Direct.SUSPECT, Direct.SLOW, *BAD)),
        *((Direct.SLOW, b) for b in (Direct.SUSPECT, *BAD)),
        *((Direct.SUSPECT, b) for b in BAD),
        (Direct.SERVER_PARTLY, Direct.SERVER),
        (Direct.TRANSPORT_PARTLY, Direct.TRANSPORT),
    ]
    for official, (better, bad) in product(Official, worse):
        before, after = judge(Signs(line, better, official, outside)), judge(Signs(line, bad, official, outside))
        assert after.state is not State.UP
        assert not (before.state in ACCUSING and after.state not in ACCUSING)
    for direct in Direct:
        before, after = (judge(Signs(line, direct, o, outside)) for o in (Official.UNKNOWN, Official.MAJOR))
        assert after.state is not State.UP or line is not Line.OK
        assert not (before.state in ACCUSING and after.state not in ACCUSING)
    for direct, official in product(Direct, Official):
        before, after = (judge(Signs(line, direct, official, o)) for o in (Outside.UNKNOWN, Outside.FAILED))
        assert not (before.state in ACCUSING and after.state not in ACCUSING)


@pytest.mark.parametrize(
    ("direct", "outside", "state", "scope"),
    [
        # The column "without an outside view" of the table "Confirmed".
        (Direct.SERVER, Outside.UNKNOWN, State.DOWN, Scope.THEIRS),
        (Direct.SERVER_PARTLY, Outside.UNKNOWN, State.PARTIAL, Scope.THEIRS),
        (Direct.TRANSPORT, Outside.UNKNOWN, State.UNREACHABLE, Scope.NOT_KNOWN),
        (Direct.TRANSPORT, Outside.FAILED, State.DOWN, Scope.WIDESPREAD),
        (Direct.TRANSPORT, Outside.OK, State.UNREACHABLE, Scope.YOUR_NETWORK),
        (Direct.SUSPECT, Outside.UNKNOWN, State.UNKNOWN, Scope.NOT_KNOWN),
        (Direct.SLOW, Outside.UNKNOWN, State.SLOW, Scope.NOT_KNOWN),
        (Direct.WORKS, Outside.UNKNOWN, State.UP, Scope.NOT_KNOWN),
        (Direct.ANSWERS, Outside.UNKNOWN, State.UP, Scope.NOT_KNOWN),
        (Direct.NONE, Outside.UNKNOWN, State.UNKNOWN, Scope.NOT_KNOWN),
    ],
)
def test_the_table(direct: Direct, outside: Outside, state: State, scope: Scope) -> None:
    verdict = judge(Signs(direct=direct, outside=outside))
    assert (verdict.state, verdict.scope) == (state, scope)


def test_their_own_word_is_partial_and_theirs_where_this_computer_sees_nothing() -> None:
    for direct in NO_HARM:
        verdict = judge(Signs(direct=direct, official=Official.MAJOR))
        assert (verdict.state, verdict.scope) == (State.PARTIAL, Scope.THEIRS)


def test_what_they_admit_is_theirs_also_when_nothing_answers_here() -> None:
    # Scope `theirs`: "their server answered with an error, or they say so".
    for signs in ALL:
        if signs.line is Line.OK and signs.official is Official.MAJOR:
            assert judge(signs).state in ACCUSING, signs
            assert judge(signs).scope in {Scope.THEIRS, Scope.WIDESPREAD}, signs
