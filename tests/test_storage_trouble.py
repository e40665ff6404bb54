"""Trouble as it really comes: a full disk, a read-only one, a lock held for long, a file that is taken away in use."""

from __future__ import annotations

import functools
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from storage_story import PER_STORY, T0, at, batch, event, heartbeat, incident, notice

from trayapp.core.ports import Batch, Claim, StoreError
from trayapp.storage import pruning
from trayapp.storage.database import Database
from trayapp.storage.history import History

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

UNSHARE = (["unshare", "--mount"], ["unshare", "--user", "--map-root-user", "--mount"])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "fanal" / "history.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with closing(Database(path)) as one:
        yield one


def found(path: Path) -> list[tuple[str, int]]:
    with History(path) as history:
        return [(one.incident, one.number) for row in history.incidents() for one in history.events(row.incident.id)]


# places


@functools.cache
def own_mounts() -> tuple[str, ...]:
    """The command that gives a process mounts of its own; skips where there is none."""
    for command in UNSHARE if shutil.which("unshare") else ():
        trial = [*command, "mount", "-t", "tmpfs", "trial", "/mnt"]
        if subprocess.run(trial, capture_output=True, check=False).returncode == 0:
            return tuple(command)
    pytest.skip("no mounts of one's own here")


def in_place(what: str, folder: Path) -> dict[str, Any]:
    folder.mkdir()
    command = [*own_mounts(), sys.executable, str(Path(__file__).with_name("storage_place.py")), what, str(folder)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_a_full_disk(tmp_path: Path) -> None:
    said = in_place("small", tmp_path / "disk")
    assert said["first"] == ""
    for text in said["full"]:
        assert "The history could not be saved: " in text
        assert str(tmp_path / "disk" / "history.db") in text
        assert "Free some space on this disk." in text
    assert said["still"] == [5, 1, 5]  # what was there before, for a reader of long and for a new one
    assert said["restored"] is True
    assert (said["after"], said["end"]) == ("", [2, 10])


def test_a_read_only_disk(tmp_path: Path) -> None:
    said = in_place("sealed", tmp_path / "disk")
    assert "Read-only file system. Let your account read and write the file and its folder." in said["said"]
    assert str(tmp_path / "disk" / "history.db") in said["said"]
    assert said["same"] is True
    assert said["files"] == ["history.db"]


# a lock

HOLD = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN " + sys.argv[2])
db.execute("DELETE FROM snapshot")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(path: Path, how: str) -> Iterator[None]:
    """Another process holds the file meanwhile."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path), how], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield
        other.communicate("")


@pytest.mark.parametrize("how", ["IMMEDIATE", "EXCLUSIVE"])
def test_another_program_holds_the_file_for_long(path: Path, database: Database, how: str) -> None:
    database.commit(batch(0), durable=True)
    with History(path) as reader, held(path, how):
        began = time.monotonic()
        with pytest.raises(StoreError, match=r"history\.db: database is locked\. Another program holds the file"):
            database.commit(batch(1), durable=True)
        assert 1.5 < time.monotonic() - began < 3.5  # two seconds of patience
        assert reader.events("inc-0") == (event(0, 1),)
        assert database.restore(0).looked == batch(0).now
        with pytest.raises(StoreError, match="Another program holds the file"):
            Database(path, patience_s=0.1)
    database.commit(batch(1), durable=True)
    assert found(path) == [("inc-0", 1), ("inc-0", 2)]


# the file goes away


def removed(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink()


def only_the_file_removed(path: Path) -> None:
    path.unlink()


def only_the_log_removed(path: Path) -> None:
    path.with_name("history.db-wal").unlink()


def moved_away(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).rename(path.with_name(f"elsewhere.db{end}"))


def folder_removed(path: Path) -> None:
    shutil.rmtree(path.parent)


def replaced(path: Path) -> None:
    """By a back-up."""
    other = path.with_name("other.db")
    with closing(Database(other)) as one:
        one.commit(batch(30), durable=True)
    removed(path)
    other.rename(path)


@pytest.mark.skipif(sys.platform == "win32", reason="a file in use cannot be removed there")
@pytest.mark.parametrize(
    "how",
    [removed, only_the_file_removed, only_the_log_removed, moved_away, folder_removed, replaced],
    ids=lambda each: each.__name__,
)
def test_the_file_is_taken_away_while_it_is_in_use(path: Path, database: Database, how: Callable[[Path], None]) -> None:
    database.commit(batch(0), durable=True)
    how(path)
    with pytest.raises(StoreError, match=r"history\.db: the file was removed or replaced while it was in use"):
        database.commit(batch(1), durable=False)
    database.commit(batch(1), durable=False)
    database.commit(batch(2), durable=False)
    expected = {("inc-0", 2), ("inc-0", 3)}
    if how is replaced:
        expected |= {("inc-10", 1)}
    if how is moved_away:  # nothing more went there
        assert found(path.with_name("elsewhere.db")) == [("inc-0", 1)]
    if how is only_the_log_removed:
        expected |= set(found(path))  # the first may or may not have reached the file itself
    assert set(found(path)) == expected
    assert path.exists()
    database.close()
    with closing(Database(path)) as again:
        assert incident(0, 3) in again.restore(0).incidents


@pytest.mark.skipif(sys.platform == "win32", reason="a file in use cannot be removed there")
def test_what_is_asked_again_of_a_new_history_does_not_need_the_old_one(path: Path, database: Database) -> None:
    """The claim of a notice whose event went with the removed file: the event comes along."""
    database.commit(batch(0), durable=True)
    removed(path)
    claim = Batch(at(T0), "{}", notices=((notice(0, 1), Claim.SAID),))
    with pytest.raises(StoreError, match="removed or replaced"):
        database.commit(claim, durable=True)
    database.commit(claim, durable=True)
    assert found(path) == [("inc-0", 1)]
    assert database.restore(0).incidents == (incident(0, 1),)
    for n in range(1, PER_STORY):
        database.commit(batch(n), durable=True)
    assert len(found(path)) == PER_STORY


@pytest.mark.skipif(sys.platform == "win32", reason="a file in use cannot be removed there")
def test_it_goes_during_the_commit(path: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look before and the end: then nothing of it counts as written."""

    def prune(*_: object) -> None:
        removed(path)

    with monkeypatch.context() as patch:
        patch.setattr(pruning, "prune", prune)
        with pytest.raises(StoreError, match="removed or replaced"):
            database.commit(batch(0), durable=False)
    database.commit(batch(0), durable=False)
    assert found(path) == [("inc-0", 1)]


@pytest.mark.skipif(sys.platform == "win32", reason="a file in use cannot be removed there")
def test_something_strange_stands_there_instead(path: Path, database: Database) -> None:
    """It is left alone, and said at each save, until it is gone."""
    database.commit(batch(0), durable=True)
    removed(path)
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE recipe (name TEXT)")
    before = path.read_bytes()
    for text in ("removed or replaced", "not a history of Fanal", "not a history of Fanal"):
        with pytest.raises(StoreError, match=text):
            database.commit(batch(1), durable=True)
    assert path.read_bytes() == before
    path.unlink()
    database.commit(batch(1), durable=True)
    assert found(path) == [("inc-0", 2)]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_link_to_another_disk(path: Path, tmp_path: Path) -> None:
    """Also one whose other end is not there yet."""
    path.parent.mkdir()
    real = tmp_path / "other" / "mine.db"
    real.parent.mkdir()
    path.symlink_to(real)
    for n in range(2):
        with closing(Database(path)) as database:
            database.commit(batch(n), durable=True)
    assert found(path) == found(real) == [("inc-0", 1), ("inc-0", 2)]
    assert path.is_symlink()
    with closing(Database(path)) as database:
        real.unlink()
        with pytest.raises(StoreError, match="removed or replaced"):
            database.commit(batch(2), durable=True)


def test_closing_what_was_taken_away_harms_nobody(path: Path, database: Database) -> None:
    database.commit(heartbeat(T0), durable=False)
    if sys.platform != "win32":
        replaced(path)
        before = path.read_bytes()
        database.close()
        assert path.read_bytes() == before
    database.close()
    with pytest.raises(StoreError, match="closed already"):
        database.commit(batch(0), durable=True)
