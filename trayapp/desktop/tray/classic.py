"""The tray of Windows and macOS: pystray's own toolkits, touched on their own thread only.

Written from pystray's source and its users' reports; exercised in the tests with a stand-in for pystray's icon, not yet
run on those systems. From another thread, macOS kills the program that touches the icon, and Windows' menu is not safe.
"""

from __future__ import annotations

import logging
import sys
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from trayapp.desktop.icon import draw
from trayapp.desktop.text import plain
from trayapp.desktop.tray import backend
from trayapp.desktop.tray.posted import IconTray, PystrayIcon

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.core.ports import Face

WINDOWS_PIXELS: Final = 32
"""What pystray takes out of the icon file it writes; Windows shrinks it to its panel."""
MAC_PIXELS: Final = 44
"""Twice the menu bar's 22 points; pystray shrinks it to them."""

_WM_POSTED: Final = 0x0400 + 0x40  # WM_USER and our own number; pystray uses 10 and 11

_log = logging.getLogger(__name__)


class Posted:
    """Functions on their way to the toolkit's thread. ``wake`` lets that thread call ``drain`` soon."""

    def __init__(self, wake: Callable[[Callable[[], None]], None]) -> None:
        self._wake = wake
        self._todo: deque[Callable[[], None]] = deque()

    def post(self, fn: Callable[[], None]) -> None:
        """Run ``fn`` on the toolkit's thread, soon. From any thread."""
        self._todo.append(fn)
        self._wake(self.drain)

    def drain(self) -> None:
        """Run what waits. On the toolkit's thread only."""
        while self._todo:
            work = self._todo.popleft()
            try:
                work()
            except Exception:  # noqa: BLE001 - pystray raises on texts and pictures it dislikes; the icon stays as it is
                _log.exception("Something about the tray icon failed; it stays as it is.")


def classic_tray(on_command: Callable[[str], None], platform: str) -> IconTray:
    """A Tray on pystray's toolkit for ``platform`` ("win32" or "darwin"). Raises whatever that raises to load."""
    icon = backend.BaseIcon(backend.NAME)
    if platform == "darwin":
        return assemble(icon, _mac_wake(), MAC_PIXELS, on_command)
    return assemble(icon, _windows_wake(icon), WINDOWS_PIXELS, on_command, windows_label)


def windows_label(text: str) -> str:
    """A menu text as Windows reads it: one "&" would mark a key to press, and vanish."""
    return plain(text).replace("&", "&&")


def assemble(
    icon: PystrayIcon,
    wake: Callable[[Callable[[], None]], None],
    pixels: int,
    on_command: Callable[[str], None],
    label: Callable[[str], str] = plain,
) -> IconTray:
    """Put an icon, its thread's door and its size together."""
    posted = Posted(wake)

    def picture(face: Face) -> object:
        return draw(face.icon, pixels, face.count, face.mark)

    return IconTray(icon, posted.post, picture, on_command, label)


def _mac_wake() -> Callable[[Callable[[], None]], None]:
    from PyObjCTools import AppHelper  # type: ignore[import-not-found] # noqa: PLC0415 - comes with pystray on macOS only

    return AppHelper.callAfter  # type: ignore[no-any-return] # PyObjC ships no types


def _windows_wake(icon: Any) -> Callable[[Callable[[], None]], None]:  # noqa: ANN401 - pystray ships no types
    from pystray._util import win32  # noqa: PLC0415 - loads on Windows only

    _see_real_pixels()

    def wake(drain: Callable[[], None]) -> None:
        icon._message_handlers[_WM_POSTED] = lambda _w, _l: drain()  # noqa: SLF001 - pystray has no public door; pinned
        if icon._hwnd:  # noqa: SLF001 - before there is a window nothing runs; pystray's setup posts once there is
            win32.PostMessage(icon._hwnd, _WM_POSTED, 0, 0)  # noqa: SLF001 - as above

    return wake


def _see_real_pixels() -> None:
    """Tell Windows that we draw for the real screen, or it blurs the icon by enlarging it."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - only needed here

        try:
            ctypes.windll.shcore.SetProcessDpiAwareness(1)
        except (OSError, AttributeError) as error:  # older than Windows 8.1
            _log.debug("No DPI awareness: %s", error)
