"""How long a day of twenty platforms takes to replay::

    python tests/benchmarks/replay.py [RECORDING]

The day is recorded by the closed loop of the tests: twenty owners with a platform and a host each, one look a minute,
all well but for two hours in which one answers with errors, and half an hour in which another refuses. It is written
to RECORDING (default: a temporary file), and timed from opening the file to the last line said.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from loop import HANDSHAKE, during, platform, well
from replay_rig import Kept, Recorded, complaint, text

from trayapp.core.model import EVERYONE, Millis
from trayapp.core.question import Answer, Platform
from trayapp.core.turns import Key
from trayapp.simulate.replay import Replay
from trayapp.storage.recorded import entries

DAY_S = 86_400
TWENTY: tuple[Platform, ...] = tuple(
    platform(f"p{i}", f"o{i}", f"www.p{i}.test", healthy=i % 2 == 0) for i in range(20)
)


def quick(key: Key, at: Millis) -> Answer:
    """All is well, and as detailed as a real answer."""
    status, body = (200, b"yes") if key[0] == EVERYONE else (well(key, at), b"")
    assert isinstance(status, int)
    return Answer(0, 0, HANDSHAKE, status=status, body=body)


def day(seconds: int = DAY_S, *, trouble: bool = True) -> Kept:
    """Half of it well, then the two troubles; or all of it well."""
    kept = Kept()
    refused = during(seconds * 0.7, seconds * 0.7 + 1_800, {"p7"}, 403, quick)
    says = during(seconds * 0.5, seconds * 0.5 + 7_200, {"p3"}, 503, refused)
    loop = Recorded(says if trouble else quick, platforms=TWENTY, kept=kept).start()
    for _ in range(24):
        loop.run(seconds / 24)
        loop.effects.clear()
        loop.worlds.clear()
        loop.asked.clear()
    return kept


def timed(path: Path) -> tuple[float, float, Replay, list[object]]:
    """CPU seconds, wall seconds, the replay, what it said."""
    replay = Replay()
    cpu, wall = time.process_time(), time.perf_counter()
    with path.open("rb") as stream:
        said: list[object] = [s.line for s in replay.run(entries(stream, complaint))]
    return time.process_time() - cpu, time.perf_counter() - wall, replay, said


def shown(path: Path, kept: Kept) -> None:
    for _ in range(3):
        cpu, wall, replay, said = timed(path)
        same = "the same as" if said == kept.said else "NOT what"
        print(f"{wall:.2f} s ({cpu:.2f} s CPU): {replay.seen} answers, {len(said)} said, {same} the day said")


def main() -> None:
    with contextlib.ExitStack() as stack:
        named = sys.argv[1] if len(sys.argv) > 1 else None
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        path = Path(named) if named else folder / "day.jsonl"
        kept = day()
        path.write_bytes(text(kept.lines))
        print(f"{len(kept.lines)} lines, {path.stat().st_size / 1e6:.1f} MB")
        print("a day with two hours of outage")
        shown(path, kept)
        quiet = folder / "quiet.jsonl"
        well = day(trouble=False)
        quiet.write_bytes(text(well.lines))
        print("a day on which nothing happens")
        shown(quiet, well)


if __name__ == "__main__":
    main()
