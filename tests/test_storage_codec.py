"""Every value that is stored comes back equal."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from trayapp.core.model import Evidence, Failure, Function, Instant, Outcome, Phases, Scope, Source, State
from trayapp.core.ports import Claim, Known
from trayapp.core.story import Ending, Event, EventKind, Incident, Member, Notice, Phase
from trayapp.storage import codec, evidence, schema

if TYPE_CHECKING:
    from collections.abc import Iterator

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)  # Cs: half characters cannot be stored
millis = st.integers(-(2**63), 2**63 - 1)
perhaps = st.none() | millis
durations = st.none() | st.integers(-(2**60), 2**60)  # five of them can be added up
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
    ending=st.none() | st.sampled_from(Ending),
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
    phases=st.builds(Phases, durations, durations, durations, durations, durations),
    answer=texts,
    via=texts,
    note=texts,
    families=st.integers(0, 2),
) | st.builds(  # as the core calls its answers
    lambda t, platform, probe: Evidence(
        t, platform, Source.DIRECT, Outcome.OK, probe=probe, answer=f"{t}-{platform}-{probe}"
    ),
    millis,
    texts,
    texts,
)


@contextmanager
def database() -> Iterator[sqlite3.Connection]:
    """The real tables, empty; what rows refer to need not be there."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.row_factory = sqlite3.Row
        schema.migrate(db, Path(":memory:"))
        yield db


def stored(table: str, rows: list[codec.Row]) -> list[sqlite3.Row]:
    """Through a real table of the schema and back."""
    with database() as db:
        for row in rows:
            marks = ", ".join(f":{name}" for name in row)
            db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", row)
        return db.execute(f"SELECT * FROM {table}").fetchall()


@given(incidents)
def test_an_incident_and_its_members(incident: Incident) -> None:
    (row,) = stored("incident", [codec.incident_row(incident)])
    members = stored("member", codec.member_rows(incident))
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


@given(incidents)
def test_a_text_of_format_1_says_nothing_of_the_ending(incident: Incident) -> None:
    body = json.loads(codec.incident_text(incident))
    del body["ending"]
    assert codec.incident_from_text(json.dumps(body)) == replace(incident, ending=None)


@given(st.lists(evidences, max_size=5))
def test_evidence(found: list[Evidence]) -> None:
    with database() as db:
        evidence.insert(db, evidence.Asked(), found)
        rows = db.execute(f"{evidence.SELECT} ORDER BY number").fetchall()
        assert [evidence.evidence_from(row) for row in rows] == found


def test_what_answers_share_is_written_once_and_a_usual_name_not_at_all() -> None:
    usual = [Evidence(t, "acme", Source.DIRECT, Outcome.OK, probe="web", answer=f"{t}-acme-web") for t in range(9)]
    with database() as db:
        evidence.insert(db, evidence.Asked(), usual[:5])
        evidence.insert(db, evidence.Asked(), usual[5:])  # another run of Fanal
        assert db.execute("SELECT count(*), count(answer), count(DISTINCT asked) FROM evidence").fetchone()[:] == (
            9,
            0,
            1,
        )
        assert db.execute("SELECT count(*) FROM asked").fetchone()[0] == 1


@given(st.builds(Known, texts, texts, perhaps, perhaps), millis)
def test_what_is_known(known: Known, now: int) -> None:
    (row,) = stored("known", [codec.known_row(known, now)])
    assert codec.known_from(row) == known
