"""The design's table "Confirmed", row by row, with windows made by hand."""

from __future__ import annotations

import pytest
from core_rig import (
    ADMITS,
    CONNECT,
    DNS,
    E503,
    OK,
    REFUSED,
    SLOW,
    UNKNOWN,
    Told,
    at,
    member,
    row,
    sample,
    weigh,
)
from hypothesis import given
from hypothesis import strategies as st
from loop import ALPHA, BETA, GAMMA, OTHER, platform

from trayapp.core.confirm import BAD, Direct
from trayapp.core.model import Depth, Evidence, Failure, Member, Scope, State

LONE = platform("alpha", "acme")
SAME_HOST = platform("beta", "acme", "www.alpha.test")


# 5xx over valid TLS


def test_three_server_errors_over_fifteen_seconds_from_two_hosts() -> None:
    found = weigh(*row(E503, 0, 8), *row(E503, 15, probe="p1"))
    assert found.direct is Direct.SERVER
    assert found.failing == {"p0", "p1"}
    assert found.since == at(0)


def test_a_body_that_admits_it_and_a_5xx_are_the_same_sign() -> None:
    assert weigh(*row(E503, 0, 8), *row(ADMITS, 15, probe="p1")).direct is Direct.SERVER


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((0, 8), (14.9,)),  # three samples, too close together
        ((0,), (60,)),  # far apart, only two
        ((0, 8, 16, 24), ()),  # one host alone needs more
    ],
)
def test_less_is_a_question(first: tuple[float, ...], second: tuple[float, ...]) -> None:
    found = weigh(*row(E503, *first), *row(E503, *second, probe="p1"))
    assert found.direct is Direct.SUSPECT
    assert found.failing == frozenset()
    assert found.suspect == ({"p0", "p1"} if second else {"p0"})


def test_a_single_witness_needs_five_over_three_minutes() -> None:
    assert weigh(*row(E503, 0, 45, 90, 135, 180), platform=LONE).direct is Direct.SERVER
    assert weigh(*row(E503, 0, 45, 90, 135, 179.9), platform=LONE).direct is Direct.SUSPECT
    assert weigh(*row(E503, 0, 100, 200, 300), platform=LONE).direct is Direct.SUSPECT


def test_a_good_host_beside_it_makes_it_partial() -> None:
    seen = [*row(E503, 0, 45, 90, 135, 180), *row(OK, 170, probe="p1")]
    assert weigh(*seen).direct is Direct.SERVER_PARTLY
    assert weigh(*seen, now=170 + 151).direct is Direct.SERVER  # what is stale does not speak for it any more


# no answer at all


@pytest.mark.parametrize("failure", [DNS, CONNECT, Failure.TLS_RESET, Failure.CHECK_TIMEOUT, Failure.HTTP_EOF])
def test_three_silences_over_fifteen_seconds_from_two_hosts(failure: Failure) -> None:
    found = weigh(*row(failure, 0, 8), *row(failure, 15, probe="p1"))
    assert found.direct is Direct.TRANSPORT
    assert found.failing == {"p0", "p1"}


@pytest.mark.parametrize("failure", [DNS, CONNECT, Failure.TLS_RESET])
def test_one_silent_host_is_never_more_than_a_question(failure: Failure) -> None:
    found = weigh(*row(failure, *range(0, 1200, 40)), platform=LONE)
    assert found.direct is Direct.SUSPECT
    assert found.lingering == {"p0"}


def test_silence_of_one_host_and_an_error_of_another_do_not_agree() -> None:
    assert weigh(*row(E503, 0, 8, 16), *row(DNS, 8, probe="p1")).direct is Direct.SUSPECT


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


def test_a_sibling_that_is_well_again_agrees_no_more() -> None:
    beta = [*row(E503, 101, platform=BETA), *row(OK, 109, platform=BETA)]
    assert weigh(*row(E503, 100, 110), siblings={BETA: beta}).direct is Direct.SUSPECT


def test_three_samples_and_a_failing_sibling_are_enough_however_long_ago_it_was_last_asked() -> None:
    # The row of 5xx: three samples over fifteen seconds, and a second host of it or a sibling agrees.
    beta = row(E503, 60, platform=BETA)
    assert weigh(*row(E503, 84, 92, 100), siblings={BETA: beta}).direct is Direct.SERVER


def test_one_more_failure_never_takes_a_confirmation_back() -> None:
    beta = row(E503, 105, platform=BETA)
    assert weigh(*row(E503, 100), siblings={BETA: beta}).direct is Direct.SERVER
    assert weigh(*row(E503, 100, 140), siblings={BETA: beta}).direct is Direct.SERVER


def test_siblings_fail_the_same_way_together_not_each_at_its_own_time() -> None:
    # The look-up failed a hundred seconds before the sibling's did; what fails now is something else.
    beta = row(DNS, 205, platform=BETA)
    assert weigh(sample(100, DNS), sample(200, CONNECT, "p1"), siblings={BETA: beta}).direct is Direct.SUSPECT


# what does not count


def test_a_failure_that_nobody_vouched_for_after_it_does_not_count() -> None:
    seen = [*row(E503, 0, 8), *row(E503, 16, probe="p1")]
    assert weigh(*seen, heard=16).direct is Direct.SUSPECT
    assert weigh(*seen, heard=16.001).direct is Direct.SERVER
    assert weigh(*seen, heard=-1).direct is Direct.SUSPECT
    sibling = row(E503, 17, platform=BETA)
    assert weigh(sample(16, E503), siblings={BETA: sibling}, heard=17).direct is Direct.SUSPECT


def test_a_question_put_before_the_line_had_settled_does_not_count() -> None:
    seen = [*row(E503, 0, 8), *row(E503, 16, probe="p1")]  # each question took 80 ms
    assert weigh(*seen, counts_from=-0.08).direct is Direct.SERVER
    assert weigh(*seen, counts_from=-0.079).direct is Direct.SUSPECT


def test_an_answer_that_says_nothing_neither_counts_nor_breaks_a_run() -> None:
    seen = [*row(E503, 0, 90, 180, 270), *row(UNKNOWN, 45, 135, 200)]
    assert weigh(*seen, platform=LONE).direct is Direct.SUSPECT  # four, not seven
    assert weigh(*seen, *row(E503, 300), platform=LONE).direct is Direct.SERVER


@pytest.mark.parametrize("told", [OK, SLOW, REFUSED])
def test_any_answer_of_theirs_breaks_a_run(told: Told) -> None:
    seen = [*row(E503, 0, 45, 90, 135, 180, 225), *row(told, 130)]
    assert weigh(*seen, platform=LONE).direct is Direct.SUSPECT


@pytest.mark.parametrize(("told", "direct"), [(REFUSED, Direct.ANSWERS), (UNKNOWN, Direct.NONE), (SLOW, Direct.SLOW)])
def test_what_never_confirms_alone(told: Told, direct: Direct) -> None:
    assert weigh(*row(told, *range(0, 600, 8)), *row(told, *range(0, 600, 8), probe="p1")).direct is direct


# good and doubtful


def test_how_deep_it_was_seen() -> None:
    shaped = weigh(sample(0, OK, platform=OTHER), platform=OTHER)
    assert (shaped.direct, shaped.depth) == (Direct.WORKS, Depth.WORKS)
    refused = weigh(sample(0, REFUSED, platform=OTHER), platform=OTHER)
    assert (refused.direct, refused.depth) == (Direct.ANSWERS, Depth.ANSWERS)
    bare = weigh(sample(0, OK))
    assert (bare.direct, bare.depth) == (Direct.ANSWERS, Depth.ANSWERS)


def test_nothing_fresh_is_nothing_known() -> None:
    assert weigh().direct is Direct.NONE
    assert weigh(sample(0, OK), now=150).direct is Direct.ANSWERS
    assert weigh(sample(0, OK), now=150.1).direct is Direct.NONE


def test_one_failure_beside_a_good_host_is_doubt() -> None:
    found = weigh(sample(0, DNS), sample(1, OK, "p1"))
    assert found.direct is Direct.SUSPECT
    assert found.doubt == (at(0), at(0))


def test_an_answer_that_says_nothing_takes_no_doubt_away() -> None:
    # "Never green on doubt": the failure still stands, and the run goes on.
    found = weigh(sample(0, E503), sample(8, UNKNOWN), sample(9, OK, "p1"))
    assert found.direct is Direct.SUSPECT
    assert found.suspect == {"p0"}


# recovery


def accused(*seen: Evidence, witnesses: tuple[str, ...] = ("p0",)) -> tuple[Direct, int | None]:
    found = weigh(*seen, member=member(0, *witnesses))
    return found.direct, found.well_since


def test_well_twice_thirty_seconds_apart_is_recovered_since_the_first() -> None:
    assert accused(*row(E503, 0), *row(OK, 100)) == (Direct.SERVER, None)
    assert accused(*row(E503, 0), *row(OK, 100, 129.9)) == (Direct.SERVER, None)
    assert accused(*row(E503, 0), *row(OK, 100, 130)) == (Direct.ANSWERS, at(100))
    assert accused(*row(E503, 0), *row(OK, 100, 120, 140)) == (Direct.ANSWERS, at(100))


def test_a_failure_in_between_begins_it_anew() -> None:
    assert accused(*row(OK, 100, 140), *row(E503, 120)) == (Direct.SERVER, None)
    assert accused(*row(OK, 100, 140, 170), *row(E503, 120)) == (Direct.ANSWERS, at(140))


def test_an_answer_that_says_nothing_neither_heals_nor_hurts() -> None:
    assert accused(*row(OK, 100, 130), *row(UNKNOWN, 110))[1] == at(100)
    assert accused(*row(OK, 100), *row(UNKNOWN, 110, 150))[1] is None


def test_every_failing_witness_must_be_well() -> None:
    both = ("p0", "p1")
    seen = [*row(OK, 100, 140), *row(OK, 150, probe="p1")]
    assert accused(*seen, witnesses=both)[1] is None
    assert accused(*seen, *row(OK, 180, probe="p1"), witnesses=both) == (Direct.ANSWERS, at(150))


def test_a_refusal_heals_only_where_nothing_better_was_ever_to_be_seen() -> None:
    assert accused(*row(E503, 0), *row(REFUSED, 100, 130)) == (Direct.ANSWERS, at(100))
    shaped = weigh(
        *row(E503, 0, platform=OTHER),
        *row(REFUSED, 100, 130, 160, platform=OTHER),
        platform=OTHER,
        member=member(0, "p0", platform="other"),
    )
    assert shaped.direct in BAD
    assert shaped.well_since is None


def test_an_open_incident_that_nobody_has_looked_at_since_a_gap_is_not_known() -> None:
    assert accused() == (Direct.NONE, None)
    assert accused(*row(OK, 100, probe="p1")) == (Direct.NONE, None)


def test_an_open_incident_goes_on_with_the_first_failure_after_a_gap() -> None:
    found = weigh(sample(100, E503), member=member(0, "p0"), heard=-1)
    assert found.direct is Direct.SERVER
    assert found.since == at(0)  # what the incident already knows


def test_a_member_that_has_recovered_is_accused_of_nothing() -> None:
    over = member(0, "p0", until=50)
    assert weigh(sample(100, E503), member=over).direct is Direct.SUSPECT
    assert weigh(sample(100, OK), member=over).direct is Direct.ANSWERS


def test_how_an_open_incident_failed_before_it_is_heard_of_again() -> None:
    mute = member(0, "p0", state=State.UNREACHABLE, scope=Scope.NOT_KNOWN)
    assert weigh(sample(100, OK), member=mute).direct is Direct.TRANSPORT
    assert weigh(sample(100, OK), member=member(0, "p0")).direct is Direct.SERVER


# any window

RANK = {
    Direct.WORKS: 0,
    Direct.ANSWERS: 0,
    Direct.SLOW: 1,
    Direct.NONE: 2,
    Direct.SUSPECT: 3,
    Direct.TRANSPORT_PARTLY: 4,
    Direct.SERVER_PARTLY: 4,
    Direct.TRANSPORT: 5,
    Direct.SERVER: 5,
}
TOLD: st.SearchStrategy[Told] = st.sampled_from([OK, SLOW, REFUSED, UNKNOWN, E503, ADMITS, DNS, CONNECT])
PROBES = st.sampled_from(["p0", "p1"])
MEMBERS = st.none() | st.sets(PROBES, min_size=1).map(lambda w: member(0, *w))


@st.composite
def windows(draw: st.DrawFn) -> list[Evidence]:
    steps = draw(st.lists(st.tuples(st.integers(1, 70), TOLD, PROBES), max_size=14))
    out, now = [], 0
    for wait, told, probe in steps:
        now += wait
        out.append(sample(now, told, probe))
    return out


@given(windows(), MEMBERS, PROBES, st.integers(0, 40))
def test_a_good_answer_at_the_end_never_makes_it_worse(
    window: list[Evidence], part: Member | None, probe: str, wait: int
) -> None:
    end = (max((e.t for e in window), default=at(0)) - at(0)) / 1000 + wait
    before = weigh(*window, member=part, now=end)
    after = weigh(*window, sample(end, OK, probe), member=part, now=end)
    assert after.failing <= before.failing
    if before.failing and before.direct is Direct.NONE:
        return  # an open incident, looked at for the first time since a gap: it goes on until it is well twice
    assert RANK[after.direct] <= RANK[before.direct]


@given(windows(), MEMBERS, st.integers(-100, 1000), st.integers(-100, 1000))
def test_of_every_window_it_says_what_it_can_prove(
    window: list[Evidence], part: Member | None, counts_from: int, heard: int
) -> None:
    found = weigh(*window, member=part, counts_from=counts_from, heard=heard)
    witnesses = part.witnesses if part is not None else frozenset()
    assert not found.failing & found.suspect
    assert found.recovering <= found.failing
    assert found.lingering <= found.suspect
    if found.direct in BAD:
        assert found.failing
        assert found.since is not None
        if not witnesses:
            held = [e for e in window if e.probe in found.failing and e.failure is not None]
            assert min(e.t for e in held if e.began >= at(counts_from)) <= found.since < at(heard)
    if found.direct in {Direct.WORKS, Direct.ANSWERS, Direct.SLOW}:
        assert not found.failing
        assert not found.suspect
    assert found.failing - witnesses <= {e.probe for e in window if at(counts_from) <= e.began and e.t < at(heard)}


@given(windows(), MEMBERS)
def test_only_each_witness_s_own_order_matters(window: list[Evidence], part: Member | None) -> None:
    apart = sorted(window, key=lambda e: e.probe, reverse=True)
    assert weigh(*window, member=part) == weigh(*apart, member=part, as_given=True)


@given(windows(), windows())
def test_who_is_asked_first_does_not_matter(mine: list[Evidence], others: list[Evidence]) -> None:
    beta = [sample((e.t - at(0)) / 1000, e.failure or e.outcome, platform=BETA) for e in others]
    gamma = [sample((e.t - at(0)) / 1000 + 3, e.failure or e.outcome, platform=GAMMA) for e in others]
    one = weigh(*mine, siblings={BETA: beta, GAMMA: gamma})
    assert one == weigh(*mine, siblings={GAMMA: gamma, BETA: beta})


def test_both_of_two_siblings_are_held_to_account() -> None:
    mine, theirs = sample(100, E503), sample(110, E503, platform=BETA)
    assert weigh(mine, siblings={BETA: [theirs]}).direct is Direct.SERVER
    assert weigh(theirs, platform=BETA, siblings={ALPHA: [mine]}).direct is Direct.SERVER
