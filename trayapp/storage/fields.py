"""The fields of a record, read strictly: each is what it must be, or is named."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from enum import StrEnum

    from trayapp.core.model import Millis

    E = TypeVar("E", bound=StrEnum)

LONGEST = 400
"""Characters of any text in a record."""


class RecordError(ValueError):
    """A line that is no record. ``field``: which of its fields is missing or wrong; "" = it is no JSON object."""

    def __init__(self, field: str = "") -> None:
        super().__init__(field)
        self.field = field


def time_of(value: object, name: str) -> Millis:
    """ISO 8601 with its zone → milliseconds. Raises RecordError for anything else, and for times before 1970."""
    try:
        at = datetime.fromisoformat(value)  # type: ignore[arg-type]  # TypeError is caught
        if at.tzinfo is None:
            raise RecordError(name)
        t = int(at.timestamp()) * 1000 + at.microsecond // 1000
    except (TypeError, ValueError, OverflowError):
        raise RecordError(name) from None
    if t < 0:
        raise RecordError(name)
    return t


def text(line: Mapping[str, Any], name: str, least: int = 0) -> str:
    """A text of at most LONGEST characters; "" where there is none and none is needed. Raises RecordError."""
    value = line.get(name)
    if value is None and not least:
        return ""
    if not isinstance(value, str) or not least <= len(value) <= LONGEST:
        raise RecordError(name)
    return value


def number(line: Mapping[str, Any], name: str, most: int) -> int:
    """A whole number from 0 to ``most``. Raises RecordError."""
    value = line.get(name)
    if type(value) is not int or not 0 <= value <= most:  # a bool is an int to isinstance
        raise RecordError(name)
    return value


def member(line: Mapping[str, Any], name: str, find: Callable[[str], E | None]) -> E:
    """One of a closed list. Raises RecordError."""
    value = line.get(name)
    found = find(value) if isinstance(value, str) else None
    if found is None:
        raise RecordError(name)
    return found
