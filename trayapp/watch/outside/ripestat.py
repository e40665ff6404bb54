"""What routers all over the world see of the owner's own network: on 4 October 2021 its addresses left their tables.

That it is seen says nothing of whether anything in it works, so nobody is called well from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trayapp.core.model import SECOND, Evidence, Failure, Outcome, Source
from trayapp.watch.feeds.documents import Malformed, json_in, table

if TYPE_CHECKING:
    from trayapp.core.model import Millis
    from trayapp.core.question import Look
    from trayapp.watch.outside.means import Means

KIND: Final = "ripestat"

_LONGEST: Final[Millis] = 10 * SECOND
_LEAST = 10
"""Fewer routers that tell what they see are no view of the world; there are some hundreds."""
_MOST = 10_000


def look(means: Means, look: Look) -> tuple[Evidence, ...]:
    """Of every platform in doubt the same: how many of the routers see the network of its owner."""
    began = means.mono()
    numbers = means.vantages.networks.get(look.owner, ())
    seen: list[tuple[int, int]] = []
    for service in means.services(KIND)[:1]:
        for number in numbers:
            if means.mono() - began >= _LONGEST:
                break
            answer = means.get(service, f"/data/routing-status/data.json?resource=AS{number}&sourceapp=fanal")
            if answer is None:
                break
            found = parse(answer.body, number)
            if found is None:
                means.nonsense(service, answer)
                break
            seen.append(found)
    if not seen or len(seen) < len(numbers):
        return ()
    sees, of = max(seen, key=lambda one: one[0] / one[1])  # an owner is gone when its last network is
    gone = 2 * sees < of
    t = means.clock.now().t
    return tuple(
        Evidence(
            t,
            platform,
            Source.OUTSIDE,
            Outcome.FAILED if gone else Outcome.UNKNOWN,
            probe=KIND,
            owner=look.owner,
            failure=Failure.CONNECT_UNREACHABLE if gone else None,
            answer=f"{KIND}@{t}",
            note=f"{of - sees} of {of} routers",
        )
        for platform in dict.fromkeys(target.platform for target in look.targets)
    )


def parse(body: bytes, number: int) -> tuple[int, int] | None:
    """How many routers see the network, of how many; ``None``: no such document, or one about another network."""
    try:
        data = table(table(json_in(body)).get("data"))
        seen = table(table(data.get("visibility")).get("v4"))
    except Malformed:
        return None
    sees, of = seen.get("ris_peers_seeing"), seen.get("total_ris_peers")
    if str(data.get("resource")) not in {str(number), f"AS{number}"}:
        return None
    if not _count(sees) or not _count(of):
        return None
    assert isinstance(sees, int)  # noqa: S101 - tells mypy what _count has said
    assert isinstance(of, int)  # noqa: S101 - the same
    return (sees, of) if of >= _LEAST and sees <= of else None


def _count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST
