"""What one check costs: processor time of an HTTPS question, by the real network code through the worker pool.

    python tests/benchmarks/check.py [--checks 300]

The server is another process on loopback, with a certificate of its own authority; so only the asker's time is counted.
Compared with a bare ``httpx.get`` on a fresh connection, with a shared context. Prints medians of five rounds.
"""

from __future__ import annotations

import argparse
import os
import socket
import ssl
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))
import httpx
from watch_rig import HOST, Authority, RealClock, Server, network, probe, respond, response

from trayapp.core.question import Answer
from trayapp.watch.workers import Job, WorkerPool

ROUNDS = 5


def serve(folder: Path) -> None:
    """In a process of its own, until its input ends."""
    authority = Authority()
    (folder / "ca.pem").write_bytes(authority.pem())
    with Server(respond(response(b"well")), tls=authority.server(HOST, "localhost")) as server:
        print(server.port, flush=True)
        sys.stdin.read()


def per_check(ask: Callable[[], object], checks: int) -> float:
    """Milliseconds of this process's processor time."""
    began = time.process_time()
    for _ in range(checks):
        ask()
    return (time.process_time() - began) / checks * 1000


def main() -> None:
    words = argparse.ArgumentParser(description="What one check costs.")
    words.add_argument("--checks", type=int, default=300)
    words.add_argument("--serve", type=Path)
    given = words.parse_args()
    if given.serve:
        serve(given.serve)
        return
    with TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--serve", folder]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=os.environ) as other:
            assert other.stdout
            port = int(other.stdout.readline())
            trust = ssl.create_default_context(cafile=str(Path(folder, "ca.pem")))
            measure(port, trust, given.checks)
            assert other.stdin
            other.stdin.close()


def measure(port: int, trust: ssl.SSLContext, checks: int) -> None:
    """Both ways, in turns, so that a busy moment of the machine hits both."""
    net, question = network(trust), probe(port, method="GET")
    came = threading.Semaphore(0)

    def done(_job: Job[Answer], result: Answer | Exception) -> None:
        assert isinstance(result, Answer)
        assert result.status == 200, result
        came.release()

    pool: WorkerPool[Answer] = WorkerPool(RealClock(), done)

    def ours() -> None:
        assert pool.submit(Job("check", lambda: net.http(question)))
        came.acquire()

    def bare() -> None:
        with httpx.Client(verify=trust, trust_env=False) as client:
            assert client.get(f"https://localhost:{port}/").status_code == 200

    assert socket.gethostbyname("localhost")
    found: dict[str, list[float]] = {"a check": [], "bare httpx": []}
    for _ in range(ROUNDS):
        found["a check"].append(per_check(ours, checks))
        found["bare httpx"].append(per_check(bare, checks))
    pool.stop()
    for name, each in found.items():
        print(f"{name}: {statistics.median(each):.2f} ms of processor  {[round(e, 2) for e in each]}")


if __name__ == "__main__":
    main()
