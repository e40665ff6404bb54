"""A story being told: what each verb does, and what it expects."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from world.expect import UnmetError, asked_otherwise, lacks, notices_differ, parsed, tell_of_all
from world.owners import own, small_owner
from world.process import Memory, forget_peak

if TYPE_CHECKING:
    from collections.abc import Callable

    from world.owners import PlatformFile
    from world.screen import Screen
    from world.steps import Step, Story
    from world.world import World

SOON = 5.0  # seconds that an expectation has, unless it says `within`
GLANCE, LOOK = 0.3, 2.0  # seconds between two looks: at the screen; by running the program


class Telling:
    """A story being told: one method a verb."""

    def __init__(self, story: Story, world: World, screen: Screen, program: Path, out: Path) -> None:
        self._story, self._world, self._screen, self._program, self._out = story, world, screen, program, out
        self._running: subprocess.Popen[bytes] | None = None
        self._marks: dict[str, float] = {}
        self._memory_then: Memory | None = None
        self._seen = ""  # what a step found worth telling
        trust = {"SSL_CERT_FILE": str(world.ca), "LANGUAGE": story.language}
        self._env = screen.env | trust | {"PYTHONPATH": str(program.parents[1])}

    def tell(self) -> None:
        """Every step in order. Raises UnmetError at the first that is not met."""
        try:
            for step in self._story.steps:
                began, self._seen = time.monotonic(), ""
                try:
                    getattr(self, f"_{step.verb}")(step)
                except UnmetError as seen:
                    raise UnmetError(f"{step}\n  after {time.monotonic() - began:.1f} s: {seen}") from None
                took = time.monotonic() - began
                print(f"{step.number:3} {took:6.1f} s  {step.verb} {step.what!r}{self._seen}", flush=True)
        finally:
            if self._running:
                self._running.kill()
                self._running.wait()

    def _config(self, step: Step) -> None:
        self._write("config.toml", step.what)

    def _platform(self, step: Step) -> None:
        self._add(own(step.what))

    def _owners(self, step: Step) -> None:
        for id_ in step.what:
            self._add(small_owner(id_))

    def _add(self, platform: PlatformFile) -> None:
        self._write(f"platforms/{platform.name}", platform.text)

    def _write(self, name: str, text: str) -> None:
        file = Path(self._env["XDG_CONFIG_HOME"], "fanal", name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

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
            return notices_differ(step.what, [notice.text for notice in self._screen.notices()])

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
            fits = tell_of_all(step.what, [parsed(line) for line in said.splitlines()])
            return "" if code == 0 and fits else f"exit code {code}, and it said {said!r}"

        self._until(look, step, LOOK)

    def _mark(self, step: Step) -> None:
        self._marks[step.what] = time.time()

    def _asked(self, step: Step) -> None:
        since = self._marks.get(step.what.get("since", ""), 0.0)
        self._until(lambda: asked_otherwise(step.what, self._world.asked(), since), step, LOOK)

    def _memory(self, step: Step) -> None:
        if not self._running:
            raise UnmetError("the program is not running")
        self._alive()
        now = Memory.of(self._running.pid)
        if step.what == "mark":
            self._memory_then = now
            forget_peak(self._running.pid)
        elif self._memory_then:
            self._seen = f": {self._memory_then} has become {now}"
            if (more := now.over(self._memory_then)) > step.what["within_mib"]:
                raise UnmetError(f"{more:.1f} MiB more{self._seen}")

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
