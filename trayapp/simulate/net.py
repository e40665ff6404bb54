"""A scenario as a network: fulfils ``Net`` without a socket. Whoever asks waits as long as the answer takes."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trayapp.core.model import SECOND, Failure
from trayapp.core.question import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trayapp.core.model import Evidence, Millis
    from trayapp.core.question import Errand, Probe
    from trayapp.simulate.clock import FastClock
    from trayapp.simulate.others import Others


@dataclass(frozen=True, slots=True)
class SimulatedNet:
    """``wait`` takes real seconds."""

    others: Others
    clock: FastClock
    wait: Callable[[float], None] = time.sleep

    def http(self, probe: Probe) -> Answer:
        """See ``Net``; as the next three."""
        return self._asked(probe)

    def tls(self, probe: Probe) -> Answer:
        """As ``http``."""
        return self._asked(probe)

    def tcp(self, probe: Probe) -> Answer:
        """As ``http``."""
        return self._asked(probe)

    def dns(self, probe: Probe) -> Answer:
        """As ``http``."""
        return self._asked(probe)

    def document(self, url: str, headers: Mapping[str, str]) -> Answer:  # noqa: ARG002 - as Net has it
        """Nobody reads pages this way here: see ``run``."""
        return self._nothing()

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:  # noqa: ARG002 - as Net has it
        """As ``document``."""
        return self._nothing()

    def run(self, errand: Errand) -> tuple[tuple[Evidence, ...], bool]:
        """What others say, and whether anything was learned of it."""
        now = self.clock.now()
        told = self.others.told(errand, now.mono, now.t)
        self._pass(told.takes)
        return told.claims, told.good

    def _asked(self, probe: Probe) -> Answer:
        began = self.clock.now()
        answer = self.others.internet.asked(probe, began.mono, began.t)
        self._pass(answer.t - answer.began)
        return replace(answer, t=max(answer.began, self.clock.now().t))

    def _nothing(self) -> Answer:
        now = self.clock.now().t
        return Answer(now, now, failure=Failure.NOT_ASKABLE)

    def _pass(self, ms: Millis) -> None:
        self.wait(ms / SECOND / self.clock.speed)
