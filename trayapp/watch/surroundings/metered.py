"""Whether the connection is metered, as NetworkManager says on the system bus. Knows nothing where there is neither.

The property ``Metered`` of org.freedesktop.NetworkManager is an NMMetered: 0 unknown, 1 yes, 2 no, 3 yes as a guess,
4 no as a guess.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import jeepney as _jeepney  # jeepney ships no types
from jeepney.bus import get_connectable_addresses as _addresses  # as above
from jeepney.io.blocking import prep_socket as _authenticated  # as above

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENCE: Final = 2.0
"""Seconds for the whole conversation."""

_USUAL: Final = "unix:path=/var/run/dbus/system_bus_socket"
_LARGEST: Final = 1 << 16
_METERED: Final = {1, 3}

_BUS = _jeepney.DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
_MANAGER = _jeepney.DBusAddress(
    "/org/freedesktop/NetworkManager", "org.freedesktop.NetworkManager", "org.freedesktop.DBus.Properties"
)
_PROPERTY: Final = ("org.freedesktop.NetworkManager", "Metered")


def bus_address(env: Mapping[str, str]) -> str:
    """Where the system bus listens: a path, or a name that begins with a zero byte; "" if nowhere we can go."""
    try:
        return str(next(iter(_addresses(env.get("DBUS_SYSTEM_BUS_ADDRESS") or _USUAL)), ""))
    except (ValueError, RuntimeError):
        return ""


def is_there(address: str) -> bool:
    """Whether somebody may listen there. Quick."""
    try:
        return address.startswith("\0") or (bool(address) and Path(address).exists())
    except (OSError, ValueError):
        return False


def metered(address: str, patience: float = PATIENCE) -> bool:
    """Ask; blocks for at most ``patience`` seconds. No NetworkManager, or one that refuses: not metered.

    Raises OSError (TimeoutError among them) if the bus does not answer, and whatever jeepney raises over one that talks
    nonsense.
    """
    deadline = time.monotonic() + patience
    hello = _jeepney.new_method_call(_BUS, "Hello")
    get = _jeepney.new_method_call(_MANAGER, "Get", "ss", _PROPERTY)
    get.header.flags = _jeepney.MessageFlag.no_auto_start  # who only asks starts nothing
    wire = _authenticated(address, timeout=patience)
    with wire:
        wire.settimeout(_left(deadline))
        wire.sendall(hello.serialise(serial=1) + get.serialise(serial=2))
        parser, read = _jeepney.Parser(), 0
        while read < _LARGEST:
            wire.settimeout(_left(deadline))
            data = wire.recv(4096)
            if not data:
                raise ConnectionError("the bus hung up")
            read += len(data)
            for message in parser.feed(data):
                if message.header.fields.get(_jeepney.HeaderFields.reply_serial) == 2:
                    return _says_so(message)
    raise ConnectionError("the bus talks of other things only")


def _says_so(reply: _jeepney.Message) -> bool:
    match reply.body:
        case (("u", int(value)),):
            return value in _METERED
    return False  # an error, as a rule: nobody of that name


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the bus does not answer")
    return left
