"""Human lines for the command line: ``fanal status`` and ``fanal log``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.core.model import Function, Scope, Source, State
from trayapp.core.present import Say
from trayapp.core.story import Ending
from trayapp.words import account as official
from trayapp.words import record as read
from trayapp.words.shown import answer, details, row_text
from trayapp.words.vocabulary import ENDINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from trayapp.core.model import Millis
    from trayapp.core.present import View
    from trayapp.words.account import Account
    from trayapp.words.voice import Voice

_SAID_BY_THE_ANSWER = frozenset({Say.OFFLINE, Say.PORTAL, Say.RESOLVER})
_INDENT = "    "


def status(voice: Voice, record: Mapping[str, object], age_s: float | None, now: Millis) -> list[str]:
    """The status object as lines; ``age_s``: seconds since Fanal last looked, None if it never has."""
    if age_s is None:
        return [voice.text("Fanal has not looked yet.")]
    view = read.view_of(record)
    lines = list(_present(voice, view, now) if record.get("watching") is True else _past(voice, age_s))
    for row in view.rows:
        lines.append(row_text(voice, row, now))
        lines += [_INDENT + line for line in details(voice, row)]
    return lines


def _present(voice: Voice, view: View, now: Millis) -> Iterator[str]:
    yield answer(voice, view, now)
    if view.say not in _SAID_BY_THE_ANSWER:
        yield voice.word(view.line)
    if view.looked_at is not None:
        yield voice.text("Looked at {clock}.", clock=voice.times.clock(view.looked_at, now))


def _past(voice: Voice, age_s: float) -> Iterator[str]:
    """What was so when Fanal last looked is no answer to what is so now: only the rows follow."""
    ago = voice.times.duration(read.seconds(age_s) or 0)
    yield voice.text("Fanal is not looking at the moment.")
    yield voice.text("What it last saw, {duration} ago:", duration=ago)


def log(
    voice: Voice,
    records: Iterable[Mapping[str, object]],
    names: Mapping[str, str],
    account: Callable[[str], Account | None] = lambda _: None,
) -> Iterator[str]:
    """A line for each incident, in the order given; one sentence if there is none.

    ``account``: by an incident's id what their own page said of it, where that is known.
    """
    empty = True
    for record in records:
        empty = False
        yield " · ".join(part for part in _incident(voice, record, names, account) if part)
    if empty:
        yield voice.text("Nothing has happened yet.")


def _incident(
    voice: Voice,
    record: Mapping[str, object],
    names: Mapping[str, str],
    account: Callable[[str], Account | None],
) -> Iterator[str]:
    start, end = read.millis(record.get("start")), read.millis(record.get("end"))
    if start is not None:
        yield voice.times.stamp(start) if end is None else voice.times.span(start, end)
    lasted = read.seconds(record.get("duration_s"))
    if lasted is not None and end is not None:
        yield voice.times.duration(lasted)
    elif end is None:
        yield voice.text("not over yet")
    ending = read.text(record, "ending")
    if ending in ENDINGS:
        yield voice.text(ENDINGS[Ending(ending)])
    members = list(read.maps(record, "members"))
    yield voice.times.clauses([_member(voice, group, names) for group in _alike(members)])
    scopes = {read.code(Scope, m.get("scope"), Scope.NOT_KNOWN) for m in members}
    if len(scopes) == 1:
        yield voice.word(scopes.pop())
    sources = [voice.word(Source(s)) for s in dict.fromkeys(read.texts(record, "sources")) if s in list(Source)]
    if sources:
        yield voice.text("seen by {sources}", sources=voice.times.all_names(sources))
    theirs = account(read.text(record, "id"))
    admitted = read.millis(record.get("first_official"))
    if theirs is not None:
        yield official.briefly(voice, theirs)
    elif admitted is not None and start is not None:
        if admitted > start:
            waited = voice.times.duration(admitted - start)
            yield voice.text("their status page said so after {duration}", duration=waited)
        else:
            yield voice.text("their status page said so first")


def _alike(members: list[Mapping[str, object]]) -> list[list[Mapping[str, object]]]:
    """Members of one state and the same functions are one story."""
    groups: dict[tuple[str, tuple[str, ...]], list[Mapping[str, object]]] = {}
    for m in members:
        groups.setdefault((read.text(m, "state"), read.texts(m, "functions")), []).append(m)
    return list(groups.values())


def _member(voice: Voice, group: list[Mapping[str, object]], names: Mapping[str, str]) -> str:
    listed = voice.names(names.get(p, p) for p in (read.text(m, "platform") for m in group))
    who = voice.times.all_names(listed)
    state = read.code(State, group[0].get("state"), State.UNKNOWN)
    what = [voice.word(Function(f)) for f in read.texts(group[0], "functions") if f in list(Function)]
    if state is State.PARTIAL and what:
        functions = voice.times.all_names(what)
        return voice.text("{names}: {state} ({functions})", names=who, state=voice.word(state), functions=functions)
    return voice.text("{names}: {state}", names=who, state=voice.word(state))
