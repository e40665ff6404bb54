"""The desktop of one story: a virtual screen, a session bus, a real panel with a tray, a real notification daemon."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from jeepney import DBusAddress, Properties  # jeepney ships no types
from jeepney.bus_messages import message_bus  # as above
from jeepney.io.blocking import open_dbus_connection  # as above
from PIL import Image

from world.namespaces import MARK, PATH, NoWorldError, find

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

HERE = Path(__file__).parent
TOOLS = ("Xvfb", "dbus-daemon", "openbox", "xfce4-panel", "dunst", "xdotool", "xsetroot")
GROUND = "#3b5a73"
SERVICE = Path("/usr/share/dbus-1/services/org.xfce.Xfconf.service")
WIDTH, HEIGHT, PANEL = 1024, 768, 34  # pixels; the panel is the lowest rows
PATIENCE = 30.0  # seconds for any part of the desktop to be there

COLOURS = {
    "up": "#2da44e",
    "slow": "#d4a72c",
    "partial": "#e8710a",
    "down": "#d1242f",
    "unreachable": "#8250df",
    "unknown": "#8c959f",
    "offline": "#57606a",
    "portal": "#0969da",
    "paused": "#346e78",
    "stopped": "#24292f",
}
"""The promised colours of the icon. The program is not asked: this is what a person must see."""
NEAR = 10  # of 255 in each channel: an edge blends, a face does not
ENOUGH = 25  # pixels of it

WATCHER = DBusAddress("/StatusNotifierWatcher", "org.kde.StatusNotifierWatcher", "org.kde.StatusNotifierWatcher")


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as the daemon showed it."""

    t: float
    app: str
    urgency: str
    summary: str
    body: str

    @property
    def text(self) -> str:
        """All that a person could read."""
        return f"{self.summary}\n{self.body}"


def require() -> None:
    """See that this machine has all that a desktop needs. Raises NoWorldError."""
    lacking = [tool for tool in TOOLS if not shutil.which(tool, path=PATH)] + [str(SERVICE)] * (not SERVICE.exists())
    if lacking:
        raise NoWorldError(f"not installed: {', '.join(lacking)}")


class Screen:
    """All of it, running. To be made inside fresh namespaces; a context manager."""

    def __init__(self, scratch: Path, logs: Path) -> None:
        """Build everything below ``scratch``, with a log file each in ``logs``."""
        self._logs, self._scratch, self._parts = logs, scratch, ExitStack()
        self.home, self._notes = scratch / "home", logs / "notices"
        self._notes.touch()
        folders = {
            "HOME": self.home,
            "XDG_CONFIG_HOME": self.home / ".config",
            "XDG_DATA_HOME": self.home / ".local/share",
            "XDG_STATE_HOME": self.home / ".local/state",
            "XDG_CACHE_HOME": self.home / ".cache",
            "XDG_RUNTIME_DIR": scratch / "run",
            "TMPDIR": scratch / "tmp",
        }
        for folder in folders.values():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.env = {name: str(folder) for name, folder in folders.items()} | {
            "PATH": PATH,
            "LANG": "C.UTF-8",
            "DISPLAY": f":{os.environ[MARK]}",  # nobody else's number meanwhile: X servers share files named by it
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={scratch}/run/bus",
            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={scratch}/run/no-system-bus",
            "XDG_CURRENT_DESKTOP": "XFCE",
            "GIO_USE_VFS": "local",
            "GSETTINGS_BACKEND": "memory",
            "GTK_A11Y": "none",
            "NO_AT_BRIDGE": "1",
        }
        try:
            self._start()
        except BaseException:
            self._parts.close()
            raise

    def _start(self) -> None:
        self._furnish()
        screen = [self.env["DISPLAY"], "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-fbdir", str(self._scratch)]
        ready, told = os.pipe()
        with open(ready, "rb") as number:  # noqa: PTH123  a pipe has no path
            options = ["-noreset", "-nolock", "-nolisten", "tcp", "-displayfd", str(told)]
            self.run("Xvfb", *screen, *options, pass_fds=(told,))
            os.close(told)
            if not number.readline():
                raise NoWorldError("Xvfb did not start: see Xvfb.log")
        self.run("dbus-daemon", f"--config-file={self._scratch}/session.conf", "--nofork")
        self.wait(Path(self._scratch, "run/bus").exists, "the session bus")
        self.run("openbox", "--sm-disable")
        self.run("xsetroot", "-solid", GROUND)
        self.run("dunst", "-config", str(self._scratch / "dunstrc"))
        self.wait(lambda: self._owned("org.freedesktop.Notifications"), "dunst on the bus")
        self.run("xfce4-panel", "--disable-wm-check")
        self.wait(lambda: self._owned(WATCHER.bus_name or "") and self._hosted(), "the panel's tray")

    def _furnish(self) -> None:
        shutil.copytree(HERE / "config/xfce4", self.home / ".config/xfce4")
        (self._scratch / "services").mkdir()
        shutil.copy(SERVICE, self._scratch / "services")
        words = {
            "@NOTE@": self._scratch / "note.sh",
            "@NOTES@": self._notes,
            "@SOCKET@": self._scratch / "run/bus",
            "@SERVICES@": self._scratch / "services",
        }
        for name in ("dunstrc", "note.sh", "session.conf"):
            text = (HERE / "config" / name).read_text("utf-8")
            for word, path in words.items():
                text = text.replace(word, str(path))
            (self._scratch / name).write_text(text, "utf-8")
        (self._scratch / "note.sh").chmod(0o755)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _one: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._parts.close()

    def run(self, tool: str, *words: str, **options: Any) -> None:
        """Start a part of the desktop that ends with it; what it says goes to a log file of its name."""
        log = self._parts.enter_context((self._logs / f"{tool}.log").open("ab"))
        part = subprocess.Popen([find(tool), *words], env=self.env, stdout=log, stderr=log, **options)
        self._parts.callback(part.wait)
        self._parts.callback(part.kill)

    @staticmethod
    def wait(there: Callable[[], object], what: str) -> None:
        """Until something is there. Raises NoWorldError."""
        deadline = time.monotonic() + PATIENCE
        while not there():
            if time.monotonic() > deadline:
                raise NoWorldError(f"{what} was not there within {PATIENCE:.0f} s")
            time.sleep(0.05)

    def _owned(self, name: str) -> bool:
        with open_dbus_connection(self.env["DBUS_SESSION_BUS_ADDRESS"]) as bus:
            return bool(bus.send_and_get_reply(message_bus.NameHasOwner(name), timeout=5).body[0])

    def _hosted(self) -> bool:
        with open_dbus_connection(self.env["DBUS_SESSION_BUS_ADDRESS"]) as bus:
            reply = bus.send_and_get_reply(Properties(WATCHER).get("IsStatusNotifierHostRegistered"), timeout=5)
            return bool(reply.body[0] == ("b", True))

    def picture(self, top: int = 0) -> Image.Image:
        """What is on the screen now, from the row ``top`` down, straight from the X server's memory (an XWD file)."""
        with (self._scratch / "Xvfb_screen0").open("rb") as file:
            head = file.read(100)
            words = [int.from_bytes(head[at : at + 4]) for at in range(0, 100, 4)]
            start, stride = words[0] + 12 * words[19], words[12]
            file.seek(start + top * stride)
            data = file.read()
        return Image.frombuffer("RGB", (WIDTH, HEIGHT - top), data, "raw", "BGRX", stride, 1)

    def click(self, button: int) -> bool:
        """Click on the middle of the icon; whether there is one."""
        state = self.icon()
        if state == "none":
            return False
        wanted = bytes.fromhex(COLOURS[state][1:])
        tray = self.picture(HEIGHT - PANEL)
        pixels = tray.tobytes()
        found = [at // 3 % WIDTH for at in range(0, len(pixels), 3) if pixels[at : at + 3] == wanted]
        middle = sorted(found)[len(found) // 2]
        self._drive("mousemove", str(middle), str(HEIGHT - PANEL // 2), "click", str(button))
        return True

    def press(self, key: str) -> None:
        """Press and let go of a key, and take the mouse out of the way."""
        self._drive("key", key, "mousemove", "10", "10")

    def _drive(self, *words: str) -> None:
        subprocess.run([find("xdotool"), *words], env=self.env, check=True, timeout=10, capture_output=True)

    def icon(self) -> str:
        """The state whose colour fills most of the tray now; "none" where none does."""
        tray = self.picture(HEIGHT - PANEL)
        counts = dict.fromkeys(COLOURS, 0)
        for count, seen in tray.getcolors(WIDTH * PANEL) or ():
            for state, colour in COLOURS.items():
                wanted = bytes.fromhex(colour[1:])
                if isinstance(seen, tuple) and all(abs(a - b) <= NEAR for a, b in zip(seen, wanted, strict=True)):
                    counts[state] += count
        best = max(counts, key=counts.__getitem__)
        return best if counts[best] >= ENOUGH else "none"

    def notices(self) -> list[Notice]:
        """Every notice that was shown, oldest first."""
        fields = self._notes.read_bytes().decode("utf-8", "replace").split("\0")[:-1]
        whole = range(0, len(fields) - 4, 5)
        return [Notice(float(fields[at]), *fields[at + 1 : at + 5]) for at in whole]
