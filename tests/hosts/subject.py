"""The tray alone, as its own process, led by lines on standard input; for the rigs that try it on real panels.

Each line in is a face as JSON; each line out says what happened: ``trouble NAME``, ``ready``, ``command NAME``. The
command ``quit`` and the signals that end a program take the icon away, as they do in Fanal.
"""

from __future__ import annotations

import json
import sys
import threading
from typing import Any

from trayapp.core.ports import Choice, Face
from trayapp.core.present import Icon
from trayapp.desktop.signals import heed
from trayapp.desktop.tray import choose


def face(line: str) -> Face:
    """A face from its line."""
    told: dict[str, Any] = json.loads(line)
    rows = tuple(Choice(text, command, default=command == "check") for text, command in told["menu"])
    return Face(Icon(told["icon"]), told.get("count", 0), told.get("mark", False), told["tooltip"], rows)


def main() -> None:
    """Show what the first line says; then follow the others."""

    def on_command(command: str) -> None:
        print("command", command, flush=True)
        if command == "quit":
            chosen.tray.stop()

    chosen = choose(on_command)
    heed(chosen.tray.stop)
    if chosen.trouble is not None:
        print("trouble", chosen.trouble.value, flush=True)

    def follow() -> None:
        for line in sys.stdin:
            chosen.tray.show(face(line))

    def ready() -> None:
        print("ready", flush=True)
        threading.Thread(target=follow, daemon=True).start()

    chosen.tray.run(face(sys.stdin.readline()), ready)


if __name__ == "__main__":
    main()
