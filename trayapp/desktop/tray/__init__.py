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
    from trayapp.desktop.tray.posted import IconTray

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
        return _on_linux(on_command, env)
    except Exception:  # noqa: BLE001 - toolkits raise anything while they load; without an icon Fanal still watches
        _log.exception("The system's tray cannot be used.")
        return Chosen(NoTray(), Trouble.NO_TOOLKIT)


def _on_linux(on_command: Callable[[str], None], env: Mapping[str, str]) -> Chosen:
    """A panel that knows the new way; else one that knows the old; else whichever comes first."""
    from trayapp.desktop import bus as dbus  # noqa: PLC0415 - costs 30 ms, which `fanal status` need not pay
    from trayapp.desktop.tray import sni  # noqa: PLC0415 - as above
    from trayapp.desktop.tray.screen import Screen  # noqa: PLC0415 - as above
    from trayapp.desktop.tray.twin import TwinTray  # noqa: PLC0415 - as above

    bus, watched = None, False
    try:
        bus = dbus.Bus(env)
        watched = bus.call(dbus.new_call(dbus.DAEMON, "NameHasOwner", "s", (sni.WATCHER,)), 2.0).body == (True,)
    except (dbus.BusGone, TimeoutError) as gone:
        _log.info("The session bus cannot be used: %s", gone)
        if bus is not None:
            bus.close()
        bus = None
    screen = env.get("DISPLAY", "")
    reachable = bool(screen) and screen == os.environ.get("DISPLAY")  # pystray opens the process's own, and no other
    old = _old_way(on_command) if reachable and not watched else None
    if bus is None:
        if old is not None:
            return Chosen(old)
        return Chosen(NoTray(), Trouble.NO_BUS if screen or env.get("WAYLAND_DISPLAY") else Trouble.NO_SCREEN)
    if not reachable:
        return Chosen(sni.sni_tray(bus, on_command), None if watched else Trouble.NO_WATCHER)
    over = Screen(env).gone
    tray = TwinTray(bus, on_command, lambda: _load_old(on_command), watched=watched, old=old, over=over)
    return Chosen(tray, None if watched or old is not None else Trouble.NO_WATCHER)


def _load_old(on_command: Callable[[str], None]) -> IconTray:
    from trayapp.desktop.tray.xembed import xembed_tray  # noqa: PLC0415 - costs 60 ms, and most panels know better

    return xembed_tray(on_command)


def _old_way(on_command: Callable[[str], None]) -> IconTray | None:
    """The old way, if a panel takes icons so now."""
    try:
        from trayapp.desktop.tray.xembed import hosted  # noqa: PLC0415 - as above

        return _load_old(on_command) if hosted() else None
    except Exception as error:  # noqa: BLE001 - Xlib raises anything where it cannot reach the screen
        _log.info("The screen cannot be used: %s", error)
        return None
