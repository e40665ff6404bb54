"""How quick and how light the log window is, measured on the real thing: from exec to rows on the screen, memory.

    python tests/benchmarks/window.py [--history FILE] [--runs 5]

Without ``--history`` the made-up year of tests/benchmarks/book.py is built first, as if it had ended now. The window
runs in a network namespace of its own on a virtual screen; when its rows are there is read from the screen's memory.
"Usable": rows of platforms and of incidents are drawn and a key moves the selection. Prints; passes no judgement.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

if TYPE_CHECKING:
    from collections.abc import Callable

WIDTH, HEIGHT = 1100, 760
PATIENCE_S = 20.0
UP, CHOSEN = bytes.fromhex("2da44e"), bytes.fromhex("dbe8f8")  # the strips' green; the ground of a selected row
ROWS = 2_000  # pixels of green: some rows of strips


class Screen:
    """A virtual screen whose memory can be read."""

    def __init__(self, folder: Path, parts: ExitStack) -> None:
        self._file = folder / "Xvfb_screen0"
        reader, writer = os.pipe()
        command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-noreset"]
        command += ["-nolisten", "tcp", "-fbdir", str(folder)]
        screen = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
        parts.callback(screen.wait)
        parts.callback(screen.terminate)
        os.close(writer)
        with open(reader, "rb") as number:  # noqa: PTH123  a pipe has no path
            self.display = ":" + number.readline().decode().strip()

    def pixels(self, colour: bytes, rows: range) -> int:
        """How many pixels of exactly that colour lie in those rows of the screen."""
        with self._file.open("rb") as file:
            head = file.read(100)
            words = [int.from_bytes(head[at : at + 4]) for at in range(0, 100, 4)]
            start, stride = words[0] + 12 * words[19], words[12]
            file.seek(start + rows.start * stride)
            data = file.read(stride * len(rows))
        return data.count(bytes((*reversed(colour), 0)))


def wait(what: str, done: Callable[[], bool]) -> float:
    """The moment (steady seconds) at which it was so. Raises SystemExit."""
    deadline = time.monotonic() + PATIENCE_S
    while not done():
        if time.monotonic() > deadline:
            raise SystemExit(f"waited {PATIENCE_S:.0f} s in vain for {what}")
        time.sleep(0.003)
    return time.monotonic()


def pss(pid: int) -> float:
    """Proportional share of memory, MB (10^6 bytes)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 / 1e6


def one(screen: Screen, env: dict[str, str]) -> dict[str, float]:
    """One window, opened, used and closed: seconds and megabytes."""
    began = time.monotonic()
    window = subprocess.Popen([sys.executable, "-m", "trayapp", "window"], env=env)
    try:
        drawn = wait("the rows", lambda: screen.pixels(UP, range(HEIGHT)) > ROWS)
        chosen = wait("the selection", lambda: screen.pixels(CHOSEN, range(120, HEIGHT)) > ROWS)
        place = first_row(screen)
        asked = time.monotonic()
        subprocess.run(["xdotool", "key", "Down"], env=env, check=True, timeout=10)
        moved = wait("the selection to move", lambda: first_row(screen) > place)
        time.sleep(1.0)  # what is loaded behind the first picture
        light = pss(window.pid)
        return {"rows": drawn - began, "usable": max(drawn, chosen) - began, "key": moved - asked, "pss": light}
    finally:
        window.terminate()
        window.wait(10)
        wait("the screen to be empty", lambda: screen.pixels(UP, range(HEIGHT)) == 0)


def steps(history: Path, display: str) -> list[float]:
    """Each step of typing a search, in milliseconds: from the letter to table and timeline drawn, in a window here."""
    from benchmarks import book
    from trayapp.desktop.window.desk import Desk
    from trayapp.desktop.window.hands import Hands
    from trayapp.desktop.window.log import LogWindow
    from trayapp.desktop.window.opening import open_root
    from trayapp.words.panes import Panes

    os.environ["DISPLAY"] = display
    spoken = book.reader(history).voice
    look = open_root("steps", language="en", theme="light", scale=1.0)
    hands = Hands(ask=lambda _: None, start=lambda: False, settings=lambda: None, now=lambda: int(time.time() * 1000))
    window = LogWindow(look, Panes(spoken), spoken, hands)
    window.attach(Desk(lambda: book.reader(history), window.hand))
    window.read()
    look.root.deiconify()
    found: list[float] = []

    def settle(seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            look.root.update()
            time.sleep(0.002)

    def type_all() -> None:
        if window.book is None:
            look.root.after(20, type_all)
            return
        look.root.quit()

    look.root.after(20, type_all)
    look.root.mainloop()
    settle(0.5)
    for text in book.TYPED:
        began = time.perf_counter()
        window.incidents._typed(text)
        look.root.update()
        window.incidents.timeline._draw()
        look.root.update()
        found.append((time.perf_counter() - began) * 1000)
        settle(0.1)
    look.root.destroy()
    return found


def first_row(screen: Screen) -> int:
    """The uppermost row of the screen that shows the ground of a selection; 0: none does."""
    return next((y for y in range(120, HEIGHT, 4) if screen.pixels(CHOSEN, range(y, y + 1)) > 40), 0)


def year(path: Path) -> None:
    """The made-up year, ending now."""
    import storage_year

    storage_year.NOW = int(time.time() * 1000) // 3_600_000 * 3_600_000
    from benchmarks import book

    book.build(path)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--history", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as parts:
        folder = Path(name)
        data, run = folder / "data/fanal", folder / "run"
        data.mkdir(parents=True)
        run.mkdir(mode=0o700)
        if arguments.history:
            (data / "history.db").write_bytes(arguments.history.read_bytes())
        else:
            year(data / "history.db")
        screen = Screen(folder, parts)
        env = {
            "PATH": os.environ["PATH"],
            "HOME": name,
            "LANG": "C.UTF-8",
            "DISPLAY": screen.display,
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_RUNTIME_DIR": str(run),
        }
        found = [one(screen, env) for _ in range(arguments.runs)]
        for key, unit in (("rows", "s"), ("usable", "s"), ("key", "s"), ("pss", "MB")):
            values = [each[key] for each in found]
            print(f"{key}: median {statistics.median(values):.3f} {unit}, longest {max(values):.3f}")
        print("steps of typing:", ", ".join(f"{ms:.0f}" for ms in steps(data / "history.db", screen.display)), "ms")


if __name__ == "__main__":
    if "--inside" not in sys.argv:
        os.execvp("unshare", ["unshare", "-rn", sys.executable, *sys.argv, "--inside"])
    sys.argv.remove("--inside")
    main()
