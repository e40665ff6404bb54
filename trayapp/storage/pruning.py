"""What is let go, a piece at a time inside a commit: old evidence, old roll-ups, networks not seen for long.

| evidence                              | two days; near an incident for ever, but of a long one only what changes |
| roll-ups of five minutes, of hours    | thirty days, two years                                                   |
| state intervals, incidents, events    | for ever                                                                 |
| gaps                                  | for ever                                                                 |

A piece is small, so that a run is quick, and so that a clock that is wrong for an hour costs one piece and not the
history. Pages that become free are used again: what comes in an hour is as much as what goes, so the file does not grow
by it, and there is no need for auto_vacuum, which would move pages at each run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.core.model import DAY, HOUR
from trayapp.storage import rollup
from trayapp.storage.thinning import KEEP, NEAR, Near, Row, amid_runs, stretches

if TYPE_CHECKING:
    import sqlite3

    from trayapp.core.model import Millis

EVERY: Millis = HOUR
"""Not oftener."""
PIECE = 5_000
"""Rows of evidence looked at in one run, more than thirty platforms bring in an hour (some four thousand). Where more
comes in, so many more are looked at."""
KEEP_FINE: Millis = 30 * DAY
KEEP_HOURLY: Millis = 730 * DAY
HOURS_AT_ONCE = 24
"""Hours of roll-ups let go in one run."""
KNOWN_LIMIT = 6_000
"""What is known of platforms on networks: two hundred networks of thirty platforms."""

LOOK_BACK = 2_000
"""Rows that are searched for where a run began; of a long incident hardly more are left of many days."""

# CROSS JOIN: by the index on time, whatever else the planner would like.
_ROW = (
    "SELECT number, t, platform, probe, source, owner, outcome, failure, status "
    "FROM evidence CROSS JOIN asked ON asked.id = evidence.asked"
)


def prune(db: sqlite3.Connection, now: Millis) -> None:
    """Let go of a piece inside the open transaction."""
    _settle(db, now)
    for table, keep in (("fine", KEEP_FINE), ("hourly", KEEP_HOURLY)):
        db.execute(
            f"DELETE FROM {table} WHERE hour IN (SELECT hour FROM {table} WHERE hour < ? ORDER BY hour LIMIT ?)",  # noqa: S608 - our names
            ((now - keep) // HOUR, HOURS_AT_ONCE),
        )
    db.execute(
        "DELETE FROM known WHERE (network, platform) IN "
        "(SELECT network, platform FROM known ORDER BY written DESC, network, platform LIMIT -1 OFFSET ?)",
        (KNOWN_LIMIT,),
    )


def unsettle(db: sqlite3.Connection, t: Millis) -> None:
    """Evidence of time ``t`` was written: where everything was settled already, look again."""
    db.execute("UPDATE keeping SET settled = ? WHERE settled > ?", (t, t))


def _settle(db: sqlite3.Connection, now: Millis) -> None:
    """Go on through old evidence that is counted, from where the last run ended."""
    (since,) = db.execute("SELECT settled FROM keeping").fetchone()
    (lately,) = db.execute("SELECT count(*) FROM evidence WHERE t > ?", (now - EVERY,)).fetchone()
    uncounted = rollup.uncounted(db)
    until = now - KEEP if uncounted is None else min(now - KEEP, uncounted)
    until = _piece(db, since, until, max(PIECE, lately * 5 // 4))
    if until <= since:
        return
    near = _near(db, since, until)
    for a, b, here in stretches(near, since, until):
        marks, wanted = _wanted(db, here)
        db.execute(f"DELETE FROM evidence WHERE t >= ? AND t < ? AND asked NOT IN ({marks})", (a, b, *wanted))  # noqa: S608 - only marks
    if any(each.long for each in near):
        _fold(db, since, until, min(each.since for each in near))
    db.execute("UPDATE keeping SET settled = ?", (until,))


def _fold(db: sqlite3.Connection, since: Millis, until: Millis, begin: Millis) -> None:
    """Thin out what is near long incidents in ``[since, until)``; runs may reach back to ``begin``."""
    near = _near(db, begin, until)

    def before(row: Row) -> list[Row]:
        found = db.execute(
            f"SELECT * FROM ({_ROW} WHERE t >= ? AND t < ? ORDER BY t DESC, number DESC LIMIT ?) "  # noqa: S608 - a constant
            "WHERE (platform, probe, source) = (?, ?, ?) ORDER BY t DESC, number DESC LIMIT 2",
            (begin, since, LOOK_BACK, *row.track),
        )
        return [Row(*each) for each in found]

    rows = db.execute(f"{_ROW} WHERE t >= ? AND t < ? ORDER BY t, number", (since, until)).fetchall()
    gone = amid_runs((Row(*each) for each in rows), near, before)
    db.executemany("DELETE FROM evidence WHERE number = ?", [(number,) for number in gone])


def _wanted(db: sqlite3.Connection, near: list[Near]) -> tuple[str, list[int]]:
    """The questions whose answers belong to these incidents, with a mark for each."""
    asked = db.execute("SELECT id, platform, owner FROM asked").fetchall() if near else []
    wanted = [number for number, platform, owner in asked if any(each.wants(platform, owner) for each in near)]
    return ", ".join("?" * len(wanted)), wanted


def _piece(db: sqlite3.Connection, since: Millis, until: Millis, rows: int) -> Millis:
    """Where this run ends: rows of one moment are settled together."""
    row = db.execute(
        "SELECT t FROM evidence WHERE t >= ? AND t < ? ORDER BY t LIMIT 1 OFFSET ?", (since, until, rows)
    ).fetchone()
    if row is None:
        return until
    return int(row[0]) if row[0] > since else since + 1


def _near(db: sqlite3.Connection, since: Millis, until: Millis) -> list[Near]:
    """The incidents whose neighbourhood reaches into ``[since, until)``."""
    found = db.execute(
        "SELECT id, owner, start_t, end_t FROM incident WHERE start_t < ? AND (end_t IS NULL OR end_t >= ?)",
        (until + NEAR, max(since, NEAR - 2**63) - NEAR),
    ).fetchall()
    return [
        Near(
            start - NEAR,
            None if end is None else end + NEAR,
            owner,
            frozenset(name for (name,) in db.execute("SELECT platform FROM member WHERE incident = ?", (number,))),
        )
        for number, owner, start, end in found
    ]
