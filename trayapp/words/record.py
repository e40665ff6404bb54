"""The machine-readable contracts read back: ``fanal status --json`` and ``fanal log --json`` as values.

A record may be of another version of Fanal, or damaged: what is missing or not understood is left out, never guessed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from trayapp.core.conditions import Condition
from trayapp.core.judge import AMBER
from trayapp.core.model import SECOND, Depth, Function, Line, Scope, State
from trayapp.core.present import Icon, Row, Say, View
from trayapp.core.wishes import FOR_EVER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from enum import StrEnum

    from trayapp.core.model import Millis

E = TypeVar("E", bound="StrEnum")

_LONGEST_S = 1_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
_SAY = {Icon.UP: Say.ALL_WELL, Icon.UNKNOWN: Say.LOOKING}


def view_of(record: Mapping[str, object]) -> View:
    """The View of which ``record`` is the status."""
    rows = tuple(_row(each) for each in maps(record, "platforms"))
    line = code(Line, record.get("line"), Line.UNKNOWN)
    icon = code(Icon, record.get("overall"), Icon.UNKNOWN)
    say = _SAY.get(icon) or Say(icon.value)
    about = [row for row in rows if row.state.value == say.value and not row.standing]  # nobody, where all is well
    if icon is Icon.SLOW and not about:
        say, about = Say.WARNED, [row for row in rows if row.amber]
    unknown = [row for row in rows if row.state is State.UNKNOWN]
    return View(
        icon=icon,
        say=Say.RESOLVER if say is Say.OFFLINE and line is Line.RESOLVER else say,
        names=tuple(row.name for row in about),
        since=min((row.since for row in about if row.since is not None), default=None),
        count=0,
        mark=0 < len(unknown) < len(rows),
        line=line,
        looked_at=millis(record.get("looked_at")),
        rows=rows,
        incidents=texts(record, "incidents"),
        muted_until=_end(record.get("muted_until")),
    )


def _row(record: Mapping[str, object]) -> Row:
    functions = record.get("functions")
    known = functions.items() if isinstance(functions, dict) else ()
    depth = record.get("depth")
    platform = text(record, "id")
    return Row(
        id=platform,
        name=text(record, "name") or platform,
        owner=text(record, "owner"),
        state=code(State, record.get("state"), State.UNKNOWN),
        depth=Depth(str(depth)) if depth in list(Depth) else None,
        scope=code(Scope, record.get("scope"), Scope.NOT_KNOWN),
        since=millis(record.get("since")),
        functions=tuple((Function(f), code(State, s, State.UNKNOWN)) for f, s in known if f in list(Function)),
        reasons=(reasons := texts(record, "reasons")),
        amber=any(reason in AMBER for reason in reasons),
        standing=Condition.STANDING in reasons,
        snoozed_until=_end(record.get("snoozed_until")),
        tell_back=record.get("tell_back") is True,
    )


def _end(value: object) -> Millis | None:
    """When a wish ends; the last second that ISO 8601 can write here stands for an end that never comes."""
    t = millis(value)
    return FOR_EVER if t is not None and t >= _LAST else t


def code(kind: type[E], value: object, default: E) -> E:
    """The member of ``kind`` whose value it is, else ``default``."""
    return kind(value) if isinstance(value, str) and value in list(kind) else default


def text(record: Mapping[str, object], key: str) -> str:
    """The string there, else ""."""
    value = record.get(key)
    return value if isinstance(value, str) else ""


def texts(record: Mapping[str, object], key: str) -> tuple[str, ...]:
    """The strings of the list there."""
    value = record.get(key)
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list | tuple) else ()


def maps(record: Mapping[str, object], key: str) -> Iterator[Mapping[str, object]]:
    """The objects of the list there."""
    value = record.get(key)
    return (each for each in value if isinstance(each, dict)) if isinstance(value, list | tuple) else iter(())


def seconds(value: object) -> Millis | None:
    """A length of time in seconds → milliseconds, at most some thirty years; None for anything else."""
    if not isinstance(value, int | float) or not value >= 0:  # JSON as Python reads it knows NaN: no comparison holds
        return None
    return int(min(value, _LONGEST_S)) * SECOND


def millis(value: object) -> Millis | None:
    """ISO 8601 with a zone → milliseconds since the epoch; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (at - _EPOCH) // timedelta(milliseconds=1) if at.tzinfo is not None else None
