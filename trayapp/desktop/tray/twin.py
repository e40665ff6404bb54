"""Linux's icon: the new way (StatusNotifierItem) while a panel knows it, the old one (XEmbed) while none does.

Panels come and go at any time, also after us, and a person may change from one kind to the other. So the new way always
runs, and waits without cost; the old one is loaded, and runs on a thread of its own, only as long as nobody watches.
Where a panel goes and the screen with it, the session is over, though its bus may live on for another one.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final

from trayapp.desktop.tray.sni import sni_tray

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.core.ports import Face, Tray
    from trayapp.desktop.bus import Bus

LEAVES_S: Final = 1.0
"""So long the old way may take to leave at the end; its connection dies with the process anyway."""

_log = logging.getLogger(__name__)


class TwinTray:
    """Fulfils ``core.ports.Tray``. ``old_way`` makes the other tray, and may raise anything while it loads.

    ``watched`` says whether a panel knows the new way now; ``old`` is the old way where it is made already.
    ``over`` says whether the screen of the beginning is gone; then it ends by itself.
    """

    def __init__(
        self,
        bus: Bus,
        on_command: Callable[[str], None],
        old_way: Callable[[], Tray],
        *,
        watched: bool,
        old: Tray | None = None,
        over: Callable[[], bool] = bool,
    ) -> None:
        self._new = sni_tray(bus, on_command, self._watch)
        self._old_way, self._old, self._over = old_way, old, over
        self._thread: threading.Thread | None = None
        self._watched = watched
        self._face: Face | None = None
        self._leaving = False

    def run(self, first: Face, ready: Callable[[], None]) -> None:
        """Show the icon and stay until ``stop``, or until the desktop's bus ends."""
        self._face = self._face or first
        if not self._watched:
            self._begin_old()
        try:
            self._new.run(self._face, ready)
        finally:
            self._end_old()
            if self._thread is not None:
                self._thread.join(LEAVES_S)

    def show(self, face: Face) -> None:
        """Change to ``face``."""
        self._face = face
        self._new.show(face)
        if self._old is not None:
            self._old.show(face)

    def stop(self) -> None:
        """Take the icon away and let ``run`` return. Also from a signal's handler."""
        self._leaving = True
        self._new.stop()
        if self._old is not None:
            self._old.stop()

    def _watch(self, there: bool) -> None:  # noqa: FBT001 - the shape that the new way calls
        """On the new way's thread, as all that follows here."""
        self._watched = there
        if there:
            self._end_old()
        elif not self._leaving:
            self._begin_old()

    def _begin_old(self) -> None:
        if self._thread is not None:
            self._thread.join(LEAVES_S)
        self._thread = threading.Thread(target=self._live_old, args=(self._old,), name="tray-old-way", daemon=True)
        self._thread.start()

    def _end_old(self) -> None:
        old, self._old = self._old, None
        if old is not None:
            old.stop()

    def _live_old(self, old: Tray | None) -> None:
        try:
            old = old or self._old_way()
        except Exception as error:  # noqa: BLE001 - Xlib raises anything where it cannot reach the screen
            _log.info("There is no old kind of tray either: %s", error)
            self._end_with_screen()
            return
        self._old = old
        if self._watched or self._leaving:
            old.stop()
        if self._face is not None:
            old.run(self._face, _nothing_more)
        self._end_with_screen()

    def _end_with_screen(self) -> None:
        if not (self._watched or self._leaving) and self._over():
            _log.warning("The session is over: its screen is gone.")
            self.stop()


def _nothing_more() -> None:
    """The other way has told that the icon is on its way."""
