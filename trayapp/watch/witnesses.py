"""Listens to one look at one platform: every answer as it comes, and when there is nothing more to wait for."""

from __future__ import annotations

import queue
import threading
import time
from typing import TYPE_CHECKING

from trayapp.core import present
from trayapp.core.model import Line
from trayapp.core.reduce import reduce as core_reduce
from trayapp.core.schedule import LOST
from trayapp.core.world import Complained

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trayapp.core.model import Evidence
    from trayapp.core.present import View
    from trayapp.core.question import Platform
    from trayapp.core.world import Effects, Input, World


class Witnesses:
    """Hand ``reduce`` and ``lost`` to an engine that watches ``platform`` alone; then ``listen``.

    The engine must be told of a complaint about it once its line is known (``complain``): then everybody is asked, its
    pages are read, and, where the person lets it, other networks look from outside, at once and not at some random
    time. A complaint accuses nobody.
    """

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._heard: queue.SimpleQueue[Evidence | None] = queue.SimpleQueue()
        self._line = threading.Event()
        self._complained = False  # belongs, as the next, to the engine's thread
        self._view = present.nothing_yet((platform,))

    @property
    def view(self) -> View:
        """All that was found, once ``listen`` has ended."""
        return self._view

    def reduce(self, world: World, event: Input) -> tuple[World, Effects]:
        """As the core's own."""
        world, effects = core_reduce(world, event)
        self._view = present.view(world)
        self._complained = self._complained or isinstance(event, Complained)
        for one in effects.evidence:
            self._heard.put(one)
        if world.line is Line.OK and not self._line.is_set():
            self._line.set()
            self._heard.put(None)
        elif self._done(world):
            self._heard.put(None)
        return world, effects

    def lost(self) -> None:
        """The engine has ended by a mistake of its own."""
        self._view = present.stopped(self._view)
        self._heard.put(None)

    def listen(self, patience_s: float, complain: Callable[[], None]) -> Iterator[Evidence]:
        """Every answer as it comes, until all have answered and it is known what that amounts to, or patience ends."""
        ends = time.monotonic() + patience_s
        complained = False
        while (left := ends - time.monotonic()) > 0:
            try:
                one = self._heard.get(timeout=left)
            except queue.Empty:
                return
            if one is not None:
                yield one
            elif self._line.is_set() and not complained and self._view.say is not present.Say.STOPPED:
                complained = True
                complain()
            else:
                return

    def _done(self, world: World) -> bool:
        """Whether nothing is open any more that asking could settle."""
        if world.line in LOST:
            return True
        mine = self._platform
        if not self._complained or mine.id in world.wanted or not present.settled(self._view):
            return False
        if any(page.away or page.asked is None for page in world.pages.values()):
            return False
        look = world.looks.get(mine.owner)
        if look is not None and (look.away or look.due is not None):
            return False
        accused = world.verdicts[mine.id].accuses
        return accused or not (world.standings[mine.id].suspect or world.standings[mine.id].failing)
