"""The story of one incident in sentences, and what each witness said, as the log tells it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from trayapp.core.model import Failure, State
from trayapp.core.story import Ending, Event, EventKind
from trayapp.words import outside
from trayapp.words.encode import clean
from trayapp.words.language import marks
from trayapp.words.official import Quoted
from trayapp.words.past import ending, named, worst
from trayapp.words.toasts import toast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from trayapp.core.model import Evidence, Millis, Source
    from trayapp.core.story import Incident
    from trayapp.words.voice import Voice

QUOTE_LIMIT = 200
"""Characters of what others wrote."""
TIMES = marks("{outcome}, {count} time", "{outcome}, {count} times")
WHO_LIMIT = 120
NOBODY: Mapping[str, tuple[str, ...]] = MappingProxyType({})


def title(voice: Voice, incident: Incident, names: Mapping[str, str]) -> str:
    """Who, and what was so at its worst: "A and B: down"."""
    listed = voice.times.all_names(voice.names(named(incident, names)))
    return voice.text("{names}: {state}", names=listed, state=voice.word(worst(incident)))


def summary(
    voice: Voice, incident: Incident, sources: Sequence[Source], names: Mapping[str, str], now: Millis, *, owner: str
) -> Iterator[str]:
    """The whole of it as it stands now, a sentence or two at a time. ``owner``: the name of whose incident it is."""
    if incident.end is None:
        event = Event(incident.id, incident.events, EventKind.UPDATE, now, incident)
        said = toast(voice, event, names, now, _quotes(incident, owner))
        yield f"{said.title}."
        yield said.body
    elif incident.ending in {None, Ending.WELL}:
        said = toast(voice, Event(incident.id, incident.events, EventKind.END, now, incident), names, now)
        yield f"{said.title}."
        yield said.body
        yield from _whose(voice, incident)
    else:
        listed = voice.times.all_names(voice.names(named(incident, names)))
        state, start = voice.word(worst(incident)), voice.times.clock(incident.start.t, now)
        end = voice.times.clock(incident.end.t, now)
        yield voice.text("{names}: {state} from {start} to {end}.", names=listed, state=state, start=start, end=end)
        yield voice.text("How it ended: {ending}.", ending=ending(voice, incident))
        yield from _whose(voice, incident)
    if incident.end is None and incident.unwatched:
        yield voice.text("Fanal was not looking all the time.")
    if sources:
        who = voice.times.all_names([voice.word(source) for source in sources])
        yield voice.text("Who said so: {sources}.", sources=who)


def _whose(voice: Voice, incident: Incident) -> Iterator[str]:
    scopes = list(dict.fromkeys(member.scope for member in incident.members))
    if len(scopes) == 1:
        yield voice.word(scopes[0])
    broken = list(dict.fromkeys(f for member in incident.members for f in member.functions))
    if worst(incident) is State.PARTIAL and broken:
        functions = voice.times.all_names([voice.word(function) for function in broken])
        yield voice.text("What failed: {functions}.", functions=functions)


def moment(voice: Voice, event: Event, names: Mapping[str, str], now: Millis, *, owner: str) -> tuple[str, str]:
    """One event as it was told: what, and the sentences after it."""
    said = toast(voice, event, names, now, _quotes(event.of, owner))
    return said.title, said.body


def _quotes(incident: Incident, owner: str) -> Mapping[str, Quoted]:
    """What their own page said, by platform."""
    return {m.platform: Quoted(owner, m.said.words, m.said.since) for m in incident.members if m.said is not None}


def who(voice: Voice, one: Evidence, pages: Mapping[str, str]) -> str:
    """Whose word it is; ``pages``: id of a status page → how it is called."""
    page = clean(pages.get(one.probe, ""), WHO_LIMIT)
    if page:
        return page
    asked = clean(one.host or one.probe, WHO_LIMIT)
    return (
        voice.text("{source}, {host}", source=voice.word(one.source), host=asked) if asked else voice.word(one.source)
    )


def word(voice: Voice, one: Evidence, count: int) -> str:
    """How it answered: "a failure"; and how often, one after another."""
    outcome = voice.word(one.outcome)
    return outcome if count == 1 else voice.plural(TIMES, count, outcome=outcome, count=count)


def said(voice: Voice, one: Evidence) -> str:
    """What was wrong with the answer, in sentences; "" where nothing was."""
    parts = []
    if one.failure is not None:
        parts.append(voice.word(one.failure))
    if one.status is not None:
        parts.append(voice.text("HTTP {status}.", status=one.status))
    if one.via:
        parts.append(voice.text("By way of: {box}.", box=clean(one.via, WHO_LIMIT)))
    return " ".join(parts)


def quote(voice: Voice, one: Evidence, credits_: Mapping[str, tuple[str, ...]] = NOBODY) -> str:
    """What others wrote, marked as theirs, on one line; "" where they wrote nothing. What others saw is told.

    ``credits_``: kind of service → the names of all of that kind.
    """
    if one.failure is Failure.OFFICIAL_UNREADABLE:  # the note is ours: why nobody could read it
        why = next((why for why in Failure if why.value == one.note), None)
        if why is not None or one.note == str(one.status):
            return "" if why is None else voice.word(why)
    words = "" if outside.reads(voice, one) else clean(one.note, QUOTE_LIMIT)
    theirs = voice.text("In its own words: {quote}", quote=words) if words else ""
    return " ".join(filter(None, (theirs, outside.told(voice, one, credits_))))
