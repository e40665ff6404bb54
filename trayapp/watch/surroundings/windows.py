"""What Windows says of the moment. Not yet run on Windows: its logic is tested with a stand-in for the system's calls.

Whether the connection is metered only WinRT tells, which is out of reach without a package: never metered. The way by
IPv6 is not asked for: a network without IPv4 has no name.
"""

from __future__ import annotations

import ipaddress
import socket
import struct
import sys
from typing import TYPE_CHECKING, Final, Protocol

from trayapp.core.ports import Around
from trayapp.watch.surroundings.naming import FAR4, Namer, Way

if TYPE_CHECKING:
    from trayapp.core.ports import Clock

_ROUTE: Final = struct.Struct("<14I")  # MIB_IPFORWARDROW
_INDIRECT: Final = 4  # MIB_IPROUTE_TYPE_INDIRECT: by a gateway
_NEIGHBOUR: Final = struct.Struct("<II8sII")  # MIB_IPNETROW
_INVALID: Final = 2  # MIB_IPNET_TYPE_INVALID
_ON_BATTERY: Final = 0  # ACLineStatus of SYSTEM_POWER_STATUS; 1: plugged in, 255: unknown
_TABLE: Final = 1 << 18


class Calls(Protocol):
    """The system's functions; each raises OSError where it fails."""

    def ac_line(self) -> int:
        """ACLineStatus, by GetSystemPowerStatus."""

    def best_route(self, far: str) -> bytes | None:
        """The MIB_IPFORWARDROW of GetBestRoute; None: there is none."""

    def neighbours(self) -> bytes:
        """The MIB_IPNETTABLE of GetIpNetTable: the number of rows, then the rows."""

    def interface(self, index: int) -> str:
        """The interface's name, the same after a restart."""

    def machine(self) -> str:
        """MachineGuid of the registry."""


class WindowsSurroundings:
    """Reads ``Around`` by a few quick calls. For one thread."""

    def __init__(self, clock: Clock, calls: Calls | None = None) -> None:
        self._clock = clock
        self._calls = calls or own_calls()
        try:
            salt = self._calls.machine()
        except OSError:
            salt = ""  # only makes the names easier to guess at
        self._namer = Namer(salt)

    def look(self) -> Around:
        """As it is now."""
        try:
            way = self._way()
        except OSError:
            way = None
        return Around(self._namer.name(way, self._clock.now().mono), self._on_battery())

    def _on_battery(self) -> bool:
        try:
            return self._calls.ac_line() == _ON_BATTERY
        except OSError:
            return False

    def _way(self) -> Way | None:
        row = self._calls.best_route(FAR4)
        if row is None or len(row) < _ROUTE.size:
            return None
        _, _, _, hop, index, kind, *_ = _ROUTE.unpack_from(row)
        name = self._calls.interface(index)
        if kind != _INDIRECT:
            return Way(name, has_macs=False)
        gateway = str(ipaddress.IPv4Address(struct.pack("<I", hop)))
        mac = hardware(self._calls.neighbours(), hop, index)
        return Way(name, gateway, mac=mac or "", asking=mac == "")


def hardware(table: bytes, address: int, index: int) -> str | None:
    """The hardware address of a neighbour in a MIB_IPNETTABLE. "": not known yet; None: it is not in the table."""
    rows = struct.unpack_from("<I", table)[0] if len(table) >= 4 else 0
    whole = (len(table) - 4) // _NEIGHBOUR.size
    for number in range(min(rows, whole)):
        at, length, mac, whose, kind = _NEIGHBOUR.unpack_from(table, 4 + number * _NEIGHBOUR.size)
        if whose == address and at == index:
            known = kind != _INVALID and 0 < length <= len(mac) and any(mac[:length])
            return mac[:length].hex(":") if known else ""
    return None


if sys.platform == "win32":
    import ctypes
    import winreg
    from ctypes import wintypes

    class _Power(ctypes.Structure):
        """SYSTEM_POWER_STATUS."""

        _fields_ = [
            ("line", wintypes.BYTE),
            ("flag", wintypes.BYTE),
            ("percent", wintypes.BYTE),
            ("saver", wintypes.BYTE),
            ("seconds", wintypes.DWORD),
            ("seconds_full", wintypes.DWORD),
        ]

    class _Own:
        """`Calls` by ctypes."""

        def __init__(self) -> None:
            self._kernel = ctypes.WinDLL("kernel32", use_last_error=True)
            self._ip = ctypes.WinDLL("iphlpapi")

        def ac_line(self) -> int:
            status = _Power()
            if not self._kernel.GetSystemPowerStatus(ctypes.byref(status)):
                raise ctypes.WinError(ctypes.get_last_error())
            return int(status.line) & 0xFF

        def best_route(self, far: str) -> bytes | None:
            row = ctypes.create_string_buffer(_ROUTE.size)
            to = int.from_bytes(socket.inet_aton(far), "little")
            return row.raw if self._ip.GetBestRoute(wintypes.DWORD(to), wintypes.DWORD(0), row) == 0 else None

        def neighbours(self) -> bytes:
            table, size = ctypes.create_string_buffer(_TABLE), wintypes.ULONG(_TABLE)
            error = self._ip.GetIpNetTable(table, ctypes.byref(size), 0)
            return table.raw[: size.value] if error == 0 else b""

        def interface(self, index: int) -> str:
            return socket.if_indextoname(index)

        def machine(self) -> str:
            where = r"SOFTWARE\Microsoft\Cryptography"
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, where, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as key:
                return str(winreg.QueryValueEx(key, "MachineGuid")[0])

    def own_calls() -> Calls:
        """The system's functions. Raises OSError if this Windows has them not."""
        return _Own()

else:

    def own_calls() -> Calls:
        """Windows' alone."""
        raise OSError("no Windows here")
