"""Answers that were judged when they came lead to the very world to which the answers themselves led."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loop import HANDSHAKE, T0, Loop, during

from trayapp.core.model import EVERYONE, Evidence, Failure, Millis, Outcome, Source, State
from trayapp.core.question import Answer
from trayapp.core.reduce import reduce
from trayapp.core.turns import Key
from trayapp.core.world import Answered, Input, Seen, World

WAYS: list[int | Failure] = [
    200,
    403,
    429,
    404,
    503,
    Failure.CONNECT_TIMEOUT,
    Failure.DNS_TEMPORARY,
    Failure.HTTP_RESET,
]


class Both(Loop):
    """Tells a second world the same, but for answers: of these it gets what they were judged to be."""

    other: World | None = None
    judged = 0

    def feed(self, event: Input) -> None:
        before = self.world
        super().feed(event)
        seen = self.effects[-1].evidence
        if isinstance(event, Answered) and seen:
            event = Seen(event.now, seen)
            self.judged += 1
        self.other, effects = reduce(before if self.other is None else self.other, event)
        assert effects == self.effects[-1]
        if len(self.effects) % 50 == 0:  # to compare worlds takes longer than to make them
            assert self.other == self.world


@settings(max_examples=15, deadline=None)
@given(
    way=st.sampled_from(WAYS),
    whom=st.sets(st.sampled_from(["alpha", "beta", "other", EVERYONE]), min_size=1),
    length=st.integers(3, 400),
)
def test_seen_and_answered_lead_to_equal_worlds(way: int | Failure, whom: set[str], length: int) -> None:
    loop = Both(during(100, 100 + length, whom, way))
    loop.start().run(100 + length + 300)
    assert loop.judged > 30
    assert loop.other == loop.world


def slow(since: float, until: float) -> object:
    def says(key: Key, at: Millis) -> Answer | Failure | int:
        late = key[0] == "alpha" and since * 1000 <= at < until * 1000
        body = b"yes" if key[0] == EVERYONE else b""
        return Answer(0, 0, replace(HANDSHAKE, first_byte=9_000 if late else 40), status=200, body=body)

    return says


def test_what_was_slow_is_so_without_being_compared_again() -> None:
    loop = Both(slow(3000, 4000))  # type: ignore[arg-type]  # as `well`
    loop.start().run(3600)
    assert loop.state("alpha") is State.SLOW
    assert any(e.outcome is Outcome.SLOW for effects in loop.effects for e in effects.evidence)
    loop.run(1200)
    assert loop.state("alpha") is State.UP
    assert loop.other == loop.world


def test_several_are_taken_in_together() -> None:
    loop = Loop().start().run(100)
    now = loop.now()
    seen = tuple(
        Evidence(now.t - 100 + i, p, Source.DIRECT, Outcome.FAILED, q, f"www.{p}.test", "acme", status=503, ms=50)
        for i, (p, q) in enumerate([("alpha", "p0"), ("beta", "p0"), ("nobody", "p0")])
    )
    loop.feed(Seen(now, seen))
    assert [e.platform for e in loop.effects[-1].evidence] == ["alpha", "beta"]  # of the third nothing is watched
    assert {p for p, s in loop.world.standings.items() if s.suspect} == {"alpha", "beta"}
    assert loop.world.looked_at == now.t - 98


def test_what_was_asked_in_a_gap_says_nothing() -> None:
    loop = Loop().start().run(100).sleep(600)
    before = T0 + 300_000
    said = Evidence(before, "alpha", Source.DIRECT, Outcome.OK, "p0", status=200, ms=50)
    loop.feed(Seen(loop.now(), (said,)))
    assert loop.effects[-1].evidence == (said,)  # it is kept
    assert loop.world.window.get("alpha", ()) == ()


@pytest.mark.parametrize("t", [T0 + 200_000, T0 + 10_000_000])
def test_nor_does_what_was_stamped_at_another_time(t: Millis) -> None:
    loop = Loop().start().run(100)
    size = len(loop.world.window["alpha"])
    loop.feed(Seen(loop.now(), (Evidence(t, "alpha", Source.DIRECT, Outcome.OK, "p0", status=200, ms=50),)))
    assert len(loop.world.window["alpha"]) == size
