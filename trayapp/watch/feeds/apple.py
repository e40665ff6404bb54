"""A list of services, each with its events (``system_status_….js``): JSON, or JSON in a call of a function.

Shape from captures of several years; the older ones do not tell of which kind an event is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from trayapp.core.model import Failure
from trayapp.watch.feeds.documents import json_in, maybe, moment, rows, some, table, total, word
from trayapp.watch.feeds.said import Telling, quote

if TYPE_CHECKING:
    from trayapp.core.question import Official

_CALL = re.compile(rb"\s*+[A-Za-z_$][\w$.]{0,63}\((.*)\)\s*+(?:;\s*+)?", re.DOTALL)
_KIND: Final = {
    "Issue": Failure.OFFICIAL_MINOR,
    "Performance": Failure.OFFICIAL_MINOR,
    "Outage": Failure.OFFICIAL_MAJOR,
    "Maintenance": Failure.OFFICIAL_MAINTENANCE,
}
_NOT_NOW = frozenset({"resolved", "completed", "upcoming"})


@total
def parse(body: bytes, official: Official) -> Telling:
    """A part is called as the service is."""
    call = _CALL.fullmatch(body)
    document = table(json_in(call[1] if call else body))
    telling = Telling(official)
    for service in rows(document.get("services")):
        name = word(service, "serviceName")
        for event in some(service, "events"):
            if maybe(event, "eventStatus") in _NOT_NOW:
                continue
            kind = maybe(event, "statusType")
            failure = _KIND.get(kind, Failure.OFFICIAL_REPORTED)
            words = quote(name, maybe(event, "message") or kind or maybe(event, "eventStatus"))
            telling.part([name], failure, words, moment(event.get("epochStartDate")))
        telling.part([name], None, name)
    return telling
