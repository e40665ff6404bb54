"""Who follows hears of every change, is told once of what it was too slow for, and disturbs nobody else."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Protocol

import pytest
from desktop_rig import until

from trayapp.desktop import endpoint_windows
from trayapp.desktop.endpoint import Following, LocalEndpoint, call, open_endpoint
from trayapp.desktop.endpoint_line import FOLLOWERS, NotRunning, pack

if sys.platform == "win32":
    pytest.skip("signals, sockets and terminals of POSIX", allow_module_level=True)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the rig speaks Unix sockets")

SOON = 5.0


class Follower(Protocol):
    def wait(self, timeout_s: float | None = None) -> bool: ...

    def close(self) -> None: ...


class Opened(Protocol):
    def tell(self) -> None: ...

    def close(self) -> None: ...


Follow = Callable[[], Follower]


@pytest.fixture(params=["posix", "pipe code"])
def door(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Opened, Follow]]:
    """An open door that serves, and how one follows it."""
    if request.param == "posix":
        posix = open_endpoint(tmp_path)
        assert posix is not None
        posix.serve(lambda asked: {"done": asked.get("do") == "ping"})
        with closing(posix):
            yield posix, lambda: Following(tmp_path, SOON)
    else:
        address = str(tmp_path / "pipe")
        pipe = endpoint_windows.open_at(address, "AF_UNIX")
        assert pipe is not None
        pipe.serve(lambda asked: {"done": asked.get("do") == "ping"})
        with closing(pipe):
            yield pipe, lambda: endpoint_windows.FollowingAt(address, "AF_UNIX", SOON)


def test_each_follower_hears_of_a_change(door: tuple[Opened, Follow]) -> None:
    opened, follow = door
    with closing(follow()) as one, closing(follow()) as other:
        assert not one.wait(0.05)
        for _ in range(3):
            began = time.monotonic()
            opened.tell()
            assert one.wait(SOON)
            assert other.wait(SOON)
            assert time.monotonic() - began < 0.5


def test_the_end_of_the_door_is_the_end_of_following(door: tuple[Opened, Follow]) -> None:
    opened, follow = door
    with closing(follow()) as one:
        opened.close()
        with pytest.raises(NotRunning):
            until(lambda: one.wait(SOON) and None, "the end")


def test_there_is_room_for_so_many_and_again_when_they_have_gone(door: tuple[Opened, Follow]) -> None:
    opened, follow = door
    all_of_them = [follow() for _ in range(FOLLOWERS)]
    with pytest.raises(NotRunning):
        follow()
    for each in all_of_them:
        each.close()

    def again() -> Follower | None:
        opened.tell()  # who has gone without a word is found out when there is something to tell
        try:
            return follow()
        except NotRunning:
            return None

    until(again, "a free place").close()


def test_where_nobody_runs_nobody_is_followed(tmp_path: Path) -> None:
    with pytest.raises(NotRunning):
        Following(tmp_path, 0.5)
    with pytest.raises(NotRunning):
        endpoint_windows.FollowingAt(str(tmp_path / "pipe"), "AF_UNIX", 0.5)


@pytest.fixture
def posix(tmp_path: Path) -> Iterator[LocalEndpoint]:
    opened = open_endpoint(tmp_path)
    assert opened is not None
    opened.serve(lambda _: {"done": True})
    with closing(opened):
        yield opened


def test_a_follower_that_reads_nothing_is_told_once_when_it_reads_and_holds_up_nobody(
    posix: LocalEndpoint, tmp_path: Path
) -> None:
    with closing(Following(tmp_path, SOON)) as slow, closing(Following(tmp_path, SOON)) as quick:
        for _ in range(200):
            posix.tell()
        assert quick.wait(SOON)
        assert call(tmp_path, {"do": "ping"}, SOON) == {"done": True}
        assert slow.wait(SOON)


def test_what_a_follower_says_later_is_not_heard(posix: LocalEndpoint, tmp_path: Path) -> None:
    heard: list[object] = []
    posix.close()
    opened = open_endpoint(tmp_path)
    assert opened is not None
    with closing(opened):

        def take(asked: Mapping[str, object]) -> Mapping[str, object]:
            heard.append(dict(asked))
            return {"done": True}

        opened.serve(take)
        with closing(Following(tmp_path, SOON)) as one:
            one._door.sendall(pack({"do": "quit"}))
            assert call(tmp_path, {"do": "ping"}, SOON) == {"done": True}
            opened.tell()
            assert one.wait(SOON)
    assert heard == [{"do": "ping"}]


def test_many_threads_may_tell(posix: LocalEndpoint, tmp_path: Path) -> None:
    with closing(Following(tmp_path, SOON)) as one:
        threads = [threading.Thread(target=posix.tell) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert one.wait(SOON)
        assert call(tmp_path, {"do": "ping"}, SOON) == {"done": True}


def test_a_follower_that_hangs_up_is_let_go(posix: LocalEndpoint, tmp_path: Path) -> None:
    Following(tmp_path, SOON).close()
    until(lambda: not posix._loop._clients, "the place to be free")


def test_a_request_to_follow_that_never_ends_is_too_slow(posix: LocalEndpoint) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.connect(str(posix._path))
        door.sendall(b'{"do":"follow"}')
        door.settimeout(10)
        assert door.recv(100) == pack({"error": "too_slow"})
