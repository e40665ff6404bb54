"""Notices on Linux through the desktop's own notification service."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Final

from trayapp.core.ports import Delivery

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trayapp.core.ports import Toast
    from trayapp.desktop.notify import Here
    from trayapp.desktop.notify.freedesktop.service import Service

RANK: Final = 1
_log = logging.getLogger(__name__)


def channel(here: Here) -> DbusNotifier | None:
    """This way, on systems that have such a bus."""
    return DbusNotifier(here.env, here.chosen) if here.platform == "linux" else None


class DbusNotifier:
    """Fulfils ``core.ports.Notifier``. Connects when first needed, and again after the bus was lost.

    ``env`` names the bus. ``chosen`` gets the command of what the person clicks, on a thread of its own; without it
    nothing can be clicked.
    """

    name = "dbus"

    def __init__(self, env: Mapping[str, str] = os.environ, chosen: Callable[[str], None] | None = None) -> None:
        self._env, self._chosen = env, chosen
        self._service: Service | None = None

    def deliver(self, toast: Toast) -> Delivery:
        """Show ``toast``, in place of the last one of its key, within 3 s. Outcomes: see ``Service.say``."""
        from trayapp.desktop.bus import Bus, BusGone  # noqa: PLC0415 - jeepney exists on Linux only
        from trayapp.desktop.notify.freedesktop.service import SECONDS, Service  # noqa: PLC0415 - as above

        if self._service is not None and not self._service.alive:
            self.close()
        if self._service is None:
            try:
                self._service = Service(Bus(self._env, SECONDS / 2), self._chosen)
            except BusGone as gone:
                _log.info("No notice could be given: %s", gone)
                return Delivery.REFUSED
        return self._service.say(toast)

    def close(self) -> None:
        """Hang up. The next delivery would connect again."""
        service, self._service = self._service, None
        if service is not None:
            service.close()
