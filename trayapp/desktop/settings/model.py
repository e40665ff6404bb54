"""What the form of the settings holds, what is wrong with it, and what has to be written. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from trayapp.config.settings import Consent, QuietHours, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from trayapp.config.edit import Changes, Value
    from trayapp.config.own import Own
    from trayapp.core.question import Platform

SCALES = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0)
"""Sizes that are offered; another one in the file is offered too."""
_TIME = re.compile(r"(\d{1,2})(?:[:.hH ]?(\d{2}))?")
REMIND = 60
"""Minutes, where the switch is on; the file may say another number."""
_USUAL = QuietHours(22 * 60, 7 * 60)


class Complaint(StrEnum):
    """What keeps the form from being saved."""

    NO_PLATFORM = "no_platform"
    NO_TIMES = "no_times"


@dataclass(frozen=True, slots=True)
class Form:
    """Everything that can be chosen, as it stands on the screen. ``start`` None: it cannot be told or changed."""

    on: frozenset[str]
    language: str = ""
    outside: str = ""  # a Consent's word; "": not answered
    reports: bool = False
    notices: bool = True
    heed: bool = True
    sound: bool = False
    remind: bool = False
    quiet: bool = False
    since: str = ""
    until: str = ""
    theme: str = "system"
    scale: float = 0.0
    start: bool | None = None


def form_of(settings: Settings, platforms: Sequence[Platform], *, start: bool | None) -> Form:
    """The form as it is opened. ``platforms``: all that there are, on or off."""
    hours = settings.quiet or _USUAL
    return Form(
        on=watched(settings, platforms),
        language=settings.language,
        outside=settings.outside.value if settings.outside is not None else "",
        reports=settings.reports,
        notices=settings.notices,
        heed=settings.heed,
        sound=settings.sound,
        remind=settings.remind_minutes > 0,
        quiet=settings.quiet is not None,
        since=_clock(hours.since),
        until=_clock(hours.until),
        theme=settings.theme.value,
        scale=settings.scale,
        start=start,
    )


def watched(settings: Settings, platforms: Collection[Platform]) -> frozenset[str]:
    """Ids of those that are watched with these settings."""
    if not settings.platforms:
        return frozenset(p.id for p in platforms if p.default)
    return frozenset(settings.platforms) & {p.id for p in platforms}


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def time_of(typed: str) -> str:
    """What a person types as a time of the day, as 22:00; "" where it is none. "7", "7.30", "7h30" will do too."""
    found = _TIME.fullmatch(typed.strip())  # any script's figures: Arabic keyboards type their own
    hour, minute = (int(found[1]), int(found[2] or 0)) if found is not None else (24, 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else ""


def complaints(form: Form) -> tuple[Complaint, ...]:
    """Why it cannot be saved as it is; empty: it can."""
    found = []
    if not form.on:
        found.append(Complaint.NO_PLATFORM)
    times = time_of(form.since), time_of(form.until)
    if form.quiet and ("" in times or times[0] == times[1]):
        found.append(Complaint.NO_TIMES)
    return tuple(found)


def changes(before: Form, after: Form, settings: Settings, platforms: Sequence[Platform]) -> Changes:
    """What is to be written: only what is another now. What is as by default and was never written stays unwritten."""
    pairs: tuple[tuple[tuple[str, ...], Value, Value], ...] = (
        (("language",), before.language or None, after.language or None),
        (("privacy", "outside"), before.outside or None, after.outside or None),
        (("privacy", "reports"), before.reports, after.reports),
        (("notices", "give"), before.notices, after.notices),
        (("notices", "heed_desktop"), before.heed, after.heed),
        (("notices", "sound"), before.sound, after.sound),
        (("notices", "remind_minutes"), REMIND * before.remind, REMIND * after.remind),
        (("notices", "quiet"), _hours(before), _hours(after)),
        (("look", "theme"), before.theme, after.theme),
        (("look", "scale"), before.scale or None, after.scale or None),
    )
    found = {keys: now for keys, was, now in pairs if was != now}
    if after.on != before.on:
        found[("platforms",)] = in_order(after.on, settings.platforms, platforms)
    return found


def in_order(on: Collection[str], named: Sequence[str], platforms: Sequence[Platform]) -> tuple[str, ...]:
    """Those that are on: first as the person had put them, then the new ones as they are listed.

    An id in the file that no platform has is left there: its file may only be broken at the moment.
    """
    known = [p.id for p in platforms]
    stay = [id_ for id_ in named if id_ in on or id_ not in known]
    return (*stay, *(id_ for id_ in known if id_ in on and id_ not in stay))


def _hours(form: Form) -> str | None:
    return f"{time_of(form.since)}-{time_of(form.until)}" if form.quiet else None


class Draft:
    """The form while the person fills it in. ``changed`` is told after each change."""

    def __init__(self, form: Form, changed: Callable[[], object] = lambda: None) -> None:
        self.form = form
        self.changed = changed

    def put(self, **values: Any) -> None:  # noqa: ANN401 - the fields of Form; mypy knows them where they are read
        """Take other values for some of the fields."""
        self.form = replace(self.form, **values)
        self.changed()

    def switch(self, platform: str, *, on: bool) -> None:
        """One platform on or off."""
        self.put(on=self.form.on | {platform} if on else self.form.on - {platform})


@dataclass(frozen=True, slots=True)
class Done:
    """What became of saving. ``problems`` as file:line: text; ``running``: a Fanal took it over at once."""

    problems: tuple[str, ...] = ()
    running: bool = False

    @property
    def well(self) -> bool:
        """Whether it is written."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Facts:
    """What the windows are opened with. ``problems``: of the files as they are, as file:line: text."""

    settings: Settings
    platforms: tuple[Platform, ...]
    own: frozenset[str]  # ids of the person's own
    folder: str  # where these are
    start: bool | None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hands:
    """What the windows can do. Each may take some time; ``try_out`` up to 16 s, so never on Tk's thread."""

    facts: Callable[[], Facts]
    save: Callable[[Changes, bool | None], Done]  # what is to be written, and whether to start at log-in (None: as is)
    add: Callable[[Own], Done]
    try_out: Callable[[str], Mapping[str, object]]
    notice: Callable[[], bool]


__all__ = ["Complaint", "Consent", "Done", "Draft", "Facts", "Form", "Hands", "changes", "complaints", "form_of"]
