"""The local door with real processes: one Fanal a person, one line in, one out, and nobody can jam it."""

from __future__ import annotations

import json
import logging
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from multiprocessing.connection import Client
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trayapp.desktop import endpoint_line, endpoint_windows
from trayapp.desktop.endpoint import call, open_endpoint
from trayapp.desktop.endpoint_line import PATIENCE_S, REQUEST_LIMIT, NotRunning

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trayapp.core.ports import Endpoint

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the rig speaks Unix sockets")

IMPATIENT_S = 0.3


class Door(Protocol):
    def open(self, folder: Path) -> Endpoint | None: ...

    def call(self, folder: Path, request: Mapping[str, object], timeout_s: float) -> dict[str, object]: ...


class Posix:
    def open(self, folder: Path) -> Endpoint | None:
        return open_endpoint(folder)

    def call(self, folder: Path, request: Mapping[str, object], timeout_s: float) -> dict[str, object]:
        return call(folder, request, timeout_s)


class PipeCode:
    """The code for Windows, over a Unix socket in the place of the named pipe."""

    def open(self, folder: Path) -> Endpoint | None:
        return endpoint_windows.open_at(str(folder / "pipe"), "AF_UNIX")

    def call(self, folder: Path, request: Mapping[str, object], timeout_s: float) -> dict[str, object]:
        return endpoint_windows.call_at(str(folder / "pipe"), "AF_UNIX", request, timeout_s)


both = pytest.mark.parametrize("door", [Posix(), PipeCode()], ids=["posix", "pipe code"])


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: tmp_path of a long test name is too long for a socket, which has a test of its own."""
    with tempfile.TemporaryDirectory(prefix="fanal-test-") as base:
        yield Path(base)


def echo(request: Mapping[str, object]) -> Mapping[str, object]:
    return {"echo": dict(request)}


# Both doors: the contract.


@both
def test_one_line_in_one_out(door: Door, folder: Path) -> None:
    endpoint = door.open(folder)
    assert endpoint is not None
    with closing(endpoint):
        endpoint.serve(echo)
        for text in ("was ist los?", "فنار", "a\nb\u2028c", "\ud800", "x" * 50_000):
            assert door.call(folder, {"text": text}, 5) == {"echo": {"text": text}}


@both
def test_nobody_there(door: Door, folder: Path) -> None:
    with pytest.raises(NotRunning):
        door.call(folder, {}, 1)
    assert list(folder.iterdir()) == []


@both
def test_only_one_and_the_name_is_free_after_it(door: Door, folder: Path) -> None:
    first = door.open(folder)
    assert first is not None
    first.serve(echo)
    assert door.open(folder) is None
    assert door.call(folder, {"still": "there"}, 5) == {"echo": {"still": "there"}}
    first.close()
    first.close()
    with pytest.raises(NotRunning):
        door.call(folder, {}, 1)
    second = door.open(folder)
    assert second is not None
    second.close()


@both
def test_a_handler_that_fails_is_told_and_logged(door: Door, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    def handle(request: Mapping[str, object]) -> Mapping[str, object]:
        if request["what"] == "raise":
            raise RuntimeError("a secret of ours")
        return {"set": {1, 2}} if request["what"] == "odd" else {"long": "x" * endpoint_line.ANSWER_LIMIT}

    endpoint = door.open(folder)
    assert endpoint is not None
    with closing(endpoint), caplog.at_level(logging.ERROR):
        endpoint.serve(handle)
        for what in ("raise", "odd", "long"):
            assert door.call(folder, {"what": what}, 5) == {"error": "internal"}
    assert "a secret of ours" in caplog.text
    assert len(caplog.records) == 3


@both
def test_requests_are_handled_one_at_a_time(door: Door, folder: Path) -> None:
    inside: list[int] = []
    most: list[int] = []

    def handle(request: Mapping[str, object]) -> Mapping[str, object]:
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.01)  # long enough for another to come in, if it could
        inside.pop()
        return request

    endpoint = door.open(folder)
    assert endpoint is not None
    with closing(endpoint), ThreadPoolExecutor(8) as pool:
        endpoint.serve(handle)
        answers = list(pool.map(lambda n: door.call(folder, {"n": n}, 10), range(40)))
    assert answers == [{"n": n} for n in range(40)]
    assert set(most) == {1}


@both
def test_the_handler_may_close_the_door(door: Door, folder: Path) -> None:
    endpoint = door.open(folder)
    assert endpoint is not None

    def handle(_: Mapping[str, object]) -> Mapping[str, object]:
        endpoint.close()
        return {"bye": True}

    endpoint.serve(handle)
    assert door.call(folder, {"do": "quit"}, 5) == {"bye": True}
    again = door.open(folder)
    assert again is not None
    again.close()


@both
def test_no_answer_in_time(door: Door, folder: Path) -> None:
    go_on = threading.Event()

    def handle(_: Mapping[str, object]) -> Mapping[str, object]:
        assert go_on.wait(10)
        return {}

    endpoint = door.open(folder)
    assert endpoint is not None
    with closing(endpoint):
        endpoint.serve(handle)
        try:
            with pytest.raises(NotRunning, match="no answer"):
                door.call(folder, {}, IMPATIENT_S)
        finally:
            go_on.set()


@both
def test_a_request_too_long_is_not_sent(door: Door, folder: Path) -> None:
    with pytest.raises(ValueError, match=f"at most {REQUEST_LIMIT}"):
        door.call(folder, {"x": "y" * REQUEST_LIMIT}, 1)


# The line.


@given(st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text())))
def test_any_object_goes_through_the_line(message: dict[str, object]) -> None:
    line = endpoint_line.pack(message)
    assert line.count(b"\n") == 1
    assert endpoint_line.unpack(line) == message


@given(st.binary(max_size=200))
def test_any_bytes_get_an_answer(line: bytes) -> None:
    assert set(json.loads(endpoint_line.answer(line, echo))) in ({"error"}, {"echo"})


# The code for Windows.


def test_the_pipe_code_bears_garbage_silence_and_too_much(folder: Path) -> None:
    address = str(folder / "pipe")
    endpoint = endpoint_windows.open_at(address, "AF_UNIX")
    assert endpoint is not None
    with closing(endpoint):
        endpoint.serve(echo)
        with Client(address) as silent, Client(address) as wild, Client(address) as endless:
            wild.send_bytes(b"(dp0\n.")  # a pickle is garbage like any other
            assert json.loads(wild.recv_bytes()) == {"error": "not_json"}
            endless.send_bytes(b"x" * (REQUEST_LIMIT + 1))
            with pytest.raises((EOFError, OSError)):
                endless.recv_bytes()
            assert silent.poll(4 * PATIENCE_S)
            assert json.loads(silent.recv_bytes()) == {"error": "too_slow"}
        assert endpoint_windows.call_at(address, "AF_UNIX", {}, 5) == {"echo": {}}


def test_the_pipes_name() -> None:
    here, there = (endpoint_windows._address(Path(name)) for name in ("a", "b"))
    assert here != there
    assert here.startswith("\\\\.\\pipe\\fanal-")
