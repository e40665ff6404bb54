"""All that the core knows at one moment, what can happen to it, and what it asks its neighbours to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from trayapp.core.model import Line
from trayapp.core.ports import Restored
from trayapp.core.schedule import Plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trayapp.core.confirm import Standing
    from trayapp.core.judge import Verdict
    from trayapp.core.model import Event, Evidence, Gap, Incident, Instant, Millis, Notice
    from trayapp.core.ports import Claim, Delivery, Interval
    from trayapp.core.question import Answer, Control, Platform, Probe
    from trayapp.core.schedule import Key

NoticeKey: TypeAlias = "tuple[str, int, str]"


@dataclass(frozen=True, slots=True)
class World:
    """Frozen: every step makes a new one. Mappings in it are never changed in place."""

    now: Instant
    platforms: tuple[Platform, ...] = ()
    controls: tuple[Control, ...] = ()
    # what was seen
    window: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)  # by platform, oldest first
    control: Mapping[str, Evidence] = field(default_factory=dict)  # each control's latest
    rounds: tuple[Evidence, ...] = ()  # what the controls said lately, oldest first
    looks_from: Millis = 0  # answers to questions put before this lie in a gap, and say nothing
    heard: Mapping[str, Millis] = field(default_factory=dict)  # by owner: when it last vouched for the line
    looked_at: Millis | None = None  # when any answer last came
    seen_well: frozenset[str] = frozenset()  # platforms that worked at some time since the start
    # what it amounts to
    line: Line = Line.UNKNOWN
    counts_from: Millis = 0  # failures of questions put before this are nobody's fault
    standings: Mapping[str, Standing] = field(default_factory=dict)
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    states: Mapping[str, Interval] = field(default_factory=dict)
    incidents: Mapping[str, Incident] = field(default_factory=dict)  # by owner: open, or closed lately
    # what is to be said and asked
    outbox: tuple[Notice, ...] = ()
    speaking: Mapping[NoticeKey, Notice] = field(default_factory=dict)  # claimed, not yet answered for
    said: Mapping[str, Millis] = field(default_factory=dict)  # by incident: when it was last spoken of
    plan: Plan = field(default_factory=Plan)
    wake: Millis | None = None  # mono: when the engine means to come back, if nothing happens before
    unsaved: bool = False


@dataclass(frozen=True, slots=True)
class Started:
    """The first input: what is watched, and what an earlier run left."""

    now: Instant
    platforms: tuple[Platform, ...]
    controls: tuple[Control, ...]
    restored: Restored = field(default_factory=Restored)


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""

    now: Instant


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer has come to a question that was put."""

    now: Instant
    key: Key
    answer: Answer


@dataclass(frozen=True, slots=True)
class CheckNow:
    """The person wants everybody asked at once."""

    now: Instant


@dataclass(frozen=True, slots=True)
class Delivered:
    """A channel has answered for a notice."""

    now: Instant
    key: NoticeKey
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Saved:
    """Whether the last commit could be written."""

    now: Instant
    well: bool


Input: TypeAlias = Started | Tick | Answered | CheckNow | Delivered | Saved


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to put now."""

    key: Key
    probe: Probe


@dataclass(frozen=True, slots=True)
class Effects:
    """What is to be done, in this order: write, then say, ask and show."""

    events: tuple[Event, ...] = ()
    incidents: tuple[Incident, ...] = ()
    intervals: tuple[Interval, ...] = ()
    notices: tuple[tuple[Notice, Claim], ...] = ()
    evidence: tuple[Evidence, ...] = ()
    gaps: tuple[Gap, ...] = ()
    say: tuple[Notice, ...] = ()
    asks: tuple[Ask, ...] = ()

    @property
    def urgent(self) -> bool:
        """Whether it must be written at once rather than with the next heartbeat."""
        return bool(self.events or self.intervals or self.notices or self.gaps)

    @property
    def durable(self) -> bool:
        """Whether it must outlive a power cut: something that a person is or was told."""
        return bool(self.events or self.notices)
