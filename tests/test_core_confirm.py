"""The design's table "Confirmed", row by row, with windows made by hand. Recovery: ``test_core_recovery``."""

from __future__ import annotations

from dataclasses import replace

import pytest
from core_rig import ADMITS, CONNECT, DNS, E503, OK, REFUSED, SLOW, UNKNOWN, Told, at, member, row, sample, weigh
from loop import ALPHA, BETA, OTHER, platform

from trayapp.core.confirm import BAD, Direct, Standing, Witnesses
from trayapp.core.judge import Official, Outside, Signs, judge
from trayapp.core.model import Depth, Evidence, Failure, Scope, State

LONE = platform("alpha", "acme")
SAME_HOST = platform("beta", "acme", "www.alpha.test")
ONLY, ONE = Witnesses.ONLY, Witnesses.ONE


def signs(found: Standing, official: Official = Official.UNKNOWN, outside: Outside = Outside.UNKNOWN) -> Signs:
    return Signs(direct=found.direct, witnesses=found.witnesses, official=official, outside=outside)


def question(found: Standing) -> bool:
    """Whether it is no more than a question: held against nobody, and no accusation of its own."""
    return bool(found.suspect) and not found.failing and not judge(signs(found)).accuses


def both_families(*seen: Evidence) -> list[Evidence]:
    """The same, connecting having been tried by IPv4 and by IPv6."""
    return [replace(e, families=2) for e in seen]


# 5xx over valid TLS


def test_three_server_errors_over_fifteen_seconds_from_two_hosts() -> None:
    found = weigh(*row(E503, 0, 8), *row(E503, 15, probe="p1"))
    assert (found.direct, found.witnesses) == (Direct.SERVER, Witnesses.ALL)
    assert found.failing == {"p0", "p1"}
    assert found.since == at(0)


def test_a_body_that_admits_it_and_a_5xx_are_the_same_sign() -> None:
    assert weigh(*row(E503, 0, 8), *row(ADMITS, 15, probe="p1")).failing == {"p0", "p1"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((0, 8), (14.9,)),  # three samples, too close together
        ((0,), (60,)),  # far apart, only two
    ],
)
def test_less_is_a_question(first: tuple[float, ...], second: tuple[float, ...]) -> None:
    found = weigh(*row(E503, *first), *row(E503, *second, probe="p1"))
    assert found.direct is Direct.SUSPECT
    assert found.failing == found.lone == frozenset()
    assert found.suspect == {"p0", "p1"}


@pytest.mark.parametrize("told", [E503, ADMITS, DNS, CONNECT])
def test_one_host_alone_is_a_witness_with_whom_somebody_must_agree(told: Failure) -> None:
    found = weigh(*row(told, 0, 8, 15), platform=LONE)
    assert (found.direct, found.witnesses) == (Direct.SERVER if told in {E503, ADMITS} else Direct.TRANSPORT, ONLY)
    assert found.suspect == found.lone == {"p0"}
    assert question(found)
    assert weigh(*row(told, 0, 8, 14.9), platform=LONE).lone == frozenset()
    assert weigh(*row(told, 0, 15), platform=LONE).direct is Direct.SUSPECT


@pytest.mark.parametrize(
    ("outside", "official"), [(Outside.FAILED, Official.UNKNOWN), (Outside.UNKNOWN, Official.MAJOR)]
)
def test_outside_or_their_own_page_may_be_the_one_who_agrees(outside: Outside, official: Official) -> None:
    # The row of 5xx: "and a second host of it, or a sibling, or outside, or official agrees".
    found = weigh(*row(E503, 0, 8, 15), platform=LONE)
    verdict = judge(signs(found, official, outside))
    assert (verdict.state, verdict.scope, verdict.accuses) == (State.DOWN, Scope.THEIRS, True)


def test_a_lone_witness_beside_a_host_that_is_well() -> None:
    found = weigh(*row(E503, 0, 8, 15), *row(OK, 12, probe="p1"))
    assert (found.direct, found.witnesses) == (Direct.SERVER, ONE)
    assert judge(signs(found, outside=Outside.FAILED)).state is State.PARTIAL
    assert question(found)


def test_a_single_witness_needs_five_over_three_minutes() -> None:
    enough = weigh(*row(E503, 0, 45, 90, 135, 180), platform=LONE)
    assert (enough.direct, enough.witnesses) == (Direct.SERVER, Witnesses.ALL)
    assert enough.failing == {"p0"}
    assert question(weigh(*row(E503, 0, 45, 90, 135, 179.9), platform=LONE))
    assert question(weigh(*row(E503, 0, 100, 200, 300), platform=LONE))


def test_a_good_host_beside_it_makes_it_partial() -> None:
    seen = [*row(E503, 0, 45, 90, 135, 180), *row(OK, 170, probe="p1")]
    assert (weigh(*seen).direct, weigh(*seen).witnesses) == (Direct.SERVER, Witnesses.SOME)
    stale = weigh(*seen, now=170 + 151)  # what is stale does not speak for it any more
    assert (stale.direct, stale.witnesses) == (Direct.SERVER, Witnesses.ALL)


# no answer at all


@pytest.mark.parametrize("failure", [DNS, CONNECT, Failure.TLS_RESET, Failure.CHECK_TIMEOUT, Failure.HTTP_EOF])
def test_three_silences_over_fifteen_seconds_from_two_hosts(failure: Failure) -> None:
    found = weigh(*row(failure, 0, 8), *row(failure, 15, probe="p1"))
    assert (found.direct, found.witnesses) == (Direct.TRANSPORT, Witnesses.ALL)
    assert found.failing == {"p0", "p1"}


@pytest.mark.parametrize("failure", [DNS, CONNECT, Failure.TLS_RESET])
def test_one_silent_host_is_never_more_than_a_question(failure: Failure) -> None:
    found = weigh(*row(failure, *range(0, 1200, 40)), platform=LONE)
    assert question(found)
    assert (found.direct, found.witnesses) == (Direct.TRANSPORT, ONLY)
    assert found.lingering == {"p0"}


def test_one_host_that_is_silent_by_both_address_families_is_two_ways() -> None:
    # "3 samples over ≥ 15 s, from ≥ 2 hosts or both address families".
    found = weigh(*both_families(*row(CONNECT, 0, 8, 15)), platform=LONE)
    assert (found.direct, found.witnesses) == (Direct.TRANSPORT, Witnesses.ALL)
    assert found.failing == {"p0"}
    assert question(weigh(*both_families(*row(CONNECT, 0, 8, 14.9)), platform=LONE))
    assert question(weigh(*both_families(*row(CONNECT, 0, 15)), platform=LONE))
    one = [replace(e, families=1) for e in row(CONNECT, 0, 8, 15)]
    assert question(weigh(*one, platform=LONE))


def test_a_server_that_says_503_by_both_families_is_one_host_still() -> None:
    assert question(weigh(*both_families(*row(E503, 0, 8, 15)), platform=LONE))


def test_silence_of_one_host_and_an_error_of_another_do_not_agree() -> None:
    assert question(weigh(*row(E503, 0, 8, 16), *row(DNS, 8, probe="p1")))


# siblings


@pytest.mark.parametrize("failure", [E503, DNS, CONNECT])
def test_two_siblings_failing_alike_within_thirty_seconds_are_enough(failure: Failure) -> None:
    def alpha(beta_at: float) -> Direct:
        return weigh(sample(100, failure), siblings={BETA: row(failure, beta_at, platform=BETA)}).direct

    assert alpha(130) in BAD
    assert alpha(70) in BAD
    assert alpha(130.1) is Direct.SUSPECT
    assert alpha(69.9) is Direct.SUSPECT


@pytest.mark.parametrize(("mine", "theirs"), [(E503, DNS), (DNS, CONNECT), (CONNECT, E503)])
def test_siblings_that_fail_differently_do_not_agree(mine: Failure, theirs: Failure) -> None:
    assert weigh(sample(100, mine), siblings={BETA: row(theirs, 101, platform=BETA)}).direct is Direct.SUSPECT


def test_two_platforms_behind_one_host_are_one_witness() -> None:
    seen = row(E503, 101, platform=SAME_HOST)
    assert weigh(sample(100, E503), siblings={SAME_HOST: seen}).direct is Direct.SUSPECT
    often = weigh(*row(E503, 100, 108, 116), siblings={SAME_HOST: seen}, platform=LONE)
    assert question(often)


def test_a_sibling_that_is_well_again_agrees_no_more() -> None:
    beta = [*row(E503, 101, platform=BETA), *row(OK, 109, platform=BETA)]
    assert weigh(*row(E503, 100, 110), siblings={BETA: beta}).direct is Direct.SUSPECT


def test_three_samples_and_a_failing_sibling_are_enough_however_long_ago_it_was_last_asked() -> None:
    # The row of 5xx: three samples over fifteen seconds, and a second host of it or a sibling agrees.
    beta = row(E503, 60, platform=BETA)
    assert weigh(*row(E503, 84, 92, 100), siblings={BETA: beta}).failing == {"p0"}


def test_one_more_failure_never_takes_a_confirmation_back() -> None:
    beta = row(E503, 105, platform=BETA)
    assert weigh(*row(E503, 100), siblings={BETA: beta}).failing == {"p0"}
    assert weigh(*row(E503, 100, 140), siblings={BETA: beta}).failing == {"p0"}


def test_siblings_fail_the_same_way_together_not_each_at_its_own_time() -> None:
    # The look-up failed a hundred seconds before the sibling's did; what fails now is something else.
    beta = row(DNS, 205, platform=BETA)
    assert weigh(sample(100, DNS), sample(200, CONNECT, "p1"), siblings={BETA: beta}).direct is Direct.SUSPECT


def test_both_of_two_siblings_are_held_to_account() -> None:
    mine, theirs = sample(100, E503), sample(110, E503, platform=BETA)
    assert weigh(mine, siblings={BETA: [theirs]}).failing == {"p0"}
    assert weigh(theirs, platform=BETA, siblings={ALPHA: [mine]}).failing == {"p0"}


# what does not count


def test_a_failure_that_nobody_vouched_for_after_it_does_not_count() -> None:
    seen = [*row(E503, 0, 8), *row(E503, 16, probe="p1")]
    assert weigh(*seen, heard=16).direct is Direct.SUSPECT
    assert weigh(*seen, heard=16.001).direct is Direct.SERVER
    assert weigh(*seen, heard=-1).direct is Direct.SUSPECT
    sibling = row(E503, 17, platform=BETA)
    assert weigh(sample(16, E503), siblings={BETA: sibling}, heard=17).direct is Direct.SUSPECT


def test_nor_makes_it_a_lone_witness() -> None:
    seen = row(E503, 0, 8, 16)
    assert weigh(*seen, platform=LONE, heard=16).lone == frozenset()
    assert weigh(*seen, platform=LONE, counts_from=0).lone == frozenset()


def test_a_question_put_before_the_line_had_settled_does_not_count() -> None:
    seen = [*row(E503, 0, 8), *row(E503, 16, probe="p1")]  # each question took 80 ms
    assert weigh(*seen, counts_from=-0.08).direct is Direct.SERVER
    assert weigh(*seen, counts_from=-0.079).direct is Direct.SUSPECT


def test_an_answer_that_says_nothing_neither_counts_nor_breaks_a_run() -> None:
    seen = [*row(E503, 0, 90, 180, 270), *row(UNKNOWN, 45, 135, 200)]
    assert question(weigh(*seen, platform=LONE))  # four, not seven
    assert weigh(*seen, *row(E503, 300), platform=LONE).failing == {"p0"}


@pytest.mark.parametrize("told", [OK, SLOW, REFUSED])
def test_any_answer_of_theirs_breaks_a_run(told: Told) -> None:
    assert question(weigh(*row(E503, 0, 45, 90, 135, 180, 225), *row(told, 130), platform=LONE))
    assert weigh(*row(E503, 0, 8, 24), *row(told, 16), platform=LONE).lone == frozenset()


@pytest.mark.parametrize(
    ("told", "direct"), [(REFUSED, Direct.REFUSED), (UNKNOWN, Direct.UNEXPECTED), (SLOW, Direct.SLOW)]
)
def test_what_never_confirms_alone(told: Told, direct: Direct) -> None:
    found = weigh(*row(told, *range(0, 600, 8)), *row(told, *range(0, 600, 8), probe="p1"))
    assert found.direct is direct
    assert not judge(signs(found)).accuses


# good and doubtful


def test_how_deep_it_was_seen() -> None:
    shaped = weigh(sample(0, OK, platform=OTHER), platform=OTHER)
    assert (shaped.direct, shaped.depth) == (Direct.WORKS, Depth.WORKS)
    refused = weigh(sample(0, REFUSED, platform=OTHER), platform=OTHER)
    assert (refused.direct, refused.depth) == (Direct.REFUSED, Depth.ANSWERS)
    bare = weigh(sample(0, OK))
    assert (bare.direct, bare.depth) == (Direct.ANSWERS, Depth.ANSWERS)
    handshake = replace(sample(0, OK, platform=OTHER), status=None)  # stands in for a probe that rests
    assert weigh(handshake, platform=OTHER).depth is Depth.ANSWERS


def test_it_only_refuses_if_all_of_it_does() -> None:
    assert weigh(sample(0, REFUSED), sample(1, OK, "p1")).direct is Direct.ANSWERS
    assert weigh(sample(0, REFUSED), sample(1, REFUSED, "p1")).direct is Direct.REFUSED
    assert weigh(sample(0, OK), sample(60, REFUSED)).direct is Direct.REFUSED


def test_slow_is_slow_twice_in_a_row_by_every_host_that_answers() -> None:
    assert weigh(sample(0, SLOW), platform=LONE).direct is Direct.ANSWERS
    assert weigh(*row(SLOW, 0, 60), platform=LONE).direct is Direct.SLOW
    assert weigh(*row(SLOW, 0, 120), sample(60, OK), platform=LONE).direct is Direct.ANSWERS
    assert weigh(*row(SLOW, 0, 120), sample(60, UNKNOWN), platform=LONE).direct is Direct.SLOW
    assert weigh(*row(SLOW, 0, 60), sample(61, OK), platform=LONE).direct is Direct.ANSWERS
    assert weigh(*row(SLOW, 0, 60), sample(61, OK, "p1")).direct is Direct.ANSWERS
    assert weigh(*row(SLOW, 0, 60), *row(SLOW, 5, 65, probe="p1")).direct is Direct.SLOW


def test_nothing_fresh_is_nothing_known() -> None:
    assert (weigh().direct, weigh().fresh) == (Direct.NONE, False)
    assert weigh(sample(0, OK), now=150).direct is Direct.ANSWERS
    assert weigh(sample(0, OK), now=150.1).direct is Direct.NONE
    assert (weigh(sample(0, OK), now=150).fresh, weigh(sample(0, OK), now=150.1).fresh) == (True, False)


def test_a_body_that_was_not_promised_hides_what_the_same_host_said_before() -> None:
    assert weigh(sample(0, OK), sample(60, UNKNOWN), platform=LONE).direct is Direct.UNEXPECTED
    assert weigh(sample(0, OK), sample(60, UNKNOWN), sample(61, OK, "p1")).direct is Direct.ANSWERS


def test_a_question_that_could_not_be_put_says_nothing() -> None:
    ours = replace(sample(60, UNKNOWN), failure=Failure.NOT_ASKABLE, status=None)
    assert weigh(sample(0, OK), ours, platform=LONE).direct is Direct.ANSWERS
    assert weigh(ours, platform=LONE).direct is Direct.NONE


def test_one_failure_beside_a_good_host_is_doubt() -> None:
    found = weigh(sample(0, DNS), sample(1, OK, "p1"))
    assert found.direct is Direct.SUSPECT
    assert found.doubt == (at(0), at(0))


def test_an_answer_that_says_nothing_takes_no_doubt_away() -> None:
    # "Never green on doubt": the failure still stands, and the run goes on.
    found = weigh(sample(0, E503), sample(8, UNKNOWN), sample(9, OK, "p1"))
    assert found.direct is Direct.SUSPECT
    assert found.suspect == {"p0"}


def test_of_who_is_accused_already_one_failure_is_no_lone_witness() -> None:
    found = weigh(*row(E503, 0, 8, 16), member=member(0, "p0"))
    assert found.failing == {"p0"}
    assert (found.lone, found.witnesses) == (frozenset(), Witnesses.ALL)
