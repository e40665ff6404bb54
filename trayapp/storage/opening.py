"""Opening the history to write: whose file it is, whether it is sound, and a copy before it is changed."""

from __future__ import annotations

import errno
import os
import sqlite3
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from trayapp.core.ports import StoreError
from trayapp.storage import damage, schema
from trayapp.storage.reading import read_only
from trayapp.storage.trouble import trouble

if TYPE_CHECKING:
    from pathlib import Path

_WAL_LIMIT = 4 * 1024 * 1024  # bytes the write-ahead log is cut back to after a burst

Identity: TypeAlias = "tuple[tuple[int, int] | None, ...]"


@dataclass(frozen=True, slots=True)
class Opened:
    """The connection, which files it writes to, and what was found damaged on the way."""

    db: sqlite3.Connection
    files: Identity
    aside: damage.SetAside | None


def identity(path: Path) -> Identity:
    """Which files stand at the history's place and at that of its write-ahead log: (device, inode), None for none."""
    found: list[tuple[int, int] | None] = []
    for end in ("", "-wal"):
        try:
            stat = os.stat(f"{path}{end}")  # noqa: PTH116 - twice in each commit, and many times quicker
        except FileNotFoundError:
            found.append(None)
        else:
            found.append((stat.st_dev, stat.st_ino))
    return tuple(found)


def open_writer(path: Path, patience_s: float, *, why: str = "") -> Opened:
    """Open the history, or begin one. Raises StoreError, and then nothing is changed.

    A damaged file is set aside; with ``why`` it is known to be one. A file of
    another program or of a newer Fanal is left alone.
    """
    with trouble("The history could not be opened", path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _claim(path)
        looked = False
        if not why and path.stat().st_size:
            why, looked = _look(path, patience_s)
        if not why:
            return _begin(path, patience_s, looked=looked)
        aside = damage.set_aside(path)
        try:
            return _begin(path, patience_s, looked=True, aside=aside, why=why)
        except BaseException:
            damage.put_back(aside, path)
            raise


def _begin(path: Path, patience_s: float, *, looked: bool, aside: Path | None = None, why: str = "") -> Opened:
    _claim(path)
    db = sqlite3.connect(path, timeout=patience_s, isolation_level=None, check_same_thread=False)
    try:
        db.row_factory = sqlite3.Row
        _use_wal(db, path)
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA fullfsync = ON")  # macOS: a plain fsync does not reach the disk
        db.execute(f"PRAGMA journal_size_limit = {_WAL_LIMIT}")
        _bring_up(db, path)
        found = damage.SetAside(aside, why, damage.salvage(aside, db, patience_s), path) if aside else None
        # Until `close_writer`, nobody can say that the file was closed well. This also makes the write-ahead log.
        db.execute("UPDATE keeping SET clean = 0")
        if looked:
            db.execute("UPDATE keeping SET checked = ?", (int(time.time() * 1000),))
        return Opened(db, identity(path), found)
    except BaseException:
        db.close()  # undoes an unfinished migration
        raise


def close_writer(db: sqlite3.Connection, *, sound: bool) -> None:
    """Bring everything from the write-ahead log into the file and let go of it; ``sound`` says that all went well."""
    with closing(db):
        db.execute("PRAGMA busy_timeout = 500")  # the person waits for the end
        if sound:
            db.execute("UPDATE keeping SET clean = 1")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _claim(path: Path) -> None:
    """Begin the file if there is none, for this person only; OSError if it may not be written.

    One that is there is never opened: closing it again would take away, behind SQLite's back, every lock that this
    process has on it (https://sqlite.org/howtocorrupt.html, 2.2).
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))  # SQLite gives its side files the same mode
    except FileExistsError:
        if not path.exists():  # a link to a file that is not there yet
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            return
        wrong = 0
        if path.is_dir():
            wrong = errno.EISDIR
        elif not os.access(path, os.R_OK | os.W_OK):
            sealed = sys.platform != "win32" and os.statvfs(path).f_flag & os.ST_RDONLY
            wrong = errno.EROFS if sealed else errno.EACCES
        if wrong:
            raise OSError(wrong, os.strerror(wrong), str(path)) from None


def _look(path: Path, patience_s: float) -> tuple[str, bool]:
    """What is wrong with it, and whether its pages were gone through. Read-only: a strange file stays as it is."""
    try:
        with closing(read_only(path, patience_s)) as db:
            number = schema.version(db, path)
            if not number:
                return "", False
            return damage.wrong(db, number, now_s=time.time())
    except sqlite3.Error as error:
        if damage.damaged(error):
            return str(error), False
        raise


def _bring_up(db: sqlite3.Connection, path: Path) -> None:
    """To the newest format; a file with something in it is copied first."""
    number, newest = schema.version(db, path), len(schema.MIGRATIONS)
    if number == newest:
        return
    copy = _copy(db, path, newest) if number else None
    saved = f" (it is as it was, and a copy of it is {copy})" if copy else ""
    with trouble(f"The history could not be brought to format {newest}{saved}", path):
        schema.migrate(db, path)


def _copy(db: sqlite3.Connection, path: Path, newest: int) -> Path:
    """A whole copy beside it, once for each format: what a failed or regretted change of format can be undone with."""
    copy = path.with_name(f"{path.name}.before-{newest}")
    if copy.exists():
        return copy
    part = copy.with_name(copy.name + ".part")
    part.unlink(missing_ok=True)
    try:
        _claim(part)
        with closing(sqlite3.connect(part)) as other:
            db.backup(other)
            other.execute("PRAGMA journal_mode = DELETE")  # one file, that a copy or a mail takes whole
        descriptor = os.open(part, os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        part.replace(copy)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return copy


def _use_wal(db: sqlite3.Connection, path: Path) -> None:
    mode = db.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise StoreError(
            f"The history could not be opened: {path}: readers and the writer cannot share it there "
            f"(journal mode {mode}). Put the data folder on a local disk."
        )
