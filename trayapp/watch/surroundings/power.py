"""Whether a Linux computer runs on its battery: the kernel's power_supply class, as files."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_MOST: Final = 64
_LONGEST: Final = 64
_PLUGGED: Final = {"1", "2"}
"""Online at a fixed, or at a programmable voltage (the kernel's Documentation/ABI/testing/sysfs-class-power)."""


def on_battery(folder: Path) -> bool:
    """Whether a battery of the computer itself drains and nothing feeds it. ``folder``: /sys/class/power_supply.

    The battery of a mouse has the scope "Device" and does not count. May block for some tens of milliseconds: laptops
    ask their firmware. Never raises.
    """
    draining = False
    with suppress(OSError):  # no such folder: a computer without batteries
        for supply in islice(folder.iterdir(), _MOST):
            kind = _word(supply / "type")
            if _word(supply / "scope") == "Device":
                continue
            if (kind in {"Mains", "Wireless"} or kind.startswith("USB")) and _word(supply / "online") in _PLUGGED:
                return False
            draining |= kind == "Battery" and _word(supply / "status") == "Discharging"
    return draining


def _word(file: Path) -> str:
    """What stands in the file; "" if there is none, or the device just went away."""
    try:
        with file.open("rb") as source:
            return source.read(_LONGEST).decode("ascii", "replace").strip()
    except OSError:
        return ""
