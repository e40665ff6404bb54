"""A probe that is refused rests: who says "too many" is asked less, not more. TLS speaks for it meanwhile."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from trayapp.core.model import DAY, HOUR, MINUTE, SECOND, Millis

if TYPE_CHECKING:
    from trayapp.core.model import Evidence
    from trayapp.core.question import Probe

FIRST: Millis = 15 * MINUTE
LONGEST: Millis = 6 * HOUR
"""Each further refusal doubles the rest, up to this."""
OBEYED: Millis = DAY
"""The longest ``Retry-After`` that is followed."""
_REFUSALS = frozenset({403, 429})
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(
    r"[A-Z][a-z]{2},\s(?P<day>[0-9]{2})\s(?P<month>[A-Z][a-z]{2})\s(?P<year>[0-9]{4})\s"
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})\sGMT"
)
"""The one form that RFC 9110 (5.6.7) lets anybody send."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Until when (mono), and how many refusals in a row brought it so far."""

    until: Millis
    times: int


def after(rest: Rest | None, evidence: Evidence, mono: Millis) -> Rest | None:
    """The rest that holds after this answer to the probe itself; None: it may be asked as ever."""
    if evidence.status not in _REFUSALS or evidence.failure is None:
        # No answer at all, or a stand-in: says nothing of whether the question itself is welcome.
        return rest if evidence.status is None else None
    times = rest.times if rest is not None else 0
    pause = min(LONGEST, FIRST << min(times, 8))
    return Rest(mono + max(pause, min(OBEYED, asked_for(evidence.note, evidence.t))), times + 1)


def rests(rest: Rest | None, mono: Millis) -> bool:
    """Whether it still holds."""
    return rest is not None and mono < rest.until


def stand_in(probe: Probe) -> Probe:
    """What is asked meanwhile: whether the host still shows its certificate."""
    return replace(probe, kind="tls", healthy=None, broken=())


def asked_for(retry_after: str, now: Millis) -> Millis:
    """``Retry-After`` as milliseconds from ``now``: seconds or a date (RFC 9110, 10.2.3); 0 for anything else."""
    if re.fullmatch(r"[0-9]{1,9}", retry_after):
        return int(retry_after) * SECOND
    found = _DATE.fullmatch(retry_after)
    if found is None or found["month"] not in _MONTHS:
        return 0
    year, day, hour, minute, second = (int(found[p]) for p in ("year", "day", "hour", "minute", "second"))
    try:
        at = datetime(year, _MONTHS.index(found["month"]) + 1, day, hour, minute, second, tzinfo=UTC)
    except ValueError:  # the 31st of February
        return 0
    return max(0, int(at.timestamp()) * SECOND - now)
