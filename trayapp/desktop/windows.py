"""Windows live in processes of their own: this opens one, or brings the one that is open to the front.

A window's process is told so by a line on its standard input, which is a pipe from whoever opened it; see ``called``.
"""

from __future__ import annotations

import logging
import os
import stat
import sys
import threading
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Mapping, Sequence

FIRST = "first"
WINDOWS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"log": ("window",), "settings": ("settings",), FIRST: ("settings", "first")}
)
"""A window's name, as the menu has it → what follows the program's own command."""
_NO_CONSOLE = 0x0800_0000 if sys.platform == "win32" else 0  # CREATE_NO_WINDOW
_FRONT = b"front\n"

_log = logging.getLogger(__name__)


class Opener:
    """``command`` starts this very program again."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._lock = threading.Lock()
        self._open: dict[tuple[str, ...], subprocess.Popen[bytes]] = {}

    def open(self, name: str) -> bool:
        """Open the window of that name; whether it could be begun. From any thread; takes milliseconds."""
        import subprocess  # noqa: PLC0415 - behind the icon: nothing else needs it

        words = WINDOWS[name]
        with self._lock:
            there = self._open.get(words)
            if there is not None and there.poll() is None and _front(there):
                return True
            try:
                self._open[words] = process = subprocess.Popen(  # noqa: S603 - our own program
                    [*self._command, *words],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,  # it outlives the one that opened it
                    creationflags=_NO_CONSOLE,
                )
            except OSError as error:
                _log.warning("the window %r cannot be opened: %s", name, error)
                return False
        threading.Thread(target=_await, args=(process,), name="window", daemon=True).start()
        return True


def _front(process: subprocess.Popen[bytes]) -> bool:
    try:
        if process.stdin is not None:
            process.stdin.write(_FRONT)
            process.stdin.flush()
    except OSError:  # it is ending
        return False
    return True


def _await(process: subprocess.Popen[bytes]) -> None:
    """Take note of its end: nobody else does, and it would stay behind as a zombie."""
    process.wait()
    if process.stdin is not None:
        try:
            process.stdin.close()
        except OSError:
            _log.debug("a window ended while it was called", exc_info=True)


def called(front: Callable[[], object]) -> None:
    """In the window's process: call ``front``, on a thread of its own, whenever the window is wanted once more.

    Only where standard input is a pipe: at a terminal it belongs to the person.
    """
    if sys.stdin is None or not stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        return
    threading.Thread(target=_listen, args=(front,), name="called", daemon=True).start()


def _listen(front: Callable[[], object]) -> None:
    with os.fdopen(os.dup(sys.stdin.fileno()), "rb") as lines:
        while (line := lines.readline(64)) != b"":
            if line == _FRONT:
                front()
