"""Routine questions put one after another: each answered once, nobody kept waiting, nothing heard from who hangs."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st
from watch_rig import HandClock

from trayapp.core.model import Failure
from trayapp.core.question import Answer, Probe
from trayapp.core.turns import Key
from trayapp.core.world import Ask
from trayapp.watch.rounds import PATIENCE, Round

WELL, BROKEN = Answer(0, 0, status=200), Answer(0, 0, failure=Failure.CONNECT_REFUSED)


def ask(name: str) -> Ask:
    return Ask((name, "p"), Probe("p", "http", f"{name}.test"), patient=True)


@dataclass
class Rig:
    """Answers as told; whoever is in ``hangs`` waits for ``go``."""

    answers: dict[str, Answer] = field(default_factory=dict)
    hangs: frozenset[str] = frozenset()
    go: threading.Event = field(default_factory=threading.Event)
    asked: list[str] = field(default_factory=list)
    told: list[tuple[str, Answer]] = field(default_factory=list)
    told_while: list[int] = field(default_factory=list)  # how many had been asked when each was told
    clock: HandClock = field(default_factory=HandClock)

    def round(self, *names: str) -> Round:
        return Round([ask(n) for n in names], self.clock.now(), self._put, self._answered)

    def _put(self, one: Ask) -> Answer:
        self.asked.append(one.key[0])
        if one.key[0] in self.hangs:
            assert self.go.wait(10)
        return self.answers.get(one.key[0], WELL)

    def _answered(self, key: Key, answer: Answer) -> None:
        self.told.append((key[0], answer))
        self.told_while.append(len(self.asked))


@given(st.lists(st.booleans(), min_size=1, max_size=6))
def test_each_is_asked_in_order_and_answered_once_and_a_failure_at_once(well: list[bool]) -> None:
    names = [f"h{i}" for i in range(len(well))]
    rig = Rig({n: WELL if w else BROKEN for n, w in zip(names, well, strict=True)})
    rig.round(*names).run()
    assert rig.asked == names
    assert [n for n, _ in rig.told] == names
    for i, (_, answer) in enumerate(rig.told):
        if answer is BROKEN:
            assert rig.told_while[i] == i + 1  # before the next was asked


def test_good_answers_are_told_together_at_the_end() -> None:
    rig = Rig()
    rig.round("a", "b", "c").run()
    assert rig.told_while == [3, 3, 3]


def test_whoever_waits_too_long_for_another_is_given_away_and_what_is_known_is_told() -> None:
    rig = Rig(hangs=frozenset({"b"}))
    one = rig.round("a", "b", "c")
    worker = threading.Thread(target=one.run)
    worker.start()
    while "b" not in rig.asked:
        assert worker.is_alive()
    assert one.late(rig.clock.now()) == ((), PATIENCE)
    assert rig.told == []
    rig.clock.t += PATIENCE
    assert one.late(rig.clock.now()) == ((ask("c"),), None)
    assert rig.told == [("a", WELL)]
    assert one.late(rig.clock.now()) == ((), None)
    rig.go.set()
    worker.join(10)
    assert rig.told == [("a", WELL), ("b", WELL)]
    assert rig.asked == ["a", "b"]


def test_of_who_is_left_behind_nothing_is_heard_any_more() -> None:
    rig = Rig(hangs=frozenset({"b"}))
    one = rig.round("a", "b", "c")
    worker = threading.Thread(target=one.run)
    worker.start()
    while "b" not in rig.asked:
        assert worker.is_alive()
    assert one.left_behind() == (ask("b"), ask("c"))
    rig.go.set()
    worker.join(10)
    assert rig.told == [("a", WELL)]
    assert rig.asked == ["a", "b"]
