"""The composition root: builds the parts, and owns the order of start and stop.

The icon comes first: what it does not need (HTTP, TLS, the history) is loaded behind it, on the starter's thread.
"""

from __future__ import annotations

import logging
import random
import threading
from typing import TYPE_CHECKING, Protocol

from trayapp.core import digest, present
from trayapp.desktop.notify.queue import NoticeThread
from trayapp.desktop.signals import heed
from trayapp.watch.clock import SystemClock
from trayapp.watch.watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trayapp.config import Settings
    from trayapp.core.ports import Clock, Delivery, Face, Notifier, Store, Tray
    from trayapp.core.present import View
    from trayapp.core.question import Control, Platform
    from trayapp.core.story import Notice
    from trayapp.core.world import NoticeKey
    from trayapp.desktop.endpoint import LocalEndpoint
    from trayapp.places import Places
    from trayapp.watch.engine import Engine, Watched
    from trayapp.words.speech import Speech

IDLE_S = 180.0
"""Somebody is looked up more often than this as long as anybody is watched: see ``Lookup``."""
_log = logging.getLogger(__name__)


class EngineBuilder(Protocol):
    """Makes an engine that is not started yet; see ``build_engine``."""

    def __call__(
        self,
        watched: Callable[[], Watched],
        *,
        clock: Clock,
        open_store: Callable[[], Store] | None,
        show: Callable[[View], None],
        say: Callable[[Notice], None],
        lost: Callable[[], None],
    ) -> Engine:
        """As ``Engine`` takes them."""


def build_engine(
    watched: Callable[[], Watched],
    *,
    clock: Clock,
    open_store: Callable[[], Store] | None,
    show: Callable[[View], None],
    say: Callable[[Notice], None],
    lost: Callable[[], None],
) -> Engine:
    """An engine on the real network."""
    from trayapp.watch.engine import Engine  # noqa: PLC0415 - behind the icon
    from trayapp.watch.lookup import Lookup  # noqa: PLC0415 - the same
    from trayapp.watch.net import Network  # noqa: PLC0415 - the same; loads httpx
    from trayapp.watch.probes import KINDS  # noqa: PLC0415 - the same
    from trayapp.watch.surroundings import choose  # noqa: PLC0415 - the same
    from trayapp.watch.trust import system_trust  # noqa: PLC0415 - the same

    return Engine(
        clock=clock,
        net=Network(clock, system_trust(), Lookup(keep_s=IDLE_S)),
        kinds=KINDS,
        open_store=open_store,
        watched=watched,
        show=show,
        say=say,
        lost=lost,
        draw=random.randrange,
        surroundings=choose(clock),
    )


class App:
    """One running Fanal. ``run`` belongs to the main thread and returns when the person quits.

    ``build`` makes the engine: tests bring one without a real network.
    """

    def __init__(
        self,
        *,
        places: Places,
        speech: Speech,
        door: LocalEndpoint,
        platforms: tuple[Platform, ...],
        controls: tuple[Control, ...],
        clock: Clock | None = None,
        build: EngineBuilder = build_engine,
    ) -> None:
        self._places, self._speech, self._door = places, speech, door
        self._watched: Watched = platforms, controls
        self._names = {p.id: p.name for p in platforms}
        self._clock = clock or SystemClock()
        self._build = build
        self._watchdog = Watchdog(self._engine, self._clock, fallen=self._fallen, again=self._again)
        self._view = present.nothing_yet(platforms)
        self._face: Face | None = None
        self._drawing = threading.Lock()  # the engine and the watchdog both draw
        self._tray: Tray | None = None
        self._notices: NoticeThread[NoticeKey] | None = None
        self._ended = threading.Event()
        self._turn = threading.Lock()  # start and stop: never both at once
        self._looks = True  # false once it is known that nobody does

    def chosen(self, command: str) -> None:
        """A row of the menu was clicked: a command, and after a space the platform it is about."""
        self.command(*command.split(" ", 1))

    def command(self, command: str, platform: str = "") -> bool:
        """Do what a menu row or another process wants; whether it could be done."""
        if command == "quit" and self._tray is not None:
            self._tray.stop()
            return True
        engine = self._watchdog.engine
        if engine is None or not self._looks:
            return False
        if command == "check":
            engine.check_now()
            return True
        if command == "complain" and platform in {p.id for p in self._watched[0]}:
            engine.complain(platform)
            return True
        return False

    def reconfigure(self, platforms: tuple[Platform, ...], controls: tuple[Control, ...]) -> None:
        """From now on watch these."""
        # First what the next engine begins with, then the one in office: a new one between the two misses nothing.
        self._watched = platforms, controls
        self._names |= {p.id: p.name for p in platforms}  # the stories of those that go are still told
        if self._watchdog.engine is not None:
            self._watchdog.engine.reconfigure(platforms, controls)

    def run(self, tray: Tray, notifier: Notifier) -> None:
        """Show the icon, watch, and stay until the person quits or the system says stop."""
        self._tray = tray
        self._notices = NoticeThread(notifier, self._delivered)
        heed(tray.stop)
        start = threading.Thread(target=self._start, name="start", daemon=True)
        try:
            self._face = self._speech.face(self._view, self._clock.now().t)
            tray.run(self._face, start.start)
        finally:
            self._stop()

    def _start(self) -> None:
        """Behind the icon: load the rest and watch until the end."""
        try:
            with self._turn:
                if self._ended.is_set():
                    return
                assert self._notices is not None  # noqa: S101 - made before the tray ran; this tells mypy
                self._door.serve(self._asked)
                self._notices.start()
        except Exception:  # noqa: BLE001 - whatever fails here, the icon must not stay as if Fanal were looking
            _log.exception("Fanal could not begin to watch")
            self._fallen()
            return
        self._watchdog.run()

    def _engine(self) -> Engine:
        return self._build(
            lambda: self._watched,
            clock=self._clock,
            open_store=lambda: _open_history(self._places),
            show=self._show,
            say=self._say,
            lost=self._watchdog.ended,
        )

    def _stop(self) -> None:
        with self._turn:
            self._ended.set()
        try:
            self._watchdog.stop()
            if self._notices is not None:
                self._notices.stop()
        finally:
            # Last: it is the lock of the only Fanal, and until now this one was still writing.
            self._door.close()

    def _show(self, view: View) -> None:
        with self._drawing:
            self._view, self._looks = view, True
            self._draw(view)

    def _again(self) -> None:
        self._show(self._view)

    def _fallen(self) -> None:
        with self._drawing:
            self._looks = False
            self._draw(present.stopped(self._view))

    def _draw(self, view: View) -> None:
        face = self._speech.face(view, self._clock.now().t)
        if self._tray is not None and face != self._face:  # to wake the toolkit's thread costs more than to compare
            self._face = face
            self._tray.show(face)

    def _say(self, notice: Notice) -> None:
        now = self._clock.now().t
        if notice.channel == digest.CHANNEL:
            toast = self._speech.digest(digest.events(notice), self._names, now)
        else:
            toast = self._speech.toast(notice.event, self._names, now)
        if self._notices is not None:
            self._notices.put(notice.key, toast)

    def _delivered(self, key: NoticeKey, delivery: Delivery) -> None:
        if self._watchdog.engine is not None:
            self._watchdog.engine.delivered(key, delivery)

    def _asked(self, request: Mapping[str, object]) -> Mapping[str, object]:
        command = request.get("do")
        if command == "ping":
            return {"done": self._looks}
        if command in {"check", "quit", "complain"}:
            return {"done": self.command(str(command), str(request.get("platform", "")))}
        return {"error": "unknown"}


def load(places: Places, settings: Settings) -> tuple[tuple[Platform, ...], tuple[Control, ...], tuple[str, ...]]:
    """What is watched, what is asked about the line, and every problem with either, as file:line: text."""
    from trayapp.config import BUILT_IN, load_controls, load_platforms  # noqa: PLC0415 - see the module's docstring
    from trayapp.watch.probes import KINDS  # noqa: PLC0415

    kinds = frozenset(KINDS)
    platforms, problems = load_platforms([BUILT_IN, places.platforms], kinds)
    controls, more = load_controls(kinds)
    wanted = settings.platforms
    if wanted:
        known = {p.id: p for p in platforms}
        platforms = tuple(known[w] for w in dict.fromkeys(wanted) if w in known)
    missing = tuple(
        f'{places.settings}: `platforms` has "{w}", and there is no such platform'
        for w in wanted
        if w not in {p.id for p in platforms}
    )
    return platforms, controls, (*map(str, (*problems, *more)), *missing)


def check(
    platforms: tuple[Platform, ...],
    controls: tuple[Control, ...],
    *,
    patience_s: float,
    progress: Callable[[View], None],
) -> View:
    """Look once, keep nothing: ends when every platform is known, or with the line, or when patience does."""
    latest = present.nothing_yet(platforms)
    enough = threading.Event()

    def show(view: View) -> None:
        nonlocal latest
        latest = view
        progress(view)
        if present.settled(view):
            enough.set()

    def lost() -> None:
        nonlocal latest
        latest = present.stopped(latest)
        enough.set()

    engine = build_engine(
        lambda: (platforms, controls), clock=SystemClock(), open_store=None, show=show, say=lambda _: None, lost=lost
    )
    engine.start()
    try:
        enough.wait(patience_s)
    finally:
        engine.stop()
    return latest


def _open_history(places: Places) -> Store:
    from trayapp.storage.database import Database  # noqa: PLC0415 - behind the icon

    database = Database(places.history)
    if database.opened_anew is not None:
        _log.warning("%s", database.opened_anew)
    return database
