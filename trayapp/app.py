"""The composition root: builds the parts, and owns the order of start and stop.

The icon comes first: what it does not need (HTTP, TLS, the history) is loaded behind it, on the starter's thread.
"""

from __future__ import annotations

import logging
import signal
import threading
from typing import TYPE_CHECKING

from trayapp.core import present
from trayapp.core.model import SECOND, Millis
from trayapp.desktop.notify.queue import NoticeThread
from trayapp.watch.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trayapp.config import Settings
    from trayapp.core.model import Notice
    from trayapp.core.ports import Clock, Delivery, Notifier, Store, Tray
    from trayapp.core.present import View
    from trayapp.core.question import Control, Platform
    from trayapp.core.world import NoticeKey
    from trayapp.desktop.endpoint import LocalEndpoint
    from trayapp.places import Places
    from trayapp.watch.engine import Engine
    from trayapp.words.speech import Speech

STALE: Millis = 150 * SECOND
"""A heartbeat older than this means that nobody is looking."""
_log = logging.getLogger(__name__)


class App:
    """One running Fanal. ``run`` belongs to the main thread and returns when the person quits."""

    def __init__(
        self,
        *,
        places: Places,
        speech: Speech,
        door: LocalEndpoint,
        platforms: tuple[Platform, ...],
        controls: tuple[Control, ...],
        clock: Clock | None = None,
        watch_every_s: float = 30.0,
    ) -> None:
        self._places, self._speech, self._door = places, speech, door
        self._platforms, self._controls = platforms, controls
        self._names = {p.id: p.name for p in platforms}
        self._clock = clock or SystemClock()
        self._watch_every_s = watch_every_s
        self._view = present.nothing_yet(platforms)
        self._tray: Tray | None = None
        self._notices: NoticeThread[NoticeKey] | None = None
        self._engine: Engine | None = None
        self._ended = threading.Event()
        self._turn = threading.Lock()  # start and stop: never both at once
        self._looks = True  # false once it is known that nobody does

    def chosen(self, command: str) -> None:
        """A row of the menu was clicked."""
        self.command(command)

    def command(self, command: str) -> bool:
        """Do what a menu row or another process wants; whether it could be done."""
        if command == "quit" and self._tray is not None:
            self._tray.stop()
            return True
        if command == "check" and self._engine is not None and self._looks:
            self._engine.check_now()
            return True
        return False

    def run(self, tray: Tray, notifier: Notifier) -> None:
        """Show the icon, watch, and stay until the person quits or the system says stop."""
        self._tray = tray
        self._notices = NoticeThread(notifier, self._delivered)
        for number in (signal.SIGTERM, signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGTERM)):
            if signal.getsignal(number) is not signal.SIG_IGN:  # as `nohup` leaves it, for good reason
                signal.signal(number, lambda *_: tray.stop())
        start = threading.Thread(target=self._start, name="start", daemon=True)
        try:
            tray.run(self._speech.face(self._view, self._clock.now().t), start.start)
        finally:
            self._stop()

    def _start(self) -> None:
        """Behind the icon: load the rest and begin to watch."""
        try:
            with self._turn:
                if self._ended.is_set():
                    return
                assert self._notices is not None  # noqa: S101 - made before the tray ran; this tells mypy
                self._door.serve(self._asked)
                self._notices.start()
            store = _open_history(self._places)
            engine = build_engine(
                self._platforms,
                self._controls,
                store=store,
                show=self._show,
                say=self._say,
                lost=self._lost,
                forgetful=store is None,
            )
            with self._turn:
                if self._ended.is_set():  # told to stop while it was still starting
                    if store is not None:
                        store.close()
                    return
                self._engine = engine
                engine.start()
        except Exception:  # noqa: BLE001 - whatever fails here, the icon must not stay as if Fanal were looking
            _log.exception("Fanal could not begin to watch")
            self._lost()
            return
        self._keep_watch()

    def _keep_watch(self) -> None:
        """The watchdog: an engine that no longer comes round must not leave yesterday's green on the screen."""
        told = False
        while not self._ended.wait(self._watch_every_s):
            # Twice: after sleep everybody wakes at once, and the engine may only need a moment longer than we.
            silent = self._silent() and not self._ended.wait(self._watch_every_s / 6) and self._silent()
            if silent and not told:
                _log.error("the engine has not come round for %d s", STALE // SECOND)
                self._lost()
            self._looks = self._looks or (told and not silent)
            told = silent

    def _silent(self) -> bool:
        return self._engine is not None and self._clock.now().since(self._engine.beat) > STALE

    def _stop(self) -> None:
        with self._turn:
            self._ended.set()
        try:
            if self._engine is not None:
                self._engine.stop()
            if self._notices is not None:
                self._notices.stop()
        finally:
            # Last: it is the lock of the only Fanal, and until now this one was still writing.
            self._door.close()

    def _show(self, view: View) -> None:
        self._view = view
        if self._tray is not None:
            self._tray.show(self._speech.face(view, self._clock.now().t))

    def _lost(self) -> None:
        self._looks = False
        self._show(present.stopped(self._view))

    def _say(self, notice: Notice) -> None:
        if self._notices is not None:
            self._notices.put(notice.key, self._speech.toast(notice.event, self._names, self._clock.now().t))

    def _delivered(self, key: NoticeKey, delivery: Delivery) -> None:
        if self._engine is not None:
            self._engine.delivered(key, delivery)

    def _asked(self, request: Mapping[str, object]) -> Mapping[str, object]:
        command = request.get("do")
        if command == "ping":
            return {"done": self._looks}
        if command in {"check", "quit"}:
            return {"done": self.command(str(command))}
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


def build_engine(
    platforms: tuple[Platform, ...],
    controls: tuple[Control, ...],
    *,
    store: Store | None,
    show: Callable[[View], None],
    say: Callable[[Notice], None],
    lost: Callable[[], None],
    forgetful: bool = False,
) -> Engine:
    """An engine on the real network."""
    from trayapp.watch.engine import Engine  # noqa: PLC0415 - loads httpx: behind the icon
    from trayapp.watch.net import Network  # noqa: PLC0415 - the same
    from trayapp.watch.probes import KINDS  # noqa: PLC0415 - the same
    from trayapp.watch.trust import system_trust  # noqa: PLC0415 - the same

    clock = SystemClock()
    return Engine(
        clock=clock,
        net=Network(clock, system_trust()),
        kinds=KINDS,
        store=store,
        platforms=platforms,
        controls=controls,
        show=show,
        say=say,
        lost=lost,
        forgetful=forgetful,
    )


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

    engine = build_engine(platforms, controls, store=None, show=show, say=lambda _: None, lost=lost)
    engine.start()
    try:
        enough.wait(patience_s)
    finally:
        engine.stop()
    return latest


def _open_history(places: Places) -> Store | None:
    from trayapp.core.ports import StoreError  # noqa: PLC0415 - behind the icon
    from trayapp.storage.database import Database  # noqa: PLC0415 - the same

    try:
        return Database(places.history)
    except StoreError as error:
        # Watching goes on without memory; that it does is said, not hidden.
        _log.error("%s", error)
        return None
