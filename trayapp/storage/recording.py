"""What the core is told, written down as records: all that a replay needs to come to the same events.

Not carried: how long answers usually took before the recording began (whether an answer was *slow* is in its outcome),
and incidents that were open then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trayapp.core import gaps
from trayapp.core.model import MINUTE, Millis
from trayapp.core.present import iso
from trayapp.core.wishes import Mute, Pause, Snooze, TellBack
from trayapp.core.world import (
    Answered,
    Complained,
    Delivered,
    Reconfigured,
    Seen,
    Started,
    Surrounded,
    Told,
    Wished,
)
from trayapp.storage import codec
from trayapp.storage.records import VERSION, evidence_line, gap_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trayapp.core.model import Evidence, Gap
    from trayapp.core.ports import Around
    from trayapp.core.question import Control, Platform, Probe
    from trayapp.core.wishes import Wish
    from trayapp.core.world import Effects, Input, World
    from trayapp.storage.records import Line

OVERLAP: Millis = MINUTE
"""So much of a history is read again when it has grown."""
LATELY = 5_000
"""Evidence remembered before what is older than that is forgotten."""


def watched_line(t: object, platforms: Iterable[Platform], controls: Iterable[Control]) -> Line:
    """Who is watched from ``t`` (as a line has it) on."""
    return {"v": VERSION, "t": t, "step": "watched", **_roster(platforms, controls)}


class Taken:
    """What of a history is written already: it grows, and is read again and again."""

    def __init__(self) -> None:
        self.last: Millis | None = None  # the newest evidence
        self._lately: set[Evidence] = set()
        self._gaps: set[Gap] = set()

    @property
    def since(self) -> Millis | None:
        """From when to read again: of two answers of one moment the later may be written first."""
        return None if self.last is None else self.last - OVERLAP

    def new(self, evidence: Iterable[Evidence], missed: Iterable[Gap]) -> Iterator[Line]:
        """What is new, in order of time: the evidence, and each gap before what was seen after it."""
        waiting = sorted((g for g in missed if g not in self._gaps), key=lambda gap: gap.since)
        for one in evidence:
            if one in self._lately:
                continue
            while waiting and waiting[0].since <= one.t:
                self._gaps.add(waiting[0])
                yield gap_line(waiting.pop(0))
            self.last = one.t if self.last is None else max(self.last, one.t)
            self._lately.add(one)
            if len(self._lately) > LATELY:
                self._lately = {e for e in self._lately if e.t >= self.last - OVERLAP}
            yield evidence_line(one)
        for gap in waiting:
            self._gaps.add(gap)
            yield gap_line(gap)


class Recorder:
    """Makes the lines of one input after the other. Networks and boots become numbers: their names are the person's."""

    def __init__(self) -> None:
        self._boots: dict[str, int] = {}
        self._networks: dict[str, int] = {"": 0}
        self._ran: tuple[Millis, int] | None = None  # wall minus steady, and the boot, of the step before

    def took(self, before: World, event: Input, effects: Effects) -> Iterator[Line]:
        """The lines for what the core made of ``event`` in the world ``before``."""
        yield from map(gap_line, effects.gaps)
        lines = list(self._lines(event, effects))
        first = lines[0]
        if first["t"] != iso(event.now.t):
            first["at"] = iso(event.now.t)
        boot = self._boots.setdefault(event.now.boot, len(self._boots))
        ran = (event.now.t - event.now.mono, boot)
        if ran != self._ran:
            first |= {"mono": event.now.mono, "boot": boot}
        self._ran = ran
        if not isinstance(event, Started) and gaps.between(before.now, event.now, before.wake) is not None:
            first["late"] = True
        if effects.asks:
            first["asks"] = [list(ask.key) for ask in effects.asks]
        yield first
        for line in lines[1:]:
            yield {**line, "same": True}

    def _lines(self, event: Input, effects: Effects) -> Iterator[Line]:
        spoken = [evidence_line(e) for e in effects.evidence]
        match event:
            case Started():
                yield self._step(event, "start", **self._started(event))
            case Answered() | Seen() | Told() | Complained() if spoken:
                yield from spoken
            case Delivered():
                incident, number, channel = event.key
                named = {"incident": incident, "number": number, "channel": channel}
                yield self._step(event, "delivered", **named, delivery=event.delivery.value)
            case Surrounded():
                yield self._step(event, "around", **self._around(event.around))
            case Wished():
                yield self._step(event, "wish", **_wish(event.wish))
            case Reconfigured():
                yield self._step(event, "watched", **_roster(event.platforms, event.controls))
            case _:
                yield self._step(event, "tick")

    def _step(self, event: Input, name: str, **fields: object) -> Line:
        return {"v": VERSION, "t": iso(event.now.t), "step": name, **fields}

    def _started(self, event: Started) -> Line:
        old = event.restored
        resumes = {"resumes": iso(old.looked.t) if old.looked else None}
        wishes = {"wishes": codec.wishes_text(old.wishes)} if old.wishes else {}
        return {
            "steps": True,
            **_roster(event.platforms, event.controls),
            **self._around(event.around),
            **resumes,
            **wishes,
        }

    def _around(self, around: Around) -> Line:
        network = self._networks.setdefault(around.network, len(self._networks))
        return {"network": network, "frugal": around.frugal, "quiet": around.quiet}


def _wish(wish: Wish) -> dict[str, object]:
    match wish:
        case Mute(until):
            return {"wish": "mute", "until": until}
        case Snooze(platform, until):
            return {"wish": "snooze", "about": platform, "until": until}
        case TellBack(platform, wanted):
            return {"wish": "back", "about": platform, "wanted": wanted}
        case Pause(paused):
            return {"wish": "pause", "wanted": paused}


def _roster(platforms: Iterable[Platform], controls: Iterable[Control]) -> Line:
    return {
        "platforms": [
            {
                "id": p.id,
                "name": p.name,
                "owner": p.owner,
                "owner_name": p.owner_name,
                "functions": [f.value for f in p.functions],
                "probes": [_probe(probe) for probe in p.probes],
            }
            for p in platforms
        ],
        "controls": [{**_probe(c.probe), "owner": c.owner, "by_address": c.by_address} for c in controls],
    }


def _probe(probe: Probe) -> dict[str, Any]:
    """As much of it as the judge needs; not its address."""
    return {
        "id": probe.id,
        "kind": probe.kind,
        "sees": [f.value for f in probe.sees],
        "shaped": probe.healthy is not None,
        "rare": probe.on_suspicion,
    }
