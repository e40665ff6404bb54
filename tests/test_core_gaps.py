"""Times when nobody looked: told from two clocks, kept out of everything."""

from __future__ import annotations

import pytest
from core_rig import at, member, moment
from hypothesis import given
from hypothesis import strategies as st
from loop import ALPHA, CONTROLS, OTHER, T0, WATCHED, Loop, during, well

from trayapp.core.gaps import before_start, between
from trayapp.core.model import Gap, Instant, Line, State
from trayapp.core.ports import Restored
from trayapp.core.present import view
from trayapp.core.question import Answer, Platform
from trayapp.core.reduce import reduce
from trayapp.core.story import Ending, EventKind, Incident, Phase
from trayapp.core.world import Answered, Started, Tick, World

LAST = moment(100)


def later(mono_s: float, wall_s: float | None = None, boot: str = "boot-1") -> Instant:
    return Instant(at(100 + (mono_s if wall_s is None else wall_s)), round((100 + mono_s) * 1000), boot)


@pytest.mark.parametrize(
    ("planned_s", "passed_s", "is_gap"),
    [
        (6, 6, False),
        (6, 20, False),  # 20 s are always allowed
        (6, 20.001, True),
        (None, 20, False),
        (None, 20.001, True),
        (60, 90, False),  # half as long again
        (60, 90.001, True),
        (-5, 20.001, True),
    ],
)
def test_woken_late(planned_s: float | None, passed_s: float, *, is_gap: bool) -> None:
    wake = None if planned_s is None else round((100 + planned_s) * 1000)
    found = between(LAST, later(passed_s), wake)
    assert found == (Gap(at(100), at(100 + passed_s)) if is_gap else None)


@pytest.mark.parametrize(("wall_s", "is_gap"), [(11, False), (11.001, True), (1, False), (0.999, True), (-3600, True)])
def test_clocks_that_part(wall_s: float, *, is_gap: bool) -> None:
    found = between(LAST, later(6, wall_s), LAST.mono + 6000)
    assert (found is not None) == is_gap


def test_asleep_where_the_steady_clock_stands_still() -> None:
    assert between(LAST, later(1, 8 * 3600), LAST.mono + 6000) == Gap(at(100), at(100 + 8 * 3600))


def test_another_boot_is_a_gap_whatever_the_clocks_say() -> None:
    assert between(LAST, later(1, boot="boot-2"), LAST.mono + 6000) == Gap(at(100), at(101))
    restarted = Instant(at(400), 5000, "boot-2")
    assert between(LAST, restarted, None) == Gap(at(100), at(400))


INSTANTS = st.builds(Instant, st.integers(T0, T0 + 10**9), st.integers(0, 10**9), st.sampled_from(["boot-1", "boot-2"]))


@given(INSTANTS, INSTANTS, st.none() | st.integers(0, 10**9))
def test_a_gap_never_ends_before_it_begins_and_never_after_now(last: Instant, now: Instant, wake: int | None) -> None:
    gap = between(last, now, wake)
    if gap is not None:
        assert gap.since <= gap.until == now.t
    for gap in before_start(last, now):
        assert gap.since < gap.until == now.t


def test_before_the_start() -> None:
    assert before_start(None, LAST) == ()
    assert before_start(moment(50), LAST) == (Gap(at(50), at(100)),)
    assert before_start(moment(100), LAST) == ()
    assert before_start(moment(4000), LAST) == ()  # the clock has been set back behind it


# in the loop


def awake_after(loop: Loop, seconds: float) -> World:
    return loop.sleep(seconds).world


def test_what_was_seen_before_a_gap_says_nothing_after_it() -> None:
    world = awake_after(Loop().start().run(301), 8 * 3600)
    assert world.window == {}
    assert world.control == {}
    assert world.heard == {}
    assert world.line is Line.UNKNOWN
    assert {v.state for v in world.verdicts.values()} == {State.UNKNOWN}


def test_the_time_asleep_is_unknown_from_when_it_began() -> None:
    loop = Loop().start().run(301)
    before = loop.at
    loop.sleep(3600)
    (gap,) = loop.effects[-1].gaps
    assert gap.until == T0 + loop.at
    assert T0 + before - 6000 <= gap.since <= T0 + before
    blank = {i.platform: i for i in loop.effects[-1].intervals}
    assert {(i.state, i.since) for i in blank.values()} == {(State.UNKNOWN, gap.since)}
    assert set(blank) == {p.id for p in WATCHED}


def test_everybody_is_asked_at_once_after_it() -> None:
    loop = Loop().start().run(301).sleep(3600)
    asked = {ask.key for ask in loop.effects[-1].asks}
    assert asked >= {(p.id, probe.id) for p in WATCHED for probe in p.probes}
    assert asked >= {("*", c.probe.id) for c in CONTROLS}


def test_nothing_is_confirmed_by_questions_of_the_first_half_minute() -> None:
    loop = Loop(during(300, 10_000, {"alpha", "beta"}, 503)).start().run(299).sleep(3600)
    woken = loop.at
    loop.run(29.9)
    assert loop.events == []
    loop.run(60)
    assert [e.kind for e in loop.events] == [EventKind.START]
    assert loop.events[0].of.start.t >= T0 + woken + 30_000


def test_a_gap_clears_suspicion() -> None:
    loop = Loop(during(100, 10_000, {("alpha", "p0")}, 503)).start().run(160)
    assert loop.world.standings["alpha"].suspect
    loop.sleep(60)
    assert not loop.world.standings["alpha"].suspect


def test_an_open_incident_outlives_a_gap_and_is_marked() -> None:
    loop = Loop(during(100, 20_000, {"alpha", "beta"}, 503)).start().run(200)
    assert loop.state("alpha") is State.DOWN
    loop.sleep(3600)
    incident = loop.incident("acme")
    assert incident.unwatched
    assert incident in loop.effects[-1].incidents
    assert loop.state("alpha") is State.UNKNOWN  # nobody has looked
    loop.run(20)
    assert loop.state("alpha") is State.DOWN
    assert [e.kind for e in loop.events] == [EventKind.START]


@pytest.mark.parametrize("hours", [-26, -1, 1, 26])
def test_a_clock_set_by_hand_is_a_gap_and_accuses_nobody(hours: int) -> None:
    loop = Loop().start().run(301)
    loop.wall_shift = hours * 3_600_000
    loop.run(300)
    assert sum(len(e.gaps) for e in loop.effects) == 1
    assert loop.events == []
    assert {loop.state(p.id) for p in WATCHED} == {State.UP}


def test_a_restart_is_the_same_path() -> None:
    first = Loop(well).start().run(301)
    second = Loop(well, at=first.at + 3_600_000, boot="boot-2")
    second.start(first.restored())
    assert second.effects[0].gaps == (Gap(T0 + first.at, T0 + second.at),)
    assert {(i.platform, i.state) for i in second.effects[0].intervals} == {(p.id, State.UNKNOWN) for p in WATCHED}
    assert second.world.counts_from == T0 + second.at + 30_000


def test_a_first_start_is_no_gap() -> None:
    world, effects = reduce(World(moment(0)), Started(moment(0), WATCHED, CONTROLS, Restored()))
    assert effects.gaps == ()
    assert world.counts_from == at(30)


def test_a_short_wait_is_no_gap() -> None:
    loop = Loop().start().run(301)
    world, effects = reduce(loop.world, Tick(Instant(T0 + loop.at + 19_000, loop.at + 19_000, "boot-1")))
    assert effects.gaps == ()
    assert world.window["alpha"]


def test_evidence_is_kept_for_twenty_minutes_and_in_bounds() -> None:
    loop = Loop(during(100, 4000, {("alpha", "p0")}, 503)).start().run(3600)
    for p in WATCHED:
        seen = loop.world.window[p.id]
        assert all(e.t > seen[-1].t - 20 * 60_000 for e in seen)
        for probe in p.probes:
            assert 0 < sum(e.probe == probe.id for e in seen) <= 32


def test_an_end_is_never_before_its_beginning_on_the_wall_either() -> None:
    # The clock is set back by more than the outage has lasted: the duration is right, and the end is written before
    # the start. (In a log, a table or a calendar that is an impossible entry.)
    loop = Loop(during(100, 400, {"alpha", "beta"}, 503)).start().run(200)
    loop.wall_shift = -3_600_000
    loop.run(500)
    end = loop.events[-1]
    assert end.kind is EventKind.END
    assert end.of.end is not None
    assert end.of.end.t >= end.of.start.t
    assert 260_000 <= (end.duration_ms or 0) <= 400_000


def test_an_answer_to_a_question_from_before_a_gap_says_nothing_after_it() -> None:
    loop = Loop().start().run(301)
    asked = loop.now().t
    loop.sleep(60)
    woken = loop.now()
    loop.feed(Answered(woken, ("alpha", "p0"), Answer(asked, asked + 90, status=200)))
    (gap,) = [g for e in loop.effects for g in e.gaps]
    assert [e for e in loop.world.window.get("alpha", ()) if e.began < gap.until] == []
    assert loop.state("alpha") is State.UNKNOWN


def test_an_incident_whose_witness_is_gone_comes_to_an_end() -> None:
    left = Incident("acme-1", "acme", Phase.OPEN, (member(-500, "gone"),), moment(-500), events=1)
    loop = Loop().start(Restored(incidents=(left,), looked=moment(-10))).run(600)
    assert [e.kind for e in loop.events] == [EventKind.END]
    assert loop.state("alpha") is State.UP


@pytest.mark.parametrize("watched", [(ALPHA, OTHER), (OTHER,)])
def test_an_incident_of_a_platform_that_is_watched_no_more_comes_to_an_end(watched: tuple[Platform, ...]) -> None:
    left = Incident("acme-1", "acme", Phase.OPEN, (member(-500, "p0", platform="delta"),), moment(-500), events=1)
    loop = Loop(platforms=watched).start(Restored(incidents=(left,), looked=moment(-10))).run(600)
    assert [e.kind for e in loop.events] == [EventKind.END]
    assert view(loop.world).incidents == ()


def test_of_two_that_are_open_for_one_owner_the_older_is_closed_at_the_next_start() -> None:
    # A run that could not read the history began another one.
    older = Incident("acme-1", "acme", Phase.OPEN, (member(-900, "p0"),), moment(-900), events=1)
    newer = Incident("acme-2", "acme", Phase.OPEN, (member(-500, "p0"),), moment(-500), events=1)
    loop = Loop(during(0, 10_000, {"alpha"}, 503)).start(Restored(incidents=(older, newer), looked=moment(-10)))
    (end,) = loop.events
    assert (end.incident, end.number, end.kind, end.of.ending) == ("acme-1", 2, EventKind.END, Ending.MOVED)
    loop.run(300)
    assert [i.id for i in loop.world.incidents.values() if i.phase is Phase.OPEN] == ["acme-2"]
    assert loop.said == []
