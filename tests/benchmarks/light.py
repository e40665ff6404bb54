"""How light Fanal is, measured on the real thing: start to icon, memory, processor time, wake-ups, bytes.

    python tests/benchmarks/light.py [--runs 5] [--idle 600] [--platforms N]

Runs the installed program in the stories' small internet, on a virtual screen with a real panel. "Start to icon" is
from exec to the icon's registration with the panel (the watcher's signal on the bus). With ``--platforms`` so many
platforms of one host each, every one with an owner of its own, are watched instead of those that come with Fanal.
Prints a line a figure: the median and all the runs. Not a test: it passes no judgement.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from jeepney import MatchRule
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection
from world.namespaces import enter, inside
from world.program import installed
from world.screen import WATCHER, Screen, require
from world.world import World

if sys.platform == "win32":
    sys.exit("needs Linux: it reads /proc")
TICKS = os.sysconf("SC_CLK_TCK")


SETTLES_S = 60  # the first round is over, and the first heartbeat written
FILE = """\
id = "{id}"
name = "{id}"
owner = "{id}"
owner_name = "{id}"
functions = ["web"]

[[probe]]
id = "www"
kind = "http"
url = "https://www.{id}.example/"
sees = ["web"]
"""


class Sample:
    """What the kernel says of one process, and of what went over the wire."""

    def __init__(self, pid: int) -> None:
        self.bytes = 0
        for line in Path("/proc/net/dev").read_text("ascii").splitlines()[2:]:
            name, _, counts = line.partition(":")
            if name.strip() != "lo":
                self.bytes += int(counts.split()[0]) + int(counts.split()[8])
        fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
        self.cpu_s = (int(fields[11]) + int(fields[12])) / TICKS
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
        kib = {line.split(":")[0]: int(line.split()[1]) for line in rollup[1:]}
        self.pss_mib, self.rss_mib = kib["Pss"] / 1024, kib["Rss"] / 1024
        self.switches = 0
        for task in Path(f"/proc/{pid}/task").iterdir():
            for line in (task / "status").read_text("ascii").splitlines():
                if line.startswith("voluntary_ctxt_switches"):
                    self.switches += int(line.split()[1])


def once(
    program: Path, env: dict[str, str], idle: float, settles: float = 0
) -> tuple[float, Sample | None, Sample | None]:
    """Start it, wait for the icon, let it idle; start to icon in ms, and two samples ``idle`` seconds apart."""
    with open_dbus_connection(env["DBUS_SESSION_BUS_ADDRESS"]) as bus:
        rule = MatchRule(type="signal", interface=WATCHER.interface, member="StatusNotifierItemRegistered")
        bus.send_and_get_reply(message_bus.AddMatch(rule))
        began = time.perf_counter()
        process = subprocess.Popen([program], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while True:
                message = bus.receive(timeout=20)
                if message.header.message_type.name == "signal" and rule.matches(message):
                    break
            shown = (time.perf_counter() - began) * 1000
            if not idle:
                return shown, None, None
            time.sleep(SETTLES_S + settles)
            first = Sample(process.pid)
            time.sleep(idle)
            return shown, first, Sample(process.pid)
        finally:
            process.terminate()
            process.wait()


def watch_many(env: dict[str, str], number: int) -> None:
    """Let the program watch so many platforms of our own, and no others."""
    config = Path(env["XDG_CONFIG_HOME"], "fanal")
    (config / "platforms").mkdir(parents=True, exist_ok=True)
    ids = [f"many{i}" for i in range(number)]
    for id_ in ids:
        (config / "platforms" / f"{id_}.toml").write_text(FILE.format(id=id_), "utf-8")
    # One line a few: no line of a configuration may be longer than a person would write.
    rows = "\n".join(f'    "{id_}",' for id_ in ids)
    (config / "config.toml").write_text(f"platforms = [\n{rows}\n]\n", "utf-8")


def live(program: Path, out: Path, runs: int, idle: float, platforms: int) -> None:
    """Inside the world: measure and print."""
    with World(out, [program]) as world, Screen(world.scratch, out) as screen:
        env = screen.env | {"SSL_CERT_FILE": str(world.ca), "PYTHONPATH": str(program.parents[1])}
        answered = Path(env["XDG_CONFIG_HOME"], "fanal", "config.toml")
        answered.parent.mkdir(parents=True, exist_ok=True)
        answered.touch()  # the questions of the first start: their window is a process of its own, and measured apart
        if platforms:
            watch_many(env, platforms)
        once(program, env, 0)  # the first start reads everything from disk, and makes the history
        starts = [once(program, env, 0)[0] for _ in range(runs)]
        print(f"start to icon: {statistics.median(starts):.0f} ms  {[round(s) for s in starts]}", flush=True)
        if not idle:
            return
        _, a, b = once(program, env, idle, settles=platforms / 15)
        assert a is not None
        assert b is not None
        print(f"memory: PSS {b.pss_mib:.1f} MiB, RSS {b.rss_mib:.1f} MiB")
        used = b.cpu_s - a.cpu_s
        print(
            f"processor: {used / idle:.2%} of a core, {used / idle * 3600:.1f} s an hour ({used:.2f} s in {idle:.0f} s)"
        )
        print(f"context switches: {(b.switches - a.switches) / idle * 60:.0f} a minute")
        print(f"over the wire: {(b.bytes - a.bytes) / idle * 86400 / 1e6:.1f} MB a day")
        asked = [e for e in world.asked() if e["kind"] in {"tls", "http", "tcp"}]
        print(f"hosts answered {len(asked)} times in all")


def main() -> None:
    """Enter a world, and measure there."""
    words = argparse.ArgumentParser(description="How light Fanal is.")
    words.add_argument("--runs", type=int, default=5)
    words.add_argument("--idle", type=float, default=600, help="seconds; 0 measures the start alone")
    words.add_argument("--platforms", type=int, default=0)
    words.add_argument("--program", type=Path)
    words.add_argument("--out", type=Path)
    given = words.parse_args()
    if inside():
        live(given.program, given.out, given.runs, given.idle, given.platforms)
        return
    require()
    with tempfile.TemporaryDirectory() as folder:
        own = ["--runs", str(given.runs), "--idle", str(given.idle), "--platforms", str(given.platforms)]
        own += ["--program", str(installed()), "--out", folder]
        enter([__file__, *own])


if __name__ == "__main__":
    main()
