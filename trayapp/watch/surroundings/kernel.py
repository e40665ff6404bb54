"""Asks Linux which way a packet would take: one question over rtnetlink(7), answered at once, nothing sent anywhere.

Unlike the files under /proc it follows the rules and tables of their own by which most tunnels take the traffic over.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
import struct
import sys
from dataclasses import dataclass
from typing import Final

from trayapp.watch.surroundings.naming import FAR4, FAR6

_ERROR, _NEW_ROUTE, _GET_ROUTE, _REQUEST = 2, 24, 26, 1
_UNICAST = 1
_TO, _OUT, _GATEWAY, _VIA = 1, 4, 5, 18  # RTA_DST, RTA_OIF, RTA_GATEWAY, RTA_VIA
_HEAD = struct.Struct("=IHHII")
_ROUTE = struct.Struct("=8BI")
_ATTRIBUTE = struct.Struct("=HH")
_NO_WAY: Final = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EACCES}
"""What the kernel says where there is no route, or one that forbids."""

_LARGEST = 8192


@dataclass(frozen=True, slots=True)
class Hop:
    """The first step of the way: the interface's number, and the gateway's address or ""."""

    interface: int
    gateway: str


def question(far: str) -> bytes:
    """RTM_GETROUTE for the address ``far``."""
    address = ipaddress.ip_address(far)
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    body = _ROUTE.pack(family, address.max_prefixlen, 0, 0, 0, 0, 0, 0, 0)
    body += _ATTRIBUTE.pack(_ATTRIBUTE.size + len(address.packed), _TO) + address.packed
    return _HEAD.pack(_HEAD.size + len(body), _GET_ROUTE, _REQUEST, 1, 0) + body


def read(reply: bytes) -> Hop | None:
    """What the kernel answered; None: there is no way. Raises OSError if that is not an answer to the question."""
    try:
        size, kind, *_ = _HEAD.unpack_from(reply)
        if kind == _ERROR:
            code = -struct.unpack_from("=i", reply, _HEAD.size)[0]
            if code in _NO_WAY:
                return None
            raise OSError(code, "the kernel does not say which way")
        if kind != _NEW_ROUTE:
            raise OSError(errno.EPROTO, "the kernel speaks of something else")
        route = _ROUTE.unpack_from(reply, _HEAD.size)
        attributes = _attributes(reply[_HEAD.size + _ROUTE.size : size])
        number = struct.unpack("=I", attributes[_OUT])[0] if _OUT in attributes else 0
        gateway = attributes.get(_GATEWAY) or attributes.get(_VIA, b"")[2:]  # the latter: of the other family
        if route[7] != _UNICAST or not number:
            return None
        return Hop(number, str(ipaddress.ip_address(gateway)) if gateway else "")
    except (struct.error, ValueError) as error:
        raise OSError(errno.EPROTO, f"the kernel's answer cannot be read: {error}") from error


def _attributes(data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    while len(data) >= _ATTRIBUTE.size:
        size, kind = _ATTRIBUTE.unpack_from(data)
        if size < _ATTRIBUTE.size:
            break
        found[kind] = data[_ATTRIBUTE.size : size]
        data = data[(size + 3) & ~3 :]
    return found


if sys.platform == "linux":

    def first_hop(family: socket.AddressFamily) -> tuple[str, str] | None:
        """Interface and gateway ("": none) of the way to far away; None: no way. Raises OSError: it cannot be asked."""
        far = FAR4 if family == socket.AF_INET else FAR6
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, socket.NETLINK_ROUTE) as wire:
            wire.send(question(far))
            hop = read(wire.recv(_LARGEST, socket.MSG_DONTWAIT))  # it lies there already when send returns
        return (socket.if_indextoname(hop.interface), hop.gateway) if hop else None

else:

    def first_hop(family: socket.AddressFamily) -> tuple[str, str] | None:
        """Linux's alone."""
        raise OSError(errno.ENOSYS, f"no rtnetlink here for {family!r}")
