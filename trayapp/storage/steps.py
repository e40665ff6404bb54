"""Steps of a recording read back: what the core was told besides evidence. All of it is from outside: read strictly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from trayapp.core.model import Function, Millis
from trayapp.core.ports import Around, Delivery
from trayapp.core.question import Control, Platform, Probe, Shape
from trayapp.core.wishes import Mute, Pause, Snooze, TellBack, Wishes
from trayapp.storage import codec
from trayapp.storage.fields import RecordError, number, text, time_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trayapp.core.wishes import Wish

MOST = 1000
"""Platforms, and controls, of one recording; probes of one platform."""
_FUNCTIONS = {f.value: f for f in Function}


@dataclass(frozen=True, slots=True)
class Watched:
    """Who is watched from then on."""

    platforms: tuple[Platform, ...]
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True)
class Begun:
    """Fanal was started.

    ``whole``: every step that follows is recorded. ``resumes``: when an earlier run last looked, if there was one.
    """

    watched: Watched
    around: Around
    whole: bool
    resumes: Millis | None = None
    wishes: Wishes | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A channel has answered for a notice."""

    key: tuple[str, int, str]
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Passed:
    """Time has passed."""


Told: TypeAlias = "Begun | Watched | Around | Heard | Wish | Passed"


def read_step(line: Mapping[str, Any]) -> Told | None:
    """What the step in ``line`` tells; None for one that this version does not know. Raises RecordError."""
    read = _READERS.get(str(line.get("step")))
    return read(line) if read is not None else None


def _begun(line: Mapping[str, Any]) -> Begun:
    return Begun(_watched(line), _around(line), line.get("steps") is True, _since(line), _wishes(line))


def _heard(line: Mapping[str, Any]) -> Heard:
    return Heard((text(line, "incident"), number(line, "number", 1 << 31), text(line, "channel")), _delivery(line))


def _delivery(line: Mapping[str, Any]) -> Delivery:
    value = line.get("delivery")
    if value not in list(Delivery):
        raise RecordError("delivery")
    return Delivery(value)


def _since(line: Mapping[str, Any]) -> Millis | None:
    return time_of(line["resumes"], "resumes") if line.get("resumes") is not None else None


def _around(line: Mapping[str, Any]) -> Around:
    network = number(line, "network", 1 << 31)
    return Around(str(network) if network else "", line.get("frugal") is True, line.get("quiet") is True)


def _wish(line: Mapping[str, Any]) -> Wish:
    until = line.get("until")
    if until is not None:
        until = number(line, "until", 1 << 62)
    match line.get("wish"):
        case "mute":
            return Mute(until)
        case "snooze":
            return Snooze(text(line, "about"), until)
        case "back":
            return TellBack(text(line, "about"), line.get("wanted") is True)
        case "pause":
            return Pause(line.get("wanted") is True)
        case _:
            raise RecordError("wish")


def _wishes(line: Mapping[str, Any]) -> Wishes | None:
    """As a history keeps them."""
    if line.get("wishes") is None:
        return None
    try:
        found = codec.wishes_from(line["wishes"])
        ends = (found.muted_until, found.paused_since, *found.snoozed.values())
        well = all(type(end) is int or end is None for end in ends)
    except (TypeError, ValueError, KeyError, AttributeError, RecursionError):
        well = False
    if not well:
        raise RecordError("wishes")
    return codec.wishes_from(line["wishes"])


def _watched(line: Mapping[str, Any]) -> Watched:
    return Watched(
        tuple({p.id: p for p in map(_platform, _list(line, "platforms"))}.values()),
        tuple({c.probe.id: c for c in map(_control, _list(line, "controls"))}.values()),
    )


def _platform(fields: object) -> Platform:
    table = _table(fields, "platforms")
    return Platform(
        id=text(table, "id", least=1),
        name=text(table, "name"),
        owner=text(table, "owner", least=1),
        owner_name=text(table, "owner_name"),
        functions=_functions(table, "functions"),
        probes=tuple({p.id: p for p in map(_probe, _list(table, "probes"))}.values()),
    )


def _control(fields: object) -> Control:
    table = _table(fields, "controls")
    return Control(_probe(table), text(table, "owner"), table.get("by_address") is True)


def _probe(fields: object) -> Probe:
    table = _table(fields, "probes")
    return Probe(
        id=text(table, "id"),
        kind=text(table, "kind"),
        host="",
        sees=_functions(table, "sees"),
        healthy=Shape() if table.get("shaped") is True else None,
        on_suspicion=table.get("rare") is True,
    )


def _functions(table: Mapping[str, Any], name: str) -> tuple[Function, ...]:
    return tuple(_FUNCTIONS[f] for f in _list(table, name) if isinstance(f, str) and f in _FUNCTIONS)


def _table(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise RecordError(name)
    return value


def _list(table: Mapping[str, Any], name: str) -> list[Any]:
    value = table.get(name)
    if not isinstance(value, list) or len(value) > MOST:
        raise RecordError(name)
    return value


_READERS: Mapping[str, Callable[[Mapping[str, Any]], Told]] = {
    "tick": lambda _: Passed(),
    "start": _begun,
    "watched": _watched,
    "around": _around,
    "delivered": _heard,
    "wish": _wish,
}
