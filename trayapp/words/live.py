"""One look at one platform: each witness as it answers, and what it all amounts to, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.core.model import Depth, Line, Scope, Source, State
from trayapp.words import explain, outside, tale
from trayapp.words.language import mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trayapp.core.model import Evidence
    from trayapp.core.present import Row, View
    from trayapp.words.voice import Voice

_LOST = {
    Line.OFFLINE: mark("Conclusion: it is your own connection, it is down."),
    Line.PORTAL: mark("Conclusion: it is this network, it wants you to log in first."),
    Line.RESOLVER: mark("Conclusion: it is this network, name look-ups fail here."),
}
_WHOSE = {
    Scope.THEIRS: mark("Conclusion: {what}, and it is their fault."),
    Scope.WIDESPREAD: mark("Conclusion: {what}, and other networks see it too: it is them."),
    Scope.YOUR_NETWORK: mark("Conclusion: {what}, but elsewhere it works: it is this network."),
    Scope.YOUR_COUNTRY: mark("Conclusion: {what}, but elsewhere it works: it is your country."),
    Scope.NOT_KNOWN: mark("Conclusion: {what}, and whose fault it is cannot be told from here."),
}


def witness(voice: Voice, one: Evidence, pages: Mapping[str, str]) -> str:
    """One answer; ``pages``: id of a status page → how it is called."""
    return " ".join(part for part in _witness(voice, one, pages) if part)


def _witness(voice: Voice, one: Evidence, pages: Mapping[str, str]) -> Iterator[str]:
    yield voice.text("{witness}: {outcome}.", witness=tale.who(voice, one, pages), outcome=voice.word(one.outcome))
    yield tale.said(voice, one)
    took = explain.took(voice, one.phases)
    if took:
        yield voice.text("It took: {phases}.", phases=took)
    yield _wrote(voice, one)


def _wrote(voice: Voice, one: Evidence) -> str:
    """Last: what others write ends as they like."""
    counted = outside.numbers(voice, one.note) if one.source in {Source.OUTSIDE, Source.REPORTS} else ""
    return f"{counted}." if counted else tale.quote(voice, one)


def conclusion(voice: Voice, view: View, platform: str) -> str:
    """Is it me, or is it them? ``platform``: an id, one of the view's."""
    if view.line in _LOST:
        return voice.text(_LOST[view.line])
    row = next((row for row in view.rows if row.id == platform), None)
    if row is None or row.state is State.UNKNOWN:
        return voice.text("Conclusion: it cannot be told yet.")
    (name,) = voice.names([row.name])
    if row.amber:
        return voice.text("Conclusion: {name} answers here, but trouble is reported.", name=name)
    if row.state in {State.UP, State.SLOW}:
        return _well(voice, row, name)
    what = voice.of(row.state, [row.name], None, 0)
    broken = [voice.word(function) for function, state in row.functions if state in {State.DOWN, State.UNREACHABLE}]
    if row.state is State.PARTIAL and broken:
        what = voice.text("{what} ({functions})", what=what, functions=voice.times.all_names(broken))
    return voice.text(_WHOSE[row.scope], what=what)


def _well(voice: Voice, row: Row, name: str) -> str:
    if row.state is State.SLOW:
        return voice.text("Conclusion: {name} answers, but slowly.", name=name)
    if row.depth is Depth.WORKS:
        return voice.text("Conclusion: {name} works; if not for you, it may be your account or this device.", name=name)
    return voice.text("Conclusion: {name} answers; whether all of it works cannot be seen from outside.", name=name)
