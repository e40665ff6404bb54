"""What others say: their own page, other networks, the public. Each by its own freshness."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, count

import pytest
from core_rig import at, sample
from hypothesis import given
from hypothesis import strategies as st
from loop import ALPHA, OTHER, Loop, during, platform, well

from trayapp.core import assess, claims
from trayapp.core.claims import Claims, told
from trayapp.core.confirm import Direct, Standing
from trayapp.core.judge import Official, Outside, Reason, Reports, Signs, judge
from trayapp.core.model import DAY, MINUTE, SECOND, Evidence, Failure, Function, Millis, Outcome, Scope, Source, State
from trayapp.core.present import Say, view
from trayapp.core.story import Ending, EventKind, Phase
from trayapp.core.world import Told

MAJOR, MINOR = Failure.OFFICIAL_MAJOR, Failure.OFFICIAL_MINOR
REPORTED, MAINTENANCE = Failure.OFFICIAL_REPORTED, Failure.OFFICIAL_MAINTENANCE
UNREADABLE = Failure.OFFICIAL_UNREADABLE
FEED, SIGN_IN = Function.FEED, Function.SIGN_IN
WORDS = {MAJOR: Official.MAJOR, MINOR: Official.MINOR, REPORTED: Official.REPORTED, MAINTENANCE: Official.MAINTENANCE}
WORST_FIRST = [Official.MAJOR, Official.REPORTED, Official.MINOR, Official.MAINTENANCE, Official.NONE]
"""Between the two that only warn the order is one of display; neither accuses."""
_answers = count()


def said(
    seconds: float,
    what: Failure | Outcome,
    source: Source = Source.OFFICIAL,
    probe: str = "page",
    function: Function | None = None,
    answer: str = "",
) -> Evidence:
    failure = what if isinstance(what, Failure) else None
    outcome = what if isinstance(what, Outcome) else Outcome.UNKNOWN if what is UNREADABLE else Outcome.FAILED
    answer = answer or f"{next(_answers)}"
    return Evidence(at(seconds), "alpha", source, outcome, probe, function=function, failure=failure, answer=answer)


def all_of(*evidence: Evidence) -> Claims:
    out: Claims = {}
    for e in evidence:
        out = told(out, e)
    return out


def official(seconds: float, *evidence: Evidence) -> Official:
    return claims.official(all_of(*evidence), at(seconds))


# their own page


@pytest.mark.parametrize(("failure", "word"), list(WORDS.items()))
def test_a_word_of_the_page_is_a_value_of_the_judge(failure: Failure, word: Official) -> None:
    assert official(1, said(0, failure)) is word


def test_a_page_that_says_all_is_well_says_nothing_bad() -> None:
    assert official(1, said(0, Outcome.OK)) is Official.NONE
    assert official(1) is Official.UNKNOWN
    assert official(1, said(0, UNREADABLE)) is Official.UNKNOWN


@pytest.mark.parametrize("pair", list(combinations([*WORDS, Outcome.OK], 2)))
def test_the_worst_of_what_it_says_of_several_functions(pair: tuple[Failure | Outcome, ...]) -> None:
    each = [said(0, what, function=f, answer="one") for what, f in zip(pair, (FEED, SIGN_IN), strict=True)]
    words = [WORDS[what] if isinstance(what, Failure) else Official.NONE for what in pair]
    assert official(1, *each) is min(words, key=WORST_FIRST.index)


def test_it_counts_until_the_next_good_poll_and_at_most_half_an_hour() -> None:
    assert official(30 * 60, said(0, MAJOR)) is Official.MAJOR
    assert official(30 * 60 + 0.001, said(0, MAJOR)) is Official.UNKNOWN
    assert official(61, said(0, MAJOR), said(60, Outcome.OK)) is Official.NONE
    assert official(61, said(0, MAJOR), said(60, MINOR)) is Official.MINOR


def test_claims_of_one_answer_stand_beside_each_other() -> None:
    both = [said(60, MAJOR, function=FEED, answer="one"), said(60, Outcome.OK, function=SIGN_IN, answer="one")]
    found = all_of(said(0, Outcome.OK), *both)
    assert claims.official(found, at(61)) is Official.MAJOR
    assert claims.admitted(found, at(61)) == (FEED,)


def test_what_says_nothing_takes_nothing_back_it_only_grows_old() -> None:
    unreadable = [said(s, UNREADABLE) for s in range(60, 40 * 60, 60)]
    for last in range(len(unreadable)):
        now = (last + 1) * 60
        found = official(now, said(0, MAJOR), *unreadable[: last + 1])
        assert found is (Official.MAJOR if now <= 30 * 60 else Official.UNKNOWN)


def test_two_pages_of_one_platform_both_count() -> None:
    assert official(61, said(0, MAJOR, probe="one"), said(60, Outcome.OK, probe="two")) is Official.MAJOR


def test_since_when_it_has_said_so() -> None:
    held = all_of(said(0, Outcome.OK), said(60, MAJOR), said(120, UNREADABLE), said(180, MAJOR))
    assert claims.admitted_since(held, at(181)) == at(60)
    again = told(told(held, said(240, Outcome.OK)), said(300, MAJOR))
    assert claims.admitted_since(again, at(301)) == at(300)
    assert claims.admitted_since(all_of(said(0, MINOR)), at(1)) is None
    assert claims.last_word(held) == at(60)  # said again, it is no new word
    assert claims.last_word({}) is None


def test_which_functions_it_admits() -> None:
    found = all_of(
        said(0, MAJOR, function=SIGN_IN, answer="one"),
        said(0, MINOR, function=FEED, answer="one"),
        said(0, MAJOR, answer="one"),
    )
    assert claims.admitted(found, at(1)) == (SIGN_IN,)
    assert claims.admitted(found, at(30 * 60 + 1)) == ()


# other networks, and the public

OK, FAILED, UNKNOWN = Outcome.OK, Outcome.FAILED, Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("seen", "found"),
    [
        ((), Outside.UNKNOWN),
        ((UNKNOWN,), Outside.UNKNOWN),
        ((OK,), Outside.OK),
        ((OK, Outcome.SLOW, Outcome.REFUSED), Outside.OK),  # a refusal is not an outage from there either
        ((OK, FAILED), Outside.SOME),
        ((FAILED, FAILED), Outside.FAILED),
        ((FAILED, UNKNOWN), Outside.FAILED),
    ],
)
def test_what_other_networks_see(seen: tuple[Outcome, ...], found: Outside) -> None:
    each = [said(0, outcome, Source.OUTSIDE, f"there{i}") for i, outcome in enumerate(seen)]
    assert claims.outside(all_of(*each), at(1)) is found
    assert claims.outside(all_of(*each), at(600)) is found
    assert claims.outside(all_of(*each), at(600.001)) is Outside.UNKNOWN


def test_each_place_s_latest_word_counts() -> None:
    there = [said(0, FAILED, Source.OUTSIDE, "there"), said(60, OK, Source.OUTSIDE, "there")]
    assert claims.outside(all_of(*there), at(61)) is Outside.OK


@pytest.mark.parametrize(
    ("seen", "found"), [((), Reports.UNKNOWN), ((OK,), Reports.QUIET), ((OK, FAILED), Reports.SURGE)]
)
def test_what_the_public_reports(seen: tuple[Outcome, ...], found: Reports) -> None:
    each = [said(0, outcome, Source.REPORTS, f"them{i}") for i, outcome in enumerate(seen)]
    assert claims.reports(all_of(*each), at(30 * 60)) is found
    assert claims.reports(all_of(*each), at(30 * 60 + 0.001)) is Reports.UNKNOWN


SOURCES = st.sampled_from([Source.OFFICIAL, Source.OUTSIDE, Source.REPORTS, Source.YOU])
WHAT: st.SearchStrategy[Failure | Outcome] = st.sampled_from([*WORDS, UNREADABLE, OK, FAILED, UNKNOWN])
SAID = st.builds(said, st.integers(0, 3000), WHAT, SOURCES, st.sampled_from(["a", "b"]), st.none() | st.just(FEED))


@given(st.lists(SAID, max_size=12).map(lambda s: sorted(s, key=lambda e: e.t)), st.integers(0, 4000))
def test_each_source_speaks_for_itself_alone(everything: list[Evidence], now: int) -> None:
    found = all_of(*everything)
    for source, value in (
        (Source.OFFICIAL, claims.official),
        (Source.OUTSIDE, claims.outside),
        (Source.REPORTS, claims.reports),
    ):
        alone = all_of(*(e for e in everything if e.source is source))
        assert value(found, at(now)) is value(alone, at(now))


@given(st.lists(SAID, max_size=12).map(lambda s: sorted(s, key=lambda e: e.t)), st.booleans())
def test_people_s_reports_never_say_which_function_is_broken(
    everything: list[Evidence],
    fails: bool,  # noqa: FBT001 - Hypothesis gives it by name
) -> None:
    direct = Direct.SERVER if fails else Direct.WORKS
    standing = Standing(direct, failing=frozenset({"p1"}) if fails else frozenset())
    world = Loop(platforms=(ALPHA, OTHER)).start().run(60).world

    def broken(evidence: list[Evidence]) -> tuple[Function, ...]:
        found = all_of(*evidence)
        now = world.now.t
        signs = Signs(
            direct=direct,
            official=claims.official(found, now),
            outside=claims.outside(found, now),
            reports=claims.reports(found, now),
        )
        one = replace(
            world,
            standings={**world.standings, "alpha": standing},
            verdicts={**world.verdicts, "alpha": judge(signs)},
            claims={"alpha": found},
        )
        return assess.broken_functions(one, "alpha")

    assert broken(everything) == broken([e for e in everything if e.source in {Source.OFFICIAL, Source.OUTSIDE}])


# in the loop

LONE = platform("alpha", "acme", "www.alpha.test", "api.alpha.test")
SEES = LONE.functions[1]
OTHERS = (LONE, OTHER)


def tell(
    loop: Loop, what: Failure | Outcome, source: Source = Source.OFFICIAL, function: Function | None = SEES
) -> None:
    now = (loop.now().t - at(0)) / SECOND
    loop.feed(Told(loop.now(), (said(now, what, source, function=function),)))


def polled(loop: Loop, what: Failure | Outcome, seconds: float, function: Function | None = SEES) -> Loop:
    """For so long their page is read once a minute and says the same."""
    for _ in range(round(seconds / 60)):
        tell(loop, what, function=function)
        loop.run(60)
    return loop


def test_what_they_admit_is_an_incident_quoted_and_ended_by_their_all_clear() -> None:
    loop = polled(Loop(platforms=OTHERS).start().run(100), MAJOR, 300)
    (start,) = loop.events
    assert [(m.platform, m.state, m.scope, m.functions) for m in start.of.members] == [
        ("alpha", State.PARTIAL, Scope.THEIRS, (SEES,))
    ]
    assert start.of.start.t == at(100)
    assert start.t == at(100)  # one valid document is enough
    assert dict(view(loop.world).rows[0].functions)[SEES] is State.DOWN
    polled(loop, OK, 120)
    assert [e.kind for e in loop.events] == [EventKind.START, EventKind.END]
    assert loop.events[-1].of.ending in {None, Ending.WELL}
    assert [n.event.kind for _, n in loop.said] == [EventKind.START, EventKind.END]
    assert loop.state("alpha") is State.UP


@pytest.mark.parametrize(("what", "found"), [(OK, Official.NONE), (MINOR, Official.MINOR)])
def test_the_next_good_poll_takes_back_also_what_it_no_longer_mentions(
    what: Failure | Outcome, found: Official
) -> None:
    # "Until the next good poll": a list of present incidents is empty once all is well, and names no function then.
    loop = Loop(platforms=OTHERS).start().run(100)
    tell(loop, MAJOR, function=SEES)
    loop.run(60)
    tell(loop, what, function=None)
    assert claims.official(loop.world.claims["alpha"], loop.world.now.t) is found
    assert loop.world.verdicts["alpha"].accuses is False


@pytest.mark.parametrize(
    ("what", "source", "reason"),
    [
        (MINOR, Source.OFFICIAL, Reason.OFFICIAL_MINOR),
        (REPORTED, Source.OFFICIAL, Reason.OFFICIAL_REPORTED),
        (FAILED, Source.REPORTS, Reason.PEOPLE_REPORT),
    ],
)
def test_a_warning_is_shown_and_is_no_incident_and_no_notice(what: Failure, source: Source, reason: Reason) -> None:
    loop = Loop(platforms=OTHERS).start().run(100)
    tell(loop, what, source)
    loop.run(120)
    shown = view(loop.world)
    assert (shown.rows[0].amber, shown.rows[0].reasons) == (True, (reason.value,))
    assert shown.say is Say.WARNED
    assert loop.events == []
    assert loop.said == []


def test_a_server_s_error_and_their_own_warning_agree() -> None:
    says = during(100, 10_000, {"alpha"}, 503)
    lone = (platform("alpha", "acme"), OTHER)
    alone = Loop(says, platforms=lone).start().run(180)
    assert alone.events == []
    loop = Loop(says, platforms=lone).start().run(160)
    tell(loop, MINOR)
    loop.run(20)
    (start,) = loop.events
    (part,) = start.of.members
    assert (part.state, part.scope) == (State.DOWN, Scope.THEIRS)
    assert part.witnesses == {"p0"}
    loop.run(2000)  # the warning has grown old, the host has failed ever since: the story goes on
    assert loop.state("alpha") is State.DOWN
    assert len(loop.events) == 1


def test_an_outside_view_turns_silence_into_theirs_or_ours() -> None:
    says = during(100, 10_000, {"alpha"}, Failure.CONNECT_TIMEOUT)
    for outcome, state, scope in (
        (FAILED, State.DOWN, Scope.WIDESPREAD),
        (OK, State.UNREACHABLE, Scope.YOUR_NETWORK),
    ):
        loop = Loop(says, platforms=OTHERS).start().run(300)
        assert [(m.state, m.scope) for m in loop.events[0].of.members] == [(State.UNREACHABLE, Scope.NOT_KNOWN)]
        tell(loop, outcome, Source.OUTSIDE, None)
        assert [e.kind for e in loop.events] == [EventKind.START, EventKind.UPDATE]  # "an update"
        assert [(m.state, m.scope) for m in loop.events[-1].of.members] == [(state, scope)]
        assert loop.events[-1].incident == loop.events[0].incident


def test_what_only_their_page_carried_fades_a_day_after_its_last_word_and_nobody_says_it_works_again() -> None:
    lone = (platform("alpha", "acme"), platform("other", "else"))
    loop = polled(Loop(platforms=lone).start().run(100), MAJOR, 120, lone[0].functions[0])
    last = loop.at - 60 * SECOND
    loop.run((last + DAY - loop.at) / SECOND - 60)
    assert [e.kind for e in loop.events] == [EventKind.START]
    assert all(i.phase is Phase.OPEN for i in loop.world.incidents.values())
    loop.run(180)
    assert [e.kind for e in loop.events] == [EventKind.START, EventKind.END]
    assert loop.events[-1].of.ending is Ending.FADED
    assert [n.event.kind for _, n in loop.said] == [EventKind.START]


def test_an_admission_is_held_back_while_the_line_is_not_known() -> None:
    def nothing(key: tuple[str, str], when: Millis) -> Failure | int:
        return Failure.CONNECT_NETWORK_DOWN if when < MINUTE else 200 if key[0] != "*" else Failure.DNS_TIMEOUT

    loop = Loop(nothing, platforms=OTHERS).start().run(10)
    tell(loop, MAJOR)
    assert loop.events == []
    assert loop.state("alpha") is State.UNKNOWN


def test_claims_of_whom_nobody_watches_are_not_kept() -> None:
    loop = Loop(well, platforms=(OTHER,)).start().run(60)
    tell(loop, MAJOR)
    assert loop.world.claims == {}
    assert sample(0, OK).platform == "alpha"
    assert loop.events == []
