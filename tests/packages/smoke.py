"""What must be seen of a packaged program, in a world of its own: it starts, is seen, answers, speaks, and ends."""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from configparser import ConfigParser
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.light import once
from world.screen import Screen
from world.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

STARTS = 5
ARABIC = range(0x0600, 0x0700)


class NotSoError(AssertionError):
    """Something was not as it must be; the message says what."""


def insist(*, so: bool, what: str) -> None:
    """Raises NotSoError if it is not so."""
    if not so:
        raise NotSoError(what)


class Smoke:
    """One program on its screen; ``at`` is the path that it is expected to know itself by."""

    def __init__(self, program: Path, at: str, world: World, screen: Screen, out: Path) -> None:
        self.program, self.at, self.screen, self.out = program, at, screen, out
        self.env = screen.env | {"SSL_CERT_FILE": str(world.ca), "LANGUAGE": "en"}
        settings = Path(self.env["XDG_CONFIG_HOME"], "fanal/config.toml")  # who has one is not asked at the first start
        settings.parent.mkdir()
        settings.write_text('[privacy]\noutside = "never"\nreports = false\n', "utf-8")

    def ask(self, *words: str, **env: str) -> tuple[int, str]:
        """The exit code of one command, and all that it said."""
        command = [str(self.program), *words]
        done = subprocess.run(command, env=self.env | env, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout + done.stderr

    def until(self, there: Callable[[], object], what: str, seconds: float) -> None:
        """Wait for something. Raises NotSoError."""
        deadline = time.monotonic() + seconds
        while not there():
            insist(so=time.monotonic() < deadline, what=f"{what} within {seconds:g} s")
            time.sleep(0.1)

    def all(self, version: str) -> None:
        """Every check, in its order. Raises NotSoError."""
        for words in (["--version"], ["-m", "trayapp", "--version"]):
            said = self.ask(*words)
            insist(so=said == (0, f"fanal {version}\n"), what=f"{words} says {said}")
        self.autostart()
        self.children()
        starts = [once(self.program, self.env, 0)[0] for _ in range(STARTS + 1)][1:]  # the first reads it from disk
        print(f"start to icon: {statistics.median(starts):.0f} ms  {[round(s) for s in starts]}", flush=True)
        self.life()

    def autostart(self) -> None:
        """What is written down for the next log-in starts this very program."""
        code, said = self.ask("autostart", "on")
        insist(so=code == 0, what=f"autostart on: {said}")
        entry = ConfigParser(interpolation=None)
        entry.read(Path(self.env["XDG_CONFIG_HOME"], "autostart/fanal.desktop"), "utf-8")
        command = entry["Desktop Entry"]["Exec"].strip('"')
        insist(so=command == self.at, what=f"autostart would run {command!r}, not {self.at!r}")
        code, said = self.ask("autostart", "off")
        insist(so=code == 0, what=f"autostart off: {said}")

    def children(self) -> None:
        """What it starts finds the system's libraries, not those of the folder."""
        seen = Path(self.env["HOME"], "seen")
        editor = Path(self.env["HOME"], "editor")
        editor.write_text(f'#!/bin/sh\necho "libraries: $LD_LIBRARY_PATH" >{seen}\n', "utf-8")
        editor.chmod(0o755)
        code, said = self.ask("config", "edit", EDITOR=str(editor), VISUAL=str(editor))
        insist(so=code == 0 and seen.exists(), what=f"config edit ended with {code}: {said}")
        told = seen.read_text("utf-8")
        insist(so=told == "libraries: \n", what=f"an editor is started with other {told}")

    def life(self) -> None:
        """The icon, the answers in three languages, the window, the end."""
        log = Path(self.env["HOME"], "program.log")
        with log.open("wb") as to:
            running = subprocess.Popen([str(self.program)], env=self.env, stdout=to, stderr=to)
        try:
            self.until(lambda: self.screen.icon() == "up", "a green icon", 60)
            self.until(self.well, "a status of which all is well", 60)
            english, french, arabic = (self.ask("status", LANGUAGE=code)[1] for code in ("en", "fr", "ar"))
            insist(so=len({english, french, arabic}) == 3, what=f"two languages say the same: {english!r}")
            insist(so=any(ord(letter) in ARABIC for letter in arabic), what=f"this is no Arabic: {arabic!r}")
            self.window()
            code, said = self.ask("quit")
            insist(so=code == 0, what=f"quit: {code} {said}")
            insist(so=running.wait(10) == 0, what=f"it ended with {running.returncode}: {log.read_text('utf-8')}")
            self.until(lambda: self.screen.icon() == "none", "the end of the icon", 5)
            insist(so=log.read_bytes() == b"", what=f"it complained: {log.read_text('utf-8')}")
        finally:
            running.kill()
            running.wait()

    def well(self) -> bool:
        """Whether all is well, and the line with it."""
        code, said = self.ask("status", "--json")
        return code == 0 and json.loads(said)["line"] == "ok"

    def window(self) -> None:
        """Its window comes and goes, where this version has one."""
        if self.ask("window", "--help")[0]:
            print("window: this version has none yet, not tried", flush=True)
            return
        look = ["xdotool", "search", "--onlyvisible", "--name", "Fanal"]

        def seen() -> bool:
            return bool(subprocess.run(look, env=self.env, capture_output=True, check=False).stdout)

        insist(so=not seen(), what="there is a window already")
        with (self.out / "window.log").open("wb") as to:
            began = time.monotonic()
            shown = subprocess.Popen([str(self.program), "window"], env=self.env, stdout=to, stderr=to)
        try:
            self.until(seen, "a window", 20)
            print(f"window: seen after {(time.monotonic() - began) * 1000:.0f} ms, looked for every 0.1 s", flush=True)
            self.screen.picture().save(self.out / "window.png")
        finally:
            shown.terminate()
            shown.wait(10)


def play(
    program: Path, at: str, out: Path, version: str, prepare: Callable[[World, Screen], Path] | None = None
) -> None:
    """All of it, inside fresh namespaces; ``prepare`` may give another program once the world stands."""
    with World(out, [program]) as world, Screen(world.scratch, out) as screen:
        try:
            Smoke(prepare(world, screen) if prepare else program, at, world, screen, out).all(version)
        except BaseException:
            screen.picture().save(out / "failed.png")
            raise
