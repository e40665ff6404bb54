"""Windows' tray and notices as a process of their own, led by lines of a file: Wine hands no pipe through to a reader.

Each line is JSON: a face (``{"icon": …}``), or a notice (``{"title": …}``). What happens is printed.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

from trayapp.core.ports import Choice, Face, Toast
from trayapp.core.present import Icon
from trayapp.desktop.notify import notifier
from trayapp.desktop.tray import choose

MENU = (
    Choice("Example is down since 16:17", "check", default=True),
    Choice(""),
    Choice("More", more=(Choice("Its servers answer with errors."),)),
    Choice("Quit", "quit"),
)


def face(told: dict[str, Any]) -> Face:
    """A face from its line."""
    return Face(Icon(told["icon"]), told.get("count", 0), mark=False, tooltip=told.get("tooltip", "Fanal"), menu=MENU)


def main(led_by: Path) -> None:
    """Show what the first line says; then follow the others."""

    def on_command(command: str) -> None:
        print("command", command, flush=True)
        if command == "quit":
            chosen.tray.stop()

    def lines() -> Any:
        read = 0
        while True:
            told = led_by.read_text("utf-8").split("\n")[:-1]
            yield from told[read:]
            read = len(told)
            time.sleep(0.1)

    chosen = choose(on_command)
    print("trouble", chosen.trouble, flush=True)
    way = notifier(chosen.tray)
    todo = lines()

    def follow() -> None:
        for line in todo:
            told = json.loads(line)
            if "title" in told:
                toast = Toast("story", told["title"], told["body"], urgent=False, icon=Icon.DOWN)
                print("notice", way.deliver(toast).value, flush=True)
            else:
                chosen.tray.show(face(told))
                print("shown", told["icon"], flush=True)

    def ready() -> None:
        print("ready", flush=True)
        threading.Thread(target=follow, daemon=True).start()

    chosen.tray.run(face(json.loads(next(todo))), ready)
    print("ended", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
