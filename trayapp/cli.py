"""The command ``fanal``. Exit codes: 0 well, 1 trouble at their side, 2 usage, 3 cannot tell, 4 your own line."""

from __future__ import annotations

import argparse
import io
import json
import logging
import os
import sys
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING

from trayapp import __version__
from trayapp.config import Settings, load_settings
from trayapp.places import places
from trayapp.words.console import Console
from trayapp.words.encode import terminal as clean
from trayapp.words.language import Language, languages_of
from trayapp.words.speech import speech

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from trayapp.core.present import View
    from trayapp.core.question import Control, Platform
    from trayapp.places import Places
    from trayapp.words.speech import Speech

_logger = logging.getLogger(__name__)

CHECK_PATIENCE_S = 75.0
"""The first 30 s accuse nobody, a confirmation takes 15 s or more, a time-out 15 s."""
BEAT_LIMIT_S = 150.0


class Exit(IntEnum):
    """Exit codes, for scripts."""

    WELL = 0
    THEIRS = 1
    USAGE = 2
    CANNOT_TELL = 3
    YOUR_LINE = 4


@dataclass(frozen=True, slots=True)
class Shell:
    """What every command needs."""

    where: Places
    settings: Settings
    speech: Speech
    say: Console


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv`` (default: the process's own)."""
    for out in (sys.stdout, sys.stderr):
        if isinstance(out, io.TextIOWrapper):
            out.reconfigure(errors="replace")  # a terminal that lacks a character shows the rest
    logging.basicConfig(format="fanal: %(message)s", level=logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.ERROR)
    where = places()
    settings, problems = _settings(where)
    language = Language([settings.language] if settings.language else languages_of(os.environ))
    shell = Shell(where, settings, speech([language.code]), Console(language))
    command = _parser(shell.say).parse_args(argv)
    for problem in problems:
        _tell(problem)
    if problems:
        _tell(shell.say.defaults_instead)
    do: dict[str | None, Callable[[], int]] = {
        None: lambda: _run(shell),
        "status": lambda: _status(shell, as_json=command.json),
        "log": lambda: _log(shell, as_json=command.json),
        "check": lambda: _check(shell, as_json=command.json),
        "quit": lambda: _quit(shell),
    }
    try:
        code = do[command.do]()
        sys.stdout.flush()  # here, where a reader that has gone is met
    except BrokenPipeError:  # `fanal log | head`: whoever read has had enough
        _hush()
        return Exit.WELL
    except KeyboardInterrupt:
        return Exit.CANNOT_TELL
    except Exception:  # whatever it is: Python's own exit code for it is 1, which would accuse the platforms
        _logger.exception("a mistake of our own")
        _hush()
        return Exit.CANNOT_TELL
    return code


def _hush() -> None:
    """Let what is still unwritten go: Python's own try at the end would fail again, with an exit code of its own."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser(say: Console) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="fanal", description=say.about, epilog=say.exit_codes)
    parser.add_argument("--version", action="version", version=f"fanal {__version__}")
    commands = parser.add_subparsers(dest="do", metavar="COMMAND")
    for name, text in (("status", say.help_status), ("log", say.help_log), ("check", say.help_check)):
        sub = commands.add_parser(name, help=text, description=text)
        sub.add_argument("--json", action="store_true", help=say.help_json)
    commands.add_parser("quit", help=say.help_quit, description=say.help_quit)
    return parser


def _run(shell: Shell) -> int:
    # Imported late: `fanal status` needs none of it.
    from trayapp.desktop.signals import heed  # noqa: PLC0415

    heed(lambda: sys.exit(Exit.WELL))  # until there is something to end well; the rest takes a while to load
    from trayapp.app import App  # noqa: PLC0415
    from trayapp.desktop.endpoint import open_endpoint  # noqa: PLC0415
    from trayapp.desktop.notify import notifier  # noqa: PLC0415
    from trayapp.desktop.terminal import Terminal  # noqa: PLC0415
    from trayapp.desktop.tray import Trouble, choose  # noqa: PLC0415

    try:
        door = open_endpoint(shell.where.door)
    except OSError as error:
        _tell(shell.say.no_door(str(shell.where.door), error.strerror or str(error)))
        return Exit.CANNOT_TELL
    if door is None:
        _tell(shell.say.already_running)
        return Exit.WELL
    platforms, controls = _watched(shell)
    if not platforms:
        return Exit.USAGE
    app = App(places=shell.where, speech=shell.speech, door=door, platforms=platforms, controls=controls)
    chosen = choose(app.chosen)
    if chosen.trouble is not None:
        _tell(shell.say.no_tray[chosen.trouble.value])
    if chosen.trouble in {None, Trouble.NO_WATCHER}:
        app.run(chosen.tray, notifier(chosen.tray))
    else:
        # A file of its own: a terminal that takes nothing holds whoever writes to it, and at the end we flush stdout.
        own = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding=sys.stdout.encoding, errors="replace")
        terminal = Terminal(own, lambda: f"{datetime.now().astimezone():%H:%M:%S}", clean)
        app.run(terminal, terminal)
    return Exit.WELL


def _watched(shell: Shell) -> tuple[tuple[Platform, ...], tuple[Control, ...]]:
    """What is watched, and what is asked about the line; every problem is told, also that there is nothing to watch."""
    from trayapp.app import load  # noqa: PLC0415 - `fanal status` needs none of it

    platforms, controls, problems = load(shell.where, shell.settings)
    for problem in problems:
        _tell(problem)
    if not platforms:
        _tell(shell.say.nothing_to_watch)
    return platforms, controls


def _status(shell: Shell, *, as_json: bool) -> int:
    from trayapp.core.ports import StoreError  # noqa: PLC0415 - the running program has its own
    from trayapp.storage.history import History  # noqa: PLC0415 - the same
    from trayapp.watch.clock import SystemClock  # noqa: PLC0415 - the same

    try:
        with History(shell.where.history) as history:
            snapshot = history.status()
    except StoreError as error:
        _tell(str(error))
        return Exit.CANNOT_TELL
    if snapshot is None:
        _tell(shell.say.never_ran)
        return Exit.CANNOT_TELL
    record: dict[str, object] = json.loads(snapshot.status)
    age_s = SystemClock().now().since(snapshot.at) / 1000
    record["watching"] = age_s <= BEAT_LIMIT_S and _runs(shell)
    _print_status(record, shell, as_json=as_json, age_s=age_s)
    return verdict(record)


def _log(shell: Shell, *, as_json: bool) -> int:
    from trayapp.core.ports import StoreError  # noqa: PLC0415 - the running program has its own
    from trayapp.storage.history import History, log_record  # noqa: PLC0415 - the same

    try:
        with History(shell.where.history) as history:
            records = (log_record(row) for row in history.incidents())
            lines = map(json.dumps, records) if as_json else shell.speech.log(records, _names(shell))
            for line in lines:
                _print(line)
    except StoreError as error:
        _tell(str(error))
        return Exit.CANNOT_TELL
    return Exit.WELL


def _check(shell: Shell, *, as_json: bool) -> int:
    from trayapp.app import check  # noqa: PLC0415 - `fanal status` needs none of it
    from trayapp.core import present  # noqa: PLC0415 - the same

    platforms, controls = _watched(shell)
    if not platforms:
        return Exit.USAGE
    told = False

    def progress(view: View) -> None:
        nonlocal told
        if not told and view.looked_at is not None and not present.settled(view) and sys.stderr.isatty():
            told = True
            _tell(shell.say.looking)

    view = check(platforms, controls, patience_s=CHECK_PATIENCE_S, progress=progress)
    record = present.status(view)
    _print_status(record, shell, as_json=as_json, age_s=0.0)
    return verdict(record)


def _quit(shell: Shell) -> int:
    from trayapp.desktop.endpoint import NotRunning, call  # noqa: PLC0415 - only the commands that knock need it

    try:
        call(shell.where.door, {"do": "quit"}, 2.0)
    except NotRunning:
        _tell(shell.say.not_running)
        return Exit.CANNOT_TELL
    return Exit.WELL


def verdict(record: Mapping[str, object]) -> Exit:
    """The exit code of a status record."""
    if not record["watching"]:
        return Exit.CANNOT_TELL
    if record["line"] in {"offline", "portal", "resolver"}:
        return Exit.YOUR_LINE
    if record["overall"] in {"down", "partial"}:
        return Exit.THEIRS
    platforms = record["platforms"]
    unknown = isinstance(platforms, list) and any(p["state"] == "unknown" for p in platforms)
    if record["overall"] in {"up", "slow"} and not unknown:
        return Exit.WELL
    return Exit.CANNOT_TELL


def _runs(shell: Shell) -> bool:
    from trayapp.desktop.endpoint import NotRunning, call  # noqa: PLC0415 - only the commands that knock need it

    try:
        return call(shell.where.door, {"do": "ping"}, 2.0).get("done") is True
    except NotRunning:
        return False


def _names(shell: Shell) -> dict[str, str]:
    from trayapp.app import load  # noqa: PLC0415 - only the log needs the platforms' names

    platforms, _, _ = load(shell.where, Settings())
    return {p.id: p.name for p in platforms}


def _now() -> int:
    from trayapp.watch.clock import SystemClock  # noqa: PLC0415 - the running program has its own

    return SystemClock().now().t


def _settings(where: Places) -> tuple[Settings, tuple[str, ...]]:
    settings, problems = load_settings(where.settings)
    return settings, tuple(map(str, problems))


def _print_status(record: Mapping[str, object], shell: Shell, *, as_json: bool, age_s: float) -> None:
    for line in [json.dumps(record)] if as_json else shell.speech.status(record, age_s, _now()):
        _print(line)


def _print(text: str) -> None:
    sys.stdout.write(clean(text) + "\n")


def _tell(text: str) -> None:
    sys.stderr.write(f"fanal: {clean(text)}\n")
