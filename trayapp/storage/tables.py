"""The history's tables as statements: what makes each version out of the one before. A published entry is never edited.

Times are whole milliseconds since the epoch; an hour is its number since the epoch. An interval lasts until the next
row of its platform begins.
"""

from __future__ import annotations

from typing import Final

VERSION_1: Final = (
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

VERSION_2: Final = (
    "ALTER TABLE incident ADD COLUMN ending TEXT",
    "ALTER TABLE member ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE member ADD COLUMN said TEXT",  # JSON list: what its own page said, and since when
    # Evidence is nearly all of the file. What is the same in every answer to one question is written once, in `asked`:
    # a row takes a third of what it took.
    """
    CREATE TABLE asked (
        id          INTEGER PRIMARY KEY,
        platform    TEXT NOT NULL,
        source      TEXT NOT NULL,
        probe       TEXT NOT NULL,
        host        TEXT NOT NULL,
        owner       TEXT NOT NULL,
        function    TEXT NOT NULL,      -- '' where there is none: in a UNIQUE no NULL equals another
        UNIQUE (platform, probe, source, host, owner, function)
    ) STRICT
    """,
    "ALTER TABLE evidence RENAME TO evidence_1",
    "DROP INDEX evidence_by_time",
    """
    CREATE TABLE evidence (
        number      INTEGER PRIMARY KEY,    -- the order of writing
        t           INTEGER NOT NULL,
        asked       INTEGER NOT NULL REFERENCES asked (id),
        outcome     TEXT NOT NULL,
        failure     TEXT,
        status      INTEGER,
        ms          INTEGER NOT NULL,
        dns_ms      INTEGER,
        connect_ms  INTEGER,
        tls_ms      INTEGER,
        first_byte_ms INTEGER,
        body_ms     INTEGER,
        waited_ms   INTEGER,            -- Evidence.waited, for the roll-ups
        families    INTEGER NOT NULL,
        answer      TEXT,               -- NULL: "<t>-<platform>-<probe>", as nearly every one is
        via         TEXT NOT NULL,
        note        TEXT NOT NULL
    ) STRICT
    """,
    """
    INSERT INTO asked (platform, source, probe, host, owner, function)
    SELECT DISTINCT platform, source, probe, host, owner, coalesce(function, '') FROM evidence_1
    """,
    """
    INSERT INTO evidence
    SELECT old.rowid, t, asked.id, outcome, failure, status, ms, dns_ms, connect_ms, tls_ms, first_byte_ms, body_ms,
        CASE WHEN (failure IS NULL OR status IS NOT NULL) AND coalesce(first_byte_ms, tls_ms, connect_ms) IS NOT NULL
            THEN coalesce(dns_ms, 0) + coalesce(connect_ms, 0) + coalesce(tls_ms, 0) + coalesce(first_byte_ms, 0) END,
        0, nullif(answer, t || '-' || old.platform || '-' || old.probe), via, note
    FROM evidence_1 AS old JOIN asked ON asked.platform = old.platform AND asked.probe = old.probe
        AND asked.source = old.source AND asked.host = old.host AND asked.owner = old.owner
        AND asked.function = coalesce(old.function, '')
    """,
    "DROP TABLE evidence_1",
    "CREATE INDEX evidence_by_time ON evidence (t)",
    """
    CREATE TABLE known (
        network     TEXT NOT NULL,
        platform    TEXT NOT NULL,
        reached     INTEGER,
        standing    INTEGER,
        written     INTEGER NOT NULL,   -- the oldest are let go first
        PRIMARY KEY (network, platform)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE wish (
        one         INTEGER PRIMARY KEY CHECK (one = 1),
        body        TEXT NOT NULL       -- JSON: what the person wants of Fanal, as it is now
    ) STRICT
    """,
    # Roll-ups: see rollup.py. An hour is either in `unrolled` (its evidence is not counted yet) or in `hourly`.
    "CREATE TABLE unrolled (hour INTEGER PRIMARY KEY) STRICT",
    "CREATE TABLE hourly (hour INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT",
    "CREATE TABLE fine (hour INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT",  # its twelve slots of five minutes
    # Of what is older than two days only the neighbourhood of incidents is left: that would be no fair sample.
    """
    INSERT INTO unrolled
    SELECT DISTINCT t / 3600000 FROM evidence WHERE t >= (SELECT max(t) FROM evidence) - 172800000
    """,
    """
    CREATE TABLE keeping (
        one         INTEGER PRIMARY KEY CHECK (one = 1),
        settled     INTEGER NOT NULL,   -- evidence before this time has been through pruning.py
        clean       INTEGER NOT NULL,   -- 1: the last writer closed the file itself
        checked     INTEGER NOT NULL    -- when SQLite last went through the whole file and found it sound
    ) STRICT
    """,
    "INSERT INTO keeping VALUES (1, -9223372036854775808, 0, 0)",
)
