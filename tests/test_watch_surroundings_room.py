"""The network's name in a network namespace of its own: real interfaces, real routes, a real router's answers.

Run as a script inside the namespaces it plays the scenes and prints what it saw; the tests judge.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from test_watch_surroundings import NO_BUS, Hand, refuses
from world.namespaces import NoWorldError, find, unshare

from trayapp.core.model import MINUTE
from trayapp.watch.surroundings.linux import LinuxSurroundings

GATEWAY, OURS = "192.168.1.1", "192.168.1.50"
MAC_A, MAC_B = "02:00:00:00:00:0a", "02:00:00:00:00:0b"


@cache
def seen() -> dict[str, list[str]]:
    try:
        command = [*unshare(), sys.executable, __file__]
    except NoWorldError as error:
        pytest.skip(str(error))
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


pytestmark = pytest.mark.xdist_group("surroundings_room")  # the scenes are played once


def by_kernel(scene: str) -> str:
    return seen()[scene][0]


def by_files(scene: str) -> str:
    return seen()[scene][1]


BOTH = pytest.mark.parametrize("name", [by_kernel, by_files])


@BOTH
def test_no_route_no_name(name: Callable[[str], str]) -> None:
    assert name("nothing") == name("a cable but no route") == ""


@BOTH
def test_the_same_after_the_route_went_and_came_back(name: Callable[[str], str]) -> None:
    assert name("home")
    assert name("route gone") == ""
    assert name("route back") == name("home")


@BOTH
def test_another_gateway_is_another_network(name: Callable[[str], str]) -> None:
    assert name("other gateway") not in {"", name("home")}


@BOTH
def test_the_lower_metric_wins(name: Callable[[str], str]) -> None:
    assert name("second route, higher metric") == name("home")
    assert name("second route, lower metric") not in {"", name("home")}


@BOTH
def test_a_tunnel_by_halves_is_another_network(name: Callable[[str], str]) -> None:
    assert name("halves") not in {"", name("home")}
    assert name("halves off") == name("home")


def test_a_tunnel_by_a_table_of_its_own_is_another_network() -> None:
    assert by_kernel("table") not in {"", by_kernel("home")}
    assert by_kernel("table off") == by_kernel("home")


def test_which_the_files_alone_do_not_show() -> None:
    assert by_files("table") == by_files("home")  # the reason why the kernel is asked


@BOTH
def test_a_route_that_forbids_is_none(name: Callable[[str], str]) -> None:
    assert name("forbidden") == ""


@BOTH
def test_ipv6_alone_has_a_name(name: Callable[[str], str]) -> None:
    assert name("six") not in {"", name("home")}


@pytest.mark.parametrize("scene", ["home", "other gateway", "halves", "six"])
def test_the_kernel_and_the_files_agree(scene: str) -> None:
    assert by_kernel(scene) == by_files(scene) != ""


@BOTH
def test_nothing_is_said_before_the_router_has_answered(name: Callable[[str], str]) -> None:
    assert name("router never spoken to") == ""
    assert name("router silent for minutes") == ""


@BOTH
def test_the_router_names_the_network_for_good(name: Callable[[str], str]) -> None:
    assert name("router A") not in {"", name("home")}
    assert name("router A forgotten") == name("router A")
    assert name("router A after a restart") == name("router A")


@BOTH
def test_another_router_behind_the_same_address_is_another_network(name: Callable[[str], str]) -> None:
    assert name("router B") not in {"", name("router A")}
    assert name("router A again, after a restart") == name("router A")


# inside


def ip(*words: str) -> None:
    subprocess.run([find("ip"), *words], check=True)


def fresh() -> tuple[Hand, list[LinuxSurroundings]]:
    clock = Hand()
    return clock, [LinuxSurroundings(clock, NO_BUS), LinuxSurroundings(clock, NO_BUS, first_hop=refuses)]


def names(readers: list[LinuxSurroundings]) -> list[str]:
    return [reader.look().network for reader in readers]


def routes() -> dict[str, list[str]]:
    _, readers = fresh()
    out = {"nothing": names(readers)}
    for device, address in (("d0", f"{OURS}/24"), ("d1", "10.0.0.50/24"), ("t0", "10.8.0.2/24"), ("w0", "10.9.0.2/32")):
        ip("link", "add", device, "type", "veth", "peer", "name", f"{device}far")
        ip("link", "set", f"{device}far", "up")
        ip("addr", "add", address, "dev", device)
        ip("link", "set", device, "arp", "off", "up")  # as a tunnel: neighbours have no hardware addresses
    out["a cable but no route"] = names(readers)
    ip("route", "add", "default", "via", GATEWAY, "metric", "600")
    out["home"] = names(readers)
    ip("route", "del", "default")
    out["route gone"] = names(readers)
    ip("route", "add", "default", "via", GATEWAY, "metric", "600")
    out["route back"] = names(readers)
    ip("route", "add", "default", "via", "10.0.0.1", "metric", "700")
    out["second route, higher metric"] = names(readers)
    ip("route", "add", "default", "via", "10.0.0.1", "metric", "100")
    out["second route, lower metric"] = names(readers)
    ip("route", "del", "default", "via", "10.0.0.1", "metric", "100")
    ip("route", "del", "default", "via", "10.0.0.1", "metric", "700")
    ip("route", "replace", "default", "via", "192.168.1.254", "metric", "600")
    out["other gateway"] = names(readers)
    ip("route", "replace", "default", "via", GATEWAY, "metric", "600")
    for half in ("0.0.0.0/1", "128.0.0.0/1"):
        ip("route", "add", half, "dev", "t0")
    out["halves"] = names(readers)
    for half in ("0.0.0.0/1", "128.0.0.0/1"):
        ip("route", "del", half, "dev", "t0")
    out["halves off"] = names(readers)
    ip("route", "add", "default", "dev", "w0", "table", "51820")
    ip("rule", "add", "not", "fwmark", "51820", "table", "51820")
    out["table"] = names(readers)
    ip("rule", "del", "not", "fwmark", "51820", "table", "51820")
    out["table off"] = names(readers)
    ip("route", "del", "default")
    ip("route", "add", "unreachable", "default")
    out["forbidden"] = names(readers)
    ip("route", "del", "unreachable", "default")
    ip("-6", "route", "add", "default", "via", "fe80::1", "dev", "d0")
    out["six"] = names(readers)
    ip("-6", "route", "del", "default")
    ip("link", "del", "d0")
    return out


def router() -> dict[str, list[str]]:
    """A router at the other end of a wire, in a namespace of its own."""
    far = subprocess.Popen([find("unshare"), "--net", "sh", "-c", "echo; exec sleep 50"], stdout=subprocess.PIPE)
    try:
        assert far.stdout is not None
        far.stdout.readline()  # it is in its namespace
        ip("link", "add", "v0", "address", "02:00:00:00:00:01", "type", "veth", "peer", "name", "v1")
        ip("link", "set", "v1", "netns", str(far.pid))
        ip("addr", "add", f"{OURS}/24", "dev", "v0")
        ip("link", "set", "v0", "up")
        there = [find("nsenter"), "-t", str(far.pid), "-n", find("ip")]
        subprocess.run([*there, "link", "set", "v1", "up"], check=True)
        ip("route", "add", "default", "via", GATEWAY)
        return scenes(there)
    finally:
        far.kill()
        far.communicate()


def scenes(there: list[str]) -> dict[str, list[str]]:
    clock, readers = fresh()
    out = {"router never spoken to": names(readers)}
    for _ in range(4):
        knock()
        wait_for(lambda rows: GATEWAY in rows)
        clock.mono += MINUTE
        out["router silent for minutes"] = names(readers)
    subprocess.run([*there, "addr", "add", f"{GATEWAY}/24", "dev", "v1"], check=True)

    answers(there, MAC_A)
    out["router A"] = names(readers)
    ip("neigh", "flush", "all")
    out["router A forgotten"] = names(readers)
    answers(there, MAC_A)
    out["router A after a restart"] = names(fresh()[1])
    answers(there, MAC_B)
    out["router B"] = names(readers)
    answers(there, MAC_A)
    out["router A again, after a restart"] = names(fresh()[1])
    return out


def answers(there: list[str], mac: str) -> None:
    """The router has this hardware address, and this computer knows."""
    subprocess.run([*there, "link", "set", "v1", "address", mac], check=True)
    ip("neigh", "flush", "all")
    wait_for(lambda rows: mac in rows)


def knock() -> None:
    """Send something to the router, so that the system asks who it is."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        try:
            wire.sendto(b"", (GATEWAY, 9))
        except OSError as error:
            if error.errno != errno.EHOSTUNREACH:
                raise


def wait_for(condition: Callable[[str], bool]) -> None:
    deadline = time.monotonic() + 10
    while True:
        knock()
        with open("/proc/net/arp", encoding="ascii") as table:  # noqa: PTH123 - read as the kernel shows it
            if condition(table.read()):
                return
        if time.monotonic() > deadline:
            raise TimeoutError("the table of neighbours never showed it")
        time.sleep(0.02)


if __name__ == "__main__":
    subprocess.run([find("mount"), "-t", "sysfs", "sysfs", "/sys"], check=True)  # shows this namespace's interfaces
    print(json.dumps({**routes(), **router()}))
