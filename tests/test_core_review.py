"""What went wrong only when several rooms of the core met: each of these was seen to fail once."""

from __future__ import annotations

from itertools import pairwise

import pytest
from loop import ALPHA, BETA, CONTROLS, OTHER, Loop, during, platform, well

from trayapp.core.model import DAY, EVERYONE, HOUR, SECOND, Evidence, Failure, Millis, Outcome, Source, State
from trayapp.core.ports import Around
from trayapp.core.question import Answer
from trayapp.core.story import Ending, EventKind
from trayapp.core.turns import Key
from trayapp.core.wishes import FOR_EVER, Pause, Snooze, TellBack
from trayapp.core.world import Reconfigured, Surrounded, Told, Wished

SILENT = Failure.CONNECT_TIMEOUT
MAJOR = Failure.OFFICIAL_MAJOR
BOTH = {"alpha", "beta"}
START, UPDATE, END = EventKind.START, EventKind.UPDATE, EventKind.END


def said(loop: Loop) -> list[EventKind]:
    return [n.event.kind for _, n in loop.said]


def page(loop: Loop, failure: Failure | None) -> None:
    outcome = Outcome.OK if failure is None else Outcome.FAILED
    now = loop.now().t
    loop.feed(
        Told(loop.now(), (Evidence(now, "alpha", Source.OFFICIAL, outcome, "page", failure=failure, answer=str(now)),))
    )


def test_paused_there_is_no_reason_to_wake_up() -> None:
    loop = Loop().start().run(200)
    loop.feed(Wished(loop.now(), Pause(paused=True)))
    before = len(loop.effects)
    loop.run(600)
    assert len(loop.effects) - before < 60
    assert not any(e.gaps for e in loop.effects[before:])


@pytest.mark.parametrize("why", [Ending.STANDING, Ending.NOT_WATCHED])
def test_whose_part_ends_without_being_well_is_not_told_back(why: Ending) -> None:
    loop = Loop(during(100, 10 * DAY, {"alpha"}, SILENT), platforms=(ALPHA, OTHER)).start().run(400)
    loop.feed(Wished(loop.now(), TellBack("alpha")))
    if why is Ending.STANDING:
        loop.run(DAY // SECOND)
    else:
        loop.feed(Reconfigured(loop.now(), (OTHER,), CONTROLS))
        loop.run(60)
    assert loop.events[-1].of.ending is why
    assert said(loop) == [START]


def test_an_end_names_only_those_who_work_again() -> None:
    silent = during(100, 10 * DAY, {"alpha"}, SILENT, during(40_000, 90_000, {"beta"}, SILENT))
    loop = Loop(silent, platforms=(ALPHA, BETA, OTHER)).start().run(91_000)
    assert loop.state("alpha") is State.UNREACHABLE  # for a day: it is how this network is
    (_, last) = loop.said[-1]
    assert last.event.kind is END
    assert {m.platform for m in last.event.of.members} == {"beta"}
    assert {m.platform for m in loop.events[-1].of.members} == BOTH  # the log keeps all of it


def test_a_standing_condition_that_heals_host_by_host_is_no_outage() -> None:
    healed = DAY // SECOND + 1000
    silent = during(100, healed, {"alpha", "beta", "gamma"}, Failure.DNS_TEMPORARY)
    loop = Loop(silent).start().run(healed + 1600)
    assert loop.state("alpha") is State.UP
    assert [e.kind for e in loop.events] == [START, END]
    assert said(loop) == [START]
    assert all(k.standing is None for k in loop.world.known.values())


def test_who_only_refuses_after_an_outage_is_let_go_and_left_in_peace() -> None:
    shaped = platform("alpha", "acme", "www.alpha.test", "api.alpha.test", healthy=True)

    def says(key: Key, at: Millis) -> Answer | Failure | int:
        if key[0] != "alpha" or at < 100 * SECOND:
            return well(key, at)
        return 503 if at < 400 * SECOND else 429

    loop = Loop(says, platforms=(shaped, OTHER)).start().run(HOUR // SECOND)
    assert [e.kind for e in loop.events] == [START, END]
    assert loop.state("alpha") is State.UP
    before = len([1 for _, key in loop.asked if key[0] == "alpha"])
    loop.run(HOUR // SECOND)
    assert len([1 for _, key in loop.asked if key[0] == "alpha"]) - before <= 2 * 61


def test_controls_are_asked_no_oftener_than_any_host_whoever_wants_it() -> None:
    loop = Loop().start().run(60)
    for _ in range(60):
        loop.check_now()
        loop.run(2)
    for control in CONTROLS:
        times = [t for t, key in loop.asked if key == (EVERYONE, control.probe.id)]
        assert all(b - a >= 4 * SECOND for a, b in pairwise(times))


def test_what_their_page_carried_for_nearly_a_day_goes_on_after_a_restart() -> None:
    loop = Loop().start().run(60)
    for _ in range(23 * 6):
        page(loop, MAJOR)
        loop.run(600)
    second = Loop(at=loop.at + 5000).start(loop.restored()).run(100)
    page(second, MAJOR)
    second.run(100)
    assert second.events == []
    assert second.said == []


def test_a_page_that_says_the_same_for_days_fades_to_a_warning_and_its_story_ends() -> None:
    loop = Loop().start().run(60)
    for _ in range(50 * 6):
        page(loop, MAJOR)
        loop.run(600)
    assert [(e.kind, e.of.ending) for e in loop.events] == [(START, None), (END, Ending.FADED)]
    assert said(loop) == [START]
    assert loop.world.verdicts["alpha"].amber
    lasted = loop.events[1].duration_ms
    assert lasted is not None
    assert 24 * 3600 * SECOND <= lasted <= 25 * 3600 * SECOND


def test_what_their_page_carried_before_a_long_sleep_goes_on_after_it() -> None:
    loop = Loop().start().run(60)
    page(loop, MAJOR)
    loop.run(60).sleep(25 * 3600).run(60)
    page(loop, MAJOR)
    loop.run(60)
    assert [e.kind for e in loop.events] == [START]
    assert said(loop) == [START]


def test_the_all_clear_also_ends_it_where_every_body_is_unexpected() -> None:
    shaped = platform("alpha", "acme", "www.alpha.test", healthy=True)
    loop = Loop(lambda key, at: 204 if key[0] == "alpha" else well(key, at), platforms=(shaped, OTHER)).start().run(60)
    page(loop, MAJOR)
    loop.run(600)
    page(loop, None)
    loop.run(60)
    assert [e.kind for e in loop.events] == [START, END]


def test_a_relapse_of_a_snoozed_platform_alone_is_not_told() -> None:
    loop = Loop(during(700, 1000, {"alpha"}, 503, during(100, 400, BOTH, 503))).start().run(600)
    loop.feed(Wished(loop.now(), Snooze("alpha", FOR_EVER)))
    loop.run(300)
    assert loop.events[-1].relapse
    assert said(loop) == [START, END]


def test_a_snoozed_platform_that_joins_is_not_told() -> None:
    loop = Loop(during(400, 3000, {"alpha"}, 503, during(100, 3000, {"beta", "gamma"}, 503))).start().run(60)
    loop.feed(Wished(loop.now(), Snooze("alpha", FOR_EVER)))
    loop.run(800)
    assert UPDATE in {e.kind for e in loop.events}
    assert said(loop) == [START]


def test_what_waits_of_a_platform_that_is_then_snoozed_is_not_said() -> None:
    loop = Loop(during(100, 4000, {"alpha"}, 503)).start().run(50)
    loop.feed(Surrounded(loop.now(), Around("home", quiet=True)))
    loop.run(300)
    assert len(loop.world.outbox) == 1
    loop.feed(Wished(loop.now(), Snooze("alpha", FOR_EVER)))
    loop.feed(Surrounded(loop.now(), Around("home")))
    loop.run(30)
    assert loop.said == []
