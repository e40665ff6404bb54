"""Which events are worth a notice, when each is said, and that none is said twice."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from core_rig import at, member, moment
from hypothesis import given
from hypothesis import strategies as st
from loop import Loop, during

from trayapp.core import digest
from trayapp.core.incident import News, step
from trayapp.core.model import Scope, State
from trayapp.core.notices import CHANNEL, HOLD, MERGE, STALE, next_due, plan, ripe, stale, worth
from trayapp.core.ports import Claim, Delivery
from trayapp.core.reduce import AGAIN
from trayapp.core.story import Ending, Event, EventKind, Incident, Member, Notice, Phase
from trayapp.core.world import Delivered

NOW = at(100)


def incident(*members: Member, events: int = 1, id_: str = "acme-1") -> Incident:
    over = bool(members) and all(m.until is not None for m in members)
    end = moment(90) if over else None
    return Incident(id_, "acme", Phase.CLOSED if over else Phase.OPEN, members, moment(0), end, events)


def event(kind: EventKind, *members: Member, number: int = 1, relapse: bool = False, id_: str = "acme-1") -> Event:
    return Event(id_, number, kind, NOW, incident(*members, events=number, id_=id_), relapse)


def take(
    outbox: tuple[Notice, ...], happened: Event, before: Incident | None = None, said: dict[str, int] | None = None
) -> tuple[tuple[Notice, ...], tuple[Notice, ...]]:
    return plan(outbox, happened, before, said or {}, NOW)


DOWN, PARTLY = member(0, "p0"), member(0, "p0", state=State.PARTIAL)
MUTE = member(0, "p0", state=State.UNREACHABLE, scope=Scope.NOT_KNOWN)
SIBLING = member(5, "p0", platform="beta")
WELL = member(0, "p0", until=90)


@pytest.mark.parametrize(
    ("before", "after", "is_worth"),
    [
        ((DOWN,), (DOWN, SIBLING), True),  # somebody joined
        ((PARTLY,), (DOWN,), True),  # fell deeper
        ((MUTE,), (PARTLY,), True),
        ((DOWN,), (PARTLY,), False),  # is on its way up
        ((DOWN, SIBLING), (DOWN, replace(SIBLING, until=90)), False),  # one of two is back
        ((DOWN,), (replace(DOWN, scope=Scope.WIDESPREAD),), False),
        ((WELL, SIBLING), (DOWN, SIBLING), True),  # one that was back has fallen again
    ],
)
def test_which_updates_are_worth_a_notice(
    before: tuple[Member, ...], after: tuple[Member, ...], *, is_worth: bool
) -> None:
    happened = event(EventKind.UPDATE, *after, number=2)
    assert worth(happened, incident(*before)) is is_worth


def test_every_start_end_and_relapse_is_worth_one() -> None:
    assert worth(event(EventKind.START, DOWN), None)
    assert worth(event(EventKind.END, WELL), incident(DOWN))
    assert worth(event(EventKind.UPDATE, DOWN, relapse=True), incident(WELL))


@pytest.mark.parametrize("ending", [None, *Ending])
def test_an_end_is_worth_one_only_where_it_was_seen_to_work_again(ending: Ending | None) -> None:
    end = event(EventKind.END, WELL, number=2)
    end = replace(end, of=replace(end.of, ending=ending))
    assert worth(end, incident(DOWN)) is (ending in {None, Ending.WELL})
    outbox, _ = take((), event(EventKind.START, DOWN))
    after, needless = take(outbox, end, incident(DOWN))
    assert needless == outbox  # a start that still waits is not said of what is over
    assert [n.event.kind for n in after] == ([EventKind.END] if ending in {None, Ending.WELL} else [])


def test_a_notice_waits_a_moment_for_company() -> None:
    outbox, needless = take((), event(EventKind.START, DOWN))
    assert [(n.due, n.stale, n.channel) for n in outbox] == [(NOW + HOLD, NOW + HOLD + STALE, "desktop")]
    assert needless == ()
    assert ripe(outbox, NOW + HOLD - 1) == ()
    assert ripe(outbox, NOW + HOLD) == outbox


def test_who_falls_in_the_meantime_is_told_in_the_same_notice() -> None:
    outbox, _ = take((), event(EventKind.START, DOWN))
    grown, needless = take(outbox, event(EventKind.UPDATE, DOWN, SIBLING, number=2), incident(DOWN))
    (notice,) = grown
    assert notice.key == ("acme-1", 1, "desktop")
    assert notice.event.kind is EventKind.START
    assert {m.platform for m in notice.event.of.members} == {"alpha", "beta"}
    assert (notice.due, needless) == (NOW + HOLD, ())


def test_a_second_notice_of_a_story_comes_no_sooner_than_ten_seconds_after_the_first() -> None:
    update = event(EventKind.UPDATE, DOWN, SIBLING, number=2)
    (soon,), _ = take((), update, incident(DOWN), {"acme-1": NOW - 1000})
    assert soon.due == NOW - 1000 + MERGE
    (late,), _ = take((), update, incident(DOWN), {"acme-1": NOW - 60_000})
    assert late.due == NOW + HOLD


def test_an_end_that_comes_before_its_start_was_said_takes_its_place() -> None:
    outbox, _ = take((), event(EventKind.START, DOWN))
    after, needless = take(outbox, event(EventKind.END, WELL, number=2), incident(DOWN))
    assert [n.event.kind for n in after] == [EventKind.END]
    assert needless == outbox


def test_another_story_is_not_touched() -> None:
    other, _ = take((), event(EventKind.START, DOWN, id_="else-1"))
    both, _ = take(other, event(EventKind.START, DOWN))
    assert {n.event.incident for n in both} == {"else-1", "acme-1"}
    after, needless = take(both, event(EventKind.END, WELL, number=2), incident(DOWN))
    assert other[0] in after
    assert other[0] not in needless


def test_an_update_that_is_not_worth_one_makes_none() -> None:
    assert take((), event(EventKind.UPDATE, PARTLY, number=2), incident(DOWN)) == ((), ())


def test_an_old_one_is_given_up() -> None:
    outbox, _ = take((), event(EventKind.START, DOWN))
    (notice,) = outbox
    assert stale(outbox, notice.stale - 1) == ()
    assert ripe(outbox, notice.stale - 1) == outbox
    assert stale(outbox, notice.stale) == outbox
    assert ripe(outbox, notice.stale) == ()


def test_when_to_look_again() -> None:
    assert next_due(()) is None
    one, _ = take((), event(EventKind.START, DOWN))
    assert next_due((replace(one[0], due=NOW + 7), *one)) == NOW + 7


NEWS = st.lists(
    st.builds(
        News,
        platform=st.sampled_from(["alpha", "beta", "gamma"]),
        state=st.sampled_from([State.UP, State.DOWN, State.PARTIAL, State.UNREACHABLE]),
        scope=st.sampled_from([Scope.THEIRS, Scope.NOT_KNOWN]),
        functions=st.just(()),
        since=st.integers(at(0), at(50)),
    ),
    max_size=3,
)


@given(st.lists(st.tuples(NEWS, st.integers(0, 30)), max_size=12))
def test_of_any_life_each_key_is_said_once_and_in_the_order_of_events(life: list[tuple[list[News], int]]) -> None:
    outbox: tuple[Notice, ...] = ()
    said: list[Notice] = []
    spoken: dict[str, int] = {}
    known: Incident | None = None
    seconds = 100
    for news, wait in [*life, ([], 30)]:
        seconds += wait
        now = at(seconds)
        say = ripe(outbox, now)
        outbox = tuple(n for n in outbox if n not in say)
        said += say
        spoken |= {n.event.incident: now for n in say}
        before = known
        known, events = step(known, "acme", news, moment(seconds))
        for happened in events:
            outbox, needless = plan(outbox, happened, before, spoken, now)
            assert not set(needless) & set(outbox)
        assert len({n.key for n in outbox}) == len(outbox)
        assert all(n.due <= n.stale for n in outbox)
    keys = [n.key for n in said]
    assert len(set(keys)) == len(keys)
    assert [n.event.number for n in said] == sorted(n.event.number for n in said)


# in the loop


def test_each_row_of_the_outbox_is_claimed_before_it_is_said_and_said_once() -> None:
    loop = Loop(during(100, 400, {"alpha", "beta"}, 503)).start().run(600)
    claims: dict[tuple[str, int, str], list[Claim]] = {}
    for effects in loop.effects:
        for notice, claim in effects.notices:
            claims.setdefault(notice.key, []).append(claim)
        claimed = {n.key for n, c in effects.notices if c is Claim.CLAIMED}
        assert {n.key for n in effects.say} == claimed
    assert len(claims) == 2
    for life in claims.values():
        assert life[0] is Claim.PENDING
        assert life[-2:] == [Claim.CLAIMED, Claim.SAID]
        assert life.count(Claim.CLAIMED) == 1


def test_a_time_out_counts_as_said() -> None:
    loop = Loop(during(100, 4000, {"alpha", "beta"}, 503), delivery=Delivery.TIMED_OUT).start().run(1000)
    assert len(loop.said) == 1
    assert loop.world.outbox == ()
    assert loop.world.speaking == {}


def test_a_refused_one_is_tried_again_after_half_a_minute_until_it_is_stale() -> None:
    loop = Loop(during(100, 4000, {"alpha", "beta"}, 503), delivery=Delivery.REFUSED).start().run(1500)
    times = [t for t, n in loop.said if n.channel == CHANNEL]
    assert all(AGAIN <= b - a <= AGAIN + 1000 for a, b in pairwise(times))
    assert STALE - AGAIN <= times[-1] - times[0] <= STALE
    last = [c for e in loop.effects for n, c in e.notices if n.channel == CHANNEL][-1]
    assert last is Claim.STALE
    late = [t for t, n in loop.said if n.channel == digest.CHANNEL]
    assert all(digest.AGAIN <= b - a <= digest.AGAIN + 1000 for a, b in pairwise(late))


def test_an_answer_for_a_notice_that_nobody_is_saying_changes_nothing() -> None:
    loop = Loop(during(100, 4000, {"alpha", "beta"}, 503)).start().run(300)
    outbox, said = loop.world.outbox, len(loop.said)
    for delivery in Delivery:
        loop.feed(Delivered(loop.now(), ("acme-1", 1, "desktop"), delivery))
        loop.feed(Delivered(loop.now(), loop.said[0][1].key, delivery))
    loop.run(100)
    assert loop.world.outbox == outbox == ()
    assert len(loop.said) == said


def test_a_relapse_is_not_hidden_in_the_notice_that_says_it_is_over() -> None:
    over, again = incident(WELL, events=2), incident(DOWN, events=3)
    outbox, _ = plan((), Event("acme-1", 2, EventKind.END, at(100), over), None, {}, at(100))
    relapse = Event("acme-1", 3, EventKind.UPDATE, at(101), again, relapse=True)
    after, _ = plan(outbox, relapse, over, {}, at(101))
    for notice in after:  # each says of the incident what its own kind says
        assert (notice.event.kind is EventKind.END) == (notice.event.of.phase is Phase.CLOSED)
    assert any(n.event.of.phase is Phase.OPEN for n in after)


def test_a_start_that_was_refused_is_not_said_after_the_end() -> None:
    # The channel takes long to refuse; meanwhile it is over.
    loop = Loop(during(100, 400, {"alpha", "beta"}, 503)).start().run(200)
    ((_, start),) = loop.said
    loop.world = replace(loop.world, speaking={start.key: start})
    loop.run(300)
    assert loop.events[-1].kind is EventKind.END
    loop.feed(Delivered(loop.now(), start.key, Delivery.REFUSED))
    loop.run(120)
    assert [n.event.kind for _, n in loop.said] == [EventKind.START, EventKind.END]


def test_a_clock_set_back_holds_no_notice_for_an_hour() -> None:
    said = {"acme-1": at(3600)}
    joined = incident(DOWN, SIBLING, events=2)
    after, _ = plan((), Event("acme-1", 2, EventKind.UPDATE, at(0), joined), incident(DOWN), said, at(0))
    assert [n.due <= at(0) + MERGE for n in after] == [True]


# what could not be said in time


def old(number: int, incident: str, channel: str = CHANNEL) -> Notice:
    told = replace(event(EventKind.START, DOWN, number=number, id_=incident), t=NOW + number)
    return Notice(told, channel, NOW, NOW + STALE)


def test_one_digest_for_all_that_went_stale() -> None:
    first = digest.folded((), [old(1, "acme-1"), old(2, "else-1")], NOW)
    assert [(n.channel, n.event.incident) for n in first] == [(digest.CHANNEL, "else-1")]
    assert [e.incident for e in digest.events(first[0])] == ["acme-1", "else-1"]
    second = digest.folded(first, [old(3, "acme-1")], NOW + 5)
    assert [e.incident for e in digest.events(second[0])] == ["else-1", "acme-1"]  # the latest of each, oldest first
    assert [e.number for e in digest.events(second[0])] == [2, 3]
    assert second[0].stale == NOW + 5 + digest.KEEPS


def test_a_digest_that_is_too_old_itself_is_given_up() -> None:
    (late,) = digest.folded((), [old(1, "acme-1")], NOW)
    assert digest.folded((), [late], NOW + digest.KEEPS) == ()


def test_a_digest_does_not_tell_what_is_told_by_itself() -> None:
    both = digest.folded((), [old(1, "acme-1"), old(2, "else-1")], NOW)
    for gone, left in (("acme-1", "else-1"), ("else-1", "acme-1")):
        (rest,) = digest.without(both, gone, NOW)
        assert [e.incident for e in digest.events(rest)] == [left]
    assert digest.without(digest.without(both, "acme-1", NOW), "else-1", NOW) == ()
    assert digest.without(both, "third-1", NOW) == both


@given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from(["acme-1", "else-1", "third-1"])), max_size=12))
def test_a_digest_tells_of_each_incident_once(missed: list[tuple[int, str]]) -> None:
    outbox: tuple[Notice, ...] = ()
    for number, name in missed:
        outbox = digest.folded(outbox, [old(number, name)], NOW)
        assert len(outbox) == 1
    told = [e.incident for n in outbox for e in digest.events(n)]
    assert sorted(told) == sorted({name for _, name in missed})


def test_a_digest_is_kept_event_by_event_and_is_whole_again_after_a_restart() -> None:
    (whole,) = digest.folded((), [old(1, "acme-1"), old(2, "else-1"), old(3, "third-1")], NOW)
    rows = digest.flat(whole)
    assert [n.key for n in rows] == [("acme-1", 1, "digest"), ("else-1", 2, "digest"), ("third-1", 3, "digest")]
    assert all(n.also == () for n in rows)
    other = old(4, "fourth-1")
    assert digest.merged([rows[1], other, rows[2], rows[0]], NOW) == (other, whole)
