"""The commands that want something of the running Fanal. Each goes through its door and is acknowledged there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from trayapp.cli.shell import Exit, knock, named, now, out, tell
from trayapp.core import wishes
from trayapp.core.present import Icon

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from trayapp.cli.shell import Shell


def do(shell: Shell, command: argparse.Namespace) -> int:
    """Carry one of them out."""
    platform = None
    if "platform" in command:
        platform = named(shell, command.platform)
        if platform is None:
            return Exit.USAGE
    id_, name = (platform.id, platform.name) if platform else ("", "")
    match command.do:
        case "stop" | "quit":
            return _ask(shell, "stop", {"do": "quit"}, "")
        case "complain":
            return _complain(shell, id_, name)
        case "mute":
            text = f"mute {command.end}"
        case "snooze":
            text = f"snooze {id_} {command.end}"
        case "back":
            text = f"back {id_} {command.off or ''}".strip()
        case _:
            text = command.do
    t = now()
    wish = wishes.read(text, t, shell.speech.tomorrow(t))
    if wish is None:  # an id that no platform's file may have
        raise ValueError(f"not a wish: {text!r}")
    return _ask(shell, command.do, {"do": "wish", "wish": text}, shell.answers.granted(wish, name, t))


def _complain(shell: Shell, platform: str, name: str) -> int:
    done = _ask(shell, "complain", {"do": "complain", "platform": platform}, "")
    if done != Exit.WELL:
        return done
    if _paused(shell):
        tell(shell.answers.paused)
        return Exit.CANNOT_TELL
    out(shell.answers.complained(name))
    return Exit.WELL


def _paused(shell: Shell) -> bool:
    from trayapp.core.ports import StoreError  # noqa: PLC0415 - only this command reads the history
    from trayapp.storage.history import History  # noqa: PLC0415 - the same

    try:
        with History(shell.where.history) as history:
            snapshot = history.status()
    except StoreError:  # it was heard all the same
        return False
    return snapshot is not None and json.loads(snapshot.status).get("overall") == Icon.PAUSED


def _ask(shell: Shell, command: str, request: Mapping[str, object], done: str) -> int:
    answer = knock(shell, request)
    if answer is None:
        tell(shell.answers.not_running(command))
        return Exit.CANNOT_TELL
    if not answer:
        tell(shell.answers.not_done)
        return Exit.CANNOT_TELL
    if done:
        out(done)
    return Exit.WELL
