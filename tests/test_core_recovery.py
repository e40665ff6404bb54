"""Recovery by the design's table "Confirmed", and what holds of any window, whoever is accused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from core_rig import ADMITS, CONNECT, DNS, E503, OK, REFUSED, SLOW, UNKNOWN, Told, at, member, row, sample, weigh
from hypothesis import given
from hypothesis import strategies as st
from loop import BETA, GAMMA, OTHER

from trayapp.core.confirm import BAD, Direct, Witnesses
from trayapp.core.model import MINUTE, SECOND, Evidence, Outcome, Scope, State
from trayapp.core.story import Member

FADE_S = 15 * MINUTE // SECOND
GOOD = {Direct.WORKS, Direct.ANSWERS, Direct.REFUSED, Direct.SLOW}


def accused(*seen: Evidence, witnesses: tuple[str, ...] = ("p0",)) -> tuple[Direct, int | None]:
    found = weigh(*seen, member=member(0, *witnesses))
    return found.direct, found.well_since


def test_well_twice_thirty_seconds_apart_is_recovered_since_the_first() -> None:
    assert accused(*row(E503, 0), *row(OK, 100)) == (Direct.SERVER, None)
    assert accused(*row(E503, 0), *row(OK, 100, 129.9)) == (Direct.SERVER, None)
    assert accused(*row(E503, 0), *row(OK, 100, 130)) == (Direct.ANSWERS, at(100))
    assert accused(*row(E503, 0), *row(OK, 100, 120, 140)) == (Direct.ANSWERS, at(100))


def test_who_is_on_the_way_back_and_since_when() -> None:
    part = member(0, "p0", "p1")
    found = weigh(*row(E503, 0, 90), *row(OK, 100, 110), *row(E503, 0, probe="p1"), member=part)
    assert dict(found.recovering) == {"p0": at(100)}
    assert dict(weigh(*row(OK, 100), *row(E503, 110), member=part).recovering) == {}


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


def test_one_of_two_that_is_well_again_makes_it_partial() -> None:
    found = weigh(*row(OK, 100, 140), *row(E503, 141, probe="p1"), member=member(0, "p0", "p1"))
    assert (found.direct, found.witnesses) == (Direct.SERVER, Witnesses.SOME)
    assert found.failing == {"p1"}


def of_shaped(*seen: Evidence) -> tuple[Direct, int | None]:
    """Of a platform whose first probe can show a healthy answer, and which is accused by it."""
    found = weigh(*seen, platform=OTHER, member=member(0, "p0", platform="other"))
    return found.direct, found.well_since


def test_a_refusal_heals_only_where_nothing_better_was_ever_to_be_seen() -> None:
    assert accused(*row(E503, 0), *row(REFUSED, 100, 130)) == (Direct.REFUSED, at(100))
    direct, well_since = of_shaped(*row(E503, 0, platform=OTHER), *row(REFUSED, 100, 130, 160, platform=OTHER))
    assert direct in BAD
    assert well_since is None


def test_who_does_nothing_but_refuse_for_a_quarter_of_an_hour_is_let_go() -> None:
    # "Refused for long" is amber at most: a story must not stay open for ever because a bot wall was put up in it.
    refusals = row(REFUSED, *range(100, 100 + FADE_S, 60), platform=OTHER)
    almost = [*refusals, *row(REFUSED, 100 + FADE_S - 0.1, platform=OTHER)]
    assert of_shaped(*almost)[1] is None
    assert of_shaped(*refusals, *row(REFUSED, 100 + FADE_S, platform=OTHER)) == (Direct.REFUSED, at(100))


def test_while_a_probe_rests_a_handshake_alone_does_not_prove_that_it_works_again() -> None:
    shakes = [replace(e, status=None) for e in row(OK, 100, 130, 160, platform=OTHER)]
    assert of_shaped(*row(E503, 0, platform=OTHER), *shakes)[1] is None
    assert of_shaped(*row(E503, 0, platform=OTHER), *shakes, *row(OK, 200, 230, platform=OTHER))[1] == at(200)


def test_an_open_incident_that_nobody_has_looked_at_since_a_gap_is_not_known() -> None:
    assert accused() == (Direct.NONE, None)
    assert accused(*row(OK, 100, probe="p1")) == (Direct.NONE, None)


def test_an_open_incident_goes_on_with_the_first_failure_after_a_gap() -> None:
    found = weigh(sample(100, E503), member=member(0, "p0"), heard=-1)
    assert found.direct is Direct.SERVER
    assert found.since == at(0)  # what the incident already knows


def test_what_was_partly_broken_before_a_gap_is_so_until_all_of_it_is_looked_at() -> None:
    part = member(0, "p0", state=State.PARTIAL)
    assert weigh(sample(100, E503), member=part).witnesses is Witnesses.SOME
    assert weigh(sample(100, E503), sample(101, E503, "p1"), member=part).witnesses is Witnesses.ALL
    assert weigh(sample(100, E503), member=member(0, "p0")).witnesses is Witnesses.ALL


def test_a_member_that_has_recovered_is_accused_of_nothing() -> None:
    over = member(0, "p0", until=50)
    assert weigh(sample(100, E503), member=over).direct is Direct.SUSPECT
    assert weigh(sample(100, OK), member=over).direct is Direct.ANSWERS


def test_a_witness_that_is_no_longer_asked_is_no_witness() -> None:
    found = weigh(sample(100, OK), member=member(0, "gone"))
    assert (found.direct, found.failing) == (Direct.ANSWERS, frozenset())


def test_how_an_open_incident_failed_before_it_is_heard_of_again() -> None:
    mute = member(0, "p0", state=State.UNREACHABLE, scope=Scope.NOT_KNOWN)
    assert weigh(sample(100, OK), member=mute).direct is Direct.TRANSPORT
    assert weigh(sample(100, OK), member=member(0, "p0")).direct is Direct.SERVER


# any window

DIRECT_RANK = {
    **dict.fromkeys(GOOD, 0),
    Direct.SLOW: 1,
    Direct.NONE: 2,
    Direct.UNEXPECTED: 2,
    Direct.SUSPECT: 3,
    Direct.TRANSPORT: 4,
    Direct.SERVER: 4,
}
WITNESS_RANK = {Witnesses.ONE: 0, Witnesses.ONLY: 1, Witnesses.SOME: 2, Witnesses.ALL: 3}


def rank(direct: Direct, witnesses: Witnesses) -> tuple[int, int]:
    return DIRECT_RANK[direct], WITNESS_RANK[witnesses] if direct in BAD else 0


TOLD: st.SearchStrategy[Told] = st.sampled_from([OK, SLOW, REFUSED, UNKNOWN, E503, ADMITS, DNS, CONNECT])
PROBES = st.sampled_from(["p0", "p1"])
MEMBERS = st.none() | st.sets(PROBES, min_size=1).map(lambda w: member(0, *w))


@st.composite
def windows(draw: st.DrawFn) -> list[Evidence]:
    steps = draw(st.lists(st.tuples(st.integers(1, 70), TOLD, PROBES, st.integers(0, 2)), max_size=14))
    out, now = [], 0
    for wait, told, probe, families in steps:
        now += wait
        out.append(replace(sample(now, told, probe), families=families if told is CONNECT else 0))
    return out


@given(windows(), MEMBERS, PROBES, st.integers(0, 40))
def test_a_good_answer_at_the_end_never_makes_it_worse(
    window: list[Evidence], part: Member | None, probe: str, wait: int
) -> None:
    end = (max((e.t for e in window), default=at(0)) - at(0)) / 1000 + wait
    before = weigh(*window, member=part, now=end)
    after = weigh(*window, sample(end, OK, probe), member=part, now=end)
    assert after.failing <= before.failing
    assert after.lone <= before.lone | before.failing
    if before.failing and before.direct is Direct.NONE:
        return  # an open incident, looked at for the first time since a gap: it goes on until it is well twice
    assert rank(after.direct, after.witnesses) <= rank(before.direct, before.witnesses)


@given(windows(), MEMBERS, st.integers(-100, 1000), st.integers(-100, 1000))
def test_of_every_window_it_says_what_it_can_prove(
    window: list[Evidence], part: Member | None, counts_from: int, heard: int
) -> None:
    found = weigh(*window, member=part, counts_from=counts_from, heard=heard)
    witnesses = part.witnesses if part is not None else frozenset()
    counted = [e for e in window if e.outcome is Outcome.FAILED and at(counts_from) <= e.began and e.t < at(heard)]
    assert not found.failing & found.suspect
    assert found.recovering.keys() <= found.failing
    for probe, since in found.recovering.items():
        run = [e for e in window if e.probe == probe and e.outcome is not Outcome.UNKNOWN and e.t >= since]
        assert run[0].t == since
        assert all(e.outcome in {OK, SLOW, REFUSED} for e in run)
    assert found.lingering <= found.suspect
    assert found.lone <= found.suspect
    if found.direct in BAD:
        assert bool(found.failing) is (found.witnesses in {Witnesses.SOME, Witnesses.ALL})
        assert found.failing or found.lone
        assert (found.since is None) is not bool(found.failing)
        if found.failing and not witnesses:
            held = [e for e in counted if e.probe in found.failing]
            assert found.since is not None
            assert min(e.t for e in held) <= found.since < at(heard)
    if found.direct in GOOD:
        assert not found.failing
        assert not found.suspect
    for probe in found.lone:
        mine = [e.t for e in counted if e.probe == probe]
        assert len(mine) >= 3
        assert max(mine) - min(mine) >= 15 * SECOND
    assert found.failing - witnesses <= {e.probe for e in counted}


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


@pytest.mark.parametrize("told", [E503, CONNECT])
def test_a_lone_witness_that_becomes_well_is_let_go_at_once(told: Told) -> None:
    found = weigh(*row(told, 0, 8, 16), sample(24, OK), sample(25, OK, "p1"))
    assert (found.direct, found.lone, found.suspect) == (Direct.ANSWERS, frozenset(), frozenset())
