"""What Linux says of the moment, from real files in folders shaped like /proc and /sys."""

from __future__ import annotations

import logging
import re
import socket
import statistics
import sys
import threading
import time
import tracemalloc
from collections.abc import Mapping
from pathlib import Path

import pytest
from desktop_rig import until

from trayapp.core.model import MINUTE, Instant
from trayapp.core.ports import Around
from trayapp.watch.surroundings import Careful, choose
from trayapp.watch.surroundings.aside import EVERY, Aside
from trayapp.watch.surroundings.linux import LinuxSurroundings
from trayapp.watch.surroundings.power import on_battery

little = pytest.mark.skipif(sys.byteorder == "big", reason="the texts below were printed on a little-endian machine")

ROUTE = "wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
OTHER_GATEWAY = ROUTE.replace("0101A8C0", "FE01A8C0")
WIREGUARD = "wg0\t00000000\t00000000\t0001\t0\t0\t50\t00000000\t0\t0\t0\n"
ARP = "192.168.1.1      0x1         0x2         02:00:00:00:00:0a     *        wlan0\n"
SIX = (
    "00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe80000000000000020000fffe00000a"
    " 00000258 00000003 00000000 00000003    wlan0\n"
)
NO_BUS = {"DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nowhere/at/all"}


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.mono = 1_000_000

    def now(self) -> Instant:
        return Instant(0, self.mono, "boot")


def refuses(_: socket.AddressFamily) -> tuple[str, str] | None:
    raise OSError("a sandbox")


class Machine:
    """Folders shaped like /proc and /sys, and somebody who reads them."""

    def __init__(self, folder: Path, env: Mapping[str, str] = NO_BUS) -> None:
        self.folder = folder
        self.clock = Hand()
        self.env = env
        self.write("etc/machine-id", "0123456789abcdef0123456789abcdef\n")
        (folder / "proc/net").mkdir(parents=True)
        self.reader = self.restarted()

    def restarted(self) -> LinuxSurroundings:
        return LinuxSurroundings(
            self.clock,
            self.env,
            proc=self.folder / "proc",
            sysfs=self.folder / "sys",
            machine_ids=[self.folder / "etc/machine-id", self.folder / "etc/hostname"],
            first_hop=refuses,
        )

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def supply(self, name: str, **words: str) -> None:
        for word, value in words.items():
            self.write(f"sys/class/power_supply/{name}/{word}", f"{value}\n")

    def network(self, route: str | None = None, arp: str | None = None) -> str:
        if route is not None:
            self.write("proc/net/route", route)
        if arp is not None:
            self.write("proc/net/arp", arp)
        return self.reader.look().network

    def frugal(self) -> bool:
        """What a fresh reader says once its first questions are answered."""
        reader = self.restarted()
        reader.look()
        until(lambda: not any(t.name.startswith("aside-") for t in threading.enumerate()), "the answers")
        return reader.look().frugal


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


# the network


def test_with_no_files_at_all_nothing_is_known(tmp_path: Path) -> None:
    nowhere = tmp_path / "none"
    reader = LinuxSurroundings(Hand(), NO_BUS, proc=nowhere, sysfs=nowhere, machine_ids=[nowhere], first_hop=refuses)
    assert reader.look() == Around()


@little
def test_the_same_whenever_it_is_on_it(machine: Machine) -> None:
    assert machine.network("", "") == ""
    home = machine.network(ROUTE, ARP)
    assert re.fullmatch("[0-9a-f]{16}", home)
    assert machine.network("") == ""
    assert machine.network(ROUTE) == home
    assert machine.restarted().look().network == home


@little
def test_the_entry_of_the_gateway_may_come_and_go(machine: Machine) -> None:
    assert machine.network(ROUTE, "") == ""
    home = machine.network(arp=ARP)
    assert home
    assert machine.network(arp="") == home
    assert machine.network(arp=ARP.replace("0x2", "0x0").replace("02:00:00:00:00:0a", "00:00:00:00:00:00")) == home
    assert machine.network(arp=ARP) == home


@little
def test_what_changes_the_name(machine: Machine) -> None:
    home = machine.network(ROUTE, ARP)
    elsewhere = machine.network(arp=ARP.replace(":0a", ":0b"))
    tunnel = machine.network(ROUTE + WIREGUARD)
    machine.clock.mono += EVERY
    other = machine.network(OTHER_GATEWAY, ARP.replace("192.168.1.1 ", "192.168.1.254 "))
    assert len({home, elsewhere, tunnel, other, ""}) == 5


@little
def test_tunnels_of_one_name_are_told_apart_by_their_prefix(machine: Machine) -> None:
    names = {
        machine.network(WIREGUARD + f"wg0\t{prefix}\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n", "")
        for prefix in ("0000080A", "0000090A")
    }
    assert len(names) == 2
    assert "" not in names


@little
def test_an_interface_without_hardware_addresses_waits_for_none(machine: Machine) -> None:
    machine.write("sys/class/net/wlan0/flags", "0x10d1\n")  # up, point to point, no arp
    assert machine.network(ROUTE, "")


@little
def test_an_interface_with_hardware_addresses_waits_a_minute_at_most(machine: Machine) -> None:
    machine.write("sys/class/net/wlan0/flags", "0x1003\n")
    assert machine.network(ROUTE, "") == ""
    machine.clock.mono += EVERY
    assert machine.network()


def test_ipv6_names_a_network_that_has_no_ipv4(machine: Machine) -> None:
    machine.write("proc/net/ipv6_route", SIX)
    six = machine.network("")
    assert six
    machine.write("proc/net/ipv6_route", SIX.replace("fe80", "fe81"))
    assert machine.network() not in {"", six}


@little
def test_ipv6_coming_later_changes_nothing(machine: Machine) -> None:
    home = machine.network(ROUTE, ARP)
    machine.write("proc/net/ipv6_route", SIX)
    assert machine.network() == home


@little
def test_the_salt_is_the_machines_own_and_the_next_file_serves_where_it_is_empty(machine: Machine) -> None:
    machine.network(ROUTE, ARP)
    names = []
    for id_, host in (("0123", ""), ("4567", ""), ("uninitialized\n", "desk\n"), ("", "desk\n"), ("", "")):
        machine.write("etc/machine-id", id_)
        machine.write("etc/hostname", host)
        names.append(machine.restarted().look().network)
    assert names[2] == names[3]
    assert len(set(names)) == 4
    assert "" not in names


def test_what_it_reads_is_bounded(machine: Machine) -> None:
    with (machine.folder / "proc/net/route").open("wb") as file:
        file.truncate(1 << 30)  # a gigabyte that takes no room
    tracemalloc.start()
    try:
        assert machine.network() == ""
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


@little
def test_it_is_quick_when_nothing_has_changed(machine: Machine) -> None:
    machine.network(ROUTE, ARP + "".join(ARP.replace(".1 ", f".{n} ") for n in range(2, 250)))
    took = []
    for _ in range(200):
        begun = time.perf_counter()
        assert machine.network()
        took.append(time.perf_counter() - begun)
    assert statistics.median(took) < 0.005  # a few milliseconds are promised; a tenth of one is usual


# the battery


@pytest.mark.parametrize(
    ("supplies", "expected"),
    [
        ({}, False),
        ({"BAT0": {"type": "Battery", "status": "Discharging"}, "AC": {"type": "Mains", "online": "0"}}, True),
        ({"BAT0": {"type": "Battery", "status": "Discharging", "scope": "System"}}, True),
        ({"BAT0": {"type": "Battery", "status": "Charging"}, "AC": {"type": "Mains", "online": "1"}}, False),
        ({"BAT0": {"type": "Battery", "status": "Discharging"}, "AC": {"type": "Mains", "online": "1"}}, False),
        ({"BAT0": {"type": "Battery", "status": "Discharging"}, "ucsi": {"type": "USB", "online": "1"}}, False),
        ({"BAT0": {"type": "Battery", "status": "Discharging"}, "ucsi": {"type": "USB", "online": "0"}}, True),
        ({"BAT0": {"type": "Battery", "status": "Not charging"}}, False),
        ({"BAT0": {"type": "Battery", "status": "Full"}}, False),
        ({"hidpp_battery_0": {"type": "Battery", "status": "Discharging", "scope": "Device"}}, False),
        (
            {
                "hidpp_battery_0": {"type": "Battery", "status": "Charging", "scope": "Device"},
                "dock": {"type": "USB", "online": "1", "scope": "Device"},
                "BAT1": {"type": "Battery", "status": "Discharging"},
            },
            True,
        ),
        ({"BAT0": {}, "x": {"type": "Battery"}}, False),
    ],
)
def test_on_battery(machine: Machine, supplies: dict[str, dict[str, str]], *, expected: bool) -> None:
    for name, words in supplies.items():
        machine.supply(name, **words)
    assert on_battery(machine.folder / "sys/class/power_supply") is expected
    assert machine.frugal() is expected


def test_the_battery_is_looked_at_again_after_a_minute(machine: Machine) -> None:
    machine.supply("BAT0", type="Battery", status="Full")
    assert machine.reader.look().frugal is False
    until(lambda: not machine.reader._battery._thread or not machine.reader._battery._thread.is_alive(), "the answer")
    machine.supply("BAT0", status="Discharging")
    machine.clock.mono += EVERY - 1
    assert machine.reader.look().frugal is False
    machine.clock.mono += 1
    until(lambda: machine.reader.look().frugal, "the battery to be noticed")


# aside


def test_one_that_hangs_is_asked_once_and_nobody_waits() -> None:
    free, asked = threading.Event(), []

    def ask() -> str:
        asked.append(1)
        assert free.wait(20)
        return "new"

    aside = Aside("test", ask, "first", every=MINUTE)
    assert {aside.answer(at * MINUTE) for at in range(50)} == {"first"}
    assert asked == [1]
    free.set()
    until(lambda: aside.answer(49 * MINUTE) == "new", "the answer")


def test_the_answer_of_the_last_time_holds_when_a_question_fails() -> None:
    answers = iter(["one"])
    aside = Aside("test", lambda: next(answers), "", every=MINUTE)
    until(lambda: aside.answer(0) == "one", "the answer")
    until(lambda: aside._thread is not None and not aside._thread.is_alive(), "the thread's end")
    assert aside.answer(MINUTE) == "one"  # asks again, and that raises
    until(lambda: aside._thread is not None and not aside._thread.is_alive(), "the thread's end")
    assert aside.answer(MINUTE) == "one"


def test_hurrying_asks_before_the_time() -> None:
    answers = iter(["one", "two"])
    aside = Aside("test", lambda: next(answers), "", every=MINUTE)
    until(lambda: aside.answer(0) == "one", "the answer")
    aside.hurry()
    until(lambda: aside.answer(1) == "two", "the next answer")


# the port's promise


def test_it_never_raises_and_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def look(self) -> Around:
            raise RuntimeError("something nobody thought of")

    careful = Careful(Broken())
    with caplog.at_level(logging.WARNING):
        assert [careful.look() for _ in range(3)] == [Around()] * 3
    assert len(caplog.records) == 1


def test_there_is_one_for_this_system() -> None:
    around = choose(Hand()).look()  # reads this machine's files and tables; sends nothing
    assert re.fullmatch("(?:[0-9a-f]{16})?", around.network)
