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

MORNING, NIGHT_ENDS = 8, 5
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
# Translators: the same, without the time of day: on the axis of a chart.
_DAY_ALONE, _FIRST_ALONE = mark("{day} {month}"), mark("1 {month}")
_DAYS, _HOURS = marks("{days} d", "{days} d"), marks("{hours} h", "{hours} h")
_MINUTES, _SECONDS = marks("{minutes} min", "{minutes} min"), marks("{seconds} s", "{seconds} s")
# Translators: the sentences around it say "since …", "between … and …"; the first day of a month has its own form.
_DAY, _FIRST = mark("{day} {month} {clock}"), mark("1 {month} {clock}")
_YEAR, _FIRST_YEAR = mark("{day} {month} {year} {clock}"), mark("1 {month} {year} {clock}")
# Translators: between the names of a list; not before the last one.
_COMMA = mark(", ")
_MORE = marks("{names} and {count} more", "{names} and {count} more")
# Translators: in place of their names, where there is no room for any.
_COUNTED = marks("{count} platform", "{count} platforms")
# Translators: between clauses that stand side by side, each with commas of its own.
_CLAUSES = mark("{one}; {other}")


class Times:
    """How one language writes times of one zone; ``zone`` None is the system's own."""

    def __init__(self, language: Language, zone: tzinfo | None) -> None:
        self._language = language
        self._zone = zone

    def duration(self, ms: Millis) -> str:
        """A length of time in its two largest units, cut off below: "45 s", "14 min", "2 h 5 min", "3 d 4 h"."""
        plural, ms = self._language.plural, max(0, ms)
        if ms < MINUTE:
            return plural(_SECONDS, ms // SECOND, seconds=ms // SECOND)
        days, hours, minutes = ms // DAY, ms % DAY // HOUR, ms % HOUR // MINUTE
        parts = [
            plural(_DAYS, days, days=days) if days else "",
            plural(_HOURS, hours, hours=hours) if hours else "",
            plural(_MINUTES, minutes, minutes=minutes) if minutes and not days else "",
        ]
        said = [part for part in parts if part]
        return said[0] if len(said) == 1 else self._language.text("{larger} {smaller}", larger=said[0], smaller=said[1])

    def clock(self, t: Millis, now: Millis) -> str:
        """The time of day; with the day where that is not today's, with the year where it is not this one's."""
        at, today = self.local(t), self.local(now)
        clock = f"{at:%H:%M}"
        if at.date() == today.date():
            return clock
        first = at.day == 1
        message = (_FIRST if first else _DAY) if at.year == today.year else (_FIRST_YEAR if first else _YEAR)
        month = self._language.text(_MONTHS[at.month - 1])
        return self._language.text(message, day=at.day, month=month, year=at.year, clock=clock)

    def stamp(self, t: Millis) -> str:
        """Day and time in columns that sort, the same in every language: "2024-03-05 16:02"."""
        return f"{self.local(t):%Y-%m-%d %H:%M}"

    def hour(self, t: Millis) -> str:
        """The time of day alone, on an axis: "16:00"."""
        return f"{self.local(t):%H:%M}"

    def day(self, t: Millis) -> str:
        """The day alone, on an axis: "5 Mar"."""
        at = self.local(t)
        month = self._language.text(_MONTHS[at.month - 1])
        return self._language.text(_FIRST_ALONE if at.day == 1 else _DAY_ALONE, day=at.day, month=month)

    def span(self, since: Millis, until: Millis) -> str:
        """Two stamps with a dash between them; a day that they share is said once."""
        first, last = self.stamp(since), self.stamp(until)
        same = first[:10] == last[:10]
        return f"{first}{_TO}{last[11:]}" if same else f"{first} {_TO} {last}"

    def between(self, first: str, last: str) -> str:
        """Two clock times with a dash between them; one alone where they are the same."""
        return first if first == last else f"{self._language.apart(first)} {_TO} {self._language.apart(last)}"

    def names(self, names: Sequence[str], most: int = NAMED) -> str:
        """A list as it is spoken: "A", "A and B", "A, B and C", "A, B, C and 2 more"; "" for none.

        ``most``: how many are named; with 0 it is "5 platforms".
        """
        if len(names) <= most:
            return self.all_names(names)
        count = len(names) - most
        if most == 0:
            return self._language.plural(_COUNTED, count, count=count)
        return self._language.plural(_MORE, count, names=self._listed(names[:most]), count=count)

    def all_names(self, names: Sequence[str]) -> str:
        """The same, however many they are."""
        if len(names) < 2:
            return self._listed(names)
        return self._language.text("{names} and {last}", names=self._listed(names[:-1]), last=names[-1])

    def commas(self, parts: Sequence[str]) -> str:
        """Parts of one thing, with this language's commas between them and no "and"."""
        return self._listed(parts)

    def clauses(self, parts: Sequence[str]) -> str:
        """Clauses side by side, with what this language has between them where commas are taken."""
        said = parts[0] if parts else ""
        for part in parts[1:]:
            said = self._language.text(_CLAUSES, one=said, other=part)
        return said

    def _listed(self, names: Sequence[str]) -> str:
        # Each on its own: a list of Latin names is read from the right in a sentence that is.
        return self._language.text(_COMMA).join(self._language.apart(name) for name in names)

    def tomorrow(self, now: Millis) -> Millis:
        """When the next morning begins: the next eight o'clock, there being a night in between."""
        here = self.local(now)
        # In the small hours the morning that comes is the one that is meant.
        day = here.date() if here.hour < NIGHT_ENDS else here.date() + timedelta(days=1)
        return self.instant(datetime(day.year, day.month, day.day, MORNING))  # noqa: DTZ001 - the zone is ours

    def instant(self, wall: datetime) -> Millis:
        """What a wall clock in this zone shows, without a zone of its own → that moment."""
        return int(wall.replace(tzinfo=self._zone).astimezone(UTC).timestamp() * SECOND)

    def local(self, t: Millis) -> datetime:
        """That moment as a wall clock in this zone shows it."""
        return (_EPOCH + timedelta(milliseconds=min(max(t, 0), _LATEST))).astimezone(self._zone)
