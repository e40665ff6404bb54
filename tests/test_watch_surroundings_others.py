"""Windows and macOS: the logic on stand-ins for the system's calls and commands, which do not exist here."""

from __future__ import annotations

import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import TypeVar

import pytest
from desktop_rig import until
from hypothesis import given
from hypothesis import strategies as st
from test_watch_surroundings import Hand

from trayapp.core.ports import Around
from trayapp.watch.surroundings import macos
from trayapp.watch.surroundings.aside import EVERY
from trayapp.watch.surroundings.macos import MacSurroundings
from trayapp.watch.surroundings.windows import WindowsSurroundings, hardware

T = TypeVar("T")

GATEWAY = int.from_bytes(socket.inet_aton("192.168.1.1"), "little")  # a DWORD in network order, as Windows has it
MAC = bytes.fromhex("02000000000a0000")


def row(hop: int = GATEWAY, index: int = 7, kind: int = 4) -> bytes:
    return struct.pack("<14I", 0, 0, 0, hop, index, kind, 3, 0, 0, 25, 0, 0, 0, 0)


def table(*rows: tuple[int, int, bytes, int, int]) -> bytes:
    return struct.pack("<I", len(rows)) + b"".join(struct.pack("<II8sII", *one) for one in rows)


class Windows:
    """Answers as the system's functions do."""

    def __init__(self) -> None:
        self.line = 1
        self.route: bytes | None = row()
        self.arp = table((7, 6, MAC, GATEWAY, 3))
        self.broken = False

    def ac_line(self) -> int:
        return self._or_not(self.line)

    def best_route(self, far: str) -> bytes | None:
        assert far == "223.255.255.1"
        return self._or_not(self.route)

    def neighbours(self) -> bytes:
        return self._or_not(self.arp)

    def interface(self, index: int) -> str:
        return self._or_not(f"ethernet_{index}")

    def machine(self) -> str:
        return self._or_not("guid")

    def _or_not(self, value: T) -> T:
        if self.broken:
            raise OSError("refused")
        return value


@pytest.mark.parametrize(("line", "expected"), [(0, True), (1, False), (255, False)])
def test_windows_on_battery(line: int, *, expected: bool) -> None:
    calls = Windows()
    calls.line = line
    assert WindowsSurroundings(Hand(), calls).look().frugal is expected


def test_windows_names_its_networks() -> None:
    calls = Windows()
    around = WindowsSurroundings(Hand(), calls)
    home = around.look().network
    assert len(home) == 16
    calls.arp = table()
    assert around.look().network == home
    calls.route = row(kind=3)
    tunnel = around.look().network
    calls.route = None
    assert around.look().network == ""
    calls.route, calls.arp = row(), table((7, 6, bytes([2, 0, 0, 0, 0, 11, 0, 0]), GATEWAY, 3))
    assert len({home, tunnel, around.look().network, ""}) == 4


def test_windows_that_refuses_everything_is_not_known() -> None:
    calls = Windows()
    calls.broken = True
    assert WindowsSurroundings(Hand(), calls).look() == Around()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(7, 6, MAC, GATEWAY, 3)], "02:00:00:00:00:0a"),
        ([(8, 6, MAC, GATEWAY, 3), (7, 6, MAC, GATEWAY + 1, 3)], None),
        ([(7, 6, MAC, GATEWAY, 2)], ""),
        ([(7, 0, MAC, GATEWAY, 3)], ""),
        ([(7, 99, MAC, GATEWAY, 3)], ""),
        ([(7, 6, bytes(8), GATEWAY, 3)], ""),
    ],
)
def test_windows_neighbours(rows: list[tuple[int, int, bytes, int, int]], expected: str | None) -> None:
    assert hardware(table(*rows), GATEWAY, 7) == expected


@given(st.binary(max_size=100), st.integers(0, 2**32 - 1))
def test_no_windows_table_trips_the_reader(data: bytes, rows: int) -> None:
    hardware(data, GATEWAY, 7)
    assert hardware(struct.pack("<I", rows) + data[:23], GATEWAY, 7) is None


ROUTE = """   route to: 223.255.255.1
destination: default
       mask: default
    gateway: 192.168.1.1
  interface: en0
      flags: <UP,GATEWAY,DONE,STATIC,PRCLONING,GLOBAL>
 recvpipe  sendpipe  ssthresh  rtt,msec    rttvar  hopcount      mtu     expire
       0         0         0         0         0         0      1500         0
"""
UTUN = ROUTE.replace("192.168.1.1", "link#17").replace("en0", "utun4")
ARP = "? (192.168.1.1) at 2:0:0:0:0:a on en0 ifscope [ethernet]\n"
BATTERY = (
    "Now drawing from 'Battery Power'\n -InternalBattery-0 (id=1)\t83%; discharging; 4:12 remaining present: true\n"
)
PLUGGED = "Now drawing from 'AC Power'\n -InternalBattery-0 (id=1)\t100%; charged; 0:00 remaining present: true\n"


class Mac:
    """Prints what the commands print."""

    def __init__(self) -> None:
        self.says = {
            "pmset": PLUGGED,
            "route -inet": ROUTE,
            "route -inet6": "",
            "arp": ARP,
            "ioreg": '    "IOPlatformUUID" = "00000000-1111-2222-3333-444444444444"\n',
        }
        self.own = "192.168.1.50"
        self.asked: list[str] = []
        self.answers = threading.Event()
        self.answers.set()

    def run(self, command: Sequence[str]) -> str:
        assert command[0].startswith(("/usr/", "/sbin/"))
        name = command[0].rsplit("/", 1)[1]
        key = f"{name} {command[3]}" if name == "route" else name
        self.asked.append(key)
        assert self.answers.wait(20)
        return self.says[key]

    def surroundings(self, clock: Hand) -> MacSurroundings:
        return MacSurroundings(clock, self.run, lambda: self.own)


def test_macos_names_its_networks() -> None:
    mac, clock = Mac(), Hand()
    around = mac.surroundings(clock)
    home = until(lambda: around.look().network, "a name")
    assert len(home) == 16
    mac.says["route -inet"], mac.own = UTUN, "10.9.0.2"  # a tunnel: seen at once, by our own address
    tunnel = until(lambda: around.look().network not in {"", home} and around.look().network, "another name")
    mac.own = ""
    assert around.look().network == ""
    mac.own, mac.says["route -inet"] = "192.168.1.50", ROUTE
    mac.answers.clear()
    assert around.look().network == ""  # not the tunnel's any more
    mac.answers.set()
    assert until(lambda: around.look().network not in {"", tunnel} and around.look().network, "the name") == home


def test_macos_asks_no_more_often_than_it_says() -> None:
    mac, clock = Mac(), Hand()
    around = mac.surroundings(clock)
    until(lambda: around.look().network, "a name")
    for _ in range(50):
        around.look()
    assert (mac.asked.count("route -inet"), mac.asked.count("pmset")) == (1, 1)


def test_macos_keeps_its_name_when_only_our_own_address_changes() -> None:
    mac, clock = Mac(), Hand()
    around = mac.surroundings(clock)
    home = until(lambda: around.look().network, "a name")
    mac.own, mac.says["arp"] = "192.168.1.51", ""
    seen = {around.look().network}
    until(lambda: mac.asked.count("arp") == 2, "the way to be asked for again")
    seen |= {around.look().network for _ in range(5)}
    assert seen == {home}


def test_macos_waits_while_the_gateway_is_being_asked_for() -> None:
    mac, clock = Mac(), Hand()
    mac.says["arp"] = "? (192.168.1.1) at (incomplete) on en0 ifscope [ethernet]\n"
    around = mac.surroundings(clock)
    around.look()
    until(lambda: "arp" in mac.asked, "the question")
    clock.mono += 2 * EVERY
    assert around.look().network == ""
    mac.says["arp"] = ARP
    clock.mono += EVERY  # it is asked for again
    assert until(lambda: around.look().network, "a name")


def test_macos_with_ipv6_alone() -> None:
    mac = Mac()
    mac.says |= {"route -inet": "", "route -inet6": ROUTE.replace("192.168.1.1", "fe80::1%en0")}
    around = mac.surroundings(Hand())
    assert until(lambda: around.look().network, "a name")
    assert "arp" not in mac.asked


def test_macos_on_battery() -> None:
    mac, clock = Mac(), Hand()
    around = mac.surroundings(clock)
    mac.says["pmset"] = BATTERY
    until(lambda: around.look().frugal, "the battery")
    mac.says["pmset"] = PLUGGED
    clock.mono += EVERY
    until(lambda: not around.look().frugal, "the plug")


@pytest.mark.parametrize(
    "said",
    ["", "gateway: \ninterface: \n", "interface: lo0\n", "interface: ../../x\n", "\0" * 99],
    ids=["nothing", "empty", "itself", "a path", "zeroes"],
)
def test_macos_words_that_tell_no_way(said: str) -> None:
    mac = Mac()
    mac.says |= {"route -inet": said, "route -inet6": said}
    around = mac.surroundings(Hand())
    around.look()
    until(lambda: mac.asked.count("route -inet6"), "the questions")
    until(lambda: around._route._thread is not None and not around._route._thread.is_alive(), "their end")
    assert around.look().network == ""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell's commands")
def test_a_command_is_run_without_a_shell_and_its_failure_is_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    assert macos.run([sys.executable, "-c", "import sys; print(sys.argv[1])", "$HOME; x"]) == "$HOME; x\n"
    assert macos.run([sys.executable, "-c", "print('said'); raise SystemExit(1)"]) == ""
    monkeypatch.setattr(macos, "_PATIENCE", 0.2)
    with pytest.raises(subprocess.TimeoutExpired):
        macos.run([sys.executable, "-c", "import time; time.sleep(30)"])
