"""Chance that goes the same way each time: drawn from what is asked, and when."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trayapp.core.model import Millis


def chance(what: str, at: Millis) -> float:
    """From 0 to just below 1, spread evenly, and the same for the same question."""
    return zlib.crc32(f"{what} {at}".encode()) / (1 << 32)
