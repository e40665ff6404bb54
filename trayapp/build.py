"""What the composition root is built from: who is watched, an engine on the real network, a single look."""

from __future__ import annotations

import logging
import random
import threading
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from trayapp.core import present
from trayapp.core.ports import Allowed
from trayapp.watch.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.config import Settings
    from trayapp.config.settings import QuietHours
    from trayapp.core.ports import Clock, Reply, Store
    from trayapp.core.present import View
    from trayapp.core.question import Control, Platform
    from trayapp.core.story import Notice
    from trayapp.places import Places
    from trayapp.watch.engine import Engine, Reduce, Watched
    from trayapp.watch.trial import Trials

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
        reply: Callable[[Reply], None],
        quiet: Callable[[], bool],
        allowed: Callable[[], Allowed],
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
    reply: Callable[[Reply], None] = lambda _: None,
    quiet: Callable[[], bool] = lambda: False,
    allowed: Callable[[], Allowed] = Allowed,
    reduce: Reduce | None = None,
) -> Engine:
    """An engine on the real network. ``quiet``: whether nothing is to be said now; ``allowed``: who may be asked.

    ``reduce``: in the place of the core's own.
    """
    from trayapp.core.reduce import reduce as core_reduce  # noqa: PLC0415 - behind the icon
    from trayapp.watch.engine import Engine  # noqa: PLC0415 - behind the icon
    from trayapp.watch.errands import Errands  # noqa: PLC0415 - the same
    from trayapp.watch.lookup import Lookup  # noqa: PLC0415 - the same
    from trayapp.watch.net import Network  # noqa: PLC0415 - the same; loads httpx
    from trayapp.watch.probes import KINDS  # noqa: PLC0415 - the same
    from trayapp.watch.surroundings import choose  # noqa: PLC0415 - the same
    from trayapp.watch.surroundings.quiet import WithQuiet  # noqa: PLC0415 - the same
    from trayapp.watch.trust import system_trust  # noqa: PLC0415 - the same

    net = Network(clock, system_trust(), Lookup(lent=True))
    return Engine(
        clock=clock,
        net=net,
        kinds=KINDS,
        open_store=open_store,
        watched=watched,
        show=show,
        say=say,
        lost=lost,
        reply=reply,
        draw=random.randrange,
        surroundings=WithQuiet(choose(clock), quiet),
        go=Errands(net, clock),
        allowed=lambda: _with_country(allowed()),
        reduce=reduce or core_reduce,
    )


def _with_country(allowed: Allowed) -> Allowed:
    """The person's own country by the time zone, where they have named none and others may be asked at all."""
    if not allowed.outside or allowed.country:
        return allowed
    from trayapp.watch.outside.country import country  # noqa: PLC0415 - behind the icon

    return replace(allowed, country=country())


class Quieted(Protocol):
    """What the person's settings say of silence; read anew each time."""

    @property
    def quiet(self) -> QuietHours | None:
        """See ``Settings``, as the other two."""

    @property
    def notices(self) -> bool:
        """False: always."""

    @property
    def heed(self) -> bool:
        """Whether the desktop has a say."""


def quiet_times(settings: Quieted, clock: Clock, *, do_not_disturb: Callable[[], bool | None]) -> Callable[[], bool]:
    """Whether nothing is to be said now: in the person's quiet hours, or while the desktop is not to be disturbed.

    Or at any time, if the person wants no notices.

    The desktop is asked beside the caller, now and then: its answer may come late, and its silence means no.
    """
    from trayapp.watch.surroundings.aside import EVERY, Aside  # noqa: PLC0415 - behind the icon

    desktop = Aside("quiet", lambda: do_not_disturb() is True, first=False, every=EVERY)

    def quiet() -> bool:
        now = datetime.now().astimezone()
        hours = settings.quiet
        if not settings.notices or (hours is not None and hours.at(now.hour * 60 + now.minute)):
            return True
        return settings.heed and desktop.answer(clock.now().mono)

    return quiet


def load(places: Places, settings: Settings) -> tuple[tuple[Platform, ...], tuple[Control, ...], tuple[str, ...]]:
    """What is watched, what is asked about the line, and every problem with either, as file:line: text.

    Until the person has chosen, the platforms that are `default`: few, and whatever they have added themselves.
    """
    from trayapp.config import BUILT_IN, load_controls, load_platforms  # noqa: PLC0415 - see the module's docstring
    from trayapp.watch.probes import KINDS  # noqa: PLC0415

    kinds = frozenset(KINDS)
    platforms, problems = load_platforms([BUILT_IN, places.platforms], kinds)
    controls, more = load_controls(kinds)
    wanted = settings.platforms
    if wanted:
        known = {p.id: p for p in platforms}
        platforms = tuple(known[w] for w in dict.fromkeys(wanted) if w in known)
    else:
        platforms = tuple(p for p in platforms if p.default)
    missing = tuple(
        f'{places.settings}: `platforms` has "{w}", and there is no such platform'
        for w in wanted
        if w not in {p.id for p in platforms}
    )
    return platforms, controls, (*map(str, (*problems, *more)), *missing)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of reading the configuration again. ``done`` false: all is as it was, for the reasons told."""

    done: bool
    settings: Settings
    watched: Watched
    problems: tuple[str, ...] = ()  # each as file:line: text


class Current:
    """The configuration that holds now. Fulfils ``Quieted``. Safe to use from many threads."""

    def __init__(self, places: Places, settings: Settings, watched: Watched) -> None:
        from trayapp.config.edited import Edited  # noqa: PLC0415 - see ``load``

        self._places = places
        self.settings, self.watched = settings, watched
        self._edited = Edited(places.settings, places.platforms)
        self._turn = threading.Lock()  # one reading at a time

    def edited(self) -> bool:
        """Whether the person has changed a file by hand; true once for each change. Quick."""
        return self._edited.look()

    @property
    def quiet(self) -> QuietHours | None:
        """Of the settings that hold now, as the next two."""
        return self.settings.quiet

    @property
    def notices(self) -> bool:
        """As ``quiet``."""
        return self.settings.notices

    @property
    def heed(self) -> bool:
        """As ``quiet``."""
        return self.settings.heed

    def reload(self) -> Taken:
        """Read all of it again, and let it hold, unless the settings are broken or nobody would be watched.

        A platform whose file is broken now stays as it was; every problem is told.
        """
        with self._turn:
            self._edited.read()
            return self._reload()

    def _reload(self) -> Taken:
        from trayapp.config import load_settings  # noqa: PLC0415 - see ``load``

        settings, problems = load_settings(self._places.settings)
        if problems:
            return Taken(done=False, settings=self.settings, watched=self.watched, problems=tuple(map(str, problems)))
        platforms, controls, told = load(self._places, settings)
        platforms = self._with_broken(platforms, settings, told)
        if not platforms or not controls:
            return Taken(done=False, settings=self.settings, watched=self.watched, problems=told)
        self.settings, self.watched = settings, (platforms, controls)
        return Taken(done=True, settings=settings, watched=self.watched, problems=told)

    def _with_broken(
        self, platforms: tuple[Platform, ...], settings: Settings, told: tuple[str, ...]
    ) -> tuple[Platform, ...]:
        there = {p.id for p in platforms}
        kept = tuple(
            p
            for p in self.watched[0]
            if p.id not in there
            and (not settings.platforms or p.id in settings.platforms)
            and any(text.startswith(f"{self._places.platforms / p.id}.toml:") for text in told)
        )
        return (*platforms, *kept)


def trials(clock: Clock) -> Trials:
    """What puts a single question to an address that is not watched yet."""
    from trayapp.watch.lookup import Lookup  # noqa: PLC0415 - behind the icon
    from trayapp.watch.net import Network  # noqa: PLC0415 - the same; loads httpx
    from trayapp.watch.trial import LIMITS, Trials  # noqa: PLC0415 - the same
    from trayapp.watch.trust import system_trust  # noqa: PLC0415 - the same

    return Trials(clock, lambda: Network(clock, system_trust(), Lookup(), LIMITS))


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


def open_history(places: Places) -> Store:
    """The history, ready to be written. Raises StoreError."""
    from trayapp.storage.database import Database  # noqa: PLC0415 - behind the icon

    database = Database(places.history)
    if database.opened_anew is not None:
        _log.warning("%s", database.opened_anew)
    return database
