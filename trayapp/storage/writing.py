"""What one commit writes, statement by statement, inside the transaction that its caller holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.core.ports import StoreError
from trayapp.storage import codec, evidence, pruning, rollup
from trayapp.storage.trouble import decoding

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from trayapp.core.ports import Batch, Claim
    from trayapp.core.story import Event, Incident, Notice

_INCIDENT = (
    "INSERT INTO incident (id, owner, phase, start_t, start_mono, start_boot, end_t, end_mono, end_boot, events, "
    "already, unwatched, ending) VALUES (:id, :owner, :phase, :start_t, :start_mono, :start_boot, :end_t, :end_mono, "
    ":end_boot, :events, :already, :unwatched, :ending) ON CONFLICT (id) DO UPDATE SET "
    "owner = excluded.owner, phase = excluded.phase, start_t = excluded.start_t, start_mono = excluded.start_mono, "
    "start_boot = excluded.start_boot, end_t = excluded.end_t, end_mono = excluded.end_mono, "
    "end_boot = excluded.end_boot, events = excluded.events, already = excluded.already, "
    "unwatched = excluded.unwatched, ending = excluded.ending"
)


def write(db: sqlite3.Connection, asked: evidence.Asked, batch: Batch, path: Path) -> None:
    """All of ``batch``. Raises StoreError if an event is already written otherwise (``path`` is for the message)."""
    for incident in batch.incidents:
        _put_incident(db, incident)
    for event in batch.events:
        _put_event(db, event, path)
    for notice, claim in batch.notices:
        _put_notice(db, notice, claim)
    db.executemany(
        "INSERT INTO interval (platform, state, scope, since) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (platform, since) DO UPDATE SET state = excluded.state, scope = excluded.scope",
        [(one.platform, one.state.value, one.scope.value, one.since) for one in batch.intervals],
    )
    if batch.evidence:
        evidence.insert(db, asked, batch.evidence)
        rollup.take_in(db, asked, batch.evidence)
        pruning.unsettle(db, min(one.t for one in batch.evidence))
    db.executemany(
        "INSERT INTO gap VALUES (?, ?) ON CONFLICT (since) DO UPDATE SET until = max(until, excluded.until)",
        [(gap.since, gap.until) for gap in batch.gaps],
    )
    db.executemany(
        "REPLACE INTO known (network, platform, reached, standing, written) "
        "VALUES (:network, :platform, :reached, :standing, :written)",
        [codec.known_row(known, batch.now.t) for known in batch.known],
    )
    if batch.wishes is not None:
        db.execute("REPLACE INTO wish VALUES (1, ?)", (codec.wishes_text(batch.wishes),))
    db.execute(
        "REPLACE INTO snapshot VALUES (1, ?, ?, ?, ?)",
        (batch.now.t, batch.now.mono, batch.now.boot, batch.status),
    )


def _put_incident(db: sqlite3.Connection, incident: Incident) -> None:
    db.execute(_INCIDENT, codec.incident_row(incident))
    db.execute("DELETE FROM member WHERE incident = ?", (incident.id,))
    db.executemany(
        "INSERT INTO member VALUES (:incident, :place, :platform, :functions, :state, :scope, :since, :until, "
        ":witnesses, :reason, :said)",
        codec.member_rows(incident),
    )


def _put_event(db: sqlite3.Connection, event: Event, path: Path) -> None:
    key = (event.incident, event.number)
    there = db.execute("SELECT * FROM event WHERE incident = ? AND number = ?", key).fetchone()
    if there is None:
        db.execute("INSERT INTO event VALUES (:incident, :number, :kind, :t, :relapse, :body)", codec.event_row(event))
        return
    with decoding(path):
        written = codec.event_from(there)
    if written != event:
        raise StoreError(
            f"The history could not be saved: {path}: event {event.number} of incident {event.incident} "
            "is already written otherwise. This is a mistake in Fanal: please report it."
        )


def _put_notice(db: sqlite3.Connection, notice: Notice, claim: Claim) -> None:
    """Its event comes along if it is not there: in a history that was begun anew in the middle of a story."""
    event = notice.event
    if db.execute("SELECT 1 FROM incident WHERE id = ?", (event.incident,)).fetchone() is None:
        _put_incident(db, event.of)
    db.execute(
        "INSERT INTO event VALUES (:incident, :number, :kind, :t, :relapse, :body) ON CONFLICT DO NOTHING",
        codec.event_row(event),
    )
    db.execute(
        "INSERT INTO outbox VALUES (:incident, :number, :channel, :kind, :due, :stale, :claim) "
        "ON CONFLICT (incident, number, channel) DO UPDATE SET due = excluded.due, stale = excluded.stale, "
        "claim = excluded.claim WHERE claim IN ('pending', 'claimed')",
        codec.notice_row(notice, claim),
    )
