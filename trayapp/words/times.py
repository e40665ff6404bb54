"""Durations, clock times in the person's zone, lists of names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from trayapp.core.model import DAY, HOUR, MINUTE, SECOND
from trayapp.words.language import mark, marks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from trayapp.core.model import Millis
    from trayapp.words.language import Language

NAMED = 3
"""More names than this are counted, not listed."""

_TO = "\N{EN DASH}"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Millis = 32_503_000_000_000  # in the year 2999: C libraries know no local time much later

_MONTHS = (
    mark("Jan"),
    mark("Feb"),
    mark("Mar"),
    mark("Apr"),
    mark("May"),
    mark("Jun"),
    mark("Jul"),
    mark("Aug"),
    mark("Sep"),
    mark("Oct"),
    mark("Nov"),
    mark("Dec"),
)
# Translators: the sentences around it say "since …", "between … and …"; the first day of a month has its own form.
_DAY, _FIRST = mark("{day} {month} {clock}"), mark("1 {month} {clock}")
_YEAR, _FIRST_YEAR = mark("{day} {month} {year} {clock}"), mark("1 {month} {year} {clock}")
_MORE = marks("{names} and {count} more", "{names} and {count} more")


class Times:
    """How one language writes times of one zone; ``zone`` None is the system's own."""

    def __init__(self, language: Language, zone: tzinfo | None) -> None:
        self._language = language
        self._zone = zone

    def duration(self, ms: Millis) -> str:
        """A length of time in its two largest units, cut off below: "45 s", "14 min", "2 h 5 min", "3 d 4 h"."""
        text, ms = self._language.text, max(0, ms)
        if ms < MINUTE:
            return text("{seconds} s", seconds=ms // SECOND)
        days, hours, minutes = ms // DAY, ms % DAY // HOUR, ms % HOUR // MINUTE
        parts = [
            text("{days} d", days=days) if days else "",
            text("{hours} h", hours=hours) if hours else "",
            text("{minutes} min", minutes=minutes) if minutes and not days else "",
        ]
        return " ".join(part for part in parts if part)

    def clock(self, t: Millis, now: Millis) -> str:
        """The time of day; with the day where that is not today's, with the year where it is not this one's."""
        at, today = self._local(t), self._local(now)
        clock = f"{at:%H:%M}"
        if at.date() == today.date():
            return clock
        first = at.day == 1
        message = (_FIRST if first else _DAY) if at.year == today.year else (_FIRST_YEAR if first else _YEAR)
        month = self._language.text(_MONTHS[at.month - 1])
        return self._language.text(message, day=at.day, month=month, year=at.year, clock=clock)

    def stamp(self, t: Millis) -> str:
        """Day and time in columns that sort, the same in every language: "2024-03-05 16:02"."""
        return f"{self._local(t):%Y-%m-%d %H:%M}"

    def span(self, since: Millis, until: Millis) -> str:
        """Two stamps with a dash between them; a day that they share is said once."""
        first, last = self.stamp(since), self.stamp(until)
        same = first[:10] == last[:10]
        return f"{first}{_TO}{last[11:]}" if same else f"{first} {_TO} {last}"

    def names(self, names: Sequence[str]) -> str:
        """A list as it is spoken: "A", "A and B", "A, B and C", "A, B, C and 2 more"; "" for none."""
        if len(names) > NAMED:
            count = len(names) - NAMED
            return self._language.plural(_MORE, count, names=", ".join(names[:NAMED]), count=count)
        return self.all_names(names)

    def all_names(self, names: Sequence[str]) -> str:
        """The same, however many they are."""
        if len(names) < 2:
            return "".join(names)
        return self._language.text("{names} and {last}", names=", ".join(names[:-1]), last=names[-1])

    def _local(self, t: Millis) -> datetime:
        return (_EPOCH + timedelta(milliseconds=min(max(t, 0), _LATEST))).astimezone(self._zone)
