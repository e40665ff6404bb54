"""``fanal check PLATFORM``: all witnesses of one platform, each as it answers, and one sentence in the end."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from trayapp.cli.shell import Exit, out, tell
from trayapp.core.model import Phases, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from trayapp.cli.shell import Shell
    from trayapp.core.model import Evidence
    from trayapp.core.ports import Allowed
    from trayapp.core.present import View
    from trayapp.core.question import Control, Platform

PATIENCE_S = 90.0
"""As a single look at all of them, and the time that other networks may take (``ERRAND_DEADLINE``)."""


def witnesses(shell: Shell, wanted: str, *, as_json: bool) -> int:
    """Ask them all, once, and keep nothing: beside a Fanal that runs, too.

    ``as_json``: one object when all is known: the platform's of ``fanal status --json``, ``watching``, ``line`` and
    ``looked_at`` of the whole, and ``witnesses``: each answer as a record of evidence, in the order of coming.
    """
    from trayapp.cli.looking import verdict  # noqa: PLC0415 - it imports us
    from trayapp.core import present  # noqa: PLC0415 - `fanal status` needs none of it
    from trayapp.words import live  # noqa: PLC0415 - the same

    found = _known(shell, wanted)
    if found is None:
        return Exit.USAGE
    platform, controls = found
    if not as_json and sys.stderr.isatty():
        tell(shell.say.looking)
    pages = {page.id: page.name for page in platform.officials if page.name}
    heard: list[Evidence] = []
    said: set[str] = set()

    def came(one: Evidence) -> None:
        heard.append(one)
        line = live.witness(shell.voice, one, pages)
        # The same again, from the same witness, only took another time.
        key = live.witness(shell.voice, replace(one, phases=Phases()), pages)
        if not as_json and key not in said:
            said.add(key)
            out(line)
            sys.stdout.flush()

    view = _look(platform, controls, replace(shell.settings.allowed, reports=False), came)
    status = present.status(view)
    if as_json:
        out(json.dumps(_record(status, heard)))
    else:
        out(live.conclusion(shell.voice, view, platform.id))
    return verdict(status)


def _record(status: Mapping[str, object], heard: Sequence[Evidence]) -> dict[str, object]:
    from trayapp.storage.records import evidence_line  # noqa: PLC0415 - as above

    rows = status["platforms"]
    own = rows[0] if isinstance(rows, list) and rows else {}
    whole = {key: status[key] for key in ("watching", "line", "looked_at")}
    return {**own, **whole, "witnesses": [evidence_line(one) for one in heard]}


def _look(
    platform: Platform, controls: tuple[Control, ...], allowed: Allowed, came: Callable[[Evidence], None]
) -> View:
    from trayapp.build import build_engine  # noqa: PLC0415 - as above
    from trayapp.watch.clock import SystemClock  # noqa: PLC0415 - as above
    from trayapp.watch.witnesses import Witnesses  # noqa: PLC0415 - as above

    ears = Witnesses(platform)
    engine = build_engine(
        lambda: ((platform,), controls),
        clock=SystemClock(),
        open_store=None,
        show=lambda _: None,
        say=lambda _: None,
        lost=ears.lost,
        allowed=lambda: allowed,
        reduce=ears.reduce,
    )
    engine.start()
    try:
        for one in ears.listen(PATIENCE_S, lambda: engine.complain(platform.id)):
            if one.source is not Source.YOU:
                came(one)
    finally:
        engine.stop()
    return ears.view


def _known(shell: Shell, wanted: str) -> tuple[Platform, tuple[Control, ...]] | None:
    """Of all that there are, not only of those that are watched; what is known is told where there is none."""
    from trayapp.config import BUILT_IN, load_controls, load_platforms  # noqa: PLC0415 - as above
    from trayapp.watch.probes import KINDS  # noqa: PLC0415 - as above

    kinds = frozenset(KINDS)
    platforms, problems = load_platforms([BUILT_IN, shell.where.platforms], kinds)
    for problem in problems:
        tell(str(problem))
    controls, _ = load_controls(kinds)
    for platform in platforms:
        if wanted.casefold() in {platform.id.casefold(), platform.name.casefold()}:
            return platform, controls
    tell(shell.answers.no_such_platform(wanted, [p.id for p in platforms]))
    return None
