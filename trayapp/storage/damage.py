"""A damaged history: how it is noticed, set aside, and what is still read from it."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from trayapp.core.ports import StoreError
from trayapp.storage import codec, schema
from trayapp.storage.reading import members, read_only
from trayapp.storage.trouble import NONSENSE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
CHECK_EVERY_S = 7 * 86_400
"""A file that was closed well is gone through so often; one that was not, at each start."""
_KEPT = {
    "incident": "id",
    "member": "incident {0}, place",
    "event": "rowid",
    "outbox": "rowid",
    "interval": "number",
    "gap": "since",
    "known": "network {0}, platform",
}
"""What is taken over and the order in which it lies in the file; what others refer to comes first. Evidence and its
roll-ups are too many to be read one by one."""
_SIDE_FILES = ("", "-wal", "-shm")
_ASIDE = re.compile(r"\.damaged-\d{8}T\d{6}Z(-\d+)?")
MOST_ASIDE = 9
"""So many damaged histories may lie there; what goes wrong oftener is not mended by beginning anew."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A damaged history was put out of the way, and a new one begun."""

    path: Path  # where it is now
    why: str
    incidents: int  # how many were read from it, and stand in the new one
    of: Path

    def __str__(self) -> str:
        return (
            f"The history was damaged ({self.why}): {self.of}. It was set aside as {self.path} and a new one begun; "
            f"{self.incidents} incidents were taken over."
        )


def damaged(error: sqlite3.Error) -> bool:
    """Whether SQLite says that the file itself is not sound."""
    code = getattr(error, "sqlite_errorcode", None)  # absent where the module itself complains
    return code is not None and code & 0xFF in DAMAGED


def wrong(db: sqlite3.Connection, number: int, *, now_s: float) -> tuple[str, bool]:
    """What is wrong with the file of format ``number``, "" if nothing is seen; and whether its pages were looked at.

    The tables are looked at each time; the pages (0.2 s for a year of thirty platforms) if the last writer did not
    close the file itself, or if they were not for a week. Raises sqlite3.DatabaseError as SQLite does.
    """
    missing = schema.missing(db, number)
    if missing:
        return f"its tables are not as they should be: {', '.join(missing)}", False
    kept = db.execute("SELECT clean, checked FROM keeping").fetchone() if number > 1 else (0, 0)
    if kept is None:
        return "a row is missing", False
    clean, checked = kept
    if clean and 0 <= now_s - checked / 1000 < CHECK_EVERY_S:
        return "", False
    said = str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
    return ("" if said == "ok" else " ".join(said.split())[:200]), True


def set_aside(path: Path) -> Path:
    """Rename the file and its side files, so that SQLite still finds them together; the new path."""
    there = [one for one in path.parent.iterdir() if _ASIDE.fullmatch(one.name.removeprefix(path.name))]
    if len(there) >= MOST_ASIDE:
        raise StoreError(
            f"The history is damaged: {path}. {len(there)} damaged ones lie beside it already. Look whether the disk "
            "is failing, and move them away."
        )
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.name}.damaged-{stamp}-{number}")
    _rename(path, aside)
    return aside


def put_back(aside: Path, path: Path) -> None:
    """Undo ``set_aside``: no new history could be begun. What there is of one goes."""
    for end in _SIDE_FILES:
        path.with_name(path.name + end).unlink(missing_ok=True)
    _rename(aside, path)


def _rename(old: Path, new: Path) -> None:
    for end in reversed(_SIDE_FILES):  # the file itself last: until then nothing has happened
        with suppress(FileNotFoundError):  # a history that was closed has no side files
            old.with_name(old.name + end).rename(new.with_name(new.name + end))


def salvage(aside: Path, db: sqlite3.Connection, patience_s: float) -> int:
    """Copy what can still be read of it into the new history ``db``, row by row; the number of incidents."""
    try:
        old = read_only(aside, patience_s)
    except sqlite3.Error:
        return 0  # that nothing was taken over is said in SetAside
    with closing(old):
        db.execute("BEGIN IMMEDIATE")
        for table, order in _KEPT.items():
            columns = schema.columns(db)[table]
            for row in _rows(old, table, order):
                _copy(db, table, {name: row[name] for name in row.keys() if name in columns})  # noqa: SIM118 - a Row
        _leave_out_nonsense(db)
        (count,) = db.execute("SELECT count(*) FROM incident").fetchone()
        db.execute("COMMIT")
    _leave_tidy(aside)
    return int(count)


def _leave_tidy(aside: Path) -> None:
    """Take away the empty side files that a look at it has left."""
    log = aside.with_name(f"{aside.name}-wal")
    if log.exists() and not log.stat().st_size:
        log.unlink()
        aside.with_name(f"{aside.name}-shm").unlink(missing_ok=True)


def _rows(db: sqlite3.Connection, table: str, order: str) -> Iterator[sqlite3.Row]:
    """From the front as far as it goes, then from the back: what comes twice is ignored when it is written."""
    for way in ("ASC", "DESC"):
        try:
            cursor = db.execute(f"SELECT * FROM {table} ORDER BY {order.format(way)} {way}")  # noqa: S608 - our names
            while (row := cursor.fetchone()) is not None:
                yield row
        except (sqlite3.Error, UnicodeDecodeError):
            continue
        return


def _copy(db: sqlite3.Connection, table: str, values: dict[str, object]) -> None:
    marks = ", ".join(f":{name}" for name in values)
    # A half row, or one that belongs to nothing, is left out: the rest is worth having without it.
    with suppress(sqlite3.Error):
        db.execute(f"INSERT OR IGNORE INTO {table} ({', '.join(values)}) VALUES ({marks})", values)  # noqa: S608 - our names


def _leave_out_nonsense(db: sqlite3.Connection) -> None:
    """A row that cannot be understood would keep every later start from reading the others."""
    for row in db.execute("SELECT * FROM event").fetchall():
        try:
            codec.event_from(row)
        except NONSENSE:
            key = (row["incident"], row["number"])
            db.execute("DELETE FROM outbox WHERE incident = ? AND number = ?", key)
            db.execute("DELETE FROM event WHERE incident = ? AND number = ?", key)
    for row in db.execute("SELECT * FROM incident").fetchall():
        try:
            codec.incident_from(row, members(db, row["id"]))
        except NONSENSE:
            for table in ("outbox", "event", "member"):
                db.execute(f"DELETE FROM {table} WHERE incident = ?", (row["id"],))  # noqa: S608 - our names
            db.execute("DELETE FROM incident WHERE id = ?", (row["id"],))
    for row in db.execute("SELECT * FROM interval").fetchall():
        try:
            codec.interval_from(row)
        except NONSENSE:
            db.execute("DELETE FROM interval WHERE number = ?", (row["number"],))
