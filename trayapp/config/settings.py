"""The person's own ``config.toml``. Whatever is not set has a default, so no file at all is a good configuration."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from trayapp.config.reader import Problem, read

if TYPE_CHECKING:
    from pathlib import Path


class Consent(StrEnum):
    """Whether third parties may be asked about a platform that fails here."""

    ON_SUSPICION = "on_suspicion"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Settings:
    """``platforms`` empty: all that come with Fanal. ``outside`` None: not answered yet, which means never."""

    platforms: tuple[str, ...] = ()
    language: str = ""  # "" = as the desktop says
    outside: Consent | None = None
    reports: bool = False


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
    outside, reports = None, False
    privacy = top.table("privacy")
    if privacy is not None:
        outside = privacy.word("outside", Consent)
        reports = privacy.flag("reports")
        privacy.done()
    top.done()
    if problems:
        return Settings(), tuple(sorted(problems))
    return Settings(platforms, language, outside, reports), ()
