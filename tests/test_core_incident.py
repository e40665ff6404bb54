"""An owner's incident: a total table, a numbered story, members with a beginning and an end."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product

import pytest
from core_rig import at, member, moment
from hypothesis import given
from hypothesis import strategies as st

from trayapp.core.incident import (
    TABLE,
    IllegalTransitionError,
    News,
    Signal,
    interrupted,
    signal_of,
    step,
    transition,
)
from trayapp.core.model import Function, Instant, Scope, State
from trayapp.core.story import Event, EventKind, Incident, Member, Phase

BAD = (State.DOWN, State.PARTIAL, State.UNREACHABLE)


def news(platform: str, state: State = State.DOWN, since: float = 0, *witnesses: str) -> News:
    scope = Scope.NOT_KNOWN if state in {State.UP, State.UNREACHABLE, State.SLOW} else Scope.THEIRS
    return News(platform, state, scope, (Function.WEB,), at(since), frozenset(witnesses))


def live(*steps: tuple[float, list[News]]) -> tuple[Incident | None, list[Event]]:
    known: Incident | None = None
    events: list[Event] = []
    for seconds, said in steps:
        known, happened = step(known, "acme", said, moment(seconds))
        events += happened
    return known, events


# the table


@pytest.mark.parametrize(("phase", "signal"), list(product([None, *Phase], Signal)))
def test_every_pair_is_in_the_table_or_refused(phase: Phase | None, signal: Signal) -> None:
    if (phase, signal) in TABLE:
        assert transition(phase, signal) == TABLE[phase, signal]
    else:
        with pytest.raises(IllegalTransitionError, match=r"no transition from .+ on .+"):
            transition(phase, signal)


def test_the_table() -> None:
    assert TABLE == {
        (None, Signal.SAME): (None, None),
        (None, Signal.TROUBLE): (Phase.OPEN, EventKind.START),
        (Phase.OPEN, Signal.SAME): (Phase.OPEN, None),
        (Phase.OPEN, Signal.CHANGED): (Phase.OPEN, EventKind.UPDATE),
        (Phase.OPEN, Signal.OVER): (Phase.CLOSED, EventKind.END),
        (Phase.CLOSED, Signal.SAME): (Phase.CLOSED, None),
        (Phase.CLOSED, Signal.TROUBLE): (Phase.OPEN, EventKind.UPDATE),
    }


MEMBERS = st.lists(
    st.builds(
        Member,
        platform=st.sampled_from(["alpha", "beta", "gamma"]),
        functions=st.sampled_from([(), (Function.WEB,)]),
        state=st.sampled_from(BAD),
        scope=st.sampled_from(Scope),
        since=st.integers(at(0), at(100)),
        until=st.none() | st.integers(at(100), at(200)),
    ),
    max_size=3,
    unique_by=lambda m: m.platform,
).map(tuple)
INCIDENTS = st.none() | st.builds(
    Incident,
    id=st.just("acme-1"),
    owner=st.just("acme"),
    phase=st.sampled_from(Phase),
    members=MEMBERS,
    start=st.just(moment(0)),
)


@given(INCIDENTS, MEMBERS)
def test_whatever_signal_of_says_is_in_the_table(incident: Incident | None, members: tuple[Member, ...]) -> None:
    phase = incident.phase if incident is not None else None
    assert (phase, signal_of(incident, members)) in TABLE


NEWS = st.builds(
    News,
    platform=st.sampled_from(["alpha", "beta", "gamma"]),
    state=st.sampled_from(State),
    scope=st.sampled_from(Scope),
    functions=st.sampled_from([(), (Function.WEB,), (Function.WEB, Function.FEED)]),
    since=st.integers(at(-100), at(100)),
    witnesses=st.sampled_from([frozenset(), frozenset({"p0"}), frozenset({"p0", "p1"})]),
)
LIVES = st.lists(st.tuples(st.integers(0, 300), st.lists(NEWS, max_size=3)), max_size=15)


@given(LIVES)
def test_any_life_is_a_well_told_story(life: list[tuple[int, list[News]]]) -> None:
    known: Incident | None = None
    told: list[Event] = []
    now = 100
    for wait, said in life:
        now += wait
        before = known
        known, events = step(known, "acme", said, moment(now))
        assert len(events) <= 1
        assert (known is None) <= (before is None)  # an incident is never forgotten here
        for e in events:
            assert e.of == known
            assert e.t == at(now)
            assert e.relapse == (before is not None and before.phase is Phase.CLOSED)
        told += events
        if known is None:
            continue
        assert known.events == len(told)
        assert len({m.platform for m in known.members}) == len(known.members)
        still_bad = [m for m in known.members if m.until is None]
        assert (known.phase is Phase.OPEN) == bool(still_bad)
        assert (known.end is None) == (known.phase is Phase.OPEN)
        assert known.end is None or known.end.t >= known.start.t
        assert all(m.until is None or m.until >= m.since for m in known.members)
    assert [e.number for e in told] == list(range(1, len(told) + 1))
    assert len({e.incident for e in told}) <= 1
    if told:
        assert told[0].kind is EventKind.START
        assert [e.kind for e in told].count(EventKind.START) == 1
        for a, b in pairwise(told):
            assert b.kind is not EventKind.START
            assert (a.kind is EventKind.END) == b.relapse
    assert all(e.duration_ms is None or e.duration_ms >= 0 for e in told)
    assert all((e.duration_ms is None) == (e.kind is not EventKind.END) for e in told)


@given(LIVES, st.lists(NEWS, max_size=3, unique_by=lambda n: n.platform), st.randoms())
def test_in_which_order_the_platforms_are_told_does_not_matter(
    life: list[tuple[int, list[News]]], last: list[News], random: object
) -> None:
    known, _ = live(*((100 + i, said) for i, (_, said) in enumerate(life)))
    shuffled = list(last)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random
    one, first = step(known, "acme", last, moment(200))
    two, second = step(known, "acme", shuffled, moment(200))
    assert [(e.kind, e.number) for e in first] == [(e.kind, e.number) for e in second]
    assert (one is None) == (two is None)
    if one is not None and two is not None:
        assert set(one.members) == set(two.members)
        assert replace(one, members=()) == replace(two, members=())


def test_the_same_again_is_no_event() -> None:
    _, events = live((10, [news("alpha")]), (20, [news("alpha")]), (30, [news("alpha")]))
    assert [e.kind for e in events] == [EventKind.START]


def test_what_is_not_known_changes_nothing() -> None:
    known, events = live((10, [news("alpha")]), (20, [news("alpha", State.UNKNOWN)]), (30, []))
    assert [e.kind for e in events] == [EventKind.START]
    assert known is not None
    assert known.phase is Phase.OPEN


def test_good_news_of_who_was_never_accused_is_no_part_of_the_story() -> None:
    known, events = live((10, [news("alpha"), news("beta", State.UP, 5)]))
    assert known is not None
    assert [m.platform for m in known.members] == ["alpha"]
    assert len(events) == 1


def test_witnesses_are_remembered_without_an_event() -> None:
    known, events = live((10, [news("alpha", State.DOWN, 0, "p0")]), (20, [news("alpha", State.DOWN, 0, "p0", "p1")]))
    assert len(events) == 1
    assert known is not None
    assert known.members[0].witnesses == {"p0", "p1"}


@pytest.mark.parametrize(
    "second",
    [
        [news("alpha", State.PARTIAL), news("beta", State.DOWN, 15)],
        [news("alpha", State.DOWN)],
        [replace(news("alpha", State.PARTIAL), scope=Scope.WIDESPREAD)],
        [replace(news("alpha", State.PARTIAL), functions=(Function.WEB, Function.FEED))],
    ],
)
def test_what_anybody_need_be_told_is_an_update(second: list[News]) -> None:
    _, events = live((10, [news("alpha", State.PARTIAL)]), (20, second))
    assert [(e.kind, e.number) for e in events] == [(EventKind.START, 1), (EventKind.UPDATE, 2)]


# members


def test_a_member_keeps_the_worst_that_happened_to_it() -> None:
    known, events = live((10, [news("alpha")]), (20, [news("alpha", State.UNREACHABLE)]))
    assert known is not None
    assert (known.members[0].state, known.members[0].scope) == (State.DOWN, Scope.THEIRS)
    assert len(events) == 1


def test_a_member_that_is_well_again_is_an_update_and_the_last_one_the_end() -> None:
    known, events = live(
        (10, [news("alpha"), news("beta", State.DOWN, 5)]),
        (60, [news("alpha", State.UP, 40), news("beta", State.DOWN, 5)]),
        (90, [news("alpha", State.UP, 40), news("beta", State.SLOW, 70)]),
    )
    assert [e.kind for e in events] == [EventKind.START, EventKind.UPDATE, EventKind.END]
    assert known is not None
    assert {(m.platform, m.since, m.until) for m in known.members} == {
        ("alpha", at(0), at(40)),
        ("beta", at(5), at(70)),
    }
    assert (known.start.t, known.end and known.end.t) == (at(0), at(70))  # the last of the first good samples


def test_it_began_when_the_first_of_them_did_also_if_that_is_learnt_later() -> None:
    known, _ = live((10, [news("alpha", State.DOWN, 5)]), (20, [news("alpha", State.DOWN, 2)]))
    assert known is not None
    assert known.members[0].since == at(2)
    assert known.start.t == at(5)  # what was said is not rewritten


def test_an_end_is_never_before_its_beginning() -> None:
    known, _ = live((10, [news("alpha", State.DOWN, 5)]), (60, [news("alpha", State.UP, 1)]))
    assert known is not None
    assert known.members[0].until == at(5)
    assert known.end is not None
    assert known.end.t == at(5)


def test_who_falls_again_within_one_story_fell_when_it_first_did() -> None:
    known, events = live(
        (10, [news("alpha"), news("beta")]),
        (60, [news("alpha", State.UP, 40), news("beta")]),
        (90, [news("alpha", State.DOWN, 80), news("beta")]),
    )
    assert [e.kind for e in events] == [EventKind.START, EventKind.UPDATE, EventKind.UPDATE]
    assert known is not None
    alpha = next(m for m in known.members if m.platform == "alpha")
    assert (alpha.since, alpha.until) == (at(0), None)


def test_a_relapse_takes_the_same_story_up_again() -> None:
    known, events = live(
        (10, [news("alpha")]),
        (60, [news("alpha", State.UP, 40)]),
        (300, [news("beta", State.DOWN, 280)]),
        (400, [news("beta", State.UP, 350)]),
    )
    assert [(e.kind, e.number, e.relapse) for e in events] == [
        (EventKind.START, 1, False),
        (EventKind.END, 2, False),
        (EventKind.UPDATE, 3, True),
        (EventKind.END, 4, False),
    ]
    assert events[2].of.end is None
    assert known is not None
    assert known.end is not None
    assert known.end.t == at(350)
    assert {m.platform for m in known.members} == {"alpha", "beta"}


# time


def test_how_long_it_lasted_is_told_by_the_steady_clock_within_one_boot() -> None:
    # The wall clock is set on by an hour in the middle: forty seconds have passed.
    known, _ = step(None, "acme", [news("alpha", State.DOWN, 0)], moment(10))
    later = Instant(at(3600 + 60), 60_000, "boot-1")
    _, (end,) = step(known, "acme", [news("alpha", State.UP, 3600 + 40)], later)
    assert end.duration_ms == 40_000


def test_across_boots_by_the_wall() -> None:
    known, _ = step(None, "acme", [news("alpha", State.DOWN, 0)], moment(10))
    rebooted = Instant(at(500), 20_000, "boot-2")
    _, (end,) = step(known, "acme", [news("alpha", State.UP, 490)], rebooted)
    assert end.duration_ms == 490_000


def test_never_negative() -> None:
    known, _ = step(None, "acme", [news("alpha", State.DOWN, 0)], moment(10))
    back_then = Instant(at(-5000), 20_000, "boot-2")
    _, (end,) = step(known, "acme", [news("alpha", State.UP, -5010)], back_then)
    assert end.duration_ms is not None
    assert end.duration_ms >= 0


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_since_and_before_agree(mono: int, back: int) -> None:
    now = Instant(at(0) + mono, mono, "boot-1")
    assert now.since(now.before(now.t - back)) == back


# names


def test_an_id_names_the_owner_and_the_moment_when_it_was_first_told() -> None:
    known, _ = live((10, [news("alpha", State.DOWN, 0.007)]))
    assert known is not None
    assert known.id == "acme-20231114T221330.000Z"


@given(st.integers(at(-(10**6)), at(10**6)), st.integers(1, 10**9))
def test_no_second_incident_bears_the_same_name(told: int, later: int) -> None:
    """Not by when it began: two may have begun at the same time, where one is parted from the other."""

    def name(t: int) -> str:
        known, _ = step(None, "acme", [news("alpha")], Instant(t, 10**7, "boot-1"))
        assert known is not None
        return known.id

    assert name(told) < name(told + later)


def test_a_gap_marks_what_is_open_and_nothing_else() -> None:
    known, _ = live((10, [news("alpha")]))
    assert known is not None
    assert interrupted(known) == replace(known, unwatched=True)
    over = Incident("acme-1", "acme", Phase.CLOSED, (member(0, until=5),), moment(0), moment(5))
    assert interrupted(over) is over


def test_a_clock_set_back_does_not_change_how_long_it_lasted() -> None:
    known, _ = step(None, "acme", [news("alpha", State.DOWN, 0)], moment(10))
    later = Instant(at(60 - 3600), 60_000, "boot-1")
    _, (end,) = step(known, "acme", [news("alpha", State.UP, 40 - 3600)], later)
    assert end.duration_ms == 40_000
