"""A gate that a signal handler may open. Opened once, for good."""

from __future__ import annotations

import os
import sys
import time


class Gate:
    """Waited at by one thread, opened by any, also from within a signal handler.

    Not ``threading.Event``: its lock is held while it is being set, and a second signal that interrupts the first one's
    handler would wait for that lock for ever. A byte in a pipe needs no lock, and one that comes before the wait is
    found there. The pipe lives as long as the gate: closed, its number might be another file's when a late signal
    writes.
    """

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        self.opened = False

    def open(self) -> None:
        """Let the waiting thread go on."""
        self.opened = True
        os.write(self._writer, b".")

    def wait(self) -> None:
        """Stay until it is open."""
        while not self.opened:
            if sys.platform == "win32":
                time.sleep(0.5)  # there a blocked read would not let a handler run
            else:
                os.read(self._reader, 1)

    def __del__(self) -> None:
        os.close(self._reader)
        os.close(self._writer)
