"""By which proxy a host is asked, if by any.

An HTTP proxy is asked to tunnel (``tunnel.py``) for whatever is secured or is no HTTP, and is handed a plain HTTP
request in absolute form. A proxy that must itself be reached over TLS (``https://``) or that speaks SOCKS cannot be
used here: what would have to go by it cannot be asked.
"""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import unquote, urlsplit

from trayapp.core.model import Failure
from trayapp.watch.proxy_desktop import System

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.watch.proxy_settings import Settings

FRESH_S = 30.0
"""How long the settings are taken for unchanged. A person may switch them while Fanal runs."""

VIA = "proxy"
"""The word in ``Answer.via``."""

DIRECT = "direct://"
"""How GLib and the portal write that there is no proxy in between."""

_PORT = 80


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy. ``authorization``: the value of Proxy-Authorization, or ""."""

    host: str
    port: int
    authorization: str = field(default="", repr=False)  # a password: no log may have it
    tunnel: bool = True  # ask it to CONNECT; else hand it the request


Way: TypeAlias = "Proxy | Failure | None"
"""How to reach a host: by a proxy, not at all (NOT_ASKABLE), or directly."""


class Proxies:
    """The proxies of the system. Safe to use from many threads."""

    def __init__(
        self, settings: Callable[[], Settings] | None = None, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings or System()
        self._steady = steady
        self._read: tuple[float, Settings] | None = None

    def way(self, host: str, *, tunnel: bool = True) -> Way:
        """How to reach ``host``; ``tunnel`` false: with a plain HTTP request."""
        settings = self._fresh()
        wanted = "https" if tunnel else "http"
        url = settings.proxies.get(wanted) or settings.proxies.get("all")
        socks = settings.proxies.get("socks")
        if settings.script:
            return _by_script(settings, host, tunnel=tunnel)
        if not (url or socks) or settings.exempt(host):
            return None
        return parsed(url, tunnel=tunnel) if url else Failure.NOT_ASKABLE

    def _fresh(self) -> Settings:
        now = self._steady()
        read = self._read
        if read is None or now - read[0] >= FRESH_S:
            read = self._read = now, self._settings()
        return read[1]


def _by_script(settings: Settings, host: str, *, tunnel: bool) -> Way:
    """Only who runs the script knows the way; and only the first that it names counts, for nobody tries the others."""
    scheme = "https" if tunnel else "http"
    said = settings.lookup(f"{scheme}://{f'[{host}]' if ':' in host else host}/") if settings.lookup else ""
    if said == DIRECT:
        return None
    return parsed(said, tunnel=tunnel) if said else Failure.NOT_ASKABLE


def parsed(url: str, *, tunnel: bool) -> Proxy | Failure:
    """The proxy of ``url``, which may lack its ``http://``; NOT_ASKABLE for any other kind, or for no URL at all."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host, port = parts.hostname, parts.port
    except ValueError:
        return Failure.NOT_ASKABLE
    if parts.scheme != "http" or not host or port == 0:
        return Failure.NOT_ASKABLE
    return Proxy(host, port or _PORT, _basic(parts.username, parts.password), tunnel)


def _basic(user: str | None, password: str | None) -> str:
    """RFC 7617."""
    if user is None:
        return ""
    pair = f"{unquote(user)}:{unquote(password or '')}"
    return f"Basic {base64.b64encode(pair.encode('utf-8', 'replace')).decode('ascii')}"
