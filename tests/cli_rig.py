"""A person on the command line: an empty home, no screen, and a network namespace where nothing answers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

UNSHARE = [shutil.which("unshare") or "unshare", *([] if getattr(os, "geteuid", lambda: 1)() == 0 else ["-r"]), "-n"]


def _allowed() -> bool:
    try:
        return subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


LACKING = "" if _allowed() else "no network namespace of our own to be had (unshare -rn)"
"""Why none of this can be run here; "" where it can."""


@dataclass
class Home:
    """A person with an empty home, no screen and no network."""

    path: Path
    language: str = "en"
    more: dict[str, str] = field(default_factory=dict)  # of the environment
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def env(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if k in {"PATH", "SSL_CERT_FILE", "PYTHONDONTWRITEBYTECODE"}}
        run = self.path / "run"
        run.mkdir(mode=0o700, exist_ok=True)
        own = {"HOME": str(self.path), "XDG_RUNTIME_DIR": str(run), "LANG": f"{self.language}.UTF-8", "TZ": "UTC"}
        return kept | own | {"PYTHONPATH": str(Path(__file__).resolve().parent.parent)} | self.more

    def fanal(self, *args: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
        command = [*UNSHARE, sys.executable, "-m", "trayapp", *args]
        return subprocess.run(command, env=self.env(), capture_output=True, text=True, timeout=seconds, check=False)

    def start(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*UNSHARE, sys.executable, "-m", "trayapp"],
            env=self.env(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.running.append(process)
        return process


def until(wanted: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


def offline(home: Home) -> bool:
    return home.fanal("status").returncode == 4


def people(path: Path) -> Iterator[Home]:
    """A person; whatever they started ends with them."""
    person = Home(path)
    yield person
    for process in person.running:
        if process.poll() is None:
            process.kill()
        process.communicate()
