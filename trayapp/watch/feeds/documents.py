"""Reading what somebody else wrote: JSON with bounds, and values out of it that are of the kind they have to be."""

from __future__ import annotations

import functools
import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NoReturn, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from trayapp.core.model import Millis
    from trayapp.core.question import Official
    from trayapp.watch.feeds.said import Said, Telling

Table: TypeAlias = "Mapping[str, object]"

LONGEST = 4 * 1024 * 1024
DEEPEST = 32
MOST = 250_000
"""Lists and tables in one document. The longest real one, years of incidents, has some ten thousands."""
ROWS = 10_000
"""Of one list; the longest real one has some hundreds."""

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)  # an unclosed one ends it all: no part is read twice
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SANE = range(946_684_800_000, 4_102_444_800_000)  # the years 2000 to 2099
_IN_MILLIS = 100_000_000_000  # a number above it counts milliseconds, below it seconds: year 5138, or 1973


class Malformed(Exception):  # noqa: N818 - what it is, as a word; it never leaves a parse
    """The document is not what such a page gives."""


def total(read: Callable[[bytes, Official], Telling]) -> Callable[[bytes, Official], tuple[Said, ...] | None]:
    """Make a parse of ``read``: what is malformed says nothing."""

    @functools.wraps(read)
    def parse(body: bytes, official: Official) -> tuple[Said, ...] | None:
        try:
            return read(body, official).said()
        except Malformed:
            return None

    return parse


def text_in(body: bytes) -> str:
    """The text of ``body``, which must be UTF-8."""
    if len(body) > LONGEST:
        raise Malformed
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed from error


def json_in(body: bytes) -> object:
    """The value of a JSON document that is neither too long, nor too deep, nor in too many pieces."""
    text = text_in(body)
    brackets = _STRING.sub(b"", body).translate(None, _NO_BRACKETS)
    if len(brackets) > 2 * MOST:
        raise Malformed
    for _ in range(DEEPEST):  # each turn takes away at least the innermost level
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    if brackets:
        raise Malformed
    try:
        return json.loads(text, parse_constant=_refuse)
    except ValueError as error:
        raise Malformed from error


def _refuse(_: str) -> NoReturn:
    raise ValueError


def table(value: object) -> Table:
    """``value``, which must be a table."""
    if not isinstance(value, dict):
        raise Malformed
    return value


def rows(value: object) -> Sequence[Table]:
    """``value``, which must be a list of tables."""
    if not isinstance(value, list) or len(value) > ROWS:
        raise Malformed
    return [table(row) for row in value]


def word(row: Table, key: str) -> str:
    """A text that must be there, with something in it."""
    found = row.get(key)
    if not isinstance(found, str) or not found.strip():
        raise Malformed
    return found


def maybe(row: Table, key: str) -> str:
    """A text that may be there; "" where it is not, or is null."""
    found = row.get(key)
    if found is not None and not isinstance(found, str):
        raise Malformed
    return found or ""


def identity(row: Table, key: str = "id") -> str:
    """A name that may be a number; "" where there is none."""
    found = row.get(key)
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else maybe(row, key)


def some(row: Table, key: str) -> Sequence[Table]:
    """A list of tables that may be there; empty where it is not, or is null."""
    found = row.get(key)
    return () if found is None else rows(found)


def moment(value: object) -> Millis | None:
    """A time as they write it (ISO 8601, seconds or milliseconds since 1970); None: none that can be believed."""
    if isinstance(value, str) and len(value) <= 40:
        try:
            found = datetime.fromisoformat(value.strip())
            at = (found if found.tzinfo else found.replace(tzinfo=UTC)) - _EPOCH
        except (ValueError, OverflowError):
            return None
        t = at // timedelta(milliseconds=1)
    elif isinstance(value, int):
        t = value if value > _IN_MILLIS else value * 1000
    else:
        return None
    return t if t in _SANE else None
