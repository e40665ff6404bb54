"""A recording and its replay in words: what was recorded, what happened in it, which of its lines are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.core.model import State
from trayapp.words.encode import clean
from trayapp.words.language import mark, marks
from trayapp.words.toasts import toast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trayapp.core.model import Millis
    from trayapp.core.story import Event
    from trayapp.words.voice import Voice

_FIELD_LIMIT = 40
_FILE_LIMIT = 200
_WRONG = {
    "": mark("Line {number} of {file} is left out: it is no JSON object."),
    "(long)": mark("Line {number} of {file} is left out: it is too long."),
    "(cut)": mark("{file} is damaged or cut off after line {number}; what came before is replayed."),
    "(much)": mark("{file} is too large: it is replayed up to line {number}."),
}
"""By what storage calls it; anything else is the name of a field."""
_FIELD = mark("Line {number} of {file} is left out: “{field}” is missing, or is not what it must be.")
_MORE = marks("So is {count} more line.", "So are {count} more lines.")
_RECORDED = marks("{count} line was written to {file}", "{count} lines were written to {file}")
_UNASKED = marks(
    "Nobody was asked: {count} question that Fanal would have put was not put.",
    "Nobody was asked: {count} questions that Fanal would have put were not put.",
)


def event(voice: Voice, happened: Event, names: Mapping[str, str]) -> str:
    """What the person would have been told, and when: "2024-03-05 16:02  Shop is down. …"."""
    said = toast(voice, happened, names, happened.t)
    return f"{voice.times.stamp(happened.t)}  {said.title}. {said.body}".rstrip()


def state(voice: Voice, t: Millis, platform: str, now: State, reasons: Sequence[str]) -> str:
    """That a platform's state has changed, and why."""
    why = [voice.reason(reason) for reason in reasons] if now is not State.UP else []
    return " · ".join([f"{voice.times.stamp(t)}  {voice.of(now, [platform], None, t)}", *why])


def wrong(voice: Voice, file: str, number: int, field: str) -> str:
    """Which line is no record, and why."""
    message = _WRONG.get(field, _FIELD)
    return voice.text(message, number=number, file=clean(file, _FILE_LIMIT), field=clean(field, _FIELD_LIMIT))


def more(voice: Voice, count: int) -> str:
    """How many lines besides those that were named are none."""
    return voice.plural(_MORE, count, count=count)


def unasked(voice: Voice, count: int) -> str:
    """How much was not asked."""
    return voice.plural(_UNASKED, count, count=count)


def recorded(voice: Voice, count: int, file: str) -> str:
    """How much was written."""
    return voice.plural(_RECORDED, count, count=count, file=clean(file, _FILE_LIMIT))


def there_already(voice: Voice, file: str) -> str:
    """That nothing is overwritten."""
    return voice.text("{file} is there already: name another file.", file=clean(file, _FILE_LIMIT))


def unusable(voice: Voice, file: str, reason: str) -> str:
    """That a file cannot be read or written."""
    return voice.text("{place} cannot be used: {reason}", place=clean(file, _FILE_LIMIT), reason=reason)


def nothing(voice: Voice) -> str:
    """That there was nothing to record, or nothing happened."""
    return voice.text("Nothing has happened yet.")
