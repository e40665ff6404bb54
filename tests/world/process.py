"""How much memory a process holds, as its kernel tells it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

MIB = 1024  # KiB
FORGET_PEAK = "5"  # proc(5), clear_refs


@dataclass(frozen=True, slots=True)
class Memory:
    """MiB: its share of all (PSS), what is resident, and the most that ever was."""

    share: float
    resident: float
    peak: float

    @classmethod
    def of(cls, pid: int) -> Memory:
        """Look at a process of our own. Raises OSError where there is none any more."""
        process = Path("/proc", str(pid))
        told = (process / "smaps_rollup").read_text("ascii") + (process / "status").read_text("utf-8")
        kib = {key: int(value) for key, value in re.findall(r"(?m)^(\w+):\s+(\d+) kB$", told)}
        return cls(kib["Pss"] / MIB, kib["Rss"] / MIB, kib["VmHWM"] / MIB)

    def over(self, mark: Memory) -> float:
        """By how much it has grown at its worst, also where it has shrunk again since."""
        return max(self.share - mark.share, self.peak - mark.resident)


def forget_peak(pid: int) -> None:
    """Let the peak begin anew at what is resident now."""
    Path("/proc", str(pid), "clear_refs").write_text(FORGET_PEAK, "ascii")
