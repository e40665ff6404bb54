"""The commands that only look: ``status``, ``log``, ``check``, ``explain``."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trayapp.cli.shell import Exit, knock, named, now, out, tell, watched

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from trayapp.cli.shell import Shell
    from trayapp.core.model import Millis
    from trayapp.core.present import View
    from trayapp.core.question import Platform
    from trayapp.core.story import Incident
    from trayapp.storage.history import History

CHECK_PATIENCE_S = 75.0
"""The first 30 s accuse nobody, a confirmation takes 15 s or more, a time-out 15 s."""
BEAT_LIMIT_S = 150.0


def do(shell: Shell, command: argparse.Namespace) -> int:
    """Carry one of them out. What the history cannot give is told, with what to do."""
    from trayapp.core.ports import StoreError  # noqa: PLC0415 - the running program has its own

    try:
        match command.do:
            case "status":
                return _status(shell, as_json=command.json)
            case "log":
                return _log(shell, as_json=command.json)
            case "explain":
                return _explain(shell, command.platform)
            case _ if command.platform is not None:
                from trayapp.cli.witnesses import witnesses  # noqa: PLC0415 - only this command needs it

                return witnesses(shell, command.platform, as_json=command.json)
            case _:
                return _check(shell, as_json=command.json)
    except StoreError as error:
        tell(str(error))
        return Exit.CANNOT_TELL


@dataclass(frozen=True, slots=True)
class Record:
    """The object of ``fanal status --json`` as the history has it, and how old that is."""

    status: Mapping[str, object]
    age_s: float


def last(shell: Shell, history: History) -> Record | None:
    """What was last seen; None, and that told, where nothing was."""
    from trayapp.watch.clock import SystemClock  # noqa: PLC0415 - the running program has its own

    snapshot = history.status()
    if snapshot is None:
        tell(shell.say.never_ran)
        return None
    record: dict[str, object] = json.loads(snapshot.status)
    age_s = SystemClock().now().since(snapshot.at) / 1000
    record["watching"] = age_s <= BEAT_LIMIT_S and knock(shell, {"do": "ping"}) is True
    return Record(record, age_s)


def _status(shell: Shell, *, as_json: bool) -> int:
    from trayapp.storage.history import History  # noqa: PLC0415 - the running program has its own

    with History(shell.where.history) as history:
        record = last(shell, history)
    if record is None:
        return Exit.CANNOT_TELL
    _print_status(record, shell, as_json=as_json)
    return verdict(record.status)


def _log(shell: Shell, *, as_json: bool) -> int:
    from trayapp.build import load  # noqa: PLC0415 - only the log needs the platforms' names
    from trayapp.config import Settings  # noqa: PLC0415 - the same
    from trayapp.log import official  # noqa: PLC0415 - the same
    from trayapp.storage.history import History, log_record  # noqa: PLC0415 - the running program has its own

    with History(shell.where.history) as history:
        if as_json:
            for row in history.incidents():
                out(json.dumps(log_record(row)))
            return Exit.WELL
        told: dict[str, Incident] = {}

        def records() -> Iterator[Mapping[str, object]]:
            for row in history.incidents():
                told[row.incident.id] = row.incident
                yield log_record(row)

        names, t = {p.id: p.name for p in load(shell.where, Settings())[0]}, now()
        for line in shell.speech.log(records(), names, lambda which: official.read(history, told[which], t)):
            out(line)
    return Exit.WELL


def _explain(shell: Shell, wanted: str) -> int:
    from trayapp.config.credits import load_credits  # noqa: PLC0415 - only this command needs it
    from trayapp.core.model import EVERYONE  # noqa: PLC0415 - only this command needs it
    from trayapp.storage.history import History  # noqa: PLC0415 - the running program has its own
    from trayapp.words import explain  # noqa: PLC0415 - only this command needs it

    platform = named(shell, wanted)
    if platform is None:
        return Exit.USAGE
    with History(shell.where.history) as history:
        record = last(shell, history)
        if record is None:
            return Exit.CANNOT_TELL
        t = now()
        said = explain.latest(history.evidence(since=t - explain.WINDOW, platform=platform.id))
        line = explain.latest(history.evidence(since=t - explain.LINE_WINDOW, platform=EVERYONE))
        theirs = _official(shell, history, platform, t)
    status = record.status
    for text in explain.explain(
        shell.voice,
        status,
        platform.id,
        said=said,
        line=line,
        now=t,
        age_s=record.age_s,
        theirs=theirs,
        credits_=load_credits(),
    ):
        out(text)
    return verdict(_alone(status, platform.id))


def _official(shell: Shell, history: History, platform: Platform, t: Millis) -> list[str]:
    """What its own page said of the latest trouble: of what goes on all, of what is over only that it goes on there."""
    from trayapp.log import official  # noqa: PLC0415 - only this command needs it
    from trayapp.words.account import told  # noqa: PLC0415 - the same

    rows = (row.incident for row in history.incidents(newest_first=True, since=t - official.LATER))
    story = next((each for each in rows if any(m.platform == platform.id for m in each.members)), None)
    account = official.read(history, official.part(story, platform.id), t) if story is not None else None
    if account is None or (account.over and not account.now):
        return []
    return list(told(shell.voice, account, platform.owner_name, t))


def _alone(status: Mapping[str, object], platform: str) -> dict[str, object]:
    """``status`` as if only that platform were watched."""
    rows = status["platforms"]
    own = [row for row in rows if row["id"] == platform] if isinstance(rows, list) else []
    return {**status, "platforms": own, "overall": own[0]["state"] if own else "unknown"}


def _check(shell: Shell, *, as_json: bool) -> int:
    from trayapp.build import check  # noqa: PLC0415 - `fanal status` needs none of it
    from trayapp.core import present  # noqa: PLC0415 - the same

    platforms, controls = watched(shell)
    if not platforms:
        return Exit.USAGE
    told = False

    def progress(view: View) -> None:
        nonlocal told
        if not told and view.looked_at is not None and not present.settled(view) and sys.stderr.isatty():
            told = True
            tell(shell.say.looking)

    view = check(platforms, controls, patience_s=CHECK_PATIENCE_S, progress=progress)
    record = present.status(view)
    _print_status(Record(record, 0.0), shell, as_json=as_json)
    return verdict(record)


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


def _print_status(record: Record, shell: Shell, *, as_json: bool) -> None:
    status = record.status
    lines = [json.dumps(status)] if as_json else shell.speech.status(status, record.age_s, now())
    for line in lines:
        out(line)
