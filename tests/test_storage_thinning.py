"""Of a long incident the history keeps what changes: the ends of each run, and every word of others."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from storage_story import T0, at, evidence, incident

from trayapp.core.model import DAY, EVERYONE, HOUR, MINUTE, Evidence, Source
from trayapp.core.ports import Batch
from trayapp.core.story import Phase
from trayapp.storage.database import Database
from trayapp.storage.history import History
from trayapp.storage.thinning import NEAR, Near, Row, amid_runs, stretches

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from trayapp.core.model import Millis
    from trayapp.core.story import Incident


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


def pass_by(database: Database, start: Millis, hours: int) -> None:
    """Heartbeats, one an hour: in each hours are counted and a piece is let go."""
    for n in range(hours):
        database.commit(Batch(at(start + n * HOUR), "{}"), durable=False)


def lasting(hours: float, *, over: bool) -> Incident:
    start = at(T0)
    end = at(T0 + int(hours * HOUR))
    member = replace(incident().members[1], platform="acme", since=T0, until=end.t if over else None)
    closed = Phase.CLOSED if over else Phase.OPEN
    return replace(incident(), start=start, end=end if over else None, phase=closed, members=(member,))


@pytest.mark.parametrize("over", [True, False])
def test_a_long_outage_keeps_the_ends_of_each_run(path: Path, database: Database, over: bool) -> None:  # noqa: FBT001 - a case
    long = lasting(60, over=over)
    database.commit(Batch(at(T0), "{}", incidents=(lasting(0.1, over=False),)), durable=True)
    probes = [evidence(T0 + n * MINUTE) for n in range(60 * 60)]
    for n in range(1_000, 1_010):
        probes[n] = replace(probes[n], status=500)
    official = [evidence(T0 + n * 30 * MINUTE + 1, source=Source.OFFICIAL) for n in range(120)]
    for hour in range(60):
        now = T0 + (hour + 1) * HOUR
        part = tuple(one for one in (*probes, *official) if now - HOUR <= one.t < now)
        database.commit(Batch(at(now), "{}", evidence=part), durable=False)
    assert len(kept(path)) < 48 * 60 + 60 + 120 + 10
    database.commit(Batch(at(T0 + 60 * HOUR), "{}", incidents=(long,)), durable=True)
    pass_by(database, T0 + 61 * HOUR, 50)
    ends = [probes[0], probes[999], probes[1_000], probes[1_009], probes[1_010], probes[-1]]
    assert [one for one in kept(path) if one.source is Source.DIRECT] == ends
    assert [one for one in kept(path) if one.source is Source.OFFICIAL] == official
    with History(path) as history:
        (row,) = history.incidents()
        assert (row.sources, row.first_official) == ((Source.DIRECT, Source.OFFICIAL), T0 + 1)


def test_an_outage_that_is_not_long_keeps_everything(path: Path, database: Database) -> None:
    short = lasting(47, over=True)
    probes = tuple(evidence(T0 + n * 10 * MINUTE) for n in range(47 * 6))
    database.commit(Batch(at(T0 + 47 * HOUR), "{}", incidents=(short,), evidence=probes), durable=True)
    pass_by(database, T0 + 48 * HOUR, 80)
    assert kept(path) == list(probes)


def test_what_a_short_incident_wants_of_the_line_stays_in_a_long_one(path: Path, database: Database) -> None:
    """Also if it was looked at in an earlier run."""
    short = replace(incident(0, 3), id="inc-short", owner="other", start=at(T0 + HOUR), end=at(T0 + HOUR + MINUTE))
    line = [replace(evidence(T0 + n * MINUTE, EVERYONE, Source.CONTROL), owner="line") for n in (10, 65, 150, 210)]
    database.commit(Batch(at(T0), "{}", incidents=(lasting(60, over=True), short), evidence=tuple(line)), durable=False)
    pass_by(database, T0 + 48 * HOUR, 12)
    assert kept(path) == [line[0], line[1], line[3]]


tracks = st.sampled_from(
    [("acme", "web", "direct"), ("acme", "api", "direct"), ("*", "line", "control"), ("acme", "page", "official")]
)
said = st.sampled_from([("ok", None, 200), ("failed", "http_server_error", 503), ("failed", "connect_timeout", None)])
rows = st.lists(st.tuples(st.integers(0, 40), tracks, said), max_size=60).map(
    lambda found: [
        Row(n, T0 + hour * 2 * HOUR, track[0], track[1], track[2], "acme", word[0], word[1], word[2])
        for n, (hour, track, word) in enumerate(sorted(found, key=lambda one: one[0]))
    ]
)
spans = st.lists(st.tuples(st.integers(0, 40), st.none() | st.integers(1, 40)), max_size=3).map(
    lambda found: [
        Near(T0 + a * 2 * HOUR, None if b is None else T0 + (a + b) * 2 * HOUR, "acme", frozenset({"acme"}))
        for a, b in found
    ]
)


def to_keep(found: list[Row], near: list[Near]) -> list[int]:
    """The rule, told plainly: near an incident; and if only near long ones, an end of a run or another's word."""
    around = [row for row in found if any(each.has(row) for each in near)]
    stays = []
    for track in {row.track for row in around}:
        for _, same in groupby((row for row in around if row.track == track), key=lambda row: row.said):
            run = list(same)
            for place, row in enumerate(run):
                end = place in {0, len(run) - 1}
                whole = any(not each.long for each in near if each.has(row))
                if end or whole or row.source == "official":
                    stays.append(row.number)
    return sorted(stays)


@given(rows, spans, st.lists(st.integers(0, 42), max_size=4))
def test_in_pieces_it_comes_to_the_same(found: list[Row], near: list[Near], cuts: list[int]) -> None:
    """However the time is cut into runs, what is left is what the rule says."""
    left = {row.number: row for row in found if any(each.has(row) for each in near)}
    edges = sorted({T0 - 1, T0 + 43 * 2 * HOUR, *(T0 + cut * 2 * HOUR for cut in cuts)})
    for since, until in pairwise(edges):
        piece = [row for row in left.values() if since <= row.t < until]

        def before(row: Row, since: Millis = since) -> list[Row]:
            return [one for one in reversed(left.values()) if one.t < since and one.track == row.track][:2]

        for number in amid_runs(piece, near, before):
            del left[number]
    assert sorted(left) == to_keep(found, near)


@given(spans, st.integers(0, 40), st.integers(0, 40))
def test_stretches_cover_all_and_tell_who_is_near(near: list[Near], since: int, length: int) -> None:
    begin, end = T0 + since * HOUR, T0 + (since + length) * HOUR
    found = list(stretches(near, begin, end))
    assert [a for a, _, _ in found] + [end] == [begin] * (begin != end) + [b for _, b, _ in found] + [end] * (
        begin == end
    )
    for a, b, here in found:
        for t in {a, (a + b) // 2, b - 1}:
            assert here == [one for one in near if one.since <= t and (one.until is None or t <= one.until)]


def test_long_is_two_days() -> None:
    def near(length: Millis | None) -> Near:
        return Near(T0 - NEAR, None if length is None else T0 + length + NEAR, "", frozenset())

    assert [near(length).long for length in (HOUR, 2 * DAY - NEAR - 1, 2 * DAY - NEAR, None)] == [
        False,
        False,
        True,
        True,
    ]
