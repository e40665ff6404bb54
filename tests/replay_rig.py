"""A closed loop that records itself, and what it said, in the forms of a recording and of a replay."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import ClassVar

from test_core_machine import Watched

from trayapp.core.world import Input
from trayapp.simulate.replay import Replay
from trayapp.simulate.replayed import Said, event_line, state_line
from trayapp.storage.recorded import entries
from trayapp.storage.recording import Recorder
from trayapp.storage.records import Line


@dataclass
class Kept:
    """What was recorded, and what was said meanwhile."""

    recorder: Recorder = field(default_factory=Recorder)
    lines: list[Line] = field(default_factory=list)
    said: list[Line] = field(default_factory=list)


@dataclass
class Recorded(Watched):
    """A loop that writes down what it is told, as the recorder of the running program does."""

    current: ClassVar[Kept] = Kept()
    """Where all loops write that are given nothing else: those of one life."""
    kept: Kept = field(default_factory=lambda: Recorded.current)

    def feed(self, event: Input) -> None:
        before = self.world
        super().feed(event)
        effects = self.effects[-1]
        self.kept.lines += self.kept.recorder.took(before, event, effects)
        self.kept.said += [state_line(self.world, i) for i in effects.intervals]
        self.kept.said += [event_line(e) for e in effects.events]


def text(lines: list[Line]) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def complaint(number: int, wrong: str) -> None:
    raise AssertionError(f"line {number}: {wrong}")


def replayed(lines: list[Line], replay: Replay | None = None) -> list[Said]:
    """Through the very bytes of a file."""
    stream = io.BufferedReader(io.BytesIO(text(lines)))
    return list((replay or Replay()).run(entries(stream, complaint)))
