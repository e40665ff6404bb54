"""Lines of a recording → moments: what came in together, and when by both clocks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from trayapp.core.model import Evidence, Gap, Instant, Millis, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trayapp.storage.records import Entry, Step

    What: TypeAlias = "tuple[Evidence, ...] | Gap | Step"


@dataclass(frozen=True, slots=True)
class Moment:
    """One step. ``late``: the clocks told of a gap before it; ``asks``: (platform, probe) of what was asked in it."""

    now: Instant
    what: What
    late: bool = False
    asks: tuple[tuple[str, str], ...] = ()
    turned: bool = False  # the clocks run otherwise together than before, or it is another boot


class Clocks:
    """Both clocks as a recording tells of them: where it says nothing they run together."""

    def __init__(self) -> None:
        self._ahead: Millis | None = None  # wall minus steady
        self._boot = ""

    def read(self, entry: Entry) -> tuple[Instant, bool]:
        """The instant of a line, and whether the clocks have turned."""
        t, beside = entry.t, entry.beside
        mono, boot = beside.get("mono"), str(beside["boot"]) if "boot" in beside else self._boot
        ahead = t - mono if mono is not None else t if self._ahead is None else self._ahead
        turned = (ahead, boot) != (self._ahead, self._boot)
        self._ahead, self._boot = ahead, boot
        return Instant(t, t - ahead, boot), turned


def moments(entries: Iterable[Entry]) -> Iterator[Moment]:
    """What came in with the line before, or is another claim of the same answer, is one moment with it."""
    clocks = Clocks()
    last: Moment | None = None
    for entry in entries:
        together = _together(last, entry) if last is not None else None
        if last is not None and together is not None:
            last = replace(last, what=together)
            continue
        if last is not None:
            yield last
        now, turned = clocks.read(entry)
        what = (entry.what,) if isinstance(entry.what, Evidence) else entry.what
        last = Moment(now, what, entry.beside.get("late") is True, entry.beside.get("asks", ()), turned)
    if last is not None:
        yield last


def _together(last: Moment, entry: Entry) -> tuple[Evidence, ...] | None:
    """All that ``last`` and ``entry`` say, if they are one moment."""
    if not isinstance(last.what, tuple) or not isinstance(entry.what, Evidence):
        return None
    one, other = last.what[-1], entry.what
    claims = one.source not in {Source.DIRECT, Source.CONTROL} and one.source is other.source
    alike = claims and one.t == other.t and one.answer == other.answer != ""
    return (*last.what, other) if alike or entry.beside.get("same") is True else None
