"""What the system says of proxies: the environment, else (Windows, macOS) the system's own settings.

As ``urllib`` reads them: ``http_proxy``, ``https_proxy``, ``all_proxy`` and ``no_proxy``; where none of these is set,
the registry or SystemConfiguration. The desktops of Linux have settings of their own (``proxy_desktop.py``). A proxy
script (PAC, WPAD) is never run here: where a desktop names one, nobody can be asked.
"""

from __future__ import annotations

import ipaddress
import re
import sys
import urllib.request
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Final

if sys.platform == "win32":
    import winreg
elif sys.platform == "darwin":
    from importlib import import_module

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

LOCAL = "<local>"
"""The exception that stands for every name without a dot; Windows writes it so."""


BAD: Final = "unreadable"
"""The scheme of a proxy that is named in a way nobody can read: no host is reached by it, and none without it."""

MOST: Final = 1000
"""Exceptions that are looked at."""

_HOST: Final = re.compile(r"[A-Za-z0-9._~-]{1,253}|\[?[0-9A-Fa-f:.]{2,45}\]?")
_LARGEST_PORT: Final = 65535


class Unread(Exception):  # noqa: N818 - a state of the world, not a mistake
    """A desktop's settings could not be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``proxies``: scheme ("http", "https", "all", "socks") → URL of the proxy. ``exempt``: hosts asked directly."""

    proxies: Mapping[str, str]
    exempt: Callable[[str], bool]
    script: str = ""  # where a proxy script is, which would have to be run; "wpad": where the network says
    unread: str = ""  # why the desktop's settings could not be read
    lookup: Callable[[str], str] | None = None  # who runs the script: URL → "direct://", a proxy's URL, "" (nobody)

    @property
    def named(self) -> bool:
        """Whether any proxy is named; a list of exceptions (``no_proxy``) alone names none."""
        return any(self.proxies.get(scheme) for scheme in ("http", "https", "all", "socks"))


def system_settings() -> Settings:
    """As they are now. Cheap (well under a millisecond), and looks no name up."""
    proxies = urllib.request.getproxies()
    # With anything in the environment `proxy_bypass` reads no_proxy only. Without, it would look the host up on Windows
    # and macOS, for as long as that takes; so their exceptions are matched here, as names.
    if sys.platform == "linux" or urllib.request.getproxies_environment():
        return Settings(proxies, lambda host: bool(urllib.request.proxy_bypass(host)))
    exceptions = tuple(_exceptions()) if proxies else ()
    return Settings(proxies, lambda host: excepted(host, exceptions))


def excepted(host: str, exceptions: Iterable[str]) -> bool:
    """Whether ``host`` is one of ``exceptions``: names with ``*`` and ``?``, networks such as 10.1/16, ``<local>``."""
    name = host.lower()
    address = _address(name)
    for exception in exceptions:
        pattern = exception.strip().lower()
        if pattern == LOCAL:
            if "." not in name and address is None:
                return True
        elif address is not None and "/" in pattern:
            if _holds(pattern, address):
                return True
        elif fnmatchcase(name, pattern.replace("[", "[[]")):
            return True
    return False


def below(host: str, exceptions: Iterable[str]) -> bool:
    """The same by the rules of GNOME and KDE: a name with or without ``.`` or ``*.`` stands for all below it, too.

    As documented at GLib's g_simple_proxy_resolver_new; one with a port is about addresses that name it, as ours never
    do. ``*`` is everybody.
    """
    name = host.lower()
    address = _address(name)
    for exception in list(exceptions)[:MOST]:
        pattern = exception.strip().lower()
        if pattern in {LOCAL, "*"} or "/" in pattern:
            if excepted(name, [pattern]):
                return True
        elif address is not None:
            if _address(pattern.strip("[]")) == address:
                return True
        else:
            domain = pattern.removeprefix("*").removeprefix(".")
            if domain and (name == domain or name.endswith(f".{domain}")):
                return True
    return False


def proxy_url(host: str, port: int, user: str = "", scheme: str = "http") -> str:
    """A URL that is read back as just this; of what is no name, no address or no port one that nobody is reached by."""
    bare = host.strip().removeprefix("http://").rstrip("/")
    if not _HOST.fullmatch(bare) or not 0 < port <= _LARGEST_PORT:
        return f"{BAD}://"
    return f"{scheme}://{user}{f'[{bare}]' if ':' in bare and not bare.startswith('[') else bare}:{port}"


def config_home(env: Mapping[str, str]) -> Path:
    """Where the person's settings are: XDG_CONFIG_HOME, else .config at home."""
    named = env.get("XDG_CONFIG_HOME", "")
    return Path(named) if named.startswith("/") else Path(env.get("HOME", "/")) / ".config"


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _holds(network: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    base, _, bits = network.partition("/")
    if ":" not in base:
        base += ".0" * (3 - base.count("."))  # macOS writes 169.254/16
    try:
        return address in ipaddress.ip_network(f"{base}/{bits}", strict=False)
    except ValueError:
        return False


if sys.platform == "win32":
    _PLACE = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"

    def _exceptions() -> list[str]:
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _PLACE) as key:
                return str(winreg.QueryValueEx(key, "ProxyOverride")[0]).split(";")
        except OSError:  # there are none
            return []

elif sys.platform == "darwin":

    def _exceptions() -> list[str]:
        said = import_module("_scproxy")._get_proxy_settings()  # noqa: SLF001 - the one door that Python has to it
        return [str(e) for e in said.get("exceptions", ()) if e] + [LOCAL] * bool(said.get("exclude_simple"))

else:

    def _exceptions() -> list[str]:
        return []
