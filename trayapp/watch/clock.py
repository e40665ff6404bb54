"""The Clock port on the system's two clocks."""

from __future__ import annotations

import functools
import sys
import time
from pathlib import Path

from trayapp.core.model import Instant

_NS_A_MS = 1_000_000


class SystemClock:
    """Wall time, and a steady clock that counts sleep where the system has one (Linux: CLOCK_BOOTTIME)."""

    def now(self) -> Instant:
        """Read both."""
        return Instant(time.time_ns() // _NS_A_MS, _steady_ns() // _NS_A_MS, boot_id())


if sys.platform == "linux":

    def _steady_ns() -> int:
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)

else:

    def _steady_ns() -> int:
        return time.monotonic_ns()


@functools.cache
def boot_id() -> str:
    """What this boot of the machine is called; steady times of two processes compare only within one boot.

    Linux tells it. Elsewhere the moment of boot, to ten seconds, as it looks when this process first asks: it is
    another one after the wall clock was set, or after sleep that the steady clock does not count. Then walls are
    compared.
    """
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return f"{(time.time_ns() - _steady_ns()) // (10_000 * _NS_A_MS)}"
