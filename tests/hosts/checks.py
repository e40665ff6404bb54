"""What must be seen of the icon on a real panel, one function a check; each raises ``NotSeenError`` if it is not."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hosts.stage import ROOT, WIDTH, Box, NotSeenError, Stage, Subject
from trayapp.core.present import Icon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hosts.panels import Panel

ROWS = [["The first row says something", "first"], ["Second", "second"], ["Third", "third"], ["Quit", "quit"]]
MORE = [["Other words in the first row", "first"], ["New", "new"], ["Newer", "newer"], ["Newest", "newest"], *ROWS[1:]]
AWAY = (WIDTH // 3, 20)
GONE_S = 2.0
"""After its end the icon may be seen so long, not longer."""
SHOWN_S = 10.0


def face(icon: Icon = Icon.DOWN, tooltip: str = "Fanal", menu: list[list[str]] | None = None) -> dict[str, Any]:
    """As the subject reads it."""
    return {"icon": icon.value, "tooltip": tooltip, "menu": ROWS if menu is None else menu}


class Play:
    """One panel on its stage, and the checks in their order."""

    def __init__(self, stage: Stage, panel: Panel) -> None:
        self.stage, self.panel = stage, panel
        self.host: Any = None
        stage.foot, stage.near = panel.foot, panel.near

    def seen(self, icon: Icon = Icon.DOWN, seconds: float = SHOWN_S) -> tuple[int, int]:
        """Where the icon is."""
        where: tuple[int, int] = self.stage.until(lambda: self.stage.icon(icon), f"{icon} on the panel", seconds)
        return where

    @contextmanager
    def shown(self, **more: Any) -> Iterator[tuple[Subject, tuple[int, int]]]:
        """A subject whose icon is on the panel."""
        self.stage.point(AWAY)  # some panels light up what the pointer rests on
        subject = self.stage.subject(face(**more))
        try:
            self.seen()
            yield subject, self.stage.still(self.seen)
        finally:
            subject.close()
            self.stage.until(lambda: self.stage.icon(Icon.DOWN) is None, "end of the icon", 10)

    def opened(self, at: tuple[int, int], name: str) -> Box:
        """The menu's box, once it is drawn."""
        self.away()
        bare = self.stage.picture()
        self.stage.click(at, self.panel.menu_button)
        self.stage.until(lambda: tall(self.stage.changed(bare)), "menu", 5)
        box: Box = self.stage.still(lambda: self.stage.changed(bare))
        self.stage.picture(name)
        return box

    def away(self) -> None:
        """Let go of whatever is open, and wait until nothing moves."""
        self.stage.mouse("key", "Escape", "mousemove", *map(str, AWAY))
        self.stage.still(lambda: self.stage.picture().tobytes())

    # ---- the checks

    def icon(self) -> str:
        with self.shown() as (subject, _):
            self.stage.picture("icon")
            if any(line.startswith("trouble") for line in subject.said):
                raise NotSeenError(f"with a panel there it said: {subject.said}")
        return "seen"

    def change(self) -> str:
        with self.shown() as (subject, _):
            for state in Icon:
                subject.show(face(state))
                self.seen(state, 3)
            subject.show(face())
            self.seen()
        return f"{len(Icon)} states"

    def tooltip(self) -> str:
        with self.shown() as (subject, at):
            short = self.hovered(subject, at, "Fanal")
            long = self.hovered(subject, at, "Fanal: a tooltip that is a good deal wider than the one before it was")
            self.away()
        if long < short + 50:
            raise NotSeenError(f"the tooltip is not up to date: {short} and {long} pixels wide")
        return f"{short} and {long} px"

    def hovered(self, subject: Subject, at: tuple[int, int], text: str) -> int:
        """How wide the tooltip is that says ``text``."""
        subject.show(face(tooltip=text))
        self.away()
        bare = self.stage.picture()
        self.stage.point(at)
        time.sleep(0.2)  # a pointer that jumps is no pointer that rests
        self.stage.mouse("mousemove_relative", "1", "1")
        self.stage.until(lambda: self.stage.changed(bare), "tooltip", 6)
        left, _, right, _ = self.stage.still(lambda: self.stage.changed(bare))
        self.stage.picture("tooltip")
        return int(right - left)

    def menu(self) -> str:
        with self.shown() as (subject, at):
            box = self.opened(at, "menu")
            self.stage.click(row(box, 2), 1)
            self.stage.until(lambda: subject.heard("command third"), "command of the row that was clicked", 5)
        return f"{box[2] - box[0]}x{box[3] - box[1]}"

    def left_click(self) -> str:
        with self.shown(menu=[["Look now", "check"], *ROWS]) as (subject, at):
            if self.panel.left_opens:
                self.away()
                bare = self.stage.picture()
                self.stage.click(at, 1)
                self.stage.until(lambda: tall(self.stage.changed(bare)), "menu", 5)
                self.away()
                return "opens the menu, as everywhere on this desktop"
            self.stage.click(at, 1)
            self.stage.until(lambda: subject.heard("command check"), "command of the default row", 5)
        return "default row"

    def open_menu(self) -> str:
        with self.shown() as (subject, at):
            bare = self.stage.picture()
            box = self.opened(at, "open")
            covered, rows_told = self.stage.covered(bare), self.stage.told("LayoutUpdated")
            subject.show(face(tooltip="Fanal: all is otherwise", menu=MORE))
            began = time.monotonic()
            while time.monotonic() - began < 1.5:
                if (left := self.stage.covered(bare)) < 0.8 * covered:
                    self.stage.picture("closed")
                    raise NotSeenError(f"it closed by itself: {left} of {covered} pixels were left")
            self.stage.picture("still-open")
            self.stage.click((WIDTH // 3, 200), 1)
            self.stage.until(lambda: self.stage.covered(bare) < covered // 4, "end of the menu", 5)
            told = "end of what counts as open: the new rows are told"
            self.stage.until(lambda: self.stage.told("LayoutUpdated") > rows_told, told, self.panel.forgets + 3)
            again = self.opened(at, "reopened")
            if again[3] - again[1] < 1.4 * (box[3] - box[1]):
                raise NotSeenError(f"opened again it shows the old rows: {box} then {again}")
            self.stage.click(row(again, 3, len(MORE)), 1)
            self.stage.until(lambda: subject.heard("command newest"), "command of a new row", 5)
        return f"{box[3] - box[1]} then {again[3] - again[1]} px"

    def ends(self, end: Callable[[Subject, tuple[int, int]], None]) -> str:
        with self.shown() as (subject, at):
            end(subject, at)
            began = time.monotonic()
            self.stage.until(lambda: self.stage.icon(Icon.DOWN) is None, "end of the icon", GONE_S)
            took = time.monotonic() - began
            subject.process.wait(5)
        return f"{took:.2f} s"

    def quits(self) -> str:
        def by_menu(_subject: Subject, at: tuple[int, int]) -> None:
            self.stage.click(row(self.opened(at, "quit"), 3), 1)

        return self.ends(by_menu)

    def signalled(self, number: signal.Signals) -> str:
        return self.ends(lambda subject, _at: subject.process.send_signal(number))

    def restart(self) -> str:
        with self.shown():
            self.host.kill()
            self.host.wait()
            self.host = self.panel.start(self.stage)
            self.stage.until(lambda: self.stage.icon(Icon.DOWN) is None, "end of the old panel", 10)
            began = time.monotonic()
            self.seen(seconds=self.panel.patience)
        return f"back {time.monotonic() - began:.1f} s after the new panel's start"

    def late(self) -> str:
        """The first of all: there is no panel yet."""
        subject = self.stage.subject(face())
        try:
            self.stage.until(lambda: subject.heard("ready"), "tray", 10)
            if "trouble no_watcher" not in subject.said:
                raise NotSeenError(f"without a panel it must say so, and said: {subject.said}")
            self.host = self.panel.start(self.stage)
            self.seen(seconds=self.panel.patience)
        finally:
            subject.close()
        self.stage.until(lambda: self.stage.icon(Icon.DOWN) is None, "end of the icon", 10)
        return "seen"

    def says_what_is_missing(self) -> str:
        """GNOME without the extension: nothing to be seen, and Fanal says why."""
        self.host = self.panel.start(self.stage)
        self.stage.until(
            lambda: max(self.stage.picture().crop((250, 5, 251, 6)).tobytes()) < 60,
            "bar at the top",
            self.panel.patience,
        )
        subject = self.stage.subject(face())
        self.stage.until(lambda: subject.heard("trouble no_watcher"), "word of the missing panel", 10)
        self.stage.picture("no-icon")
        if self.stage.icon(Icon.DOWN):
            raise NotSeenError("there is an icon after all")
        subject.close()
        me = Path(sys.executable)
        self.stage.start(str(me), "-m", "trayapp", env=self.stage.env | {"PYTHONPATH": str(ROOT)})
        said = self.stage.logs / f"{me.name}.log"
        package = self.panel.missing.encode()
        self.stage.until(lambda: package in said.read_bytes(), f"word of {self.panel.missing}", 10)
        return f"no icon, and Fanal names {self.panel.missing}"


def tall(box: Box | None) -> int:
    """Pixels of a box that is large enough for a menu, else 0: tooltips and shadows are smaller."""
    if box is None or box[3] - box[1] < 50 or box[2] - box[0] < 40:
        return 0
    return (box[2] - box[0]) * (box[3] - box[1])


def row(box: Box, number: int, of: int = len(ROWS)) -> tuple[int, int]:
    """The middle of a row of a menu."""
    left, top, right, bottom = box
    return (left + right) // 2, round(top + (number + 0.5) * (bottom - top) / of)


def plan(panel: Panel) -> dict[str, Callable[[Play], str]]:
    """The checks for this panel, in order."""
    if panel.name == "gnome-shell":
        return {"says so": Play.says_what_is_missing}
    return {
        "late": Play.late,
        "icon": Play.icon,
        "change": Play.change,
        "tooltip": Play.tooltip,
        "menu": Play.menu,
        "left click": Play.left_click,
        "open menu": Play.open_menu,
        "quit": Play.quits,
        "SIGTERM": lambda play: play.signalled(signal.SIGTERM),
        "SIGINT": lambda play: play.signalled(signal.SIGINT),
        "SIGKILL": lambda play: play.ends(lambda subject, _at: subject.process.kill()),
        "restart": Play.restart,
    }
