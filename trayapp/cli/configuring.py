"""``fanal config check|path|edit``."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from trayapp.cli.shell import Exit, Shell, out, tell
from trayapp.config import load_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

_EXAMPLE = """
# platforms = ["one", "another"]
# language = "fr"

# [privacy]
# outside = "never"    # or "on_suspicion"
# reports = false
"""


def do(shell: Shell, what: str) -> int:
    """Carry one of them out."""
    if what == "path":
        out(str(shell.where.settings))
        return Exit.WELL
    return _edit(shell) if what == "edit" else _check(shell)


def _check(shell: Shell) -> int:
    """Every problem of settings and platforms, each with file:line. 2: there is one."""
    from trayapp.build import load  # noqa: PLC0415 - only the check needs the platforms

    platforms, _, problems = load(shell.where, shell.settings)
    problems = (*map(str, shell.problems), *problems)
    for problem in problems:
        out(problem)
    if problems:
        return Exit.USAGE
    if not shell.where.settings.exists():
        out(shell.say.no_settings(str(shell.where.settings)))
    out(shell.say.config_well(len(platforms)))
    return Exit.WELL


def _edit(shell: Shell) -> int:
    """Open the file, which is begun where there is none; then look it through."""
    file = shell.where.settings
    try:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"# {shell.say.settings_begin}\n{_EXAMPLE}", "utf-8")
        command = editor(os.environ, sys.platform)
        if command is None:
            tell(shell.say.no_editor(str(file)))
            return Exit.CANNOT_TELL
        ended = subprocess.run([*command, str(file)], check=False)  # noqa: S603 - the person's own editor
    except OSError as error:
        tell(shell.say.not_edited(str(file), error.strerror or str(error)))
        return Exit.CANNOT_TELL
    if ended.returncode:
        return Exit.CANNOT_TELL
    settings, problems = load_settings(file)
    return _check(replace(shell, settings=settings, problems=problems))


def editor(env: Mapping[str, str], platform: str) -> list[str] | None:
    """The command of the person's editor; None where none can be found."""
    for name in ("VISUAL", "EDITOR"):
        try:
            command = shlex.split(env.get(name, ""), posix=platform != "win32")
        except ValueError:  # a quote that is never closed
            continue
        if command and shutil.which(command[0], path=env.get("PATH")):
            return command
    usual = {"win32": ["notepad"], "darwin": ["open", "-W", "-t"]}.get(platform, ["xdg-open"])
    return usual if shutil.which(usual[0], path=env.get("PATH")) else None
