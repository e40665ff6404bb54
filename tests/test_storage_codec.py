"""Every value that is stored comes back equal."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from trayapp.core.model import (
    Event,
    EventKind,
    Evidence,
    Failure,
    Function,
    Incident,
    Instant,
    Member,
    Notice,
    Outcome,
    Phase,
    Phases,
    Scope,
    Source,
    State,
)
from trayapp.core.ports import Claim
from trayapp.storage import codec, schema

if TYPE_CHECKING:
    from collections.abc import Iterator

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)  # Cs: half characters cannot be stored
millis = st.integers(-(2**63), 2**63 - 1)
perhaps = st.none() | millis
instants = st.builds(Instant, millis, millis, texts)
members = st.builds(
    Member,
    texts,
    st.lists(st.sampled_from(Function)).map(tuple),
    st.sampled_from(State),
    st.sampled_from(Scope),
    millis,
    perhaps,
    st.frozensets(texts, max_size=4),
)
incidents = st.builds(
    Incident,
    id=texts,
    owner=texts,
    phase=st.sampled_from(Phase),
    members=st.lists(members, max_size=4).map(tuple),
    start=instants,
    end=st.none() | instants,
    events=millis,
    already=st.booleans(),
    unwatched=st.booleans(),
)
events = st.builds(
    lambda of, number, kind, t, relapse: Event(of.id, number, kind, t, of, relapse),
    incidents,
    millis,
    st.sampled_from(EventKind),
    millis,
    st.booleans(),
)
notices = st.builds(Notice, events, texts, millis, millis)
evidences = st.builds(
    Evidence,
    t=millis,
    platform=texts,
    source=st.sampled_from(Source),
    outcome=st.sampled_from(Outcome),
    probe=texts,
    host=texts,
    owner=texts,
    function=st.none() | st.sampled_from(Function),
    failure=st.none() | st.sampled_from(Failure),
    status=perhaps,
    ms=millis,
    phases=st.builds(Phases, perhaps, perhaps, perhaps, perhaps, perhaps),
    answer=texts,
    via=texts,
    note=texts,
)


def stored(table: str, rows: list[codec.Row]) -> Iterator[sqlite3.Row]:
    """Through a real table of the schema and back."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.row_factory = sqlite3.Row
        create = next(text for text in schema.MIGRATIONS[0] if f"TABLE {table} " in text)
        db.execute(create)
        for row in rows:
            marks = ", ".join(f":{name}" for name in row)
            db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", row)
        yield from db.execute(f"SELECT * FROM {table}").fetchall()


@given(incidents)
def test_an_incident_and_its_members(incident: Incident) -> None:
    (row,) = stored("incident", [codec.incident_row(incident)])
    members = list(stored("member", codec.member_rows(incident)))
    assert codec.incident_from(row, members) == incident


@given(incidents)
def test_an_incident_as_text(incident: Incident) -> None:
    text = codec.incident_text(incident)
    assert codec.incident_from_text(text) == incident


@given(events)
def test_an_event(event: Event) -> None:
    (row,) = stored("event", [codec.event_row(event)])
    assert codec.event_from(row) == event


@given(notices, st.sampled_from(Claim))
def test_a_notice_beside_its_event(notice: Notice, claim: Claim) -> None:
    (event,) = stored("event", [codec.event_row(notice.event)])
    (row,) = stored("outbox", [codec.notice_row(notice, claim)])
    assert row["claim"] == claim
    assert Notice(codec.event_from(event), row["channel"], row["due"], row["stale"]) == notice


@given(evidences)
def test_evidence(evidence: Evidence) -> None:
    (row,) = stored("evidence", [codec.evidence_row(evidence)])
    assert codec.evidence_from(row) == evidence
