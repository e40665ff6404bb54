"""A made-up year of thirty platforms as a history, and what it costs: bytes by table, and how long things take.

    python tests/benchmarks/year.py [--keep FILE] [--days 365]

Deterministic. All is written through the history's own modules: the last three days minute by minute through
``Database.commit``; of the days before, the roll-ups are made of a stock of measured hours, and the evidence of 400
incidents is written whole, so that the pruning has the year's work to do. Questions are put as often as the schedule
puts them. Prints; passes no judgement.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))
from storage_year import NOW, Question, asked_between, at, chance, incident, questions

from trayapp.core.model import DAY, HOUR, MINUTE, Gap, Millis, Scope, State
from trayapp.core.ports import Batch, Interval, Known
from trayapp.storage import evidence as rows
from trayapp.storage import pruning, rollup
from trayapp.storage.database import Database
from trayapp.storage.history import History
from trayapp.storage.pack import SLOTS, pack
from trayapp.storage.rollup import Resolution
from trayapp.storage.tally import Tally, encode
from trayapp.storage.thinning import KEEP

if TYPE_CHECKING:
    from collections.abc import Callable

INCIDENTS = 400
LIVE = 3  # days that are written minute by minute
STOCK = 48  # measured hours of each question, from which the year is drawn


def rolled_up(db: sqlite3.Connection, what: list[Question], first: Millis, last: Millis) -> None:
    """The roll-ups of every hour in ``[first, last)``: each question's tallies drawn from its stock."""
    numbers = rows.Asked()
    fine: dict[int, list[bytes]] = {}
    whole: dict[int, list[bytes]] = {}
    for one in what:
        number = numbers.number(db, one.ask(0))
        parts = [
            Tally.of(
                (each.outcome.value, rollup._times(each))
                for each in (one.ask(0) for _ in range(max(1, rollup.SLOT // one.every)))
            )
            for _ in range(STOCK * 4)
        ]
        fine[number] = [encode(part) for part in parts]
        whole[number] = []
        for _ in range(STOCK):
            tally, *others = chance.sample(parts, SLOTS)
            for other in others:
                tally = tally.plus(other)
            whole[number].append(encode(tally))
    db.execute("BEGIN")
    for hour in range(first // HOUR, last // HOUR):
        body = pack({(0, number): chance.choice(stock) for number, stock in whole.items()})
        db.execute("INSERT OR IGNORE INTO hourly VALUES (?, ?)", (hour, body))
        if hour >= (NOW - pruning.KEEP_FINE) // HOUR:
            body = pack({(slot, n): chance.choice(stock) for n, stock in fine.items() for slot in range(SLOTS)})
            db.execute("INSERT OR IGNORE INTO fine VALUES (?, ?)", (hour, body))
    db.execute("COMMIT")


def build(path: Path, days: int) -> None:
    """Write the year."""
    what = questions()
    names = sorted({one.platform for one in what})
    first, live = NOW - days * DAY, (NOW - LIVE * DAY) // HOUR * HOUR
    status = json.dumps(
        {"platforms": [{"id": name, "state": "up", "since": "2024-03-05T15:17:00.000Z"} for name in names]}
    )
    with closing(Database(path)) as database:
        database.commit(Batch(at(first), status), durable=False)
        db = connection(database)
        rolled_up(db, what, first, live)
        asked = rows.Asked()
        for number in range(INCIDENTS):
            batch, found = incident(number, what, first, live)
            database.commit(batch, durable=True)
            db.execute("BEGIN")
            rows.insert(db, asked, sorted(found, key=lambda each: each.t))
            db.execute("COMMIT")
        states = itertools.cycle((State.SLOW, State.UP, State.UNKNOWN, State.UP))
        for day in range(days - LIVE):
            t = first + day * DAY
            changes = [(t + chance.randrange(DAY), name) for name in names for _ in range(4)]
            batch = Batch(
                at(t),
                status,
                intervals=tuple(Interval(name, next(states), Scope.NOT_KNOWN, t) for t, name in sorted(changes)),
                gaps=tuple(Gap(t + hour * HOUR, t + hour * HOUR + MINUTE) for hour in (7, 19)),
            )
            database.commit(batch, durable=True)
        known = tuple(Known(f"network-{n}", name, NOW) for n in range(10) for name in names)
        database.commit(Batch(at(live), status, known=known), durable=True)
        print(f"evidence before pruning: {db.execute('SELECT count(*) FROM evidence').fetchone()[0]} rows")
        prune_all(db, live)
        for hour in range(live, NOW, HOUR):
            evidence = asked_between(what, hour, min(hour + HOUR, NOW))
            for minute in range(hour, min(hour + HOUR, NOW), MINUTE):
                part = tuple(each for each in evidence if minute <= each.t < minute + MINUTE)
                database.commit(Batch(at(minute + MINUTE - 1), status, evidence=part), durable=False)


def prune_all(db: sqlite3.Connection, now: Millis) -> None:
    """Through the whole year's evidence, a run after another."""
    times = []
    while db.execute("SELECT settled FROM keeping").fetchone()[0] < now - KEEP:
        times.append(timed(lambda: in_transaction(db, lambda: pruning.prune(db, now))))
    print(f"prune, {len(times)} runs: median {statistics.median(times):.1f} ms, longest {max(times):.1f} ms")


def in_transaction(db: sqlite3.Connection, do: Callable[[], object]) -> None:
    db.execute("BEGIN IMMEDIATE")
    do()
    db.execute("COMMIT")


def timed(do: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    do()
    return (time.perf_counter() - began) * 1000


def told(what: str, do: Callable[[], object], times: int = 5) -> None:
    found = [timed(do) for _ in range(times)]
    print(f"{what:48} median {statistics.median(found):7.2f} ms, longest {max(found):7.2f}")


def connection(database: Database) -> sqlite3.Connection:
    assert database._db is not None
    return database._db


def some(what: list[Question], t: Millis, n: int) -> Batch:
    return Batch(at(t), "{}", evidence=tuple(what[i % len(what)].ask(t + i) for i in range(n)))


class Each:
    """Commit the next one at each call."""

    def __init__(self, database: Database, batches: list[Batch]) -> None:
        self._database, self._batches = database, iter(batches)

    def __call__(self) -> None:
        self._database.commit(next(self._batches), durable=False)


def measure(path: Path) -> None:
    print(f"the file: {path.stat().st_size / 1e6:.1f} MB")
    with closing(sqlite3.connect(path)) as db:
        for name, size, kept in db.execute(
            "SELECT name, sum(pgsize), sum(payload) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 9"
        ):
            print(f"    {name:28} {size / 1e6:7.2f} MB, of it payload {kept / 1e6:7.2f}")
        free = db.execute("PRAGMA freelist_count").fetchone()[0]
        print(f"    free pages {free}; evidence {db.execute('SELECT count(*) FROM evidence').fetchone()[0]} rows")
        told("quick_check", lambda: db.execute("PRAGMA quick_check").fetchall(), 3)
    told("open and close", lambda: Database(path).close())
    what = questions()
    with closing(Database(path)) as database:
        db = connection(database)
        restored = database.restore(NOW - 15 * MINUTE)
        print(f"    restored: {len(restored.paces)} paces, {len(restored.known)} known, {len(restored.states)} states")
        told("restore", lambda: database.restore(NOW - 15 * MINUTE))
        told("count the hours that are over", lambda: in_transaction(db, lambda: rollup.count(db, NOW + HOUR)), 1)
        clock = itertools.count(NOW + HOUR, 1000)
        told("a durable commit, no evidence", lambda: database.commit(Batch(at(next(clock)), "{}"), durable=True), 200)
        for n in (1, 40, 100):
            batches = [some(what, next(clock), n) for _ in range(50)]
            told(f"a commit of {n} rows of evidence", Each(database, batches), 50)
        for hours in range(1, 4):
            prune_all(db, NOW + HOUR * (1 + hours))
    with History(path) as history:
        told("the log of all incidents", lambda: list(history.incidents()), 1)
        name = what[0].platform
        for days, resolution in ((1, Resolution.FINE), (30, Resolution.FINE), (365, Resolution.HOURLY)):
            since = NOW - days * DAY
            began = time.perf_counter()
            found = sum(1 for _ in history.rollups(name, since, NOW, resolution))
            took = (time.perf_counter() - began) * 1000
            print(f"{found} roll-ups of one platform, {resolution}, {days} days: {took:.0f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--days", type=int, default=365)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = chosen.keep or Path(folder) / "history.db"
        began = time.perf_counter()
        build(file, chosen.days)
        print(f"made in {time.perf_counter() - began:.0f} s")
        measure(file)
