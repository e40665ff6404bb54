"""What waits to be written, on a real history: a digest is whole again after a restart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core_rig import moment
from loop import Loop, during

from trayapp.core import digest, present
from trayapp.core.ports import Around
from trayapp.core.world import Surrounded
from trayapp.storage.database import Database
from trayapp.watch.ledger import Ledger

if TYPE_CHECKING:
    from pathlib import Path


def test_a_digest_of_two_stories_is_whole_after_a_restart(tmp_path: Path) -> None:
    loop = Loop(during(100, 5000, {"alpha", "beta", "other"}, 503)).start().run(50)
    loop.feed(Surrounded(loop.now(), Around("home", quiet=True)))
    loop.run(1500)
    (waiting,) = loop.world.outbox
    assert len(digest.events(waiting)) == 2

    ledger = Ledger(lambda: Database(tmp_path / "history.db"))
    ledger.open(moment(0))
    ledger.add(loop.effects)
    ledger.commit(loop.now(), present.view(loop.world), durable=True)
    assert ledger.well
    ledger.close()

    database = Database(tmp_path / "history.db")
    try:
        restored = database.restore(lately=0)
    finally:
        database.close()
    second = Loop(loop.says, at=loop.at + 5000, around=Around("home", quiet=True)).start(restored)
    (again,) = second.world.outbox
    assert digest.events(again) == digest.events(waiting)
    second.feed(Surrounded(second.now(), Around("home")))
    second.run(10)
    assert [(n.channel, len(n.also)) for _, n in second.said] == [("digest", 1)]
    assert replace(again, due=0, stale=0) == replace(waiting, due=0, stale=0)
