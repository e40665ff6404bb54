"""The local door on Windows: a named pipe whose first instance is the lock. Only bytes are sent, never pickles.

A pipe's default rights let its creator's account write and nobody else. ``first`` of the library's pipe listener is
FILE_FLAG_FIRST_PIPE_INSTANCE: the second Fanal is refused by the system, and the name is free again as soon as the
process is gone, however it went. Nothing here is Windows' own but the address: the tests run it over a Unix socket.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from multiprocessing.connection import Client, Listener
from typing import TYPE_CHECKING

from trayapp.desktop.endpoint_line import (
    ANSWER_LIMIT,
    CHANGED,
    CLIENTS,
    FOLLOW,
    FOLLOWED,
    FOLLOWERS,
    PATIENCE_S,
    REQUEST_LIMIT,
    NotRunning,
    answer,
    follows,
    pack,
    refusal,
    unpack,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from multiprocessing.connection import Connection
    from pathlib import Path

    from trayapp.desktop.endpoint_line import Handle

_STOP_S = 5.0  # how long close() waits for the listening thread

_log = logging.getLogger(__name__)


class LocalEndpoint:
    """Fulfils ``Endpoint``. Make it with ``open_endpoint``. One thread a client, handlers one at a time."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._thread: threading.Thread | None = None
        self._closing = threading.Event()
        self._turn = threading.Lock()
        self._places = threading.BoundedSemaphore(CLIENTS)
        self._news = threading.Condition()
        self._changes = self._followers = 0  # how often something has changed; who wants to know

    def serve(self, handle: Handle) -> None:
        """Answer each request, one after the other, until ``close``. Returns at once."""
        self._thread = threading.Thread(target=self._listen, args=(handle,), name="endpoint", daemon=True)
        self._thread.start()

    def tell(self) -> None:
        """Let every follower know that something has changed. From any thread; returns at once."""
        with self._news:
            self._changes += 1
            self._news.notify_all()

    def close(self) -> None:
        """Stop answering and free the name. A handler may call it."""
        if self._closing.is_set():
            return
        self._closing.set()
        self.tell()  # the followers' threads wait for nothing else
        if self._thread:
            try:
                Client(self._listener.address).close()  # nothing else ends a blocked accept() on a pipe
            except OSError:
                _log.debug("the endpoint has ended already", exc_info=True)
            self._thread.join(_STOP_S)
        self._listener.close()

    def _listen(self, handle: Handle) -> None:
        while True:
            self._places.acquire()
            try:
                client = self._listener.accept()
            except OSError:
                self._places.release()
                if self._closing.wait(0.1):  # a client that went away again must not make this loop run hot
                    return
                continue
            if self._closing.is_set():
                client.close()
                return
            threading.Thread(target=self._serve, args=(client, handle), name="endpoint client", daemon=True).start()

    def _serve(self, client: Connection[bytes, bytes], handle: Handle) -> None:
        try:
            with client:
                line = client.recv_bytes(REQUEST_LIMIT) if client.poll(PATIENCE_S) else None  # longer: OSError
                if line is None:
                    client.send_bytes(refusal("too_slow"))
                elif follows(line):
                    self._lead(client)
                else:
                    with self._turn:
                        reply = answer(line, handle)
                    client.send_bytes(reply)
        except (OSError, EOFError):
            _log.debug("a client of the endpoint went away", exc_info=True)
        finally:
            self._places.release()

    def _lead(self, client: Connection[bytes, bytes]) -> None:
        """Tell of every change, until the follower has gone or the door closes."""
        with self._news:
            full = self._followers >= FOLLOWERS
            self._followers += not full
            seen = self._changes
        if full:
            client.send_bytes(refusal("too_many"))
            return
        try:
            client.send_bytes(FOLLOWED)
            while not self._closing.is_set():
                with self._news:
                    self._news.wait_for(lambda known=seen: self._changes != known)  # type: ignore[misc]
                    seen = self._changes
                if not self._closing.is_set():
                    client.send_bytes(CHANGED)
        finally:
            with self._news:
                self._followers -= 1


def open_endpoint(folder: Path) -> LocalEndpoint | None:
    """Take the door of ``folder``; None if another Fanal of this person has it."""
    return open_at(_address(folder), "AF_PIPE")


def call(folder: Path, request: Mapping[str, object], timeout_s: float) -> dict[str, object]:
    """Ask the running Fanal. Raises NotRunning if none answers in time, ValueError if ``request`` is too long."""
    return call_at(_address(folder), "AF_PIPE", request, timeout_s)


class FollowingAt:
    """As ``Following``, at an address of a family of ``multiprocessing.connection``."""

    def __init__(self, address: str, family: str, timeout_s: float) -> None:
        try:
            self._door = Client(address, family)
        except OSError as error:
            raise NotRunning(f"no answer: {error}") from error
        try:
            self._door.send_bytes(pack(FOLLOW))
            taken = self._door.poll(timeout_s) and unpack(self._door.recv_bytes(ANSWER_LIMIT)).get("done") is True
        except (OSError, EOFError, ValueError) as error:
            self.close()
            raise NotRunning(f"no answer: {error}") from error
        if not taken:
            self.close()
            raise NotRunning("it takes no more followers")

    def wait(self, timeout_s: float | None = None) -> bool:
        """Whether something has changed before the time was over; None waits for ever. Raises NotRunning: it ended."""
        try:
            if not self._door.poll(timeout_s):
                return False
            self._door.recv_bytes(ANSWER_LIMIT)
        except (OSError, EOFError) as error:
            raise NotRunning(f"it has ended: {error}") from error
        return True

    def close(self) -> None:
        """Hang up."""
        self._door.close()


class Following(FollowingAt):
    """Hears of every change that the running Fanal writes. Raises NotRunning if none runs, or has no place left."""

    def __init__(self, folder: Path, timeout_s: float) -> None:
        super().__init__(_address(folder), "AF_PIPE", timeout_s)


def open_at(address: str, family: str) -> LocalEndpoint | None:
    """As ``open_endpoint``, at an address of a family of ``multiprocessing.connection``."""
    try:
        return LocalEndpoint(Listener(address, family))
    except OSError:  # access denied: the first instance is somebody else's
        return None


def call_at(address: str, family: str, request: Mapping[str, object], timeout_s: float) -> dict[str, object]:
    """As ``call``, at an address of a family of ``multiprocessing.connection``."""
    line = pack(request)
    if len(line) > REQUEST_LIMIT:
        raise ValueError(f"a request of {len(line)} bytes; at most {REQUEST_LIMIT} can be sent")
    try:
        with Client(address, family) as door:
            door.send_bytes(line)
            if not door.poll(timeout_s):
                raise NotRunning("no answer in time")
            return unpack(door.recv_bytes(ANSWER_LIMIT))
    except (OSError, EOFError, ValueError) as error:
        raise NotRunning(f"no answer: {error}") from error


def _address(folder: Path) -> str:
    name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    return rf"\\.\pipe\fanal-{name}"
