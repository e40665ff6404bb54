"""Roll-ups on real files: whatever comes when, they say what the evidence says; counted once, never lost."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from storage_count import LENGTH, expected
from storage_story import T0, at, evidence

from trayapp.core.model import DAY, EVERYONE, HOUR, MINUTE, Evidence, Failure, Outcome, Phases, Source
from trayapp.core.pace import Pace
from trayapp.core.ports import Batch, StoreError
from trayapp.storage import rollup
from trayapp.storage.database import Database
from trayapp.storage.history import History
from trayapp.storage.rollup import Resolution, Rollup

if TYPE_CHECKING:
    from trayapp.core.model import Millis

EVER = (T0 - 1000 * DAY, T0 + 1000 * DAY)


def read(path: Path, platform: str, resolution: Resolution) -> list[Rollup]:
    with History(path) as history:
        return list(history.rollups(platform, *EVER, resolution))


def assert_agree(path: Path, found: list[Evidence]) -> None:
    for resolution in Resolution:
        for platform in ("acme", "other", EVERYONE):
            assert read(path, platform, resolution) == expected(found, platform, resolution)


phase = st.none() | st.integers(0, 6_000)
moments = st.integers(T0 - 3 * HOUR, T0 + 3 * HOUR)
evidences = st.builds(
    Evidence,
    t=moments,
    platform=st.sampled_from(["acme", "other", EVERYONE]),
    source=st.sampled_from([Source.DIRECT, Source.OFFICIAL]),
    outcome=st.sampled_from(Outcome),
    probe=st.sampled_from(["web", "api"]),
    host=st.sampled_from(["a.example", "b.example"]),
    failure=st.sampled_from([None, Failure.HTTP_SERVER_ERROR, Failure.CONNECT_TIMEOUT]),
    status=st.sampled_from([None, 200, 503]),
    phases=st.builds(Phases, phase, phase, phase, phase, phase),
)
steps = st.lists(st.tuples(moments, st.lists(evidences, max_size=8), st.booleans()), max_size=8)


@settings(max_examples=30, deadline=None)  # each makes files on the disk
@given(steps)
def test_they_agree_with_the_evidence(batches: list[tuple[Millis, list[Evidence], bool]]) -> None:
    """Whenever it comes, late or early, and whatever the clock says; also across a restart."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        written: list[Evidence] = []
        database = Database(path)
        for now, found, again in batches:
            database.commit(Batch(at(now), "{}", evidence=tuple(found)), durable=False)
            written += found
            if again:
                database.close()
                database = Database(path)
        assert_agree(path, written)
        database.commit(Batch(at(T0 + 5 * HOUR), "{}"), durable=False)  # the last hours are counted now
        assert_agree(path, written)
        database.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


def good(t: Millis, platform: str = "acme", ms: int = 100) -> Evidence:
    phases = Phases(0, ms // 2, ms - ms // 2)
    return replace(evidence(t, platform), outcome=Outcome.OK, failure=None, status=None, phases=phases)


def test_an_hour_is_counted_once_it_is_over_at_most_two_at_a_time(path: Path) -> None:
    hours = [T0 // HOUR * HOUR + n * HOUR for n in range(6)]
    found = tuple(good(t) for t in hours)
    counted = []
    with closing(Database(path)) as database, closing(sqlite3.connect(path)) as db:
        database.commit(Batch(at(hours[-1]), "{}", evidence=found), durable=True)
        for _ in range(4):
            counted.append([row[0] * HOUR for row in db.execute("SELECT hour FROM hourly")])
            assert_agree(path, list(found))
            database.commit(Batch(at(hours[-1] + 1), "{}"), durable=False)
    assert counted == [[], hours[:2], hours[:4], hours[:5]]  # the hour that goes on is not


def test_nobody_waits_for_it(path: Path) -> None:
    """What is told to a person is committed at once, and nothing is counted before."""
    with closing(Database(path)) as database:
        database.commit(Batch(at(T0 + HOUR), "{}", evidence=(good(T0),)), durable=True)
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("SELECT count(*) FROM hourly").fetchone() == (0,)


def test_a_change_of_host_is_the_same_probe(path: Path) -> None:
    found = [good(T0), replace(good(T0 + 1), host="www2.acme.example")]
    with closing(Database(path)) as database:
        for later in (0, 2 * HOUR):
            database.commit(Batch(at(T0 + later), "{}", evidence=tuple(found)), durable=False)
            assert [one.outcomes for one in read(path, "acme", Resolution.HOURLY)] == [
                {Outcome.OK: 2 if not later else 4}
            ]


def test_only_what_begins_within_is_read(path: Path) -> None:
    start = T0 // HOUR * HOUR
    found = tuple(good(start + n * 5 * MINUTE) for n in range(30))
    with closing(Database(path)) as database:
        database.commit(Batch(at(start + 3 * HOUR), "{}", evidence=found), durable=False)
    with History(path) as history:
        fine = history.rollups("acme", start + 1, start + HOUR + 1, Resolution.FINE)
        assert [one.since for one in fine] == [start + n * 5 * MINUTE for n in range(1, 13)]
        hourly = history.rollups("acme", start, start + HOUR, Resolution.HOURLY)
        assert [(one.since, one.length, one.outcomes) for one in hourly] == [(start, HOUR, {Outcome.OK: 12})]
        assert list(history.rollups("nobody", *EVER, Resolution.FINE)) == []
        assert list(history.rollups("acme", start, start, Resolution.FINE)) == []


def test_a_restart_knows_the_pace_of_the_last_day(path: Path) -> None:
    """From counted hours and from the one that goes on, of ok and slow answers only."""
    bad = [evidence(T0), replace(good(T0), outcome=Outcome.REFUSED)]
    slow = replace(good(T0, ms=7_000), outcome=Outcome.SLOW)
    found = [good(T0 - n * HOUR, ms=100 + n) for n in range(30)] + [slow, *bad, good(T0, "other"), good(T0, EVERYONE)]
    want: dict[tuple[str, str], Pace] = {}
    for one in sorted(found, key=lambda each: each.t):
        if one.outcome in {Outcome.OK, Outcome.SLOW}:
            key = (one.platform, one.probe)
            assert one.waited is not None
            want[key] = want.get(key, Pace()).took(one.t, one.waited)
    with closing(Database(path)) as database:
        for late in (0, 1, 2):
            database.commit(Batch(at(T0 + late), "{}", evidence=tuple(found if late == 0 else [])), durable=False)
            got = database.restore(lately=T0 - 15 * MINUTE).paces
            assert {key: pace.hours[-1] for key, pace in got.items()} == {
                key: pace.hours[-1] for key, pace in want.items()
            }
            assert got["acme", "web"].hours[-24:] == want["acme", "web"].hours
            assert len(got["acme", "web"].hours) <= 25
            assert got["acme", "web"].median() == want["acme", "web"].median() is not None
        assert database.restore(lately=T0 + 3 * DAY).paces == {}


def test_a_damaged_roll_up_is_told(path: Path) -> None:
    with closing(Database(path)) as database:
        database.commit(Batch(at(T0 + HOUR), "{}", evidence=(good(T0),)), durable=False)
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE hourly SET body = x'00'")
        db.commit()
    with pytest.raises(StoreError, match="a row that cannot be understood"):
        read(path, "acme", Resolution.HOURLY)


def test_the_slots_are_those_of_the_resolution() -> None:
    assert {Resolution.FINE: rollup.SLOT, Resolution.HOURLY: HOUR} == LENGTH
