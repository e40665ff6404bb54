"""``fanal demo [SCENARIO]``: icon, notices and window on an outage of the past. Nobody is asked, nothing is kept."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from trayapp.cli.shell import Exit, Shell, now, out, tell
from trayapp.config import BUILT_IN, load_controls, load_platforms
from trayapp.core.model import SECOND, Evidence
from trayapp.core.ports import Allowed
from trayapp.desktop.endpoint import open_endpoint
from trayapp.places import Places
from trayapp.simulate.clock import FastClock
from trayapp.simulate.hosts import internet
from trayapp.simulate.net import SimulatedNet
from trayapp.simulate.others import Others
from trayapp.simulate.reading import ScenarioError, read
from trayapp.simulate.scenario import Asleep, ClockSet, Complaint, Moved, Scenario, SwitchedOff, Unshown
from trayapp.storage.history import History
from trayapp.watch.asking import Heard
from trayapp.watch.clock import SystemClock
from trayapp.watch.engine import Engine
from trayapp.watch.feeds.reading import Reader
from trayapp.watch.probes import KINDS
from trayapp.words.demo import Demo, DemoSpeech

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.app import App
    from trayapp.core.model import Millis
    from trayapp.core.ports import Clock, Reply, Store
    from trayapp.core.present import View
    from trayapp.core.question import Answer, Control, Errand, Page, Platform
    from trayapp.core.story import Notice
    from trayapp.watch.engine import Watched

FIRST = "meta-2024-03-05"
"""What is shown unless the person names another."""
SPEED = 60.0
_UNSHOWN = (Asleep, SwitchedOff, ClockSet, Moved, Unshown)
ROOM = 50
"""Bytes of the temporary folder's name: a Unix socket's whole name has room for about a hundred."""


def demo(shell: Shell, wanted: str, speed: float) -> int:
    """Play it until the person quits. 2: there is no such scenario, or it cannot be shown."""
    words = Demo(shell.voice)
    path = _path(wanted)
    if path is None:
        tell(words.unknown(wanted, _names()))
        return Exit.USAGE
    try:
        scenario = read(path)
    except ScenarioError as error:
        tell(str(error))
        return Exit.USAGE
    if any(isinstance(change, _UNSHOWN) for change in scenario.changes):
        tell(words.not_here)
        return Exit.USAGE
    out(words.begins(scenario.title, max(1, round(scenario.lasts / SECOND / 60 / speed))))
    with tempfile.TemporaryDirectory(prefix="fanal-demo-", dir=_temporary()) as folder:
        return _play(shell, scenario, speed, Path(folder))


def inside(shell: Shell, folder: str, name: str) -> int:
    """A window of the demo that runs with its files in ``folder``."""
    from trayapp.cli.window import window  # noqa: PLC0415 - only a window needs it

    if name != "window":
        return Exit.USAGE
    where = _places(Path(folder))
    return window(replace(shell, where=where), Demo(shell.voice).signed, lambda: _moment(where.history))


def _temporary() -> str:
    """Where its folder is made: the usual place, unless a socket in it would have too long a name."""
    usual = tempfile.gettempdir()
    fits = sys.platform == "win32" or len(os.fsencode(usual)) <= ROOM
    return usual if fits else "/tmp"  # noqa: S108 - its folder is made with a name that nobody can foresee, for us alone


def _places(folder: Path) -> Places:
    return Places(folder / "config", folder / "history.db", folder / "run")


def _moment(history: Path) -> Millis:
    """By the clock of the demo: when it last wrote down that it looks."""
    with History(history) as past:
        seen = past.status()
    return seen.at.t if seen is not None else now()


def _folder() -> Path:
    return Path(str(resources.files("trayapp.simulate") / "scenarios"))


def _names() -> list[str]:
    return sorted(path.stem for path in _folder().glob("*.toml"))


def _path(wanted: str) -> Path | None:
    shipped = {path.stem: path for path in _folder().glob("*.toml")}
    found = shipped.get(wanted or FIRST)
    if found is None and Path(wanted).is_file():
        found = Path(wanted)
    return found


def _play(shell: Shell, scenario: Scenario, speed: float, folder: Path) -> int:
    from trayapp.app import App  # noqa: PLC0415 - behind the questions that may end it all
    from trayapp.desktop.autostart import own_command  # noqa: PLC0415 - the same
    from trayapp.desktop.notify import notifier  # noqa: PLC0415 - the same
    from trayapp.desktop.terminal import Terminal  # noqa: PLC0415 - the same
    from trayapp.desktop.tray import Trouble, choose  # noqa: PLC0415 - the same
    from trayapp.desktop.windows import Opener  # noqa: PLC0415 - the same
    from trayapp.words.encode import terminal as clean  # noqa: PLC0415 - the same

    platforms, controls = _cast(scenario)
    where = _places(folder)
    door = open_endpoint(where.door)
    if not platforms or door is None:
        return Exit.USAGE
    # It ends about now, so that what the window shows of it lies in its week.
    clock = FastClock(now() - scenario.lasts, scenario.lasts, speed)
    stage = Stage(scenario, clock, platforms, controls)
    opener = Opener([*own_command(), "demo", "--inside", str(folder)])
    app = App(
        places=where,
        speech=DemoSpeech(shell.voice),
        door=door,
        platforms=platforms,
        controls=controls,
        clock=clock,
        opened=lambda name: name == "log" and opener.open(name),
        build=stage.engine,
    )
    chosen = choose(app.chosen)
    if chosen.trouble is not None:
        tell(shell.say.no_tray[chosen.trouble.value])
    threading.Thread(target=_complain, args=(app, scenario, clock), name="person", daemon=True).start()
    if chosen.trouble in {None, Trouble.NO_WATCHER}:
        app.run(chosen.tray, notifier(chosen.tray, chosen=app.chosen))
    else:
        own = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding=sys.stdout.encoding, errors="replace")
        terminal = Terminal(own, lambda: f"{datetime.now().astimezone():%H:%M:%S}", clean)
        app.run(terminal, terminal)
    return Exit.WELL


def _cast(scenario: Scenario) -> tuple[tuple[Platform, ...], tuple[Control, ...]]:
    platforms, _ = load_platforms([BUILT_IN], frozenset(KINDS))
    controls, _ = load_controls(frozenset(KINDS))
    known = {p.id: p for p in platforms}
    watched = tuple(known[w] for w in scenario.watch if w in known) or tuple(p for p in platforms if p.default)
    return watched, controls


def _complain(app: App, scenario: Scenario, clock: FastClock) -> None:
    """The person of the scenario says what does not work for them."""
    for said in sorted(scenario.all_of(Complaint), key=lambda each: each.span.at):
        while (left := said.span.at - clock.now().mono) > 0:
            time.sleep(min(1.0, left / SECOND / clock.speed))
        app.command(f"complain {said.platform}")


class Hastened(Engine):
    """An engine by a clock that runs ``speed`` times as fast: it waits the shorter."""

    fast: FastClock

    def _wait_s(self) -> float:
        return super()._wait_s() / self.fast.speed


class Stage:
    """A scenario, ready to be watched by the real engine."""

    def __init__(
        self,
        scenario: Scenario,
        clock: FastClock,
        platforms: tuple[Platform, ...],
        controls: tuple[Control, ...],
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.scenario, self.clock = scenario, clock
        self.net = SimulatedNet(Others(internet(scenario, platforms, controls), read_page), clock, wait)

    def go(self, errand: Errand) -> Heard:
        """Run an errand in the little internet."""
        claims, good = self.net.run(errand)
        return Heard(claims, good=good)

    def engine(
        self,
        watched: Callable[[], Watched],
        *,
        clock: Clock,
        open_store: Callable[[], Store] | None,
        show: Callable[[View], None],
        say: Callable[[Notice], None],
        lost: Callable[[], None],
        reply: Callable[[Reply], None],
        quiet: Callable[[], bool],  # noqa: ARG002 - a demo speaks whenever it is asked for
        allowed: Callable[[], Allowed] = Allowed,  # noqa: ARG002 - nobody is asked, so nobody need consent
    ) -> Engine:
        """See ``EngineBuilder``."""
        engine = Hastened(
            clock=clock,
            net=self.net,
            kinds=KINDS,
            open_store=open_store,
            watched=watched,
            show=show,
            say=say,
            lost=lost,
            reply=reply,
            draw=lambda _below: 0,
            go=self.go,
            allowed=lambda: Allowed(self.scenario.outside, self.scenario.reports, self.scenario.country),
        )
        engine.fast = self.clock
        return engine


@dataclass(frozen=True, slots=True)
class _Served:
    """One document, as the reader of status pages would be given it."""

    answer: Answer

    def document(self, _url: str, _headers: object) -> Answer:
        return self.answer


def read_page(page: Page, answer: Answer) -> tuple[tuple[Evidence, ...], bool]:
    """What the real reader of status pages makes of a scenario's document."""
    heard = Reader(_Served(answer), SystemClock()).read(page)  # type: ignore[arg-type]  # documents are all it asks for
    return heard.claims, heard.good
