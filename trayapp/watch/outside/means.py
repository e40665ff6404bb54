"""What every vantage is asked with, and the one way in which a document of theirs is fetched."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trayapp.core.model import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trayapp.config.vantages import Service, Vantages
    from trayapp.core.model import Millis
    from trayapp.core.ports import Clock, Net
    from trayapp.core.question import Answer
    from trayapp.watch.outside.budget import Budget

_OK, _NOT_MODIFIED, _UNSUITABLE = 200, 304, 422
_JSON = {"Accept": "application/json"}


def _pause(ms: Millis) -> None:
    threading.Event().wait(ms / SECOND)


@dataclass(frozen=True, slots=True)
class Means:
    """Shared by all of them."""

    net: Net
    clock: Clock
    budget: Budget
    vantages: Vantages
    pause: Callable[[Millis], None] = field(default=_pause)

    def mono(self) -> Millis:
        """Now, on the steady clock."""
        return self.clock.now().mono

    def services(self, kind: str) -> tuple[Service, ...]:
        """Those of one kind that are not to be left alone."""
        found = (s for s in self.vantages.services if s.kind == kind)
        return tuple(s for s in found if not self.budget.resting(s.name, self.mono()))

    def get(self, service: Service, path: str, headers: Mapping[str, str] = _JSON) -> Answer | None:
        """What ``service`` answers: 200, or 304; ``None`` for anything else, and then it is left alone for a while."""
        return self.heard(service, self.net.document(service.url + path, headers), {_OK, _NOT_MODIFIED})

    def post(self, service: Service, path: str, body: bytes) -> Answer | None:
        """What ``service`` answers when it is told ``body``, a JSON document: 2xx, else as ``get``."""
        headers = {**_JSON, "Content-Type": "application/json"}
        return self.heard(service, self.net.post(service.url + path, body, headers), range(200, 300))

    def heard(self, service: Service, answer: Answer, good: range | set[int]) -> Answer | None:
        """``answer``, if it is one of the ``good``."""
        if answer.status in good and answer.failure is None:
            return answer
        if answer.status == _UNSUITABLE:
            return None  # it is well, and has nobody where we wanted to ask from
        if answer.status is None or answer.status in good:
            self.budget.silence(service.name, self.mono())
        else:
            self.nonsense(service, answer)
        return None

    def nonsense(self, service: Service, answer: Answer) -> None:
        """It refuses, or says what cannot be read. Through a box in the middle it may be the box that said so."""
        rests = self.budget.silence if answer.via else self.budget.trouble
        rests(service.name, self.mono())
