"""Which way a notice reaches the screen here: the ways of this system in order of preference, behind one Notifier."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

from trayapp.core.ports import Delivery

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trayapp.core.ports import Notifier, Toast, Tray
    from trayapp.desktop.notify.windows import Balloon

_log = logging.getLogger(__name__)
_SANDBOX = Path("/app")  # where Flatpak mounts a program; inside, plyer knows the portal and we do not


class Chain:
    """Several ways as one: the next is tried only when one is known to have shown nothing."""

    name = "desktop"

    def __init__(self, ways: Sequence[Notifier]) -> None:
        self._ways = tuple(ways)

    def deliver(self, toast: Toast) -> Delivery:
        """The first outcome that is not REFUSED; REFUSED if all are, or if there is no way at all."""
        for way in self._ways:
            outcome = way.deliver(toast)
            if outcome is not Delivery.REFUSED:
                return outcome
            _log.info("The way %s did not show a notice.", way.name)
        return Delivery.REFUSED

    def close(self) -> None:
        """Let go of what the ways hold."""
        for way in self._ways:
            close = getattr(way, "close", None)
            if close is not None:
                close()


def notifier(tray: Tray, env: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Chain:
    """The ways of this system. ``tray`` is what ``desktop.tray.choose`` chose: on Windows it is the only way.

    plyer is not tried where the session bus itself says that there is no notification service: it would ask the same
    bus, learn the same, and not tell.
    """
    from trayapp.desktop.notify.fallback import FallbackNotifier  # noqa: PLC0415 - each system loads its own ways only

    if platform == "win32":
        from trayapp.desktop.notify.windows import WindowsNotifier  # noqa: PLC0415 - as above
        from trayapp.desktop.tray.posted import IconTray  # noqa: PLC0415 - as above

        if not isinstance(tray, IconTray):
            return Chain(())
        return Chain((WindowsNotifier(cast("Balloon", tray.icon), tray.post),))
    if platform == "darwin":
        from trayapp.desktop.notify.macos import MacNotifier  # noqa: PLC0415 - as above

        return Chain((MacNotifier(), FallbackNotifier()))
    if platform == "linux":
        from trayapp.desktop.notify.dbus import DbusNotifier  # noqa: PLC0415 - as above

        direct = DbusNotifier(env)
        return Chain((direct, FallbackNotifier()) if _SANDBOX.is_dir() else (direct,))
    return Chain((FallbackNotifier(),))
