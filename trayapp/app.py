"""The composition root: builds the parts, and owns the order of start and stop.

The icon comes first: what it does not need (HTTP, TLS, the history) is loaded behind it, on the starter's thread.
"""

from __future__ import annotations

import logging
import os
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from trayapp.build import build_engine, open_history, trials
from trayapp.core import digest, present, wishes
from trayapp.core.ports import Allowed
from trayapp.desktop.heard import Heard
from trayapp.desktop.notify.queue import NoticeThread
from trayapp.desktop.signals import heed
from trayapp.desktop.windows import FIRST, WINDOWS
from trayapp.watch.clock import SystemClock
from trayapp.watch.watchdog import Watchdog
from trayapp.words.language import languages_of
from trayapp.words.official import Quoted
from trayapp.words.speech import speech as speech_of
from trayapp.words.still import VERB as STILL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trayapp.build import Current, EngineBuilder
    from trayapp.core.ports import Clock, Delivery, Face, Notifier, Reply, Tray
    from trayapp.core.present import View
    from trayapp.core.question import Control, Platform
    from trayapp.core.story import Notice
    from trayapp.core.world import NoticeKey
    from trayapp.desktop.endpoint import LocalEndpoint
    from trayapp.places import Places
    from trayapp.watch.engine import Engine, Watched
    from trayapp.watch.trial import Trials
    from trayapp.words.speech import Speech

_log = logging.getLogger(__name__)


class App:
    """One running Fanal. ``run`` belongs to the main thread and returns when the person quits.

    ``current`` is the configuration that holds now and can be read again; ``opened`` opens the window of that name in
    a process of its own, and says whether it could.
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
        quiet: Callable[[], bool] = lambda: False,
        current: Current | None = None,
        opened: Callable[[str], bool] = lambda _: False,
        build: EngineBuilder = build_engine,
    ) -> None:
        self._places, self._speech, self._door = places, speech, door
        self._current, self._opened = current, opened
        self._watched: Watched = platforms, controls
        self._names = {p.id: p.name for p in platforms}
        self._helps = {p.id: p.help for p in platforms}
        self._owners = {p.id: p.owner_name for p in platforms}
        self._clock = clock or SystemClock()
        self._build, self._quiet = build, quiet
        self._trials: Trials | None = None
        self._watchdog = Watchdog(self._engine, self._clock, fallen=self._fallen, again=self._again)
        self._view = present.nothing_yet(platforms)
        self._face: Face | None = None
        self._drawing = threading.Lock()  # the engine and the watchdog both draw
        self._tray: Tray | None = None
        self._greet = False
        self._notices: NoticeThread[NoticeKey] | None = None
        self._ended = threading.Event()
        self._turn = threading.Lock()  # start and stop: never both at once
        self._looks = True  # false once it is known that nobody does

    def chosen(self, command: str) -> None:
        """A row of the menu, or a notice's button, was clicked."""
        self.command(command)

    def command(self, command: str) -> bool:
        """Do what a menu row or another process wants; whether it could be done.

        ``quit``, ``check``, ``complain PLATFORM``, ``still PLATFORM…``, and the wishes of ``core/wishes.py``.
        """
        if command == "quit" and self._tray is not None:
            self._tray.stop()
            return True
        if command in WINDOWS:
            return self._opened(command)
        engine = self._watchdog.engine
        if engine is None or not self._looks:
            return False
        watched = {p.id for p in self._watched[0]}
        now = self._clock.now().t
        verb, _, platform = command.partition(" ")
        wish = wishes.read(command, now, self._speech.tomorrow(now))
        if command == "check":
            engine.check_now()
        elif verb == "complain" and platform in watched:
            engine.complain(platform)
        elif verb == STILL and self._notices is not None:
            toast = self._speech.still(self._view, platform.split(), now)
            self._notices.put((toast.key, now, ""), toast)
        elif wish is not None and wishes.about(wish) in {"", *watched}:
            engine.wish(wish)
        else:
            return False
        return True

    def reconfigure(self, platforms: tuple[Platform, ...], controls: tuple[Control, ...]) -> None:
        """From now on watch these."""
        # First what the next engine begins with, then the one in office: a new one between the two misses nothing.
        self._watched = platforms, controls
        self._names |= {p.id: p.name for p in platforms}  # the stories of those that go are still told
        self._helps |= {p.id: p.help for p in platforms}
        self._owners |= {p.id: p.owner_name for p in platforms}
        if self._watchdog.engine is not None:
            self._watchdog.engine.reconfigure(platforms, controls)

    def reload(self) -> Mapping[str, object]:
        """Read the configuration again and let it hold at once; where it is broken the old one stays. All is told."""
        if self._current is None:
            return {"error": "unknown"}
        taken = self._current.reload()
        if taken.done:
            self.reconfigure(*taken.watched)
            language = taken.settings.language
            self._speech = speech_of([language] if language else languages_of(os.environ))
            with self._drawing:
                self._draw(self._view if self._looks else present.stopped(self._view))
        return {"done": taken.done, "problems": list(taken.problems)}

    def _look_round(self) -> bool:
        """Asked by the engine every few seconds: whether to be quiet. What was changed by hand is noticed here too."""
        if self._current is not None and self._current.edited():
            threading.Thread(target=self._edited, name="reload", daemon=True).start()
        return self._quiet()

    def _edited(self) -> None:
        told = self.reload()["problems"]
        if isinstance(told, list) and told and self._notices is not None:
            self._notices.put(("settings", self._clock.now().t, ""), self._speech.mistake(told))

    def run(self, tray: Tray, notifier: Notifier, *, greet: bool = False) -> None:
        """Show the icon, watch, and stay until the person quits or the system says stop.

        ``greet``: nobody has been asked anything yet, so open the window of the first start once the icon is there.
        """
        self._tray, self._greet = tray, greet
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
        if self._greet:
            self._opened(FIRST)
        self._watchdog.run()

    def _engine(self) -> Engine:
        return self._build(
            lambda: self._watched,
            clock=self._clock,
            open_store=lambda: Heard(open_history(self._places), self._door.tell),
            show=self._show,
            say=self._say,
            lost=self._watchdog.ended,
            reply=self._answer,
            quiet=self._look_round,
            allowed=self._allowed,
        )

    def _allowed(self) -> Allowed:
        """Whom the person lets Fanal ask beside the platforms. Nobody, until they have answered."""
        return self._current.settings.allowed if self._current is not None else Allowed()

    def _stop(self) -> None:
        with self._turn:
            self._ended.set()
        try:
            if self._trials is not None:
                self._trials.stop()
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
            said = {m.platform: m.said for m in notice.event.of.members if m.said is not None}
            quotes = {p: Quoted(self._owners.get(p, p), each.words, each.since) for p, each in said.items()}
            toast = self._speech.toast(notice.event, self._names, now, quotes)
        if self._notices is not None:
            loud = self._current is not None and self._current.settings.sound
            self._notices.put(notice.key, replace(toast, sound=loud))

    def _answer(self, reply: Reply) -> None:
        """The person who said that something does not work for them hears what Fanal sees."""
        toast = self._speech.reply(reply, self._names, self._helps.get(reply.platform, ""), self._clock.now().t)
        if self._notices is not None:
            self._notices.put(("reply", reply.asked, reply.platform), toast)

    def _test_notice(self) -> bool:
        """The person wants to see what a notice looks like."""
        if self._notices is None:
            return False
        self._notices.put(("test", self._clock.now().t, ""), self._speech.test_notice())
        return True

    def _delivered(self, key: NoticeKey, delivery: Delivery) -> None:
        if self._watchdog.engine is not None:
            self._watchdog.engine.delivered(key, delivery)

    def _asked(self, request: Mapping[str, object]) -> Mapping[str, object]:
        match request.get("do"):
            case "ping":
                return {"done": self._looks}
            case "complain":
                return {"done": self.command(f"complain {request.get('platform', '')}")}
            case "check" | "quit" as command:
                return {"done": self.command(command)}
            case "wish":
                return {"done": self.command(str(request.get("wish", "")))}
            case other:
                return self._asked_of_settings(other, request)

    def _asked_of_settings(self, what: object, request: Mapping[str, object]) -> Mapping[str, object]:
        match what:
            case "reload":
                return self.reload()
            case "notice":
                return {"done": self._test_notice()}
            case "try" | "tried":
                if self._trials is None:
                    self._trials = trials(self._clock)
                return self._trials.asked(request)
            case _:
                return {"error": "unknown"}
