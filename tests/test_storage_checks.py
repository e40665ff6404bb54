"""How closely a history is looked at when it is opened: its pages only after a bad end, and once a week."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from storage_story import batch

from trayapp.storage import damage
from trayapp.storage.database import Database

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


def looks(path: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether opening goes through the pages."""
    seen: list[tuple[str, bool]] = []

    real = damage.wrong

    def wrong(db: sqlite3.Connection, number: int, *, now_s: float) -> tuple[str, bool]:
        seen.append(real(db, number, now_s=now_s))
        return seen[-1]

    with monkeypatch.context() as patch:
        patch.setattr(damage, "wrong", wrong)
        Database(path).close()
    ((why, looked),) = seen
    assert why == ""
    return looked


def test_the_pages_are_looked_at_after_a_bad_end_and_once_a_week(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Database(path)) as database:
        database.commit(batch(0), durable=True)
    assert looks(path, monkeypatch)  # never before
    assert not looks(path, monkeypatch)
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE keeping SET clean = 0")  # as a kill leaves it
        db.commit()
    assert looks(path, monkeypatch)
    assert not looks(path, monkeypatch)
    for moved in (-8 * 86_400_000, 86_400_000):  # eight days ago; tomorrow, by a clock that was wrong
        with closing(sqlite3.connect(path)) as db:
            db.execute("UPDATE keeping SET checked = checked + ?", (moved,))
            db.commit()
        assert looks(path, monkeypatch)
        assert not looks(path, monkeypatch)


def test_only_a_good_end_counts_as_one(path: Path) -> None:
    def clean() -> int:
        with closing(sqlite3.connect(path)) as db:
            return int(db.execute("SELECT clean FROM keeping").fetchone()[0])

    database = Database(path)
    assert clean() == 0
    database.close()
    assert clean() == 1
