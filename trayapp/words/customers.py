"""A ready line for the person's own customers: what is broken, whose fault it is not, since when, who says so.

It is the person who speaks, of "our" network; so it says no more than was seen from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.core.model import Function, Scope, Source, State
from trayapp.core.story import Ending
from trayapp.words.past import named
from trayapp.words.states import BACK, BACK_HERE, LASTED, TROUBLE_LASTED, WORST_FIRST

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from trayapp.core.model import Millis
    from trayapp.core.story import Incident, Member
    from trayapp.words.voice import Voice

_THEIRS = frozenset({Scope.THEIRS, Scope.WIDESPREAD})
_HERE = frozenset({Scope.YOUR_NETWORK, Scope.YOUR_COUNTRY})


def about(
    voice: Voice, incidents: Sequence[Incident], sources: Collection[Source], names: Mapping[str, str], now: Millis
) -> str:
    """One line about these incidents (those that are open, or one that may be over); ``sources`` said so of any.

    With none: that nothing is wrong as far as is seen.
    """
    if not incidents:
        return voice.text("At the moment we see no trouble from our network.")
    return " ".join(sentence for each in incidents for sentence in _one(voice, each, sources, names, now))


def _one(
    voice: Voice, incident: Incident, sources: Collection[Source], names: Mapping[str, str], now: Millis
) -> Iterator[str]:
    if incident.end is not None:
        yield from _over(voice, incident, names, now)
        return
    unwell = [member for member in incident.members if member.until is None] or list(incident.members)
    for state in WORST_FIRST:
        members = [member for member in unwell if member.state is state]
        if members:
            since = None if incident.already else min(member.since for member in members)
            what = voice.of(state, [names.get(m.platform, m.platform) for m in members], since, now)
            yield _seen(voice, what, members, sources)
    scopes = {member.scope for member in unwell}
    broken = {function for member in unwell for function in member.functions}
    if scopes <= _THEIRS:
        yield voice.text("The fault is on their side, not on ours.")
        if Function.SIGN_IN in broken:
            yield voice.text("Until it is over, even a right password may be refused.")
    elif scopes <= _HERE:
        yield voice.text("Elsewhere it works: the fault is in our network or on the way.")
    else:
        yield voice.text("Whether it is so elsewhere too we cannot see.")


def _seen(voice: Voice, what: str, members: Sequence[Member], sources: Collection[Source]) -> str:
    broken = list(dict.fromkeys(function for member in members for function in member.functions))
    if members[0].state is State.PARTIAL and broken:
        functions = voice.times.all_names([voice.word(function) for function in broken])
        what = voice.text("{what}, namely {functions}", what=what, functions=functions)
    return voice.text("{what} ({seen}).", what=what, seen=_who(voice, members, sources))


def _who(voice: Voice, members: Sequence[Member], sources: Collection[Source]) -> str:
    here = Source.DIRECT in sources or any(member.witnesses for member in members)
    admitted = Source.OFFICIAL in sources or any(member.said is not None for member in members)
    others = any(member.scope is Scope.WIDESPREAD for member in members)
    if here and admitted:
        return voice.text("seen from our network, and reported on their own status page")
    if here and others:
        return voice.text("seen from our network and from others")
    if admitted and not here:
        return voice.text("reported on their own status page")
    return voice.text("seen from our network")


def _over(voice: Voice, incident: Incident, names: Mapping[str, str], now: Millis) -> Iterator[str]:
    assert incident.end is not None  # noqa: S101 - the caller has looked
    listed = voice.names(named(incident, names))
    states = {member.state for member in incident.members}
    (state,) = states if len(states) == 1 else (State.UNKNOWN,)
    values = {
        "duration": voice.times.duration(incident.end.since(incident.start)),
        "start": voice.times.clock(incident.start.t, now),
        "end": voice.times.clock(incident.end.t, now),
    }
    if incident.ending in {None, Ending.WELL}:
        back = BACK_HERE if state is State.UNREACHABLE else BACK
        yield voice.plural(back, len(listed), names=voice.times.all_names(listed)) + "."
    else:
        yield voice.text("{names}: trouble seen from our network.", names=voice.times.all_names(listed))
    if state in LASTED:
        yield voice.plural(LASTED[state], len(listed), **values)
    else:
        yield voice.text(TROUBLE_LASTED, **values)
