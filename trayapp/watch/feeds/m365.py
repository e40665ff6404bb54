"""A list of consumer services, each with one word (``/api/posts/…``).

Nobody documents it, and its host answers 200 to everything: rows of this shape only. Shape and words from clients that
read it in 2026. The time in each row is that of the answer, not of the trouble.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trayapp.core.model import Failure
from trayapp.watch.feeds.documents import json_in, maybe, rows, total, word
from trayapp.watch.feeds.said import Telling, quote

if TYPE_CHECKING:
    from trayapp.core.question import Official

_WORDS: Final = {
    "operational": None,
    "available": None,
    "service restored": None,
    "service degradation": Failure.OFFICIAL_MINOR,
    "service interruption": Failure.OFFICIAL_MAJOR,
}


@total
def parse(body: bytes, official: Official) -> Telling:
    """A part is called by the name that its service shows, or by that of its workload."""
    telling = Telling(official)
    for service in rows(json_in(body)):
        name, status = word(service, "ServiceDisplayName"), word(service, "Status")
        failure = _WORDS.get(" ".join(status.split()).casefold(), Failure.OFFICIAL_REPORTED)
        telling.part([name, maybe(service, "ServiceWorkloadName")], failure, quote(name, status))
    return telling
