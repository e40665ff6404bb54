"""What is asked of whom, and what came back before anyone judges it: the platforms' data as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from trayapp.core.model import Failure, Function, Millis, Phases

if TYPE_CHECKING:
    from collections.abc import Mapping

Json: TypeAlias = "str | int | float | bool | None"


@dataclass(frozen=True, slots=True)
class Shape:
    """What an answer must look like. Every given part must hold; ``json`` maps a dotted path to its allowed values."""

    status: frozenset[int] = frozenset()
    json: Mapping[str, tuple[Json, ...]] = field(default_factory=dict)
    body: str | None = None  # the exact text


@dataclass(frozen=True, slots=True)
class Probe:
    """One question to one host, from a platform's file. ``id`` names it as a witness, unique in its platform."""

    id: str
    kind: str  # the name of a file in watch/probes
    host: str
    port: int = 443
    path: str = "/"
    method: str = "HEAD"
    secure: bool = True
    sees: tuple[Function, ...] = (Function.WEB,)
    healthy: Shape | None = None  # None: depth `answers` is all that this probe can see
    broken: tuple[Shape, ...] = ()  # bodies that say so themselves, whatever the status
    redirects: frozenset[str] = frozenset()  # hosts to which a redirect may be followed; none: it is the answer
    on_suspicion: bool = False  # asked only while something is suspected of its owner, not in routine


@dataclass(frozen=True, slots=True)
class Official:
    """A platform's own status page: where it is read, and which of its parts stand for which functions.

    A part that ``parts`` does not name is not this platform's, unless ``rest`` says which functions it stands for.
    """

    id: str
    system: str  # the name of a file in watch/feeds
    url: str
    page: str = ""  # the page's own id, where its system has one: a document of another page is not believed
    name: str = ""  # how it is called in sentences: "Meta's status page"
    parts: Mapping[str, tuple[Function, ...]] = field(default_factory=dict)  # their name of a part → functions
    rest: tuple[Function, ...] = ()
    sole: bool = False  # the only witness of some function: asked every 60 s, not every 300 s


@dataclass(frozen=True, slots=True)
class Platform:
    """What a person watches."""

    id: str
    name: str
    owner: str
    owner_name: str
    functions: tuple[Function, ...]
    probes: tuple[Probe, ...]
    help: str = ""  # the platform's own help or status page, for people
    officials: tuple[Official, ...] = ()
    default: bool = False  # watched until the person has chosen


@dataclass(frozen=True, slots=True)
class Page:
    """One status page and all for whom it speaks: it is read once for all of them."""

    url: str
    system: str
    readers: tuple[tuple[str, str, Official], ...]  # (platform's id, its owner, how it reads the page)

    @property
    def key(self) -> str:
        """What names it among all errands."""
        return self.url

    @property
    def sole(self) -> bool:
        """Whether it is the only witness of something."""
        return any(official.sole for _, _, official in self.readers)


@dataclass(frozen=True, slots=True)
class Target:
    """What fails here, and is to be asked from elsewhere."""

    platform: str
    probe: Probe


@dataclass(frozen=True, slots=True)
class Look:
    """A look at an owner from other networks. ``country``: the person's own, ISO 3166 alpha-2; "" = not known."""

    owner: str
    targets: tuple[Target, ...]
    country: str = ""
    by_hand: bool = False  # the person asked: no waiting, and no limit of one look in ten minutes

    @property
    def key(self) -> str:
        """What names it among all errands."""
        return f"look:{self.owner}"


@dataclass(frozen=True, slots=True)
class Count:
    """How much the public reports of everybody in ``platforms`` (ids): always all, so that it betrays nothing."""

    platforms: tuple[str, ...]

    @property
    def key(self) -> str:
        """What names it among all errands."""
        return "count"


Errand: TypeAlias = "Page | Look | Count"
"""What others are asked; what they say comes back as claims."""


@dataclass(frozen=True, slots=True)
class Control:
    """A question about the line, to something unrelated. ``by_address``: needs no look-up."""

    probe: Probe
    owner: str
    by_address: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one probe, before it is judged: facts only."""

    began: Millis
    t: Millis  # when it was known
    phases: Phases = Phases()
    failure: Failure | None = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)  # lower-case names
    body: bytes = b""
    via: str = ""  # "" = directly; else what stood between: "proxy", "interception"
    address: str = ""  # which address answered; never recorded
    families: int = 0  # address families in which connecting was tried in vain
