"""A Tray on any pystray icon: one door onto the toolkit's thread, and only what has changed is touched."""

from __future__ import annotations

import logging
import queue
import threading
from typing import TYPE_CHECKING, Final, Protocol

from trayapp.desktop.text import clip, plain
from trayapp.desktop.tray import backend

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.core.ports import Face

TOOLTIP_UNITS: Final = 127
"""UTF-16 units; Windows raises on more (its field holds 128 with the end mark)."""

_log = logging.getLogger(__name__)


class PystrayIcon(Protocol):
    """As much of ``pystray.Icon`` as is used here. All but ``run`` is called on the toolkit's thread only."""

    icon: object
    title: str
    menu: object
    visible: bool

    def run(self, setup: Callable[[object], None]) -> None:
        """Run the toolkit's loop; ``setup`` is called on a thread of its own once it runs, and must return at once."""

    def stop(self) -> None:
        """End the loop."""


class IconTray:
    """Fulfils ``core.ports.Tray``.

    ``post`` runs a function on the toolkit's thread, soon, from any thread (also from a signal's handler: it takes no
    lock). ``picture`` makes what the icon wants as its image, ``label`` a menu text as the toolkit reads it.
    ``on_command`` is called on a thread of its own, one command at a time, so that nothing it does can freeze the menu.
    A tray that was made must be run, or its connection stays open.
    """

    def __init__(
        self,
        icon: PystrayIcon,
        post: Callable[[Callable[[], None]], None],
        picture: Callable[[Face], object],
        on_command: Callable[[str], None],
        label: Callable[[str], str] = plain,
    ) -> None:
        self._icon, self._post, self._picture, self._label = icon, post, picture, label
        self._commands = _Commands(on_command)
        self._wanted: Face | None = None
        self._shown: Face | None = None
        self._leaving = False
        self._failed: BaseException | None = None

    def run(self, first: Face, ready: Callable[[], None]) -> None:
        """Show the icon and stay until ``stop``, or until the desktop's bus or toolkit ends; the log says so.

        ``ready`` runs on this thread, once; what it raises ends the tray and is raised here.
        """
        self._wanted = self._wanted or first
        self._commands.start()
        try:
            self._icon.run(setup=lambda _icon: self._post(lambda: self._appear(ready)))
        finally:
            self._commands.stop()
        if self._failed is not None:
            raise self._failed

    def show(self, face: Face) -> None:
        """Change to ``face``. Of many in quick succession only the last is drawn."""
        self._wanted = face
        self._post(self._refresh)

    def stop(self) -> None:
        """Take the icon away and let ``run`` return. Safe at any time, also before ``run`` and more than once."""
        self._leaving = True
        self._post(self._leave)

    def post(self, fn: Callable[[], None]) -> None:
        """Run ``fn`` on the toolkit's thread, soon."""
        self._post(fn)

    @property
    def icon(self) -> PystrayIcon:
        """The pystray icon, for what only its own toolkit can do (Windows' notices). Touch it through ``post`` only."""
        return self._icon

    def _appear(self, ready: Callable[[], None]) -> None:
        if self._leaving:
            self._icon.stop()
            return
        try:
            self._dress()
            self._icon.visible = True
            ready()
        except BaseException as error:  # noqa: BLE001 - handed to run(), which raises it to its caller
            self._failed = error
            self._leave()

    def _refresh(self) -> None:
        if self._shown is not None:  # else it has not appeared yet, and will appear as wanted by then
            self._dress()

    def _dress(self) -> None:
        face, worn = self._wanted, self._shown
        if face is None or face == worn:
            return
        if worn is None or (face.icon, face.count, face.mark) != (worn.icon, worn.count, worn.mark):
            self._icon.icon = self._picture(face)
        if worn is None or face.tooltip != worn.tooltip:
            self._icon.title = clip(plain(face.tooltip), TOOLTIP_UNITS)
        if worn is None or tuple(face.menu) != tuple(worn.menu):
            self._icon.menu = backend.menu(face.menu, self._commands.put, self._label)
        self._shown = face

    def _leave(self) -> None:
        self._icon.visible = False
        self._icon.stop()


class _Commands:
    """Calls ``on_command`` for one click after the other, away from the toolkit's thread."""

    _MOST = 32  # clicks that may wait; a person does not make more before seeing an effect

    def __init__(self, on_command: Callable[[str], None]) -> None:
        self._on_command = on_command
        self._queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="tray-commands", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._queue.put(None)

    def put(self, command: str) -> None:
        if self._queue.qsize() >= self._MOST:
            _log.warning("The menu's command %r was dropped: %d others still wait.", command, self._MOST)
        else:
            self._queue.put(command)

    def _work(self) -> None:
        while (command := self._queue.get()) is not None:
            try:
                self._on_command(command)
            except Exception:  # noqa: BLE001 - one command's failure must not disable the whole menu; it is logged
                _log.exception("The menu's command %r failed.", command)
