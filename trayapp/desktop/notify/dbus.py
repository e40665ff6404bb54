"""Notices through the desktop's own notification service (org.freedesktop.Notifications), on a connection of our own.

Specification: freedesktop.org, Desktop Notifications 1.2. Of a whole delivery, ``SECONDS`` is the bound: a service that
hangs costs no more, and may still show the notice when it comes back to life.
"""

from __future__ import annotations

import html
import logging
import os
import time
from typing import TYPE_CHECKING, Any, Final

from trayapp.core.ports import Delivery
from trayapp.desktop import bus as dbus
from trayapp.desktop.bus import Bus, BusGone, Field, Kind, Message
from trayapp.desktop.icon import draw
from trayapp.desktop.text import clip, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trayapp.core.ports import Toast

SECONDS: Final = 2.0
ICON_PIXELS: Final = 64

_SERVICE: Final = "org.freedesktop.Notifications"
_AT: Final = dbus.Address("/org/freedesktop/Notifications", _SERVICE, _SERVICE)
_NO_REPLY: Final = "org.freedesktop.DBus.Error.NoReply"
_MOST_STORIES: Final = 64
_log = logging.getLogger(__name__)


class DbusNotifier:
    """Fulfils ``core.ports.Notifier``. For one thread; connects when first needed, and again after the bus was lost."""

    name = "dbus"

    def __init__(self, env: Mapping[str, str] = os.environ) -> None:
        self._env = env
        self._bus: Bus | None = None
        self._owner = ""  # which process answers for the service
        self._told = ""  # which one has said what it can do
        self._markup: bool | None = None  # whether that one reads markup; None: it has not said
        self._shown: dict[str, int] = {}  # its number of the last toast of each story

    def deliver(self, toast: Toast) -> Delivery:
        """Show ``toast``, in place of the last one of its key.

        REFUSED: there is no bus, no service, or it said no. TIMED_OUT: it took the notice, and did not say in time what
        became of it.
        """
        deadline = time.monotonic() + SECONDS
        try:
            bus = self._connection()
            self._meet(bus, deadline)
        except (BusGone, TimeoutError) as error:
            self.close()
            _log.info("No notice could be given: %s", error)
            return Delivery.REFUSED
        try:
            reply = bus.call(self._notify(toast), max(0.1, deadline - time.monotonic()))
        except (BusGone, TimeoutError) as error:
            _log.warning("The notification service does not answer (%s): the notice may or may not be seen.", error)
            if isinstance(error, BusGone):
                self.close()
            return Delivery.TIMED_OUT
        return self._outcome(toast, reply)

    def close(self) -> None:
        """Hang up. The next delivery would connect again."""
        bus, self._bus = self._bus, None
        self._owner = self._told = ""
        self._shown.clear()
        if bus is not None:
            bus.close()

    def _connection(self) -> Bus:
        """A live connection. What came in since the last delivery is read only to see that the bus lives."""
        try:
            while self._bus is not None and self._bus.receive(0) is not None:
                pass
        except BusGone:
            self.close()
        if self._bus is None:
            self._bus = Bus(self._env, SECONDS / 2)
        return self._bus

    def _meet(self, bus: Bus, deadline: float) -> None:
        """Learn once of each service what it can do; numbers of an earlier one mean nothing to it."""
        reply = bus.call(dbus.new_call(dbus.DAEMON, "GetNameOwner", "s", (_SERVICE,)), SECONDS / 4)
        owner = str(reply.body[0]) if reply.header.message_type is Kind.method_return else ""
        if owner and owner == self._told:
            return
        if owner != self._owner:
            self._shown.clear()
            self._owner, self._markup = owner, None
        limit = max(0.1, deadline - time.monotonic() - SECONDS / 2)
        try:
            answer = bus.call(dbus.new_call(_AT, "GetCapabilities"), limit)
        except TimeoutError:
            return  # it hangs, or is being started: it gets the notice all the same, and is asked again next time
        sender = str(answer.header.fields.get(Field.sender, ""))
        if sender.startswith(":"):  # else it is the bus that speaks: there is no service
            self._owner = self._told = sender
        if answer.header.message_type is Kind.method_return and answer.body and isinstance(answer.body[0], list):
            self._markup = "body-markup" in answer.body[0]

    def _notify(self, toast: Toast) -> Message:
        body = clip(plain(toast.body), 1000)
        if self._markup is not False:  # not known: a stray "&amp;" is less harm than markup from outside
            body = html.escape(body, quote=False)
        picture = draw(toast.icon, ICON_PIXELS)
        image = (ICON_PIXELS, ICON_PIXELS, 4 * ICON_PIXELS, True, 8, 4, picture.tobytes())
        hints: dict[str, tuple[str, Any]] = {
            "urgency": ("y", 2 if toast.urgent else 1),
            "desktop-entry": ("s", "fanal"),
            "image-data": ("(iiibiiay)", image),
        }
        title = clip(plain(toast.title).replace("\n", " "), 200)
        replaces = self._shown.get(toast.key, 0)
        return dbus.new_call(_AT, "Notify", "susssasa{sv}i", ("Fanal", replaces, "", title, body, [], hints, -1))

    def _outcome(self, toast: Toast, reply: Message) -> Delivery:
        if reply.header.message_type is Kind.error:
            name = reply.header.fields.get(Field.error_name, "")
            _log.info("The notification service refused: %s %s", name, str(reply.body)[:200])
            # NoReply: it took the notice and died of it or after it; to give it again might kill the next one
            return Delivery.TIMED_OUT if name == _NO_REPLY else Delivery.REFUSED
        if reply.body and isinstance(reply.body[0], int):
            self._shown.pop(toast.key, None)
            self._shown[toast.key] = reply.body[0]
            if len(self._shown) > _MOST_STORIES:
                del self._shown[next(iter(self._shown))]
        return Delivery.SAID
