"""Roll-ups: the evidence of an hour counted once, by question and five minutes (``fine``) and by question (``hourly``).

An hour is counted from its rows of evidence when it is over, in one transaction: until then it stands in ``unrolled``,
from then on in ``hourly``. So nothing is counted twice or not at all, whenever the process is killed, and a commit
costs nothing extra. Evidence that comes later (it could not be written before, or the clock was set back) is added to
what was counted, in the transaction that writes it. Evidence is only let go once its hour is counted.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from trayapp.core.model import HOUR, MINUTE, Outcome
from trayapp.core.pace import BUCKETS, HOURS, Pace
from trayapp.storage.pack import pack, unpack
from trayapp.storage.tally import OUTCOMES, TIMES, Spread, Tally, decode, encode, well

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

    from trayapp.core.model import Evidence, Millis
    from trayapp.storage.evidence import Asked
    from trayapp.storage.pack import Key

SLOT: Millis = 5 * MINUTE
AT_ONCE = 2
"""Hours counted in one commit: after a long time without, the rest follows with the next ones."""

_TIMES = (
    "CASE WHEN outcome IN ('ok', 'slow') THEN waited_ms END, dns_ms, connect_ms, tls_ms, first_byte_ms, body_ms, "
    "waited_ms"
)


class Resolution(StrEnum):
    """The stretch of one roll-up, and how long it is kept (see pruning.py)."""

    FINE = "fine"  # five minutes, for thirty days
    HOURLY = "hourly"  # for two years


@dataclass(frozen=True, slots=True)
class Rollup:
    """The answers to one question from ``since`` for ``length`` milliseconds. What did not occur is left out."""

    platform: str
    probe: str
    since: Millis
    length: Millis
    outcomes: Mapping[Outcome, int]
    times: Mapping[str, Spread]  # by the names in tally.TIMES


def take_in(db: sqlite3.Connection, asked: Asked, evidence: Iterable[Evidence]) -> None:
    """Note what was just written: its hour will be counted, or it is added to what was counted already."""
    hours: dict[int, list[Evidence]] = defaultdict(list)
    for one in evidence:
        hours[one.t // HOUR].append(one)
    for hour, late in hours.items():
        if db.execute("SELECT 1 FROM hourly WHERE hour = ?", (hour,)).fetchone() is None:
            db.execute("INSERT OR IGNORE INTO unrolled VALUES (?)", (hour,))
            continue
        more = _tallies((one.t, asked.number(db, one), one.outcome.value, *_times(one)) for one in late)
        _add(db, "hourly", hour, _whole(more))
        _add(db, "fine", hour, more)


def count(db: sqlite3.Connection, now: Millis) -> None:
    """Count the hours that are over, the oldest first, at most ``AT_ONCE`` of them."""
    over = db.execute(
        "SELECT hour FROM unrolled WHERE hour < ? ORDER BY hour LIMIT ?", (now // HOUR, AT_ONCE)
    ).fetchall()
    for (hour,) in over:
        tallies = _counted(db, hour)
        for table, found in (("fine", tallies), ("hourly", _whole(tallies))):
            db.execute(f"INSERT INTO {table} VALUES (?, ?)", (hour, pack(_encoded(found))))  # noqa: S608 - our names
        db.execute("DELETE FROM unrolled WHERE hour = ?", (hour,))


def uncounted(db: sqlite3.Connection) -> Millis | None:
    """The beginning of the oldest hour that is not counted yet."""
    (hour,) = db.execute("SELECT min(hour) FROM unrolled").fetchone()
    return None if hour is None else hour * HOUR


def read(
    db: sqlite3.Connection, asked: Mapping[int, tuple[str, str]], hours: range, resolution: Resolution
) -> Iterator[Rollup]:
    """The roll-ups of ``hours`` of the questions ``asked`` (number → platform and probe), by time, then by name."""
    table = resolution.value
    found = {
        hour: {key: decode(data) for key, data in unpack(body, asked).items()}
        for hour, body in db.execute(
            f"SELECT * FROM {table} WHERE hour BETWEEN ? AND ?",  # noqa: S608 - one of two names
            (hours.start, hours.stop - 1),
        )
    }
    for (hour,) in db.execute("SELECT hour FROM unrolled WHERE hour BETWEEN ? AND ?", (hours.start, hours.stop - 1)):
        raw = _counted(db, hour)
        found[hour] = {
            key: tally
            for key, tally in (raw if resolution is Resolution.FINE else _whole(raw)).items()
            if key[1] in asked
        }
    for hour in sorted(found):
        merged: dict[tuple[int, str, str], Tally] = {}
        for (slot, number), tally in found[hour].items():
            name = (slot, *asked[number])
            merged[name] = merged[name].plus(tally) if name in merged else tally
        for (slot, platform, probe), tally in sorted(merged.items(), key=lambda each: each[0]):
            yield _rollup(platform, probe, hour * HOUR + slot * SLOT, resolution, tally)


def paces(db: sqlite3.Connection, lately: Millis) -> dict[tuple[str, str], Pace]:
    """How long each probe's ok and slow answers took, by hour, in the day up to ``lately`` and since."""
    newest = lately // HOUR + 1
    names = {row[0]: (row[1], row[2]) for row in db.execute("SELECT id, platform, probe FROM asked")}
    counts: dict[tuple[str, str], dict[int, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0] * BUCKETS))
    between = (newest - HOURS, newest)
    hours = dict(db.execute("SELECT hour, body FROM hourly WHERE hour BETWEEN ? AND ?", between).fetchall())
    for hour, body in hours.items():
        for (_, number), data in unpack(body).items():
            _pace(counts[names[number]][hour], well(data))
    for (hour,) in db.execute("SELECT hour FROM unrolled WHERE hour BETWEEN ? AND ?", between).fetchall():
        times: dict[int, list[Millis]] = defaultdict(list)
        for number, ms in db.execute(
            "SELECT asked, waited_ms FROM evidence WHERE t >= ? AND t < ? AND outcome IN ('ok', 'slow') "
            "AND waited_ms IS NOT NULL",
            (hour * HOUR, (hour + 1) * HOUR),
        ):
            times[number].append(ms)
        for number, all_ms in times.items():
            _pace(counts[names[number]][hour], Spread.of(all_ms))
    return {
        key: Pace(kept)
        for key, found in counts.items()
        if (kept := tuple((hour, tuple(found[hour])) for hour in sorted(found) if any(found[hour])))
    }


def _pace(buckets: list[int], spread: Spread | None) -> None:
    if spread is not None:
        for i, n in enumerate(spread.buckets):
            buckets[i] += n


def _rollup(platform: str, probe: str, since: Millis, resolution: Resolution, tally: Tally) -> Rollup:
    return Rollup(
        platform,
        probe,
        since,
        SLOT if resolution is Resolution.FINE else HOUR,
        {outcome: n for outcome, n in zip(OUTCOMES, tally.outcomes, strict=True) if n},
        {name: spread for name, spread in zip(TIMES, tally.spreads, strict=True) if spread is not None},
    )


def _counted(db: sqlite3.Connection, hour: int) -> dict[Key, Tally]:
    """The tallies of one hour by five minutes, from its evidence."""
    return _tallies(
        db.execute(
            f"SELECT t, asked, outcome, {_TIMES} FROM evidence WHERE t >= ? AND t < ?",  # noqa: S608 - a constant
            (hour * HOUR, (hour + 1) * HOUR),
        )
    )


def _tallies(rows: Iterable[tuple[int, int, str, *tuple[Millis | None, ...]]]) -> dict[Key, Tally]:
    answers: dict[Key, list[tuple[str, tuple[Millis | None, ...]]]] = defaultdict(list)
    for t, asked, outcome, *times in rows:
        answers[t % HOUR // SLOT, asked].append((outcome, tuple(times)))
    return {key: Tally.of(found) for key, found in answers.items()}


def _times(one: Evidence) -> tuple[Millis | None, ...]:
    """As ``_TIMES`` selects them."""
    phases, waited = one.phases, one.waited
    good = waited if one.outcome in {Outcome.OK, Outcome.SLOW} else None
    return good, phases.dns, phases.connect, phases.tls, phases.first_byte, phases.body, waited


def _whole(tallies: Mapping[Key, Tally]) -> dict[Key, Tally]:
    """Of the whole hour."""
    whole: dict[Key, Tally] = {}
    for (_, asked), tally in tallies.items():
        key = (0, asked)
        whole[key] = whole[key].plus(tally) if key in whole else tally
    return whole


def _encoded(tallies: Mapping[Key, Tally]) -> dict[Key, bytes]:
    return {key: encode(tally) for key, tally in tallies.items()}


def _add(db: sqlite3.Connection, table: str, hour: int, more: Mapping[Key, Tally]) -> None:
    """Add to what was counted of this hour; where that was let go already, so is this."""
    row = db.execute(f"SELECT body FROM {table} WHERE hour = ?", (hour,)).fetchone()  # noqa: S608 - our names
    if row is None:
        return
    tallies = unpack(row[0])
    for key, tally in more.items():
        there = tallies.get(key)
        tallies[key] = encode(tally if there is None else decode(there).plus(tally))
    db.execute(f"UPDATE {table} SET body = ? WHERE hour = ?", (pack(tallies), hour))  # noqa: S608 - our names
