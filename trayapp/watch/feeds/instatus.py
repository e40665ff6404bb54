"""``components.json`` and ``summary.json`` of a page that many small services rent.

Shape from real documents. The word for the whole page may say "UP" during an incident: parts and incidents outrank it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from trayapp.core.model import Failure
from trayapp.watch.feeds.documents import Malformed, identity, json_in, maybe, moment, some, table, total, word
from trayapp.watch.feeds.said import Telling, quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trayapp.core.question import Official
    from trayapp.watch.feeds.documents import Table

_COMPONENT: Final = {
    "OPERATIONAL": None,
    "DEGRADEDPERFORMANCE": Failure.OFFICIAL_MINOR,
    "PARTIALOUTAGE": Failure.OFFICIAL_MINOR,
    "MINOROUTAGE": Failure.OFFICIAL_MINOR,
    "MAJOROUTAGE": Failure.OFFICIAL_MAJOR,
    "UNDERMAINTENANCE": Failure.OFFICIAL_MAINTENANCE,
}
_PAGE: Final = {"UP": None, "UNDERMAINTENANCE": Failure.OFFICIAL_MAINTENANCE}
_OVER = frozenset({"RESOLVED"})
_NOT_NOW = frozenset({"NOTSTARTEDYET", "COMPLETED"})


@total
def parse(body: bytes, official: Official) -> Telling:
    """A part is called by its component's id or name, by both names as "Group - Name", or by its group's name."""
    document = table(json_in(body))
    page = None if document.get("page") is None else table(document["page"])
    if official.page and (page is None or official.page not in _names_of(page)):
        raise Malformed
    if page is None and document.get("components") is None:
        raise Malformed
    telling = Telling(official)
    troubled = False
    for incident in some(document, "activeIncidents"):
        if maybe(incident, "status") not in _OVER:
            troubled = True
            failure = _COMPONENT.get(maybe(incident, "impact")) or Failure.OFFICIAL_REPORTED
            telling.whole(failure, word(incident, "name"), moment(incident.get("started")))
    for planned in some(document, "activeMaintenances"):
        if maybe(planned, "status") not in _NOT_NOW:
            troubled = True
            telling.whole(Failure.OFFICIAL_MAINTENANCE, word(planned, "name"), moment(planned.get("start")))
    for component in some(document, "components"):
        troubled |= _component(telling, component)
    if page is not None:
        _whole(telling, word(page, "status"), troubled=troubled, alone=document.get("components") is None)
    return telling


def _component(telling: Telling, row: Table) -> bool:
    """Whether it is in trouble."""
    name, status, group = word(row, "name"), word(row, "status"), row.get("group")
    failure = _word(_COMPONENT, status)
    above = "" if group is None else maybe(table(group), "name")
    joined = f"{above} - {name}" if above else name
    telling.part([identity(row), joined, name, *([above] if above else [])], failure, quote(joined, status))
    return failure is not None


def _whole(telling: Telling, status: str, *, troubled: bool, alone: bool) -> None:
    failure = _word(_PAGE, status)
    if failure is not None and not troubled:
        telling.whole(failure, status)
    if alone:
        telling.everything(None, status)


def _word(known: Mapping[str, Failure | None], status: str) -> Failure | None:
    return known.get(status, Failure.OFFICIAL_REPORTED)


def _names_of(page: Table) -> set[str]:
    return {identity(page), maybe(page, "name"), _host(maybe(page, "url"))} - {""}


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
