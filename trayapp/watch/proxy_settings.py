"""What the system says of proxies: the environment, else (Windows, macOS) the system's own settings.

As ``urllib`` reads them: ``http_proxy``, ``https_proxy``, ``all_proxy`` and ``no_proxy``; where none of these is set,
the registry or SystemConfiguration. Not read: a proxy script (PAC, WPAD), which would have to be run, and the settings
of GNOME and KDE, which need libraries of their own.
"""

from __future__ import annotations

import ipaddress
import sys
import urllib.request
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if sys.platform == "win32":
    import winreg
elif sys.platform == "darwin":
    from importlib import import_module

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

LOCAL = "<local>"
"""The exception that stands for every name without a dot; Windows writes it so."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``proxies``: scheme ("http", "https", "all", "socks") → URL of the proxy. ``exempt``: hosts asked directly."""

    proxies: Mapping[str, str]
    exempt: Callable[[str], bool]


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
