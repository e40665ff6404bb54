"""The one writer of the history: SQLite in WAL mode, everything of one moment in one transaction."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from trayapp.core.model import Instant, Scope, State
from trayapp.core.ports import Interval, Restored, StoreError
from trayapp.storage import codec, pruning, schema
from trayapp.storage.reading import PATIENCE_S, members, read_only
from trayapp.storage.trouble import decoding, trouble

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from trayapp.core.model import Event, Incident, Millis, Notice
    from trayapp.core.ports import Batch, Claim

_WAL_LIMIT = 4 * 1024 * 1024  # bytes the write-ahead log is cut back to after a burst


class Database:
    """Fulfils ``Store``. One thread at a time; it need not be the one that opened it.

    An event once written is never changed: the same again is nothing, another content under its number is a
    StoreError. What was said or given up stays so for good; a claim whose channel is known to have shown nothing
    becomes pending again. A commit that fails leaves nothing behind, and the next one works again.
    """

    def __init__(self, path: Path, *, patience_s: float = PATIENCE_S) -> None:
        self._path = path
        self._pruned: Millis | None = None
        self._db = _open(path, patience_s)

    def restore(self, lately: Millis) -> Restored:
        """Read what must survive a restart. What was claimed and never finished counts as said."""
        with trouble("The history could not be read", self._path), decoding(self._path):
            looked = self._db.execute("SELECT t, mono, boot FROM snapshot").fetchone()
            incidents = self._db.execute(
                "SELECT * FROM incident WHERE phase = 'open' OR end_t >= ? ORDER BY start_t, id", (lately,)
            ).fetchall()
            notices = self._db.execute(
                "SELECT event.*, channel, due, stale FROM outbox JOIN event USING (incident, number) "
                "WHERE claim = 'pending' ORDER BY due, incident, number, channel"
            ).fetchall()
            intervals = self._db.execute(
                "SELECT platform, state, scope, since FROM interval "
                "WHERE number IN (SELECT max(number) FROM interval GROUP BY platform) ORDER BY platform"
            ).fetchall()
            return Restored(
                incidents=tuple(codec.incident_from(row, members(self._db, row["id"])) for row in incidents),
                notices=tuple(map(codec.notice_from, notices)),
                states={
                    row["platform"]: Interval(row["platform"], State(row["state"]), Scope(row["scope"]), row["since"])
                    for row in intervals
                },
                looked=Instant(*looked) if looked else None,
            )

    def commit(self, batch: Batch, *, durable: bool) -> None:
        """Write ``batch`` in one transaction; ``durable`` also survives a power cut. Raises StoreError."""
        now = batch.now.t
        due = self._pruned is None or abs(now - self._pruned) >= pruning.EVERY  # abs: the clock may be set back
        with trouble("The history could not be saved", self._path):
            with self._transaction(durable=durable):
                self._write(batch)
                if due:
                    pruning.prune(self._db, now)
            if due:
                self._pruned = now

    def close(self) -> None:
        """Bring everything from the write-ahead log into the file and let go of it. Twice is harmless."""
        with trouble("The history could not be closed well", self._path), closing(self._db):
            try:
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.ProgrammingError:
                return  # closed before

    @contextmanager
    def _transaction(self, *, durable: bool) -> Iterator[None]:
        if self._db.in_transaction:  # an undoing failed the last time
            self._db.rollback()
        self._db.execute("PRAGMA synchronous = FULL" if durable else "PRAGMA synchronous = NORMAL")
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:  # on a full disk SQLite may have undone it itself
                self._db.rollback()
            raise

    def _write(self, batch: Batch) -> None:
        for incident in batch.incidents:
            self._put_incident(incident)
        for event in batch.events:
            self._put_event(event)
        for notice, claim in batch.notices:
            self._put_notice(notice, claim)
        self._db.executemany(
            "INSERT INTO interval (platform, state, scope, since) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (platform, since) DO UPDATE SET state = excluded.state, scope = excluded.scope",
            [(one.platform, one.state.value, one.scope.value, one.since) for one in batch.intervals],
        )
        self._db.executemany(
            "INSERT INTO evidence (t, platform, source, outcome, probe, host, owner, function, failure, status, ms, "
            "dns_ms, connect_ms, tls_ms, first_byte_ms, body_ms, answer, via, note) VALUES (:t, :platform, :source, "
            ":outcome, :probe, :host, :owner, :function, :failure, :status, :ms, :dns_ms, :connect_ms, :tls_ms, "
            ":first_byte_ms, :body_ms, :answer, :via, :note)",
            map(codec.evidence_row, batch.evidence),
        )
        self._db.executemany(
            "INSERT INTO gap VALUES (?, ?) ON CONFLICT (since) DO UPDATE SET until = max(until, excluded.until)",
            [(gap.since, gap.until) for gap in batch.gaps],
        )
        self._db.execute(
            "REPLACE INTO snapshot VALUES (1, ?, ?, ?, ?)",
            (batch.now.t, batch.now.mono, batch.now.boot, batch.status),
        )

    def _put_incident(self, incident: Incident) -> None:
        self._db.execute(
            "INSERT INTO incident VALUES (:id, :owner, :phase, :start_t, :start_mono, :start_boot, "
            ":end_t, :end_mono, :end_boot, :events, :already, :unwatched) ON CONFLICT (id) DO UPDATE SET "
            "owner = excluded.owner, phase = excluded.phase, start_t = excluded.start_t, "
            "start_mono = excluded.start_mono, start_boot = excluded.start_boot, end_t = excluded.end_t, "
            "end_mono = excluded.end_mono, end_boot = excluded.end_boot, events = excluded.events, "
            "already = excluded.already, unwatched = excluded.unwatched",
            codec.incident_row(incident),
        )
        self._db.execute("DELETE FROM member WHERE incident = ?", (incident.id,))
        self._db.executemany(
            "INSERT INTO member VALUES (:incident, :place, :platform, :functions, :state, :scope, :since, :until, "
            ":witnesses)",
            codec.member_rows(incident),
        )

    def _put_event(self, event: Event) -> None:
        key = (event.incident, event.number)
        there = self._db.execute("SELECT * FROM event WHERE incident = ? AND number = ?", key).fetchone()
        if there is None:
            self._db.execute(
                "INSERT INTO event VALUES (:incident, :number, :kind, :t, :relapse, :body)", codec.event_row(event)
            )
            return
        with decoding(self._path):
            written = codec.event_from(there)
        if written != event:
            raise StoreError(
                f"The history could not be saved: {self._path}: event {event.number} of incident {event.incident} "
                "is already written otherwise. This is a mistake in Fanal: please report it."
            )

    def _put_notice(self, notice: Notice, claim: Claim) -> None:
        self._db.execute(
            "INSERT INTO outbox VALUES (:incident, :number, :channel, :kind, :due, :stale, :claim) "
            "ON CONFLICT (incident, number, channel) DO UPDATE SET due = excluded.due, stale = excluded.stale, "
            "claim = excluded.claim WHERE claim IN ('pending', 'claimed')",
            codec.notice_row(notice, claim),
        )


def _open(path: Path, patience_s: float) -> sqlite3.Connection:
    with trouble("The history could not be opened", path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite gives its side files the same mode
        if path.stat().st_size:  # read-only first: of a newer or a strange file nothing may be touched
            with closing(read_only(path, patience_s)) as look:
                schema.version(look, path)
        db = sqlite3.connect(path, timeout=patience_s, isolation_level=None, check_same_thread=False)
        try:
            db.row_factory = sqlite3.Row
            _use_wal(db, path)
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA fullfsync = ON")  # macOS: a plain fsync does not reach the disk
            db.execute(f"PRAGMA journal_size_limit = {_WAL_LIMIT}")
            schema.migrate(db, path)
        except BaseException:
            db.close()  # undoes an unfinished migration
            raise
        return db


def _use_wal(db: sqlite3.Connection, path: Path) -> None:
    mode = db.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise StoreError(
            f"The history could not be opened: {path}: readers and the writer cannot share it there "
            f"(journal mode {mode}). Put the data folder on a local disk."
        )
