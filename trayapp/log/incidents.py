"""Incidents as rows of a table: each cell ready to show, and what the rows are ordered by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from trayapp.words import past
from trayapp.words.shown import MARKS
from trayapp.words.states import WORST_FIRST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trayapp.core.model import Function, Millis, Scope, Source, State
    from trayapp.core.story import Incident
    from trayapp.words.voice import Voice

COLUMNS: Final = tuple(past.HEADINGS)
"""The names of the table's columns in their order; ``past.heading`` says what stands above each."""

Key: TypeAlias = "tuple[bool, int | str]"


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """One incident. Texts of times have the day in front, so that they never change and sort as they stand."""

    incident: Incident
    names: str  # "A and B"
    owner: str  # its name, or its id
    functions: str
    functions_of: tuple[Function, ...]
    state: State  # the worst of its members'
    shape: str
    word: str
    scope: str  # two words
    scopes: frozenset[Scope]
    since: str  # "2024-03-05 16:02"
    until: str  # "" while it goes on
    duration: str  # "" while it goes on: the shell may say how long so far, from ``start``
    ending: str

    @property
    def id(self) -> str:
        """Unique for ever."""
        return self.incident.id

    @property
    def platforms(self) -> tuple[str, ...]:
        """The ids of its members."""
        return tuple(member.platform for member in self.incident.members)

    @property
    def start(self) -> Millis:
        """When it began."""
        return self.incident.start.t

    @property
    def end(self) -> Millis | None:
        """When it ended; None while it goes on."""
        return self.incident.end.t if self.incident.end else None

    @property
    def lasted(self) -> Millis | None:
        """How long it lasted; None while it goes on."""
        return self.incident.end.since(self.incident.start) if self.incident.end else None


def incident_line(
    voice: Voice, incident: Incident, names: Mapping[str, str], owners: Mapping[str, str]
) -> IncidentLine:
    """``incident`` as a row. ``names``, ``owners``: id → name; whoever has none is called by the id."""
    functions = tuple(dict.fromkeys(function for member in incident.members for function in member.functions))
    scopes = tuple(dict.fromkeys(member.scope for member in incident.members))
    state, lasted = past.worst(incident), incident.end.since(incident.start) if incident.end else None
    return IncidentLine(
        incident=incident,
        names=voice.times.all_names(voice.names(past.named(incident, names))),
        owner=voice.names([owners.get(incident.owner, incident.owner)])[0],
        functions=voice.times.all_names([voice.word(function) for function in functions]),
        functions_of=functions,
        state=state,
        shape=MARKS[state],
        word=voice.word(state),
        scope=voice.times.all_names([past.whose(voice, scope) for scope in scopes]),
        scopes=frozenset(scopes),
        since=voice.times.stamp(incident.start.t),
        until=voice.times.stamp(incident.end.t) if incident.end else "",
        duration=voice.times.duration(lasted) if lasted is not None else "",
        ending=past.ending(voice, incident),
    )


def said_by(voice: Voice, sources: Sequence[Source]) -> str:
    """Who said so, for the table's last column."""
    return voice.times.all_names([voice.word(source) for source in sources])


def cell(line: IncidentLine, column: str, sources: str = "") -> str:
    """What stands in ``column``; who said so is read later than the rest, and given."""
    if column == "sources":
        return sources
    if column == "state":
        return f"{line.shape} {line.word}"
    return str(getattr(line, column))


def order(line: IncidentLine, column: str, sources: str = "") -> Key:
    """What rows are ordered by in ``column``: ``sorted(lines, key=…)``. What goes on counts as longest and latest."""
    if column == "since":
        return False, line.start
    if column == "until":
        return line.end is None, line.end or 0
    if column == "duration":
        return line.lasted is None, line.lasted or 0
    if column == "state":
        return False, WORST_FIRST.index(line.state)
    return False, cell(line, column, sources).casefold()
