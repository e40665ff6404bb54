"""What is let go and what is kept: two days of everything, incidents for ever, of long ones what changes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from storage_story import T0, at, batch, evidence, incident

from trayapp.core.model import DAY, EVERYONE, HOUR, MINUTE, Evidence, Gap, Outcome, Scope, Source, State
from trayapp.core.ports import Batch, Interval, Known
from trayapp.storage import pruning
from trayapp.storage.database import Database
from trayapp.storage.history import History
from trayapp.storage.rollup import Resolution
from trayapp.storage.thinning import KEEP

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from trayapp.core.model import Millis


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with closing(Database(path)) as one:
        yield one


def kept(path: Path) -> list[Evidence]:
    with History(path) as history:
        return list(history.evidence())


def times(path: Path) -> list[Millis]:
    return [each.t for each in kept(path)]


def pass_by(database: Database, start: Millis, hours: int) -> None:
    """Heartbeats, one an hour: in each hours are counted and a piece is let go."""
    for n in range(hours):
        database.commit(Batch(at(start + n * HOUR), "{}"), durable=False)


def well(t: Millis, platform: str = "acme", source: Source = Source.DIRECT) -> Evidence:
    return replace(evidence(t, platform, source), outcome=Outcome.OK, failure=None, status=200)


def test_old_evidence_goes_and_what_is_near_an_incident_stays(path: Path, database: Database) -> None:
    start, end = incident(0, 3).start.t, incident(0, 3).end.t  # type: ignore[union-attr]
    near = [start - 10 * MINUTE, start, end, end + 10 * MINUTE]
    far = [start - 10 * MINUTE - 1, end + 10 * MINUTE + 1]
    first = Batch(at(T0), "{}", incidents=(incident(0, 3),), evidence=tuple(map(evidence, near + far)))
    database.commit(first, durable=False)
    assert len(times(path)) == 6
    now = T0 + 3 * DAY
    recent = now - 2 * DAY
    database.commit(Batch(at(now), "{}", evidence=(evidence(recent), evidence(recent - 1))), durable=False)
    pass_by(database, now + HOUR, 2)
    assert times(path) == near


def test_two_days_are_kept_and_not_a_moment_more(path: Path, database: Database) -> None:
    now = T0 + 3 * DAY
    found = (evidence(now - KEEP), evidence(now - KEEP - 1))
    database.commit(Batch(at(now), "{}", evidence=found), durable=True)
    database.commit(Batch(at(now), "{}"), durable=False)
    assert times(path) == [now - KEEP]


def test_an_incident_keeps_its_owner_and_the_line_and_nobody_else(path: Path, database: Database) -> None:
    t = incident(0, 3).start.t
    stranger = replace(evidence(t, "other"), owner="other")
    sibling = well(t, "acme-video")
    line = replace(well(t, EVERYONE, Source.CONTROL), owner="control")
    member = replace(evidence(t, "acme-chat"), owner="")
    found = (stranger, sibling, line, member)
    database.commit(Batch(at(T0), "{}", incidents=(incident(0, 3),), evidence=found), durable=False)
    pass_by(database, T0 + 3 * DAY, 2)
    assert kept(path) == [sibling, line, member]


def test_pruning_is_done_at_most_once_an_hour(path: Path, database: Database) -> None:
    old = evidence(T0 - 3 * DAY)
    for minutes, left in ((0, 0), (59, 1), (60, 0)):
        database.commit(Batch(at(T0 + minutes * MINUTE), "{}", evidence=(old,)), durable=False)
        assert len(times(path)) == left


def test_nothing_goes_that_is_not_counted_yet(path: Path, database: Database) -> None:
    """Seven hours that come at once, after days without a place to write: two are counted in a commit."""
    old = tuple(evidence(T0 + n * HOUR) for n in range(7))
    left = []
    database.commit(Batch(at(T0 + 5 * DAY), "{}", evidence=old), durable=True)
    for n in range(5):
        database.commit(Batch(at(T0 + 5 * DAY + n * HOUR), "{}"), durable=False)
        left.append(len(times(path)))
    assert left == [5, 3, 1, 0, 0]
    with History(path) as history:
        assert len(list(history.rollups("acme", T0 - HOUR, T0 + DAY, Resolution.HOURLY))) == 7


def test_a_run_lets_go_of_a_piece(path: Path, database: Database) -> None:
    found = tuple(well(T0 + n // 3) for n in range(pruning.PIECE * 2))  # three a moment
    database.commit(Batch(at(T0), "{}", evidence=found), durable=False)
    left = []
    for n in range(4):
        database.commit(Batch(at(T0 + 3 * DAY + n * HOUR), "{}"), durable=False)
        left.append(len(times(path)))
    assert pruning.PIECE <= left[0] <= pruning.PIECE + 2
    assert left[2:] == [0, 0]


def test_where_much_comes_in_as_much_goes(path: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "PIECE", 10)
    for n in range(100):
        found = tuple(well(T0 + n * HOUR - i) for i in range(40))
        database.commit(Batch(at(T0 + n * HOUR), "{}", evidence=found), durable=False)
    assert len(times(path)) <= 40 * 51


def test_more_than_a_piece_of_one_moment(path: Path, database: Database) -> None:
    database.commit(Batch(at(T0), "{}", evidence=(well(T0),) * (pruning.PIECE + 1)), durable=False)
    pass_by(database, T0 + 3 * DAY, 2)
    assert times(path) == []


def test_a_wrong_clock_costs_a_piece_and_not_the_history(path: Path, database: Database) -> None:
    start = T0 - 40 * DAY
    for n in range(40 * 24):
        t = start + n * HOUR
        database.commit(Batch(at(t), "{}", evidence=(well(t),)), durable=False)
    before = len(rollups(path))
    assert before == 40 * 24
    for year in (2032, 2033):  # a moment each; within an hour of the steady clock only the first would count
        database.commit(Batch(at((year - 1970) * 365 * DAY), "{}"), durable=False)
    pass_by(database, T0, 30)
    assert len(rollups(path)) == before - 2 * pruning.HOURS_AT_ONCE
    late = well(T0 + HOUR)
    database.commit(Batch(at(T0 + HOUR), "{}", evidence=(late,)), durable=False)
    pass_by(database, T0 + 2 * HOUR, 47)
    assert late in kept(path)
    pass_by(database, T0 + 49 * HOUR, 3)
    assert late not in kept(path)


def rollups(path: Path, resolution: Resolution = Resolution.HOURLY) -> list[Millis]:
    with History(path) as history:
        return [one.since for one in history.rollups("acme", T0 - 2000 * DAY, T0 + 2000 * DAY, resolution)]


def test_roll_ups_are_kept_thirty_days_and_two_years(path: Path, database: Database) -> None:
    t = T0 // HOUR * HOUR
    database.commit(Batch(at(t), "{}", evidence=(well(t),)), durable=False)
    seen = []
    for days, hours in ((29, 0), (30, 0), (30, 1), (729, 0), (730, 0), (730, 1)):
        database.commit(Batch(at(t + days * DAY + hours * HOUR), "{}"), durable=False)
        seen.append((len(rollups(path, Resolution.FINE)), len(rollups(path))))
    assert seen == [(1, 1), (1, 1), (0, 1), (0, 1), (0, 1), (0, 0)]


def test_the_rest_is_for_ever(path: Path, database: Database) -> None:
    for n in range(3):
        database.commit(replace(batch(n), gaps=(Gap(T0, T0 + n),)), durable=True)
    pass_by(database, T0 + 3000 * DAY, 60)
    with History(path) as history:
        assert [row.incident for row in history.incidents()] == [incident(0, 3)]
        assert len(history.events("inc-0")) == 3
        assert history.gaps(T0, T0 + DAY) == (Gap(T0, T0 + 2),)
        assert len(history.intervals("acme", T0, T0 + DAY)) == 3


def test_what_is_known_of_networks_is_bounded(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "KNOWN_LIMIT", 3)
    for n in range(5):
        known = tuple(Known(f"net-{n}", name, T0, None) for name in ("a", "b"))
        again = (Known("net-0", "a", T0, T0 + n),)  # the network that is often used
        database.commit(Batch(at(T0 + n * HOUR), "{}", known=known + again), durable=False)
    restored = database.restore(0).known
    assert restored == (Known("net-0", "a", T0, T0 + 4), Known("net-4", "a", T0), Known("net-4", "b", T0))


def test_known_is_inserted_or_replaced(database: Database) -> None:
    for step in (Known("home", "acme", T0), Known("home", "acme", T0, T0 + 1), Known("", "acme")):
        database.commit(Batch(at(T0), "{}", known=(step,)), durable=True)
    assert database.restore(0).known == (Known("", "acme"), Known("home", "acme", T0, T0 + 1))


def test_a_run_does_not_disturb_a_reader(path: Path, database: Database) -> None:
    """One that began to read before still sees everything."""
    found = tuple(well(T0 + n) for n in range(1_200))
    database.commit(Batch(at(T0), "{}", evidence=found), durable=False)
    with History(path) as history:
        reading = history.evidence()
        first = next(reading)
        pass_by(database, T0 + 3 * DAY, 3)
        assert [first, *reading] == list(found)
    assert times(path) == []


def test_free_pages_are_used_again(path: Path, database: Database) -> None:
    sizes = []
    for day in range(9):
        for hour in range(24):
            t = T0 + day * DAY + hour * HOUR
            found = tuple(well(t + n) for n in range(200))
            states = (Interval("acme", State.UP, Scope.NOT_KNOWN, t),)
            database.commit(Batch(at(t), "{}", evidence=found, intervals=states), durable=False)
        with closing(sqlite3.connect(path)) as db:
            sizes.append(db.execute("PRAGMA page_count").fetchone()[0])
    assert sizes[8] - sizes[3] < 0.12 * sizes[3]  # only roll-ups and states are added; evidence takes no new page
