"""The person's own ``config.toml``. Whatever is not set has a default, so no file at all is a good configuration."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from trayapp.config.countries import COUNTRIES
from trayapp.config.reader import Problem, read
from trayapp.core.model import MINUTE
from trayapp.core.ports import Allowed

if TYPE_CHECKING:
    from pathlib import Path

    from trayapp.config.reader import Table


_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_HOURS = f"{_TIME}-{_TIME}"


SCALE_LEAST, SCALE_MOST = 0.75, 4.0
"""Of everything in a window, against the size it was drawn for."""


class Theme(StrEnum):
    """Of the windows."""

    SYSTEM = "system"  # as the desktop says
    LIGHT = "light"
    DARK = "dark"


class Consent(StrEnum):
    """Whether third parties may be asked about a platform that fails here."""

    ON_SUSPICION = "on_suspicion"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """In minutes of the person's own day, 0 to 1439; over midnight where the first is the later one."""

    since: int
    until: int

    def at(self, minute: int) -> bool:
        """Whether it is quiet at that minute of the day."""
        if self.since <= self.until:
            return self.since <= minute < self.until
        return minute >= self.since or minute < self.until


REMIND_MOST = 1440
"""Minutes: a day."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``platforms`` empty: those whose files say `default`. ``outside`` None: not answered yet, which means never."""

    platforms: tuple[str, ...] = ()
    language: str = ""  # "" = as the desktop says
    outside: Consent | None = None
    reports: bool = False
    quiet: QuietHours | None = None  # nothing is said then; what was missed is told after it
    notices: bool = True  # false: nothing is said at any time, as in quiet hours that never end
    heed: bool = True  # nor is anything said while the desktop is not to be disturbed
    theme: Theme = Theme.SYSTEM
    scale: float = 0.0  # 0: as the desktop says; else from SCALE_LEAST to SCALE_MOST
    sound: bool = False  # with a notice, where the system lets us choose
    remind_minutes: int = 0  # tell again of an outage that goes on, this often; 0: never
    country: str = ""  # the person's own, ISO 3166 alpha-2; "" = as the time zone says

    @property
    def allowed(self) -> Allowed:
        """Whom Fanal may ask beside the platforms and their pages. Nobody, until the person has answered."""
        return Allowed(
            outside=self.outside is Consent.ON_SUSPICION,
            reports=self.reports,
            country=self.country,
            remind=self.remind_minutes * MINUTE,
        )


def load_settings(path: Path) -> tuple[Settings, tuple[Problem, ...]]:
    """Settings of ``path``; with any problem the defaults, and every problem told."""
    problems: list[Problem] = []
    top = read(path, problems, optional=True)
    if top is None:
        return Settings(), tuple(problems)
    platforms = top.items("platforms", str, "a list of platforms' ids, such as the names of the files")
    language = top.text_of(
        "language", required=False, pattern=r"[a-z]{2,3}(_[A-Z]{2})?", hint='a language such as "en" or "pt_BR"'
    )
    outside, reports, country = None, False, ""
    privacy = top.table("privacy")
    if privacy is not None:
        outside = privacy.word("outside", Consent)
        reports = privacy.flag("reports")
        country = _country(privacy)
        privacy.done()
    quiet, give, heed, sound, remind = None, True, True, False, 0
    notices = top.table("notices")
    if notices is not None:
        quiet = _quiet(notices)
        give = notices.flag("give", default=True)
        heed = notices.flag("heed_desktop", default=True)
        sound = notices.flag("sound")
        remind = notices.number("remind_minutes", least=0, most=REMIND_MOST, default=0)
        notices.done()
    theme, scale = Theme.SYSTEM, 0.0
    look = top.table("look")
    if look is not None:
        theme = look.word("theme", Theme, Theme.SYSTEM) or Theme.SYSTEM
        scale = _scale(look)
        look.done()
    top.done()
    if problems:
        return Settings(), tuple(sorted(problems))
    return Settings(platforms, language, outside, reports, quiet, give, heed, theme, scale, sound, remind, country), ()


def _country(table: Table) -> str:
    hint = 'a country by its two letters of ISO 3166, such as "MA"'
    value = table.text_of("country", required=False, hint=hint)
    if value and value not in COUNTRIES:
        table.problem("country", f"{table.name('country')} must be {hint}")
        return ""
    return value


def _scale(table: Table) -> float:
    hint = f"a number from {SCALE_LEAST:g} to {SCALE_MOST:g}, such as 1.5"
    value = table.take("scale", (int, float), hint, required=False)
    if not isinstance(value, (int, float)):
        return 0.0
    if not SCALE_LEAST <= value <= SCALE_MOST:
        table.problem("scale", f"{table.name('scale')} must be {hint}")
        return 0.0
    return float(value)


def _quiet(table: Table) -> QuietHours | None:
    hint = 'two times of the day, such as "22:00-07:00"'
    text = table.text_of("quiet", required=False, pattern=_HOURS, hint=hint)
    if not text:
        return None
    since, until = (int(part[:2]) * 60 + int(part[3:]) for part in text.split("-"))
    if since == until:
        table.problem("quiet", f"{table.name('quiet')} ends when it begins: give {hint}")
    return QuietHours(since, until)
