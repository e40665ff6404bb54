"""Answers of probes all over the world → what they amount to. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trayapp.core.model import Evidence, Failure, Outcome, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trayapp.core.model import Millis
    from trayapp.core.question import Look, Target

SOME = "-some"
"""Ends the name of the witness for the places where it fails; if that says another word, it is `some places`."""
COUNTRY = "-country"
"""Ends the name of the witness for the person's own country."""

CONTINENTS = 2
"""It must fail on so many, or it fails in some places only."""
LEAST = 2
"""Fewer answering probes elsewhere say nothing."""
CROWD = 6
"""Among so many a single one that fails has a trouble of its own."""


@dataclass(frozen=True, slots=True)
class Place:
    """What one probe found. OK: the host was reached; FAILED; UNKNOWN: the probe itself had no answer."""

    continent: str  # two letters
    country: str  # ISO 3166 alpha-2
    outcome: Outcome
    server: bool = False  # it failed with an error of the server's own


@dataclass(frozen=True, slots=True)
class Sight:
    """What several probes found together."""

    outcome: Outcome  # OK, FAILED or UNKNOWN
    some: bool  # it fails in some places, and not in the others
    failed: int
    answered: int
    continents: int  # on which probes answered
    server: bool = False  # all who failed got an error of the server's own

    @property
    def note(self) -> str:
        """The numbers, in one form that `trayapp.words.outside` knows."""
        return f"{self.failed} of {self.answered} probes on {self.continents} continents" if self.answered else ""


def elsewhere(places: Iterable[Place], country: str = "") -> Sight:
    """Outside the person's own country: FAILED if two thirds of those who answer fail, on two continents at least."""
    said = [p for p in places if p.outcome is not Outcome.UNKNOWN and (not country or p.country != country)]
    failed = [p for p in said if p.outcome is Outcome.FAILED]
    broad = 3 * len(failed) >= 2 * len(said) and len({p.continent for p in failed}) >= CONTINENTS
    few = not failed or (len(failed) == 1 and len(said) >= CROWD)
    enough = len(said) >= LEAST
    outcome = Outcome.UNKNOWN if not enough else Outcome.FAILED if broad else Outcome.OK
    return _sight(said, failed, outcome, some=enough and not broad and not few)


def at_home(places: Iterable[Place], country: str) -> Sight:
    """In the person's own country: FAILED if two thirds of those who answer fail, OK if none does."""
    said = [p for p in places if p.outcome is not Outcome.UNKNOWN and country and p.country == country]
    failed = [p for p in said if p.outcome is Outcome.FAILED]
    if said and 3 * len(failed) >= 2 * len(said):
        return _sight(said, failed, Outcome.FAILED)
    return _sight(said, failed, Outcome.OK if said and not failed else Outcome.UNKNOWN)


def evidence(target: Target, look: Look, t: Millis, witness: str, places: Sequence[Place]) -> tuple[Evidence, ...]:
    """What ``places`` say of the platform of ``target``.

    Always both ``witness`` and ``witness-some``: they say the same unless it fails in some places only, so that neither
    leaves an old word behind. The person's own country speaks for itself, with its code as the note.
    """
    there, here = elsewhere(places, look.country), at_home(places, look.country)

    def one(probe: str, outcome: Outcome, sight: Sight, note: str) -> Evidence:
        failure = Failure.HTTP_SERVER_ERROR if outcome is Outcome.FAILED and sight.server else None
        return Evidence(
            t,
            target.platform,
            Source.OUTSIDE,
            outcome,
            probe=probe,
            host=target.probe.host,
            owner=look.owner,
            failure=failure,
            answer=f"{witness}@{t}",
            note=note,
        )

    found = [
        one(witness, there.outcome, there, there.note),
        one(witness + SOME, Outcome.FAILED if there.some else there.outcome, there, there.note),
    ]
    if here.answered:
        found.append(one(witness + COUNTRY, here.outcome, here, look.country))
    return tuple(found)


def _sight(said: Sequence[Place], failed: Sequence[Place], outcome: Outcome, *, some: bool = False) -> Sight:
    server = bool(failed) and all(p.server for p in failed)
    return Sight(outcome, some, len(failed), len(said), len({p.continent for p in said}), server)
