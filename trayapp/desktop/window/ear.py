"""Hears, on a thread of its own, whether Fanal runs and whenever it has written something. Nobody is asked in vain."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Protocol

from trayapp.desktop.endpoint_line import NotRunning

if TYPE_CHECKING:
    from collections.abc import Callable

KNOCK_S = 2.0
AGAIN_S = 3.0  # until one knocks again where nobody was; a connection to nobody costs nothing
REST_S = 0.2  # between two readings: what is written in bursts is read once


class Followed(Protocol):
    """As ``desktop.endpoint.Following``."""

    def wait(self, timeout_s: float | None = None) -> bool:
        """Whether something has changed; raises NotRunning."""

    def close(self) -> None:
        """Hang up."""


class Ear:
    """``follow`` connects, or raises NotRunning; ``heard`` gets whether Fanal runs: at once, and after each change."""

    def __init__(self, follow: Callable[[], Followed], heard: Callable[[bool], None]) -> None:
        self._follow, self._heard = follow, heard
        self._end = threading.Event()
        threading.Thread(target=self._run, name="ear", daemon=True).start()

    def close(self) -> None:
        """Hear nothing more."""
        self._end.set()

    def _run(self) -> None:
        alive: bool | None = None
        while not self._end.is_set():
            try:
                following = self._follow()
            except NotRunning:
                if alive is not False:
                    self._heard(False)  # noqa: FBT003 - the agreed call
                alive = False
                self._end.wait(AGAIN_S)
                continue
            alive = True
            try:
                self._listen(following)
            except NotRunning:
                continue  # it has ended: the knock tells whether another one runs by now
            finally:
                following.close()

    def _listen(self, following: Followed) -> None:
        while not self._end.is_set():
            self._heard(True)  # noqa: FBT003 - the agreed call
            began = time.monotonic()
            following.wait()
            self._end.wait(max(0.0, REST_S - (time.monotonic() - began)))
