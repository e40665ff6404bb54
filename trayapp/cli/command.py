"""From a command line to its exit code: which file carries out what; what goes wrong on the way."""

from __future__ import annotations

import io
import logging
import os
import sys
from typing import TYPE_CHECKING

from trayapp.cli.parser import parser
from trayapp.cli.shell import Exit, shell_of, tell
from trayapp.places import places

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from trayapp.cli.shell import Shell

_logger = logging.getLogger(__name__)


def carry_out(argv: Sequence[str]) -> int:
    """Do what ``argv`` says."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character shows the rest
    logging.basicConfig(format="fanal: %(message)s", level=logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.ERROR)
    shell = shell_of(places(), os.environ)
    command = parser(shell.say).parse_args(argv)
    if command.do not in {"config", "doctor", "setup"}:  # these tell of them themselves
        for problem in shell.problems:
            tell(str(problem))
        if shell.problems:
            tell(shell.say.defaults_instead)
    try:
        code = _do(shell, command)
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


def _do(shell: Shell, command: argparse.Namespace) -> int:
    # Each imported when it is wanted: none needs what the others load.
    match command.do:
        case None:
            from trayapp.cli.running import run  # noqa: PLC0415

            return run(shell)
        case "status" | "log" | "check" | "explain":
            from trayapp.cli import looking  # noqa: PLC0415

            return looking.do(shell, command)
        case "doctor" | "window" | "record" | "replay" | "demo":
            return _apart(shell, command)
        case "config" | "setup" | "settings" | "autostart":
            return _settle(shell, command)
        case _:
            from trayapp.cli.wishing import do  # noqa: PLC0415

            return do(shell, command)


def _apart(shell: Shell, command: argparse.Namespace) -> int:
    """The commands that are a program of their own."""
    match command.do:
        case "doctor":
            from trayapp.cli.doctor import doctor  # noqa: PLC0415

            return doctor(shell)
        case "window":
            from trayapp.cli.window import window  # noqa: PLC0415

            return window(shell)
        case "demo":
            from trayapp.cli.demo import demo, inside  # noqa: PLC0415

            if command.inside:
                return inside(shell, command.inside, command.scenario)
            return demo(shell, command.scenario, command.speed)
        case _:
            from trayapp.cli import replaying  # noqa: PLC0415

            return replaying.do(shell, command)


def _settle(shell: Shell, command: argparse.Namespace) -> int:
    """The commands about the person's own settings."""
    match command.do:
        case "config":
            from trayapp.cli import configuring  # noqa: PLC0415

            return configuring.do(shell, command.what, command.key, command.value)
        case "setup":
            from trayapp.cli.setup import setup  # noqa: PLC0415

            return setup(shell)
        case "settings":
            from trayapp.cli.settings import settings  # noqa: PLC0415

            return settings(shell, command.page or "")
        case _:
            from trayapp.cli.starting import autostart  # noqa: PLC0415

            return autostart(shell, command.what)


def _hush() -> None:
    """Let what is still unwritten go: Python's own try at the end would fail again, with an exit code of its own."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
