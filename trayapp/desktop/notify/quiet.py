"""Does the person want quiet just now? The desktop's own "do not disturb", where it can be read."""

from __future__ import annotations

import logging
import os
import sys
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trayapp.desktop.bus import Bus

SECONDS: Final = 1.0
"""The bound of one look; without a desktop that hangs it takes a few milliseconds (GNOME: some tens)."""

_SERVICE: Final = "org.freedesktop.Notifications"
_PATH: Final = "/org/freedesktop/Notifications"
_PROPERTIES: Final = "org.freedesktop.DBus.Properties"
_GSETTINGS: Final = ("gsettings", "get", "org.gnome.desktop.notifications", "show-banners")
_QUIET_STATES: Final = frozenset({2, 3, 4, 6})
"""Windows: a full-screen program, a game, a presentation, quiet time.

QUERY_USER_NOTIFICATION_STATE, learn.microsoft.com.
"""

_log = logging.getLogger(__name__)


def do_not_disturb(env: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool | None:
    """Whether notices are unwanted now; None: this desktop does not tell. Takes ``SECONDS`` at most, never raises."""
    try:
        if platform == "win32":
            return _windows()
        return _desktop(env) if platform == "linux" else None
    except Exception as error:  # noqa: BLE001 - whatever a desktop answers, it is no reason to keep a notice back
        _log.info("Whether notices are wanted cannot be read: %s", error)
        return None


def _desktop(env: Mapping[str, str]) -> bool | None:
    from trayapp.desktop.bus import Bus  # noqa: PLC0415 - jeepney exists on Linux only

    deadline = time.monotonic() + SECONDS
    bus = Bus(env, SECONDS / 2)
    try:
        # Asked of the service in office by its own number, so that nothing is started by a question.
        owner = _ask(bus, deadline, ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus"),
                     "GetNameOwner", "s", _SERVICE)  # fmt: skip
        if owner is None:
            return None
        name = _ask(bus, deadline, (str(owner), _PATH, _SERVICE), "GetServerInformation")
        way = _BY_NAME.get(str(name), _inhibited)
        return way(bus, deadline, str(owner), env)
    finally:
        bus.close()


def _inhibited(bus: Bus, deadline: float, owner: str, _env: Mapping[str, str]) -> bool | None:
    """Plasma, and whoever else has taken over its property."""
    return _yes(_ask(bus, deadline, (owner, _PATH, _PROPERTIES), "Get", "ss", _SERVICE, "Inhibited"))


def _dunst(bus: Bus, deadline: float, owner: str, _env: Mapping[str, str]) -> bool | None:
    return _yes(_ask(bus, deadline, (owner, _PATH, _PROPERTIES), "Get", "ss", "org.dunstproject.cmd0", "paused"))


def _xfce(bus: Bus, deadline: float, _owner: str, _env: Mapping[str, str]) -> bool | None:
    at = ("org.xfce.Xfconf", "/org/xfce/Xfconf", "org.xfce.Xfconf")
    there = _ask(bus, deadline, at, "PropertyExists", "ss", "xfce4-notifyd", "/do-not-disturb")
    if there is not True:
        return None if there is None else False  # never switched
    return _yes(_ask(bus, deadline, at, "GetProperty", "ss", "xfce4-notifyd", "/do-not-disturb"))


def _gnome(_bus: Bus, deadline: float, _owner: str, env: Mapping[str, str]) -> bool | None:
    import subprocess  # noqa: PLC0415 - only this desktop needs it

    limit = max(0.1, deadline - time.monotonic())
    told = subprocess.run(  # noqa: S603 - fixed words, no shell
        _GSETTINGS, env=dict(env), timeout=limit, check=True, capture_output=True, stdin=subprocess.DEVNULL
    )
    return {b"true": False, b"false": True}.get(told.stdout.strip())


_BY_NAME: Final[dict[str, Callable[[Bus, float, str, Mapping[str, str]], bool | None]]] = {
    "dunst": _dunst,
    "Xfce Notify Daemon": _xfce,
    "gnome-shell": _gnome,
}
"""By what the service calls itself: where it keeps the switch."""


def _ask(bus: Bus, deadline: float, at: tuple[str, str, str], what: str, signature: str = "", *body: str) -> object:
    """The first value of the reply; None if the reply is an error. Raises TimeoutError, BusGone."""
    from trayapp.desktop import bus as dbus  # noqa: PLC0415 - as above

    name, path, interface = at
    call = dbus.new_call(dbus.Address(path, name, interface), what, signature or None, body)
    reply = bus.call(call, max(0.05, deadline - time.monotonic()))
    return reply.body[0] if reply.header.message_type is dbus.Kind.method_return and reply.body else None


def _yes(variant: object) -> bool | None:
    """The truth in a D-Bus variant; None if there is none in it."""
    return variant[1] if isinstance(variant, tuple) and len(variant) == 2 and isinstance(variant[1], bool) else None


def _windows() -> bool | None:
    if sys.platform != "win32":
        return None
    import ctypes  # noqa: PLC0415 - only Windows needs it

    state = ctypes.c_int()
    if ctypes.windll.shell32.SHQueryUserNotificationState(ctypes.byref(state)) != 0:
        return None
    return state.value in _QUIET_STATES
