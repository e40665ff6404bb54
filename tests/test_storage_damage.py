"""A damaged history is set aside and said, what can be read of it goes on; a sound one is not looked at for long."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from storage_story import PER_STORY, T0, at, batch, event, heartbeat, incident, notice

from trayapp.core.model import Gap, Scope, State
from trayapp.core.ports import Batch, Interval, Known, StoreError
from trayapp.storage import damage
from trayapp.storage.database import Database
from trayapp.storage.history import History

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STORIES = 60
PAGE = 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


def written(path: Path, stories: int = STORIES) -> None:
    """A history closed well."""
    with closing(Database(path)) as database:
        for n in range(stories * PER_STORY):
            database.commit(batch(n), durable=False)
        more = Batch(at(T0), "{}", gaps=(Gap(T0, T0 + 1),), known=(Known("home", "acme", T0),))
        database.commit(more, durable=True)


def pages_of(path: Path, table: str) -> list[int]:
    with closing(sqlite3.connect(path)) as db:
        return [row[0] for row in db.execute("SELECT pageno FROM dbstat WHERE name = ? ORDER BY path", (table,))]


def spoil(path: Path, page: int, what: bytes = b"\xa5" * PAGE) -> None:
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(what)


def doubt(path: Path) -> None:
    """As a kill leaves it: not closed well."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE keeping SET clean = 0")
        db.commit()


def names(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.iterdir())


def text_file(path: Path) -> None:
    path.write_bytes(b"not a database at all, but long enough to look like one" * 90)


def zeros(path: Path) -> None:
    """What a power cut leaves on some file systems."""
    path.write_bytes(bytes(path.stat().st_size))


def cut_in_half(path: Path) -> None:
    doubt(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2 // PAGE * PAGE])


def half_a_page(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: PAGE // 2])


def spoiled_schema(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute("UPDATE sqlite_schema SET sql = 'CREATE TABLE event (' WHERE name = 'event'")
        db.commit()


def a_table_gone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TABLE evidence")
        db.commit()


def a_column_gone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("ALTER TABLE incident DROP COLUMN ending")
        db.commit()


def a_row_gone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("DELETE FROM keeping")
        db.commit()


def spoiled_page(path: Path) -> None:
    page = pages_of(path, "evidence")[2]
    doubt(path)
    spoil(path, page)


@pytest.mark.parametrize(
    "harm",
    [text_file, zeros, cut_in_half, half_a_page, spoiled_schema, a_table_gone, a_column_gone, a_row_gone, spoiled_page],
    ids=lambda each: each.__name__,
)
def test_it_is_set_aside_and_a_new_one_begun(path: Path, harm: Callable[[Path], None]) -> None:
    written(path)
    harm(path)
    spoiled = path.read_bytes()
    with closing(Database(path)) as database:
        aside = database.opened_anew
        assert aside is not None
        assert re.fullmatch(r"history\.db\.damaged-\d{8}T\d{6}Z", aside.path.name)
        assert aside.path.read_bytes() == spoiled
        for part in (str(path), str(aside.path), f"{aside.incidents} incidents", aside.why):
            assert part in str(aside)
        database.commit(heartbeat(T0), durable=True)
        assert len(database.restore(0).incidents) == aside.incidents
    assert names(path) == ["history.db", aside.path.name]
    with closing(Database(path)) as database:
        assert database.opened_anew is None
        assert len(database.restore(0).incidents) == aside.incidents


@pytest.mark.parametrize("harm", [spoiled_page, a_table_gone], ids=lambda each: each.__name__)
def test_all_that_is_not_harmed_is_taken_over(path: Path, harm: Callable[[Path], None]) -> None:
    written(path)
    harm(path)
    with closing(Database(path)) as database:
        assert database.opened_anew is not None
        assert database.opened_anew.incidents == STORIES
        restored = database.restore(0)
        assert restored.incidents == tuple(incident(story, PER_STORY) for story in range(STORIES))
        assert restored.notices == tuple(notice(n // PER_STORY, n % PER_STORY + 1) for n in range(STORIES * PER_STORY))
        assert restored.known == (Known("home", "acme", T0),)
        last = event(STORIES - 1, PER_STORY)
        assert restored.states == {"acme": Interval("acme", State.UP, Scope.THEIRS, last.t)}
    with History(path) as history:
        assert history.gaps(T0, T0 + 1) == (Gap(T0, T0 + 1),)
        for story in range(STORIES):
            assert history.events(f"inc-{story}") == tuple(event(story, n) for n in (1, 2, 3))


def test_around_a_harmed_page_the_rest_is_read(path: Path) -> None:
    """From both ends: some events are lost, and only those."""
    written(path)
    leaves = pages_of(path, "event")
    assert len(leaves) > 9
    doubt(path)
    spoil(path, leaves[len(leaves) // 2])
    with closing(Database(path)) as database:
        assert database.opened_anew is not None
        assert database.opened_anew.incidents == STORIES
    with History(path) as history:
        found = [one for row in history.incidents() for one in history.events(row.incident.id)]
    whole = [event(n // PER_STORY, n % PER_STORY + 1) for n in range(STORIES * PER_STORY)]
    lost = [one for one in whole if one not in found]
    assert 0 < len(lost) < 20
    assert found == [one for one in whole if one not in lost]
    assert found[:3] == whole[:3]
    assert found[-3:] == whole[-3:]


def test_what_cannot_be_understood_is_not_taken_over(path: Path) -> None:
    written(path, 2)
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE event SET body = '[]' WHERE incident = 'inc-0' AND number = 2")
        db.execute("UPDATE member SET state = 'fine' WHERE incident = 'inc-1'")
        db.execute("UPDATE interval SET scope = 'nowhere' WHERE number = 2")
        db.commit()
    with closing(Database(path)) as database:
        assert database.opened_anew is None  # SQLite finds nothing wrong with it
        restored = database.restore(0)
        assert database.opened_anew is not None
        assert "cannot be understood" in database.opened_anew.why
        assert [one.id for one in restored.incidents] == ["inc-0"]
        assert [one.key for one in restored.notices] == [("inc-0", 1, "desktop"), ("inc-0", 3, "desktop")]
    with closing(Database(path)) as database:
        assert database.restore(0) == restored
        assert database.opened_anew is None


def test_two_in_one_second_do_not_meet(path: Path) -> None:
    found = set()
    for _ in range(3):
        text_file(path)
        with closing(Database(path)) as database:
            assert database.opened_anew is not None
            found.add(database.opened_anew.path)
    assert len(found) == 3
    assert all(one.exists() for one in found)


def test_it_is_not_set_aside_for_ever(path: Path) -> None:
    for n in range(damage.MOST_ASIDE):
        text_file(path)
        Database(path).close()
        assert len(names(path)) == n + 2
    text_file(path)
    with pytest.raises(StoreError, match=r"9 damaged ones lie beside it already\. Look whether the disk is failing"):
        Database(path)
    assert len(names(path)) == damage.MOST_ASIDE + 1


def test_where_no_new_one_can_be_begun_it_stays_in_its_place(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(path, 2)
    a_table_gone(path)
    before = path.read_bytes()

    def full(*_: object) -> int:
        raise sqlite3.OperationalError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(damage, "salvage", full)
        with pytest.raises(StoreError, match=r"could not be opened.*disk full"):
            Database(path)
    assert path.read_bytes() == before
    assert "damaged" not in "".join(names(path))
    with closing(Database(path)) as database:
        assert database.opened_anew is not None
        assert database.opened_anew.incidents == 2


def test_the_write_ahead_log_goes_along(path: Path) -> None:
    """After a kill most of it stands only there."""
    with closing(Database(path)) as database:
        database.commit(batch(0), durable=True)
        log = path.with_name("history.db-wal").read_bytes()
        main = path.read_bytes()
    path.write_bytes(main)
    path.with_name("history.db-wal").write_bytes(log)
    with closing(sqlite3.connect(path)) as db:  # a table is gone, and only the log knows it
        db.execute("PRAGMA wal_autocheckpoint = 0")
        db.execute("DROP TABLE gap")
        db.commit()
        log, main = path.with_name("history.db-wal").read_bytes(), path.read_bytes()
    path.write_bytes(main)
    path.with_name("history.db-wal").write_bytes(log)
    with closing(Database(path)) as database:
        assert database.opened_anew is not None
        assert database.opened_anew.incidents == 1
        assert database.restore(0).incidents == (incident(0, 1),)


def test_damage_while_it_runs_is_told_once_and_then_it_goes_on(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    written(path, 3)
    with closing(Database(path)) as database:
        pages = pages_of(path, "event")
        with closing(sqlite3.connect(path)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for page in pages:
            spoil(path, page)
        db_ = database._db
        assert db_ is not None
        db_.execute("PRAGMA shrink_memory")  # what it knew by heart
        with pytest.raises(StoreError, match=r"malformed\. The file is damaged: Fanal puts it aside"):
            database.commit(batch(10), durable=True)
        database.commit(batch(10), durable=True)
        assert database.opened_anew is not None
        assert database.opened_anew.path.exists()
        assert incident(3, 2) in database.restore(0).incidents
    assert "was set aside as" in caplog.text
