"""An outage that goes on is told again, where the person wants that; and never otherwise."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from loop import SECOND, Loop, during

from trayapp.core.model import HOUR, Millis
from trayapp.core.notices import REMINDER
from trayapp.core.ports import Allowed, Delivery
from trayapp.core.story import EventKind
from trayapp.core.wishes import FOR_EVER, Mute, Snooze
from trayapp.core.world import Reconfigured, Wished


def life(remind: Millis = HOUR, until: float = 4 * 3600, **more: object) -> Loop:
    loop = Loop(during(100, until, {"alpha", "beta"}, 503), **more).start()  # type: ignore[arg-type]
    loop.feed(Reconfigured(loop.now(), loop.platforms, loop.controls, Allowed(remind=remind)))
    return loop


def reminders(loop: Loop) -> list[Millis]:
    return [at for at, n in loop.said if n.channel.startswith(REMINDER)]


def test_off_by_default() -> None:
    assert Allowed().remind == 0
    assert reminders(life(0).run(4 * 3600)) == []


def test_every_hour_after_it_was_last_spoken_of_until_it_is_over() -> None:
    loop = life(until=3.5 * 3600).run(6 * 3600)
    start = loop.said[0][0]
    times = reminders(loop)
    assert len(times) == 3
    for i, at in enumerate(times, 1):
        assert start + i * HOUR <= at <= start + i * (HOUR + 30 * SECOND)
    assert [n.event.kind for _, n in loop.said if not n.channel.startswith(REMINDER)] == [
        EventKind.START,
        EventKind.END,
    ]
    assert len({n.key for _, n in loop.said}) == len(loop.said)  # each may be claimed once, for ever


def test_a_reminder_tells_it_as_it_stands() -> None:
    loop = life().run(2 * 3600)
    (again,) = [n for _, n in loop.said if n.channel.startswith(REMINDER)]
    assert again.event.of == loop.incident("acme")
    assert again.event.number == loop.incident("acme").events


def test_one_that_its_channel_refuses_is_not_tried_again_and_goes_into_no_digest() -> None:
    loop = life().run(1800)
    loop.delivery = Delivery.REFUSED
    loop.run(2 * 3600)
    times = reminders(loop)
    assert 1 <= len(times) <= 3
    assert all(b - a >= HOUR for a, b in pairwise(times))
    assert not any(n.channel == "digest" for _, n in loop.said)


@pytest.mark.parametrize("wish", [Mute(FOR_EVER), Snooze("alpha", FOR_EVER)])
def test_not_of_what_the_person_does_not_want_to_hear(wish: Mute | Snooze) -> None:
    loop = life().run(600)
    loop.feed(Wished(loop.now(), wish))
    if isinstance(wish, Snooze):
        loop.feed(Wished(loop.now(), Snooze("beta", FOR_EVER)))
    assert reminders(loop.run(3 * 3600)) == []


def test_nor_in_quiet_hours() -> None:
    from trayapp.core.world import Surrounded

    loop = life().run(600)
    loop.feed(Surrounded(loop.now(), replace(loop.around, quiet=True)))
    assert reminders(loop.run(3 * 3600)) == []
