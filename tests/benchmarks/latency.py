"""How soon an outage is told, and its end: the real core and the platforms that come with Fanal, on a virtual clock.

    python tests/benchmarks/latency.py [--runs 200]

Hosts answer in 40 to 400 ms, a time-out takes as long as it really does; the moments of the onset and of the recovery
are random. Prints for each kind of failure: from the onset to the start notice, from the first failed answer to it, and
from the recovery to the end notice: median, 95th percentile and the worst, in seconds. A benchmark, not a test.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from loop import SECOND, Loop

from trayapp.config import BUILT_IN, load_controls, load_platforms
from trayapp.core.model import EVERYONE, Failure, Millis, Outcome
from trayapp.core.question import Answer, Control, Platform, Probe
from trayapp.core.story import EventKind
from trayapp.core.turns import Key
from trayapp.watch.probes import KINDS

KINDS_OF_FAILURE: dict[str, int | Failure] = {
    "5xx": 503,
    "refused connections": Failure.CONNECT_REFUSED,
    "silence (connect)": Failure.CONNECT_TIMEOUT,
    "silence (first byte)": Failure.HTTP_TIMEOUT,
    "SERVFAIL": Failure.DNS_TEMPORARY,
}
TAKES = {Failure.CONNECT_TIMEOUT: 5 * SECOND, Failure.HTTP_TIMEOUT: 10 * SECOND}


class World:
    """Everybody well but one owner, between two moments."""

    def __init__(self, chance: random.Random, platforms: tuple[Platform, ...], controls: tuple[Control, ...]) -> None:
        self.probes: dict[Key, Probe] = {(p.id, q.id): q for p in platforms for q in p.probes}
        self.probes |= {(EVERYONE, c.probe.id): c.probe for c in controls}
        self.owners = {(p.id, q.id): p.owner for p in platforms for q in p.probes}
        self.chance = chance
        self.owner, self.told, self.since, self.until = "", 503, 0, 0
        self.failing: int | Failure = 503

    def says(self, key: Key, at: Millis) -> Answer | Failure | int:
        if self.owners.get(key) == self.owner and self.since <= at < self.until:
            kind = self.probes[key].kind
            # A probe that stops at the handshake cannot see a server's error.
            if isinstance(self.failing, int) and kind != "http":
                return Answer(0, 0)
            if self.failing is Failure.HTTP_TIMEOUT and kind != "http":
                return Answer(0, 0)
            return self.failing
        probe = self.probes[key]
        shape = probe.healthy
        if probe.kind != "http":
            return Answer(0, 0)
        if shape is None:
            return 200
        body = shape.body if shape.body is not None else as_json({k: v[0] for k, v in shape.json.items()})
        return Answer(0, 0, status=min(shape.status, default=200), body=body.encode())


def defaults() -> tuple[Platform, ...]:
    """Who is watched until the person has chosen."""
    platforms, _ = load_platforms([BUILT_IN], frozenset(KINDS))
    return tuple(p for p in platforms if p.default)


def as_json(paths: dict[str, object]) -> str:
    import json

    out: dict[str, object] = {}
    for path, value in paths.items():
        here = out
        *way, last = path.split(".")
        for step in way:
            here = here.setdefault(step, {})  # type: ignore[assignment]  # made by ourselves, dicts all the way
        here[last] = value
    return json.dumps(out)


def once(chance: random.Random, failing: int | Failure, owner: str) -> tuple[float | None, float | None, float | None]:
    """Onset → notice, first failed answer → notice, recovery → end notice; None for what never came."""
    platforms = defaults()
    controls, _ = load_controls(frozenset(KINDS))
    world = World(chance, platforms, controls)
    world.owner, world.failing = owner, failing
    world.since = 120 * SECOND + chance.randrange(180 * SECOND)
    world.until = world.since + 600 * SECOND + chance.randrange(60 * SECOND)
    latency = chance.randrange(40, 400)
    takes = TAKES.get(failing, 0) if isinstance(failing, Failure) else 0
    loop = Loop(
        world.says, platforms=platforms, controls=controls, latency=latency, hangs=lambda _k: takes,
        phase=chance.randrange(180 * SECOND), at=chance.randrange(60 * SECOND),
    )  # fmt: skip
    world.since += loop.at
    world.until += loop.at
    loop.start().run((world.until - loop.at) / SECOND)
    start = next((t for t, n in loop.said if n.event.kind is EventKind.START), None)
    first = min((e.t for f in loop.effects for e in f.evidence if e.outcome is Outcome.FAILED), default=None)
    loop.run(300)
    end = next((t for t, n in loop.said if n.event.kind is EventKind.END), None)
    began = loop.now().t - loop.at
    return (
        None if start is None else (start - world.since) / SECOND,
        None if start is None or first is None else (start - (first - began)) / SECOND,
        None if end is None else (end - world.until) / SECOND,
    )


def shown(name: str, values: list[float | None]) -> str:
    came = sorted(v for v in values if v is not None)
    if not came:
        return f"{name}: never"
    p95 = came[min(len(came) - 1, int(0.95 * len(came)))]
    missing = f", {len(values) - len(came)} never" if len(came) < len(values) else ""
    return f"{name}: p50 {statistics.median(came):.0f}, p95 {p95:.0f}, worst {came[-1]:.0f}{missing}"


def main() -> None:
    words = argparse.ArgumentParser(description="How soon an outage is told.")
    words.add_argument("--runs", type=int, default=200)
    words.add_argument("--seed", type=int, default=20240305)
    given = words.parse_args()
    owners: dict[str, int] = {}
    for p in defaults():
        owners[p.owner] = owners.get(p.owner, 0) + sum(not probe.on_suspicion for probe in p.probes)
    for owner, hosts in owners.items():
        print(f"{owner}, whose {hosts} hosts of routine and all others fail:")
        together: list[float | None] = []
        for name, failing in KINDS_OF_FAILURE.items():
            chance = random.Random(given.seed)
            told = [once(chance, failing, owner) for _ in range(given.runs)]
            onset, answer, end = zip(*told, strict=True)
            print(f"  {name}")
            together += onset
            for what, values in (("onset to notice", onset), ("first failure to notice", answer), ("end", end)):
                print("    " + shown(what, list(values)))
        print("  all kinds together")
        print("    " + shown("onset to notice", together))


if __name__ == "__main__":
    main()
