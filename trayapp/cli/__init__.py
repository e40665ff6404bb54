"""The command ``fanal``. Exit codes: 0 well, 1 trouble at their side, 2 usage, 3 cannot tell, 4 your own line."""

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


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv`` (default: the process's own)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character shows the rest
    logging.basicConfig(format="fanal: %(message)s", level=logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.ERROR)
    shell = shell_of(places(), os.environ)
    command = parser(shell.say).parse_args(argv)
    if command.do not in {"config", "doctor"}:  # these tell of them themselves
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
        case "doctor":
            from trayapp.cli.doctor import doctor  # noqa: PLC0415

            return doctor(shell)
        case "config":
            from trayapp.cli import configuring  # noqa: PLC0415

            return configuring.do(shell, command.what)
        case "autostart":
            from trayapp.cli.starting import autostart  # noqa: PLC0415

            return autostart(shell, command.what)
        case _:
            from trayapp.cli.wishing import do  # noqa: PLC0415

            return do(shell, command)


def _hush() -> None:
    """Let what is still unwritten go: Python's own try at the end would fail again, with an exit code of its own."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
