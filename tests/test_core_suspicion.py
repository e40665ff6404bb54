"""What is asked on suspicion only: nothing in routine, at once when something may be wrong, and not forgotten after."""

from __future__ import annotations

from dataclasses import replace

from loop import ALPHA, OTHER, SECOND, T0, Loop, well

from trayapp.core.model import EVERYONE, Failure, Function, Millis, State
from trayapp.core.question import Answer, Probe
from trayapp.core.turns import Key
from trayapp.core.world import Complained

RARE: Key = ("alpha", "form")
FORM = Probe("form", "http", "login.alpha.test", method="GET", sees=(Function.SIGN_IN,), on_suspicion=True)
WITH_FORM = replace(ALPHA, probes=(*ALPHA.probes, FORM))


def loop(says: object = well) -> Loop:
    return Loop(says=says, platforms=(WITH_FORM, OTHER)).start()  # type: ignore[arg-type]


def asked(loop: Loop, key: Key = RARE) -> list[Millis]:
    return [at for at, k in loop.asked if k == key]


def failing(since: float, until: float, *keys: Key) -> object:
    def says(key: Key, at: Millis) -> Answer | Failure | int:
        bad = since * SECOND <= at < until * SECOND and key in keys
        return 503 if bad else well(key, at)

    return says


def test_in_a_day_that_is_well_nobody_asks_it() -> None:
    day = loop().run(86_400)
    assert asked(day) == []
    assert day.state("alpha") is State.UP
    assert {k for _, k in day.asked if k[0] != EVERYONE} == {
        (p.id, q.id) for p in day.platforms for q in p.probes if not q.on_suspicion
    }


def test_check_now_does_not_ask_it() -> None:
    life = loop().run(60)
    life.check_now()
    assert asked(life.run(60)) == []


def test_one_failure_of_a_sister_asks_it_within_seconds_and_once() -> None:
    life = loop(failing(100, 160, ("alpha", "p0"))).run(400)
    first = next(at for at, k in life.asked if k == ("alpha", "p0") and at >= 100 * SECOND)
    assert len(asked(life)) in {1, 2}
    assert asked(life)[0] - first < 10 * SECOND


def test_the_person_s_word_asks_it_at_once_and_watches_it_closely() -> None:
    life = loop().run(100)
    life.feed(Complained(life.now(), "alpha"))
    life.run(1800)
    assert asked(life)[0] - 100 * SECOND < 3 * SECOND
    assert 40 <= len(asked(life)) <= 62  # every 30 s for 30 min
    before = len(asked(life))
    assert len(asked(life.run(3600))) <= before + 1


def test_when_it_fails_itself_its_recovery_is_waited_for() -> None:
    keys = (("alpha", "p0"), ("alpha", "p1"), RARE)
    life = loop(failing(100, 700, *keys)).run(1200)
    assert [(e.kind.value) for e in life.events] == ["start", "end"]
    ended = life.incident("acme").end
    assert ended is not None
    assert T0 + 700 * SECOND <= ended.t <= T0 + 745 * SECOND
    assert life.state("alpha") is State.UP
    quiet = len(asked(life))
    assert len(asked(life.run(3600))) == quiet  # and then it rests again
