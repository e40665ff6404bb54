"""The world of one story: home furnished, an internet on the other end of the cable, and what was asked of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from world.namespaces import PATH, NoWorldError, Wire, find, furnish

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


class OrderError(ValueError):
    """The internet did not understand."""


class World:
    """Everything outside the program's own desktop. To be made inside fresh namespaces; a context manager."""

    def __init__(self, logs: Path, keep: Sequence[Path] = ()) -> None:
        """Build it, with log files in ``logs``; nothing of ``keep`` will be hidden by the world's own folders."""
        self.scratch = furnish([ROOT, logs, Path(sys.prefix), Path(sys.base_prefix), *keep])
        self.ca = self.scratch / "ca.pem"
        self._log = logs / "internet.jsonl"
        command = [find("unshare"), "--net", "--", sys.executable, str(HERE / "internet.py")]
        command += ["--rules", str(HERE / "internet.toml"), "--ca", str(self.ca), "--log", str(self._log)]
        self._errors = (logs / "internet.err").open("w")
        pipe = subprocess.PIPE
        env = {"PATH": PATH, "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
        self._internet = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=self._errors, text=True, env=env)
        self._reply()
        self.wire = Wire(self._internet.pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _one: BaseException | None, _at: TracebackType | None
    ) -> None:
        with self._internet as internet:
            internet.kill()
        self._errors.close()

    def set(self, **rule: object) -> None:
        """Let hosts behave otherwise from now on (see rules.py). Raises OrderError."""
        self._order({"set": rule})

    def clear(self, pattern: str = "*") -> None:
        """Let hosts behave as always again."""
        self._order({"clear": pattern})

    def asked(self) -> list[dict[str, Any]]:
        """Everything that was asked of the internet so far, oldest first."""
        return [json.loads(line) for line in self._log.read_text("utf-8").splitlines()]

    def _order(self, order: Mapping[str, object]) -> None:
        assert self._internet.stdin
        self._internet.stdin.write(json.dumps(order) + "\n")
        self._internet.stdin.flush()
        error = self._reply().get("error")
        if error:
            raise OrderError(error)

    def _reply(self) -> dict[str, Any]:
        assert self._internet.stdout
        line = self._internet.stdout.readline()
        if not line:
            raise NoWorldError(f"the internet has ended: {Path(self._errors.name).read_text('utf-8')[-2000:]}")
        return dict(json.loads(line))
