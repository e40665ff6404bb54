"""Whether the connection is metered: a real message bus with a small NetworkManager on it."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path

import pytest
from desktop_rig import bare_bus, needs, until
from test_watch_surroundings import Hand

from trayapp.desktop import bus as dbus
from trayapp.desktop.bus import Bus
from trayapp.watch.surroundings.aside import EVERY
from trayapp.watch.surroundings.linux import LinuxSurroundings
from trayapp.watch.surroundings.metered import bus_address, is_there, metered

pytestmark = [
    needs("dbus-daemon"),
    pytest.mark.skipif(sys.platform != "linux", reason="NetworkManager and its bus are Linux's"),
]

NAME = "org.freedesktop.NetworkManager"


class Manager:
    """What NetworkManager answers to the one question; counts how often it is asked."""

    def __init__(self) -> None:
        self.metered = 0
        self.asked: list[tuple[object, ...]] = []
        self.refuses = False

    def serve(self, bus: Bus, stop: threading.Event) -> None:
        while not stop.is_set():
            message = bus.receive(0.5)
            if message is None or message.header.fields.get(dbus.Field.member) != "Get":
                continue
            self.asked.append((message.header.fields.get(dbus.Field.path), *message.body))
            if self.refuses:
                bus.send(dbus.new_error(message, "org.freedesktop.DBus.Error.AccessDenied", "s", ("no",)))
            else:
                bus.send(dbus.new_return(message, "v", (("u", self.metered),)))


@contextmanager
def managed(env: dict[str, str]) -> Iterator[Manager]:
    bus, stop, manager = Bus(env), threading.Event(), Manager()
    bus.call(dbus.new_call(dbus.DAEMON, "RequestName", "su", (NAME, 4)), 5)
    thread = threading.Thread(target=manager.serve, args=(bus, stop))
    thread.start()
    try:
        yield manager
    finally:
        stop.set()
        bus.wake()
        thread.join(5)
        bus.close()


@pytest.fixture
def env(tmp_path: Path) -> Iterator[dict[str, str]]:
    with bare_bus(tmp_path) as session:
        yield {**session, "DBUS_SYSTEM_BUS_ADDRESS": session["DBUS_SESSION_BUS_ADDRESS"]}


def reader(clock: Hand, env: dict[str, str], folder: Path) -> LinuxSurroundings:
    return LinuxSurroundings(
        clock, env, proc=folder / "proc", sysfs=folder / "sys", machine_ids=[], first_hop=lambda _: None
    )


@pytest.mark.parametrize(("value", "expected"), [(0, False), (1, True), (2, False), (3, True), (4, False), (99, False)])
def test_what_the_manager_says(env: dict[str, str], value: int, *, expected: bool) -> None:
    with managed(env) as manager:
        manager.metered = value
        assert metered(bus_address(env)) is expected
        assert manager.asked == [("/org/freedesktop/NetworkManager", NAME, "Metered")]


def test_nobody_of_that_name_is_not_metered_and_one_that_refuses_neither(env: dict[str, str]) -> None:
    assert metered(bus_address(env)) is False
    with managed(env) as manager:
        manager.metered, manager.refuses = 1, True
        assert metered(bus_address(env)) is False
        assert len(manager.asked) == 1


def test_asked_once_a_minute_and_meanwhile_as_it_was(env: dict[str, str], tmp_path: Path) -> None:
    clock = Hand()
    around = reader(clock, env, tmp_path)
    with managed(env) as manager:
        manager.metered = 1
        assert around.look().frugal is False  # the question is on its way
        until(lambda: around.look().frugal, "the manager's answer")
        manager.metered = 2
        clock.mono += EVERY - 1
        assert [around.look().frugal for _ in range(20)] == [True] * 20
        assert len(manager.asked) == 1
        clock.mono += 1
        until(lambda: not around.look().frugal, "the next answer")
        assert len(manager.asked) == 2


def test_a_bus_that_is_gone_means_nothing_is_known(env: dict[str, str], tmp_path: Path) -> None:
    around = reader(Hand(), env, tmp_path)
    with managed(env) as manager:
        manager.metered = 1
        until(lambda: around.look().frugal, "the manager's answer")
    Path(bus_address(env)).unlink()
    assert around.look().frugal is False


@contextmanager
def impostor(path: Path) -> Iterator[socket.socket]:
    if sys.platform == "win32":
        pytest.skip("needs a socket with a path")
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(path))
        door.listen(8)
        yield door


def test_a_bus_that_hangs_delays_nobody(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with impostor(tmp_path / "bus"):
        clock = Hand()
        around = reader(clock, {"DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={tmp_path}/bus"}, tmp_path)
        slowest = 0.0
        for _ in range(20):
            begun = time.monotonic()
            assert around.look().frugal is False
            slowest = max(slowest, time.monotonic() - begun)
            clock.mono += EVERY
        waiting = [t for t in set(threading.enumerate()) - before if t.name == "aside-metered"]
        assert len(waiting) == 1
        assert slowest < 0.5  # the bus is given two seconds; a busy machine is given some patience too
        until(lambda: not waiting[0].is_alive(), "its end by its own time-out", 8)


def test_a_bus_that_hangs_is_given_up(tmp_path: Path) -> None:
    with impostor(tmp_path / "bus"), pytest.raises(TimeoutError):
        metered(str(tmp_path / "bus"), patience=0.2)


def hear(wire: socket.socket, what: bytes) -> None:
    said = b""
    while what not in said:
        more = wire.recv(4096)
        assert more, "it has hung up"
        said += more


def _lets_in_and_babbles(door: socket.socket, pieces: Iterable[bytes], heard: list[int]) -> None:
    wire, _ = door.accept()
    with wire:
        wire.settimeout(5)
        hear(wire, b"AUTH")
        wire.sendall(b"OK 1234deadbeef\r\n")
        hear(wire, b"BEGIN\r\n")
        try:
            for piece in pieces:
                wire.sendall(piece)
                heard.append(len(piece))
        except OSError:
            return  # it has hung up, as it should


SIGNAL = dbus.new_signal(dbus.DAEMON, "Noise", "s", ("x" * 4000,)).serialise(serial=1)


@pytest.mark.parametrize("what", [SIGNAL, b"GET / HTTP/1.1\r\n" * 300, bytes(5000)], ids=["signals", "http", "zeroes"])
def test_a_bus_that_talks_nonsense_without_end_is_left(tmp_path: Path, what: bytes) -> None:
    heard: list[int] = []
    with impostor(tmp_path / "bus") as door:
        thread = threading.Thread(target=_lets_in_and_babbles, args=(door, repeat(what, 20_000), heard))
        thread.start()
        begun = time.monotonic()
        with pytest.raises(Exception):  # noqa: B017, PT011 - jeepney raises what it likes over nonsense; the point is that it ends
            metered(str(tmp_path / "bus"), patience=3)
        assert time.monotonic() - begun < 2.5  # not by the time-out
        thread.join(10)
        assert not thread.is_alive()
    assert sum(heard) < 2 << 20  # what was read, and what the two ends' buffers hold


def test_a_bus_that_lets_it_trickle_is_given_up_in_time(tmp_path: Path) -> None:
    over = threading.Event()

    def trickle() -> Iterator[bytes]:
        for number in range(len(SIGNAL)):
            if over.wait(0.02):
                return
            yield SIGNAL[number : number + 1]

    with impostor(tmp_path / "bus") as door:
        thread = threading.Thread(target=_lets_in_and_babbles, args=(door, trickle(), []))
        thread.start()
        begun = time.monotonic()
        try:
            with pytest.raises(TimeoutError):
                metered(str(tmp_path / "bus"), patience=0.3)
            assert time.monotonic() - begun < 3
        finally:
            over.set()
            thread.join(10)


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("unix:path=/run/bus", "/run/bus"),
        ("unix:abstract=fanal", "\0fanal"),
        ("tcp:host=localhost,port=1", ""),
        ("nonsense", ""),
        ("", "/var/run/dbus/system_bus_socket"),
    ],
)
def test_where_the_bus_is(named: str, expected: str) -> None:
    assert bus_address({"DBUS_SYSTEM_BUS_ADDRESS": named}) == expected


def test_whether_it_is_there(tmp_path: Path) -> None:
    assert not is_there("")
    assert not is_there(str(tmp_path / "bus"))
    assert not is_there("/nul\0byte")
    assert is_there(os.fspath(tmp_path))
    assert is_there("\0abstract")
