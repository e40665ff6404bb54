"""The tray on every panel that can be had here: a table of panels and checks, each ok, FAILED or n/a with a reason.

    python tests/hosts/matrix.py [PANEL ...]        # all of them: about ten minutes
    python tests/hosts/matrix.py --packages         # the Debian packages it wants

Each panel gets namespaces of its own (network, processes, /tmp) and a virtual screen; all that was started ends with
them. Needs root to make them, and gives it up inside: some compositors refuse to run as root. What was seen is kept in
tests/out/hosts/<panel>/. Ends with 1 if any check failed or any panel could not be tried.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))
from hosts.checks import Play, plan
from hosts.panels import PANELS, Panel
from hosts.stage import ROOT, NotSeenError, Stage

OUT = Path(__file__).parents[1] / "out" / "hosts"
NOBODY = 65534
LIMIT_S = 400
Result = tuple[str, str]


def play(panel: Panel, logs: Path) -> None:
    """Inside, as an ordinary person: a line of JSON a check."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        Stage(Path(scratch), logs, dict(panel.env), no_system_bus=not panel.system_bus) as stage,
    ):
        panel.prepare(stage)
        performance = Play(stage, panel)
        for name, check in plan(panel).items():
            began, verdict = time.monotonic(), "ok"
            if name in panel.lacks:
                verdict, told = "n/a", panel.lacks[name]
            else:
                try:
                    told = check(performance)
                except (NotSeenError, subprocess.SubprocessError, OSError) as failed:
                    verdict, told = "FAILED", str(failed)
                    stage.picture(f"FAILED-{name.replace(' ', '-')}")
                    traceback.print_exc()
                    stage.mouse("key", "Escape")
            print(json.dumps([name, verdict, told, round(time.monotonic() - began, 1)]), flush=True)


def mount(*words: str) -> None:
    """Mount, in our namespace alone."""
    subprocess.run(["mount", *words], check=True)


def uncover(folder: Path) -> None:
    """Let an ordinary person reach ``folder``, also where it is in somebody's closed home: all else there is hidden."""
    closed = next((above for above in reversed(folder.parents) if not above.stat().st_mode & 1), None)
    if closed is not None:
        kept = tempfile.mkdtemp()
        mount("--bind", str(folder), kept)
        mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", str(closed))
        folder.mkdir(parents=True)
        mount("--bind", kept, str(folder))


def inside(name: str, logs: str) -> None:
    """In fresh namespaces, still root: a /tmp of our own, then go on as an ordinary person."""
    mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", "/tmp")
    Path("/tmp/.X11-unix").mkdir()
    Path("/tmp/.X11-unix").chmod(0o1777)  # X servers make it themselves only as root
    for needed in {Path(sys.base_prefix), Path(sys.prefix), ROOT}:
        uncover(needed)
    user = os.environ.get("SUDO_UID", str(NOBODY))
    me = [sys.executable, __file__, "--play", name, "--logs", logs]
    os.execvp("setpriv", ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *me])


def tried(panel: Panel) -> dict[str, Result]:
    """Try it in namespaces of its own; what each check said."""
    missing = [p for p in (*panel.programs, "Xvfb", "xdotool", "dbus-daemon") if shutil.which(p) is None]
    if missing:
        return {name: ("FAILED", f"not installed: {', '.join(missing)}") for name in plan(panel)}
    logs = OUT / panel.name
    shutil.rmtree(logs, ignore_errors=True)
    logs.mkdir(parents=True)
    shutil.chown(logs, user=int(os.environ.get("SUDO_UID", NOBODY)))
    spaces = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    command = [*spaces, sys.executable, __file__, "--inside", panel.name, "--logs", str(logs)]
    with (logs / "matrix.log").open("wb") as errors:
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors)
        try:
            said, _ = child.communicate(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            child.kill()
            said, _ = child.communicate()
    lines = [json.loads(line) for line in said.decode().splitlines()]
    results: dict[str, Result] = {name: (verdict, f"{told} [{s} s]") for name, verdict, told, s in lines}
    for name in plan(panel):
        results.setdefault(name, ("FAILED", f"never came to it: see {logs}"))
    return results


def main() -> int:
    """Try, and print the table."""
    words = argparse.ArgumentParser(description="The tray on every panel that can be had here.")
    words.add_argument("panel", nargs="*", choices=[[], *PANELS], help=", ".join(PANELS))
    words.add_argument("--packages", action="store_true")
    for hidden in ("--inside", "--play", "--logs"):
        words.add_argument(hidden, help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.packages:
        print(*sorted({package for panel in PANELS.values() for package in panel.packages}))
        return 0
    if given.play:
        play(PANELS[given.play], Path(given.logs))
        return 0
    if sys.platform == "win32" or os.geteuid() != 0:
        print("It needs root to make namespaces: run it with sudo.", file=sys.stderr)
        return 1
    if given.inside:
        inside(given.inside, given.logs)
    bad = 0
    for name in given.panel or PANELS:
        for check, (verdict, told) in tried(PANELS[name]).items():
            bad += verdict == "FAILED"
            print(f"{name:25} {check:11} {verdict:7} {told}", flush=True)
    print(f"{bad} failed" if bad else "all well")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
