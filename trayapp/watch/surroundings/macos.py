"""What macOS says of the moment, by its own commands. Not yet run on macOS: tested with stand-ins for the commands.

All of them are asked beside the caller. The way out is asked for twice a minute, and at once when this computer's own
address towards the world has changed, which is cheap to see; the battery once a minute. Whether the connection is
metered no command tells: never metered.
"""

from __future__ import annotations

import re
import socket
import subprocess
from typing import TYPE_CHECKING, Final

from trayapp.core.model import SECOND
from trayapp.core.ports import Around
from trayapp.watch.surroundings.aside import EVERY, Aside
from trayapp.watch.surroundings.naming import FAR4, FAR6, Namer, Way
from trayapp.watch.surroundings.tables import usable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trayapp.core.ports import Clock

_PATIENCE: Final = 5.0  # seconds a command
_LARGEST: Final = 1 << 16
_ENV: Final = {"LC_ALL": "C"}

_FIELD = re.compile(r"^[ \t]*(gateway|interface):[ \t]*(\S{1,60})[ \t]*$", re.MULTILINE | re.ASCII)
_MAC = re.compile(r" at ((?:[0-9a-f]{1,2}:){5}[0-9a-f]{1,2}) ", re.ASCII)
_ADDRESS = re.compile(r"[0-9a-f.:]+(?:%\w+)?", re.ASCII)
_MACHINE = re.compile(r'"IOPlatformUUID" = "([0-9A-Fa-f-]{36})"', re.ASCII)


def run(command: Sequence[str]) -> str:
    """What a command of the system prints; "" if it fails. Raises OSError, subprocess.TimeoutExpired."""
    done = subprocess.run(  # noqa: S603 - fixed commands of the system, no shell
        command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, env=_ENV, check=False
    )
    return done.stdout[:_LARGEST].decode("utf-8", "replace") if done.returncode == 0 else ""


def own_address() -> str:
    """This computer's address towards the world; "" without a way. Nothing is sent."""
    for family, far in ((socket.AF_INET, FAR4), (socket.AF_INET6, FAR6)):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as wire:
                wire.connect((far, 9))
                return str(wire.getsockname()[0])
        except OSError:
            continue
    return ""


class MacSurroundings:
    """Reads ``Around``. For one thread."""

    def __init__(
        self, clock: Clock, run: Callable[[Sequence[str]], str] = run, own: Callable[[], str] = own_address
    ) -> None:
        self._clock = clock
        self._run = run
        self._own = own
        self._salt: str | None = None
        self._namer: Namer | None = None
        self._from = ""
        self._route = self._new_route()
        self._battery = Aside("battery", self._on_battery, first=False, every=EVERY)

    def look(self) -> Around:
        """As it was at the last asking."""
        now = self._clock.now().mono
        own = self._own()
        if not own:
            self._route = self._new_route()  # what was known of the way no longer holds
        elif own != self._from:
            self._route.hurry()  # another network, or only another address of ours
        self._from = own
        way = self._route.answer(now) if own else None
        if self._namer is None and self._salt is not None:
            self._namer = Namer(self._salt)
        return Around(self._namer.name(way, now) if self._namer else "", self._battery.answer(now))

    def _new_route(self) -> Aside[Way | None]:
        return Aside("route", self._way, None, every=30 * SECOND)

    def _on_battery(self) -> bool:
        return "'Battery Power'" in self._run(["/usr/bin/pmset", "-g", "batt"])

    def _way(self) -> Way | None:
        if self._salt is None:
            found = _MACHINE.search(self._run(["/usr/sbin/ioreg", "-rd1", "-c", "IOPlatformExpertDevice"]))
            self._salt = found[1] if found else ""  # without it the names are only easier to guess at
        for family, far in (("-inet", FAR4), ("-inet6", FAR6)):
            said = dict(_FIELD.findall(self._run(["/sbin/route", "-n", "get", family, far])))
            interface = said.get("interface", "lo0")
            if usable(interface) and interface != "lo0":
                return self._by(interface, said.get("gateway", ""))
        return None

    def _by(self, interface: str, gateway: str) -> Way:
        if not _ADDRESS.fullmatch(gateway):  # "link#12": none
            return Way(interface, has_macs=False)
        if ":" in gateway or not interface.startswith(("en", "bridge")):  # not utun, ipsec, ppp
            return Way(interface, gateway, has_macs=False)
        said = self._run(["/usr/sbin/arp", "-n", gateway])
        mac = _MAC.search(said)
        return Way(interface, gateway, mac=mac[1] if mac else "", asking="(incomplete)" in said)
