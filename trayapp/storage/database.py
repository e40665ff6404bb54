"""The one writer of the history: SQLite in WAL mode, everything of one moment in one transaction."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from trayapp.core.model import Instant
from trayapp.core.ports import Restored, StoreError
from trayapp.storage import codec, pruning, rollup
from trayapp.storage.damage import damaged
from trayapp.storage.evidence import Asked
from trayapp.storage.opening import close_writer, identity, open_writer
from trayapp.storage.reading import PATIENCE_S, members
from trayapp.storage.trouble import NONSENSE, decoding, trouble
from trayapp.storage.writing import write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from trayapp.core.model import Millis
    from trayapp.core.ports import Batch
    from trayapp.storage.damage import SetAside

_log = logging.getLogger(__name__)


class Database:
    """Fulfils ``Store``. One thread at a time; it need not be the one that opened it.

    An event once written is never changed: the same again is nothing, another content under its number is a
    StoreError. What was said or given up stays so for good; a claim whose channel is known to have shown nothing
    becomes pending again. A commit that fails leaves nothing behind, and the next one works again: also if the file
    was removed, replaced or damaged meanwhile, for then the next one begins a new history.
    """

    def __init__(self, path: Path, *, patience_s: float = PATIENCE_S) -> None:
        self._path, self._patience_s = path, patience_s
        self._pruned: Millis | None = None
        self._asked = Asked()
        self._closed = False
        self._aside: SetAside | None = None
        self._db: sqlite3.Connection | None = None
        self._open()

    @property
    def opened_anew(self) -> SetAside | None:
        """The damaged history that was set aside, the latest if there were several; its text says where it is."""
        return self._aside

    def restore(self, lately: Millis) -> Restored:
        """Read what must survive a restart. What was claimed and never finished counts as said.

        A history in which that cannot be read is set aside like a damaged one.
        """
        with trouble("The history could not be read", self._path), decoding(self._path):
            try:
                return _restore(self._usable(), lately)
            except NONSENSE as error:
                why = f"a row cannot be understood: {error!r}"
            except sqlite3.Error as error:
                if not damaged(error):
                    raise
                why = str(error)
            self._let_go()
            self._open(why)
            return _restore(self._usable(), lately)

    def commit(self, batch: Batch, *, durable: bool) -> None:
        """Write ``batch`` in one transaction; ``durable`` also survives a power cut. Raises StoreError."""
        with trouble("The history could not be saved", self._path):
            db = self._usable()
            self._is_in_place()
            try:
                with self._transaction(db, durable=durable):
                    write(db, self._asked, batch, self._path)
                    if not durable:  # else somebody waits for what it says
                        self._tidy(db, batch.now.t)
            except BaseException as error:
                self._asked.forget()
                if isinstance(error, sqlite3.Error) and damaged(error):
                    self._let_go()  # the next one opens it again, and looks at it closely: it was not closed
                raise
            self._is_in_place()  # as well: what went to a removed file is nowhere

    def close(self) -> None:
        """Bring everything from the write-ahead log into the file and let go of it. Twice is harmless."""
        self._closed = True
        db, self._db = self._db, None
        if db is None:
            return
        with trouble("The history could not be closed well", self._path):
            close_writer(db, sound=identity(self._path) == self._files)

    def _open(self, why: str = "") -> None:
        opened = open_writer(self._path, self._patience_s, why=why)
        self._db, self._files = opened.db, opened.files
        self._pruned = None
        self._aside = opened.aside or self._aside

    def _usable(self) -> sqlite3.Connection:
        if self._closed:
            raise StoreError(f"The history could not be saved: {self._path}: it is closed already.")
        if self._db is None:
            self._open()
            _log.warning("The history was opened again: %s", self._aside or self._path)
        assert self._db is not None  # noqa: S101 - opened just now; this tells mypy
        return self._db

    def _let_go(self) -> None:
        db, self._db = self._db, None
        self._asked.forget()
        if db is not None:
            db.close()  # SQLite leaves alone what stands in place of a file that was removed

    def _is_in_place(self) -> None:
        if identity(self._path) != self._files:
            self._let_go()
            raise StoreError(
                f"The history could not be saved: {self._path}: the file was removed or replaced while it was in use. "
                "What stands there is opened with the next save."
            )

    @contextmanager
    def _transaction(self, db: sqlite3.Connection, *, durable: bool) -> Iterator[None]:
        if db.in_transaction:  # an undoing failed the last time
            db.rollback()
        db.execute("PRAGMA synchronous = FULL" if durable else "PRAGMA synchronous = NORMAL")
        db.execute("BEGIN IMMEDIATE")
        try:
            yield
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:  # on a full disk SQLite may have undone it itself
                db.rollback()
            raise

    def _tidy(self, db: sqlite3.Connection, now: Millis) -> None:
        rollup.count(db, now)
        if self._pruned is None or abs(now - self._pruned) >= pruning.EVERY:  # abs: the clock may be set back
            self._pruned = now  # before: if it fails, the next commit goes without it
            pruning.prune(db, now)


def _restore(db: sqlite3.Connection, lately: Millis) -> Restored:
    looked = db.execute("SELECT t, mono, boot FROM snapshot").fetchone()
    incidents = db.execute(
        "SELECT * FROM incident WHERE phase = 'open' OR end_t >= ? ORDER BY start_t, id", (lately,)
    ).fetchall()
    notices = db.execute(
        "SELECT event.*, channel, due, stale FROM outbox JOIN event USING (incident, number) "
        "WHERE claim = 'pending' ORDER BY due, incident, number, channel"
    ).fetchall()
    intervals = db.execute(
        "SELECT platform, state, scope, since FROM interval "
        "WHERE number IN (SELECT max(number) FROM interval GROUP BY platform) ORDER BY platform"
    ).fetchall()
    known = db.execute("SELECT * FROM known ORDER BY network, platform").fetchall()
    wish = db.execute("SELECT body FROM wish").fetchone()
    return Restored(
        incidents=tuple(codec.incident_from(row, members(db, row["id"])) for row in incidents),
        notices=tuple(map(codec.notice_from, notices)),
        states={row["platform"]: codec.interval_from(row) for row in intervals},
        looked=Instant(*looked) if looked else None,
        known=tuple(map(codec.known_from, known)),
        wishes=codec.wishes_from(wish["body"]) if wish else None,
        paces=rollup.paces(db, lately),
    )
