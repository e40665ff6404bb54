"""One look at an owner from other networks: every vantage at once, and whatever each of them found."""

from __future__ import annotations

import logging
import queue
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from trayapp.core.model import SECOND
from trayapp.watch.outside import VANTAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trayapp.core.model import Evidence, Millis
    from trayapp.core.question import Look, Target
    from trayapp.watch.outside import Vantage
    from trayapp.watch.outside.means import Means

LONGEST: Millis = 62 * SECOND
"""Of a look, whatever hangs: somewhat more than the slowest vantage may take."""
MOST = 3
"""Targets of one look."""

_log = logging.getLogger(__name__)


def look(means: Means, look: Look, vantages: Mapping[str, Vantage] = VANTAGES) -> tuple[Evidence, ...]:
    """What all ``vantages`` found, in their order. Blocks for LONGEST at most; never raises.

    Nobody but the platform's id, its owner's and its host's names stands in what comes back: nothing of the person.
    """
    look = _bounded(look)
    heard: queue.SimpleQueue[tuple[str, tuple[Evidence, ...]]] = queue.SimpleQueue()
    for name, vantage in vantages.items():
        threading.Thread(target=_run, args=(name, vantage, means, look, heard), name=name, daemon=True).start()
    found: dict[str, tuple[Evidence, ...]] = {}
    began = means.mono()
    while len(found) < len(vantages) and (left := LONGEST - (means.mono() - began)) > 0:
        try:
            name, evidence = heard.get(timeout=left / SECOND)
        except queue.Empty:
            break
        found[name] = evidence
    return tuple(e for name in vantages for e in found.get(name, ()))


def _run(
    name: str,
    vantage: Vantage,
    means: Means,
    look: Look,
    heard: queue.SimpleQueue[tuple[str, tuple[Evidence, ...]]],
) -> None:
    try:
        heard.put((name, vantage(means, look)))
    except Exception:  # noqa: BLE001 - a mistake of ours says nothing of a platform; it is logged
        _log.exception("a vantage has failed by a mistake of its own")
        heard.put((name, ()))


def _bounded(look: Look) -> Look:
    hosts: set[str] = set()
    kept: list[Target] = []
    for target in look.targets:
        if target.probe.host not in hosts and len(kept) < MOST:
            hosts.add(target.probe.host)
            kept.append(target)
    return replace(look, targets=tuple(kept))
