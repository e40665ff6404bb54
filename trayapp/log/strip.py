"""A platform's past as a strip: what was so when, from state intervals and the times when nobody looked.

Unwatched time is a kind of its own: it is neither well nor unwell, and stands in no percentage.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from trayapp.core.model import Scope, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from trayapp.core.model import Gap, Millis
    from trayapp.core.ports import Interval


class Kind(StrEnum):
    """What a stretch of time is drawn as, worst first."""

    DOWN = "down"
    PARTIAL = "partial"
    UNREACHABLE = "unreachable"
    YOURS = "yours"  # a fault of the person's network or country: not the platform's
    SLOW = "slow"
    UNWATCHED = "unwatched"  # nobody looked
    UNKNOWN = "unknown"  # somebody looked and could not tell
    UP = "up"


TROUBLE: Final = frozenset({Kind.DOWN, Kind.PARTIAL, Kind.UNREACHABLE, Kind.YOURS, Kind.SLOW})
"""What fills its whole column, however short it was."""
_WELL = frozenset({Kind.UP, Kind.SLOW})
_JUDGED = frozenset({Kind.UP, Kind.SLOW, Kind.PARTIAL, Kind.DOWN, Kind.UNREACHABLE})
_WORST_FIRST: Final = tuple(Kind)
_RANK: Final = {kind: rank for rank, kind in enumerate(Kind)}
_NO_TROUBLE = frozenset({State.UP, State.UNKNOWN})
_YOURS = frozenset({Scope.YOUR_NETWORK, Scope.YOUR_COUNTRY})


@dataclass(frozen=True, slots=True)
class Piece:
    """From ``since`` to ``until``, which is later, it was one kind."""

    kind: Kind
    since: Millis
    until: Millis


@dataclass(frozen=True, slots=True)
class Share:
    """Both from 0 to 1. ``watched``: of the whole strip, how much somebody looked.

    ``well``: of the time in which the platform could be judged, how much it answered (slowly counts); None where it
    never could. Time that nobody watched, time of the person's own network, and time when nothing was known are not
    in it.
    """

    watched: float
    well: float | None


@dataclass(frozen=True, slots=True)
class Strip:
    """Pieces that cover ``since`` to ``until`` exactly once, oldest first, no two neighbours alike."""

    since: Millis
    until: Millis
    pieces: tuple[Piece, ...]

    def at(self, t: Millis) -> Piece | None:
        """The piece that holds ``t``; at the very end the last one; None outside."""
        if not self.pieces or not self.since <= t <= self.until:
            return None
        return self.pieces[max(0, bisect_right(self.pieces, t, key=lambda piece: piece.since) - 1)]

    def share(self) -> Share:
        """How much was watched, and how much of what could be judged was well."""
        times = dict.fromkeys(Kind, 0)
        for piece in self.pieces:
            times[piece.kind] += piece.until - piece.since
        whole = sum(times.values())
        judged = sum(times[kind] for kind in _JUDGED)
        well = sum(times[kind] for kind in _WELL)
        watched = (whole - times[Kind.UNWATCHED]) / whole if whole else 0.0
        return Share(watched, well / judged if judged else None)


@dataclass(frozen=True, slots=True)
class Column:
    """All that lies in one column of pixels: the worst kind in it, and how much of it each kind takes (sum 1).

    ``kind`` is UP only if nothing else lies in the column: what is summarised hides no trouble, and makes nothing well
    that nobody saw.
    """

    kind: Kind
    shares: Mapping[Kind, float]


def kind_of(state: State, scope: Scope) -> Kind:
    """What a state of that scope is drawn as."""
    return Kind.YOURS if scope in _YOURS and state not in _NO_TROUBLE else Kind(state.value)


def strip(intervals: Iterable[Interval], gaps: Iterable[Gap], since: Millis, until: Millis) -> Strip:
    """The strip of one platform.

    ``intervals``: its own, each lasting until the next begins; before the first nobody looked. What lies in a gap
    nobody saw, whatever the intervals say.
    """
    pieces: list[Piece] = []
    dark = list(_merged(gaps, since, until))
    for piece in _states(intervals, since, until):
        at = piece.since
        while at < piece.until:
            while dark and dark[0][1] <= at:
                dark.pop(0)
            begins, ends = dark[0] if dark else (until, until)
            end = min(piece.until, ends if begins <= at else begins)
            _append(pieces, Piece(Kind.UNWATCHED if begins <= at < ends else piece.kind, at, end))
            at = end
    return Strip(since, until, tuple(pieces))


def columns(of: Strip, width: int) -> tuple[Column, ...]:
    """``width`` columns of equal length, oldest first; none where there is nothing to show."""
    if width < 1 or not of.pieces:
        return ()
    found: list[Column] = []
    length, first = of.until - of.since, 0
    for number in range(width):
        since, until = (of.since + length * n // width for n in (number, number + 1))
        until = max(until, since + 1)  # a column of less than a millisecond shows what holds it
        while first + 1 < len(of.pieces) and of.pieces[first].until <= since:
            first += 1
        found.append(_column(of.pieces, first, since, until))
    return tuple(found)


def _column(pieces: Sequence[Piece], first: int, since: Millis, until: Millis) -> Column:
    if pieces[first].until >= until:  # nearly every one
        return _WHOLE[pieces[first].kind]
    times: dict[Kind, Millis] = {}
    for piece in pieces[first:]:
        if piece.since >= until:
            break
        times[piece.kind] = times.get(piece.kind, 0) + min(piece.until, until) - max(piece.since, since)
    whole = sum(times.values())
    return Column(min(times, key=_RANK.__getitem__), {kind: ms / whole for kind, ms in times.items()})


_WHOLE: Final = {kind: Column(kind, {kind: 1.0}) for kind in Kind}


def _states(intervals: Iterable[Interval], since: Millis, until: Millis) -> Iterator[Piece]:
    """What the intervals say of ``since`` to ``until``, without a hole."""
    at, kind = since, Kind.UNWATCHED
    for interval in sorted(intervals, key=lambda each: each.since):
        begins = min(max(interval.since, since), until)
        if begins > at:
            yield Piece(kind, at, begins)
            at = begins
        kind = kind_of(interval.state, interval.scope)
    if until > at:
        yield Piece(kind, at, until)


def _merged(gaps: Iterable[Gap], since: Millis, until: Millis) -> Iterator[tuple[Millis, Millis]]:
    """The gaps within, in order; those that touch or overlap as one; those without length not at all."""
    open_: tuple[Millis, Millis] | None = None
    for begins, ends in sorted((max(gap.since, since), min(gap.until, until)) for gap in gaps):
        if ends <= begins:
            continue
        if open_ is not None and begins <= open_[1]:
            open_ = open_[0], max(open_[1], ends)
            continue
        if open_ is not None:
            yield open_
        open_ = begins, ends
    if open_ is not None:
        yield open_


def _append(pieces: list[Piece], piece: Piece) -> None:
    if pieces and pieces[-1].kind is piece.kind:
        piece = Piece(piece.kind, pieces.pop().since, piece.until)
    pieces.append(piece)
