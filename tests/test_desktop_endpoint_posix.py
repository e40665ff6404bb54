"""The door on Linux and macOS with real processes: killed, jammed, fed with garbage, tried by another account."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from trayapp.desktop import endpoint_line
from trayapp.desktop.endpoint import LocalEndpoint, call, open_endpoint
from trayapp.desktop.endpoint_line import PATIENCE_S, REQUEST_LIMIT, NotRunning

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

posix = pytest.importorskip("trayapp.desktop.endpoint_posix", reason="the rig speaks Unix sockets")
assert sys.platform != "win32"  # for the type checker


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: tmp_path of a long test name is too long for a socket, which has a test of its own."""
    with tempfile.TemporaryDirectory(prefix="fanal-test-") as base:
        yield Path(base)


def echo(request: Mapping[str, object]) -> Mapping[str, object]:
    return {"echo": dict(request)}


@contextmanager
def running(folder: Path) -> Iterator[LocalEndpoint]:
    endpoint = open_endpoint(folder)
    assert endpoint is not None
    with closing(endpoint):
        endpoint.serve(echo)
        yield endpoint


def raw(folder: Path) -> socket.socket:
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(10)
    client.connect(str(folder / "fanal.sock"))
    return client


def everything(client: socket.socket) -> bytes:
    return b"".join(iter(lambda: client.recv(65_536), b""))


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"GET / HTTP/1.1\r",
        b"[1, 2]",
        b"17",
        b'{"a": NaN}',
        b'{"a": 1',
        b"\xff\xfe\x00",
        b"[" * 60_000,
        b"1" * 60_000,
    ],
)
def test_garbage(folder: Path, garbage: bytes) -> None:
    with running(folder), closing(raw(folder)) as client:
        client.sendall(garbage + b"\n")
        assert json.loads(everything(client)) == {"error": "not_json"}


def test_modes(folder: Path) -> None:
    folder.chmod(0o755)
    with running(folder):
        assert folder.stat().st_mode & 0o777 == 0o700
        assert {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()} == {
            "fanal.lock": 0o600,
            "fanal.sock": 0o600,
        }
    assert [file.name for file in folder.iterdir()] == ["fanal.lock"]


def test_close_without_serve(folder: Path) -> None:
    endpoint = open_endpoint(folder)
    assert endpoint is not None
    endpoint.close()
    with running(folder):
        assert call(folder, {}, 5) == {"echo": {}}


@pytest.mark.parametrize("ending", [b"", b"\n"])
def test_oversize(folder: Path, ending: bytes) -> None:
    with running(folder), closing(raw(folder)) as client:
        client.sendall(b'{"a": "' + b"x" * 400_000 + ending)
        assert json.loads(everything(client)) == {"error": "too_long"}


def test_the_longest_request(folder: Path) -> None:
    frame = b'{"a":""}\n'
    for over in (0, 1):
        with running(folder), closing(raw(folder)) as client:
            client.sendall(b'{"a":"' + b"x" * (REQUEST_LIMIT - len(frame) + over) + b'"}\n')
            assert ("error" in json.loads(everything(client))) == bool(over)


def test_a_line_in_pieces_and_one_cut_off(folder: Path) -> None:
    with running(folder):
        with closing(raw(folder)) as client:
            client.sendall(b'{"a"')
            assert call(folder, {}, 5) == {"echo": {}}  # the first piece has surely been read
            client.sendall(b": 1}\n and more")
            assert json.loads(everything(client)) == {"echo": {"a": 1}}
        with closing(raw(folder)) as client:
            client.sendall(b'{"a": 1}')
            client.shutdown(socket.SHUT_WR)
            assert everything(client) == b""


def test_slow_clients_do_not_block_others_and_are_sent_away(folder: Path) -> None:
    """More silent ones than there are places: the one behind them waits for one patience at most."""
    began = time.monotonic()
    with running(folder):
        silent = [raw(folder) for _ in range(endpoint_line.CLIENTS // 2)]
        assert call(folder, {}, 1) == {"echo": {}}
        assert time.monotonic() - began < PATIENCE_S
        silent += [raw(folder) for _ in range(endpoint_line.CLIENTS)]
        assert call(folder, {}, 4 * PATIENCE_S) == {"echo": {}}
        for client in silent:
            with closing(client):
                assert json.loads(everything(client)) == {"error": "too_slow"}


def test_a_client_that_does_not_take_its_answer(folder: Path) -> None:
    endpoint = open_endpoint(folder)
    assert endpoint is not None
    with closing(endpoint):
        endpoint.serve(lambda _: {"long": "x" * 900_000})
        with closing(raw(folder)) as client:
            client.sendall(b"{}\n")
            assert len(str(call(folder, {}, 1)["long"])) == 900_000
            deadline = time.monotonic() + 4 * PATIENCE_S
            while endpoint._loop._clients and time.monotonic() < deadline:
                time.sleep(0.05)
            assert not endpoint._loop._clients
            assert 0 < len(everything(client)) < 900_000


def test_a_line_that_came_while_a_handler_was_at_work_is_in_time(folder: Path) -> None:
    at_work = threading.Event()

    def handle(request: Mapping[str, object]) -> Mapping[str, object]:
        if request:
            at_work.set()
            time.sleep(PATIENCE_S + 0.2)
        return request

    endpoint = open_endpoint(folder)
    assert endpoint is not None
    with closing(endpoint), closing(raw(folder)) as waiting:
        endpoint.serve(handle)
        with closing(raw(folder)) as long_one:
            waiting.sendall(b"{")  # let in before the other's line is handled
            long_one.sendall(b'{"long": 1}\n')
            assert at_work.wait(5)
            waiting.sendall(b"}\n")
            assert json.loads(everything(waiting)) == {}


def test_close_does_not_wait_for_silent_clients(folder: Path) -> None:
    with running(folder) as endpoint, closing(raw(folder)) as client:
        assert call(folder, {}, 5) == {"echo": {}}
        began = time.monotonic()
        endpoint.close()
        assert time.monotonic() - began < PATIENCE_S / 2
        assert everything(client) == b""


def test_a_long_path_goes_elsewhere(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 100) / "fanal"
    place = posix._socket_path(long).parent
    assert not place.is_relative_to(tmp_path)
    assert len(os.fsencode(posix._socket_path(long))) <= posix.PATH_LIMIT
    try:
        with running(long):
            assert call(long, {}, 5) == {"echo": {}}
            assert place.stat().st_mode & 0o777 == 0o700
            assert open_endpoint(long) is None
    finally:
        place.rmdir()


def test_a_trap_in_the_other_place(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 100) / "fanal"
    place = posix._socket_path(long).parent
    place.symlink_to(tmp_path)
    try:
        with pytest.raises(PermissionError, match="not a folder of this account"):
            open_endpoint(long)
    finally:
        place.unlink()
    with running(long):  # the lock was let go
        assert call(long, {}, 5) == {"echo": {}}
    place.rmdir()


INSTANCE = """
import sys
from pathlib import Path
from trayapp.desktop.endpoint import open_endpoint
endpoint = open_endpoint(Path(sys.argv[1]))
print("none" if endpoint is None else "open", flush=True)
if endpoint:
    endpoint.serve(lambda request: {"pid": __import__("os").getpid()})
    sys.stdin.read()
    endpoint.close()
"""


@contextmanager
def process(code: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(Path.cwd()), *sys.path]))}
    command = [sys.executable, "-c", code, str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as running_one:
        try:
            yield running_one
        finally:
            running_one.kill()


def first_line(one: subprocess.Popen[str]) -> str:
    assert one.stdout is not None
    return one.stdout.readline().strip()


def test_two_processes_and_a_kill(folder: Path) -> None:
    with process(INSTANCE, folder) as first:
        assert first_line(first) == "open"
        with process(INSTANCE, folder) as second:
            assert first_line(second) == "none"
        assert call(folder, {}, 5) == {"pid": first.pid}
        first.send_signal(signal.SIGKILL)
        first.wait(10)
    assert (folder / "fanal.sock").exists()  # it had no time to sweep up
    with pytest.raises(NotRunning):
        call(folder, {}, 1)
    with process(INSTANCE, folder) as third:
        assert first_line(third) == "open"
        assert call(folder, {}, 5) == {"pid": third.pid}
        third.communicate("")
    assert not (folder / "fanal.sock").exists()


def test_of_many_that_start_at_once_one_gets_it(folder: Path) -> None:
    with (
        process(INSTANCE, folder) as a,
        process(INSTANCE, folder) as b,
        process(INSTANCE, folder) as c,
        process(INSTANCE, folder) as d,
    ):
        assert sorted(map(first_line, (a, b, c, d))) == ["none", "none", "none", "open"]


STRANGER = """
import os, socket, sys
from pathlib import Path
from trayapp.desktop.endpoint import NotRunning, call
folder = Path(sys.argv[1])
os.setgroups([])
os.setuid(65534)
with socket.socket(socket.AF_UNIX) as door:
    try:
        door.connect(str(folder / "fanal.sock"))
        door.sendall(b"{}\\n")
        print("heard", door.recv(100))
    except OSError as error:
        print(type(error).__name__)
try:
    print(call(folder, {}, 5))
except NotRunning as error:
    print("NotRunning", error)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="needs the right to become another account")
def test_another_account_is_refused(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    with running(folder):
        with process(STRANGER, folder) as stranger:
            said = stranger.communicate("")[0].splitlines()
        assert said[0] == "PermissionError"
        assert said[1].startswith("NotRunning no answer: [Errno 13]")
        # Even if somebody opened the folder and the socket: each looks at who the other is.
        folder.chmod(0o755)
        (folder / "fanal.sock").chmod(0o666)
        with process(STRANGER, folder) as stranger:
            said = stranger.communicate("")[0].splitlines()
        assert said[0] in {"heard b''", "BrokenPipeError", "ConnectionResetError"}
        assert said[1] == "NotRunning the door belongs to somebody else"
        assert call(folder, {}, 5) == {"echo": {}}
    assert "another account's process" in caplog.text
