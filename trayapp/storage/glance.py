"""The history for one who looks at much of it at once: many incidents in one question, and only what has changed."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from trayapp.core.model import Outcome, Source
from trayapp.storage import codec
from trayapp.storage.history import History
from trayapp.storage.trouble import decoding, trouble

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Mapping

    from trayapp.core.model import Millis
    from trayapp.core.story import Incident
    from trayapp.core.wishes import Wishes

_EVER = 2**63 - 1
_WHAT = "The history could not be read"


class Glance(History):
    """As History; beside the writer, and after a kill."""

    def version(self) -> int:
        """A number that is another one after each commit of another process: whether to look again costs nothing."""
        if self._db is None:
            return 0
        with trouble(_WHAT, self._path):
            return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    def wishes(self) -> Wishes | None:
        """What the person wants of Fanal, as it is now; None if nothing was ever wished."""
        if self._db is None:
            return None
        with trouble(_WHAT, self._path), decoding(self._path):
            row = self._db.execute("SELECT body FROM wish").fetchone()
            return codec.wishes_from(row["body"]) if row else None

    def stories(self, since: Millis | None = None) -> tuple[Incident, ...]:
        """Every incident, latest start first; with ``since`` those that had not ended by then."""
        if self._db is None:
            return ()
        after = -_EVER if since is None else since
        with trouble(_WHAT, self._path), decoding(self._path):
            members: dict[str, list[sqlite3.Row]] = defaultdict(list)
            for row in self._db.execute(
                "SELECT member.* FROM member JOIN incident ON id = incident WHERE coalesce(end_t, ?) >= ? "
                "ORDER BY incident, place",
                (_EVER, after),
            ):
                members[row["incident"]].append(row)
            found = self._db.execute(
                "SELECT * FROM incident WHERE coalesce(end_t, ?) >= ? ORDER BY start_t DESC, id DESC", (_EVER, after)
            )
            return tuple(codec.incident_from(row, members[row["id"]]) for row in found.fetchall())

    def sources(self, ids: Collection[str]) -> Mapping[str, tuple[Source, ...]]:
        """Who said ``failed`` of a member of each of these incidents while it lasted, sorted by name.

        The dear question: it goes through the evidence of those times. For what is on the screen, not for a year.
        """
        if self._db is None:
            return {}
        with trouble(_WHAT, self._path), decoding(self._path):
            return {each: self._said(self._db, each) for each in ids}

    def _said(self, db: sqlite3.Connection, incident: str) -> tuple[Source, ...]:
        row = db.execute("SELECT start_t, end_t FROM incident WHERE id = ?", (incident,)).fetchone()
        if row is None:
            return ()
        found = db.execute(
            "SELECT DISTINCT source FROM evidence CROSS JOIN asked ON asked.id = evidence.asked "
            "WHERE t BETWEEN ? AND ? AND outcome = ? "
            "AND platform IN (SELECT platform FROM member WHERE incident = ?) ORDER BY source",
            (row["start_t"], _EVER if row["end_t"] is None else row["end_t"], Outcome.FAILED.value, incident),
        )
        return tuple(Source(each["source"]) for each in found)
