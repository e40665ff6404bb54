"""How an older file becomes a newer one, whose file this is, and whether its tables are as they should be."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from trayapp.core.ports import StoreError
from trayapp.storage.tables import VERSION_1, VERSION_2

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

APPLICATION = 0x46414E4C  # "FANL" in the file's header: tells our file from any other program's

MIGRATIONS: tuple[tuple[str, ...], ...] = (VERSION_1, VERSION_2)
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


def columns(db: sqlite3.Connection) -> Mapping[str, frozenset[str]]:
    """Every table's columns."""
    found: dict[str, set[str]] = {}
    for table, column in db.execute(
        "SELECT each.name, col.name FROM sqlite_schema AS each, pragma_table_info(each.name) AS col "
        "WHERE each.type = 'table'"
    ):
        found.setdefault(table, set()).add(column)
    return {table: frozenset(names) for table, names in found.items()}


def missing(db: sqlite3.Connection, number: int) -> list[str]:
    """The tables of version ``number`` that the file lacks, or whose columns are not all there."""
    with closing(sqlite3.connect(":memory:")) as model:
        for statements in MIGRATIONS[:number]:
            for statement in statements:
                model.execute(statement)
        wanted = columns(model)
    there = columns(db)
    return sorted(table for table, names in wanted.items() if not names <= there.get(table, frozenset()))
