"""How a network is: what never answered on it, or has not for a day, is no outage but a standing condition."""

from __future__ import annotations

from dataclasses import replace

import pytest
from loop import HANDSHAKE, OTHER, SECOND, WATCHED, Loop, during, platform, well

from trayapp.core.conditions import Condition
from trayapp.core.model import DAY, EVERYONE, HOUR, Failure, Millis, State
from trayapp.core.ports import Around, Known
from trayapp.core.present import Icon, Row, Say, view
from trayapp.core.question import Answer
from trayapp.core.story import Ending, EventKind, Phase
from trayapp.core.turns import Key
from trayapp.core.world import Surrounded

ALPHA = platform("alpha", "acme", "www.alpha.test", "api.alpha.test")
PAIR = (ALPHA, OTHER)
SILENT = Failure.CONNECT_TIMEOUT


def shown(loop: Loop) -> Row:
    return next(row for row in view(loop.world).rows if row.id == "alpha")


def kinds(loop: Loop) -> list[EventKind]:
    return [e.kind for e in loop.events]


def remembered(loop: Loop) -> dict[tuple[str, str], Known]:
    """As a store would have it: the last of each."""
    return {(k.network, k.platform): k for e in loop.effects for k in e.known}


def move(loop: Loop, network: str, *, frugal: bool = False) -> None:
    loop.feed(Surrounded(loop.now(), Around(network, frugal=frugal)))


# never answered here


@pytest.mark.parametrize("failure", [SILENT, Failure.DNS_NXDOMAIN, Failure.TLS_RESET, Failure.CONNECT_REFUSED])
def test_what_never_answered_on_this_network_is_a_standing_condition(failure: Failure) -> None:
    loop = Loop(during(0, 10**6, {"alpha"}, failure), platforms=PAIR).start().run(600)
    assert loop.events == []
    assert loop.said == []
    row = shown(loop)
    assert (row.state, row.standing) == (State.UNREACHABLE, True)
    assert Condition.STANDING.value in row.reasons
    whole = view(loop.world)
    assert (whole.icon, whole.say, whole.count, whole.names) == (Icon.UP, Say.ALL_WELL, 0, ())
    known = remembered(loop)["home", "alpha"]
    assert known.reached is None
    assert known.standing is not None


def test_a_server_s_error_at_the_first_look_is_an_outage_all_the_same() -> None:
    loop = Loop(during(0, 10**6, {"alpha"}, 503), platforms=PAIR).start().run(600)
    assert kinds(loop) == [EventKind.START]
    assert loop.events[0].of.already
    assert not shown(loop).standing


def test_whoever_answered_here_once_is_an_outage_when_it_falls_silent() -> None:
    loop = Loop(during(100, 10**6, {"alpha"}, SILENT), platforms=PAIR).start().run(600)
    assert kinds(loop) == [EventKind.START]
    assert not shown(loop).standing
    assert view(loop.world).icon is Icon.UNREACHABLE
    assert remembered(loop)["home", "alpha"].reached is not None


@pytest.mark.parametrize("answer", [403, 429, 503, Answer(0, 0, HANDSHAKE, status=200)])
def test_any_answer_with_a_valid_certificate_is_an_answer(answer: Answer | int) -> None:
    def says(key: Key, when: Millis) -> Answer | Failure | int:
        return well(key, when) if key[0] != "alpha" else answer if when < 20_000 else SILENT

    loop = Loop(says, platforms=PAIR).start().run(600)
    assert remembered(loop)["home", "alpha"].reached is not None
    assert EventKind.START in kinds(loop)


def test_a_portal_s_or_a_proxy_s_word_is_none_of_the_platform() -> None:
    def says(key: Key, when: Millis) -> Answer | Failure | int:
        if key[0] != "alpha":
            return well(key, when)
        return Answer(0, 0, HANDSHAKE, status=503, via="interception") if when < 100_000 else SILENT

    loop = Loop(says, platforms=PAIR).start().run(600)
    assert ("home", "alpha") not in remembered(loop) or remembered(loop)["home", "alpha"].reached is None


def test_well_at_last_the_condition_is_lifted_and_the_next_silence_is_an_outage() -> None:
    says = during(0, 600, {"alpha"}, SILENT, during(1200, 10**6, {"alpha"}, SILENT))
    loop = Loop(says, platforms=PAIR).start().run(500)
    assert shown(loop).standing
    loop.run(400)
    assert (shown(loop).state, shown(loop).standing) == (State.UP, False)
    known = remembered(loop)["home", "alpha"]
    assert (known.standing, known.reached is not None) == (None, True)
    assert loop.events == []  # it was no story, and its end is none
    loop.run(900)
    assert kinds(loop) == [EventKind.START]
    assert not shown(loop).standing


def test_a_condition_is_remembered_across_a_restart() -> None:
    says = during(0, 10**6, {"alpha"}, SILENT)
    first = Loop(says, platforms=PAIR).start().run(600)
    second = Loop(says, platforms=PAIR, at=first.at + 60_000).start(first.restored()).run(600)
    assert second.events == []
    assert shown(second).standing


def test_where_one_of_two_hosts_answers_it_is_no_condition() -> None:
    loop = Loop(during(0, 10**6, {("alpha", "p1")}, Failure.TLS_RESET), platforms=PAIR).start().run(900)
    assert not shown(loop).standing
    assert remembered(loop)["home", "alpha"].reached is not None


# silent for a day


def silent_for_a_day() -> Loop:
    """Nearly: ten minutes of it."""
    loop = Loop(during(100, 10**6, {"alpha"}, SILENT), platforms=(ALPHA, platform("other", "else"))).start().run(600)
    assert kinds(loop) == [EventKind.START]
    return loop


def test_silent_for_a_day_it_is_how_this_network_is() -> None:
    loop = silent_for_a_day()
    began = loop.events[0].of.start.mono
    loop.run((began + DAY - loop.at) / SECOND - 60)
    assert kinds(loop) == [EventKind.START]
    assert not shown(loop).standing
    loop.run(180)
    assert kinds(loop) == [EventKind.START, EventKind.END]
    assert loop.events[-1].of.ending is Ending.STANDING
    assert [n.event.kind for _, n in loop.said] == [EventKind.START]  # nobody saw it work again
    assert (shown(loop).state, shown(loop).standing) == (State.UNREACHABLE, True)
    assert view(loop.world).icon is Icon.UP
    loop.run(3600)
    assert len(loop.events) == 2
    # Well at last, it is as any other again.
    loop.says = well
    loop.run(300)
    assert (shown(loop).state, shown(loop).standing) == (State.UP, False)
    loop.says = during(0, 10**9, {"alpha"}, SILENT)
    loop.run(600)
    assert kinds(loop) == [EventKind.START, EventKind.END, EventKind.START]


def test_a_day_s_silence_is_a_day_s_by_both_clocks() -> None:
    loop = silent_for_a_day()
    loop.wall_shift = DAY
    loop.run(600)
    assert not shown(loop).standing
    assert kinds(loop) == [EventKind.START]


def test_a_restart_does_not_shorten_a_day() -> None:
    first = silent_for_a_day()
    second = Loop(first.says, platforms=first.platforms, at=first.at + 23 * HOUR).start(first.restored()).run(300)
    assert not shown(second).standing
    assert second.events == []
    second.run(3600)
    assert kinds(second) == [EventKind.END]
    assert second.events[-1].of.ending is Ending.STANDING


def test_a_day_of_server_errors_is_an_outage_still() -> None:
    first = Loop(during(100, 10**6, {"alpha"}, 503), platforms=PAIR).start().run(600)
    loop = Loop(first.says, platforms=PAIR, at=first.at + DAY).start(first.restored()).run(600)
    assert kinds(first) == [EventKind.START]
    assert loop.events == []
    assert (loop.state("alpha"), shown(loop).standing) == (State.DOWN, False)


# another network


def test_another_network_has_conditions_of_its_own() -> None:
    loop = Loop(during(0, 10**6, {"alpha"}, SILENT), platforms=PAIR).start().run(600)
    assert shown(loop).standing
    loop.says = well
    move(loop, "café")
    loop.run(600)
    assert (shown(loop).state, shown(loop).standing) == (State.UP, False)
    loop.says = during(0, 10**9, {"alpha"}, SILENT)
    loop.run(600)
    assert kinds(loop) == [EventKind.START]  # in the café it had answered
    known = remembered(loop)
    assert (known["home", "alpha"].reached, known["café", "alpha"].reached is not None) == (None, True)
    assert known["home", "alpha"].standing is not None


def test_back_home_it_is_as_it_was_there() -> None:
    loop = Loop(during(0, 10**6, {"alpha"}, SILENT), platforms=PAIR).start().run(600)
    loop.says = well
    move(loop, "café")
    loop.run(303)  # between two steps of the grid: nobody is being asked
    loop.says = during(0, 10**9, {"alpha"}, SILENT)
    move(loop, "home")
    loop.run(600)
    assert loop.events == []
    assert shown(loop).standing


# a network that changes is a gap


def test_a_change_of_network_drops_what_was_seen_and_settles_for_half_a_minute() -> None:
    loop = Loop().start().run(301)
    move(loop, "café")
    (gap,) = loop.effects[-1].gaps
    assert gap.until == loop.world.now.t
    assert loop.world.window == {}
    assert loop.world.heard == {}
    assert {loop.state(p.id) for p in WATCHED} == {State.UNKNOWN}
    assert {i.platform for i in loop.effects[-1].intervals} == {p.id for p in WATCHED}
    assert loop.world.counts_from == loop.world.now.t + 30 * SECOND
    asked = {ask.key for ask in loop.effects[-1].asks}
    loop.run(5)
    asked |= {key for t, key in loop.asked if t >= 301_000}
    assert asked >= {(p.id, probe.id) for p in WATCHED for probe in p.probes} | {(EVERYONE, "one"), (EVERYONE, "two")}
    assert {loop.state(p.id) for p in WATCHED} == {State.UP}


def test_answers_to_questions_put_on_the_old_network_say_nothing_on_the_new() -> None:
    loop = Loop(latency=3_000).start().run(300)
    loop.check_now()
    loop.run(1)
    assert loop.world.plan.away
    move(loop, "café")
    loop.run(1.9)
    assert loop.world.window == {}


def test_nothing_is_confirmed_by_the_first_half_minute_on_a_new_network() -> None:
    loop = Loop(during(302, 330, {"alpha", "beta"}, 503)).start().run(301)
    move(loop, "café")
    loop.run(600)
    assert loop.events == []


def test_an_open_incident_outlives_the_change_and_is_marked() -> None:
    loop = Loop(during(100, 10_000, {"alpha", "beta"}, 503)).start().run(300)
    (before,) = [i for i in loop.world.incidents.values() if i.phase is Phase.OPEN]
    move(loop, "café")
    (after,) = [i for i in loop.world.incidents.values() if i.phase is Phase.OPEN]
    assert after == replace(before, unwatched=True)
    assert after in loop.effects[-1].incidents
    loop.run(120)
    assert kinds(loop) == [EventKind.START]


def test_the_same_network_again_and_another_power_source_are_no_gap() -> None:
    loop = Loop().start().run(301)
    move(loop, "home", frugal=True)
    assert loop.effects[-1].gaps == ()
    assert loop.world.plan.frugal
    assert loop.world.window["alpha"]
    move(loop, "home")
    assert not loop.world.plan.frugal
    assert loop.effects[-1].gaps == ()


def test_a_machine_that_wakes_elsewhere_has_one_gap() -> None:
    loop = Loop().start().run(301)
    loop.at += 3_600_000
    move(loop, "café")
    assert len(loop.effects[-1].gaps) == 1
    assert loop.world.around.network == "café"
