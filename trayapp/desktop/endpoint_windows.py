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
    CLIENTS,
    PATIENCE_S,
    REQUEST_LIMIT,
    NotRunning,
    answer,
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

    def serve(self, handle: Handle) -> None:
        """Answer each request, one after the other, until ``close``. Returns at once."""
        self._thread = threading.Thread(target=self._listen, args=(handle,), name="endpoint", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop answering and free the name. A handler may call it."""
        if self._closing.is_set():
            return
        self._closing.set()
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
                client.send_bytes(self._reply(client, handle))
        except (OSError, EOFError):
            _log.debug("a client of the endpoint went away", exc_info=True)
        finally:
            self._places.release()

    def _reply(self, client: Connection[bytes, bytes], handle: Handle) -> bytes:
        if not client.poll(PATIENCE_S):
            return refusal("too_slow")
        line = client.recv_bytes(REQUEST_LIMIT)  # longer: OSError, and the library closes the door
        with self._turn:
            return answer(line, handle)


def open_endpoint(folder: Path) -> LocalEndpoint | None:
    """Take the door of ``folder``; None if another Fanal of this person has it."""
    return open_at(_address(folder), "AF_PIPE")


def call(folder: Path, request: Mapping[str, object], timeout_s: float) -> dict[str, object]:
    """Ask the running Fanal. Raises NotRunning if none answers in time, ValueError if ``request`` is too long."""
    return call_at(_address(folder), "AF_PIPE", request, timeout_s)


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
