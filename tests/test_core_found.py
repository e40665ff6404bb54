"""Found by fresh eyes: each of these says what the design promises and the core does not yet keep."""

from __future__ import annotations

from itertools import cycle

from hypothesis import example, given, settings
from hypothesis import strategies as st
from loop import WATCHED, Loop, during

from trayapp.core.model import EVERYONE, EventKind, Failure

EVERYBODY = {EVERYONE, *(p.id for p in WATCHED)}

# "Your own line first": the whole line drops out for a few seconds, questions hang in it, and it is back before they
# are given up. Controls asked then are answered at once: the line seems to have carried the questions that it lost.


@settings(max_examples=40, deadline=None)
@given(
    since=st.integers(60, 180),
    lasts=st.integers(3, 30),
    hangs=st.lists(st.sampled_from([5_000, 6_000, 7_000, 10_000, 15_000]), min_size=5, max_size=12),
    told=st.sampled_from([Failure.CONNECT_TIMEOUT, Failure.DNS_TIMEOUT]),
)
@example(since=60, lasts=8, hangs=[7_000, 5_000, 5_000, 5_000, 6_000], told=Failure.CONNECT_TIMEOUT)
def test_however_long_whose_question_hangs(since: int, lasts: int, hangs: list[int], told: Failure) -> None:
    says = during(since, since + lasts, EVERYBODY, told)
    each = cycle(hangs)
    loop = Loop(says, hangs=lambda _key: next(each)).start().run(since + lasts + 90)
    assert loop.events == []


def test_an_end_is_never_before_its_beginning_on_the_wall_either() -> None:
    # The clock is set back by more than the outage has lasted: the duration is right, and the end is written before
    # the start. (In a log, a table or a calendar that is an impossible entry.)
    loop = Loop(during(100, 400, {"alpha", "beta"}, 503)).start().run(200)
    loop.wall_shift = -3_600_000
    loop.run(500)
    end = loop.events[-1]
    assert end.kind is EventKind.END
    assert end.of.end is not None
    assert end.of.end.t >= end.of.start.t
    assert 260_000 <= (end.duration_ms or 0) <= 400_000
