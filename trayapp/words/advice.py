"""What ``fanal doctor`` says: each finding as a sentence, each problem with the exact package or setting to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.words.encode import clean
from trayapp.words.language import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trayapp.words.voice import Voice

_LIMIT = 300

WELL = {
    "versions": mark("Fanal {fanal}, Python {python}, SQLite {sqlite}, {openssl}"),
    "tray_new": mark("The panel takes icons (StatusNotifierItem)."),
    "tray_old": mark("The panel takes icons the old way (XEmbed)."),
    "tray_own": mark("This system has a tray of its own."),
    "notices": mark("Notices are shown by {name}."),
    "notices_started": mark("Notices are shown by a program that the desktop starts when the first one comes."),
    "notices_own": mark("This system shows notices by itself."),
    "trust": mark("The system trusts {count} certificate authorities."),
    "trust_own": mark("This system verifies certificates by itself."),
    "proxy_none": mark("No proxy is set: platforms are asked directly."),
    "proxy": mark("Platforms are asked through the proxy {proxy}."),
    "proxy_script": mark(
        "The desktop runs a proxy script ({place}) and tells Fanal by which way each platform is asked."
    ),
    "zone": mark("It is {clock} in the time zone {zone}."),
    "disk": mark("There is room for the history: {free} MB are free at {place}."),
    "settings": mark("Nothing is wrong with the settings and the platforms' files."),
    "consent_open": mark(
        "Other networks are not asked about a platform that fails here: you have not said whether they may be. "
        'To allow it, write outside = "on_suspicion" under [privacy] in {place}'
    ),
    "consent_on_suspicion": mark("Other networks may be asked about a platform that fails here."),
    "consent_never": mark("Other networks are never asked about a platform that fails here, as you wished."),
    "running": mark("Fanal is running and looking."),
    "running_not": mark("Fanal is not running. Start it with: fanal"),
    "autostart_on": mark("Fanal starts when you log in."),
    "autostart_off": mark("Fanal does not start when you log in. To let it: fanal autostart on"),
}
AMISS = {
    "tray_screen": mark("There is no screen here: run this in the desktop session in which the icon should appear."),
    "tray_bus": mark(
        "The desktop's session bus does not answer. Install the package dbus-user-session, and log in again."
    ),
    "tray_gnome": mark(
        "GNOME shows no tray icons by itself. Install the package gnome-shell-extension-appindicator, log in again, "
        "and switch the extension on: gnome-extensions enable ubuntu-appindicators@ubuntu.com (Fedora and Arch: "
        "appindicatorsupport@rgcjonas.gmail.com)"
    ),
    "tray_xfce": mark('No tray is on the panel. Add "Status Tray Plugin" in: xfce4-panel --add-items'),
    "tray_wlroots": mark('No tray is shown. Install the package waybar, start it, and have "tray" among its modules.'),
    "tray_other": mark("No tray is shown. Add the system tray (notification area) in the settings of your panel."),
    "notices": mark("No program shows notices. Install the package {package}, and log in again."),
    "trust_file": mark(
        "No certificate authority is trusted, because SSL_CERT_FILE or SSL_CERT_DIR names {place}: correct or unset it."
    ),
    "trust": mark("No certificate authority is trusted. Install the package ca-certificates."),
    "proxy": mark(
        "The proxy {proxy} cannot be used: Fanal can go through HTTP proxies only. Set https_proxy to an address that "
        "begins with http://"
    ),
    "proxy_script": mark(
        "This desktop finds its proxy by a script ({place}), which Fanal does not run: nobody can be asked. Install "
        "the package xdg-desktop-portal, which lets the desktop run it for Fanal, and log in again; or set https_proxy "
        "to the address of the proxy."
    ),
    "proxy_unread": mark(
        "The desktop's proxy settings cannot be read, so platforms are asked directly. If there is a proxy, set "
        "https_proxy to its address. (For GNOME's settings Fanal needs gsettings, of the package libglib2.0-bin.)"
    ),
    "zone": mark(
        "The time zone {zone} is not known here, so times are shown in UTC. Correct or unset TZ, or install the "
        "package tzdata."
    ),
    "zone_none": mark(
        "No time zone is set, so times are shown in UTC. Set it with: timedatectl set-timezone Area/City"
    ),
    "disk_full": mark("Only {free} MB are free at {place}: free some space, or the history cannot be kept."),
    "disk_rights": mark("The history cannot be written at {place}: let your account write there."),
    "running": mark("Fanal is running, but it is not looking. End it with fanal stop and start it again."),
    "autostart": mark(
        "The program that should start when you log in is not there any more. Mend it with: fanal autostart on"
    ),
}


def finding(voice: Voice, code: str, values: Mapping[str, object], *, well: bool) -> str:
    """One line of the doctor's."""
    said = {name: clean(str(value), _LIMIT) for name, value in values.items()}
    table, shape = (WELL, "✓") if well else (AMISS, "✗")
    return f"{shape} {voice.text(table[code], **said)}"


def problem(text: str) -> str:
    """One that has its words already: of the settings, with file:line, or of the history."""
    return f"✗ {clean(text, _LIMIT)}"
