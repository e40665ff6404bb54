"""A tally: how many answers of one question there were in one stretch of time, how they ended, how long they took.

Its bytes are small because a year holds millions of them: whole numbers of variable length, and nothing that follows
from the rest. With one or two answers the histogram follows from the shortest and the longest time; with more it
reaches from the bucket of the one to that of the other, and its last count is what is left.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from trayapp.core import pace
from trayapp.core.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trayapp.core.model import Millis

OUTCOMES: Final = tuple(Outcome)
TIMES: Final = ("well", "dns", "connect", "tls", "first_byte", "body", "waited")
"""What is timed: the phases, ``waited`` (Evidence.waited), and ``well``: the same of ok and slow answers only."""
_WELL, _WAITED = 0, 6
_ALIKE = 1 << 7  # in the mask of times: ``waited`` is not written, it is ``well``

Sample: TypeAlias = "Sequence[Millis | None]"
"""One answer's times, as in TIMES."""

_bucket = functools.lru_cache(4096)(pace.bucket)


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took, in milliseconds. ``buckets`` are those of ``core.pace``."""

    count: int  # at least 1
    total: Millis
    least: Millis
    most: Millis
    buckets: tuple[int, ...]

    @classmethod
    def of(cls, times: Sequence[Millis]) -> Spread:
        """Of at least one time; a negative one counts as 0."""
        times = [max(0, ms) for ms in times]
        buckets = [0] * pace.BUCKETS
        for ms in times:
            buckets[_bucket(ms)] += 1
        return cls(len(times), sum(times), min(times), max(times), tuple(buckets))

    def plus(self, other: Spread) -> Spread:
        """Of both."""
        return Spread(
            self.count + other.count,
            self.total + other.total,
            min(self.least, other.least),
            max(self.most, other.most),
            tuple(map(int.__add__, self.buckets, other.buckets)),
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """``outcomes`` in the order of OUTCOMES, ``spreads`` in that of TIMES; None: nothing was timed."""

    outcomes: tuple[int, ...]
    spreads: tuple[Spread | None, ...]

    @classmethod
    def of(cls, answers: Iterable[tuple[str, Sample]]) -> Tally:
        """Of answers: each with the name of its outcome (one that is not ours counts as unknown) and its times."""
        answers = list(answers)
        names = [name for name, _ in answers]
        counts = [names.count(outcome.value) for outcome in OUTCOMES]
        counts[OUTCOMES.index(Outcome.UNKNOWN)] += len(names) - sum(counts)
        columns = zip(*(sample for _, sample in answers), strict=True)
        timed = [[ms for ms in column if ms is not None] for column in columns]
        return cls(tuple(counts), tuple(Spread.of(times) if times else None for times in timed))

    def plus(self, other: Tally) -> Tally:
        """Of both."""
        return Tally(
            tuple(map(int.__add__, self.outcomes, other.outcomes)),
            tuple(a.plus(b) if a and b else a or b for a, b in zip(self.spreads, other.spreads, strict=True)),
        )


def encode(tally: Tally) -> bytes:
    """As bytes. Three masks (outcomes, times, times that every answer has), then the numbers."""
    spreads = list(tally.spreads)
    alike = spreads[_WAITED] == spreads[_WELL]
    if alike:
        spreads[_WAITED] = None
    answers = sum(tally.outcomes)
    timed = sum(1 << i for i, each in enumerate(spreads) if each)
    full = sum(1 << i for i, each in enumerate(spreads) if each and each.count == answers)
    out = bytearray((sum(1 << i for i, n in enumerate(tally.outcomes) if n), timed | _ALIKE * alike, full))
    for n in tally.outcomes:
        if n:
            _put(out, n)
    for spread in spreads:
        if spread:
            _put_spread(out, spread, answers)
    return bytes(out)


def decode(data: bytes) -> Tally:
    """Back from ``encode``."""
    outcomes, timed, full, at = _head(data)
    answers = sum(outcomes)
    spreads: list[Spread | None] = []
    for i in range(len(TIMES)):
        spread = None
        if timed >> i & 1:
            spread, at = _spread(data, at, answers if full >> i & 1 else 0)
        spreads.append(spread)
    if timed & _ALIKE:
        spreads[_WAITED] = spreads[_WELL]
    return Tally(tuple(outcomes), tuple(spreads))


def well(data: bytes) -> Spread | None:
    """Only how long the ok and slow answers took: it stands first."""
    outcomes, timed, full, at = _head(data)
    return _spread(data, at, sum(outcomes) if full & 1 else 0)[0] if timed & 1 else None


def _head(data: bytes) -> tuple[list[int], int, int, int]:
    there, timed, full = data[:3]
    at = 3
    outcomes = [0] * len(OUTCOMES)
    for i in range(len(OUTCOMES)):
        if there >> i & 1:
            outcomes[i], at = _take(data, at)
    return outcomes, timed, full, at


def _put_spread(out: bytearray, spread: Spread, answers: int) -> None:
    if spread.count != answers:
        _put(out, spread.count)
    _put(out, spread.least)
    if spread.count > 1:
        _put(out, spread.most - spread.least)
    if spread.count > 2:
        _put(out, spread.total - spread.count * spread.least)
        for n in spread.buckets[_bucket(spread.least) : _bucket(spread.most)]:
            _put(out, n)


def _spread(data: bytes, at: int, count: int) -> tuple[Spread, int]:
    if not count:
        count, at = _take(data, at)
    least, at = _take(data, at)
    above = 0
    if count > 1:
        above, at = _take(data, at)
    most = least + above
    total = count * least + above  # of one or two
    first, last = _bucket(least), _bucket(most)
    buckets = [0] * pace.BUCKETS
    left = count
    if count > 2:
        over, at = _take(data, at)
        total = count * least + over
        for i in range(first, last):
            buckets[i], at = _take(data, at)
            left -= buckets[i]
    elif first != last:
        buckets[first] = 1
        left = 1
    buckets[last] = left
    return Spread(count, total, least, most, tuple(buckets)), at


def _put(out: bytearray, number: int) -> None:
    """Append a number that is not negative: seven bits a byte, the lowest first."""
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)


def _take(data: bytes, at: int) -> tuple[int, int]:
    """The number that stands at ``at``, and where the next one begins. IndexError if there is none."""
    byte = data[at]
    if byte < 0x80:
        return byte, at + 1
    number, shift = 0, 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
        shift += 7
