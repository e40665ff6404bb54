"""What the person wants of Fanal: silence for a while, a platform left out, word when it is back, a pause.

Wall times, because that is how a person means them; kept in the history, so that a restart forgets none.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from trayapp.core.model import DAY, HOUR, Millis

if TYPE_CHECKING:
    from collections.abc import Mapping

FOR_EVER: Millis = 2**53
"""An end that never comes: "until I say"."""
SNOOZES: tuple[Millis, ...] = (HOUR, 4 * HOUR, 8 * HOUR)
LONGEST: Millis = 366 * DAY


@dataclass(frozen=True, slots=True)
class Wishes:
    """All of it. Frozen: every change makes a new one."""

    muted_until: Millis | None = None  # no notices before then
    snoozed: Mapping[str, Millis] = field(default_factory=dict)  # platform → out of icon and notices until then
    tell_back: frozenset[str] = frozenset()  # platforms whose return is told, muted or snoozed or not
    paused_since: Millis | None = None  # nobody is asked

    def at(self, now: Millis) -> Wishes:
        """Those that still hold."""
        muted = self.muted_until if self.muted_until is not None and self.muted_until > now else None
        snoozed = {p: until for p, until in self.snoozed.items() if until > now}
        if muted == self.muted_until and len(snoozed) == len(self.snoozed):
            return self
        return replace(self, muted_until=muted, snoozed=snoozed)

    @property
    def paused(self) -> bool:
        """Whether nobody is asked."""
        return self.paused_since is not None


@dataclass(frozen=True, slots=True)
class Mute:
    """No notices until then; None: again from now on."""

    until: Millis | None


@dataclass(frozen=True, slots=True)
class Snooze:
    """Leave one platform out until then; None: no longer."""

    platform: str
    until: Millis | None


@dataclass(frozen=True, slots=True)
class TellBack:
    """Say it when this platform works again."""

    platform: str
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class Pause:
    """Ask nobody, or go on."""

    paused: bool


Wish = Mute | Snooze | TellBack | Pause


def granted(wishes: Wishes, wish: Wish, now: Millis) -> Wishes:
    """``wishes`` after one more."""
    match wish:
        case Mute(until):
            return replace(wishes, muted_until=_end(until, now))
        case Snooze(platform, until):
            others = {p: t for p, t in wishes.snoozed.items() if p != platform}
            end = _end(until, now)
            return replace(wishes, snoozed=others if end is None else {**others, platform: end})
        case TellBack(platform, wanted):
            one = frozenset({platform})
            return replace(wishes, tell_back=wishes.tell_back | one if wanted else wishes.tell_back - one)
        case Pause(paused):
            since = wishes.paused_since if wishes.paused else now
            return replace(wishes, paused_since=since if paused else None)


def _end(until: Millis | None, now: Millis) -> Millis | None:
    if until is None or until <= now:
        return None
    return until if until == FOR_EVER else min(until, now + LONGEST)


def read(text: str, now: Millis, tomorrow: Millis) -> Wish | None:
    """The one spelling of a wish, for menu, notices, door and command line; None for any other text.

    ``pause``, ``resume``, ``mute END``, ``snooze PLATFORM END``, ``back PLATFORM``, ``back PLATFORM off``. END is a
    length in milliseconds from ``now``, or ``ever``, ``off``, or ``tomorrow``: when the person's next morning begins.
    """
    match text.split():
        case ["pause" | "resume" as what]:
            return Pause(paused=what == "pause")
        case ["mute", end] if _known(end):
            return Mute(_until(end, now, tomorrow))
        case ["snooze", platform, end] if _known(end):
            return Snooze(platform, _until(end, now, tomorrow))
        case ["back", platform, *rest] if rest in ([], ["off"]):
            return TellBack(platform, wanted=not rest)
        case _:
            return None


def _known(end: str) -> bool:
    return end in {"ever", "off", "tomorrow"} or (end.isascii() and end.isdigit() and len(end) <= len(str(LONGEST)))


def _until(end: str, now: Millis, tomorrow: Millis) -> Millis | None:
    named = {"ever": FOR_EVER, "off": None, "tomorrow": tomorrow}
    return named[end] if end in named else now + int(end)


def about(wish: Wish) -> str:
    """The platform that ``wish`` is about; "" where it is about none."""
    return wish.platform if isinstance(wish, Snooze | TellBack) else ""
