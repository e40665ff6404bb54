"""What this desktop session has for Fanal: a tray, somebody who shows notices. Asked of the session bus."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING

from trayapp.cli.doctor import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trayapp.desktop.bus import Bus

_WATCHER = "org.kde.StatusNotifierWatcher"
_NOTICES = "org.freedesktop.Notifications"
_PATIENCE_S = 2.0
_TRAYS = {"gnome": "tray_gnome", "xfce": "tray_xfce", "sway": "tray_wlroots", "hyprland": "tray_wlroots"}
_PACKAGES = {
    "xfce": "xfce4-notifyd",
    "mate": "mate-notification-daemon",
    "lxqt": "lxqt-notificationd",
    "sway": "mako-notifier",
    "hyprland": "mako-notifier",
}


def tray(env: Mapping[str, str], system: str) -> Finding:
    """Where the icon can be seen."""
    if system in {"win32", "darwin"}:
        return Finding("tray_own")
    from trayapp.desktop import bus as dbus  # noqa: PLC0415 - only Linux has what it imports

    screen = env.get("DISPLAY") or env.get("WAYLAND_DISPLAY")
    if not screen:
        return Finding("tray_screen", well=False)
    try:
        with closing(dbus.Bus(env)) as bus:
            if _owned(bus, _WATCHER):
                return Finding("tray_new")
    except (dbus.BusGone, TimeoutError):
        return Finding("tray_old") if _old(env) else Finding("tray_bus", well=False)
    return Finding("tray_old") if _old(env) else Finding(_of(env, _TRAYS, "tray_other"), well=False)


def notices(env: Mapping[str, str], system: str) -> Finding:
    """Who shows notices."""
    if system in {"win32", "darwin"}:
        return Finding("notices_own")
    from trayapp.desktop import bus as dbus  # noqa: PLC0415 - as above

    service = dbus.Address("/org/freedesktop/Notifications", _NOTICES, _NOTICES)
    lacking = Finding("notices", well=False, values={"package": _of(env, _PACKAGES, "dunst")})
    try:
        with closing(dbus.Bus(env)) as bus:
            if _owned(bus, _NOTICES):
                told = bus.call(dbus.new_call(service, "GetServerInformation"), _PATIENCE_S).body
                return Finding("notices", values={"name": told[0] if told else _NOTICES})
            startable = bus.call(dbus.new_call(dbus.DAEMON, "ListActivatableNames"), _PATIENCE_S).body
            return Finding("notices_started") if startable and _NOTICES in startable[0] else lacking
    except dbus.BusGone:
        return Finding("tray_bus", well=False)
    except TimeoutError:
        return lacking


def _owned(bus: Bus, name: str) -> bool:
    from trayapp.desktop import bus as dbus  # noqa: PLC0415 - as above

    return bool(bus.call(dbus.new_call(dbus.DAEMON, "NameHasOwner", "s", (name,)), _PATIENCE_S).body == (True,))


def _old(env: Mapping[str, str]) -> bool:
    if not env.get("DISPLAY") or env.get("DISPLAY") != os.environ.get("DISPLAY"):
        return False
    try:
        from trayapp.desktop.tray.xembed import hosted  # noqa: PLC0415 - costs 60 ms, and only Linux has it

        return hosted()
    except Exception:  # noqa: BLE001 - Xlib raises anything where it cannot reach the screen: then there is no tray
        return False


def _of(env: Mapping[str, str], table: Mapping[str, str], usual: str) -> str:
    """What ``table`` has for this desktop; XDG_CURRENT_DESKTOP is a list, the most particular first."""
    desktops = env.get("XDG_CURRENT_DESKTOP", "").casefold().split(":")
    return next((table[name] for name in desktops if name in table), usual)
