"""kill -9 in the middle of writing: what was acknowledged is there exactly once, and nothing by halves."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from storage_story import PER_STORY, batch, event, incident, notice

from trayapp.storage.database import Database
from trayapp.storage.history import History

ROUNDS = int(os.environ.get("FANAL_KILLS", "10"))

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")


def write_until_killed(path: Path, first: int, acknowledged: int) -> int:
    """Let a process write from batch ``first``; kill it right after so many. How many it acknowledged in all."""
    command = [sys.executable, str(Path(__file__).with_name("storage_story.py")), str(path), str(first)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as writer:
        assert writer.stdout is not None
        lines = [writer.stdout.readline() for _ in range(acknowledged)]
        writer.kill()
        lines += writer.stdout.readlines()  # what it said before it died
    whole = [int(line) for line in lines if line.endswith("\n")]
    assert whole == list(range(first, first + len(whole)))
    return len(whole)


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
        return db.execute(query).fetchall()


def test_nothing_acknowledged_is_lost_and_nothing_is_there_by_halves(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    chance = random.Random(20240305)
    kept = 0
    for _ in range(ROUNDS):
        acknowledged = kept + write_until_killed(path, kept, chance.randint(1, 25))
        with History(path) as history:  # beside a left-over write-ahead log
            snapshot = history.status()
            assert snapshot is not None
            last = json.loads(snapshot.status)["batch"]
            found = [one for row in history.incidents() for one in history.events(row.incident.id)]
        kept = last + 1
        assert kept in {acknowledged, acknowledged + 1}  # one may be kept whose word did not get out
        assert found == [event(n // PER_STORY, n % PER_STORY + 1) for n in range(kept)]
        assert rows(path, "SELECT count(*) FROM event LEFT JOIN outbox USING (incident, number) WHERE due IS NULL") == [
            (0,)
        ]
        assert rows(path, "SELECT count(*), count(DISTINCT incident || number) FROM outbox") == [(kept, kept)]
        assert rows(path, "SELECT count(*) FROM evidence") == [(5 * kept,)]
        with closing(Database(path)) as database:
            restored = database.restore(lately=0)
        stories = [(n, min(PER_STORY, kept - n * PER_STORY)) for n in range((kept - 1) // PER_STORY + 1)]
        assert restored.incidents == tuple(incident(story, events) for story, events in stories)
        assert restored.notices == tuple(notice(n // PER_STORY, n % PER_STORY + 1) for n in range(kept))
        assert restored.looked == batch(last).now


def test_a_reader_after_a_kill_without_the_index_file(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    write_until_killed(path, 0, 3)
    (tmp_path / "history.db-shm").unlink()  # as after a reboot that cleaned it, or a copy of the file and its log
    with History(path) as history:
        assert history.events("inc-0")[:2] == (event(0, 1), event(0, 2))
