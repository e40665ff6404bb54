"""Every error of the history as one StoreError: what, where, and what to do."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from trayapp.core.ports import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DAMAGED = "The file is damaged: Fanal puts it aside and begins a new one."
_MOVE = "Move the file away, and Fanal begins a new one."
_RIGHTS = "Let your account read and write the file and its folder."
_TO_DO = {
    sqlite3.SQLITE_FULL: "Free some space on this disk.",
    sqlite3.SQLITE_BUSY: "Another program holds the file: close that program.",
    sqlite3.SQLITE_LOCKED: "Another program holds the file: close that program.",
    sqlite3.SQLITE_READONLY: _RIGHTS,
    sqlite3.SQLITE_PERM: _RIGHTS,
    sqlite3.SQLITE_CANTOPEN: _RIGHTS,
    sqlite3.SQLITE_IOERR: "Look whether the disk is full or failing.",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}
_OURS = "This is a mistake in Fanal: please report it."


@contextmanager
def trouble(what: str, path: Path) -> Iterator[None]:
    """Turn what SQLite and the system raise inside into StoreError; StoreError itself passes through."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)  # absent where the module itself complains
        to_do = _OURS if code is None else _TO_DO.get(code & 0xFF, _OURS)  # the low byte is the kind of error
        raise StoreError(f"{what}: {path}: {error}. {to_do}") from error
    except OSError as error:
        to_do = _TO_DO[sqlite3.SQLITE_FULL] if error.errno == errno.ENOSPC else _RIGHTS
        raise StoreError(f"{what}: {path}: {error.strerror or error}. {to_do}") from error
    except (OverflowError, UnicodeEncodeError) as error:  # a value that no column can hold
        raise StoreError(f"{what}: {path}: {error}. {_OURS}") from error


NONSENSE = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What a row raises that holds no value of ours."""


@contextmanager
def decoding(path: Path) -> Iterator[None]:
    """Turn a row that holds no value of ours into StoreError."""
    try:
        yield
    except NONSENSE as error:
        raise StoreError(f"The history holds a row that cannot be understood: {path}: {error!r}. {_MOVE}") from error
