"""Which evidence is let go: older than two days and not near an incident."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.core.model import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from trayapp.core.model import Millis

KEEP: Millis = 2 * DAY
NEAR: Millis = 10 * MINUTE  # before an incident's start and after its end
EVERY: Millis = HOUR  # not oftener


def holes(incidents: Iterable[tuple[Millis, Millis | None]], cutoff: Millis) -> Iterator[tuple[Millis, Millis]]:
    """The times ``[a, b)`` before ``cutoff`` that are near none of ``incidents`` (start, end), given by start."""
    free = -(2**63)  # SQLite's smallest: the time from which nothing claims the evidence yet
    for start, end in incidents:
        if free < min(start - NEAR, cutoff):
            yield free, min(start - NEAR, cutoff)
        free = max(free, cutoff if end is None else end + NEAR + 1)
    if free < cutoff:
        yield free, cutoff


def prune(db: sqlite3.Connection, now: Millis) -> None:
    """Delete inside the open transaction. Works by the index: what is kept for ever costs nothing here."""
    incidents = db.execute("SELECT start_t, end_t FROM incident ORDER BY start_t").fetchall()
    db.executemany("DELETE FROM evidence WHERE t >= ? AND t < ?", holes(map(tuple, incidents), now - KEEP))
