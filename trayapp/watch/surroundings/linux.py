"""What Linux says of the moment."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from trayapp.core.ports import Around
from trayapp.watch.surroundings import kernel, metered, power, tables
from trayapp.watch.surroundings.aside import EVERY, Aside
from trayapp.watch.surroundings.naming import Namer, Way

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from trayapp.core.ports import Clock

    FirstHop: TypeAlias = Callable[[socket.AddressFamily], tuple[str, str] | None]

MACHINE_IDS: Final = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"), Path("/etc/hostname"))
"""The first that says something is the salt: machine-id(5) wants to be hashed, not shown."""

_NO_ARP: Final = 0x80  # IFF_NOARP of the interface's flags
_TABLE_LIMIT: Final = 1 << 18
_WORD_LIMIT: Final = 256


class LinuxSurroundings:
    """Reads ``Around``; two daemon threads a minute ask the battery and the system bus. For one thread.

    ``first_hop`` is `kernel.first_hop`; where it may not ask, the tables under ``proc`` are read.
    """

    def __init__(
        self,
        clock: Clock,
        env: Mapping[str, str],
        *,
        proc: Path = Path("/proc"),
        sysfs: Path = Path("/sys"),
        machine_ids: Iterable[Path] = MACHINE_IDS,
        first_hop: FirstHop = kernel.first_hop,
    ) -> None:
        self._clock = clock
        self._net = proc / "net"
        self._interfaces = sysfs / "class/net"
        self._first_hop = first_hop
        self._namer = Namer(_salt(machine_ids))
        bus, supplies = metered.bus_address(env), sysfs / "class/power_supply"
        self._bus = bus
        self._battery = Aside("battery", lambda: power.on_battery(supplies), first=False, every=EVERY)
        self._metered = Aside("metered", lambda: metered.metered(bus), first=False, every=EVERY)

    def look(self) -> Around:
        """As it is now; ``frugal`` as it was within the last minute, and false until the first answer."""
        now = self._clock.now().mono
        network = self._namer.name(self._way(), now)
        spare = self._battery.answer(now)
        if metered.is_there(self._bus):
            spare |= self._metered.answer(now)
        return Around(network, spare)

    def _way(self) -> Way | None:
        """The way by IPv4; by IPv6 where there is no other, whose gateways' hardware addresses are not looked up."""
        hop = self._hop(socket.AF_INET)
        if hop is None:
            other = self._hop(socket.AF_INET6)
            return Way(*other, has_macs=False) if other else None
        interface, gateway = hop
        if not gateway:
            routes = tables.routes4(_text(self._net / "route", _TABLE_LIMIT))
            return Way(interface, prefix=tables.own_prefix(routes, interface), has_macs=False)
        if ":" in gateway or not self._has_arp(interface):
            return Way(interface, gateway, has_macs=False)
        mac = tables.hardware(_text(self._net / "arp", _TABLE_LIMIT), gateway, interface)
        return Way(interface, gateway, mac=mac or "", asking=mac == "")

    def _hop(self, family: socket.AddressFamily) -> tuple[str, str] | None:
        try:
            hop = self._first_hop(family)
        except OSError:  # a sandbox without rtnetlink, or the interface went away just now
            if family == socket.AF_INET:
                route = tables.to_far4(tables.routes4(_text(self._net / "route", _TABLE_LIMIT)))
            else:
                route = tables.to_far6(tables.routes6(_text(self._net / "ipv6_route", _TABLE_LIMIT)))
            hop = (route.interface, route.gateway) if route else None
        return hop if hop and tables.usable(hop[0]) else None

    def _has_arp(self, interface: str) -> bool:
        """Whether neighbours on it have hardware addresses; taken for granted where the flags cannot be read."""
        flags = _text(self._interfaces / interface / "flags", _WORD_LIMIT).strip()
        return not (re.fullmatch(r"0x[0-9a-f]{1,8}", flags, re.ASCII) and int(flags, 16) & _NO_ARP)


def _salt(files: Iterable[Path]) -> str:
    """The machine's own id; "" where none of the files says one, which only makes the names easier to guess at."""
    said = (_text(file, _WORD_LIMIT).strip() for file in files)
    return next((text for text in said if text and text != "uninitialized"), "")


def _text(file: Path, limit: int) -> str:
    """The beginning of a file; "" if it cannot be read."""
    try:
        with file.open("rb") as source:
            return source.read(limit).decode("utf-8", "surrogateescape")
    except OSError:
        return ""
