"""A virtual screen with a session bus, on which one real panel is tried: started, looked at, clicked, killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from PIL import Image, ImageChops

from trayapp.core.present import Icon
from trayapp.desktop.icon import COLOURS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Box = tuple[int, int, int, int]

ROOT = Path(__file__).parents[2]
WIDTH, HEIGHT = 800, 600
NEAR = 10  # of 255 in each channel: an edge blends, a face does not
ENOUGH = 25  # pixels of a state's colour
STRIP = 48  # rows at the top and at the foot of the screen that panels draw on


class NotSeenError(AssertionError):
    """A check did not see what it must; the message says what."""


class Subject:
    """The tray's process."""

    def __init__(self, env: dict[str, str], first: dict[str, Any], log: Path) -> None:
        self.said: list[str] = []
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("subject.py"))],
                env=env | {"PYTHONPATH": str(ROOT)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        assert self.process.stdout is not None
        if sys.platform != "win32":  # there is no panel to try there, only mypy to please
            os.set_blocking(self.process.stdout.fileno(), False)
        self._rest = b""
        self.show(first)

    def show(self, face: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(face).encode() + b"\n")
        self.process.stdin.flush()

    def heard(self, line: str) -> bool:
        """Whether it has said so by now."""
        assert self.process.stdout is not None
        self._rest += self.process.stdout.read() or b""
        *whole, self._rest = self._rest.split(b"\n")
        self.said += [each.decode() for each in whole]
        return line in self.said

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for end in (self.process.stdin, self.process.stdout):
            if end is not None:
                end.close()


class Stage:
    """All below ``scratch``; what the parts say goes to ``logs``. A context manager."""

    def __init__(self, scratch: Path, logs: Path, env: dict[str, str], *, no_system_bus: bool = True) -> None:
        self.scratch, self.logs, self._parts = scratch, logs, ExitStack()
        self._pictures = 0
        self.foot, self.near = STRIP, NEAR
        home, run = scratch / "home", scratch / "run"
        for folder in (home / ".config", home / ".local/share", home / ".cache", run):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.home = home
        self.env = {
            "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin",
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_DATA_HOME": str(home / ".local/share"),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "XDG_RUNTIME_DIR": str(run),
            "GTK_A11Y": "none",
            "NO_AT_BRIDGE": "1",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "GSETTINGS_BACKEND": "keyfile",
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={run}/bus",
        } | env
        if no_system_bus:
            self.env["DBUS_SYSTEM_BUS_ADDRESS"] = f"unix:path={run}/no-system-bus"

    def __enter__(self) -> Self:
        reader, writer = os.pipe()
        words = ["-displayfd", str(writer), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-fbdir", str(self.scratch)]
        self.screen = self.start("Xvfb", *words, "-noreset", "-nocursor", "-nolisten", "tcp", pass_fds=[writer])
        os.close(writer)
        with open(reader, "rb") as number:  # noqa: PTH123 - a pipe has no path
            self.env["DISPLAY"] = ":" + number.readline().decode().strip()
        self.start("dbus-daemon", "--session", "--nofork", f"--address={self.env['DBUS_SESSION_BUS_ADDRESS']}")
        self.until(Path(self.env["XDG_RUNTIME_DIR"], "bus").exists, "the session bus", 10)
        self.start("dbus-monitor", "interface='com.canonical.dbusmenu'")  # what panels tell of their menus
        return self

    def __exit__(self, *_why: object) -> None:
        self._parts.close()

    def start(self, program: str, *words: str, env: dict[str, str] | None = None, **options: Any) -> Any:
        """Start a part; it is killed with the stage."""
        log = self._parts.enter_context((self.logs / f"{Path(program).name}.log").open("ab"))
        part = subprocess.Popen([program, *words], env=env or self.env, stdout=log, stderr=log, **options)
        self._parts.callback(part.wait)
        self._parts.callback(part.kill)
        return part

    def run(self, *words: str, check: bool = True) -> str:
        done = subprocess.run(words, env=self.env, capture_output=True, timeout=60, check=check)
        return done.stdout.decode()

    def subject(self, face: dict[str, Any], **env: str) -> Subject:
        """The tray, showing ``face``."""
        subject = Subject(self.env | env, face, self.logs / "subject.log")
        self._parts.callback(subject.close)
        return subject

    def told(self, signal: str) -> int:
        """How often the menu has sent this signal."""
        return (self.logs / "dbus-monitor.log").read_bytes().count(f"member={signal}".encode())

    # ---- seeing

    @staticmethod
    def until(there: Callable[[], Any], what: str, seconds: float) -> Any:
        """The first true value; raises NotSeenError after ``seconds``."""
        deadline = time.monotonic() + seconds
        while not (value := there()):
            if time.monotonic() > deadline:
                raise NotSeenError(f"no {what} within {seconds:g} s")
            time.sleep(0.02)
        return value

    def picture(self, keep: str = "") -> Image.Image:
        """What is on the screen, from the X server's memory (an XWD file); kept under a name for human eyes."""
        data = (self.scratch / "Xvfb_screen0").read_bytes()
        words = [int.from_bytes(data[at : at + 4]) for at in range(0, 100, 4)]
        start = words[0] + 12 * words[19]
        seen = Image.frombytes("RGB", (WIDTH, HEIGHT), data[start:], "raw", "BGRX", words[12])
        if keep:
            self._pictures += 1
            seen.save(self.logs / f"{self._pictures:02d}-{keep}.png")
        return seen

    def icon(self, state: Icon) -> tuple[int, int] | None:
        """The middle of the icon in the colour of ``state``, if it is to be seen on a panel."""
        mask = None
        bands = self.picture().split()
        for band, wanted in zip(bands, COLOURS[state], strict=True):
            near = band.point([255 * (abs(level - wanted) <= self.near) for level in range(256)])
            mask = near if mask is None else ImageChops.darker(mask, near)
        assert mask is not None
        mask.paste(0, (0, STRIP, WIDTH, HEIGHT - STRIP))
        box = mask.getbbox()
        if box is None or mask.histogram()[255] < ENOUGH:
            return None
        return (box[0] + box[2]) // 2, (box[1] + box[3]) // 2

    def changed(self, before: Image.Image) -> Box | None:
        """Where the screen between the panels is unlike ``before``."""
        return self._difference(before).getbbox()

    def covered(self, before: Image.Image) -> int:
        """How many pixels of the screen between the panels are unlike ``before``."""
        return self._difference(before).histogram()[255]

    def _difference(self, before: Image.Image) -> Image.Image:
        difference = ImageChops.difference(before, self.picture()).convert("L").point(lambda level: 255 * (level > 8))
        difference.paste(0, (0, 0, WIDTH, STRIP))
        difference.paste(0, (0, HEIGHT - self.foot, WIDTH, HEIGHT))
        return difference

    def still(self, what: Callable[[], Any], seconds: float = 0.4) -> Any:
        """``what`` once it has stayed the same for so long."""
        value, since = what(), time.monotonic()
        deadline = since + 10
        while time.monotonic() - since < seconds:
            if time.monotonic() > deadline:
                raise NotSeenError("the screen does not come to rest")
            time.sleep(0.03)
            again = what()
            if again != value:
                value, since = again, time.monotonic()
        return value

    # ---- touching

    def mouse(self, *words: str) -> None:
        self.run("xdotool", *words)

    def point(self, at: Sequence[int]) -> None:
        self.mouse("mousemove", str(at[0]), str(at[1]))

    def click(self, at: Sequence[int], button: int) -> None:
        self.point(at)
        time.sleep(0.1)  # some panels take a click only where the pointer has been seen before
        self.mouse("mousemove_relative", "1", "0", "click", str(button))
