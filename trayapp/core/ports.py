"""What the core's neighbours must be able to do. Adapters fulfil these; tests and the simulator bring their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from trayapp.core.judge import Official, Verdict
    from trayapp.core.model import Depth, Evidence, Function, Gap, Instant, Line, Millis, Scope, State
    from trayapp.core.pace import Pace
    from trayapp.core.present import Icon
    from trayapp.core.question import Answer, Probe
    from trayapp.core.story import Event, Incident, Notice, Quote
    from trayapp.core.wishes import Wishes


class Clock(Protocol):
    """Both clocks at once."""

    def now(self) -> Instant:
        """Read them. ``mono`` counts time asleep where the system can tell."""


class Net(Protocol):
    """The world outside. Every method returns an Answer, never raises, and returns within its hard deadline."""

    def http(self, probe: Probe) -> Answer:
        """One HTTP exchange, each hop on a fresh connection; redirects as the probe allows, no cookie, body bounded."""

    def tls(self, probe: Probe) -> Answer:
        """Look-up, connect and a TLS handshake valid for the host; then close."""

    def tcp(self, probe: Probe) -> Answer:
        """Look-up (none for an address) and connect; then close."""

    def dns(self, probe: Probe) -> Answer:
        """Look the host up with the system's resolver; nothing else."""

    def document(self, url: str, headers: Mapping[str, str]) -> Answer:
        """GET a document of up to 4 MiB, inflated with that bound; ``headers`` are sent beside our own."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """POST ``body`` and read the answer, as ``document`` does."""


@dataclass(frozen=True, slots=True)
class Around:
    """What this computer says of the moment."""

    network: str = ""  # an opaque name of the network it is on, the same whenever it is on it; "": none, or not known
    frugal: bool = False  # on battery, or the network is metered: ask less
    quiet: bool = False  # the person's quiet hours, or the desktop says not to disturb: nothing is said now


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the person lets Fanal do of its own accord, beside asking the platforms and their pages."""

    outside: bool = False  # other networks, about what fails here
    reports: bool = False  # how much the public reports
    country: str = ""  # the person's own, ISO 3166 alpha-2; "": not known, or not to be told
    remind: Millis = 0  # tell again of an outage that goes on, this often; 0: never


class Surroundings(Protocol):
    """Reads ``Around``. Quick (a few milliseconds), never raises."""

    def look(self) -> Around:
        """As it is now."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of a platform on one network."""

    network: str
    platform: str
    reached: Millis | None = None  # when it was first well there
    standing: Millis | None = None  # since when its silence counts as how this network is; None: it does not


@dataclass(frozen=True, slots=True)
class Interval:
    """A platform's state from ``since`` until the next interval of that platform begins."""

    platform: str
    state: State
    scope: Scope
    since: Millis


@dataclass(frozen=True, slots=True)
class Reply:
    """What the person is answered who said that a platform does not work for them."""

    platform: str
    asked: Millis  # when they said so
    verdict: Verdict
    depth: Depth | None
    line: Line
    official: Official
    still_well: tuple[str, ...] = ()  # the owner's other platforms that were seen well
    functions: tuple[Function, ...] = ()  # what a source that can know it says is broken
    said: Quote | None = None  # the worst that its own page says


class Claim(StrEnum):
    """Of a row in the outbox."""

    PENDING = "pending"
    CLAIMED = "claimed"  # handed to a channel; counts as said, whatever happens next
    SAID = "said"
    STALE = "stale"  # given up


@dataclass(frozen=True, slots=True)
class Batch:
    """What one commit writes: all of it or nothing."""

    now: Instant
    status: str  # the snapshot that `fanal status --json` prints, as JSON text
    incidents: tuple[Incident, ...] = ()  # as they stand now: inserted or replaced
    events: tuple[Event, ...] = ()
    notices: tuple[tuple[Notice, Claim], ...] = ()  # inserted or replaced by key
    intervals: tuple[Interval, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    gaps: tuple[Gap, ...] = ()
    known: tuple[Known, ...] = ()  # inserted or replaced by (network, platform)
    wishes: Wishes | None = None  # as they are now, where they have changed


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restart goes on from."""

    incidents: tuple[Incident, ...] = ()  # the open ones and those closed lately
    notices: tuple[Notice, ...] = ()  # still pending
    states: Mapping[str, Interval] = field(default_factory=dict)  # each platform's last interval
    looked: Instant | None = None  # the last heartbeat
    known: tuple[Known, ...] = ()
    wishes: Wishes | None = None
    paces: Mapping[tuple[str, str], Pace] = field(default_factory=dict)  # by (platform, probe): the last day


class Store(Protocol):
    """The one writer of the history. Used by the engine's thread only."""

    def restore(self, lately: Millis) -> Restored:
        """Read what must survive a restart; ``lately`` is the wall time after which a closed incident still counts."""

    def commit(self, batch: Batch, *, durable: bool) -> None:
        """Write ``batch`` in one transaction; ``durable`` also survives a power cut. Raises StoreError."""

    def close(self) -> None:
        """Let go of the file."""


class StoreError(Exception):
    """The history could not be read or written; the message says what, where and what to do."""


class Delivery(StrEnum):
    """What became of a notice."""

    SAID = "said"
    REFUSED = "refused"  # known not to have been shown: try again
    TIMED_OUT = "timed_out"  # may have been shown: counts as said


@dataclass(frozen=True, slots=True)
class Toast:
    """A notice in the person's language. ``key`` names the story: a later toast of the same key takes its place."""

    key: str
    title: str
    body: str
    urgent: bool
    icon: Icon
    actions: tuple[tuple[str, str], ...] = ()  # (command, what stands on the button)
    sound: bool = False  # where the channel can choose


class Notifier(Protocol):
    """One channel, or several in order of preference. Called on the notice thread; may block for its own time-out."""

    name: str

    def deliver(self, toast: Toast) -> Delivery:
        """Say it. Never raises."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A row of the menu. Without ``command`` it only says something; ``text`` "" is a separator."""

    text: str
    command: str = ""
    default: bool = False
    more: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Face:
    """All that the tray shows. Equal faces are not drawn again."""

    icon: Icon
    count: int
    mark: bool
    tooltip: str
    menu: Sequence[Choice]
    answer: str = ""  # the one line, without the time of the last look: for exits that write only what changes


class Tray(Protocol):
    """The icon. ``run`` belongs to the main thread; ``show`` and ``stop`` may be called from any."""

    def run(self, first: Face, ready: Callable[[], None]) -> None:
        """Show the icon and stay until ``stop``; ``ready`` is called once it is on its way to the screen."""

    def show(self, face: Face) -> None:
        """Change to ``face``, on the toolkit's own thread."""

    def stop(self) -> None:
        """Take the icon away and let ``run`` return."""


class Endpoint(Protocol):
    """The local door for other processes of the same person. Owning it is the single-instance lock."""

    def serve(self, handle: Callable[[Mapping[str, object]], Mapping[str, object]]) -> None:
        """Answer each request on a daemon thread, in order, until ``close``."""

    def close(self) -> None:
        """Stop answering and free the name."""
