"""A dashboard's ``incidents.json``: every incident of some years, those without an end being open.

Shape from real documents and their published schema. One document speaks of many products; ``parts`` choose among them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trayapp.core.model import Failure
from trayapp.watch.feeds.documents import identity, json_in, maybe, moment, rows, some, table, total, word
from trayapp.watch.feeds.said import Telling, quote

if TYPE_CHECKING:
    from trayapp.core.question import Official
    from trayapp.watch.feeds.documents import Table

_IMPACT: Final = {
    "AVAILABLE": None,
    "SERVICE_INFORMATION": None,  # something to know; nothing is broken
    "SERVICE_DISRUPTION": Failure.OFFICIAL_MINOR,
    "SERVICE_OUTAGE": Failure.OFFICIAL_MAJOR,
}
_HEADINGS = frozenset({"summary", "description", "title", ""})


@total
def parse(body: bytes, official: Official) -> Telling:
    """A part is called by its product's title or id."""
    telling = Telling(official)
    for incident in rows(json_in(body)):
        word(incident, "begin")
        identity(incident)
        if maybe(incident, "end"):
            continue
        failure = _failure(incident)
        since = moment(incident["begin"])
        for names in _products(incident):
            if failure is not None:
                telling.part(names, failure, quote(names[-1], _gist(incident)), since)
    telling.everything(None, "")
    return telling


def _failure(incident: Table) -> Failure | None:
    latest = incident.get("most_recent_update")
    impact = maybe(incident, "status_impact")
    impact = (maybe(table(latest), "status") if latest is not None else "") or impact
    failure = _IMPACT.get(impact, Failure.OFFICIAL_REPORTED)
    severe = failure is Failure.OFFICIAL_MINOR and maybe(incident, "severity") == "high"
    return Failure.OFFICIAL_MAJOR if severe else failure


def _products(incident: Table) -> list[list[str]]:
    affected = [[identity(product), word(product, "title")] for product in some(incident, "affected_products")]
    return affected or [[maybe(incident, "service_key"), word(incident, "service_name")]]


def _gist(incident: Table) -> str:
    """The first line that says something, without the marks of its headings; else the bare word."""
    lines = (line.replace("*", "").replace("#", "").strip() for line in maybe(incident, "external_desc").splitlines())
    telling = next((line for line in lines if line.rstrip(":").casefold() not in _HEADINGS), "")
    return telling or maybe(incident, "status_impact")
