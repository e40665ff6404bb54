"""A scenario's file → Scenario. Strict: what is not understood is an error that names the file and the change."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from trayapp.core.model import HOUR, MINUTE, SECOND, Failure
from trayapp.simulate import scenario as play

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import StrEnum
    from pathlib import Path

    from trayapp.core.model import Millis
    from trayapp.simulate.scenario import Change, Scenario, Span

_E = TypeVar("_E", bound="StrEnum")
_TIME = re.compile(r"(-?)([0-9]{1,4}):([0-5][0-9]):([0-5][0-9])")
_LONGEST = 1 << 20  # characters of a file
_MOST = 1000  # changes
_FAILURES = {failure.value: failure for failure in Failure}


class ScenarioError(Exception):
    """A scenario could not be read; the message says where and why."""


class Table:
    """The keys of one table, each of which must be taken."""

    def __init__(self, keys: dict[str, Any], where: str, begin: Millis) -> None:
        self._left, self._where, self._begin = dict(keys), where, begin

    def error(self, why: str) -> ScenarioError:
        """What to raise."""
        return ScenarioError(f"{self._where}: {why}")

    def has(self, key: str) -> bool:
        """Whether it is there, and not taken yet."""
        return key in self._left

    def take(self, key: str, kind: type[Any], default: Any = None) -> Any:  # noqa: ANN401 - any value of TOML
        """The value of ``key``, which must be of ``kind``; ``default`` where it is missing."""
        value = self._left.pop(key, default)
        fits = kind is object or type(value) is kind or (kind is float and type(value) is int)
        if value is not default and not fits:
            raise self.error(f"`{key}` is not a {kind.__name__}")
        return value

    def names(self, key: str) -> tuple[str, ...]:
        """A list of texts; missing: none."""
        found = self.take(key, list, [])
        if not all(isinstance(each, str) for each in found):
            raise self.error(f"`{key}` is not a list of texts")
        return tuple(found)

    def one_of(self, key: str, kind: type[_E], default: _E | None = None) -> _E:
        """A word of a closed list."""
        text = self.take(key, str, default)
        if text not in {each.value for each in kind}:
            raise self.error(f"`{key}` is not one of: {', '.join(kind)}")
        return kind(text)

    def length(self, key: str, default: Millis = 0) -> Millis:
        """Milliseconds from "h:mm:ss"."""
        return length(self._left.pop(key), self.error) if self.has(key) else default

    def moment(self, key: str, default: Millis | None = None) -> Millis:
        """Milliseconds since the beginning, from "h:mm:ss" or a date and time."""
        if not self.has(key):
            if default is None:
                raise self.error(f"`{key}` is missing")
            return default
        return moment(self._left.pop(key), self._begin, self.error)

    def span(self) -> Span:
        """``at`` and ``until``."""
        span = play.Span(self.moment("at"), self.moment("until", play.NEVER))
        if span.until <= span.at:
            raise self.error("`until` is not after `at`")
        return span

    def end(self) -> None:
        """Nothing may be left."""
        if self._left:
            raise self.error(f"nobody knows `{next(iter(self._left))}`")


def length(value: object, error: Callable[[str], ScenarioError]) -> Millis:
    """Milliseconds from "h:mm:ss"; "-" in front of it: back."""
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise error(f'{value!r} is no time: write "h:mm:ss"')
    sign, hours, minutes, seconds = found.groups()
    ms = int(hours) * HOUR + int(minutes) * MINUTE + int(seconds) * SECOND
    return -ms if sign else ms


def moment(value: object, begin: Millis, error: Callable[[str], ScenarioError]) -> Millis:
    """Milliseconds since ``begin``."""
    if isinstance(value, datetime):
        return _epoch(value, error) - begin
    return length(value, error)


def read(path: Path) -> Scenario:
    """The scenario in a file. Raises ScenarioError."""
    try:
        with path.open("rb") as file:
            raw = file.read(_LONGEST + 1)
        if len(raw) > _LONGEST:
            raise ScenarioError(f"{path}: too long")
        found = tomllib.loads(raw.decode())
    except (OSError, ValueError) as error:
        raise ScenarioError(f"{path}: {error}") from None
    changes = found.pop("change", [])
    if not isinstance(changes, list) or len(changes) > _MOST or not all(isinstance(c, dict) for c in changes):
        raise ScenarioError(f"{path}: `change` is not a list of tables, or too long a one")
    table = Table(found, str(path), 0)
    begin = _epoch(table.take("begin", datetime), table.error)
    out = play.Scenario(
        name=path.stem,
        title=table.take("title", str, path.stem),
        begin=begin,
        lasts=table.length("lasts"),
        changes=tuple(_change(Table(c, f"{path}: change {n}", begin)) for n, c in enumerate(changes, 1)),
        watch=table.names("watch"),
        outside=table.take("outside", bool, True),  # noqa: FBT003 - the value of a key of the file
        reports=table.take("reports", bool, True),  # noqa: FBT003 - the same
        country=table.take("country", str, ""),
        zone=table.take("zone", str, "UTC"),
        network=table.take("network", str, "home"),
    )
    table.end()
    if out.lasts <= 0:
        raise table.error("`lasts` is missing")
    return out


def _epoch(value: datetime | None, error: Callable[[str], ScenarioError]) -> Millis:
    if value is None or value.tzinfo is None:
        raise error("a date and time needs a Z at its end")
    return int(value.astimezone(UTC).timestamp() * 1000)


def _change(table: Table) -> Change:
    hosts = table.has("hosts") or table.has("who")
    kinds = [kind for kind in _KINDS if table.has(kind) and not (hosts and kind in _OF_HOSTS)]
    if len(kinds) + hosts != 1:
        raise table.error(f"it must say exactly one of: {', '.join(('hosts', 'who', *_KINDS))}")
    change = _hosts(table) if hosts else _KINDS[kinds[0]](table)
    table.end()
    return change


def _hosts(table: Table) -> Change:
    answer: int | Failure | None
    told = table.take("answers", object)
    if type(told) is int and 100 <= told <= 999:
        answer = told
    elif told == "well":
        answer = None
    elif isinstance(told, str) and told in _FAILURES:
        answer = _FAILURES[told]
    else:
        raise table.error("`answers` is neither a status, nor a failure's name, nor `well`")
    return play.Hosts(
        answer=answer,
        patterns=table.names("hosts"),
        who=table.names("who"),
        body=table.take("body", str),
        retry_after=table.take("retry_after", str, ""),
        seen=table.one_of("from", play.Place, play.Place.EVERYWHERE),
        share=float(table.take("share", float, 1.0)),
        on=table.length("on"),
        off=table.length("off"),
        span=table.span(),
    )


def _line(table: Table) -> Change:
    line = table.one_of("line", play.LineIs)
    return play.Connection(line=line, share=float(table.take("share", float, 1.0)), span=table.span())


def _page(table: Table) -> Change:
    parts = table.take("parts", dict, {})
    if not all(word in set(play.Word) for word in parts.values()):
        raise table.error(f"a part is said to be one of: {', '.join(play.Word)}")
    return play.Page(
        host=table.take("page", str),
        parts=MappingProxyType({part: play.Word(word) for part, word in parts.items()}),
        words=table.take("words", str, ""),
        document=table.take("document", str),
        span=table.span(),
    )


def _for_so_long(kind: type[play.Asleep | play.SwitchedOff], key: str) -> Callable[[Table], Change]:
    def made(table: Table) -> Change:
        lasts, at = table.length(key), table.moment("at")
        return kind(play.Span(at, at + lasts))

    return made


def _notices(table: Table) -> Change:
    if table.take("notices", str) != "refused":
        raise table.error("`notices` is not `refused`")
    return play.Unshown(table.span())


_KINDS: dict[str, Callable[[Table], Change]] = {
    "line": _line,
    "page": _page,
    "reports": lambda t: play.Reported(platforms=t.names("reports"), span=t.span()),
    "sleep": _for_so_long(play.Asleep, "sleep"),
    "off": _for_so_long(play.SwitchedOff, "off"),
    "clock": lambda t: play.ClockSet(by=t.length("clock"), span=t.span()),
    "network": lambda t: play.Moved(network=t.take("network", str), span=t.span()),
    "notices": _notices,
    "complain": lambda t: play.Complaint(platform=t.take("complain", str), span=t.span()),
}
_OF_HOSTS = frozenset({"off"})  # also a key of hosts that come and go
