"""Read-only access to the history, for the command line and the window. Beside the writer, and after a kill."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from trayapp.core.model import HOUR, Gap, Instant, Outcome, Source
from trayapp.core.present import iso
from trayapp.storage import codec, rollup, schema
from trayapp.storage import evidence as rows
from trayapp.storage.reading import PATIENCE_S, members, read_only
from trayapp.storage.trouble import decoding, trouble

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path
    from types import TracebackType

    from trayapp.core.model import Evidence, Millis
    from trayapp.core.ports import Interval
    from trayapp.core.story import Event, Incident
    from trayapp.storage.rollup import Resolution, Rollup

_EVER = 2**63 - 1  # SQLite's largest: no end yet
_PAGE = 500  # rows of evidence in memory at once
_HOURS = 48  # hours of roll-ups in memory at once


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The last word of the engine. Older than 150 s, Fanal has stopped looking."""

    status: str  # JSON, as `fanal status --json` prints it
    at: Instant  # the heartbeat


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An incident with who said so.

    ``sources`` said ``failed`` of one of its members between its start and its end, sorted by name;
    ``first_official`` is when the first of them that is the platform's own page did.
    """

    incident: Incident
    sources: tuple[Source, ...]
    first_official: Millis | None


class History:
    """The history as it stood when each question was asked. Belongs to the thread that made it.

    Where nothing was recorded yet (no file, or an empty one) ``recorded`` is False and every answer is empty;
    make a new History to look again.
    """

    def __init__(self, path: Path, *, patience_s: float = PATIENCE_S) -> None:
        self._path = path
        self._db = _open(path, patience_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._db:
            self._db.close()

    @property
    def recorded(self) -> bool:
        """Whether there is a history at all."""
        return self._db is not None

    def status(self) -> Snapshot | None:
        """What Fanal last said of everything; None before its first heartbeat."""
        if self._db is None:
            return None
        with trouble("The history could not be read", self._path):
            row = self._db.execute("SELECT t, mono, boot, status FROM snapshot").fetchone()
        return Snapshot(row["status"], Instant(row["t"], row["mono"], row["boot"])) if row else None

    def incidents(self, *, newest_first: bool = False, since: Millis | None = None) -> Iterator[IncidentRow]:
        """Every incident in order of its start; with ``since`` those that had not ended by then."""
        if self._db is None:
            return
        with trouble("The history could not be read", self._path):
            found = self._db.execute(
                "SELECT id FROM incident WHERE coalesce(end_t, ?) >= ? ORDER BY start_t, id",
                (_EVER, -_EVER if since is None else since),
            ).fetchall()
        for row in reversed(found) if newest_first else found:
            yield self._incident(self._db, row["id"])

    def events(self, incident: str) -> tuple[Event, ...]:
        """The events of one incident, first to last; none if there is no such incident."""
        if self._db is None:
            return ()
        with trouble("The history could not be read", self._path), decoding(self._path):
            rows = self._db.execute("SELECT * FROM event WHERE incident = ? ORDER BY number", (incident,)).fetchall()
            return tuple(map(codec.event_from, rows))

    def evidence(
        self,
        *,
        since: Millis | None = None,
        until: Millis | None = None,
        platform: str | None = None,
        sources: Collection[Source] = (),
    ) -> Iterator[Evidence]:
        """The evidence that is still kept, oldest first, both ends included; of ``sources`` only, if any are named."""
        if self._db is None:
            return
        only = f"AND source IN ({', '.join('?' * len(sources))}) " if sources else ""
        with trouble("The history could not be read", self._path):
            cursor = self._db.execute(
                f"{rows.SELECT} WHERE t BETWEEN ? AND ? AND platform = coalesce(?, platform) {only}ORDER BY t, number",
                (-_EVER if since is None else since, _EVER if until is None else until, platform, *sources),
            )
        while True:
            with trouble("The history could not be read", self._path), decoding(self._path):
                page = [rows.evidence_from(row) for row in cursor.fetchmany(_PAGE)]
            if not page:
                return
            yield from page

    def intervals(self, platform: str, since: Millis, until: Millis) -> tuple[Interval, ...]:
        """The platform's states in ``[since, until)``, oldest first; each lasts until the next one begins.

        The first may have begun before ``since``. Before the first of all nothing is known; what lies in a gap nobody
        saw.
        """
        if self._db is None or until <= since:
            return ()
        with trouble("The history could not be read", self._path), decoding(self._path):
            found = self._db.execute(
                "SELECT * FROM interval WHERE platform = :platform AND since < :until AND since >= "
                "coalesce((SELECT max(since) FROM interval WHERE platform = :platform AND since <= :since), :since) "
                "ORDER BY since",
                {"platform": platform, "since": since, "until": until},
            ).fetchall()
            return tuple(map(codec.interval_from, found))

    def gaps(self, since: Millis, until: Millis) -> tuple[Gap, ...]:
        """The times in ``[since, until)`` when nobody looked, oldest first; they may reach beyond, and overlap."""
        if self._db is None:
            return ()
        with trouble("The history could not be read", self._path):
            found = self._db.execute(
                "SELECT since, until FROM gap WHERE since < ? AND until > ? ORDER BY since", (until, since)
            ).fetchall()
            return tuple(Gap(*each) for each in found)

    def rollups(self, platform: str, since: Millis, until: Millis, resolution: Resolution) -> Iterator[Rollup]:
        """The roll-ups of a platform's probes that begin in ``[since, until)``, by time, then by probe.

        The last ones may not be complete yet: what is there so far is counted.
        """
        if self._db is None:
            return
        with trouble("The history could not be read", self._path):
            ends = self._db.execute(
                "SELECT min(hour), max(hour) FROM (SELECT hour FROM hourly UNION ALL SELECT hour FROM unrolled)"
            ).fetchone()
        if ends[0] is None:
            return
        stop = min(ends[1], (until - 1) // HOUR) + 1
        for start in range(max(ends[0], since // HOUR), stop, _HOURS):
            with trouble("The history could not be read", self._path), decoding(self._path), _at_once(self._db):
                asked = {
                    row["id"]: (platform, row["probe"])
                    for row in self._db.execute("SELECT id, probe FROM asked WHERE platform = ?", (platform,))
                }
                hours = range(start, min(start + _HOURS, stop))
                page = [each for each in rollup.read(self._db, asked, hours, resolution) if since <= each.since < until]
            yield from page

    def _incident(self, db: sqlite3.Connection, name: str) -> IncidentRow:
        """Read in one transaction: the writer may change it between two questions. Incidents are never deleted."""
        with trouble("The history could not be read", self._path), decoding(self._path), _at_once(db):
            row = db.execute("SELECT * FROM incident WHERE id = ?", (name,)).fetchone()
            incident = codec.incident_from(row, members(db, name))
            spoke = db.execute(
                "SELECT source, min(t) AS first FROM evidence CROSS JOIN asked ON asked.id = evidence.asked "
                "WHERE t BETWEEN ? AND ? AND outcome = ? "
                "AND platform IN (SELECT platform FROM member WHERE incident = ?) GROUP BY source ORDER BY source",
                (incident.start.t, incident.end.t if incident.end else _EVER, Outcome.FAILED.value, name),
            ).fetchall()
            first = {Source(each["source"]): each["first"] for each in spoke}
            return IncidentRow(incident, tuple(first), first.get(Source.OFFICIAL))


def log_record(row: IncidentRow) -> dict[str, object]:
    """One line of `fanal log --json`: times ISO 8601 in UTC, ``duration_s`` in seconds; null where not yet.

    ``ending``, why it is over, stands there only if it is known.
    """
    incident = row.incident
    end = incident.end
    ending = {"ending": incident.ending.value} if incident.ending else {}
    return {
        "id": incident.id,
        "owner": incident.owner,
        "members": [
            {
                "platform": member.platform,
                "functions": [function.value for function in member.functions],
                "state": member.state.value,
                "scope": member.scope.value,
                "since": iso(member.since),
                "until": iso(member.until),
            }
            for member in incident.members
        ],
        "start": iso(incident.start.t),
        "end": iso(end.t) if end else None,
        "duration_s": end.since(incident.start) / 1000 if end else None,
        "first_official": iso(row.first_official),
        "sources": [source.value for source in row.sources],
        **ending,
    }


def _open(path: Path, patience_s: float) -> sqlite3.Connection | None:
    with trouble("The history could not be read", path):
        if not path.exists():
            return None
        db = read_only(path, patience_s)
        try:
            number = schema.version(db, path)
            if number == len(schema.MIGRATIONS):
                return db
            with closing(db):
                return _brought_up(db, path) if number else None
        except BaseException:
            db.close()
            raise


def _brought_up(old: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    """An older file that its writer has not opened since: read from a copy in memory, in the format of today."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    try:
        db.row_factory = sqlite3.Row
        old.backup(db)
        schema.migrate(db, path)
        db.execute("PRAGMA query_only = ON")
    except BaseException:
        db.close()
        raise
    return db


@contextmanager
def _at_once(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.execute("COMMIT")  # nothing was written; COMMIT, unlike ROLLBACK, disturbs no other question under way
