"""Organisations with their services, each with one word (``orgs.json``); or the outages of one (``outages/….json``).

Shape and words from several independent clients; no complete real document is public. Any other path of such a page
answers 200 with a shell of HTML, so only JSON of this shape is believed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from trayapp.core.model import Failure
from trayapp.watch.feeds.documents import identity, json_in, maybe, moment, rows, total, word
from trayapp.watch.feeds.said import Telling, quote

if TYPE_CHECKING:
    from trayapp.core.question import Official

_WORDS: Final = {
    "no known issues": None,
    "resolved": None,  # stays there for hours
    "low disruptions": Failure.OFFICIAL_MINOR,
    "medium disruptions": Failure.OFFICIAL_MINOR,
    "high disruptions": Failure.OFFICIAL_MAJOR,
    "major disruptions": Failure.OFFICIAL_MAJOR,  # as it was quoted on 5 March 2024
}
_OUTAGES = "/outages/"


@total
def parse(body: bytes, official: Official) -> Telling:
    """A part is called by its service's id or name, or by the id or name of the organisation that it belongs to."""
    telling = Telling(official)
    document = rows(json_in(body))
    if _OUTAGES in urlsplit(official.url).path:
        for outage in document:
            status = word(outage, "status")
            failure = _failure(status)
            if failure is not None:
                telling.whole(failure, status, moment(outage.get("time")))
        telling.everything(None, "")
        return telling
    for organisation in document:
        above = [word(organisation, "id"), maybe(organisation, "name")]
        for service in rows(organisation.get("services")):
            own = [identity(service), maybe(service, "name")]
            status = word(service, "status")
            failure = _failure(status)
            called = own[1] or above[1] or above[0]
            since = None if failure is None else moment(service.get("time"))
            telling.part([*own, *above], failure, quote(called, status), since)
    return telling


def _failure(status: str) -> Failure | None:
    return _WORDS.get(" ".join(status.split()).casefold(), Failure.OFFICIAL_REPORTED)
