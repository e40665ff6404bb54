"""Run one story: the installed, unmodified program in a world of its own.

    python tests/world/story.py tests/stories/server_errors.toml [--program PATH] [--out FOLDER]

Ends with 0 if all was as the story says, 1 if not, 2 if the story's file is wrong, 3 if it cannot be told here and
now. Logs, and a picture of where it failed, are in tests/out/<story>/.
"""

from __future__ import annotations

import argparse
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import defaultdict
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

if __package__ in {None, ""}:
    sys.path[0] = str(Path(__file__).parents[1])
from world.expect import UnmetError, lacks, parsed, tells_of
from world.namespaces import NoWorldError, enter, inside
from world.program import OUT, hold, installed
from world.screen import Screen, require
from world.steps import Step, Story, StoryError, read
from world.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

SOON = 5.0  # seconds that an expectation has, unless it says `within`
GLANCE, LOOK = 0.3, 2.0  # seconds between two looks: at the screen; by running the program


class Telling:
    """A story being told: one method a verb."""

    def __init__(self, story: Story, world: World, screen: Screen, program: Path, out: Path) -> None:
        self._story, self._world, self._screen, self._program, self._out = story, world, screen, program, out
        self._running: subprocess.Popen[bytes] | None = None
        trust = {"SSL_CERT_FILE": str(world.ca), "LANGUAGE": story.language}
        self._env = screen.env | trust | {"PYTHONPATH": str(program.parents[1])}

    def tell(self) -> None:
        """Every step in order. Raises UnmetError at the first that is not met."""
        try:
            for step in self._story.steps:
                began = time.monotonic()
                try:
                    getattr(self, f"_{step.verb}")(step)
                except UnmetError as seen:
                    raise UnmetError(f"{step}\n  after {time.monotonic() - began:.1f} s: {seen}") from None
                print(f"{step.number:3} {time.monotonic() - began:6.1f} s  {step.verb} {step.what!r}", flush=True)
        finally:
            if self._running:
                self._running.kill()
                self._running.wait()

    def _config(self, step: Step) -> None:
        file = Path(self._env["XDG_CONFIG_HOME"], "fanal/config.toml")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(step.what, "utf-8")

    def _start(self, step: Step) -> None:
        with (self._out / "program.log").open("ab") as log:
            command = [str(self._program), *step.what]
            self._running = subprocess.Popen(command, env=self._env, stdout=log, stderr=log, cwd=self._screen.home)

    def _kill(self, step: Step) -> None:
        if not self._running:
            raise UnmetError("the program is not running")
        self._alive()
        self._running.send_signal(signal.Signals[f"SIG{step.what}"])
        try:
            self._running.wait(timeout=10)
        except subprocess.TimeoutExpired:
            raise UnmetError("it is still there after 10 s") from None
        self._running = None

    def _internet(self, step: Step) -> None:
        if "clear" in step.what:
            self._world.clear(step.what["clear"])
        else:
            self._world.set(**step.what)

    def _cable(self, step: Step) -> None:
        {"in": self._world.wire.plug, "out": self._world.wire.pull}[step.what]()

    def _wait_icon(self, step: Step) -> None:
        def look() -> str:
            icon = self._screen.icon()
            if icon in step.more.get("never_icon", ()):
                raise UnmetError(f"the icon showed {icon!r}")
            return "" if icon == step.what else f"the icon shows {icon!r}"

        self._until(look, step, GLANCE)

    def _stay(self, step: Step) -> None:
        before = len(self._screen.notices())
        deadline = time.monotonic() + step.what
        while time.monotonic() < deadline:
            self._alive()
            icon, notices = self._screen.icon(), self._screen.notices()[before:]
            if icon in step.more.get("never_icon", ()):
                raise UnmetError(f"the icon showed {icon!r}")
            if notices and step.more.get("no_notice"):
                raise UnmetError(f"a notice came: {notices[0].text!r}")
            time.sleep(GLANCE)

    def _notices(self, step: Step) -> None:
        def look() -> str:
            got = self._screen.notices()
            last = got[-1].text if got else ""
            wrong = len(got) != step.what.get("total", len(got))
            wrong |= not all(re.search(pattern, last) for pattern in step.what.get("last", ()))
            wrong |= any(re.search(pattern, last) for pattern in step.what.get("never", ()))
            return f"{len(got)} notices: {[notice.text for notice in got]}" if wrong else ""

        self._until(look, step, GLANCE)

    def _run(self, step: Step) -> None:
        def look() -> str:
            code, said = self._ask(step.what)
            if code != step.more.get("exit", code):
                return f"exit code {code}, and it said {said!r}"
            if not re.search(step.more.get("text", ""), said):
                return f"it said {said!r}"
            if "json" not in step.more and "others" not in step.more:
                return ""
            seen, wanted = parsed(said), step.more.get("json", {})
            trouble = lacks(wanted, seen)
            named = {one.get("id") for one in wanted.get("platforms", ())}
            for one in seen.get("platforms", ()):
                if not trouble and one.get("id") not in named:
                    trouble = lacks(step.more.get("others", {}), one, str(one.get("id")))
            return f"{trouble}, in {said!r}" if trouble else ""

        self._until(look, step, LOOK)

    def _log(self, step: Step) -> None:
        def look() -> str:
            code, said = self._ask(["log", "--json"])
            got = sorted((parsed(line) for line in said.splitlines()), key=lambda one: str(one.get("start")))
            fits = len(got) == len(step.what) and all(map(tells_of, step.what, got))
            return "" if code == 0 and fits else f"exit code {code}, and it said {said!r}"

        self._until(look, step, LOOK)

    def _asked(self, step: Step) -> None:
        times = defaultdict(list)
        for entry in self._world.asked():
            if entry["kind"] == "tls" or (entry["kind"] == "http" and not entry["secure"]):
                times[entry["host"]].append(entry["t"])
            if entry["kind"] == "http":
                if not re.search(step.what.get("agent", ""), entry["agent"]):
                    raise UnmetError(f"{entry['host']} was asked by {entry['agent']!r}")
                if "agent_never" in step.what and re.search(step.what["agent_never"], entry["agent"]):
                    raise UnmetError(f"{entry['host']} was asked by {entry['agent']!r}")
        for host, when in times.items():
            if not any(fnmatchcase(host, pattern) for pattern in step.what.get("only", ["*"])):
                raise UnmetError(f"{host} was asked")
            most = max(sum(first <= t < first + 60 for t in when) for first in when)
            if most > step.what.get("a_minute", most):
                raise UnmetError(f"{host} was asked {most} times within a minute")

    def _click(self, step: Step) -> None:
        if not self._screen.click(step.what):
            raise UnmetError("there is no icon to click on")

    def _press(self, step: Step) -> None:
        self._screen.press(step.what)

    def _screenshot(self, step: Step) -> None:
        self._screen.picture().save(self._out / f"{step.what}.png")

    def _ask(self, words: list[str]) -> tuple[int, str]:
        """Run the program's command; its exit code and what it said."""
        command = [str(self._program), *words]
        try:
            done = subprocess.run(command, env=self._env, capture_output=True, text=True, timeout=30, check=False)
        except subprocess.TimeoutExpired:
            raise UnmetError(f"{words} did not end within 30 s") from None
        return done.returncode, done.stdout or done.stderr

    def _until(self, look: Callable[[], str], step: Step, pause: float) -> None:
        """Look until there is nothing to say against it."""
        deadline = time.monotonic() + step.more.get("within", SOON)
        while trouble := look():
            self._alive()
            if time.monotonic() > deadline:
                raise UnmetError(trouble)
            time.sleep(pause)

    def _alive(self) -> None:
        if self._running and self._running.poll() is not None:
            last = (self._out / "program.log").read_text("utf-8", "replace")[-2000:]
            raise UnmetError(f"the program has ended by itself with {self._running.returncode}: {last}")


def live(story: Story, program: Path, out: Path) -> int:
    """Tell a story inside fresh namespaces."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # without a handler, the first process of a world is deaf
    with World(out, [program]) as world, Screen(world.scratch, out) as screen:
        try:
            Telling(story, world, screen, program, out).tell()
        except UnmetError as unmet:
            screen.picture().save(out / "failed.png")
            print(f"FAILED {unmet}", flush=True)
            return 1
        finally:
            for kept in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
                if (folder := Path(screen.env[kept], "fanal")).is_dir():
                    shutil.copytree(folder, out / kept)
    return 0


def main() -> int:
    """Read, check, enter, tell."""
    words = argparse.ArgumentParser(description="Run one story of the program in a world of its own.")
    words.add_argument("story", type=Path)
    words.add_argument("--program", type=Path, help="a command to run instead of the installed program")
    words.add_argument("--out", type=Path, help="where logs go (tests/out/<story>)")
    given = words.parse_args()
    out = (given.out or OUT / given.story.stem).resolve()
    try:
        story = read(given.story)
        if inside():
            return live(story, given.program, out)
        require()
        program = (given.program or installed()).resolve()
        out.parent.mkdir(parents=True, exist_ok=True)
        hold(out.with_name(f".{out.name}.lock"), wait=False)
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        enter([__file__, str(given.story.resolve()), "--program", str(program), "--out", str(out)])
    except StoryError as error:
        print(error)
        return 2
    except BlockingIOError:
        print(f"this story is being told already, into {out}")
        return 3
    except NoWorldError as reason:
        print(f"no world here: {reason}")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
