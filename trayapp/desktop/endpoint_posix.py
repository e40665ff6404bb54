"""The local door on Linux and macOS: a Unix socket that only its owner can use, and a lock the kernel frees.

The lock, not the socket, tells whether another Fanal runs: after a kill -9 the socket is still there and nobody
behind it. So whoever holds the lock may sweep the old socket away. The lock file itself is never removed.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import socket
import stat
import struct
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from trayapp.desktop.endpoint_line import ANSWER_LIMIT, FOLLOW, REQUEST_LIMIT, NotRunning, pack, unpack
from trayapp.desktop.endpoint_loop import Loop

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trayapp.desktop.endpoint_line import Handle

assert sys.platform != "win32"  # noqa: S101  tells the type checker that what follows is POSIX

PATH_LIMIT = 100  # bytes; macOS allows 103, Linux 107
_STOP_S = 5.0  # how long close() waits for a handler that is still at work


class LocalEndpoint:
    """Fulfils ``Endpoint``. Make it with ``open_endpoint``."""

    def __init__(self, listener: socket.socket, path: Path, lock: int) -> None:
        self._listener = listener
        self._path = path
        self._lock: int | None = lock
        self._loop = Loop(listener, _mine)
        self._thread: threading.Thread | None = None

    def serve(self, handle: Handle) -> None:
        """Answer each request on a daemon thread, in order, until ``close``. Returns at once."""
        self._thread = threading.Thread(target=self._loop.run, args=(handle,), name="endpoint", daemon=True)
        self._thread.start()

    def tell(self) -> None:
        """Let every follower know that something has changed. From any thread; returns at once."""
        self._loop.tell()

    def close(self) -> None:
        """Stop answering and free the name. A handler may call it: its own answer still goes out."""
        if self._lock is None:
            return
        self._loop.stop()
        if self._thread is None:
            self._loop.release()
        elif self._thread is not threading.current_thread():
            self._thread.join(_STOP_S)
        self._path.unlink(missing_ok=True)
        os.close(self._lock)  # last: from here on another Fanal may take the name
        self._lock = None


def open_endpoint(folder: Path) -> LocalEndpoint | None:
    """Take the door of ``folder`` (made, and closed to others); None if another Fanal of this person has it.

    Raises OSError where no door can be made at all, PermissionError if someone else owns the folder.
    """
    folder = folder.resolve()
    _make_private(folder)
    lock = os.open(folder / "fanal.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with contextlib.ExitStack() as undo:
        undo.callback(os.close, lock)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        path = _socket_path(folder)
        _make_private(path.parent)
        path.unlink(missing_ok=True)  # of one that was killed: nobody can be behind it while the lock is ours
        listener = undo.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        listener.bind(str(path))
        path.chmod(0o600)
        listener.listen(128)
        listener.setblocking(False)  # noqa: FBT003  the library's own signature
        undo.pop_all()
        return LocalEndpoint(listener, path, lock)


def call(folder: Path, request: Mapping[str, object], timeout_s: float) -> dict[str, object]:
    """Ask the running Fanal. Raises NotRunning if none answers in time, ValueError if ``request`` is too long."""
    line = pack(request)
    if len(line) > REQUEST_LIMIT:
        raise ValueError(f"a request of {len(line)} bytes; at most {REQUEST_LIMIT} can be sent")
    deadline = time.monotonic() + timeout_s
    try:
        with _knock(folder, timeout_s) as door:
            door.sendall(line)
            return unpack(_read_line(door, deadline))
    except (OSError, ValueError) as error:
        raise NotRunning(f"no answer: {error}") from error


class Following:
    """Hears of every change that the running Fanal writes. Raises NotRunning if none runs, or has no place left."""

    def __init__(self, folder: Path, timeout_s: float) -> None:
        deadline = time.monotonic() + timeout_s
        try:
            self._door = _knock(folder, timeout_s)
        except OSError as error:
            raise NotRunning(f"no answer: {error}") from error
        try:
            self._door.sendall(pack(FOLLOW))
            taken = unpack(_read_line(self._door, deadline)).get("done") is True
        except (OSError, ValueError) as error:
            self.close()
            raise NotRunning(f"no answer: {error}") from error
        if not taken:
            self.close()
            raise NotRunning("it takes no more followers")

    def wait(self, timeout_s: float | None = None) -> bool:
        """Whether something has changed before the time was over; None waits for ever. Raises NotRunning: it ended."""
        self._door.settimeout(timeout_s)
        try:
            piece = self._door.recv(65_536)
        except TimeoutError:
            return False
        except OSError as error:
            raise NotRunning(f"it has ended: {error}") from error
        if not piece:
            raise NotRunning("it has ended")
        return True

    def close(self) -> None:
        """Hang up."""
        self._door.close()


def _knock(folder: Path, timeout_s: float) -> socket.socket:
    """A connection to the running Fanal. Raises OSError, NotRunning."""
    door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        door.settimeout(timeout_s)
        door.connect(str(_socket_path(folder.resolve())))
        ours = _mine(door)
    except BaseException:
        door.close()
        raise
    if not ours:
        door.close()
        raise NotRunning("the door belongs to somebody else")
    return door


def _read_line(door: socket.socket, deadline: float) -> bytes:
    line = bytearray()
    while not line.endswith(b"\n"):
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("too slow")
        door.settimeout(left)
        piece = door.recv(65_536)
        if not piece or len(line) + len(piece) > ANSWER_LIMIT:
            raise ValueError("the answer was cut" if not piece else "the answer was too long")
        line += piece
    return bytes(line)


def _socket_path(folder: Path) -> Path:
    """In ``folder``; where that is too long for the system, in a folder of ours among the temporary ones."""
    path = folder / "fanal.sock"
    if len(os.fsencode(path)) <= PATH_LIMIT:
        return path
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"fanal-{os.geteuid()}-{name}" / "fanal.sock"


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    info = folder.stat(follow_symlinks=False)  # among temporary folders anybody may have put a link there first
    if not stat.S_ISDIR(info.st_mode) or info.st_uid != os.geteuid():
        raise PermissionError(f"{folder} is not a folder of this account")
    if stat.S_IMODE(info.st_mode) & 0o077:
        folder.chmod(0o700)


def _mine(peer: socket.socket) -> bool:
    """Whether the process at the other end runs as this person.

    True where the system cannot tell: there the folder's mode alone keeps others out.
    """
    if sys.platform == "linux":
        _, uid, _ = struct.unpack("iII", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    elif sys.platform == "darwin":
        sol_local, local_peercred, size = 0, 1, 76  # <sys/un.h>, <sys/ucred.h>: struct xucred begins version, uid
        _, uid = struct.unpack_from("II", peer.getsockopt(sol_local, local_peercred, size))
    else:
        return True
    return bool(uid == os.geteuid())
