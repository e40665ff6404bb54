"""Reading beside the writer: the log's contract, nothing created, nothing disturbed."""

from __future__ import annotations

import json
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from storage_story import PER_STORY, T0, at, batch, event, evidence, incident

from trayapp.core.model import Gap, Outcome, Scope, Source, State
from trayapp.core.ports import Batch, Interval
from trayapp.core.story import Ending
from trayapp.storage.database import Database
from trayapp.storage.history import History, Snapshot, log_record
from trayapp.storage.rollup import Resolution


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


def test_nothing_recorded_yet(path: Path) -> None:
    for _ in ("no file", "an empty file"):
        with History(path) as history:
            assert not history.recorded
            assert history.status() is None
            assert list(history.incidents()) == []
            assert history.events("inc-0") == ()
            assert list(history.evidence()) == []
            assert history.intervals("acme", 0, T0) == ()
            assert history.gaps(0, T0) == ()
            assert list(history.rollups("acme", 0, T0, Resolution.FINE)) == []
        path.touch()
    assert path.read_bytes() == b""
    assert list(path.parent.iterdir()) == [path]


def test_a_history_without_a_heartbeat(path: Path) -> None:
    with closing(Database(path)), History(path) as history:
        assert history.recorded
        assert history.status() is None


def test_it_is_read_while_the_writer_has_it_open(path: Path) -> None:
    with closing(Database(path)) as database, History(path) as history:
        for n in range(4):
            database.commit(batch(n), durable=False)
            assert history.status() == Snapshot(f'{{"batch": {n}}}', batch(n).now)
        assert [row.incident for row in history.incidents()] == [incident(0, 3), incident(1, 1)]
        assert [row.incident.id for row in history.incidents(newest_first=True)] == ["inc-1", "inc-0"]
        ended = incident(0, 3).end
        assert ended is not None
        assert [row.incident.id for row in history.incidents(since=ended.t)] == ["inc-0", "inc-1"]
        assert [row.incident.id for row in history.incidents(since=ended.t + 1)] == ["inc-1"]
        assert history.events("inc-0") == tuple(event(0, number) for number in (1, 2, 3))
        assert history.events("never") == ()


def test_it_cannot_write(path: Path) -> None:
    Database(path).close()
    with History(path) as history:
        assert history._db is not None
        with pytest.raises(Exception, match="readonly database"):
            history._db.execute("DELETE FROM event")


def test_evidence_by_time_and_platform(path: Path) -> None:
    ours = [evidence(T0 + i) for i in range(1_203)]  # more than two pages
    theirs = [evidence(T0 + i, "other") for i in range(3)]
    with closing(Database(path)) as database:
        database.commit(Batch(at(T0), "{}", evidence=(*ours, *theirs)), durable=False)
    with History(path) as history:
        assert list(history.evidence(platform="acme")) == ours
        assert list(history.evidence(platform="other", since=T0 + 1, until=T0 + 2)) == theirs[1:]
        assert len(list(history.evidence())) == 1_206
        assert list(history.evidence(platform="nobody")) == []


def test_the_log_record_is_the_contract(path: Path) -> None:
    """Only what accused a member during the incident is a source; the first official word is timed."""
    bad = incident(0, 3)
    assert bad.end is not None
    start, end = bad.start.t, bad.end.t
    said = (
        evidence(start, source=Source.DIRECT),
        evidence(start + 300_000, "acme-chat", Source.OFFICIAL),
        evidence(start + 200_000, "acme", Source.OFFICIAL),
        evidence(start - 1, source=Source.YOU),  # before
        evidence(end + 1, source=Source.YOU),  # after
        evidence(start + 1, "other", Source.OUTSIDE),  # of somebody else
        replace(evidence(start + 1, source=Source.REPORTS), outcome=Outcome.OK, failure=None),  # accuses nobody
    )
    with closing(Database(path)) as database:
        database.commit(Batch(at(end), "{}", incidents=(bad, incident(1, 1)), evidence=said), durable=True)
    with History(path) as history:
        first, second = map(log_record, history.incidents())
    assert json.loads(json.dumps(first)) == {
        "id": "inc-0",
        "owner": "acme",
        "members": [
            {
                "platform": "acme-chat",
                "functions": ["message", "call"],
                "state": "down",
                "scope": "theirs",
                "since": "2024-03-05T15:20:00.000Z",
                "until": "2024-03-05T15:30:00.000Z",
            },
            {
                "platform": "acme",
                "functions": ["web"],
                "state": "unreachable",
                "scope": "not_known",
                "since": "2024-03-05T15:20:00.000Z",
                "until": "2024-03-05T15:30:00.000Z",
            },
        ],
        "start": "2024-03-05T15:20:00.000Z",
        "end": "2024-03-05T15:30:00.000Z",
        "duration_s": 600.0,
        "first_official": "2024-03-05T15:23:20.000Z",
        "sources": ["direct", "official"],
    }
    open_ones = {key: second[key] for key in ("end", "duration_s", "first_official", "sources")}
    assert open_ones == {"end": None, "duration_s": None, "first_official": None, "sources": []}
    assert second["members"][0]["until"] is None  # type: ignore[index]


def test_the_log_says_why_an_incident_is_over_if_it_is_known(path: Path) -> None:
    over = replace(incident(0, 3), ending=Ending.NOT_WATCHED)
    with closing(Database(path)) as database:
        database.commit(Batch(at(T0), "{}", incidents=(over, incident(1, 3))), durable=True)
    with History(path) as history:
        first, second = map(log_record, history.incidents())
    assert first["ending"] == "not_watched"
    assert "ending" not in second


changes = st.lists(st.integers(0, 20), unique=True, max_size=6)


@settings(max_examples=30, deadline=None)  # each makes files on the disk
@given(changes, st.integers(-2, 22), st.integers(0, 24))
def test_the_states_of_a_time_begin_with_the_one_that_already_held(moments: list[int], since: int, length: int) -> None:
    states = [Interval("acme", State.UP, Scope.NOT_KNOWN, T0 + n) for n in moments]
    others = [replace(one, platform="other", since=one.since + 1) for one in states]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        with closing(Database(path)) as database:
            database.commit(Batch(at(T0), "{}", intervals=(*states, *others)), durable=False)
        with History(path) as history:
            found = history.intervals("acme", T0 + since, T0 + since + length)
    begun = [one for one in sorted(states, key=lambda each: each.since) if one.since < T0 + since + length]
    held = [one for one in begun if one.since <= T0 + since][-1:]
    assert found == ((*held, *(one for one in begun if one.since > T0 + since)) if length else ())


def test_gaps_that_reach_into_a_time(path: Path) -> None:
    gaps = [Gap(T0 + n, T0 + n + 5) for n in (0, 10, 20)]
    with closing(Database(path)) as database:
        database.commit(Batch(at(T0), "{}", gaps=tuple(reversed(gaps))), durable=False)
    with History(path) as history:
        assert history.gaps(T0, T0 + 30) == tuple(gaps)
        assert history.gaps(T0 + 4, T0 + 11) == tuple(gaps[:2])
        assert history.gaps(T0 + 5, T0 + 10) == ()


def test_two_readers_while_writing(path: Path) -> None:
    """Each sees whole batches, never an older one after a newer one, and no error."""
    batches = 150
    written = threading.Event()

    def read() -> list[int]:
        numbers = []
        with History(path) as history:
            last = False
            while not last:
                last = written.is_set()  # once more after the end
                snapshot = history.status()
                if snapshot is None:
                    continue
                n = json.loads(snapshot.status)["batch"]
                numbers.append(n)
                story, step = divmod(n, PER_STORY)
                assert len(history.events(f"inc-{story}")) >= step + 1
                assert sum(1 for _ in history.incidents()) >= story + 1
        return numbers

    with closing(Database(path)) as database, ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        try:
            for n in range(batches):
                database.commit(batch(n), durable=n % 10 == 0)
        finally:
            written.set()
        for reader in readers:
            numbers = reader.result(timeout=30)
            assert numbers[-1] == batches - 1
            assert all(a <= b for a, b in pairwise(numbers))
