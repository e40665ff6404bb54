"""The last resort: plyer, for systems and sandboxes where none of our own ways leads to the screen.

It tells nothing back and may hang for more than a minute, so it runs on a thread of its own, one notice at a time.
Never on Windows, where each notice would leave an icon behind (see windows.py).
"""

from __future__ import annotations

import logging
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from trayapp.core.ports import Delivery
from trayapp.desktop.text import clip, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.core.ports import Toast
    from trayapp.desktop.notify import Here

RANK: Final = 9
SECONDS: Final = 5.0
TITLE_UNITS: Final = 63
BODY_UNITS: Final = 255

Say: TypeAlias = "Callable[[str, str], None]"
"""Show a title and a text. May raise anything, may hang."""

_SANDBOX: Final = Path("/app")  # where Flatpak mounts a program; inside, plyer knows the portal and we do not
_log = logging.getLogger(__name__)


def channel(here: Here) -> FallbackNotifier | None:
    """This way, unless it does harm (Windows) or would only ask the bus again what was asked already (Linux)."""
    if here.platform == "win32" or (here.platform == "linux" and not _SANDBOX.is_dir()):
        return None
    return FallbackNotifier()


def plyer(title: str, body: str) -> None:
    """The real ``Say``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # plyer warns that it has no D-Bus binding, then tries another way
        from plyer import notification  # noqa: PLC0415 - costs 38 ms and is hardly ever needed

        notification.notify(title=title, message=body, app_name="Fanal", timeout=10)


class FallbackNotifier:
    """Fulfils ``core.ports.Notifier``."""

    name = "plyer"

    def __init__(self, say: Say = plyer, seconds: float = SECONDS) -> None:
        self._say, self._seconds = say, seconds
        self._busy = threading.Event()

    def deliver(self, toast: Toast) -> Delivery:
        """Try it. REFUSED when plyer raises or still hangs in an earlier notice.

        Otherwise TIMED_OUT, even when it came back in time: it may have been shown, and plyer does not tell.
        """
        if self._busy.is_set():
            return Delivery.REFUSED
        self._busy.set()
        done = threading.Event()
        failed: list[Exception] = []
        # a title that begins with "-" would be taken for an option by the command that plyer runs
        title, body = (" " + text if text.startswith("-") else text for text in (plain(toast.title), plain(toast.body)))

        def try_it() -> None:
            try:
                self._say(clip(title, TITLE_UNITS), clip(body, BODY_UNITS))
            except Exception as error:  # noqa: BLE001 - plyer raises whatever its platform module happens to raise
                failed.append(error)
            finally:
                self._busy.clear()
                done.set()

        threading.Thread(target=try_it, name="plyer", daemon=True).start()
        if done.wait(self._seconds) and failed:
            _log.info("plyer could not give a notice: %r", failed[0])
            return Delivery.REFUSED
        return Delivery.TIMED_OUT
