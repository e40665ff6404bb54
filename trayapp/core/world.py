"""All that the core knows at one moment, what can happen to it, and what it asks its neighbours to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from trayapp.core.model import Line
from trayapp.core.ports import Allowed, Around, Known, Restored
from trayapp.core.roster import Roster
from trayapp.core.schedule import Plan
from trayapp.core.wishes import Wishes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trayapp.core.claims import Claims
    from trayapp.core.confirm import Standing
    from trayapp.core.judge import Verdict
    from trayapp.core.looks import Looked
    from trayapp.core.model import Evidence, Gap, Instant, Millis
    from trayapp.core.pace import Pace
    from trayapp.core.pages import Reading
    from trayapp.core.ports import Claim, Delivery, Interval, Reply
    from trayapp.core.present import Row
    from trayapp.core.question import Answer, Control, Errand, Platform, Probe
    from trayapp.core.story import Event, Incident, Notice
    from trayapp.core.turns import Key
    from trayapp.core.wishes import Wish

NoticeKey: TypeAlias = "tuple[str, int, str]"


@dataclass(frozen=True, slots=True)
class World:
    """Frozen: every step makes a new one. Mappings in it are never changed in place."""

    now: Instant
    platforms: tuple[Platform, ...] = ()
    controls: tuple[Control, ...] = ()
    roster: Roster = field(default_factory=Roster)
    # what was seen
    window: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)  # by platform, oldest first
    control: Mapping[str, Evidence] = field(default_factory=dict)  # each control's latest
    rounds: tuple[Evidence, ...] = ()  # what the controls said lately, oldest first
    looks_from: Millis = 0  # answers to questions put before this lie in a gap, and say nothing
    heard: Mapping[str, Millis] = field(default_factory=dict)  # by owner: when it last vouched for the line
    looked_at: Millis | None = None  # when any answer last came
    seen_well: frozenset[str] = frozenset()  # platforms that worked at some time since the start
    claims: Mapping[str, Claims] = field(default_factory=dict)  # by platform: what others say of it
    paces: Mapping[Key, Pace] = field(default_factory=dict)  # how long each probe usually takes
    lagging: Mapping[str, Millis] = field(default_factory=dict)  # by platform: when its last, very late answer came
    waits: Mapping[str, tuple[Millis, Millis]] = field(default_factory=dict)  # by owner: (t, waited) of its last answer
    around: Around = Around()
    network: str = ""  # the last that had a name: while a new one has none yet, and while there is none
    began: Millis = 0  # when this run began
    known: Mapping[tuple[str, str], Known] = field(default_factory=dict)  # by (network, platform)
    closely: Mapping[str, Millis] = field(default_factory=dict)  # complained of: watched closely until then (mono)
    wanted: Mapping[str, Instant] = field(default_factory=dict)  # complained of, and not answered yet: since when
    wishes: Wishes = field(default_factory=Wishes)
    # what it amounts to
    line: Line = Line.UNKNOWN
    counts_from: Millis = 0  # failures of questions put before this are nobody's fault
    standings: Mapping[str, Standing] = field(default_factory=dict)
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    states: Mapping[str, Interval] = field(default_factory=dict)
    rows: Mapping[str, Row] = field(default_factory=dict)  # by platform: as every exit shows it
    incidents: Mapping[str, Incident] = field(default_factory=dict)  # by id: open, or closed lately; oldest first
    judged_at: Millis | None = None  # mono: when everybody was last judged, not only who had answered
    # what is to be said and asked
    outbox: tuple[Notice, ...] = ()
    speaking: Mapping[NoticeKey, Notice] = field(default_factory=dict)  # claimed, not yet answered for
    said: Mapping[str, Millis] = field(default_factory=dict)  # by incident: when it was last spoken of
    plan: Plan = field(default_factory=Plan)
    pages: Mapping[str, Reading] = field(default_factory=dict)  # by address
    allowed: Allowed = Allowed()
    looks: Mapping[str, Looked] = field(default_factory=dict)  # by owner: from other networks
    count_due: Millis | None = 0  # mono: when the public's reports are counted next; None: somebody is at it
    wake: Millis | None = None  # mono: when the engine means to come back, if nothing happens before
    unsaved: bool = False


@dataclass(frozen=True, slots=True)
class Started:
    """The first input: what is watched, and what an earlier run left."""

    now: Instant
    platforms: tuple[Platform, ...]
    controls: tuple[Control, ...]
    restored: Restored = field(default_factory=Restored)
    around: Around = Around()
    phase: Millis = 0  # a random time below the routine interval: not every Fanal asks in the same second
    allowed: Allowed = Allowed()


@dataclass(frozen=True, slots=True)
class Reconfigured:
    """From now on something else is watched, or others may be asked. ``allowed`` None: as before."""

    now: Instant
    platforms: tuple[Platform, ...]
    controls: tuple[Control, ...]
    allowed: Allowed | None = None


@dataclass(frozen=True, slots=True)
class Surrounded:
    """The surroundings were looked at."""

    now: Instant
    around: Around


@dataclass(frozen=True, slots=True)
class Complained:
    """The person says that a platform does not work for them."""

    now: Instant
    platform: str


@dataclass(frozen=True, slots=True)
class Wished:
    """The person wants something of Fanal itself."""

    now: Instant
    wish: Wish


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
class Seen:
    """Answers whose outcome was judged when they came, as a recording holds them: all since the last step, in order."""

    now: Instant
    evidence: tuple[Evidence, ...]  # of this computer only: direct and control


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


@dataclass(frozen=True, slots=True)
class Told:
    """Others have spoken: a platform's own page, other networks, the public."""

    now: Instant
    claims: tuple[Evidence, ...]
    errand: str = ""  # the key of the errand that this is the answer to
    good: bool = True  # whether anything was learned
    rest: Millis = 0  # whoever was asked wants to be left alone for so long


Input: TypeAlias = (
    Started
    | Tick
    | Answered
    | Seen
    | CheckNow
    | Delivered
    | Saved
    | Reconfigured
    | Surrounded
    | Complained
    | Told
    | Wished
)


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to put now."""

    key: Key
    probe: Probe
    patient: bool = False  # routine, and all is well: it may wait a moment for the others of its turn


@dataclass(frozen=True, slots=True)
class Effects:
    """What is to be done, in this order: write, then say, ask and show."""

    events: tuple[Event, ...] = ()
    incidents: tuple[Incident, ...] = ()
    intervals: tuple[Interval, ...] = ()
    notices: tuple[tuple[Notice, Claim], ...] = ()
    evidence: tuple[Evidence, ...] = ()
    gaps: tuple[Gap, ...] = ()
    known: tuple[Known, ...] = ()
    wishes: Wishes | None = None
    say: tuple[Notice, ...] = ()
    replies: tuple[Reply, ...] = ()
    asks: tuple[Ask, ...] = ()
    errands: tuple[Errand, ...] = ()

    @property
    def urgent(self) -> bool:
        """Whether it must be written at once rather than with the next heartbeat."""
        return bool(self.events or self.intervals or self.notices or self.gaps or self.wishes)

    @property
    def durable(self) -> bool:
        """Whether it must outlive a power cut: something that a person is or was told."""
        return bool(self.events or self.notices or self.wishes)
