"""Which icon this desktop can show. Nothing heavy is imported before ``choose`` is called."""

from __future__ import annotations

import logging
import os
import sys
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from trayapp.desktop.gate import Gate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trayapp.core.ports import Face, Tray

_log = logging.getLogger(__name__)


class Trouble(StrEnum):
    """Why there is no icon to be seen."""

    NO_SCREEN = "no_screen"  # no graphical session at all
    NO_BUS = "no_bus"  # a screen, but no session bus to speak to its panel
    NO_WATCHER = "no_watcher"  # the icon waits: no panel takes icons now; it appears when one comes
    NO_TOOLKIT = "no_toolkit"  # the system's tray could not be loaded; the log says why


@dataclass(frozen=True, slots=True)
class Chosen:
    """``tray`` can always be run. With ``trouble``, nothing is to be seen of it (for now, if it is NO_WATCHER)."""

    tray: Tray
    trouble: Trouble | None = None


class NoTray:
    """A Tray without an icon: it stays until it is stopped, so the engine watches and gives notices all the same."""

    def __init__(self) -> None:
        self._end = Gate()

    def run(self, first: Face, ready: Callable[[], None]) -> None:  # noqa: ARG002 - the port's shape
        """Call ``ready`` and stay until ``stop``."""
        if not self._end.opened:
            ready()
        self._end.wait()

    def show(self, face: Face) -> None:
        """Nobody sees it."""

    def stop(self) -> None:
        """Let ``run`` return."""
        self._end.open()


def choose(
    on_command: Callable[[str], None], env: Mapping[str, str] = os.environ, platform: str = sys.platform
) -> Chosen:
    """The best tray of this desktop. ``on_command`` gets the chosen menu row's ``command``, on a thread of its own.

    Takes milliseconds; with a bus that hangs, 4 s at most. Never raises.
    """
    try:
        if platform in {"win32", "darwin"}:
            from trayapp.desktop.tray.classic import classic_tray  # noqa: PLC0415 - only this system can import it

            return Chosen(classic_tray(on_command, platform))
        return _on_the_bus(on_command, env)
    except Exception:  # noqa: BLE001 - toolkits raise anything while they load; without an icon Fanal still watches
        _log.exception("The system's tray cannot be used.")
        return Chosen(NoTray(), Trouble.NO_TOOLKIT)


def _on_the_bus(on_command: Callable[[str], None], env: Mapping[str, str]) -> Chosen:
    from trayapp.desktop import bus as dbus  # noqa: PLC0415 - costs 30 ms, which `fanal status` need not pay
    from trayapp.desktop.tray import sni  # noqa: PLC0415 - as above

    try:
        bus = dbus.Bus(env)
    except dbus.BusGone as gone:
        _log.info("No session bus: %s", gone)
        screen = env.get("DISPLAY") or env.get("WAYLAND_DISPLAY")
        return Chosen(NoTray(), Trouble.NO_BUS if screen else Trouble.NO_SCREEN)
    try:
        watched = bus.call(dbus.new_call(dbus.DAEMON, "NameHasOwner", "s", (sni.WATCHER,)), 2.0).body == (True,)
    except (dbus.BusGone, TimeoutError) as gone:
        _log.info("The session bus does not answer: %s", gone)
        bus.close()
        return Chosen(NoTray(), Trouble.NO_BUS)
    return Chosen(sni.sni_tray(bus, on_command), None if watched else Trouble.NO_WATCHER)
