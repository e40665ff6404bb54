"""How many bytes one question of each kind takes, there and back: by the real network code, over the stories' cable.

    python tests/benchmarks/wire.py [--asks 50]

Counted by the kernel on this side's interface, so the look-up (both families), TCP's and TLS's handshakes, frames and
acknowledgements are all in it. The hosts of that small internet show one short certificate and a dozen header bytes:
see tests/test_platform_budget.py for what is added for real ones. A benchmark, not a test.
"""

from __future__ import annotations

import argparse
import ssl
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from world.namespaces import enter, inside
from world.world import World

from trayapp.core.question import Probe
from trayapp.watch.clock import SystemClock
from trayapp.watch.lookup import Lookup
from trayapp.watch.net import Network
from trayapp.watch.probes import KINDS

ASKED = {
    "http HEAD": Probe("head", "http", "www.one.example"),
    "http GET, body of 1,000 bytes": Probe("get", "http", "www.two.example", method="GET"),
    "tls": Probe("tls", "tls", "www.three.example"),
    "tcp": Probe("tcp", "tcp", "www.four.example"),
    "tcp by address": Probe("address", "tcp", "198.51.100.200"),
    "dns": Probe("dns", "dns", "www.five.example"),
}


def counted() -> int:
    """Bytes over every interface but the loopback, both ways."""
    total = 0
    for line in Path("/proc/net/dev").read_text("ascii").splitlines()[2:]:
        name, _, counts = line.partition(":")
        if name.strip() != "lo":
            total += int(counts.split()[0]) + int(counts.split()[8])
    return total


def live(out: Path, asks: int) -> None:
    """Ask each kind so many times."""
    with World(out) as world:
        world.set(host="www.two.example", status=200, body="x" * 1000)
        trust = ssl.create_default_context(cafile=str(world.ca))
        net = Network(SystemClock(), lambda: trust, Lookup(lent=True))
        for name, probe in ASKED.items():
            KINDS[probe.kind](net, probe)
            time.sleep(0.2)
            before = counted()
            for _ in range(asks):
                answer = KINDS[probe.kind](net, probe)
                assert answer.failure is None, answer
            time.sleep(0.2)  # what is still being closed
            print(f"{name}: {(counted() - before) / asks:.0f} bytes", flush=True)


def main() -> None:
    """Enter a world, and measure there."""
    words = argparse.ArgumentParser(description="How many bytes one question takes.")
    words.add_argument("--asks", type=int, default=50)
    words.add_argument("--out", type=Path)
    given = words.parse_args()
    if inside():
        live(given.out, given.asks)
        return
    with tempfile.TemporaryDirectory() as folder:
        enter([__file__, "--asks", str(given.asks), "--out", folder])


if __name__ == "__main__":
    main()
