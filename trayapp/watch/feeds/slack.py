"""``/api/v2.0.0/current``: ok, or active with the incidents that are.

Shape as its makers document it. A notice is no outage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trayapp.core.model import Failure
from trayapp.watch.feeds.documents import Malformed, json_in, maybe, moment, rows, table, total, word
from trayapp.watch.feeds.said import Telling

if TYPE_CHECKING:
    from trayapp.core.question import Official

_GOOD = "ok"
_KIND: Final = {
    "notice": None,
    "incident": Failure.OFFICIAL_MINOR,
    "outage": Failure.OFFICIAL_MAJOR,
    "maintenance": Failure.OFFICIAL_MAINTENANCE,
}
_OVER = frozenset({"resolved", "completed", "cancelled", "scheduled"})
_SERVICES = 100


@total
def parse(body: bytes, official: Official) -> Telling:
    """A part is called as the service in the incident's list."""
    document = table(json_in(body))
    status, incidents = word(document, "status"), rows(document.get("active_incidents"))
    telling = Telling(official)
    for incident in incidents:
        failure = _KIND.get(word(incident, "type"), Failure.OFFICIAL_REPORTED)
        if failure is None or maybe(incident, "status") in _OVER:
            continue
        words, since = word(incident, "title"), moment(incident.get("date_created"))
        services = _services(incident.get("services"))
        if not services:
            telling.whole(failure, words, since)
        for service in services:
            telling.part([service], failure, words, since)
    if status != _GOOD and not incidents:
        telling.whole(Failure.OFFICIAL_REPORTED, status)
    telling.everything(None, status if status == _GOOD else "")
    return telling


def _services(value: object) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > _SERVICES:
        raise Malformed
    services = [service for service in value if isinstance(service, str)]
    if len(services) != len(value):
        raise Malformed
    return services
