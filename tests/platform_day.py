"""A day in which all is well, as the schedule makes it: who is asked how often, and what that takes over the wire."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from loop import Loop

from trayapp.config import BUILT_IN, load_controls, load_platforms
from trayapp.core import schedule
from trayapp.core.model import DAY, EVERYONE
from trayapp.core.pages import EVERY, SOLE_EVERY
from trayapp.core.question import Answer
from trayapp.core.turns import turns
from trayapp.watch.probes import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trayapp.core.model import Failure, Millis
    from trayapp.core.question import Official, Platform, Probe, Shape
    from trayapp.core.turns import Key

BYTES = {"HEAD": 4052, "GET": 5104, "tls": 3048, "tcp": 888, "address": 466, "dns": 350}
"""There and back, look-up and handshakes and frames and all, by `tests/benchmarks/wire.py` in the stories' internet;
"GET" with a body of 1,000 bytes. By these, nine hosts of one owner and two of another take 32.4 MB a day; the
running program was measured at 32 (`light.py`). Real hosts send longer chains of certificates and more headers: this is
what it takes here, not what it takes anywhere."""


def known() -> tuple[Platform, ...]:
    """All that come with Fanal."""
    platforms, problems = load_platforms([BUILT_IN], frozenset(KINDS))
    assert problems == ()
    return platforms


def defaults() -> tuple[Platform, ...]:
    """Those that are watched until the person has chosen."""
    return tuple(p for p in known() if p.default)


def by_rule(platforms: Iterable[Platform]) -> dict[Key, Millis]:
    """How long lies between two routine questions of each probe while all are well; none for the others."""
    return {key: schedule.interval(n) for key, (_, n) in turns(tuple(platforms), ()).place.items()}


def pages(platforms: Iterable[Platform]) -> dict[str, Millis]:
    """How long lies between two readings of each page of theirs: one reading serves everybody who names it."""
    found: dict[str, Millis] = {}
    for official in (o for p in platforms for o in p.officials):
        found[official.url] = min(found.get(official.url, DAY), every_page(official))
    return found


def every_page(official: Official) -> Millis:
    return SOLE_EVERY if official.sole else EVERY


def weight(probe: Probe) -> int:
    """Bytes of one question and its answer."""
    if probe.kind == "http":
        return BYTES[probe.method]
    if probe.kind == "tcp" and probe.host.replace(".", "").isdigit():
        return BYTES["address"]
    return BYTES[probe.kind]


@dataclass(frozen=True, slots=True)
class Day:
    """What was asked in the time that was looked at, after the first round."""

    asked: Mapping[Key, int]
    probes: Mapping[Key, Probe]
    seconds: float

    def a_day(self, number: float) -> float:
        return number * 86_400 / self.seconds

    def bytes_a_day(self) -> float:
        return self.a_day(sum(n * weight(self.probes[key]) for key, n in self.asked.items()))

    def a_host(self) -> dict[str, float]:
        """Requests a day."""
        hosts: Counter[str] = Counter()
        for key, n in self.asked.items():
            hosts[self.probes[key].host] += n
        return {host: self.a_day(n) for host, n in hosts.items()}


def well(platforms: tuple[Platform, ...], hours: float) -> Day:
    """So many hours of the virtual clock after the first ten minutes, everybody answering as their file promises."""
    controls, problems = load_controls(frozenset(KINDS))
    assert problems == ()
    probes = {(p.id, probe.id): probe for p in platforms for probe in p.probes}
    probes |= {(EVERYONE, c.probe.id): c.probe for c in controls}

    def says(key: Key, _at: Millis) -> Answer | Failure | int:
        probe = probes[key]
        return 200 if probe.kind == "http" and probe.healthy is None else promised(probe.healthy)

    loop = Loop(says, platforms=platforms, controls=controls).start().run(600)
    before = len(loop.asked)
    loop.run(hours * 3600)
    assert loop.events == []
    assert {p.id for p in platforms if loop.state(p.id) != "up"} == set()
    return Day(Counter(key for _, key in loop.asked[before:]), probes, hours * 3600)


def promised(shape: Shape | None) -> Answer:
    """An answer of that shape; without one, of a handshake."""
    if shape is None:
        return Answer(0, 0)
    body: dict[str, object] = {}
    for path, values in shape.json.items():
        *way, last = path.split(".")
        here = body
        for step in way:
            inner = here.setdefault(step, {})
            assert isinstance(inner, dict)
            here = inner
        here[last] = values[0]
    text = shape.body if shape.body is not None else json.dumps(body)
    return Answer(0, 0, status=min(shape.status, default=200), body=text.encode())


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""
