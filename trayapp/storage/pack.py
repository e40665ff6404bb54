"""Many tallies as one row: all of one hour, compressed together, by (slot, number of the question).

One row for each tally would cost more for the row than for the tally, and a page would be touched for each question.
"""

from __future__ import annotations

import struct
import zlib
from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

SLOTS = 12
"""Slots of five minutes in an hour."""
_LARGEST = 16 * 1024 * 1024  # bytes unpacked: a thousand times an hour of thirty platforms

Key: TypeAlias = "tuple[int, int]"
"""(slot within the hour from 0, number of the question)"""


def pack(tallies: Mapping[Key, bytes]) -> bytes:
    """As one compressed text of bytes: how many, the steps from key to key, the lengths, then the tallies."""
    entries = sorted((asked * SLOTS + slot, data) for (slot, asked), data in tallies.items())
    numbers = [number for number, _ in entries]
    steps = map(int.__sub__, numbers, [0, *numbers])
    head = struct.pack(f"<I{2 * len(entries)}I", len(entries), *steps, *(len(data) for _, data in entries))
    return zlib.compress(head + b"".join(data for _, data in entries), 9)


def unpack(packed: bytes, asked: Iterable[int] | None = None) -> dict[Key, bytes]:
    """Back from ``pack``; only the questions ``asked``, if given. ValueError for what ``pack`` never made."""
    engine = zlib.decompressobj()
    try:
        data = engine.decompress(packed, _LARGEST)
        (count,) = struct.unpack_from("<I", data)
        ints = struct.unpack_from(f"<{2 * count}I", data, 4)
    except (zlib.error, struct.error) as error:
        raise ValueError(f"a roll-up that cannot be unpacked: {error}") from error
    numbers = list(accumulate(ints[:count]))
    ends = list(accumulate(ints[count:], initial=4 + 8 * count))
    if not engine.eof or ends[-1] != len(data):
        raise ValueError("a roll-up that is cut off or too large")
    found: dict[Key, bytes] = {}
    for i in range(count) if asked is None else _places(numbers, asked):
        found[numbers[i] % SLOTS, numbers[i] // SLOTS] = data[ends[i] : ends[i + 1]]
    return found


def _places(numbers: list[int], asked: Iterable[int]) -> Iterator[int]:
    for one in asked:
        yield from range(bisect_left(numbers, one * SLOTS), bisect_left(numbers, (one + 1) * SLOTS))
