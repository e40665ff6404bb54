"""What this desktop likes: dark or light, and how large. Asked once, before the first window is made."""

from __future__ import annotations

import configparser
import plistlib
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PATIENCE_S = 0.25  # the portal may hang, and a person waits for a window
STEPS = 4  # scales are multiples of a quarter
LARGEST = 4.0
_NO_START = 2  # D-Bus: NO_AUTO_START; a portal that does not run yet takes seconds to
_PREFER_DARK, _PREFER_LIGHT = 1, 2  # org.freedesktop.appearance color-scheme, in the portal's documentation
_DPI = 96.0


def dark(wanted: str, env: Mapping[str, str], portal: Callable[[], int | None], system: str = sys.platform) -> bool:
    """Whether it is to be dark: as the person set it ("dark", "light"), else as the desktop says, else not.

    ``portal`` gives org.freedesktop.appearance's color-scheme, None where nobody answers.
    """
    if wanted in {"dark", "light"}:
        return wanted == "dark"
    if system == "win32":
        return _windows_dark()
    if system == "darwin":
        return _mac_dark(Path(env.get("HOME", "~")).expanduser())
    if theme := env.get("GTK_THEME", ""):
        return theme.casefold().endswith((":dark", "-dark"))
    scheme = portal()
    if scheme in {_PREFER_DARK, _PREFER_LIGHT}:
        return scheme == _PREFER_DARK
    return _gtk_dark(Path(env.get("XDG_CONFIG_HOME") or Path(env.get("HOME", "~")).expanduser() / ".config"))


def scale(env: Mapping[str, str], xft_dpi: str, pixels_an_inch: float, system: str = sys.platform) -> float:
    """How many pixels one is drawn with: 1 to 4 in quarters.

    ``xft_dpi``: the X resource Xft.dpi, "" where there is none: GNOME, Plasma and Xfce write there what the person
    chose. ``pixels_an_inch``: the toolkit's own idea, believed on Windows only: an X server tells 96 or nonsense.
    """
    if system == "darwin":
        return 1.0  # in points: the system enlarges
    if system == "win32":
        return _rounded(pixels_an_inch / _DPI)
    return _rounded(max(_number(xft_dpi) / _DPI, _number(env.get("GDK_SCALE", ""))))


def _rounded(value: float) -> float:
    return min(LARGEST, max(1.0, round(value * STEPS) / STEPS))


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 < value < 10_000 else 0.0


class Portal:
    """Asks the desktop portal beside whoever made it; ``answer`` waits a quarter of a second at most."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self._scheme: int | None = None
        self._thread: threading.Thread | None = None
        if env.get("DBUS_SESSION_BUS_ADDRESS"):
            self._thread = threading.Thread(target=self._ask, name="portal", daemon=True)
            self._thread.start()

    def answer(self) -> int | None:
        """1: dark is preferred, 2: light, 0: neither; None: nobody answered."""
        if self._thread is not None:
            self._thread.join(PATIENCE_S)
        return self._scheme

    def _ask(self) -> None:
        from trayapp.desktop import bus as dbus  # noqa: PLC0415 - only Linux has what it imports

        place = dbus.Address(
            "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Desktop", "org.freedesktop.portal.Settings"
        )
        call = dbus.new_call(place, "Read", "ss", ("org.freedesktop.appearance", "color-scheme"))
        call.header.flags |= _NO_START
        try:
            bus = dbus.Bus(self._env, PATIENCE_S)
        except dbus.BusGone:
            return
        try:
            body = bus.call(call, PATIENCE_S).body
        except (dbus.BusGone, TimeoutError):
            return
        finally:
            bus.close()
        value = body[0] if body else None
        while isinstance(value, tuple) and len(value) == 2:  # Read wraps its variant in another
            value = value[1]
        self._scheme = value if isinstance(value, int) else None


def _gtk_dark(config: Path) -> bool:
    """As the settings of GTK's applications say, where no portal does: plain window managers."""
    for version in ("gtk-4.0", "gtk-3.0"):
        settings = configparser.ConfigParser(strict=False, interpolation=None)
        try:
            settings.read(config / version / "settings.ini", "utf-8")
        except (configparser.Error, UnicodeDecodeError, OSError):
            continue
        said = settings["Settings"] if settings.has_section("Settings") else {}
        if said.get("gtk-application-prefer-dark-theme", "").casefold() in {"1", "true"}:
            return True
        if said.get("gtk-theme-name", "").casefold().endswith("-dark"):
            return True
    return False


def _mac_dark(home: Path) -> bool:
    try:
        with (home / "Library/Preferences/.GlobalPreferences.plist").open("rb") as file:
            return bool(plistlib.load(file).get("AppleInterfaceStyle") == "Dark")
    except (OSError, plistlib.InvalidFileException):
        return False


def _windows_dark() -> bool:
    if sys.platform != "win32":
        return False
    import winreg  # noqa: PLC0415 - only this system has it

    place = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, place) as key:
            return bool(winreg.QueryValueEx(key, "AppsUseLightTheme")[0] == 0)
    except OSError:
        return False
