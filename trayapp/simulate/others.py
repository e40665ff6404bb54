"""What others say at a moment of a scenario: status pages, other networks, the public. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

from trayapp.core.model import SECOND, Evidence, Failure, Outcome, Source
from trayapp.core.question import Answer, Count, Look
from trayapp.core.question import Page as Asked
from trayapp.simulate.scenario import LineIs, Page, Reported, Word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trayapp.core.model import Function, Millis
    from trayapp.core.question import Errand, Official
    from trayapp.simulate.hosts import Internet

    Read: TypeAlias = "Callable[[Asked, Answer], tuple[tuple[Evidence, ...], bool]]"

WITNESS = "elsewhere"
"""The vantage of a scenario; with ``-some`` and ``-country`` after it, as real ones have it (``core/claims.py``)."""
READ_TAKES: Millis = 400
LOOK_TAKES: Millis = 25 * SECOND
COUNT_TAKES: Millis = 8 * SECOND
_FAILURES = {
    Word.MAJOR: Failure.OFFICIAL_MAJOR,
    Word.MINOR: Failure.OFFICIAL_MINOR,
    Word.REPORTED: Failure.OFFICIAL_REPORTED,
    Word.MAINTENANCE: Failure.OFFICIAL_MAINTENANCE,
}
_WORST_FIRST = (Word.MAJOR, Word.REPORTED, Word.MINOR, Word.MAINTENANCE, Word.FINE)
_BROAD = 2 / 3  # of what is looked at fails: it fails elsewhere too
_LOST = frozenset({LineIs.OUT, LineIs.RESOLVER, LineIs.PORTAL, LineIs.PROXY_503})


@dataclass(frozen=True, slots=True)
class Told:
    """What came of an errand; ``takes``: so long after it was sent."""

    claims: tuple[Evidence, ...]
    good: bool
    takes: Millis


@dataclass(frozen=True, slots=True)
class Others:
    """Everybody else. ``read`` is the real reader of status pages: it reads a scenario's documents."""

    internet: Internet
    read: Read

    def told(self, errand: Errand, at: Millis, t: Millis) -> Told:
        """The answer to ``errand``, put ``at``, which is the wall time ``t``."""
        line = self.internet.line(at)
        if line is not None and line.line in _LOST:
            return Told((), good=False, takes=5 * SECOND)
        match errand:
            case Asked():
                return self._page(errand, at, t)
            case Look():
                claims = tuple(self._look(errand, at, t + LOOK_TAKES))
                return Told(claims, good=bool(claims), takes=LOOK_TAKES)
            case Count():
                return Told(tuple(self._count(errand, at, t + COUNT_TAKES)), good=True, takes=COUNT_TAKES)

    def _page(self, asked: Asked, at: Millis, t: Millis) -> Told:
        host = urlsplit(asked.url).hostname or ""
        said = [p for p in self.internet.scenario.all_of(Page) if p.host == host and p.span.holds(at)]
        page = said[-1] if said else None
        if page is not None and page.document is not None:
            answer = Answer(t, t + READ_TAKES, status=200, body=page.document.encode())
            claims, good = self.read(asked, answer)
            return Told(claims, good, READ_TAKES)
        t += READ_TAKES
        claims = tuple(
            Evidence(
                t,
                platform,
                Source.OFFICIAL,
                Outcome.OK if word is Word.FINE else Outcome.FAILED,
                probe=official.id,
                host=host,
                owner=owner,
                function=function,
                failure=_FAILURES.get(word),
                status=200,
                ms=READ_TAKES,
                answer=f"{t}-{host}",
                note=page.words if page is not None and word is not Word.FINE else "",
            )
            for platform, owner, official in asked.readers
            for function, word in _words(official, page)
        )
        return Told(claims, good=True, takes=READ_TAKES)

    def _look(self, look: Look, at: Millis, t: Millis) -> Iterator[Evidence]:
        country = self.internet.scenario.country
        for platform in dict.fromkeys(target.platform for target in look.targets):
            probes = [target.probe for target in look.targets if target.platform == platform]
            failing = sum(self.internet.fails(probe, at) for probe in probes) / len(probes)
            whole = Outcome.FAILED if failing >= _BROAD else Outcome.OK
            yield _seen(platform, WITNESS, whole, t)
            yield _seen(platform, f"{WITNESS}-some", Outcome.FAILED if failing else Outcome.OK, t)
            if country and look.country == country:
                at_home = any(self.internet.fails(probe, at, country=True) for probe in probes)
                outcome = Outcome.FAILED if at_home else Outcome.OK
                yield _seen(platform, f"{WITNESS}-country", outcome, t, country)

    def _count(self, count: Count, at: Millis, t: Millis) -> Iterator[Evidence]:
        surges = [r for r in self.internet.scenario.all_of(Reported) if r.span.holds(at)]
        for platform in count.platforms:
            surge = any(platform in r.platforms for r in surges)
            yield Evidence(t, platform, Source.REPORTS, Outcome.FAILED if surge else Outcome.OK, probe="public")


def _words(official: Official, page: Page | None) -> Iterator[tuple[Function | None, Word]]:
    """What ``page`` says of each function that ``official`` reads out of it."""
    said = page.parts if page is not None else {}
    words: dict[Function | None, list[Word]] = {}
    for functions in (*official.parts.values(), official.rest):
        for covered in functions:
            words.setdefault(covered, [Word.FINE])
    for part, word in said.items():
        for touched in official.parts.get(part, official.rest):
            words[touched].append(word)
    for function, all_of_it in words.items():
        yield function, min(all_of_it, key=_WORST_FIRST.index)
    if not words:
        yield None, Word.FINE


def _seen(platform: str, probe: str, outcome: Outcome, t: Millis, note: str = "") -> Evidence:
    return Evidence(t, platform, Source.OUTSIDE, outcome, probe=probe, note=note)
