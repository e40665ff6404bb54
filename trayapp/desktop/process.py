"""Starts Fanal itself from a window: in a session of its own, so that it outlives the window."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading

from trayapp.desktop.autostart import own_command

_log = logging.getLogger(__name__)
_NO_CONSOLE = 0x0800_0000 if sys.platform == "win32" else 0  # CREATE_NO_WINDOW


def start() -> bool:
    """Begin to watch, with nothing to read and nowhere to write; whether it could be begun."""
    try:
        process = _begun()
    except OSError as error:
        _log.warning("Fanal could not be started: %s", error)
        return False
    # Somebody must ask how it ended, else it stays in the system's table for as long as we run.
    threading.Thread(target=process.wait, name="fanal", daemon=True).start()
    return True


def _begun() -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own command
        own_command(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        close_fds=True,
        creationflags=_NO_CONSOLE,
    )
