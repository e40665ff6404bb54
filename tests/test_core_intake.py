"""What comes in from the person: a complaint, and from now on somebody else is watched."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loop import ALPHA, BETA, CONTROLS, GAMMA, OTHER, SECOND, WATCHED, Loop, during, platform, well

from trayapp.core.model import EVERYONE, MINUTE, Evidence, Failure, Millis, Outcome, Source, State
from trayapp.core.ports import Claim
from trayapp.core.present import view
from trayapp.core.question import Answer, Platform
from trayapp.core.story import Ending, EventKind, Phase
from trayapp.core.turns import Key
from trayapp.core.world import Answered, Complained, Reconfigured

FRESH = platform("fresh", "new", "www.fresh.test", "api.fresh.test")
SILENT = Failure.CONNECT_TIMEOUT


def asked(loop: Loop, key: Key, since: Millis) -> list[Millis]:
    return [t for t, k in loop.asked if k == key and t >= since]


def complain(loop: Loop, id_: str = "alpha") -> Millis:
    loop.feed(Complained(loop.now(), id_))
    return loop.at


def watch(loop: Loop, *platforms: Platform) -> Millis:
    loop.feed(Reconfigured(loop.now(), platforms, CONTROLS))
    return loop.at


# the person says that it does not work


def test_a_complaint_asks_everyone_of_that_owner_and_the_line_at_once() -> None:
    loop = Loop().start().run(307)
    now = complain(loop)
    loop.run(4)
    for p in (ALPHA, BETA, GAMMA):
        for probe in p.probes:
            assert asked(loop, (p.id, probe.id), now), (p.id, probe.id)
    assert all(asked(loop, (EVERYONE, c.probe.id), now) for c in CONTROLS)


def test_it_is_watched_closely_for_half_an_hour_and_no_longer() -> None:
    loop = Loop().start().run(307)
    now = complain(loop)
    loop.run(3600)
    for probe in ALPHA.probes:
        times = asked(loop, ("alpha", probe.id), now)
        closely = [b - a for a, b in pairwise(times) if b <= now + 30 * MINUTE]
        assert len(closely) >= 50
        assert max(closely) <= 36 * SECOND
        later = [b - a for a, b in pairwise(times) if a > now + 31 * MINUTE]
        assert min(later) >= MINUTE - 3 * SECOND
    sibling = [b - a for a, b in pairwise(asked(loop, ("beta", "p0"), now + MINUTE))]
    assert min(sibling) >= MINUTE - 3 * SECOND


def test_a_complaint_is_recorded_and_never_confirms_alone() -> None:
    loop = Loop().start().run(307)
    for _ in range(20):
        complain(loop)
        said = [e for e in loop.effects[-1].evidence if e.source is Source.YOU]
        assert [(e.platform, e.outcome, e.t) for e in said] == [("alpha", Outcome.FAILED, loop.world.now.t)]
        loop.run(20)
    assert loop.state("alpha") is State.UP
    assert loop.events == []
    assert not view(loop.world).rows[0].amber


def test_nor_does_it_make_one_failure_more_than_a_question() -> None:
    loop = Loop(during(300, 312, {("alpha", "p0")}, 503)).start().run(301)
    complain(loop)
    loop.run(300)
    assert loop.events == []


def test_a_complaint_of_whom_nobody_watches_changes_nothing() -> None:
    loop = Loop().start().run(307)
    before = loop.world
    complain(loop, "nobody")
    assert loop.effects[-1].evidence == ()
    assert loop.world.closely == before.closely == {}
    assert loop.world.claims == {}


def test_an_outage_is_confirmed_sooner_where_somebody_complained() -> None:
    lone = (platform("alpha", "acme", "a.test", "b.test"), OTHER)
    says = during(310, 10_000, {"alpha"}, SILENT)
    plain = Loop(says, platforms=lone).start().run(800)
    loop = Loop(says, platforms=lone).start().run(310.5)
    complain(loop)
    loop.run(490)
    assert loop.events[0].t <= plain.events[0].t
    assert loop.events[0].t - loop.world.now.t + loop.at <= 310_500 + 45 * SECOND


# from now on somebody else is watched


def test_whom_is_switched_off_leaves_the_story_and_nobody_says_that_it_works_again() -> None:
    loop = Loop(during(100, 10_000, {"alpha"}, 503), platforms=(ALPHA, OTHER)).start().run(300)
    assert [n.event.kind for _, n in loop.said] == [EventKind.START]
    watch(loop, OTHER)
    end = loop.events[-1]
    assert (end.kind, end.of.ending) == (EventKind.END, Ending.NOT_WATCHED)
    assert not any(i.phase is Phase.OPEN for i in loop.world.incidents.values())
    loop.run(600)
    assert [n.event.kind for _, n in loop.said] == [EventKind.START]
    assert [row.id for row in view(loop.world).rows] == ["other"]
    assert view(loop.world).incidents == ()
    assert not asked(loop, ("alpha", "p0"), 300_001)


def test_the_state_of_whom_is_switched_off_is_not_known_from_then_on() -> None:
    # Intervals last until the next one begins: it would have been down for ever.
    loop = Loop(during(100, 10_000, {"alpha"}, 503), platforms=(ALPHA, OTHER)).start().run(300)
    watch(loop, OTHER)
    loop.run(60)
    last = [i for i in loop.intervals if i.platform == "alpha"][-1]
    assert (last.state, last.since) == (State.UNKNOWN, loop.events[-1].t)


def test_nor_of_whom_this_run_does_not_watch_any_more() -> None:
    first = Loop(during(100, 10_000, {"alpha"}, 503), platforms=(ALPHA, OTHER)).start().run(300)
    second = Loop(platforms=(OTHER,), at=first.at + 60_000).start(first.restored()).run(60)
    last = [i for i in second.intervals if i.platform == "alpha"]
    assert [(i.state, i.since) for i in last] == [(State.UNKNOWN, first.world.now.t)]


def test_a_notice_that_still_waits_is_not_said_of_whom_nobody_watches() -> None:
    loop = Loop(during(100, 10_000, {"alpha"}, 503), platforms=(ALPHA, OTHER)).start()
    while not loop.events:
        loop.run(0.2)
    assert loop.said == []
    watch(loop, OTHER)
    loop.run(60)
    assert loop.said == []
    rows = [claim for e in loop.effects for _, claim in e.notices]
    assert rows[-1] is Claim.STALE


def test_of_two_in_one_story_the_other_goes_on() -> None:
    loop = Loop(during(100, 400, {"alpha", "beta"}, 503)).start().run(300)
    watch(loop, BETA, GAMMA, OTHER)
    (story,) = [i for i in loop.world.incidents.values() if i.phase is Phase.OPEN]
    assert {m.platform for m in story.members if m.until is None} == {"beta"}
    loop.run(400)
    assert loop.events[-1].kind is EventKind.END
    assert [n.event.kind for _, n in loop.said] == [EventKind.START, EventKind.END]


def test_who_is_switched_on_is_asked_at_once_and_known_within_a_second() -> None:
    loop = Loop().start().run(303)
    now = watch(loop, *WATCHED, FRESH)
    loop.run(1)
    assert loop.state("fresh") is State.UP
    for probe in FRESH.probes:
        assert asked(loop, ("fresh", probe.id), now)[0] - now <= SECOND


def test_the_others_keep_what_was_seen_and_their_turn() -> None:
    loop, same = Loop().start().run(303), Loop().start().run(303)
    before = loop.world
    watch(loop, ALPHA, BETA, OTHER, FRESH)
    for id_ in ("alpha", "beta", "other"):
        assert loop.world.window[id_] == before.window[id_]
        assert loop.state(id_) is State.UP
        for probe in loop.world.roster.platforms[id_].probes:
            assert loop.world.plan.due[id_, probe.id] == before.plan.due[id_, probe.id]
    assert "gamma" not in loop.world.window
    loop.run(50)
    same.run(50)
    key = ("other", "p0")
    assert asked(loop, key, 303_000) == asked(same, key, 303_000)
    assert all(e.gaps == () for e in loop.effects)


def test_an_open_incident_of_the_others_goes_on_as_if_nothing_was() -> None:
    loop = Loop(during(100, 10_000, {"other"}, 503)).start().run(300)
    (before,) = loop.world.incidents.values()
    watch(loop, ALPHA, OTHER)
    assert tuple(loop.world.incidents.values()) == (before,)
    assert len(loop.events) == 1


def test_what_only_a_probe_that_is_gone_has_seen_is_forgotten() -> None:
    loop = Loop(during(100, 10_000, {("alpha", "p1")}, 503), platforms=(ALPHA, OTHER)).start().run(500)
    assert loop.state("alpha") is State.PARTIAL
    watch(loop, replace(ALPHA, probes=ALPHA.probes[:1]), OTHER)
    loop.run(120)
    assert loop.state("alpha") is State.UP
    assert {e.probe for e in loop.world.window["alpha"]} == {"p0"}
    assert not any(i.phase is Phase.OPEN for i in loop.world.incidents.values())


def test_an_answer_that_comes_too_late_for_whom_nobody_watches_is_let_go() -> None:
    loop = Loop().start().run(303)
    watch(loop, OTHER)
    before = loop.world
    loop.feed(Answered(loop.now(), ("alpha", "p0"), Answer(loop.now().t - 80, loop.now().t, status=503)))
    assert loop.effects[-1].evidence == ()
    assert loop.world.window == before.window
    loop.feed(Answered(loop.now(), (EVERYONE, "gone"), Answer(loop.now().t - 80, loop.now().t, status=503)))
    assert loop.effects[-1].evidence == ()


def test_nobody_at_all_may_be_watched() -> None:
    loop = Loop().start().run(303)
    watch(loop)
    loop.run(120)
    assert view(loop.world).rows == ()
    watch(loop, *WATCHED)
    loop.run(2)
    assert {loop.state(p.id) for p in WATCHED} == {State.UP}


MENU = (ALPHA, BETA, GAMMA, OTHER, FRESH)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sets(st.sampled_from(range(5))), st.integers(0, 90)), max_size=8),
    st.sets(st.sampled_from([p.id for p in MENU])),
    st.sampled_from([503, SILENT, 200]),
)
def test_whoever_is_switched_on_and_off_the_world_holds_together(
    steps: list[tuple[set[int], int]], bad: set[str], how: Failure | int
) -> None:
    loop = Loop(during(50, 10**6, bad, how, well)).start().run(120)
    for chosen, seconds in steps:
        watched = tuple(MENU[i] for i in sorted(chosen))
        watch(loop, *watched)
        loop.run(seconds)
        ids = {p.id for p in watched}
        assert [row.id for row in view(loop.world).rows] == [p.id for p in watched]
        assert set(loop.world.verdicts) == set(loop.world.standings) == ids
        assert {key[0] for key in loop.world.plan.due} == ids | {EVERYONE}
        open_parts = [m.platform for i in loop.world.incidents.values() for m in i.members if m.until is None]
        assert set(open_parts) <= ids
        assert len(set(open_parts)) == len(open_parts)
    for key in {k for _, k in loop.asked if k[0] != EVERYONE}:
        assert all(b - a >= 1500 for a, b in pairwise(asked(loop, key, 0)))


@pytest.mark.parametrize("t", [6_000, 60_000])
def test_an_answer_stamped_in_a_time_to_come_says_nothing(t: Millis) -> None:
    # It was stamped before the clock was set back: it would outweigh all that is seen until then.
    loop = Loop().start().run(303)
    now = loop.now()
    before: tuple[Evidence, ...] = loop.world.window["alpha"]
    loop.feed(Answered(now, ("alpha", "p0"), Answer(now.t + t - 80, now.t + t, status=503)))
    assert loop.world.window["alpha"] == before
