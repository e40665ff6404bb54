"""Runs the errands of the core: reads a status page, looks from elsewhere, counts what the public reports.

What each needs is loaded at its first errand: who never lets others be asked pays nothing for them.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from trayapp.core.question import Count, Look, Page
from trayapp.watch.asking import Heard

if TYPE_CHECKING:
    from trayapp.core.model import Evidence
    from trayapp.core.ports import Clock, Net
    from trayapp.core.question import Errand
    from trayapp.watch.feeds.reading import Reader
    from trayapp.watch.outside.means import Means
    from trayapp.watch.reports.asking import Reports

_log = logging.getLogger(__name__)


class Errands:
    """Safe to use from many threads. Blocks as long as whoever is asked may take."""

    def __init__(self, net: Net, clock: Clock) -> None:
        self._net, self._clock = net, clock
        self._lock = threading.Lock()  # two first errands at once
        self._reader: Reader | None = None
        self._means: Means | None = None
        self._reports: Reports | None = None

    def __call__(self, errand: Errand) -> Heard:
        """What was learned."""
        match errand:
            case Page():
                return self._pages().read(errand)
            case Look():
                from trayapp.watch.outside.asking import look  # noqa: PLC0415 - see the module's docstring

                return _heard(look(self._others(), errand))
            case Count():
                return _heard(self._public().ask(errand.platforms))

    def _others(self) -> Means:
        from trayapp.config.vantages import load_vantages  # noqa: PLC0415 - see the module's docstring
        from trayapp.watch.outside.budget import Budget  # noqa: PLC0415 - the same
        from trayapp.watch.outside.means import Means  # noqa: PLC0415 - the same

        with self._lock:
            if self._means is None:
                vantages, problems = load_vantages()
                for problem in problems:  # of a file that comes with Fanal: a mistake of ours
                    _log.error("%s", problem)
                self._means = Means(self._net, self._clock, Budget(), vantages)
            return self._means

    def _public(self) -> Reports:
        from trayapp.config.tags import load_tags  # noqa: PLC0415 - see the module's docstring
        from trayapp.watch.reports.asking import Reports  # noqa: PLC0415 - the same

        means = self._others()
        with self._lock:
            if self._reports is None:
                tags, problems = load_tags()
                for problem in problems:
                    _log.error("%s", problem)
                self._reports = Reports(means, tags)
            return self._reports

    def _pages(self) -> Reader:
        from trayapp.watch.feeds.reading import Reader  # noqa: PLC0415 - see the module's docstring

        with self._lock:
            if self._reader is None:
                self._reader = Reader(self._net, self._clock)
            return self._reader


def _heard(claims: tuple[Evidence, ...]) -> Heard:
    return Heard(claims, good=bool(claims))
