"""What the dialogs and the terminal's form want of the running Fanal: take over, show a notice, try an address."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trayapp.cli.shell import KNOCK_S

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trayapp.cli.shell import Shell

RELOAD_S = 5.0
"""Some dozens of small files are read: on a slow disk that takes longer than a knock."""
TRY_S = 16.0
"""A trial ends within 14 s."""
_GLANCE_S = 0.2


@dataclass(frozen=True, slots=True)
class Reloaded:
    """What the running Fanal says: ``problems`` as file:line: text; not ``done``: it goes on with what it had."""

    done: bool
    problems: tuple[str, ...]


def asked(shell: Shell, request: Mapping[str, object], patience_s: float = KNOCK_S) -> Mapping[str, object] | None:
    """What the running Fanal answers; None: none runs."""
    from trayapp.desktop.endpoint import NotRunning, call  # noqa: PLC0415 - not every command knocks

    try:
        return call(shell.where.door, request, patience_s)
    except NotRunning:
        return None


def take_over(shell: Shell) -> Reloaded | None:
    """Let the running Fanal read its configuration again; None: none runs."""
    answer = asked(shell, {"do": "reload"}, RELOAD_S)
    if answer is None:
        return None
    told = answer.get("problems")
    return Reloaded(answer.get("done") is True, tuple(map(str, told)) if isinstance(told, list) else ())


def try_out(shell: Shell, url: str, wait: Callable[[float], None] = time.sleep) -> Mapping[str, object]:
    """Ask ``url`` once: by the running Fanal, else ourselves. The record of ``watch/trial.py``, or ``{"error": …}``.

    Errors: ``busy``, ``address``, ``no_reply``. Takes up to 16 s: not for the thread of a window.
    """
    first = asked(shell, {"do": "try", "url": url})
    if first is None:
        return _waited(_by_ourselves(), url, wait)
    return _waited(lambda request: first if request["do"] == "try" else asked(shell, request), url, wait)


def _waited(
    ask: Callable[[Mapping[str, object]], Mapping[str, object] | None], url: str, wait: Callable[[float], None]
) -> Mapping[str, object]:
    answer = ask({"do": "try", "url": url})
    deadline = time.monotonic() + TRY_S
    ticket = answer.get("ticket") if answer is not None else None
    while answer is not None and "error" not in answer and time.monotonic() < deadline:
        answer = ask({"do": "tried", "ticket": ticket})
        if answer is not None and answer.get("done") is True:
            return answer
        wait(_GLANCE_S)
    known = answer.get("error") if answer is not None else None
    return {"error": known if known in {"busy", "address"} else "no_reply"}


def _by_ourselves() -> Callable[[Mapping[str, object]], Mapping[str, object]]:
    from trayapp.build import trials  # noqa: PLC0415 - loads the network's room
    from trayapp.watch.clock import SystemClock  # noqa: PLC0415 - the same

    return trials(SystemClock()).asked
