"""The second version of the API that most status pages have, and the same face on others' (``/api/v2/…``).

``summary``, ``components``, ``incidents``, ``incidents/unresolved``, ``status``: whatever lists the document has are
read. The list of incidents outranks the banner, which may say "none" while one is open; a list of components may be cut
short, so what is not in it is not said to be well. Words and traps as their makers document them and as was seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trayapp.core.model import Failure
from trayapp.watch.feeds.documents import Malformed, identity, json_in, maybe, moment, some, table, total, word
from trayapp.watch.feeds.said import Telling, quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trayapp.core.question import Official
    from trayapp.watch.feeds.documents import Table

_COMPONENT: Final = {
    "operational": None,
    "degraded_performance": Failure.OFFICIAL_MINOR,
    "partial_outage": Failure.OFFICIAL_MINOR,
    "major_outage": Failure.OFFICIAL_MAJOR,
    "full_outage": Failure.OFFICIAL_MAJOR,  # so those who only have the same face
    "under_maintenance": Failure.OFFICIAL_MAINTENANCE,
}
_IMPACT: Final = {
    "minor": Failure.OFFICIAL_MINOR,
    "major": Failure.OFFICIAL_MAJOR,
    "critical": Failure.OFFICIAL_MAJOR,
    "maintenance": Failure.OFFICIAL_MAINTENANCE,
}  # "none" is not good: the incident is open all the same
_OVER = frozenset({"resolved", "postmortem"})
_NOT_NOW = frozenset({"scheduled", "completed"})


@total
def parse(body: bytes, official: Official) -> Telling:
    """A part is called by its component's id or name, by both names as "Group - Name", or by its group's name."""
    document = table(json_in(body))
    page = table(document.get("page"))
    if official.page and identity(page) != official.page:
        raise Malformed
    if not document.keys() & {"components", "incidents", "status"}:
        raise Malformed
    reading = _Reading(official, some(document, "components"))
    for incident in some(document, "incidents"):
        status = word(incident, "status")
        if status not in _OVER:
            reading.incident(incident, status, _IMPACT.get(maybe(incident, "impact"), Failure.OFFICIAL_REPORTED))
    for planned in some(document, "scheduled_maintenances"):
        status = word(planned, "status")
        if status not in _NOT_NOW:
            reading.incident(planned, status, Failure.OFFICIAL_MAINTENANCE)
    for component in some(document, "components"):
        reading.component(component)
    if document.get("status") is not None:
        reading.banner(table(document["status"]), alone=not document.keys() & {"components", "incidents"})
    if document.get("components") is None:
        reading.telling.everything(None, "")
    return reading.telling


class _Reading:
    def __init__(self, official: Official, components: Iterable[Table]) -> None:
        self.telling = Telling(official)
        self._groups = {identity(c): word(c, "name") for c in components if c.get("group") is True}
        self._troubled = False  # somewhere on the page, also in parts that are nothing to us

    def component(self, row: Table) -> None:
        status = word(row, "status")
        if row.get("group") is True:  # it only sums up the components below it
            return
        failure = _COMPONENT.get(status, Failure.OFFICIAL_REPORTED)
        self._troubled |= failure is not None
        names = self._names(row)
        self.telling.part(names, failure, quote(names[1], status.replace("_", " ") if status in _COMPONENT else status))

    def incident(self, row: Table, status: str, failure: Failure) -> None:
        self._troubled = True
        words = quote(word(row, "name"), status.replace("_", " "))
        since = moment(row.get("started_at")) or moment(row.get("created_at"))
        parts = some(row, "components")
        if not parts:
            self.telling.whole(failure, words, since)
        for part in parts:
            self.telling.part(self._names(part), failure, words, since)

    def banner(self, row: Table, *, alone: bool) -> None:
        indicator = word(row, "indicator")
        if indicator == "none" or self._troubled:
            return
        # Trouble that no list explains is somewhere, and how bad it is for this part of theirs is not known.
        failure = _IMPACT.get(indicator) if alone else None
        self.telling.whole(failure or Failure.OFFICIAL_REPORTED, maybe(row, "description") or indicator)

    def _names(self, row: Table) -> list[str]:
        name = word(row, "name")
        group = self._groups.get(maybe(row, "group_id"), "")
        return [identity(row), f"{group} - {name}", name, group] if group else [identity(row), name]
