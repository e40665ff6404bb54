"""The answer to a person who says that a platform does not work for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.core.judge import Official
from trayapp.core.model import Function, Line, Scope, State
from trayapp.core.ports import Toast
from trayapp.core.present import Icon
from trayapp.words.language import mark
from trayapp.words.official import locked_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trayapp.core.model import Millis
    from trayapp.core.ports import Reply
    from trayapp.words.voice import Voice

_LOST = {
    Line.OFFLINE: mark("It is your own connection: it is down."),
    Line.PORTAL: mark("It is this network: it wants you to log in first."),
    Line.RESOLVER: mark("It is this network: name look-ups fail here."),
}


def reply(voice: Voice, said: Reply, names: Mapping[str, str], help_: str, now: Millis) -> Toast:
    """``help_``: the platform's own help address, from its file; "" where there is none."""
    (name,) = voice.names([names.get(said.platform, said.platform)])
    title = voice.text("{name} does not work for you", name=name)
    state = State.UNKNOWN if said.line in _LOST else said.verdict.state
    return Toast(
        key=f"reply {said.platform}",
        title=title,
        body=" ".join(_body(voice, said, names, help_, now)),
        urgent=False,
        icon=Icon(state.value),
    )


def _body(voice: Voice, said: Reply, names: Mapping[str, str], help_: str, now: Millis) -> Iterator[str]:
    if said.line in _LOST:
        yield voice.text(_LOST[said.line])
        return
    state = said.verdict.state
    if said.verdict.accuses:
        yield voice.of(state, [names.get(said.platform, said.platform)], None, now) + "."
        yield voice.reason(said.verdict.reason)
        if Function.SIGN_IN in said.functions and said.verdict.scope in {Scope.THEIRS, Scope.WIDESPREAD}:
            yield from locked_out(voice)
    elif state is State.UNKNOWN:
        yield voice.text("Fanal cannot tell yet; it is watching closely now.")
    else:
        yield voice.reason(said.verdict.reason)
        if said.official is Official.NONE:
            yield voice.text("Their own status page reports no trouble.")
        yield voice.text("Fanal sees no trouble from here; it may be your account or this device.")
    if said.still_well and said.verdict.accuses:
        listed = voice.times.names(voice.names(names.get(p, p) for p in said.still_well))
        yield voice.text("Still answering: {names}.", names=listed)
    if help_ and not said.verdict.accuses:
        yield voice.text("Their help: {address}", address=help_)
    yield voice.text("Fanal watches closely for half an hour and says when anything changes.")
