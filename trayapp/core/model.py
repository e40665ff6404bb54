"""The words of Fanal as frozen values and enums. These words and no others are used in code, tests and texts.

Times are whole milliseconds. ``Millis`` since the Unix epoch (UTC) where a name is ``t``, ``since`` or ``until``;
a length of time where it is ``ms`` or ``…_ms``. Nothing here reads a clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self, TypeAlias

Millis: TypeAlias = int

SECOND: Millis = 1_000
MINUTE: Millis = 60 * SECOND
HOUR: Millis = 60 * MINUTE
DAY: Millis = 24 * HOUR

EVERYONE = "*"
"""The ``platform`` of evidence about the line itself."""


class Function(StrEnum):
    """What a person does on a platform."""

    SIGN_IN = "sign_in"
    FEED = "feed"
    POST = "post"
    MESSAGE = "message"
    CALL = "call"
    WATCH = "watch"
    WEB = "web"
    API = "api"
    BUSINESS = "business"
    MAIL = "mail"
    OTHER = "other"


class Source(StrEnum):
    """Who speaks."""

    DIRECT = "direct"  # this computer
    OFFICIAL = "official"  # the platform's own status page
    OUTSIDE = "outside"  # other networks
    REPORTS = "reports"  # the public
    YOU = "you"  # the person
    CONTROL = "control"  # the line: something unrelated to the accused


class Outcome(StrEnum):
    """What one piece of evidence says."""

    OK = "ok"
    SLOW = "slow"
    FAILED = "failed"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Stage(StrEnum):
    """Where on its way a question failed."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    HTTP = "http"
    BODY = "body"
    TIME_OUT = "time_out"
    OFFICIAL = "official"
    HERE = "here"  # not a failure of anyone out there: the question could not be put


class Failure(StrEnum):
    """Why: the closed list. A failure is data; it never travels as an exception."""

    stage: Stage

    def __new__(cls, value: str, stage: Stage) -> Self:
        """Make a string that knows its stage."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.stage = stage
        return member

    DNS_NXDOMAIN = "dns_nxdomain", Stage.DNS
    DNS_NO_ANSWER = "dns_no_answer", Stage.DNS  # the name exists and has no address
    DNS_TEMPORARY = "dns_temporary", Stage.DNS  # SERVFAIL or no resolver answered: getaddrinfo tells no more
    DNS_REFUSED = "dns_refused", Stage.DNS  # a permanent refusal of the resolver
    DNS_TIMEOUT = "dns_timeout", Stage.DNS
    DNS_ERROR = "dns_error", Stage.DNS
    CONNECT_REFUSED = "connect_refused", Stage.CONNECT
    CONNECT_RESET = "connect_reset", Stage.CONNECT
    CONNECT_TIMEOUT = "connect_timeout", Stage.CONNECT
    CONNECT_UNREACHABLE = "connect_unreachable", Stage.CONNECT  # no route to host or network
    CONNECT_NETWORK_DOWN = "connect_network_down", Stage.CONNECT
    CONNECT_ERROR = "connect_error", Stage.CONNECT
    TLS_TIMEOUT = "tls_timeout", Stage.TLS
    TLS_RESET = "tls_reset", Stage.TLS
    TLS_EOF = "tls_eof", Stage.TLS
    TLS_WRONG_NAME = "tls_wrong_name", Stage.TLS
    TLS_UNKNOWN_ISSUER = "tls_unknown_issuer", Stage.TLS
    TLS_EXPIRED = "tls_expired", Stage.TLS
    TLS_CERTIFICATE = "tls_certificate", Stage.TLS  # any other reason not to trust it
    TLS_ERROR = "tls_error", Stage.TLS
    HTTP_TIMEOUT = "http_timeout", Stage.HTTP  # no first byte in time
    HTTP_RESET = "http_reset", Stage.HTTP
    HTTP_EOF = "http_eof", Stage.HTTP
    HTTP_PROTOCOL = "http_protocol", Stage.HTTP  # bytes that are not HTTP
    HTTP_SERVER_ERROR = "http_server_error", Stage.HTTP  # 5xx
    HTTP_REFUSED = "http_refused", Stage.HTTP  # 4xx, 999, a bot wall
    HTTP_TOO_MANY = "http_too_many", Stage.HTTP  # 429
    HTTP_LEGAL = "http_legal", Stage.HTTP  # 451
    BODY_TIMEOUT = "body_timeout", Stage.BODY
    BODY_CUT = "body_cut", Stage.BODY
    BODY_TOO_LARGE = "body_too_large", Stage.BODY
    BODY_UNEXPECTED = "body_unexpected", Stage.BODY
    BODY_SAYS_BROKEN = "body_says_broken", Stage.BODY  # an answer that itself admits the trouble
    CHECK_TIMEOUT = "check_timeout", Stage.TIME_OUT  # the whole question took too long
    OFFICIAL_MAJOR = "official_major", Stage.OFFICIAL
    OFFICIAL_MINOR = "official_minor", Stage.OFFICIAL
    OFFICIAL_REPORTED = "official_reported", Stage.OFFICIAL  # trouble in a word that is not on our list
    OFFICIAL_MAINTENANCE = "official_maintenance", Stage.OFFICIAL
    OFFICIAL_UNREADABLE = "official_unreadable", Stage.OFFICIAL
    PROXY_UNREACHABLE = "proxy_unreachable", Stage.HERE  # the person's own way out, not anybody out there
    NOT_ASKABLE = "not_askable", Stage.HERE
    INTERNAL = "internal", Stage.HERE  # a mistake of ours: never held against a platform


class Line(StrEnum):
    """The person's own connection."""

    OK = "ok"
    PORTAL = "portal"
    RESOLVER = "resolver"  # only look-ups fail
    OFFLINE = "offline"
    UNKNOWN = "unknown"


class State(StrEnum):
    """Of a platform or one of its functions."""

    UP = "up"
    SLOW = "slow"
    PARTIAL = "partial"
    DOWN = "down"
    UNREACHABLE = "unreachable"  # not from here; elsewhere works or is not known
    UNKNOWN = "unknown"


class Depth(StrEnum):
    """How deep ``up`` was seen."""

    WORKS = "works"  # a healthy answer, as the platform's file describes it
    ANSWERS = "answers"  # TLS valid and any HTTP answer: more cannot be seen


class Scope(StrEnum):
    """Whose fault, as far as seen."""

    THEIRS = "theirs"
    WIDESPREAD = "widespread"
    YOUR_NETWORK = "your_network"
    YOUR_COUNTRY = "your_country"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class Instant:
    """One reading of both clocks. ``mono`` only compares with another ``mono`` of the same ``boot``."""

    t: Millis
    mono: Millis
    boot: str = ""

    def since(self, earlier: Instant) -> Millis:
        """Milliseconds from ``earlier`` to here: steady clock within one boot, else by the wall; never negative."""
        steady = self.boot == earlier.boot
        return max(0, self.mono - earlier.mono if steady else self.t - earlier.t)

    def before(self, t: Millis) -> Instant:
        """The instant at wall time ``t``, as these two clocks run together."""
        return Instant(t, self.mono - (self.t - t), self.boot)


@dataclass(frozen=True, slots=True)
class Phases:
    """Milliseconds spent in each stage; ``None`` where the stage was not reached."""

    dns: Millis | None = None
    connect: Millis | None = None
    tls: Millis | None = None
    first_byte: Millis | None = None
    body: Millis | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One answer of one source at one time. Never edited. Claims of one answer share ``answer``."""

    t: Millis
    platform: str  # an id, or EVERYONE
    source: Source
    outcome: Outcome
    probe: str = ""
    host: str = ""
    owner: str = ""  # who was asked: for control, the operator
    function: Function | None = None
    failure: Failure | None = None
    status: int | None = None
    ms: Millis = 0
    phases: Phases = Phases()
    answer: str = ""
    via: str = ""
    note: str = ""
    families: int = 0  # address families (IPv4, IPv6) in which connecting was tried in vain: 0, 1 or 2

    @property
    def began(self) -> Millis:
        """When the question was put."""
        return self.t - self.ms

    @property
    def waited(self) -> Millis | None:
        """From the question to the first byte of the answer, or to what was the whole of it; None where none came."""
        p = self.phases
        last = p.first_byte if p.first_byte is not None else p.tls if p.tls is not None else p.connect
        if (self.failure is not None and self.status is None) or last is None:
            return None
        return sum(ms for ms in (p.dns, p.connect, p.tls, p.first_byte) if ms is not None)

    @property
    def reached(self) -> bool:
        """Something that holds a valid certificate for the right name answered: also a refusal, also a 5xx."""
        answered = self.failure is None or self.status is not None or self.failure is Failure.HTTP_PROTOCOL
        return not self.via and answered and self.phases.tls is not None


@dataclass(frozen=True, slots=True)
class Gap:
    """A time we were not looking. Neither up nor down; out of every percentage."""

    since: Millis
    until: Millis
