"""An event of an incident in words: what is broken, who says so, since when, whose fault as far as seen, when over."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from trayapp.core.judge import Reason
from trayapp.core.model import HOUR, Function, Scope, State
from trayapp.core.ports import Toast
from trayapp.core.present import Icon
from trayapp.core.story import EventKind
from trayapp.words.official import (
    SIGN_IN_FAILS,
    SIGN_IN_FAILS_AGAIN,
    Quoted,
    admitted,
    locked_out,
    only_sign_in,
    quoted,
)
from trayapp.words.shown import LOG
from trayapp.words.states import AGAIN, BACK, BACK_HERE, LASTED, NOW, TROUBLE_LASTED, WORST_FIRST
from trayapp.words.still import button

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from trayapp.core.model import Millis
    from trayapp.core.story import Event, Member
    from trayapp.words.voice import Voice

CAUSES = {
    (State.DOWN, Scope.THEIRS): Reason.SERVER_ERRORS,
    (State.PARTIAL, Scope.THEIRS): Reason.SERVER_ERRORS_PARTLY,
    (State.DOWN, Scope.WIDESPREAD): Reason.NO_ANSWER_ANYWHERE,
    (State.UNREACHABLE, Scope.YOUR_NETWORK): Reason.NO_ANSWER_ONLY_HERE,
    (State.UNREACHABLE, Scope.YOUR_COUNTRY): Reason.NO_ANSWER_IN_COUNTRY,
    (State.UNREACHABLE, Scope.NOT_KNOWN): Reason.NO_ANSWER_HERE,
    (State.PARTIAL, Scope.NOT_KNOWN): Reason.NO_ANSWER_HERE_PARTLY,
}
"""What most often makes a member so: for a history that did not keep the judge's reason, and for members of several."""

NO_QUOTES: Mapping[str, Quoted] = MappingProxyType({})
_LINE_IS_WELL = frozenset({Scope.THEIRS, Scope.WIDESPREAD, Scope.NOT_KNOWN})


def toast(
    voice: Voice, event: Event, names: Mapping[str, str], now: Millis, quotes: Mapping[str, Quoted] = NO_QUOTES
) -> Toast:
    """``event`` as it is said to the person. ``names``: platform id → its name; an id without one is its own name.

    ``quotes``: platform id → what its owner's own page says of it.
    """
    unwell = [m for m in event.of.members if m.until is None]
    if event.kind is EventKind.END:
        return _end(voice, event, names, now)
    groups = _by_state(unwell or event.of.members)
    worst, members = next(iter(groups.items()), (State.UNKNOWN, []))
    sentence = (AGAIN if event.relapse and worst in AGAIN else NOW)[worst]
    if worst is State.PARTIAL and only_sign_in(members):
        sentence = SIGN_IN_FAILS_AGAIN if event.relapse else SIGN_IN_FAILS
    new = event.kind is EventKind.START or event.relapse
    return Toast(
        key=event.incident,
        title=_about(voice, sentence, members, names),
        body=" ".join(_body(voice, event, names, now, groups=groups, quotes=quotes)),
        urgent=new and worst is State.DOWN,
        icon=Icon(worst.value),
        actions=(_log(voice), button(voice, [m.platform for m in unwell or event.of.members]), _mute(voice)),
    )


def _log(voice: Voice) -> tuple[str, str]:
    return LOG, voice.text("Open log")


def _mute(voice: Voice) -> tuple[str, str]:
    return f"mute {HOUR}", voice.text("Mute for {duration}", duration=voice.times.duration(HOUR))


def _body(
    voice: Voice,
    event: Event,
    names: Mapping[str, str],
    now: Millis,
    *,
    groups: Mapping[State, list[Member]],
    quotes: Mapping[str, Quoted],
) -> Iterable[str]:
    worst, members = next(iter(groups.items()), (State.UNKNOWN, []))
    scopes = {m.scope for m in members}
    broken = list(dict.fromkeys(f for m in members for f in m.functions))
    quote = next((quotes[m.platform] for m in members if m.platform in quotes), None)
    locked = Function.SIGN_IN in broken and scopes <= {Scope.THEIRS, Scope.WIDESPREAD}
    if quote is not None:
        yield quoted(voice, quote, now)
    if quote is None or event.of.already or event.relapse or any(m.witnesses for m in members):
        yield from _seen(voice, event, members, now)
        if len(scopes) == 1 and (quote is None or any(m.witnesses for m in members)):
            yield _cause(voice, worst, members[0].scope, members)
    if locked and (quote is not None or admitted(members)):
        yield from locked_out(voice)  # before all else: what is cut off where room is short is the end
        locked = False
    if worst is State.PARTIAL and broken and not only_sign_in(members):
        yield voice.text("What fails: {functions}.", functions=voice.times.all_names([voice.word(f) for f in broken]))
    for state, others in list(groups.items())[1:]:
        since = min(m.since for m in others)
        yield voice.of(state, _names(others, names), None if event.of.already else since, now) + "."
    if scopes and scopes <= _LINE_IS_WELL:
        yield voice.text("Your own connection works.")
    if locked:
        # What such an outage looks like: people who do not know it change their passwords in fear.
        yield voice.text("Until it is over, even a right password may be refused.")
    well = [m for m in event.of.members if m.until is not None]
    if well and members and members[0].until is None:
        yield _about(voice, BACK, well, names) + "."


def _seen(voice: Voice, event: Event, members: Sequence[Member], now: Millis) -> Iterable[str]:
    """Who says so, and since when; of what was so already at the first look nobody here knows the beginning."""
    since = voice.times.clock(min((m.since for m in members), default=event.of.start.t), now)
    simple = not event.of.already and not event.relapse
    if not any(m.witnesses for m in members):  # the page alone says so: _cause names it
        if simple:
            yield voice.text("Since {since}.", since=since)
    elif any(m.scope is Scope.WIDESPREAD for m in members):
        if simple:
            yield voice.text("Seen from this computer and from other networks since {since}.", since=since)
        else:
            yield voice.text("Seen from this computer and from other networks.")
    elif simple:
        yield voice.text("Seen from this computer since {since}.", since=since)
    else:
        yield voice.text("Seen from this computer.")
    if event.of.already:
        yield voice.text("It was already so when Fanal started.")
    elif event.relapse:
        yield voice.text("Since {since}, with a pause in between.", since=since)


def _cause(voice: Voice, state: State, scope: Scope, members: Sequence[Member]) -> str:
    kept = {m.reason for m in members}
    reason = CAUSES.get((state, scope))
    if len(kept) == 1 and kept <= set(Reason):
        return voice.reason(kept.pop(), len(members))
    if reason is None:
        return voice.word(scope)
    if reason is Reason.SERVER_ERRORS_PARTLY and not any(m.witnesses for m in members):
        reason = Reason.OFFICIAL_MAJOR  # no probe of ours is held against it: they said so themselves
    return voice.reason(reason, len(members))


def _end(voice: Voice, event: Event, names: Mapping[str, str], now: Millis) -> Toast:
    members, of = event.of.members, event.of
    states = {m.state for m in members}
    end = of.end.t if of.end is not None else event.t
    lasted = event.duration_ms if event.duration_ms is not None else max(0, end - of.start.t)
    values = {
        "duration": voice.times.duration(lasted),
        "start": voice.times.clock(of.start.t, now),
        "end": voice.times.clock(end, now),
    }
    (state,) = states if len(states) == 1 else (State.UNKNOWN,)
    if of.already:
        body = voice.text(
            "It had begun before Fanal started; Fanal saw it for {duration}, from {start} to {end}.", **values
        )
    elif state in LASTED:
        body = voice.plural(LASTED[state], len(members), **values)
    else:
        body = voice.text(TROUBLE_LASTED, **values)
    if of.unwatched:
        body += " " + voice.text("Fanal was not looking all the time.")
    back = BACK_HERE if state is State.UNREACHABLE else BACK
    title = _about(voice, back, members, names)
    return Toast(event.incident, title, body, urgent=False, icon=Icon.UP, actions=(_log(voice),))


def digest(voice: Voice, events: Sequence[Event], names: Mapping[str, str], now: Millis) -> Toast:
    """``events`` (at least one, the latest of each incident, oldest first) in one notice that comes late."""
    said = []
    for event in events:
        of = event.of
        worst, members = next(iter(_by_state(of.members).items()), (State.UNKNOWN, list(of.members)))
        who, state = voice.times.names(voice.names(_names(members, names))), voice.word(worst)
        start = voice.times.clock(of.start.t, now)
        if of.end is None:
            said.append(voice.text("{names}: {state} since {since}.", names=who, state=state, since=start))
        else:
            end = voice.times.clock(of.end.t, now)
            said.append(
                voice.text("{names}: {state} from {start} to {end}.", names=who, state=state, start=start, end=end)
            )
    icon = Icon.UP if all(e.of.end is not None for e in events) else Icon.UNKNOWN
    title = voice.text("What Fanal could not tell you in time")
    return Toast("digest", title, " ".join(said), urgent=False, icon=icon, actions=(_log(voice),))


def _about(voice: Voice, pair: tuple[str, str], members: Sequence[Member], names: Mapping[str, str]) -> str:
    listed = voice.names(_names(members, names))
    return voice.plural(pair, len(listed), names=voice.times.names(listed))


def _names(members: Iterable[Member], names: Mapping[str, str]) -> list[str]:
    return [names.get(m.platform, m.platform) for m in members]


def _by_state(members: Iterable[Member]) -> dict[State, list[Member]]:
    members = tuple(members)
    found = {state: [m for m in members if m.state is state] for state in WORST_FIRST}
    return {state: some for state, some in found.items() if some}
