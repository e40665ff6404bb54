"""What the person wants of Fanal: silence, a platform left out, word when it is back, a pause."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loop import T0, Loop, during

from trayapp.core.model import DAY, HOUR, MINUTE, State
from trayapp.core.ports import Around, Delivery
from trayapp.core.present import Icon, Say, view
from trayapp.core.story import EventKind
from trayapp.core.wishes import FOR_EVER, LONGEST, Mute, Pause, Snooze, TellBack, Wish, Wishes, granted, read
from trayapp.core.world import Complained, Surrounded, Wished

BOTH = {"alpha", "beta"}


def wish(loop: Loop, one: Wish) -> Loop:
    loop.feed(Wished(loop.now(), one))
    return loop


def said(loop: Loop) -> list[tuple[EventKind, str]]:
    return [(n.event.kind, n.channel) for _, n in loop.said]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("mute 3600000", Mute(T0 + HOUR)),
        ("mute tomorrow", Mute(T0 + 9 * HOUR)),
        ("mute ever", Mute(FOR_EVER)),
        ("mute off", Mute(None)),
        ("snooze alpha 14400000", Snooze("alpha", T0 + 4 * HOUR)),
        ("snooze alpha off", Snooze("alpha", None)),
        ("back alpha", TellBack("alpha")),
        ("back alpha off", TellBack("alpha", wanted=False)),
        ("pause", Pause(paused=True)),
        ("resume", Pause(paused=False)),
    ],
)
def test_the_spelling_of_a_wish(text: str, wanted: Wish) -> None:
    assert read(text, T0, T0 + 9 * HOUR) == wanted


@pytest.mark.parametrize(
    "text",
    ["", "mute", "mute 1h", "mute -1", "mute 99999999999999999999", "snooze alpha", "back", "pause all", "mute ٣"],
)
def test_what_is_no_wish(text: str) -> None:
    assert read(text, T0, T0) is None


@given(st.text(max_size=40))
def test_any_text_is_a_wish_or_none(text: str) -> None:
    wanted = read(text, T0, T0 + HOUR)
    if wanted is not None:
        granted(Wishes(), wanted, T0)


@given(st.integers(-(10**9), 10**14))
def test_no_silence_is_longer_than_a_year_unless_it_is_for_ever(until: int) -> None:
    muted = granted(Wishes(), Mute(T0 + until), T0).muted_until
    assert muted is None if until <= 0 else muted is not None and T0 < muted <= T0 + LONGEST
    assert granted(Wishes(), Mute(FOR_EVER), T0).muted_until == FOR_EVER


def test_muted_nothing_is_said_and_all_is_kept() -> None:
    loop = wish(Loop(during(100, 400, BOTH, 503)).start().run(50), Mute(FOR_EVER)).run(600)
    assert said(loop) == []
    assert (loop.events[0].kind, loop.events[-1].kind) == (EventKind.START, EventKind.END)
    assert view(loop.world).muted_until == FOR_EVER
    assert loop.world.outbox == ()


def test_a_mute_ends_by_itself_and_what_goes_on_is_told_at_its_end_only() -> None:
    loop = wish(Loop(during(100, 2000, BOTH, 503)).start().run(50), Mute(T0 + 10 * MINUTE)).run(1000)
    assert view(loop.world).muted_until is None
    assert said(loop) == []
    loop.run(1200)
    assert said(loop) == [(EventKind.END, "desktop")]


def test_muted_while_a_notice_waits() -> None:
    loop = Loop(during(100, 4000, BOTH, 503), delivery=Delivery.REFUSED).start().run(200)
    before = len(loop.said)
    assert before
    wish(loop, Mute(FOR_EVER)).run(300)
    assert len(loop.said) == before


def test_whose_return_is_wanted_is_told_though_muted() -> None:
    loop = Loop(during(100, 400, BOTH, 503)).start().run(200)
    wish(wish(loop, Mute(FOR_EVER)), TellBack("alpha")).run(600)
    assert said(loop) == [(EventKind.START, "desktop"), (EventKind.END, "desktop")]
    assert loop.world.wishes.tell_back == frozenset()  # told once


def test_a_snoozed_platform_is_out_of_the_icon_and_of_the_notices() -> None:
    loop = Loop(during(100, 3000, BOTH, 503)).start().run(50)
    wish(wish(loop, Snooze("alpha", T0 + HOUR)), Snooze("beta", T0 + HOUR)).run(300)
    assert said(loop) == []
    found = view(loop.world)
    assert (found.icon, found.say, found.count) == (Icon.UP, Say.ALL_WELL, 0)
    assert {r.id: r.state for r in found.rows}["alpha"] is State.DOWN
    assert {r.id for r in found.rows if r.snoozed_until} == BOTH
    wish(loop, Snooze("alpha", None))
    assert view(loop.world).icon is Icon.DOWN


def test_one_of_two_snoozed_is_still_told() -> None:
    loop = wish(Loop(during(100, 3000, BOTH, 503)).start().run(50), Snooze("alpha", T0 + HOUR)).run(300)
    assert said(loop) == [(EventKind.START, "desktop")]


def test_paused_nobody_is_asked_and_it_is_a_gap() -> None:
    loop = wish(Loop(during(300, 3000, BOTH, 503)).start().run(200), Pause(paused=True))
    asked = len(loop.asked)
    loop.run(600)
    assert len(loop.asked) == asked
    found = view(loop.world)
    assert (found.icon, found.say, found.since, found.mark) == (Icon.PAUSED, Say.PAUSED, T0 + 200_000, False)
    assert {v.state for v in loop.world.verdicts.values()} == {State.UNKNOWN}
    wish(loop, Pause(paused=False))
    (gap,) = loop.effects[-1].gaps
    assert (gap.since, gap.until) == (T0 + 200_000, T0 + 800_000)
    loop.run(120)
    assert loop.state("alpha") is State.DOWN
    assert loop.events[0].of.start.t >= T0 + 830_000  # the first 30 s accuse nobody


def test_a_pause_outlives_a_restart_and_so_do_all_wishes() -> None:
    wants = (Pause(paused=True), Mute(T0 + DAY), Snooze("alpha", T0 + DAY), TellBack("beta"))
    loop = Loop().start().run(60)
    for one in wants:
        wish(loop, one)
    kept = [e.wishes for e in loop.effects if e.wishes is not None][-1]
    second = Loop(at=loop.at + 5000).start(replace(loop.restored(), wishes=kept)).run(60)
    assert second.world.wishes == kept
    assert second.asked == []


def test_quiet_hours_keep_everything_back_until_they_end() -> None:
    loop = Loop(during(100, 300, BOTH, 503)).start().run(50)
    loop.feed(Surrounded(loop.now(), Around("home", quiet=True)))
    loop.run(2000)
    assert said(loop) == []
    loop.feed(Surrounded(loop.now(), Around("home")))
    loop.run(10)
    assert said(loop) == [(EventKind.END, "digest")]


def test_a_complaint_is_answered_within_fifteen_seconds() -> None:
    loop = Loop().start().run(100)
    loop.feed(Complained(loop.now(), "alpha"))
    at = loop.at
    loop.run(15)
    (reply,) = [r for e in loop.effects for r in e.replies]
    assert (reply.platform, reply.asked) == ("alpha", T0 + at)
    assert reply.verdict.state is State.UP
    assert reply.still_well == ("beta", "gamma")
    assert loop.world.wanted == {}
    assert loop.said == []  # never a notice by itself


def test_also_when_nobody_answers_any_more() -> None:
    loop = Loop(during(100, 900, {"alpha", "beta", "gamma"}, 503), hangs=lambda _key: 10**8).start().run(100)
    loop.says = lambda key, _at: 503 if key[0] in BOTH else 200
    loop.latency = 40_000
    loop.feed(Complained(loop.now(), "alpha"))
    at = loop.at
    loop.run(15)
    assert [r.asked for e in loop.effects for r in e.replies] == [T0 + at]


def test_a_return_that_was_asked_for_is_told_also_if_all_are_back_a_moment_later() -> None:
    loop = Loop(during(60, 300, BOTH, 503)).start().run(200)
    for one in (Snooze("alpha", T0 + HOUR), Snooze("beta", T0 + HOUR), TellBack("beta")):
        wish(loop, one)
    before = len(loop.said)
    loop.run(600)
    assert len(loop.said) == before + 1
    assert loop.world.wishes.tell_back == frozenset()
