"""From the way out of this computer to an opaque name of the network it is on.

A gateway's address alone names nothing: 192.168.1.1 is everybody's home. Its hardware address does, and it is the same
by cable, by Wi-Fi and behind every access point of one network. But the system knows it only after something was sent,
and forgets it again. So the rule is:

- No way out, no name.
- The gateway's hardware address is known: the name is made of both, and stays while the way is the same, whether the
  system still knows the address or not.
- Not known yet: no name while the system is asking for it. If for ``PATIENCE`` the system does not even ask, the name
  is made of the interface and the gateway, and stays so while the way is the same, also if the address turns up.
- Another hardware address behind the same way is another network (carried there asleep) or another router: another
  name. Going back to one that was left within ``RETURN`` is not believed: two devices that share the address would
  otherwise make a change of network every minute.
- Where gateways have no hardware addresses (tunnels, mobile modems): the interface with its gateway, or without one,
  with its own prefix.

What this costs: a new router is a new network; two networks seen through one modem, or through tunnels of one name and
prefix, are one; a telephone that makes itself a new address each time it shares its connection is new each time.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from trayapp.core.model import MINUTE

if TYPE_CHECKING:
    from trayapp.core.model import Millis

PATIENCE: Final[Millis] = MINUTE
RETURN: Final[Millis] = 10 * MINUTE
_SEEN_LIMIT: Final = 16

FAR4: Final = "223.255.255.1"
FAR6: Final = "3ffe::1"
"""Addresses that stand for everything far away: the way to them is asked of the system, nothing is ever sent to them.

Not "the default route": a tunnel takes the traffic over by halves (0.0.0.0/1 and 128.0.0.0/1), by lists of everything
but private ranges, or by a table of its own, and leaves the default route as it was. These two are in none of the
ranges with a meaning of their own.
"""


@dataclass(frozen=True, slots=True)
class Way:
    """How what is sent far away leaves this computer, as the system says right now."""

    interface: str
    gateway: str = ""  # its address; "": none, as on most tunnels
    prefix: str = ""  # the interface's own, where there is no gateway
    has_macs: bool = True  # gateways on this interface have hardware addresses
    mac: str = ""  # the gateway's; "": the system does not know it at this moment
    asking: bool = False  # the system has asked for it and has no answer yet


class Namer:
    """Gives names; remembers what it needs to give the same one again. For one thread."""

    def __init__(self, salt: str) -> None:
        self._salt = salt
        self._on = ("", "")  # the interface and gateway of the last look
        self._since: Millis = 0  # of that way, or the last time the system was seen asking
        self._mac = ""
        self._bare = False  # the name goes without the hardware address
        self._seen: dict[str, Millis] = {}  # hardware addresses that were believed, and until when

    def name(self, way: Way | None, now: Millis) -> str:
        """Sixteen hexadecimal digits, or "": no network, or not yet known which. ``now`` is the steady time."""
        on = (way.interface, way.gateway) if way else ("", "")
        if on != self._on:
            self._on, self._since, self._mac, self._bare, self._seen = on, now, "", False, {}
        if way is None:
            return ""
        if not way.has_macs or not way.gateway:
            return self._hash("way", way.interface, way.gateway or way.prefix)
        if way.mac:
            self._note(way.mac, now)
        if self._mac and not self._bare:
            return self._hash("gateway", way.gateway, self._mac)
        if way.asking:
            self._since = now
        if not self._bare and now - self._since < PATIENCE:
            return ""
        self._bare = True
        return self._hash("way", way.interface, way.gateway)

    def _note(self, mac: str, now: Millis) -> None:
        """The gateway has this hardware address now."""
        if mac != self._mac and mac in self._seen and now - self._seen[mac] < RETURN:
            return
        if self._mac and mac != self._mac:
            self._bare = False
        if len(self._seen) >= _SEEN_LIMIT:
            self._seen = {}
        self._mac = mac
        self._seen[mac] = now

    def _hash(self, *parts: str) -> str:
        text = "\0".join(("fanal", "network", self._salt, *parts))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
