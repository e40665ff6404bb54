"""Linux's tables of routes and neighbours, as text (proc_net(5)): pure readers that pass over what they cannot read.

The files under /proc show the main table only; `kernel` knows all of them and is asked first. These serve where it may
not be asked.
"""

from __future__ import annotations

import ipaddress
import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from trayapp.watch.surroundings.naming import FAR4, FAR6

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_UP, _HAS_GATEWAY, _REJECT = 0x1, 0x2, 0x200
_COMPLETE = 0x2
_PREFIXES: Final = range(8, 25)
"""How long an interface's own prefix may be to tell a network; a longer one is an address of ours, new each time."""

_HEX4 = re.compile(r"[0-9A-Fa-f]{8}", re.ASCII)
_HEX6 = re.compile(r"[0-9A-Fa-f]{32}", re.ASCII)
_HEX = re.compile(r"(?:0x)?([0-9A-Fa-f]{1,8})", re.ASCII)
_DECIMAL = re.compile(r"[0-9]{1,10}", re.ASCII)
_MAC = re.compile(r"(?:[0-9a-f]{2}:){5,19}[0-9a-f]{2}", re.ASCII)
_INTERFACE = re.compile(r"[^/\s\0]{1,15}")


@dataclass(frozen=True, slots=True)
class Route:
    """A route that can be used. ``network`` as a number of 32 or 128 bits, of which ``length`` count."""

    interface: str
    network: int
    length: int
    gateway: str
    metric: int


def routes4(text: str) -> list[Route]:
    """What stands in /proc/net/route: interface, destination, gateway, flags, two others, metric, mask and more."""
    return list(_routes4(text))


def routes6(text: str) -> list[Route]:
    """What stands in /proc/net/ipv6_route: destination, source, gateway, metric, two others, flags, interface."""
    return list(_routes6(text))


def to_far4(routes: Iterable[Route]) -> Route | None:
    """The one a packet to a far address takes: the longest prefix that holds it, then the lowest metric."""
    return _best(routes, int(ipaddress.IPv4Address(FAR4)), 32)


def to_far6(routes: Iterable[Route]) -> Route | None:
    """The same for IPv6."""
    return _best(routes, int(ipaddress.IPv6Address(FAR6)), 128)


def own_prefix(routes: Iterable[Route], interface: str) -> str:
    """The interface's own IPv4 prefix, as "10.8.0.0/24"; "" if it has none that tells a network."""
    own = [r for r in routes if r.interface == interface and not r.gateway and r.length in _PREFIXES]
    if not own:
        return ""
    longest = min(own, key=lambda r: (-r.length, r.network))
    return f"{ipaddress.IPv4Address(longest.network)}/{longest.length}"


def hardware(text: str, address: str, interface: str) -> str | None:
    """The hardware address of a neighbour by /proc/net/arp. "": asked for and not known yet; None: not in the table."""
    for line in text.splitlines():
        if not line.startswith(address):
            continue
        match line.split():
            case [found, _, flags, mac, _, device] if found == address and device == interface:
                known = (_hex(flags) or 0) & _COMPLETE and _MAC.fullmatch(mac) and mac.strip("0:")
                return mac if known else ""
    return None


def usable(interface: str) -> bool:
    """Whether this can be the name of an interface that leads somewhere; such a name is also safe as part of a path."""
    return _INTERFACE.fullmatch(interface) is not None and interface not in {"lo", "*", ".", ".."}


def _best(routes: Iterable[Route], far: int, bits: int) -> Route | None:
    fits = [r for r in routes if (r.network ^ far) >> (bits - r.length) == 0]
    return min(fits, key=lambda r: (-r.length, r.metric), default=None)


def _routes4(text: str) -> Iterator[Route]:
    for line in text.splitlines():
        match line.split():
            case [interface, to, gateway, flags, _, _, metric, mask, *_]:
                length = _length(mask)
                if _leads(interface, flags) and _HEX4.fullmatch(to) and length is not None:
                    number, by = _native(to), _gateway4(gateway, flags)
                    if by is not None and _DECIMAL.fullmatch(metric):
                        yield Route(interface, number, length, by, int(metric))


def _routes6(text: str) -> Iterator[Route]:
    for line in text.splitlines():
        match line.split():
            case [to, length, _, _, gateway, metric, _, _, flags, interface]:
                bits, rank = _hex(length), _hex(metric)
                if not (_leads(interface, flags) and _HEX6.fullmatch(to) and _HEX6.fullmatch(gateway)):
                    continue
                if bits is not None and bits <= 128 and rank is not None:
                    by = str(ipaddress.IPv6Address(int(gateway, 16))) if (_hex(flags) or 0) & _HAS_GATEWAY else ""
                    yield Route(interface, int(to, 16), bits, by, rank)


def _leads(interface: str, flags: str) -> bool:
    bits = _hex(flags) or 0
    return bool(bits & _UP) and not bits & _REJECT and usable(interface)


def _gateway4(text: str, flags: str) -> str | None:
    if not _HEX4.fullmatch(text):
        return None
    return str(ipaddress.IPv4Address(_native(text))) if (_hex(flags) or 0) & _HAS_GATEWAY else ""


def _length(mask: str) -> int | None:
    """The ones of a mask; None if they are not all in front."""
    if not _HEX4.fullmatch(mask):
        return None
    number = _native(mask)
    ones = number.bit_count()
    return ones if number == ((1 << ones) - 1) << (32 - ones) else None


def _native(text: str) -> int:
    """The kernel prints the four bytes of an address as one number of this machine."""
    return int.from_bytes(struct.pack("=I", int(text, 16)), "big")


def _hex(text: str) -> int | None:
    found = _HEX.fullmatch(text)
    return int(found[1], 16) if found else None
