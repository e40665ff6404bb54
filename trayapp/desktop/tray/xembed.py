"""The icon where a panel knows only the old way: XEmbed, as tint2 and trayer do. pystray's xorg toolkit, mended.

Specification: freedesktop.org, System Tray Protocol. What pystray's class lacks is added here: it never asks for
clicks, waits for no panel that comes later, draws what is transparent black, and asks to be taken in at each change.

This way knows no menu and no notices, so a person gets: the icon, and on a left click the menu's default row. The
answer in full, the log and the end are `fanal status`, `fanal log` and `fanal quit`. The tooltip's text is the window's
name; of the panels seen, none shows it.

The underscore methods are pystray's hooks for a toolkit (hence the pinned pystray). All run on the loop's thread.
"""

from __future__ import annotations

import logging
import selectors
import socket
import threading
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from PIL import Image
from Xlib import X  # type: ignore[import-untyped] # it ships no types
from Xlib.display import Display  # type: ignore[import-untyped] # as above
from Xlib.error import ConnectionClosedError, XError  # type: ignore[import-untyped] # as above

from trayapp.desktop.icon import SIZES, draw
from trayapp.desktop.text import plain
from trayapp.desktop.tray import backend
from trayapp.desktop.tray.posted import IconTray

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trayapp.core.ports import Face

GROUND: Final = (0x2B, 0x2B, 0x2B)
"""What lies behind the icon where the panel's own ground cannot be read."""

PATIENCE_S: Final = 2.0
"""So long a panel that has just come may take to show that it knows the new way too, before it is asked the old way."""

_DEPTH: Final = 24
_log = logging.getLogger(__name__)


class XembedIcon(backend.xorg_icon()):  # type: ignore[misc] # pystray ships no types
    """The icon on the screen of $DISPLAY. Its image is a ``Face``. Raises what Xlib raises where there is no screen.

    The connection is closed when ``run`` ends; an icon that is never run must be closed with ``close``.
    """

    _window: Any  # as pystray makes it, and anew where a panel takes it into its death
    _gc: Any

    def __init__(self, name: str = backend.NAME) -> None:
        super().__init__(name)
        self._todo: deque[Callable[[], None]] = deque()
        self._ear, self._bell = socket.socketpair()
        self._ear.settimeout(0)
        self._bell.settimeout(0)
        self._embedded = False
        self._systray_manager: Any = None
        self._dock_at: float | None = None  # by the steady clock: when to ask the panel that has come
        self._manager = self._display.intern_atom("MANAGER")
        taken = self._message_handlers[X.ClientMessage]

        def told(event: Any) -> None:  # noqa: ANN401 - python-xlib ships no types
            (self._on_manager if event.client_type == self._manager else taken)(event)

        self._message_handlers |= {X.ClientMessage: told, X.ReparentNotify: self._on_reparent}
        self._display.set_error_handler(_unheard)
        self._display.screen().root.change_attributes(event_mask=X.StructureNotifyMask)  # tells of panels that come

    def __del__(self) -> None:
        """Nothing: pystray would close here, on whichever thread collects the garbage, what ``run`` has closed."""

    def _create_window(self) -> Any:  # noqa: ANN401 - as above
        window = super()._create_window()
        # The last is what pystray forgets.
        window.change_attributes(event_mask=X.ExposureMask | X.StructureNotifyMask | X.ButtonPressMask)
        return window

    def post(self, fn: Callable[[], None]) -> None:
        """Run ``fn`` on the loop's thread, soon. From any thread, also from a signal's handler: it takes no lock."""
        self._todo.append(fn)
        with suppress(OSError):  # full: it is awake already; closed: nobody is there to be woken
            self._bell.send(b"\0")

    def close(self) -> None:
        """Leave the screen: the icon goes at once, whatever the panel does."""
        for end in (self._ear, self._bell):
            end.close()
        with suppress(ConnectionClosedError):
            self._display.close()

    def _run(self) -> None:
        self._thread = threading.current_thread()
        self._mark_ready()
        try:
            for event in self._events():
                self._message_handlers.get(event.type, lambda _event: None)(event)
        except (ConnectionClosedError, OSError) as gone:
            _log.warning("The icon is gone, because the screen is (%s).", gone)
        finally:
            self._visible = self._running = False
            self.close()

    def _events(self) -> Iterator[Any]:
        with selectors.DefaultSelector() as selector:
            selector.register(self._display, selectors.EVENT_READ)
            selector.register(self._ear, selectors.EVENT_READ)
            while True:
                self._do_posted()
                if not self._running:
                    return
                while self._display.pending_events():
                    yield self._display.next_event()
                self._display.flush()
                if self._display.pending_events():
                    continue  # came in with an answer, so the socket will not tell
                for key, _ in selector.select(self._patience()):
                    if key.fileobj is self._ear:
                        self._ear.recv(4096)

    def _patience(self) -> float | None:
        """How long the loop may sleep."""
        if self._dock_at is None:
            return None
        left = self._dock_at - time.monotonic()
        if left > 0:
            return left
        self._dock_window()
        return 0  # events may have come in with the answers, and wait in memory

    def _do_posted(self) -> None:
        while self._todo:
            work = self._todo.popleft()
            try:
                work()
            except (ConnectionClosedError, OSError):
                raise
            except Exception:  # noqa: BLE001 - a face that cannot be drawn must not end the icon; it is logged
                _log.exception("Something about the tray icon failed; it stays as it is.")

    def _on_manager(self, event: Any) -> None:  # noqa: ANN401 - python-xlib ships no types
        if event.data[1][1] == self._net_system_tray_sx and self.visible:
            self._dock_at = time.monotonic() + PATIENCE_S

    def _on_reparent(self, event: Any) -> None:  # noqa: ANN401 - as above
        if event.window.id != self._window.id:
            return
        self._embedded = event.parent.id != self._display.screen().root.id
        if self._embedded:
            # What was there before shows through. A panel with windows of another depth refuses; then GROUND is used.
            self._window.change_attributes(background_pixmap=X.ParentRelative, onerror=_unheard)
            self._draw()
        else:
            self._window.unmap(onerror=_unheard)  # its panel died: else it would lie about the screen, a ghost

    def _on_destroy_notify(self, event: Any) -> None:  # noqa: ANN401 - as above
        if event.window.id == self._window.id:
            self._embedded = False
            self._window = self._create_window()  # a panel that is killed may take what it embeds with it
            self._gc = self._window.create_gc()
            self._update_title()
            if self.visible:
                self._dock_window()
        elif self._systray_manager is not None and event.window.id == self._systray_manager.id:
            self._systray_manager, self._embedded = None, False
            self._dock_window()  # another one may have taken over; else its coming is told

    def _show(self) -> None:
        self._visible = True
        self._dock_window()

    def _dock_window(self) -> None:
        self._dock_at = None
        super()._dock_window()

    def _hide(self) -> None:
        self._dock_at, self._embedded = None, False
        self._window.unmap(onerror=_unheard)

    def _update_icon(self) -> None:
        self._icon_valid = True
        self._draw()

    def _update_title(self) -> None:
        self._window.set_wm_name(plain(self.title).encode("ascii", "replace").decode())
        utf8 = self._display.intern_atom("UTF8_STRING")
        name = self._display.intern_atom("_NET_WM_NAME")
        self._window.change_property(name, utf8, 8, plain(self.title).encode())

    def _stop(self) -> None:
        self._running = False
        self.post(lambda: None)

    def _draw(self) -> None:
        """Draw for the size that the panel gave, in the middle, on the panel's own ground."""
        if not self._embedded or self._icon is None:
            return
        with suppress(XError):  # it went away meanwhile
            at = self._window.get_geometry()
            size = min(at.width, at.height)
            if size not in SIZES:
                return
            ground = self._ground(at.width, at.height)
            icon = draw(self._icon.icon, size, self._icon.count, self._icon.mark)
            ground.paste(icon, ((at.width - size) // 2, (at.height - size) // 2), mask=icon)
            self._window.put_pil_image(self._gc, 0, 0, ground, onerror=_unheard)

    def _ground(self, width: int, height: int) -> Image.Image:
        self._window.clear_area(0, 0, width, height, onerror=_unheard)
        with suppress(XError, ValueError):  # not to be seen now, or in a form that we do not read
            seen = self._window.get_image(0, 0, width, height, X.ZPixmap, 0xFFFFFFFF)
            if seen.depth == _DEPTH:
                return Image.frombytes("RGB", (width, height), seen.data, "raw", "BGRX")
        return Image.new("RGB", (width, height), GROUND)


def _unheard(error: object, _request: object = None) -> None:
    """The window or the panel went away meanwhile: nobody is left to be told."""
    _log.debug("The screen refused: %s", error)


def hosted() -> bool:
    """Whether a panel takes icons the old way now, on the screen of $DISPLAY. Raises what Xlib raises."""
    display = Display()
    try:
        tray = display.intern_atom(f"_NET_SYSTEM_TRAY_S{display.get_default_screen()}")
        return bool(display.get_selection_owner(tray) != X.NONE)
    finally:
        display.close()


def xembed_tray(on_command: Callable[[str], None]) -> IconTray:
    """A Tray on the screen of $DISPLAY. Raises what Xlib raises where there is none."""
    icon = XembedIcon()
    return IconTray(icon, icon.post, _itself, on_command)


def _itself(face: Face) -> Face:
    return face
