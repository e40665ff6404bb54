"""What writer and readers share: a connection that changes nothing, and the rows that belong together."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE_S = 2.0
"""How long another program may hold the file before we give up, seconds."""


def read_only(path: Path, patience_s: float) -> sqlite3.Connection:
    """A connection that never creates and never changes the history; works beside the writer and after a kill."""
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=patience_s, isolation_level=None)
    db.row_factory = sqlite3.Row
    return db


def members(db: sqlite3.Connection, incident: str) -> list[sqlite3.Row]:
    """The rows of an incident's members in order."""
    return db.execute("SELECT * FROM member WHERE incident = ? ORDER BY place", (incident,)).fetchall()
