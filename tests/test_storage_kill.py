"""kill -9 in the middle of writing: what was acknowledged is there exactly once, and nothing by halves.

FANAL_KILLS: how many lives; FANAL_SEED: the chance of an earlier run, which a failure prints.
"""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from storage_chance import LATE, PLATFORMS, Expected
from storage_count import LENGTH, expected
from storage_story import T0

from trayapp.core.model import DAY
from trayapp.core.ports import Claim, Interval, Known
from trayapp.storage.database import Database
from trayapp.storage.history import History
from trayapp.storage.thinning import KEEP

LIVES = int(os.environ.get("FANAL_KILLS", "12"))
SEED = int(os.environ.get("FANAL_SEED", random.SystemRandom().randrange(2**32)))

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")


def write_until_killed(path: Path, seed: int, first: int, chance: random.Random) -> int:
    """Let a process write from batch ``first`` and kill it at some moment. How many it acknowledged."""
    command = [sys.executable, str(Path(__file__).with_name("storage_chance.py")), str(path), str(seed), str(first)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as writer:
        assert writer.stdout is not None
        early = chance.random() < 0.2  # while it starts and opens the file; else after so many, and a moment
        lines = [] if early else [writer.stdout.readline() for _ in range(chance.randint(1, 25))]
        time.sleep(chance.uniform(0, 0.4 if early else 0.004))  # the moment of the kill is what is tried here
        writer.kill()
        lines += writer.stdout.readlines()  # what it said before it died
    whole = [int(line) for line in lines if line.endswith("\n")]
    assert whole == list(range(first, first + len(whole)))
    return len(whole)


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
        return db.execute(query).fetchall()


def assert_as_expected(path: Path, want: Expected, since: int) -> None:
    """All that was ever written, but roll-ups only from ``since`` on."""
    with History(path) as history:
        found = [one for row in history.incidents() for one in history.events(row.incident.id)]
        assert found == [want.events[key] for key in sorted(want.events, key=order)]
        evidence = Counter(history.evidence())
        assert evidence <= want.evidence
        assert Counter({one: n for one, n in want.evidence.items() if one.t >= want.now - KEEP}) <= evidence
        for platform in PLATFORMS:
            made = [one for one in want.evidence.elements() if one.platform == platform]
            for resolution, length in LENGTH.items():
                begin = since // length * length
                rolled = list(history.rollups(platform, begin, want.now + DAY, resolution))
                assert rolled == expected([one for one in made if one.t >= begin], platform, resolution)
            intervals = [one for key, one in sorted(want.intervals.items()) if key[0] == platform]
            assert history.intervals(platform, 0, want.now + DAY) == tuple(intervals)
        assert history.gaps(0, want.now + DAY) == tuple(sorted(want.gaps, key=lambda gap: gap.since))
    claims = rows(path, "SELECT incident, number, channel, claim FROM outbox")
    assert sorted(claims) == sorted((*key, claim.value) for key, claim in want.claims.items())
    known = {row[:2]: Known(*row) for row in rows(path, "SELECT network, platform, reached, standing FROM known")}  # type: ignore[arg-type]
    assert known == want.known


def order(key: tuple[str, int]) -> tuple[int, int]:
    """By the incident's number, then the event's."""
    return int(key[0].removeprefix("inc-")), key[1]


def test_nothing_acknowledged_is_lost_or_there_twice_or_by_halves(tmp_path: Path) -> None:
    print(f"FANAL_SEED={SEED}")  # pytest shows it if this fails
    path = tmp_path / "history.db"
    chance = random.Random(SEED)
    want = Expected(SEED)
    checked = T0 - DAY
    for _ in range(LIVES):
        acknowledged = want.count + write_until_killed(path, SEED, want.count, chance)
        with History(path) as history:  # beside a left-over write-ahead log
            snapshot = history.status()
        kept = int(snapshot.status) + 1 if snapshot is not None else 0
        assert kept in {acknowledged, acknowledged + 1}  # one may be kept whose word did not get out
        want.until(kept)
        assert_as_expected(path, want, checked)
        checked = want.now - LATE
        if chance.random() < 0.3:
            with closing(Database(path)) as database:
                assert database.opened_anew is None
                restored = database.restore(lately=0)
            pending = {key for key, claim in want.claims.items() if claim is Claim.PENDING}
            assert {one.key for one in restored.notices} == pending
            last: dict[str, Interval] = {one.platform: one for _, one in sorted(want.intervals.items())}
            assert restored.states == last
            assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    assert want.count > LIVES
    assert_as_expected(path, want, T0 - DAY)
    assert len(want.evidence) > 5 * LIVES


def test_a_reader_after_a_kill_without_the_index_file(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    chance = random.Random(2)  # it kills after some acknowledgements
    count = write_until_killed(path, 1, 0, chance)
    (tmp_path / "history.db-shm").unlink()  # as after a reboot that cleaned it, or a copy of the file and its log
    want = Expected(1)
    want.until(count)
    with History(path) as history:
        found = {one.incident: one for row in history.incidents() for one in history.events(row.incident.id)}
    assert count > 0
    assert {key[0] for key in want.events} <= set(found)
