"""Times when nobody was looking, told from two clocks alone."""

from __future__ import annotations

from trayapp.core.model import SECOND, Gap, Instant, Millis

LATE: Millis = 20 * SECOND
LATE_FACTOR = 1.5
DISAGREE: Millis = 5 * SECOND


def between(last: Instant, now: Instant, wake: Millis | None) -> Gap | None:
    """The gap between two steps of the engine, if there is one.

    ``wake`` is when it meant to come back. A gap is: woken later than 20 s and than 1.5 times the planned sleep;
    another boot; wall and steady clock apart by more than 5 s since the last step (sleep, a clock set by hand).
    """
    passed = now.mono - last.mono
    planned = max(0, wake - last.mono) if wake is not None else 0
    late = passed > max(LATE, LATE_FACTOR * planned)
    apart = abs((now.t - last.t) - passed) > DISAGREE
    if now.boot == last.boot and not late and not apart:
        return None
    return Gap(min(last.t, now.t), now.t)


def before_start(looked: Instant | None, now: Instant) -> tuple[Gap, ...]:
    """The time since an earlier run last looked; nothing where there was none or the clock has gone back behind it."""
    if looked is None or looked.t >= now.t:
        return ()
    return (Gap(looked.t, now.t),)


def set_by(last: Instant, now: Instant) -> Millis:
    """By how much the wall clock was set between the two; 0 where that cannot be told, or it was not."""
    if last.boot != now.boot:
        return 0
    by = (now.t - last.t) - (now.mono - last.mono)
    return by if abs(by) > DISAGREE else 0
