"""Found by fresh eyes: each of these says what the design promises and the core does not yet keep."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle, pairwise

import pytest
from core_rig import at, member, moment, sample, shown
from hypothesis import given, settings
from hypothesis import strategies as st
from loop import ALPHA, BETA, CONTROLS, OTHER, T0, WATCHED, Loop, during, platform, well

from trayapp.core.incident import step
from trayapp.core.judge import Reason, Verdict
from trayapp.core.line import vouches
from trayapp.core.model import (
    EVERYONE,
    DAY,
    Event,
    EventKind,
    Failure,
    Incident,
    Instant,
    Line,
    Phase,
    Phases,
    Scope,
    State,
)
from trayapp.core.notices import MERGE, plan
from trayapp.core.outcome import of_platform
from trayapp.core.ports import Delivery, Restored
from trayapp.core.present import view
from trayapp.core.question import Answer, Probe
from trayapp.core.schedule import Key
from trayapp.core.world import Answered, Delivered
from test_core_incident import news

EVERYBODY = {EVERYONE, *(p.id for p in WATCHED)}

# 1. "Your own line first": a dropout in which questions hang. The controls hang longer than the platforms do (15 s against
#    5 s), so the line is never judged lost; then it is back, somebody unrelated answers, and the failures of the dropout
#    count. 39 of 500 random dropouts of hanging questions begin an incident.


def test_a_dropout_in_which_questions_hang_accuses_nobody() -> None:
    says = during(66, 81, EVERYBODY, Failure.CONNECT_TIMEOUT)
    loop = Loop(says, hangs=lambda key: 15_000 if key[0] == EVERYONE else 5_000).start().run(400)
    assert loop.events == []


@settings(max_examples=60, deadline=None)
@given(
    since=st.floats(60, 180),
    lasts=st.floats(3, 30),
    hangs=st.lists(st.sampled_from([300, 3_000, 5_000, 7_000, 10_000, 15_000]), min_size=7, max_size=7),
    told=st.sampled_from([Failure.CONNECT_TIMEOUT, Failure.DNS_TIMEOUT]),
)
def test_however_long_whose_question_hangs(since: float, lasts: float, hangs: list[int], told: Failure) -> None:
    says = during(since, since + lasts, EVERYBODY, told)
    each = cycle(hangs)
    loop = Loop(says, hangs=lambda _key: next(each)).start().run(since + lasts + 90)
    assert loop.events == []


@pytest.mark.parametrize("failure", [Failure.HTTP_TIMEOUT, Failure.HTTP_RESET, Failure.HTTP_EOF])
def test_whoever_says_nothing_after_the_handshake_does_not_vouch_for_the_moment_it_was_given_up(
    failure: Failure,
) -> None:
    # "Any TLS-valid answer ... counts as control": a time-out, a reset and a hang-up are no answers.
    assert not vouches(sample(10, failure), CONTROLS)


# 2. A box that takes every TCP connection (a portal, a transparent proxy) has shown no certificate: it cannot vouch.


def test_a_bare_connection_vouches_for_nothing() -> None:
    chat = Probe("chat", "tcp", "chat.beta.test")
    connected = of_platform(BETA, chat, Answer(at(0), at(1), Phases(dns=5, connect=9)))
    assert not vouches(connected, CONTROLS)


def test_a_platform_asked_without_tls_vouches_for_nothing() -> None:
    plain = Probe("plain", "http", "www.beta.test", secure=False)
    told = of_platform(BETA, plain, Answer(at(0), at(1), Phases(dns=5, connect=9, first_byte=9), status=302))
    assert not vouches(told, CONTROLS)


def test_a_portal_that_takes_every_connection_accuses_nobody() -> None:
    chat = replace(BETA, id="chat", owner="else", probes=(Probe("p0", "tcp", "chat.test"),))

    def says(key: Key, when: int) -> Answer | Failure | int:
        if when < 100_000:
            return well(key, when) if key[0] != "chat" else Answer(0, 0, Phases(dns=5, connect=9))
        if key[0] == EVERYONE:
            return 302 if key[1] != "number" else Answer(0, 0, Phases(connect=9))
        return Answer(0, 0, Phases(dns=5, connect=9)) if key[0] == "chat" else Failure.TLS_WRONG_NAME

    loop = Loop(says, platforms=(ALPHA, replace(BETA, owner="acme"), chat)).start().run(400)
    assert loop.events == []
    assert loop.world.line is Line.PORTAL


# 3. `Plan.line_tries` is never counted up: a lost line is asked about every 6 s for as long as it is lost.


def test_a_lost_line_is_asked_about_less_and_less_often() -> None:
    loop = Loop(during(100, 10_000, EVERYBODY, Failure.CONNECT_NETWORK_DOWN)).start().run(700)
    times = [t for t, key in loop.asked if key == (EVERYONE, "one") and t > 100_000]
    waits = [b - a for a, b in pairwise(times)]
    assert waits == sorted(waits)
    assert 30_000 <= waits[-1] <= 31_000


# 4. The story's order, and what is said of it.


def _incident(phase: Phase, events: int) -> Incident:
    over = phase is Phase.CLOSED
    part = member(0, "p0", until=90 if over else None)
    return Incident("acme-1", "acme", phase, (part,), moment(0), moment(90) if over else None, events)


def test_a_relapse_is_not_hidden_in_the_notice_that_says_it_is_over() -> None:
    over, again = _incident(Phase.CLOSED, 2), _incident(Phase.OPEN, 3)
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
    part = replace(_incident(Phase.OPEN, 2), members=(member(0, "p0"), member(0, "p0", platform="beta")))
    after, _ = plan((), Event("acme-1", 2, EventKind.UPDATE, at(0), part), _incident(Phase.OPEN, 1), said, at(0))
    assert [n.due <= at(0) + MERGE for n in after] == [True]


# 5. How long it lasted: by the steady clock within a boot, also when the wall clock is set back.


def test_a_clock_set_back_does_not_change_how_long_it_lasted() -> None:
    known, _ = step(None, "acme", [news("alpha", State.DOWN, 0)], moment(10))
    later = Instant(at(60 - 3600), 60_000, "boot-1")
    _, (end,) = step(known, "acme", [news("alpha", State.UP, 40 - 3600)], later)
    assert end.duration_ms == 40_000


def test_a_clock_set_back_in_mid_outage() -> None:
    loop = Loop(during(100, 400, {"alpha", "beta"}, 503)).start().run(200)
    loop.wall_shift = -3_600_000
    loop.run(500)
    assert loop.events[-1].kind is EventKind.END
    assert 260_000 <= (loop.events[-1].duration_ms or 0) <= 400_000


# 6. A gap "drops evidence that overlaps it": also what was on its way when it began.


def test_an_answer_to_a_question_from_before_a_gap_says_nothing_after_it() -> None:
    loop = Loop().start().run(301)
    asked = loop.now().t
    loop.sleep(60)
    woken = loop.now()
    loop.feed(Answered(woken, ("alpha", "p0"), Answer(asked, asked + 90, status=200)))
    (gap,) = [g for e in loop.effects for g in e.gaps]
    assert [e for e in loop.world.window.get("alpha", ()) if e.began < gap.until] == []
    assert loop.state("alpha") is State.UNKNOWN


# 7. An incident whose witness is asked no more (the file of the platform was changed, or it is watched no longer)
#    must not stay open for ever.


def test_an_incident_whose_witness_is_gone_comes_to_an_end() -> None:
    left = Incident("acme-1", "acme", Phase.OPEN, (member(-500, "gone"),), moment(-500), events=1)
    loop = Loop().start(Restored(incidents=(left,), looked=moment(-10))).run(600)
    assert [e.kind for e in loop.events] == [EventKind.END]
    assert loop.state("alpha") is State.UP


@pytest.mark.parametrize("watched", [(ALPHA, OTHER), (OTHER,)])
def test_an_incident_of_a_platform_that_is_watched_no_more_comes_to_an_end(watched: tuple[object, ...]) -> None:
    left = Incident(
        "acme-1", "acme", Phase.OPEN, (member(-500, "p0", platform="delta"),), moment(-500), events=1
    )
    loop = Loop(platforms=watched).start(Restored(incidents=(left,), looked=moment(-10))).run(600)  # type: ignore[arg-type]
    assert [e.kind for e in loop.events] == [EventKind.END]
    assert view(loop.world).incidents == ()


# 8. Not from here is not broken: a function is never worse than its platform.


def test_what_fails_only_in_your_network_is_not_called_broken() -> None:
    verdict = Verdict(State.UNREACHABLE, Scope.YOUR_NETWORK, Reason.NO_ANSWER_ONLY_HERE)
    world = shown({"alpha": verdict}, (ALPHA,), failing={"alpha": frozenset({"p0", "p1"})})
    assert {s for _, s in view(world).rows[0].functions} == {State.UNREACHABLE}


# 9. Polite, whatever the person or the clock does.


def test_an_impatient_person_does_not_make_it_impolite() -> None:
    loop = Loop().start().run(60)
    for _ in range(10):
        loop.check_now()
        loop.run(0.2)
    for p in WATCHED:
        for probe in p.probes:
            times = [t for t, key in loop.asked if key == (p.id, probe.id)]
            assert min(b - a for a, b in pairwise(times)) >= 1500


def test_a_host_that_fails_all_day_is_asked_no_more_than_fifteen_hundred_times() -> None:
    loop = Loop(during(100, 10_000, {"alpha"}, Failure.DNS_NXDOMAIN), platforms=(platform("alpha", "acme"), OTHER))
    loop.start().run(600)
    before = len(loop.asked)
    loop.run(3600)
    asked = sum(key == ("alpha", "p0") for _, key in loop.asked[before:])
    assert asked * (DAY / 3_600_000) < 1_500
    assert loop.now().t > T0
