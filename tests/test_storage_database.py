"""The writer on real files: what is committed comes back, what fails leaves nothing."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from storage_story import T0, at, batch, event, evidence, heartbeat, incident, notice

from trayapp.core.model import HOUR, Gap, Scope, State
from trayapp.core.ports import Batch, Claim, Interval, StoreError
from trayapp.core.story import Ending
from trayapp.core.wishes import Wishes
from trayapp.storage.database import Database
from trayapp.storage.history import History

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trayapp.core.ports import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "fanal" / "history.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with closing(Database(path, patience_s=0.1)) as one:
        yield one


def count(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def sql(database: Database, statement: str) -> int:
    """On the writer's own connection."""
    assert database._db is not None
    return int((database._db.execute(statement).fetchone() or [0])[0])


def claims(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [row[0] for row in db.execute("SELECT claim FROM outbox ORDER BY rowid")]


def only(*notices: tuple[int, Claim]) -> Batch:
    return Batch(now=at(T0), status="{}", notices=tuple((notice(1, number), claim) for number, claim in notices))


def test_a_restart_goes_on_from_equal_values(path: Path, database: Database) -> None:
    for n in range(7):  # two whole incidents and the start of a third
        database.commit(batch(n), durable=n % 2 == 0)
    database.close()
    with closing(Database(path)) as again:
        restored = again.restore(lately=incident(1, 3).end.t)  # type: ignore[union-attr]
    assert restored.incidents == (incident(1, 3), incident(2, 1))
    assert restored.notices == tuple(notice(n // 3, n % 3 + 1) for n in range(7))
    assert restored.states == {"acme": Interval("acme", State.DOWN, Scope.THEIRS, event(2, 1).t)}
    assert restored.looked == at(event(2, 1).t)


def test_a_new_history_restores_to_nothing(database: Database) -> None:
    store: Store = database  # the type checker holds it to the port
    restored = store.restore(lately=0)
    assert (restored.incidents, restored.notices, restored.states, restored.looked) == ((), (), {}, None)


def test_one_batch_is_one_transaction(path: Path, database: Database) -> None:
    odd = replace(evidence(T0), status=2**63)  # no column holds it; it is written after incident and event
    with pytest.raises(StoreError, match="too large"):
        database.commit(replace(batch(0), evidence=(evidence(T0), odd)), durable=True)
    assert [count(path, table) for table in ("incident", "member", "event", "evidence", "snapshot")] == [0] * 5
    database.commit(batch(0), durable=True)
    assert [count(path, table) for table in ("incident", "member", "event", "evidence", "snapshot")] == [1, 2, 1, 5, 1]


def test_a_member_that_left_is_gone(database: Database) -> None:
    database.commit(Batch(now=at(T0), status="{}", incidents=(incident(),)), durable=False)
    fewer = replace(incident(), members=incident().members[1:], unwatched=True)
    database.commit(Batch(now=at(T0), status="{}", incidents=(fewer,)), durable=False)
    assert database.restore(0).incidents == (fewer,)


def test_the_same_event_again_is_nothing_and_another_under_its_number_is_refused(
    path: Path, database: Database
) -> None:
    database.commit(batch(0), durable=True)
    database.commit(replace(batch(0), evidence=()), durable=True)
    assert count(path, "event") == 1
    changed = replace(event(0, 1), t=event(0, 1).t + 1)
    with pytest.raises(StoreError, match="event 1 of incident inc-0 is already written otherwise"):
        database.commit(replace(batch(0), events=(changed,), status='{"never": 1}'), durable=True)
    with History(path) as history:
        assert history.events("inc-0") == (event(0, 1),)
        snapshot = history.status()
    assert snapshot is not None
    assert snapshot.status == '{"batch": 0}'


@given(st.lists(st.sampled_from(Claim), min_size=1, max_size=6))
def test_what_was_said_or_given_up_stays_so(words: list[Claim]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        with closing(Database(path)) as database:
            database.commit(replace(batch(3), notices=()), durable=False)
            expected = words[0]
            for word in words:
                database.commit(only((1, word)), durable=False)
                if expected not in {Claim.SAID, Claim.STALE}:
                    expected = word
                assert claims(path) == [expected]


def test_only_pending_notices_come_back(database: Database) -> None:
    for n in range(3, 6):
        database.commit(batch(n), durable=False)
    later = replace(notice(1, 2), due=notice(1, 2).due + 7)
    database.commit(only((1, Claim.CLAIMED), (3, Claim.STALE)), durable=True)
    database.commit(Batch(now=at(T0), status="{}", notices=((later, Claim.PENDING),)), durable=True)
    assert database.restore(0).notices == (later,)


def test_gaps_and_intervals_of_the_same_moment_are_one(path: Path, database: Database) -> None:
    for until, state in ((T0 + 5, State.DOWN), (T0 + 9, State.UP), (T0 + 7, State.SLOW)):
        step = Batch(
            now=at(T0),
            status="{}",
            gaps=(Gap(T0, until),),
            intervals=(Interval("acme", state, Scope.NOT_KNOWN, T0),),
        )
        database.commit(step, durable=False)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT * FROM gap").fetchall() == [(T0, T0 + 9)]
    assert database.restore(0).states["acme"].state is State.SLOW


def test_after_the_clock_was_set_back_the_last_written_interval_counts(database: Database) -> None:
    for state, since in ((State.DOWN, T0 + HOUR), (State.UP, T0)):
        one = Interval("acme", state, Scope.NOT_KNOWN, since)
        database.commit(Batch(now=at(T0), status="{}", intervals=(one,)), durable=False)
    assert database.restore(0).states["acme"].state is State.UP


def test_the_last_wishes_are_kept(database: Database) -> None:
    assert database.restore(lately=T0).wishes is None
    wishes = Wishes(T0 + HOUR, {"acme": T0 + 2 * HOUR}, frozenset({"acme"}), T0)
    database.commit(Batch(now=at(T0), status="{}", wishes=Wishes(T0 + 1)), durable=True)
    database.commit(Batch(now=at(T0), status="{}", wishes=wishes), durable=True)
    database.commit(Batch(now=at(T0 + 1), status="{}"), durable=False)
    assert database.restore(lately=T0).wishes == wishes


def test_why_an_incident_is_over_is_kept(database: Database) -> None:
    over = replace(incident(0, 3), ending=Ending.STANDING)
    for step in (incident(0, 2), over):
        database.commit(Batch(at(T0), "{}", incidents=(step,)), durable=True)
    assert database.restore(0).incidents == (over,)


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_only_the_person_can_read_it(path: Path, database: Database) -> None:
    before = os.umask(0)
    try:
        database.commit(batch(0), durable=True)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {
        "history.db": 0o600,
        "history.db-wal": 0o600,
        "history.db-shm": 0o600,
    }


def test_closing_leaves_one_file_and_closing_twice_is_harmless(path: Path, database: Database) -> None:
    database.commit(batch(0), durable=True)
    database.close()
    database.close()
    assert [file.name for file in path.parent.iterdir()] == ["history.db"]
    with pytest.raises(StoreError, match="could not be saved"):
        database.commit(batch(1), durable=True)


def test_a_full_file_leaves_nothing_half_written_and_then_goes_on(path: Path, database: Database) -> None:
    """At whatever page it is full; a real full disk is in test_storage_trouble.py."""
    database.commit(batch(0), durable=True)
    large = replace(batch(1), evidence=heartbeat(T0, 1_500).evidence)
    for room in range(0, 20, 3):
        sql(database, f"PRAGMA max_page_count = {sql(database, 'PRAGMA page_count') + room}")
        with pytest.raises(StoreError, match=r"history\.db: database or disk is full\. Free some space"):
            database.commit(large, durable=True)
        assert (count(path, "event"), count(path, "evidence")) == (1, 5)
        assert database.restore(0).looked == batch(0).now
    sql(database, "PRAGMA max_page_count = 1000000")
    database.commit(large, durable=True)
    assert (count(path, "event"), count(path, "evidence")) == (2, 1_505)


AS_NOBODY = """
import os, sys
from pathlib import Path
from storage_story import batch
from trayapp.core.ports import StoreError
from trayapp.storage.database import Database
if os.geteuid() == 0:
    os.setuid(65534)
try:
    Database(Path(sys.argv[1]))
except StoreError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_without_the_right_to_write(what: str) -> None:
    # Not under tmp_path, whose parents are closed to the account this must be tried with.
    with tempfile.TemporaryDirectory() as base:
        Path(base).chmod(0o755)
        folder = Path(base) / "fanal"
        Database(folder / "history.db").close()
        if what == "file":
            (folder / "history.db").chmod(0o444)
        else:
            (folder / "history.db").unlink()
        folder.chmod(0o555)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
        said = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, folder / "history.db"],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert "Permission denied. Let your account read and write" in said.stdout
        assert str(folder / "history.db") in said.stdout
        folder.chmod(0o700)


def test_a_newer_file_is_left_alone(path: Path, database: Database) -> None:
    database.commit(batch(0), durable=True)
    sql(database, "PRAGMA user_version = 3")
    database.close()
    before = path.read_bytes()
    for opening in (Database, History):
        with pytest.raises(StoreError, match=r"newer Fanal \(format 3, this one knows up to 2\).*Start the newer"):
            opening(path)
    assert path.read_bytes() == before
    assert (path.parent / "history.db-wal").stat().st_size == 0  # looking leaves an empty side file


def test_a_strange_file_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE recipe (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="not a history of Fanal"):
        Database(path)
    assert path.read_bytes() == before


def test_a_folder_in_the_files_place(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StoreError, match="Is a directory"):
        Database(path)


@pytest.mark.parametrize("odd", [replace(evidence(T0), status=2**63), replace(evidence(T0), note="\ud800")])
def test_a_value_no_column_can_hold_harms_nothing_else(path: Path, database: Database, odd: object) -> None:
    with pytest.raises(StoreError, match="report it"):
        database.commit(replace(batch(0), evidence=(odd,)), durable=False)  # type: ignore[arg-type]
    database.commit(batch(0), durable=False)
    assert count(path, "event") == 1
