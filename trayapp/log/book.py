"""Everything that the window shows, read from the history: little at a time, and nothing twice."""

from __future__ import annotations

import heapq
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self

from trayapp.core.model import EVERYONE, SECOND, Gap
from trayapp.core.present import stopped
from trayapp.log import official
from trayapp.log import page as pages
from trayapp.log import series as times
from trayapp.log.filters import Index
from trayapp.log.incidents import IncidentLine, incident_line
from trayapp.log.rows import PlatformRow, platform_row
from trayapp.log.span import Span
from trayapp.log.strip import strip
from trayapp.storage.glance import Glance
from trayapp.storage.rollup import Resolution
from trayapp.words import customers, record, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

    from trayapp.core.model import Evidence, Function, Millis, Scope, Source
    from trayapp.core.present import View
    from trayapp.core.story import Incident
    from trayapp.log.directory import Directory
    from trayapp.log.page import Page
    from trayapp.log.series import Series
    from trayapp.storage.history import Snapshot
    from trayapp.words.voice import Voice

STALE: Final[Millis] = 150 * SECOND
"""A heartbeat older than this: nobody looks any more. From it on the time is unwatched."""
STEPS: Final = 180
"""Steps of a chart, about: more cannot be told apart, and with few answers each there is no median."""


@dataclass(frozen=True, slots=True)
class Book:
    """What the window shows of one span up to ``now``."""

    now: Millis
    span: Span
    recorded: bool  # False: nothing was ever recorded
    watching: bool  # whether anybody looks at this moment
    view: View | None  # the present moment; None before the first heartbeat
    answer: str  # in one line: is it me, or is it them? "" where ``view`` is None
    rows: tuple[PlatformRow, ...]
    gaps: tuple[Gap, ...]
    index: Index  # of all incidents, latest first

    @property
    def since(self) -> Millis:
        """Where the span begins."""
        return self.now - self.span.length

    @property
    def lines(self) -> tuple[IncidentLine, ...]:
        """All incidents, latest first."""
        return self.index.lines

    @property
    def platforms(self) -> tuple[tuple[str, str], ...]:
        """Id and name of all that are watched, or have a part in an incident: for the filter's choice, by name."""
        found = {platform: platform for line in self.lines for platform in line.platforms}
        found |= {row.id: row.name for row in self.rows}
        return tuple(sorted(found.items(), key=lambda each: (each[1].casefold(), each[0])))

    @property
    def functions(self) -> tuple[Function, ...]:
        """Those that occur in incidents."""
        return tuple(sorted({function for line in self.lines for function in line.functions_of}))

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """Those that occur in incidents."""
        return tuple(sorted({scope for line in self.lines for scope in line.scopes}))


class Reader:
    """Reads the history at ``path`` in the words of ``voice``. Belongs to the thread that made it.

    ``book`` comes first and again after each change; the others tell of the incidents that it found. Every method
    raises StoreError as the history does. A history that is not there yet, or is replaced, is found at the next one.
    """

    def __init__(self, path: Path, directory: Directory, voice: Voice) -> None:
        self._path, self._directory, self.voice = path, directory, voice
        self._glance: Glance | None = None
        self._file: tuple[int, int] | None = None
        self._index = Index(())
        self._alive = True
        self._sources: dict[str, tuple[IncidentLine, tuple[Source, ...]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._glance is not None:
            self._glance.close()
        self._glance = None

    def version(self) -> tuple[object, ...]:
        """Another value after each commit: whether to read again. A thousandth of a second."""
        return self._identity(), self._open().version()

    def book(self, now: Millis, span: Span, *, alive: bool = True) -> Book:
        """What is to be shown now. ``alive``: False where it is known that no Fanal runs."""
        self._alive = alive
        glance, snapshot = self._open(), self._open().status()
        watching = self._watching(snapshot, now)
        view = self._view(glance, snapshot.status, now, watching=watching) if snapshot else None
        gaps = self._gaps(glance, now - span.length, now)
        self._take_in(glance)
        return Book(
            now=now,
            span=span,
            recorded=glance.recorded,
            watching=watching,
            view=view,
            answer=shown.answer(self.voice, view, now) if view else "",
            rows=tuple(self._rows(glance, view, gaps, now, span)) if view else (),
            gaps=gaps,
            index=self._index,
        )

    def sources(self, ids: Iterable[str]) -> Mapping[str, tuple[Source, ...]]:
        """Who said so of these incidents, for the rows on the screen: some tenths of a millisecond each, once."""
        lines = {line.id: line for line in self._index.lines}
        wanted = [each for each in dict.fromkeys(ids) if each in lines]
        missing = [each for each in wanted if self._sources.get(each, (None,))[0] is not lines[each]]
        for each, found in self._open().sources(missing).items():
            self._sources[each] = lines[each], found
        fresh = {each: self._sources[each][1] for each in wanted}
        for each in wanted:
            if lines[each].end is None:
                del self._sources[each]  # more may say so any moment
        return fresh

    def page(self, incident: str, now: Millis) -> Page | None:
        """All of one incident; None if there is none of that id. Up to a fifth of a second."""
        glance = self._open()
        line = next((line for line in self._index.lines if line.id == incident), None)
        if line is None:
            return None
        return pages.page(
            self.voice,
            line,
            glance.events(incident),
            self.sources([incident])[incident],
            self._evidence(glance, line),
            directory=self._directory,
            now=now,
            account=official.read(glance, line.incident, now),
        )

    def series(self, platform: str, span: Span, now: Millis, probe: str = "") -> Series:
        """The response times of one platform. From 30 ms for a day to a fifth of a second for the longest span."""
        glance, since = self._open(), now - span.length
        resolution = Resolution.FINE if span is Span.DAY else Resolution.HOURLY
        return times.series(
            platform,
            glance.rollups(platform, since, now, resolution),
            self._gaps(glance, since, now),
            since=since,
            until=now,
            most=STEPS,
            probe=probe,
        )

    def copy(self, now: Millis) -> str:
        """One line for others about all that goes on now."""
        going_on = [line for line in self._index.lines if line.end is None]
        sources = {source for found in self.sources(line.id for line in going_on).values() for source in found}
        incidents = [line.incident for line in going_on]
        return customers.about(self.voice, incidents, sources, self._directory.names, now)

    def _open(self) -> Glance:
        identity = self._identity()
        if self._glance is not None and (not self._glance.recorded or identity != self._file):
            self.close()
        if self._glance is None:
            self._glance, self._file = Glance(self._path), identity
        return self._glance

    def _identity(self) -> tuple[int, int] | None:
        """Which file it is: a damaged one is set aside and another begun under its name."""
        try:
            found = self._path.stat()
        except OSError:
            return None  # Glance says what is wrong, if anything is
        return found.st_dev, found.st_ino

    def _view(self, glance: Glance, status: str, now: Millis, *, watching: bool) -> View:
        try:
            said = json.loads(status)
        except (ValueError, RecursionError):
            said = None  # of a record that cannot be read nothing is shown
        view = record.view_of(said if isinstance(said, dict) else {})
        wishes = glance.wishes()
        if wishes is not None:
            until = {platform: end for platform, end in wishes.snoozed.items() if end > now}
            rows = (
                replace(row, snoozed_until=until.get(row.id), tell_back=row.id in wishes.tell_back) for row in view.rows
            )
            view = replace(view, rows=tuple(rows), muted_until=wishes.muted_until)
        return view if watching else stopped(view)

    def _watching(self, snapshot: Snapshot | None, now: Millis) -> bool:
        return self._alive and snapshot is not None and abs(now - snapshot.at.t) <= STALE

    def _gaps(self, glance: Glance, since: Millis, now: Millis) -> tuple[Gap, ...]:
        """Also what is not written yet: from the last heartbeat on, where nobody looks; a pause that still lasts."""
        snapshot, wishes = glance.status(), glance.wishes()
        begun = [] if snapshot is None or self._watching(snapshot, now) else [snapshot.at.t]
        if wishes is not None and wishes.paused_since is not None:
            begun.append(wishes.paused_since)
        return (*glance.gaps(since, now), *(Gap(t, now) for t in begun if t < now))

    def _take_in(self, glance: Glance) -> None:
        """Word what is new; what has not changed keeps its line."""
        known = {line.id: line for line in self._index.lines}
        directory = self._directory
        lines = tuple(
            line
            if (line := known.get(story.id)) is not None and line.incident == story
            else incident_line(self.voice, story, directory.names, directory.owners)
            for story in glance.stories()
        )
        if lines != self._index.lines:
            self._index = Index(lines)

    def _rows(
        self, glance: Glance, view: View, gaps: tuple[Gap, ...], now: Millis, span: Span
    ) -> Iterator[PlatformRow]:
        since = now - span.length
        for row in view.rows:
            past = strip(glance.intervals(row.id, since, now), gaps, since, now)
            trouble = next((part for line in self._index.lines if (part := _part(line, row.id)) is not None), None)
            yield platform_row(
                self.voice,
                row,
                past,
                now,
                view=view,
                account=official.read(glance, trouble, now) if trouble is not None else None,
                owner=self._directory.owners.get(row.owner, row.owner),
            )

    def _evidence(self, glance: Glance, line: IncidentLine) -> Iterator[Evidence]:
        until = None if line.end is None else line.end + pages.AROUND
        asked = (EVERYONE, *dict.fromkeys(line.platforms))
        told = (glance.evidence(since=line.start - pages.AROUND, until=until, platform=each) for each in asked)
        return heapq.merge(*told, key=lambda one: one.t)


def _part(line: IncidentLine, platform: str) -> Incident | None:
    """That incident as far as it is the platform's, while it is in trouble by it."""
    if line.end is not None or not any(m.platform == platform and m.until is None for m in line.incident.members):
        return None
    return official.part(line.incident, platform)
