"""Many incidents at a glance: the same that the history tells one by one."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from log_rig import NOW, T, at, incident, member, write

from trayapp.core.model import HOUR, Source
from trayapp.core.ports import Batch, StoreError
from trayapp.core.wishes import Wishes
from trayapp.storage.database import Database
from trayapp.storage.glance import Glance

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write(tmp_path / "history.db")
    return tmp_path / "history.db"


def test_stories_and_sources_are_those_of_the_history(path: Path) -> None:
    with Glance(path) as glance:
        rows = list(glance.incidents(newest_first=True))
        assert glance.stories() == tuple(row.incident for row in rows)
        assert [story.id for story in glance.stories()] == ["two", "one"]
        assert glance.sources([row.incident.id for row in rows]) == {row.incident.id: row.sources for row in rows}
        assert glance.sources(["one"]) == {"one": (Source.DIRECT, Source.OFFICIAL)}
        assert glance.sources(["no such"]) == {"no such": ()}
        assert glance.sources([]) == {}


def test_only_those_that_had_not_ended(path: Path) -> None:
    with Glance(path) as glance:
        assert [story.id for story in glance.stories(since=T + 2 * HOUR)] == ["two", "one"]
        assert [story.id for story in glance.stories(since=T + 2 * HOUR + 1)] == ["two"]


def test_members_keep_their_order_and_their_incident(path: Path) -> None:
    of = incident(member("mall"), member("plaza"), member("cinema"), name="three", start=NOW)
    with closing(Database(path)) as database:
        database.commit(Batch(at(NOW), "{}", incidents=(of,)), durable=True)
    with Glance(path) as glance:
        three, two, one = glance.stories()
        assert [m.platform for m in three.members] == ["mall", "plaza", "cinema"]
        assert [m.platform for m in two.members] == ["plaza"]
        assert [m.platform for m in one.members] == ["plaza", "mall"]


def test_the_version_changes_with_a_commit_and_only_then(path: Path) -> None:
    with Glance(path) as glance, closing(Database(path)) as database:
        before = glance.version()
        assert glance.version() == before
        database.commit(Batch(at(NOW), json.dumps({})), durable=False)
        assert glance.version() != before


def test_wishes_are_those_of_the_person(path: Path) -> None:
    with Glance(path) as glance:
        assert glance.wishes() == Wishes(snoozed={"mall": NOW + HOUR}, tell_back=frozenset({"plaza"}))


def test_where_nothing_was_recorded_there_is_nothing(tmp_path: Path) -> None:
    with Glance(tmp_path / "none.db") as glance:
        assert not glance.recorded
        assert (glance.version(), glance.wishes(), glance.stories(), glance.sources(["one"])) == (0, None, (), {})


def test_a_row_that_cannot_be_understood_is_told(path: Path) -> None:
    import sqlite3

    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE member SET state = 'dancing'")
        db.execute("UPDATE wish SET body = '{'")
        db.commit()
    with Glance(path) as glance:
        with pytest.raises(StoreError, match="cannot be understood"):
            glance.stories()
        with pytest.raises(StoreError, match="cannot be understood"):
            glance.wishes()
