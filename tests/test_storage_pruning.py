"""Evidence is let go after two days, but never near an incident."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from storage_story import T0, at, evidence, incident

from trayapp.core.model import DAY, MINUTE
from trayapp.core.ports import Batch
from trayapp.storage import pruning
from trayapp.storage.database import Database
from trayapp.storage.history import History

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


def kept(path: Path) -> list[Millis]:
    with History(path) as history:
        return [each.t for each in history.evidence()]


def test_old_evidence_goes_and_what_is_near_an_incident_stays(path: Path, database: Database) -> None:
    start, end = incident(0, 3).start.t, incident(0, 3).end.t  # type: ignore[union-attr]
    near = [start - 10 * MINUTE, start, end, end + 10 * MINUTE]
    far = [start - 10 * MINUTE - 1, end + 10 * MINUTE + 1]
    first = Batch(at(T0), "{}", incidents=(incident(0, 3),), evidence=tuple(map(evidence, near + far)))
    database.commit(first, durable=False)
    assert len(kept(path)) == 6
    database.commit(Batch(at(T0 + 59 * MINUTE), "{}"), durable=False)
    now = T0 + 3 * DAY
    recent = now - 2 * DAY
    database.commit(Batch(at(now), "{}", evidence=(evidence(recent), evidence(recent - 1))), durable=False)
    assert kept(path) == [*near, recent]


def test_pruning_is_done_at_most_once_an_hour(path: Path, database: Database) -> None:
    old = evidence(T0 - 3 * DAY)
    for minutes, left in ((0, 0), (59, 1), (60, 0)):
        database.commit(Batch(at(T0 + minutes * MINUTE), "{}", evidence=(old,)), durable=False)
        assert len(kept(path)) == left


spans = st.tuples(st.integers(0, 60), st.none() | st.integers(0, 20)).map(
    lambda span: (span[0] * MINUTE, None if span[1] is None else (span[0] + span[1]) * MINUTE)
)


@given(st.lists(spans, max_size=6).map(lambda found: sorted(found, key=lambda span: span[0])), st.integers(0, 90))
def test_the_holes_are_exactly_what_is_near_nothing(incidents: list[tuple[Millis, Millis | None]], until: int) -> None:
    cutoff = until * MINUTE
    found = list(pruning.holes(incidents, cutoff))
    for t in (minute * MINUTE + odd for minute in range(-30, 110) for odd in (-1, 0, 1)):
        near = any(start - pruning.NEAR <= t and (end is None or t <= end + pruning.NEAR) for start, end in incidents)
        assert any(a <= t < b for a, b in found) == (t < cutoff and not near)
