"""Public resolvers, asked by JSON over HTTPS: whether a name fails everywhere, or only at the person's own resolver.

That a name is found says nothing of whether its host works, so nobody is called well from here.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from trayapp.core.model import SECOND, Evidence, Failure, Outcome, Source, Stage
from trayapp.watch.feeds.documents import Malformed, json_in, some, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trayapp.config.vantages import Service
    from trayapp.core.model import Millis
    from trayapp.core.question import Look, Target
    from trayapp.watch.outside.means import Means

KIND: Final = "doh"
RESOLVER: Final = "resolver"
"""The witness who says that only the person's own resolver fails."""

_LONGEST: Final[Millis] = 10 * SECOND  # nothing is begun later
_HEADERS: Final = {"Accept": "application/dns-json"}
_A, _AAAA = 1, 28
_LEAST = 2  # who would accuse on the word of one would accuse for a trouble of that one


class Named(Enum):
    """What a resolver says of a name, by the codes of RFC 1035."""

    FOUND = "found"
    BROKEN = "broken"  # SERVFAIL: the name servers of the domain do not answer it
    ABSENT = "absent"  # NXDOMAIN
    UNCLEAR = "unclear"  # it refuses, or the name has no address


_CODES: Final = {2: Named.BROKEN, 3: Named.ABSENT}
_FAILURES: Final = {Named.BROKEN: Failure.DNS_TEMPORARY, Named.ABSENT: Failure.DNS_NXDOMAIN}


def look(means: Means, look: Look) -> tuple[Evidence, ...]:
    """Of each host that fails here: whether it is found elsewhere, and here."""
    began = means.mono()
    found: dict[str, tuple[Evidence, ...]] = {}
    for target in look.targets:
        if means.mono() - began < _LONGEST and target.platform not in found and _has_name(target):
            said = tuple(_ask(means, target.probe.host, began))
            if said:
                found[target.platform] = tuple(_told(means, look, target, said))
    return tuple(e for each in found.values() for e in each)


def parse(body: bytes, host: str) -> Named | None:
    """What the document says of ``host``; ``None``: it is none, or one about another name."""
    try:
        document = table(json_in(body))
        names = {str(q.get("name", "")).rstrip(".").lower() for q in some(document, "Question")}
        status = document.get("Status")
        if not isinstance(status, int) or isinstance(status, bool) or names != {host}:
            return None
        if status == 0 and any(a.get("type") in (_A, _AAAA) for a in some(document, "Answer")):
            return Named.FOUND
        return _CODES.get(status, Named.UNCLEAR)
    except Malformed:
        return None


def _ask(means: Means, host: str, began: Millis) -> Iterator[Named]:
    for service in means.services(KIND):
        if means.mono() - began < _LONGEST:
            named = _one(means, service, host)
            if named is not None:
                yield named


def _one(means: Means, service: Service, host: str) -> Named | None:
    answer = means.get(service, f"?name={quote(host)}&type=A", _HEADERS)
    if answer is None:
        return None
    named = parse(answer.body, host)
    if named is None:
        means.nonsense(service, answer)
    return named


def _told(means: Means, look: Look, target: Target, said: tuple[Named, ...]) -> Iterator[Evidence]:
    failing = [named for named in said if named in _FAILURES]
    enough = len(said) >= _LEAST
    lost = enough and len(failing) == len(said)
    found = enough and all(named is Named.FOUND for named in said)
    here = means.net.dns(target.probe).failure if found else None
    t = means.clock.now().t

    def one(probe: str, failure: Failure | None, note: str) -> Evidence:
        outcome = Outcome.UNKNOWN if failure is None else Outcome.FAILED
        return Evidence(
            t,
            target.platform,
            Source.OUTSIDE,
            outcome,
            probe=probe,
            host=target.probe.host,
            owner=look.owner,
            failure=failure,
            answer=f"{KIND}@{t}",
            note=note,
        )

    numbers = f"{len(failing)} of {len(said)} resolvers"
    yield one(KIND, _FAILURES[failing[0]] if lost else None, numbers)
    yield one(RESOLVER, here if here is not None and here.stage is Stage.DNS else None, numbers)


def _has_name(target: Target) -> bool:
    host = target.probe.host
    return ":" not in host and not host.replace(".", "").isdigit()
