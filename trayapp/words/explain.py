"""Why a platform is judged as it is, witness by witness: the text of ``fanal explain``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.core.claims import FRESH
from trayapp.core.model import HOUR, MINUTE, Failure, Function, Source, State
from trayapp.words import outside, tale
from trayapp.words import record as read
from trayapp.words.encode import clean
from trayapp.words.language import mark
from trayapp.words.official import locked_out
from trayapp.words.shown import details, row_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from trayapp.core.model import Evidence, Millis, Phases
    from trayapp.words.voice import Voice

WINDOW: Millis = 6 * HOUR
"""How far back a witness's last word is looked for: a probe that was refused rests that long at most."""
LINE_WINDOW: Millis = 30 * MINUTE
_ACCUSED = frozenset({State.DOWN, State.PARTIAL, State.UNREACHABLE})
_INDENT = "    "
_TEXT_LIMIT = 120
PHASES = (
    ("dns", mark("look-up {ms} ms")),
    ("connect", mark("connection {ms} ms")),
    ("tls", mark("encryption {ms} ms")),
    ("first_byte", mark("first byte {ms} ms")),
    ("body", mark("the rest {ms} ms")),
)


def latest(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The last word of each witness, the latest first; ``evidence`` comes oldest first."""
    found: dict[tuple[str, str, str], Evidence] = {}
    for one in evidence:
        key = one.source.value, one.probe, one.host
        found.pop(key, None)
        found[key] = one
    return tuple(reversed([*outside.spoken(found.values())]))


def explain(
    voice: Voice,
    status: Mapping[str, object],
    platform: str,
    *,
    said: Sequence[Evidence],
    line: Sequence[Evidence],
    now: Millis,
    age_s: float,
    theirs: Iterable[str] = (),
    credits_: Mapping[str, tuple[str, ...]] = tale.NOBODY,
) -> Iterator[str]:
    """``status``: the object of ``fanal status --json``, ``age_s`` old; ``said`` and ``line``: see ``latest``.

    ``theirs``: what their own page said of it so far, in sentences. ``credits_``: see ``tale.quote``.
    """
    view = read.view_of(status)
    if status.get("watching") is not True:
        yield voice.text("Fanal is not looking at the moment.")
        yield voice.text("What it last saw, {duration} ago:", duration=voice.times.duration(read.seconds(age_s) or 0))
    for row in view.rows:
        if row.id == platform:
            yield row_text(voice, row, now)
            yield from (_INDENT + each for each in details(voice, row))
            if row.state in _ACCUSED and not row.amber:
                yield _INDENT + voice.word(row.scope)
            if any(_locks_out(one, now) for one in said) and row.state in _ACCUSED:
                yield from (_INDENT + each for each in locked_out(voice))
            yield from (_INDENT + each for each in theirs)
    yield voice.text("What each witness last said:") if said else voice.text("No witness has said anything lately.")
    yield from (_INDENT + _witness(voice, one, now, credits_) for one in said)
    yield voice.word(view.line)
    if not line:
        yield _INDENT + voice.text("Nobody neutral was asked about it lately: the platforms' own answers vouch for it.")
    yield from (_INDENT + _witness(voice, one, now, credits_) for one in line)


def _locks_out(one: Evidence, now: Millis) -> bool:
    """Whether it is the page's own word, still fresh, that signing in fails."""
    said = (one.source, one.function, one.failure) == (Source.OFFICIAL, Function.SIGN_IN, Failure.OFFICIAL_MAJOR)
    return said and now - one.t <= FRESH[Source.OFFICIAL]


def _witness(voice: Voice, one: Evidence, now: Millis, credits_: Mapping[str, tuple[str, ...]]) -> str:
    who = one.probe if not one.host or one.host == one.probe else f"{one.probe} ({one.host})"
    source = "" if one.source in {Source.DIRECT, Source.CONTROL} else voice.word(one.source)
    parts = [clean(part, _TEXT_LIMIT) for part in (source, who) if part]
    sentence = voice.text(
        "{witness}, {duration} ago: {outcome}.",
        witness=voice.times.commas(parts) or voice.word(one.source),
        duration=voice.times.duration(now - one.t),
        outcome=voice.word(one.outcome),
    )
    return " ".join((sentence, *_more(voice, one, credits_)))


def _more(voice: Voice, one: Evidence, credits_: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    if one.failure is not None:
        yield voice.word(one.failure)
    if one.status is not None:
        yield voice.text("HTTP {status}.", status=one.status)
    if one.via:
        yield voice.text("By way of: {box}.", box=clean(one.via, _TEXT_LIMIT))
    said = tale.quote(voice, one, credits_)
    if said:
        yield said
    phases = took(voice, one.phases)
    if phases:
        yield voice.text("It took: {phases}.", phases=phases)


def took(voice: Voice, phases: Phases) -> str:
    """How long each phase took that was reached; "" where none was."""
    return voice.times.commas(list(_took(voice, phases)))


def _took(voice: Voice, phases: Phases) -> Iterator[str]:
    for name, message in PHASES:
        ms = getattr(phases, name)
        if ms is not None:
            yield voice.text(message, ms=ms)
