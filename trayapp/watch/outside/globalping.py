"""Probes of a public measuring service: whether what fails here answers on three continents, and in the own country.

Its rules: an honest User-Agent, conditional requests, half a second between two looks at a result. Ours are narrower:
see ``budget.py``. Look-ups on their own never say that something works, only that a name fails in many places.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from trayapp.core.model import SECOND, Failure, Outcome
from trayapp.watch.outside import measurements, merged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trayapp.config.vantages import Service
    from trayapp.core.model import Evidence, Millis
    from trayapp.core.question import Look
    from trayapp.watch.outside.means import Means
    from trayapp.watch.outside.measurements import Order, Result

KIND: Final = "globalping"
NAMES: Final = "globalping-dns"

BETWEEN: Final[Millis] = 500
LONGEST: Final[Millis] = 44 * SECOND  # nothing is begun later; what is begun then ends 15 s later at the most
_PATH = "/v1/measurements"


@dataclass(frozen=True, slots=True)
class _Under:
    """A measurement under way."""

    order: Order
    id: str
    etag: str = ""
    result: Result | None = None

    @property
    def over(self) -> bool:
        return self.result is not None and self.result.finished


def look(means: Means, look: Look) -> tuple[Evidence, ...]:
    """Order what the budget allows, wait for it, and tell of each platform what the probes found."""
    service = next(iter(means.services(KIND)), None)
    if service is None:
        return ()
    began = means.mono()
    tests = means.budget.take(look.owner, began, by_hand=look.by_hand)
    wanted = measurements.orders(look.targets, look.country, tests)
    means.budget.give_back(look.owner, began, tests - sum(order.tests for order in wanted))
    under = list(_begun(means, service, wanted, began))
    return tuple(_told(means, look, _followed(means, service, under, began)))


def _begun(means: Means, service: Service, wanted: Sequence[Order], began: Millis) -> Iterator[_Under]:
    for order in wanted:
        if means.mono() - began >= LONGEST or means.budget.resting(service.name, means.mono()):
            return
        answer = means.post(service, _PATH, order.body())
        if answer is None:
            continue
        id_ = measurements.created(answer.body)
        if id_ is None:
            means.nonsense(service, answer)
            return
        yield _Under(order, id_)


def _followed(means: Means, service: Service, under: list[_Under], began: Millis) -> list[_Under]:
    """``under`` as far as they came: to their end, or to the end of our time."""
    for turn in range(LONGEST // BETWEEN):
        waiting = [at for at, each in enumerate(under) if not each.over]
        if not waiting:
            break
        means.pause(BETWEEN)
        if means.mono() - began >= LONGEST or means.budget.resting(service.name, means.mono()):
            break
        at = waiting[turn % len(waiting)]
        under[at] = _again(means, service, under[at])
    return under


def _again(means: Means, service: Service, each: _Under) -> _Under:
    headers = {"Accept": "application/json", **({"If-None-Match": each.etag} if each.etag else {})}
    answer = means.get(service, f"{_PATH}/{each.id}", headers)
    if answer is None or (answer.status == 304 and each.etag):
        return each
    found = measurements.result(answer.body, each.id, each.order)
    if found is None:
        means.nonsense(service, answer)
        return each
    return replace(each, result=found, etag=answer.headers.get("etag", ""))


def _told(means: Means, look: Look, under: Sequence[_Under]) -> Iterator[Evidence]:
    t = means.clock.now().t
    for platform in dict.fromkeys(each.order.target.platform for each in under):
        mine = [each for each in under if each.order.target.platform == platform]
        for kind, witness in ((measurements.HTTP, KIND), (measurements.DNS, NAMES)):
            asked = [each for each in mine if each.order.kind == kind]
            if not asked:
                continue
            seen = [place for each in asked if each.result is not None for place in each.result.places]
            said = merged.evidence(asked[0].order.target, look, t, witness, seen)
            yield from said if kind == measurements.HTTP else _names(said)


def _names(said: Sequence[Evidence]) -> Iterator[Evidence]:
    """Of look-ups only where they fail everywhere: a name that is found proves nothing about its host."""
    one = said[0]
    failed = one.outcome is Outcome.FAILED
    yield replace(
        one,
        outcome=Outcome.FAILED if failed else Outcome.UNKNOWN,
        failure=Failure.DNS_TEMPORARY if failed else None,
    )
