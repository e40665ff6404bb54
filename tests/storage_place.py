"""A place with trouble, for the tests of storage: run in a mount namespace of its own, so that nothing outlives it.

Run as ``storage_place.py small FOLDER`` or ``storage_place.py sealed FOLDER``; prints what happened as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from storage_story import T0, batch, heartbeat

from trayapp.core.ports import Batch, StoreError
from trayapp.storage.database import Database
from trayapp.storage.history import History


def attempt(database: Database, one: Batch) -> str:
    """What the commit says, "" if nothing."""
    try:
        database.commit(one, durable=True)
    except StoreError as error:
        return str(error)
    return ""


def counts(path: Path) -> list[int]:
    """What a reader of its own finds: events, and rows of evidence."""
    with History(path) as history:
        found = list(history.incidents())
        return [sum(len(history.events(row.incident.id)) for row in found), sum(1 for _ in history.evidence())]


def small(folder: Path) -> dict[str, object]:
    """A disk of one megabyte that fills up and is made free again."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "small", str(folder)], check=True)
    path = folder / "history.db"
    ballast = folder / "ballast"
    ballast.write_bytes(bytes(400_000))
    large = replace(batch(1), evidence=heartbeat(T0, 9_000).evidence)
    with closing(Database(path)) as database:
        first = attempt(database, batch(0))
        with History(path) as reader:
            full = [attempt(database, large) for _ in range(2)]
            still = [sum(1 for _ in reader.evidence()), *counts(path)]
        restored = database.restore(0).looked == batch(0).now
        ballast.unlink()
        after = attempt(database, batch(1))
        return {"first": first, "full": full, "still": still, "restored": restored, "after": after, "end": counts(path)}


def sealed(folder: Path) -> dict[str, object]:
    """A folder that was mounted read-only."""
    path = folder / "history.db"
    with closing(Database(path)) as database:
        attempt(database, batch(0))
    before = path.read_bytes()
    subprocess.run(["mount", "--bind", str(folder), str(folder)], check=True)
    subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True)
    try:
        Database(path).close()
        said = ""
    except StoreError as error:
        said = str(error)
    return {"said": said, "same": path.read_bytes() == before, "files": sorted(one.name for one in folder.iterdir())}


if __name__ == "__main__":
    what = {"small": small, "sealed": sealed}[sys.argv[1]]
    print(json.dumps(what(Path(sys.argv[2]))))
