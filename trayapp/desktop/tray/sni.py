"""pystray's missing Linux toolkit: a StatusNotifierItem with its menu, straight on the session bus, without GTK.

Specification: freedesktop.org, StatusNotifierItem. Seen at work in xfce4-panel 4.18, lxqt-panel 1.2, Plasma 5.27, GNOME
Shell 43 with its AppIndicator extension, waybar 0.9 and mate-panel 1.27 (`tests/hosts/matrix.py`). The underscore
methods are pystray's hooks for a toolkit (hence the pinned pystray); all run on the thread that runs the loop.
"""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from trayapp.desktop import bus as dbus
from trayapp.desktop.bus import Bus, BusGone, Field, Kind, Message
from trayapp.desktop.icon import draw
from trayapp.desktop.text import plain
from trayapp.desktop.tray import dbusmenu
from trayapp.desktop.tray.backend import NAME, BaseIcon
from trayapp.desktop.tray.dispatch import Interface, Method, Objects
from trayapp.desktop.tray.posted import IconTray

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image

    from trayapp.core.present import Icon

WATCHER: Final = "org.kde.StatusNotifierWatcher"
SIZES: Final = (16, 22, 24, 32, 48)
"""Pixels; each is drawn for itself. Panels pick the one nearest to theirs."""

_ITEM: Final = "org.kde.StatusNotifierItem"
_ITEM_PATH: Final = "/StatusNotifierItem"
_MENU_PATH: Final = "/MenuBar"
_WATCHER_AT: Final = dbus.Address("/StatusNotifierWatcher", WATCHER, WATCHER)
_NO_REPLY: Final = 1
_NO_MARKUP: Final = str.maketrans("<>", "\u2039\u203a")
"""Some panels read a tooltip as markup, others as text; without these two characters nothing in it can be markup. It is
all in the tooltip's title, because xfce4-panel shows an empty tooltip for an "&" as soon as there is a second part."""
_PROPERTIES: Final = {
    "Category": "s",
    "Id": "s",
    "Title": "s",
    "Status": "s",
    "WindowId": "i",
    "IconName": "s",
    "IconThemePath": "s",
    "IconPixmap": "a(iiay)",
    "IconAccessibleDesc": "s",
    "OverlayIconName": "s",
    "OverlayIconPixmap": "a(iiay)",
    "AttentionIconName": "s",
    "AttentionIconPixmap": "a(iiay)",
    "AttentionMovieName": "s",
    "ToolTip": "(sa(iiay)ss)",
    "ItemIsMenu": "b",
    "Menu": "o",
}
_SIGNALS: Final = {"NewIcon": "", "NewTitle": "", "NewToolTip": "", "NewStatus": "s"}

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Drawing:
    """What the icon shows, in every size, drawn when a panel first asks for it."""

    icon: Icon
    count: int
    mark: bool

    @cached_property
    def pixmaps(self) -> list[tuple[int, int, bytes]]:
        """Width, height and ARGB bytes of each size."""
        return [(size, size, argb(draw(self.icon, size, self.count, self.mark))) for size in SIZES]


def argb(picture: Image) -> bytes:
    """The bytes of an RGBA picture, alpha first, row by row."""
    data = bytearray(picture.tobytes())
    data[0::4], data[1::4], data[2::4], data[3::4] = data[3::4], data[0::4], data[1::4], data[2::4]
    return bytes(data)


class SniIcon(BaseIcon):  # type: ignore[misc] # pystray ships no types
    """The icon on ``bus``, which it closes when its loop ends. Its image is a Drawing.

    ``watched`` is called on the loop's thread when a panel comes (True) and when the last one goes (False).
    """

    HAS_DEFAULT_ACTION = True
    HAS_MENU = True
    HAS_MENU_RADIO = False
    HAS_NOTIFICATION = False

    def __init__(self, bus: Bus, name: str = NAME, watched: Callable[[bool], object] = bool) -> None:
        super().__init__(name)
        self._bus, self._alive, self._watched = bus, True, watched
        self._todo: deque[Callable[[], None]] = deque()
        self._registering = 0  # the serial number of our last call to the watcher
        self._dbusmenu = dbusmenu.DbusMenu(lambda row: row(self), self._tell_menu)
        self._objects = Objects(
            {
                "/": (),
                _ITEM_PATH: (Interface(_ITEM, self._methods(), _PROPERTIES, self._property, _SIGNALS),),
                _MENU_PATH: (self._dbusmenu.interface(),),
            }
        )

    def post(self, fn: Callable[[], None]) -> None:
        """Run ``fn`` on the loop's thread, soon. From any thread, also from a signal's handler."""
        self._todo.append(fn)
        self._bus.wake()

    def _run(self) -> None:
        self._mark_ready()  # first of all: until then pystray's setup thread waits, and would keep the process alive
        try:
            rule = f"type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='{WATCHER}'"
            self._bus.send(dbus.new_call(dbus.DAEMON, "AddMatch", "s", (rule,)))
            while self._alive:
                message = self._bus.receive(self._dbusmenu.patience())
                if message is not None:
                    self._take(message)
                if self._dbusmenu.patience() == 0:
                    self._dbusmenu.closed()
                self._do_posted()
        except BusGone as gone:
            _log.warning("The icon is gone, because the desktop's message bus is (%s).", gone)
        finally:
            self._alive = self._visible = self._running = False
            self._bus.close()

    def _do_posted(self) -> None:
        while self._alive and self._todo:
            work = self._todo.popleft()
            try:
                work()
            except BusGone:
                raise
            except Exception:  # noqa: BLE001 - a face that cannot be drawn must not end the icon; it is logged
                _log.exception("Something about the tray icon failed; it stays as it is.")

    def _take(self, message: Message) -> None:
        fields, kind = message.header.fields, message.header.message_type
        if kind is Kind.method_call:
            reply = self._objects.answer(message)
            if not message.header.flags & _NO_REPLY:
                self._bus.send(reply)
        elif kind is Kind.signal:
            ours = (fields.get(Field.sender), fields.get(Field.member)) == ("org.freedesktop.DBus", "NameOwnerChanged")
            if ours and message.body[0] == WATCHER:
                self._watcher_changed(there=bool(message.body[2]))
        elif fields.get(Field.reply_serial) == self._registering:
            if kind is Kind.error:
                _log.info("No panel shows the icon for now: %s", fields.get(Field.error_name))
            else:
                _log.info("A panel has taken the icon.")

    def _watcher_changed(self, *, there: bool) -> None:
        self._dbusmenu.closed()  # whoever had the menu open is gone
        if there and self.visible:
            self._register()  # a panel came, or came back
        self._watched(there)

    def _register(self) -> None:
        call = dbus.new_call(_WATCHER_AT, "RegisterStatusNotifierItem", "s", (self._bus.name,))
        self._registering = self._bus.send(call)

    def _signal(self, member: str, body: tuple[Any, ...] = ()) -> None:
        if self._alive:
            at = dbus.Address(_ITEM_PATH, interface=_ITEM)
            self._bus.send(dbus.new_signal(at, member, _SIGNALS[member] or None, body))

    def _show(self) -> None:
        self._visible = True  # before the panel asks for our status
        self._register()
        self._signal("NewStatus", ("Active",))

    def _hide(self) -> None:
        self._visible = False
        self._signal("NewStatus", ("Passive",))

    def _update_icon(self) -> None:
        self._icon_valid = True
        if self.visible:
            self._signal("NewIcon")

    def _update_title(self) -> None:
        self._signal("NewTitle")
        self._signal("NewToolTip")

    def _update_menu(self) -> None:
        self._dbusmenu.update(tuple(self.menu or ()))

    def _tell_menu(self, member: str, signature: str, body: tuple[Any, ...]) -> None:
        if self.visible and self._alive:
            at = dbus.Address(_MENU_PATH, interface=dbusmenu.NAME)
            self._bus.send(dbus.new_signal(at, member, signature, body))

    def _stop(self) -> None:
        self._alive = False
        self._bus.wake()

    def _methods(self) -> dict[str, Method]:
        def activate(_x: int, _y: int) -> tuple[()]:
            if self.menu is not None:
                self.menu(self)  # the default row; our rows hand their command to another thread
            return ()

        def nothing(*_args: object) -> tuple[()]:
            return ()

        return {
            "Activate": Method("ii", "", activate),
            "SecondaryActivate": Method("ii", "", nothing),
            "ContextMenu": Method("ii", "", nothing),
            "Scroll": Method("is", "", nothing),
            "ProvideXdgActivationToken": Method("s", "", nothing),
        }

    def _property(self, name: str) -> object:
        title = plain(self.title).translate(_NO_MARKUP)
        pixmaps = self.icon.pixmaps if self.icon else []
        values: dict[str, object] = {
            "Category": "ApplicationStatus",
            "Id": self.name,
            "Title": title.partition("\n")[0],
            "IconAccessibleDesc": title,  # what GNOME's extension reads aloud; without it, it complains at each change
            "Status": "Active" if self.visible else "Passive",
            "WindowId": 0,
            "IconPixmap": pixmaps,
            "OverlayIconPixmap": [],
            "AttentionIconPixmap": [],
            "ToolTip": ("", [], title, ""),
            "ItemIsMenu": not any(row.default for row in self.menu or ()),
            "Menu": _MENU_PATH,
        }
        return values.get(name, "")


def sni_tray(bus: Bus, on_command: Callable[[str], None], watched: Callable[[bool], object] = bool) -> IconTray:
    """A Tray on ``bus``, which belongs to it from now on and is closed when ``run`` ends. ``watched``: see SniIcon."""
    icon = SniIcon(bus, watched=watched)
    return IconTray(icon, icon.post, lambda face: Drawing(face.icon, face.count, face.mark), on_command)
