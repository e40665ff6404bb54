"""What a proxy script says of one address, asked of the desktop: the portal org.freedesktop.portal.ProxyResolver.

The desktop runs the script (GNOME and KDE alike), Fanal never does. The bus starts the portal if it does not run yet;
where there is none, nobody is known who could tell.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PATIENCE_S: Final = 2.0
FRESH_S: Final = 300.0
"""How long an answer holds. A portal that gave none is left alone for a fifth of that: it would hold up every check."""

_LARGEST: Final = 1 << 16
_MOST: Final = 1000  # addresses that are remembered
_NAME: Final = "org.freedesktop.portal.Desktop"

_log = logging.getLogger(__name__)


class Portal:
    """Safe to use from many threads; each address is asked about by one at a time."""

    def __init__(
        self,
        env: Mapping[str, str],
        steady: Callable[[], float] = time.monotonic,
        ask: Callable[[Mapping[str, str], str], str] | None = None,
    ) -> None:
        self._env, self._steady, self._ask = env, steady, ask or _ask
        self._known: dict[str, tuple[float, str]] = {}  # until when, and what
        self._silent_until: float | None = None
        self._lock = threading.Lock()

    def way(self, url: str) -> str:
        """The first way that the script names: a proxy's URL, or "direct://"; "" where nobody can tell."""
        with self._lock:
            now = self._steady()
            known = self._known.get(url)
            if known is not None and now < known[0]:
                return known[1]
            if self._silent_until is not None and now < self._silent_until:
                return ""
            try:
                said = self._ask(self._env, url)
            except Exception as error:  # noqa: BLE001 - jeepney raises anything over a bus that talks nonsense
                _log.info("The desktop does not tell by which proxy to go: %s", error)
                self._silent_until = self._steady() + FRESH_S / 5
                return ""
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[url] = now + FRESH_S, said
            return said


def _ask(env: Mapping[str, str], url: str) -> str:
    """Blocks for at most PATIENCE_S. Raises OSError, and whatever jeepney does."""
    import jeepney  # type: ignore[import-untyped,unused-ignore] # noqa: PLC0415 - few desktops have a script
    from jeepney.bus import get_connectable_addresses  # noqa: PLC0415 - as above
    from jeepney.io.blocking import prep_socket  # noqa: PLC0415 - as above

    deadline = time.monotonic() + PATIENCE_S
    named = env.get("DBUS_SESSION_BUS_ADDRESS") or f"unix:path={env.get('XDG_RUNTIME_DIR', '')}/bus"
    address = next(iter(get_connectable_addresses(named)))
    bus = jeepney.DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
    portal = jeepney.DBusAddress("/org/freedesktop/portal/desktop", _NAME, "org.freedesktop.portal.ProxyResolver")
    lookup = jeepney.new_method_call(portal, "Lookup", "s", (url,))
    with prep_socket(address, timeout=PATIENCE_S) as wire:
        hello = jeepney.new_method_call(bus, "Hello").serialise(serial=1)
        wire.settimeout(_left(deadline))
        wire.sendall(hello + lookup.serialise(serial=2))
        parser, read = jeepney.Parser(), 0
        while read < _LARGEST:
            wire.settimeout(_left(deadline))
            data = wire.recv(4096)
            if not data:
                break
            read += len(data)
            for message in parser.feed(data):
                if message.header.fields.get(jeepney.HeaderFields.reply_serial) == 2:
                    return _first(message.body)
    raise ConnectionError("the bus talks of other things only")


def _first(body: object) -> str:
    match body:
        case ([str(way), *_],):
            return way
        case ([],):
            return ""
    raise ConnectionError("no portal tells it")  # an error, as a rule: nobody of that name


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the bus does not answer")
    return left
