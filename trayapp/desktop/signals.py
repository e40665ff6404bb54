"""The signals that ask a program to end."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def heed(leave: Callable[[], None]) -> None:
    """Call ``leave`` for each of them, in its handler, in place of whatever was called before. Main thread only."""
    for number in (signal.SIGTERM, signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGTERM)):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as `nohup` leaves it, for good reason
            signal.signal(number, lambda *_: leave())
