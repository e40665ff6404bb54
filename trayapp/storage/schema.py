"""The history's tables, how an older file becomes a newer one, and whose file this is.

Times are whole milliseconds since the epoch. An interval lasts until the next row of its platform begins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.core.ports import StoreError

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

APPLICATION = 0x46414E4C  # "FANL" in the file's header: tells our file from any other program's

_VERSION_1 = (
    """
    CREATE TABLE incident (
        id          TEXT PRIMARY KEY,
        owner       TEXT NOT NULL,
        phase       TEXT NOT NULL,
        start_t     INTEGER NOT NULL,
        start_mono  INTEGER NOT NULL,
        start_boot  TEXT NOT NULL,
        end_t       INTEGER,
        end_mono    INTEGER,
        end_boot    TEXT,
        events      INTEGER NOT NULL,
        already     INTEGER NOT NULL,
        unwatched   INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX incident_by_start ON incident (start_t)",
    """
    CREATE TABLE member (
        incident    TEXT NOT NULL REFERENCES incident (id),
        place       INTEGER NOT NULL,   -- its place among the members
        platform    TEXT NOT NULL,
        functions   TEXT NOT NULL,      -- JSON list
        state       TEXT NOT NULL,
        scope       TEXT NOT NULL,
        since       INTEGER NOT NULL,
        until       INTEGER,
        witnesses   TEXT NOT NULL,      -- JSON list, sorted
        PRIMARY KEY (incident, place)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE event (
        incident    TEXT NOT NULL REFERENCES incident (id),
        number      INTEGER NOT NULL,
        kind        TEXT NOT NULL,
        t           INTEGER NOT NULL,
        relapse     INTEGER NOT NULL,
        body        TEXT NOT NULL,      -- JSON of the incident as it stood right after
        UNIQUE (incident, number)
    ) STRICT
    """,
    """
    CREATE TABLE outbox (
        incident    TEXT NOT NULL,
        number      INTEGER NOT NULL,
        channel     TEXT NOT NULL,
        kind        TEXT NOT NULL,
        due         INTEGER NOT NULL,
        stale       INTEGER NOT NULL,
        claim       TEXT NOT NULL,
        UNIQUE (incident, number, channel),
        FOREIGN KEY (incident, number) REFERENCES event (incident, number)
    ) STRICT
    """,
    "CREATE INDEX outbox_pending ON outbox (due) WHERE claim = 'pending'",
    """
    CREATE TABLE interval (
        number      INTEGER PRIMARY KEY,    -- the order of writing, which a wrong clock cannot turn round
        platform    TEXT NOT NULL,
        state       TEXT NOT NULL,
        scope       TEXT NOT NULL,
        since       INTEGER NOT NULL,
        UNIQUE (platform, since)
    ) STRICT
    """,
    """
    CREATE TABLE evidence (
        t           INTEGER NOT NULL,
        platform    TEXT NOT NULL,
        source      TEXT NOT NULL,
        outcome     TEXT NOT NULL,
        probe       TEXT NOT NULL,
        host        TEXT NOT NULL,
        owner       TEXT NOT NULL,
        function    TEXT,
        failure     TEXT,
        status      INTEGER,
        ms          INTEGER NOT NULL,
        dns_ms      INTEGER,
        connect_ms  INTEGER,
        tls_ms      INTEGER,
        first_byte_ms INTEGER,
        body_ms     INTEGER,
        answer      TEXT NOT NULL,
        via         TEXT NOT NULL,
        note        TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX evidence_by_time ON evidence (t)",
    """
    CREATE TABLE gap (
        since       INTEGER PRIMARY KEY,
        until       INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE snapshot (
        one         INTEGER PRIMARY KEY CHECK (one = 1),
        t           INTEGER NOT NULL,
        mono        INTEGER NOT NULL,
        boot        TEXT NOT NULL,
        status      TEXT NOT NULL       -- JSON, as `fanal status --json` prints it
    ) STRICT
    """,
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_VERSION_1,)
"""Entry n turns version n into n + 1. A published entry is never edited."""


def version(db: sqlite3.Connection, path: Path) -> int:
    """The file's version, 0 if it is empty. StoreError if it is another program's or a newer Fanal's."""
    number = int(db.execute("PRAGMA user_version").fetchone()[0])
    owner = int(db.execute("PRAGMA application_id").fetchone()[0])
    tables = int(db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])
    if owner != APPLICATION and (number or tables):
        raise StoreError(f"{path} is not a history of Fanal; it was left as it is. Move it away and start Fanal again.")
    if number > len(MIGRATIONS):
        raise StoreError(
            f"{path} was written by a newer Fanal (format {number}, this one knows up to {len(MIGRATIONS)}); "
            "it was left as it is. Start the newer Fanal, or move the file away."
        )
    return number


def migrate(db: sqlite3.Connection, path: Path) -> None:
    """Bring the file to the newest version in one transaction; the caller rolls back on any error."""
    db.execute("BEGIN IMMEDIATE")
    for statements in MIGRATIONS[version(db, path) :]:
        for statement in statements:
            db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION}")
    db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    db.execute("COMMIT")
