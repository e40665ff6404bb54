"""A toast as a notification service wants it, according to what that one can do."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from trayapp.core.present import Icon
from trayapp.desktop import bus as dbus
from trayapp.desktop.icon import draw
from trayapp.desktop.text import clip, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trayapp.core.ports import Toast
    from trayapp.desktop.bus import Message

SERVICE: Final = "org.freedesktop.Notifications"
AT: Final = dbus.Address("/org/freedesktop/Notifications", SERVICE, SERVICE)
ICON_PIXELS: Final = 64
ON_CLICK: Final = "log"
"""The command of a click on the toast itself, which the specification calls the action "default"."""

_DEFAULT = "default"
_DRAW_DEFAULT = frozenset({"Xfce Notify Daemon"})  # seen of 0.7.3: it draws a button for it as well
_MOST_BUTTONS = 6


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a service can do. As it stands here: one that has not said."""

    markup: bool = True  # a stray "&amp;" is less harm than markup from outside
    actions: bool = False
    draws_default: bool = False

    @classmethod
    def told(cls, capabilities: Iterable[object], name: str) -> Abilities:
        """By what it answered to GetCapabilities, and by the name that it answered to GetServerInformation."""
        known = [word for word in capabilities if isinstance(word, str)]
        return cls("body-markup" in known, "actions" in known, name in _DRAW_DEFAULT)


def offers(toast: Toast, can: Abilities) -> dict[str, tuple[str, str]]:
    """What a person may click: the key on the wire → (command, label). Nothing where the service shows no actions."""
    if not can.actions:
        return {}
    buttons = [(command, clip(plain(label), 60)) for command, label in toast.actions[:_MOST_BUTTONS] if label]
    said = {command: (command, label) for command, label in buttons if command != _DEFAULT}
    if ON_CLICK in said and can.draws_default:
        return said  # else the same button would stand there twice
    label = said[ON_CLICK][1] if ON_CLICK in said else "Fanal"
    return {_DEFAULT: (ON_CLICK, label), **said}


def notify(toast: Toast, can: Abilities, replaces: int, clickable: dict[str, tuple[str, str]]) -> Message:
    """The call that shows ``toast`` in place of the service's number ``replaces`` (0: in a place of its own)."""
    body = clip(plain(toast.body), 1000)
    if can.markup:
        body = html.escape(body, quote=False)
    title = clip(plain(toast.title).replace("\n", " "), 200)  # never markup
    picture = draw(toast.icon, ICON_PIXELS)
    image = (ICON_PIXELS, ICON_PIXELS, 4 * ICON_PIXELS, True, 8, 4, picture.tobytes())
    hints: dict[str, tuple[str, Any]] = {
        "urgency": ("y", 2 if toast.urgent else 1),
        "category": ("s", "network" if toast.icon is Icon.UP else "network.error"),
        "desktop-entry": ("s", "fanal"),
        "image-data": ("(iiibiiay)", image),
        "suppress-sound": ("b", not toast.sound),
    }
    if toast.sound:
        hints["sound-name"] = ("s", "dialog-warning" if toast.urgent else "message-new-instant")
    actions = [part for key, (_, label) in clickable.items() for part in (plain(key), label)]
    return dbus.new_call(AT, "Notify", "susssasa{sv}i", ("Fanal", replaces, "", title, body, actions, hints, -1))
