"""Notices on Windows through the tray icon that is already there.

No other way is safe: each notice of plyer's adds one more tray icon, which stays until the program ends. Windows tells
nobody whether it showed the balloon (a person may have switched notices off), so SAID means: Windows took it. It shows
no buttons; a click on the balloon is a message to the icon's window (learn.microsoft.com, Shell_NotifyIcon).
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final, Protocol, cast

from trayapp.core.ports import Delivery
from trayapp.desktop.text import clip, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.core.ports import Toast
    from trayapp.desktop.notify import Here

RANK: Final = 1
SECONDS: Final = 2.0
TITLE_UNITS: Final = 63
BODY_UNITS: Final = 255
"""UTF-16 units; Windows' fields hold one more, for the end mark, and pystray raises on longer texts."""

ON_CLICK: Final = "log"
"""The command of a click on the balloon."""

_FROM_ICON: Final = 0x0400 + 11  # WM_USER and pystray's number for what happens to the icon
_BALLOON_CLICKED: Final = 0x0400 + 5  # NIN_BALLOONUSERCLICK
_log = logging.getLogger(__name__)


def channel(here: Here) -> WindowsNotifier | None:
    """This way, on Windows, where there is an icon to speak through."""
    if here.platform != "win32":
        return None
    from trayapp.desktop.tray.posted import IconTray  # noqa: PLC0415 - loads pystray, which not every system needs

    if not isinstance(here.tray, IconTray):
        return None
    return WindowsNotifier(cast("Balloon", here.tray.icon), here.tray.post, chosen=here.chosen)


class Balloon(Protocol):
    """As much of ``pystray.Icon`` as shows a notice; touched on the toolkit's thread only."""

    visible: bool

    def notify(self, message: str, title: str) -> None:
        """Show it. May raise OSError or ValueError."""


class WindowsNotifier:
    """Fulfils ``core.ports.Notifier``. ``post`` runs a function on the icon's thread, soon."""

    name = "tray"

    def __init__(
        self,
        icon: Balloon,
        post: Callable[[Callable[[], None]], None],
        seconds: float = SECONDS,
        chosen: Callable[[str], None] | None = None,
    ) -> None:
        self._icon, self._post, self._seconds, self._chosen = icon, post, seconds, chosen
        self._listens = False

    def deliver(self, toast: Toast) -> Delivery:
        """Say it. REFUSED when the icon is not shown or Windows raises, TIMED_OUT when its thread is busy for 2 s."""
        done = threading.Event()
        outcome = [Delivery.REFUSED]

        def on_the_icons_thread() -> None:
            try:
                if self._icon.visible:
                    self._listen()
                    self._icon.notify(clip(plain(toast.body), BODY_UNITS), clip(plain(toast.title), TITLE_UNITS))
                    outcome[0] = Delivery.SAID
            except (OSError, ValueError) as error:
                _log.info("Windows refused a notice: %s", error)
            finally:
                done.set()

        self._post(on_the_icons_thread)
        return outcome[0] if done.wait(self._seconds) else Delivery.TIMED_OUT

    def _listen(self) -> None:
        """From now on hear of clicks on the balloon, before pystray does. On the icon's thread, which must not wait."""
        # pystray has no public door for this; should the private one go away, there are no clicks
        handlers: dict[int, Callable[[int, int], object]] = getattr(self._icon, "_message_handlers", {})
        chosen, others = self._chosen, handlers.get(_FROM_ICON)
        if self._listens or chosen is None or others is None:
            return

        def hear(wparam: int, lparam: int) -> object:
            if lparam == _BALLOON_CLICKED:
                threading.Thread(target=chosen, args=(ON_CLICK,), name="click", daemon=True).start()
            return others(wparam, lparam)

        handlers[_FROM_ICON] = hear
        self._listens = True
