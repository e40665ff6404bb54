"""A file of an older format becomes one of today: nothing is lost, and a copy was made before."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from storage_story import PER_STORY, T0, at, batch, event, evidence, heartbeat, incident, notice

from trayapp.core.model import HOUR, Gap, Source
from trayapp.core.pace import bucket
from trayapp.core.ports import StoreError
from trayapp.storage import codec, schema
from trayapp.storage.database import Database
from trayapp.storage.history import History
from trayapp.storage.rollup import Resolution

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from trayapp.core.model import Evidence
    from trayapp.core.ports import Batch
    from trayapp.core.story import Incident

PUBLISHED = {1: "6ff85a5391e1f55b", 2: "f73d979608f390ea"}
STORIES = 3
ODD = [evidence(T0 + 5, "acme", Source.OFFICIAL), evidence(T0 + 5, "*", Source.CONTROL)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


@pytest.fixture
def old(path: Path) -> Iterator[sqlite3.Connection]:
    """A file as format 1 wrote it, statement by statement as its Fanal did."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA foreign_keys = ON")
        for statement in schema.MIGRATIONS[0]:
            db.execute(statement)
        db.execute(f"PRAGMA application_id = {schema.APPLICATION}")
        db.execute("PRAGMA user_version = 1")
        for n in range(STORIES * PER_STORY):
            write_as_format_1(db, batch(n))
        for one in ODD:
            db.execute(*evidence_1(one))
        db.execute("INSERT INTO gap VALUES (?, ?)", (T0, T0 + 1))
        yield db


def write_as_format_1(db: sqlite3.Connection, one: Batch) -> None:
    for story in one.incidents:
        row = codec.incident_row(story)
        del row["ending"]
        db.execute("DELETE FROM member WHERE incident = ?", (story.id,))
        db.execute(f"INSERT INTO incident VALUES ({marks(row)}) ON CONFLICT (id) DO NOTHING", row)
        changes = ", ".join(f"{name} = :{name}" for name in row)
        db.execute(f"UPDATE incident SET {changes} WHERE id = :id", row)
        for member in codec.member_rows(story):
            del member["reason"], member["said"]
            db.execute(f"INSERT INTO member VALUES ({marks(member)})", member)
    for told in one.events:
        row = codec.event_row(told)
        row["body"] = re.sub(
            r', "reason": "[a-z_]*", "said": (null|\[[^]]*\])', "", str(row["body"]).replace('"ending": null, ', "")
        )
        assert "ending" not in str(row["body"])
        db.execute(f"INSERT INTO event VALUES ({marks(row)})", row)
    for said, claim in one.notices:
        row = codec.notice_row(said, claim)
        db.execute(f"INSERT INTO outbox VALUES ({marks(row)})", row)
    for each in one.intervals:
        place = (each.platform, each.state.value, each.scope.value, each.since)
        db.execute("INSERT INTO interval (platform, state, scope, since) VALUES (?, ?, ?, ?)", place)
    for found in one.evidence:
        db.execute(*evidence_1(found))
    db.execute("REPLACE INTO snapshot VALUES (1, ?, ?, ?, ?)", (one.now.t, one.now.mono, one.now.boot, one.status))


def evidence_1(one: Evidence) -> tuple[str, tuple[object, ...]]:
    p = one.phases
    values = (
        *(one.t, one.platform, one.source.value, one.outcome.value, one.probe, one.host, one.owner),
        *(one.function and one.function.value, one.failure and one.failure.value, one.status, one.ms),
        *(p.dns, p.connect, p.tls, p.first_byte, p.body, one.answer, one.via, one.note),
    )
    return f"INSERT INTO evidence VALUES ({', '.join('?' * 19)})", values


def marks(row: codec.Row) -> str:
    return ", ".join(f":{name}" for name in row)


def without_reasons(story: Incident) -> Incident:
    """Format 1 did not keep them."""
    return replace(story, members=tuple(replace(m, reason="", said=None) for m in story.members))


def assert_all_there(path: Path) -> None:
    with History(path) as history:
        found = [row.incident for row in history.incidents()]
        assert found == [without_reasons(incident(story, PER_STORY)) for story in range(STORIES)]
        for story in range(STORIES):
            told = tuple(event(story, n + 1) for n in range(PER_STORY))
            assert history.events(f"inc-{story}") == tuple(replace(e, of=without_reasons(e.of)) for e in told)
        written = [one for n in range(STORIES * PER_STORY) for one in batch(n).evidence]
        assert sorted(history.evidence(), key=str) == sorted([*written, *ODD], key=str)
        assert history.gaps(0, T0 + HOUR) == (Gap(T0, T0 + 1),)
        assert [one.since for one in history.intervals("acme", 0, T0 + 9 * HOUR)] == [batch(n).now.t for n in range(9)]
        snapshot = history.status()
        assert snapshot is not None
        assert (snapshot.status, snapshot.at) == ('{"batch": 8}', batch(8).now)


def test_a_published_format_is_never_edited() -> None:
    digests = {
        n: hashlib.sha256("\n".join(each).encode()).hexdigest()[:16] for n, each in enumerate(schema.MIGRATIONS, 1)
    }
    assert digests == PUBLISHED


def test_format_1_becomes_format_2_and_nothing_is_lost(path: Path, old: sqlite3.Connection) -> None:
    old.close()
    with closing(Database(path)) as database:
        assert database.opened_anew is None
        restored = database.restore(lately=T0 + 2 * HOUR)
        waiting = [notice(n // PER_STORY, n % PER_STORY + 1) for n in range(9)]
        plain = [replace(n, event=replace(n.event, of=without_reasons(n.event.of))) for n in waiting]
        assert restored.notices == tuple(plain)
        assert restored.looked == batch(8).now
        waited = bucket(12 + 30 + 41 + 329)
        assert restored.paces == {}  # every answer of the story failed: nothing is usual of that
        database.commit(heartbeat(T0 + 9 * HOUR, 1), durable=False)  # counts hours that are over
    with History(path) as history:
        rolled = list(history.rollups("acme", T0 - HOUR, T0 + 3 * HOUR, Resolution.HOURLY))
        assert sum(sum(one.outcomes.values()) for one in rolled) == 5 * 9 + 1
        assert sum(one.times["waited"].buckets[waited] for one in rolled) == 5 * 9 + 1


def test_all_of_format_1_can_be_read(path: Path, old: sqlite3.Connection) -> None:
    """Whether its writer has opened it since, or not: looking changes nothing."""
    assert_all_there(path)
    assert old.execute("PRAGMA user_version").fetchone() == (1,)
    old.close()
    Database(path).close()
    assert_all_there(path)


def test_the_copy_is_whole_private_and_made_once(path: Path, old: sqlite3.Connection) -> None:
    old.execute("PRAGMA wal_autocheckpoint = 0")
    old.execute("INSERT INTO gap VALUES (1, 2)")  # only in the write-ahead log, as after a kill
    before = "\n".join(old.iterdump())
    Database(path).close()
    copy = path.with_name("history.db.before-2")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as db:
        assert "\n".join(db.iterdump()) == before
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)  # one file, whole
    old.close()
    copy.write_bytes(b"somebody's only copy")
    path.unlink()
    with closing(sqlite3.connect(path)) as again:
        for statement in schema.MIGRATIONS[0]:
            again.execute(statement)
        again.execute(f"PRAGMA application_id = {schema.APPLICATION}")
        again.execute("PRAGMA user_version = 1")
    Database(path).close()
    assert copy.read_bytes() == b"somebody's only copy"
    assert sorted(file.name for file in path.parent.iterdir()) == ["history.db", "history.db.before-2"]


def test_a_new_file_is_not_copied(path: Path) -> None:
    Database(path).close()
    Database(path).close()
    assert [file.name for file in path.parent.iterdir()] == ["history.db"]


def test_a_migration_that_fails_leaves_the_file_as_it_was(path: Path, old: sqlite3.Connection) -> None:
    old.execute("CREATE TABLE known (recipe TEXT)")  # somebody's own, in the way
    before = "\n".join(old.iterdump())
    old.close()
    copy = path.with_name("history.db.before-2")
    with pytest.raises(StoreError, match=r"could not be brought to format 2.*known already exists") as caught:
        Database(path)
    assert str(path) in str(caught.value)
    assert str(copy) in str(caught.value)
    with closing(sqlite3.connect(path)) as db:
        assert "\n".join(db.iterdump()) == before
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
    with closing(sqlite3.connect(copy)) as db:
        assert "\n".join(db.iterdump()) == before


def test_without_room_for_the_copy_nothing_is_changed(
    path: Path, old: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = "\n".join(old.iterdump())
    old.close()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StoreError, match="Free some space on this disk"):
            Database(path)
    assert [file.name for file in path.parent.iterdir()] == ["history.db"]
    with closing(sqlite3.connect(path)) as db:
        assert "\n".join(db.iterdump()) == before


def test_only_the_last_two_days_of_format_1_are_counted(path: Path, old: sqlite3.Connection) -> None:
    """Of what is older only the neighbourhood of incidents is left: no fair sample."""
    late = T0 + 60 * HOUR
    old.execute(*evidence_1(evidence(late)))
    old.close()
    with closing(Database(path)) as database:
        database.commit(heartbeat(late + 2 * HOUR, 1), durable=False)
    with History(path) as history:
        rolled = list(history.rollups("acme", 0, late + HOUR, Resolution.HOURLY))
        assert [one.since for one in rolled] == [late // HOUR * HOUR]


def test_the_time_now_is_not_part_of_it(path: Path, old: sqlite3.Connection) -> None:
    """A format-1 file without a single row."""
    for table in ("outbox", "event", "member", "incident", "interval", "evidence", "gap", "snapshot"):
        old.execute(f"DELETE FROM {table}")
    old.close()
    with closing(Database(path)) as database:
        assert database.restore(0).looked is None
        database.commit(batch(0), durable=True)
        assert database.restore(0).looked == at(batch(0).now.t)
