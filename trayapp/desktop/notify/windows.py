"""Notices on Windows through the tray icon that is already there.

No other way is safe: each notice of plyer's adds one more tray icon, which stays until the program ends. Windows tells
nobody whether it showed the balloon (a person may have switched notices off), so SAID means: Windows took it.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final, Protocol

from trayapp.core.ports import Delivery
from trayapp.desktop.text import clip, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.core.ports import Toast

SECONDS: Final = 2.0
TITLE_UNITS: Final = 63
BODY_UNITS: Final = 255
"""UTF-16 units; Windows' fields hold one more, for the end mark, and pystray raises on longer texts."""

_log = logging.getLogger(__name__)


class Balloon(Protocol):
    """As much of ``pystray.Icon`` as shows a notice; touched on the toolkit's thread only."""

    visible: bool

    def notify(self, message: str, title: str) -> None:
        """Show it. May raise OSError or ValueError."""


class WindowsNotifier:
    """Fulfils ``core.ports.Notifier``. ``post`` runs a function on the icon's thread, soon."""

    name = "tray"

    def __init__(self, icon: Balloon, post: Callable[[Callable[[], None]], None], seconds: float = SECONDS) -> None:
        self._icon, self._post, self._seconds = icon, post, seconds

    def deliver(self, toast: Toast) -> Delivery:
        """Say it. REFUSED when the icon is not shown or Windows raises, TIMED_OUT when its thread is busy for 2 s."""
        done = threading.Event()
        outcome = [Delivery.REFUSED]

        def on_the_icons_thread() -> None:
            try:
                if self._icon.visible:
                    self._icon.notify(clip(plain(toast.body), BODY_UNITS), clip(plain(toast.title), TITLE_UNITS))
                    outcome[0] = Delivery.SAID
            except (OSError, ValueError) as error:
                _log.info("Windows refused a notice: %s", error)
            finally:
                done.set()

        self._post(on_the_icons_thread)
        return outcome[0] if done.wait(self._seconds) else Delivery.TIMED_OUT
