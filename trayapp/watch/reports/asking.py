"""One round of asking how much people write of trouble: the whole list of tags, always, at every kind of source."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from trayapp.config.vantages import Vantages
from trayapp.core.model import Evidence, Outcome, Source
from trayapp.watch.reports import SOURCES
from trayapp.watch.reports.surge import outcome

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from trayapp.config.tags import Tag, Tags
    from trayapp.watch.outside.means import Means
    from trayapp.watch.reports import Count
    from trayapp.watch.reports.days import Memory
    from trayapp.watch.reports.surge import Counted

_WORST_FIRST = (Outcome.FAILED, Outcome.OK, Outcome.UNKNOWN)

_log = logging.getLogger(__name__)


class Reports:
    """Remembers between two rounds what a service said, in numbers. One thread at a time.

    Of several services of one kind each is asked in its turn: they hear of the same things.
    """

    def __init__(self, means: Means, tags: Tags, sources: Mapping[str, Count] = SOURCES) -> None:
        self._means = replace(means, vantages=Vantages(tags.sources))
        self._tags, self._sources = tags.tags, sources
        self._memory: Memory = {}
        self._round = 0

    def ask(self, watched: Collection[str]) -> tuple[Evidence, ...]:
        """What is said of the platforms that are ``watched``. All are asked for, whoever is watched. Never raises.

        Meant for every ten minutes. Blocks for two and a half minutes at most, whatever hangs.
        """
        found = [e for kind, count in self._sources.items() for e in self._of(kind, count, watched)]
        self._round += 1
        return tuple(found)

    def _of(self, kind: str, count: Count, watched: Collection[str]) -> Iterator[Evidence]:
        services = self._means.services(kind)
        if not services:
            return
        service = services[self._round % len(services)]
        try:
            counted = count(self._means, service, self._tags, self._memory)
        except Exception:  # noqa: BLE001 - a mistake of ours says nothing of a platform; it is logged
            _log.exception("a source of reports has failed by a mistake of its own")
            return
        t = self._means.clock.now().t
        for platform, words in told(self._tags, counted).items():
            if platform in watched:
                said, note = words
                yield Evidence(t, platform, Source.REPORTS, said, probe=kind, answer=f"{kind}@{t}", note=note)


def told(tags: tuple[Tag, ...], counted: Mapping[str, Counted]) -> Mapping[str, tuple[Outcome, str]]:
    """Platform → what its worst tag says, and its numbers. Pure; a tag of which nothing was learned says nothing."""
    found: dict[str, tuple[Outcome, str]] = {}
    for tag in tags:
        one = counted.get(tag.tag)
        if one is None:
            continue
        said = outcome(one)
        note = f"{one.count} in {round(one.hours * 60)} min"
        for platform in tag.platforms:
            before = found.get(platform)
            if before is None or _WORST_FIRST.index(said) < _WORST_FIRST.index(before[0]):
                found[platform] = said, note
    return found
