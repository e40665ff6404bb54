"""Which way a notice reaches the screen here: the channels of this system in order of preference, behind one Notifier.

A file ``<name>.py`` here with ``RANK`` and a function ``channel(here)`` is a channel: it returns a Notifier, or None
where it leads nowhere. Every system imports all of them, so what only one has is imported when it is needed.
"""

from __future__ import annotations

import logging
import os
import pkgutil
import sys
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from trayapp.core.ports import Delivery

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from trayapp.core.ports import Notifier, Toast, Tray

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Here:
    """What a channel is made of."""

    tray: Tray  # what ``desktop.tray.choose`` chose
    platform: str  # as ``sys.platform``
    env: Mapping[str, str]
    chosen: Callable[[str], None] | None  # gets the command of what the person clicks on a notice; None: nobody cares


class Chain:
    """Several ways as one: the next is tried only when one is known to have shown nothing. For one thread.

    ``find`` is called once, when the first notice is to be given.
    """

    name = "desktop"

    def __init__(self, find: Callable[[], Sequence[Notifier]]) -> None:
        self._find = find
        self._found: Sequence[Notifier] | None = None

    @property
    def ways(self) -> Sequence[Notifier]:
        """The best one first."""
        if self._found is None:
            self._found = self._find()
        return self._found

    def deliver(self, toast: Toast) -> Delivery:
        """The first outcome that is not REFUSED; REFUSED if all are, or if there is no way at all."""
        for way in self.ways:
            outcome = way.deliver(toast)
            if outcome is not Delivery.REFUSED:
                return outcome
            _log.info("The way %s did not show a notice.", way.name)
        return Delivery.REFUSED

    def close(self) -> None:
        """Let go of what the ways hold."""
        for way in self._found or ():
            close = getattr(way, "close", None)
            if close is not None:
                close()


def chain(here: Here) -> tuple[Notifier, ...]:
    """The channels that lead somewhere ``here``, found from the files of this folder; of equal rank by their names.

    One that cannot be made is left out, and the log says why.
    """
    made: list[tuple[int, Notifier]] = []
    for name in (file.name for file in pkgutil.iter_modules(__path__) if not file.ispkg):
        try:
            file = import_module(f"{__name__}.{name}")
            way = file.channel(here) if hasattr(file, "channel") else None
            if way is not None:
                made.append((int(file.RANK), way))
        except Exception:  # noqa: BLE001 - one broken channel must not take the others along; it is logged
            _log.exception("The notices' channel %s cannot be used.", name)
    return tuple(way for _, way in sorted(made, key=lambda ranked: ranked[0]))


def notifier(
    tray: Tray,
    env: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    *,
    chosen: Callable[[str], None] | None = None,
) -> Chain:
    """The ways of this system. ``tray`` is what ``desktop.tray.choose`` chose: on Windows it is the only way.

    ``chosen`` gets the command of a button that the person clicks on a notice ("log" for a click on the notice itself),
    on a thread of its own; without it notices cannot be clicked.
    """
    return Chain(lambda: chain(Here(tray, platform, env, chosen)))  # found behind the icon: it costs some milliseconds
