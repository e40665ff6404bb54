"""The stories of the founding, played through the pure core on a virtual clock."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from loop import ALPHA, BETA, OTHER, T0, Loop, during, platform, well

from trayapp.core import digest
from trayapp.core.model import EVERYONE, Failure, Line, Scope, State
from trayapp.core.ports import Delivery
from trayapp.core.story import EventKind, Phase

ALL = {EVERYONE, "alpha", "beta", "gamma", "other"}


def kinds(loop: Loop) -> list[EventKind]:
    return [e.kind for e in loop.events]


def lines(loop: Loop) -> Line:
    return loop.world.line


def test_all_well_is_known_within_a_second_and_stays_so() -> None:
    loop = Loop().start().run(1)
    assert {p: loop.state(p) for p in ("alpha", "beta", "gamma", "other")} == dict.fromkeys(
        ("alpha", "beta", "gamma", "other"), State.UP
    )
    loop.run(3600)
    assert loop.events == []
    assert loop.said == []
    assert loop.world.line is Line.OK


def test_two_siblings_with_503_are_one_incident_and_one_notice_in_seconds() -> None:
    loop = Loop(during(100, 400, {"alpha", "beta"}, 503)).start().run(100)
    assert loop.events == []
    loop.run(40)
    # One of four hosts is asked every 15 s by turns, gamma is well, and on a 6 s grid a turn may take 18 s; siblings
    # are asked at once after the first failure.
    assert kinds(loop) == [EventKind.START]
    (start,) = loop.events
    assert start.t <= T0 + 138_000
    assert {m.platform for m in start.of.members} == {"alpha", "beta"}
    assert {m.scope for m in start.of.members} == {Scope.THEIRS}
    assert loop.state("alpha") is loop.state("beta") is State.DOWN
    assert loop.state("gamma") is State.UP
    assert [n.event.kind for _, n in loop.said] == [EventKind.START]
    assert loop.said[0][0] <= start.t - T0 + 3_000
    loop.run(260)  # to 400 s
    assert len(loop.said) == 1
    loop.run(200)
    assert kinds(loop)[-1] is EventKind.END
    assert kinds(loop).count(EventKind.START) == kinds(loop).count(EventKind.END) == 1
    assert [n.event.kind for _, n in loop.said] == [EventKind.START, EventKind.END]
    end = loop.events[-1]
    assert end.of.phase is Phase.CLOSED
    assert end.of.end is not None
    # The recorded end is the first good sample, not the moment of certainty.
    assert T0 + 400_000 <= end.of.end.t <= T0 + 440_000
    assert end.duration_ms == end.of.end.t - start.of.start.t
    assert T0 + 100_000 <= start.of.start.t <= T0 + 136_100


def test_cable_out_accuses_nobody() -> None:
    gone = Failure.CONNECT_NETWORK_DOWN
    loop = Loop(during(100, 400, ALL, gone)).start().run(130)
    assert lines(loop) == Line.OFFLINE
    assert {loop.state(p) for p in ("alpha", "beta", "gamma", "other")} == {State.UNKNOWN}
    loop.run(269)
    assert lines(loop) == Line.OFFLINE
    loop.run(61)
    assert lines(loop) == Line.OK
    assert {loop.state(p) for p in ("alpha", "beta", "gamma", "other")} == {State.UP}
    loop.run(300)
    assert loop.events == []
    assert loop.said == []


@pytest.mark.parametrize("failure", [Failure.DNS_TEMPORARY, Failure.CONNECT_TIMEOUT, Failure.TLS_RESET])
def test_one_failure_is_a_question_and_not_an_answer(failure: Failure) -> None:
    loop = Loop(during(100, 112, {("alpha", "p0")}, failure)).start().run(600)
    assert loop.events == []


def test_a_lone_host_must_fail_five_times_over_three_minutes() -> None:
    lone = platform("alpha", "acme")
    loop = Loop(during(100, 2000, {"alpha"}, 503), platforms=(lone, OTHER)).start().run(100)
    loop.run(175)
    assert loop.events == []
    loop.run(90)
    assert kinds(loop) == [EventKind.START]


def test_two_hosts_of_one_platform_need_three_samples_over_fifteen_seconds() -> None:
    loop = Loop(during(100, 2000, {"alpha"}, 503), platforms=(ALPHA, OTHER)).start().run(400)
    (start,) = loop.events
    first = start.of.start.t - T0
    assert 15_000 <= start.t - T0 - first <= 40_000


def test_no_answer_here_is_unreachable_and_nobodys_fault_yet() -> None:
    loop = Loop(during(100, 2000, {"alpha"}, Failure.CONNECT_TIMEOUT), platforms=(ALPHA, OTHER)).start().run(400)
    (start,) = loop.events
    assert [(m.state, m.scope) for m in start.of.members] == [(State.UNREACHABLE, Scope.NOT_KNOWN)]


def test_one_broken_host_of_two_is_partial() -> None:
    loop = Loop(during(100, 2000, {("alpha", "p1")}, 500), platforms=(ALPHA, OTHER)).start().run(700)
    (start,) = loop.events
    assert [(m.platform, m.state, m.functions) for m in start.of.members] == [
        ("alpha", State.PARTIAL, (ALPHA.functions[1],))
    ]


@pytest.mark.parametrize("status", [400, 403, 404, 417, 429, 451, 999])
def test_a_refusal_is_not_an_outage(status: int) -> None:
    loop = Loop(during(0, 4000, {"alpha", "beta", "gamma", "other"}, status)).start().run(3600)
    assert loop.events == []
    assert loop.state("alpha") is State.UP


def test_joining_siblings_are_one_notice_when_they_fall_together() -> None:
    loop = Loop(during(100, 2000, {"alpha", "beta", "gamma"}, 503)).start().run(200)
    assert kinds(loop)[0] is EventKind.START
    assert len(loop.said) == 1
    (_, notice) = loop.said[0]
    assert {m.platform for m in notice.event.of.members} == {"alpha", "beta", "gamma"}


def test_a_late_sibling_is_an_update_with_a_notice_of_its_own() -> None:
    late = during(300, 2000, {"gamma"}, 503, during(100, 2000, {"alpha", "beta"}, 503))
    loop = Loop(late).start().run(500)
    assert [n.event.kind for _, n in loop.said] == [EventKind.START, EventKind.UPDATE]


def test_relapse_within_a_quarter_of_an_hour_goes_on_with_the_same_incident() -> None:
    again = during(700, 1000, {"alpha", "beta"}, 503, during(100, 400, {"alpha", "beta"}, 503))
    loop = Loop(again).start().run(1600)
    assert {e.incident for e in loop.events} == {loop.events[0].incident}
    assert kinds(loop).count(EventKind.START) == 1
    assert sum(e.relapse for e in loop.events) == 1
    assert loop.events[-1].kind is EventKind.END
    assert [e.number for e in loop.events] == list(range(1, len(loop.events) + 1))


def test_a_later_one_is_another_incident() -> None:
    again = during(2000, 2300, {"alpha", "beta"}, 503, during(100, 400, {"alpha", "beta"}, 503))
    loop = Loop(again).start().run(3000)
    assert len({e.incident for e in loop.events}) == 2
    assert kinds(loop).count(EventKind.START) == kinds(loop).count(EventKind.END) == 2


def test_killed_in_mid_outage_says_start_once_and_end_once() -> None:
    says = during(100, 400, {"alpha", "beta"}, 503)
    first = Loop(says).start().run(200)
    assert kinds(first) == [EventKind.START]
    second = Loop(says, at=first.at + 10_000).start(first.restored()).run(100)
    assert second.events == []
    assert second.state("alpha") is State.DOWN  # known again at the first sample: the incident was open
    second.run(400)
    assert EventKind.START not in kinds(second)
    assert kinds(second).count(EventKind.END) == 1  # before it an update may say that one of the two is back
    assert kinds(second)[-1] is EventKind.END
    assert [n.event.kind for _, n in second.said] == [EventKind.END]
    assert second.events[-1].of.unwatched
    assert second.events[0].incident == first.events[0].incident


def test_an_outage_that_ended_while_fanal_was_off_ends_once() -> None:
    says = during(100, 400, {"alpha", "beta"}, 503)
    first = Loop(says).start().run(200)
    second = Loop(says, at=1_000_000).start(first.restored()).run(300)
    assert kinds(second)[-1] is EventKind.END
    assert kinds(second).count(EventKind.END) == 1
    assert [n.event.kind for _, n in second.said] == [EventKind.END]


def test_bad_at_the_first_look_says_so() -> None:
    loop = Loop(during(0, 2000, {"alpha", "beta"}, 503)).start().run(120)
    assert kinds(loop) == [EventKind.START]
    assert loop.events[0].of.already
    assert loop.events[0].t >= T0 + 30_000  # the first 30 s settle


def test_sleep_drops_what_was_seen_and_opens_nothing() -> None:
    # The line comes back 20 s after the machine does.
    loop = Loop(during(200, 200 + 8 * 3600 + 20, ALL, Failure.DNS_TEMPORARY)).start().run(199)
    loop.sleep(8 * 3600)
    loop.run(600)
    assert loop.events == []
    assert loop.state("alpha") is State.UP
    assert any(e.gaps for e in loop.effects)


def test_a_refused_notice_is_said_again_and_a_stale_one_goes_on_in_a_digest() -> None:
    loop = Loop(during(100, 4000, {"alpha", "beta"}, 503), delivery=Delivery.REFUSED).start().run(400)
    assert len(loop.said) > 3
    assert {n.channel for _, n in loop.said} == {"desktop"}
    loop.run(1000)
    (waiting,) = (*loop.world.outbox, *loop.world.speaking.values())
    assert waiting.channel == "digest"
    assert [e.kind for e in digest.events(waiting)] == [EventKind.START]
    before = len(loop.said)
    loop.run(1200)  # every five minutes from now on
    assert 3 <= len(loop.said) - before <= 5
    assert {n.key for _, n in loop.said} == {(loop.events[0].incident, 1, c) for c in ("desktop", "digest")}
    loop.delivery = Delivery.SAID
    loop.run(400)
    assert loop.world.outbox == ()
    said = len(loop.said)
    loop.run(600)
    assert len(loop.said) == said


def test_what_is_told_by_itself_again_leaves_the_digest() -> None:
    loop = Loop(during(100, 1500, {"alpha", "beta"}, 503), delivery=Delivery.REFUSED).start().run(1000)
    assert [n.channel for n in loop.world.outbox] == ["digest"]
    loop.delivery = Delivery.SAID
    loop.world = replace(loop.world, outbox=tuple(replace(n, due=n.due + 10**7) for n in loop.world.outbox))
    loop.run(900)
    assert [(n.event.kind, n.channel) for _, n in loop.said][-1] == (EventKind.END, "desktop")
    assert loop.world.outbox == ()


def test_a_sibling_alone_is_politely_asked() -> None:
    loop = Loop().start().run(3600)
    for p in (ALPHA, BETA, OTHER):
        for probe in p.probes:
            times = [t for t, key in loop.asked if key == (p.id, probe.id)]
            assert len(times) <= 61
            assert min(b - a for a, b in pairwise(times[1:])) >= 54_000


def test_controls_are_only_asked_when_nobody_vouches() -> None:
    loop = Loop(well).start().run(3600)
    assert len([1 for _, key in loop.asked if key[0] == EVERYONE]) == 3


@pytest.mark.parametrize("later", [85, 100, 150, 1500])
def test_whoever_fails_a_moment_later_is_in_the_story_from_the_beginning(later: int) -> None:
    """The line is vouched for between the two: one is counted at once, the other only by the next word of the line."""
    says = during(100, 4000, {"alpha", "beta", "gamma"}, Failure.DNS_TIMEOUT)
    loop = Loop(says, hangs=lambda key: later if key[0] == "gamma" else 30).start().run(160)
    start = loop.events[0]
    assert {m.platform for m in start.of.members} == {"alpha", "beta", "gamma"}
    assert [n.event.number for _, n in loop.said] == [1]
