"""``fanal config check|path|edit|set|reload``."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from trayapp.cli.shell import Exit, Shell, out, tell
from trayapp.cli.taking import take_over
from trayapp.config import load_settings
from trayapp.words.forms import Forms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from trayapp.config.edit import Value

_EXAMPLE = """
# platforms = ["one", "another"]
# language = "fr"

# [privacy]
# outside = "never"    # or "on_suspicion"
# reports = false
"""


def do(shell: Shell, what: str, key: str | None = None, values: Sequence[str] = ()) -> int:
    """Carry one of them out. ``key`` and ``values`` are for ``set``."""
    match what:
        case "path":
            out(str(shell.where.settings))
            return Exit.WELL
        case "edit":
            return _edit(shell)
        case "set":
            return _set(shell, key, values)
        case "reload":
            return _reload(shell)
        case _:
            return _check(shell)


def _set(shell: Shell, key: str | None, values: Sequence[str]) -> int:
    """Change one of the settings, or take it back to its default; it holds at once. 2: it cannot be."""
    from trayapp.config.edit import change  # noqa: PLC0415 - loads tomlkit

    if key is None:
        tell(shell.say.set_needs)
        return Exit.USAGE
    problems = change(
        shell.where.settings, {tuple(key.split(".")): value_of(key, values)}, begin=shell.say.settings_begin
    )
    for problem in problems:
        out(str(problem))
    return Exit.USAGE if problems else _reload(shell, quiet=True)


_NUMBERS: Mapping[str, Callable[[str], Value]] = {"look.scale": float, "notices.remind_minutes": int}


def value_of(key: str, typed: Sequence[str]) -> Value:
    """What a person types after the key, as it is written: several words are a list, nothing is the default."""
    if not typed:
        return None
    if key == "platforms":
        return tuple(word for text in typed for word in text.split(",") if word)
    text = " ".join(typed)
    if text in {"true", "false"}:
        return text == "true"
    try:
        return _NUMBERS[key](text) if key in _NUMBERS else text
    except ValueError:
        return text


def _reload(shell: Shell, *, quiet: bool = False) -> int:
    """Let the running Fanal take over what is written now. 2: it is broken, 3: none runs."""
    forms = Forms(shell.voice)
    taken = take_over(shell)
    if taken is None:
        (out if quiet else tell)(forms.saved_only if quiet else shell.answers.not_running("stop"))
        return Exit.WELL if quiet else Exit.CANNOT_TELL
    for problem in taken.problems:
        out(problem)
    if not taken.done:
        tell(forms.broken)
        return Exit.USAGE
    out(forms.saved)
    return Exit.WELL


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
    code = _check(replace(shell, settings=settings, problems=problems))
    if take_over(shell) is not None and code == Exit.WELL:
        out(Forms(shell.voice).saved)
    return code


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
