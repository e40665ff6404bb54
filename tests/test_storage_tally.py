"""Tallies and packs: what is counted comes back, adding is the same as counting together, and nothing else is read."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trayapp.core.model import Outcome
from trayapp.core.pace import BUCKETS, bucket
from trayapp.storage.pack import SLOTS, pack, unpack
from trayapp.storage.tally import TIMES, Spread, Tally, decode, encode, well

times = st.integers(0, 200) | st.integers(0, 20_000) | st.integers(-5, 2**63 - 1)
samples = st.tuples(*[st.none() | times] * len(TIMES))
answers = st.lists(st.tuples(st.sampled_from([*Outcome, "of another Fanal"]), samples), min_size=1, max_size=12)
packs = st.dictionaries(st.tuples(st.integers(0, SLOTS - 1), st.integers(1, 300)), st.binary(max_size=40), max_size=30)


@given(answers)
def test_it_counts_what_was_answered(found: list[tuple[str, tuple[int | None, ...]]]) -> None:
    tally = Tally.of(found)
    names = [name if name in list(Outcome) else "unknown" for name, _ in found]
    assert tally.outcomes == tuple(names.count(outcome) for outcome in Outcome)
    for i, spread in enumerate(tally.spreads):
        kept = [max(0, ms) for _, sample in found if (ms := sample[i]) is not None]
        if not kept:
            assert spread is None
            continue
        assert spread is not None
        assert (spread.count, spread.total) == (len(kept), sum(kept))
        assert (spread.least, spread.most) == (min(kept), max(kept))
        assert spread.buckets == tuple(sum(bucket(ms) == n for ms in kept) for n in range(BUCKETS))


@given(answers)
def test_its_bytes_say_the_same(found: list[tuple[str, tuple[int | None, ...]]]) -> None:
    tally = Tally.of(found)
    data = encode(tally)
    assert decode(data) == tally
    assert well(data) == tally.spreads[0]


@given(answers, answers)
def test_adding_is_counting_together(
    a: list[tuple[str, tuple[int | None, ...]]], b: list[tuple[str, tuple[int | None, ...]]]
) -> None:
    assert Tally.of(a).plus(Tally.of(b)) == Tally.of([*a, *b])
    assert decode(encode(Tally.of(a).plus(Tally.of(b)))) == Tally.of([*a, *b])


@given(packs, st.sets(st.integers(1, 300), max_size=20))
def test_a_pack_gives_back_all_or_some(tallies: dict[tuple[int, int], bytes], asked: set[int]) -> None:
    packed = pack(tallies)
    assert unpack(packed) == tallies
    assert unpack(packed, asked) == {key: data for key, data in tallies.items() if key[1] in asked}


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"never packed",
        zlib.compress(b""),
        zlib.compress(b"\xff\xff\xff\xff" * 3),
        pack({(0, 1): b"abc"})[:-3],
        zlib.compress(zlib.decompress(pack({(0, 1): b"abc"}))[:-1]),
        zlib.compress(bytes(64 * 1024 * 1024), 9),  # a small text that unpacks into a very large one
    ],
    ids=["empty", "text", "nothing", "many", "cut", "short", "bomb"],
)
def test_what_was_never_packed_is_refused(packed: bytes) -> None:
    with pytest.raises(ValueError, match="a roll-up that"):
        unpack(packed)


def test_an_hour_of_good_answers_is_small() -> None:
    """What the size of a year depends on: see benchmarks/year.py."""
    hour = Tally.of([("ok", (220 + i, 1, 20 + i % 3, 41 + i % 5, 158 + i, None, 220 + i)) for i in range(60)])
    assert hour.spreads[0] == Spread.of([220 + i for i in range(60)])
    assert len(encode(hour)) < 60
