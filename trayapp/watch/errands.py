"""Runs the errands of the core: reads a status page, looks from elsewhere, counts what the public reports.

What each needs is loaded at its first errand: who never lets others be asked pays nothing for them.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from trayapp.core.question import Page
from trayapp.watch.asking import NOTHING

if TYPE_CHECKING:
    from trayapp.core.ports import Clock, Net
    from trayapp.core.question import Errand
    from trayapp.watch.asking import Heard
    from trayapp.watch.feeds.reading import Reader


class Errands:
    """Safe to use from many threads. Blocks as long as whoever is asked may take."""

    def __init__(self, net: Net, clock: Clock) -> None:
        self._net, self._clock = net, clock
        self._lock = threading.Lock()  # two first errands at once
        self._reader: Reader | None = None

    def __call__(self, errand: Errand) -> Heard:
        """What was learned."""
        if isinstance(errand, Page):
            return self._pages().read(errand)
        return NOTHING

    def _pages(self) -> Reader:
        from trayapp.watch.feeds.reading import Reader  # noqa: PLC0415 - see the module's docstring

        with self._lock:
            if self._reader is None:
                self._reader = Reader(self._net, self._clock)
            return self._reader
