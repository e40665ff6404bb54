"""What every command needs: the person's files and language, the exit codes, a way to speak, a knock at the door."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from trayapp.config import load_settings
from trayapp.words.commands import Commands
from trayapp.words.console import Console
from trayapp.words.encode import terminal as clean
from trayapp.words.language import Language, languages_of
from trayapp.words.speech import Speech
from trayapp.words.times import Times
from trayapp.words.voice import Voice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trayapp.config import Problem, Settings
    from trayapp.core.model import Millis
    from trayapp.core.question import Control, Platform
    from trayapp.places import Places

KNOCK_S = 2.0
"""How long the running Fanal may take to answer at its door."""


class Exit(IntEnum):
    """Exit codes, for scripts."""

    WELL = 0
    THEIRS = 1
    USAGE = 2
    CANNOT_TELL = 3
    YOUR_LINE = 4


@dataclass(frozen=True, slots=True)
class Shell:
    """What every command needs. ``problems``: of the person's settings, which are then the defaults."""

    where: Places
    settings: Settings
    problems: tuple[Problem, ...]
    voice: Voice
    speech: Speech
    say: Console
    answers: Commands


def shell_of(where: Places, environ: Mapping[str, str]) -> Shell:
    """The shell of this person, in the language of their settings, else of ``environ``."""
    settings, problems = load_settings(where.settings)
    language = Language([settings.language] if settings.language else languages_of(environ))
    voice = Voice(language, Times(language, None))
    return Shell(where, settings, problems, voice, Speech(voice), Console(language), Commands(voice))


def out(text: str) -> None:
    """A line of what was asked for."""
    sys.stdout.write(clean(text) + "\n")


def tell(text: str) -> None:
    """A line about how it went, or why not."""
    sys.stderr.write(f"fanal: {clean(text)}\n")


def now() -> Millis:
    """The wall clock."""
    from trayapp.watch.clock import SystemClock  # noqa: PLC0415 - the running program has its own

    return SystemClock().now().t


def knock(shell: Shell, request: Mapping[str, object]) -> bool | None:
    """Whether the running Fanal did what is asked; None: none runs."""
    from trayapp.desktop.endpoint import NotRunning, call  # noqa: PLC0415 - only the commands that knock need it

    try:
        return call(shell.where.door, request, KNOCK_S).get("done") is True
    except NotRunning:
        return None


def watched(shell: Shell) -> tuple[tuple[Platform, ...], tuple[Control, ...]]:
    """What is watched, and what is asked about the line; every problem is told, also that there is nothing to watch."""
    from trayapp.build import load  # noqa: PLC0415 - `fanal status` needs none of it

    platforms, controls, problems = load(shell.where, shell.settings)
    for problem in problems:
        tell(problem)
    if not platforms:
        tell(shell.say.nothing_to_watch)
    return platforms, controls


def named(shell: Shell, wanted: str) -> Platform | None:
    """The platform of that id or name, in small or capital letters; None, and those that are known told, if none is."""
    from trayapp.build import load  # noqa: PLC0415 - as above

    platforms, _, _ = load(shell.where, shell.settings)
    for platform in platforms:
        if wanted.casefold() in {platform.id.casefold(), platform.name.casefold()}:
            return platform
    tell(shell.answers.no_such_platform(wanted, [p.id for p in platforms]))
    return None
