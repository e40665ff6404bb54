"""What a host answers at a moment of a scenario, seen from this computer or from elsewhere. Pure.

Chance is drawn from the question itself (host, moment): the same scenario always goes the same way.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trayapp.core.model import EVERYONE, SECOND, Failure, Phases, Stage
from trayapp.core.question import Answer
from trayapp.simulate.chance import chance
from trayapp.simulate.connection import is_address, way
from trayapp.simulate.scenario import Connection, Hosts, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trayapp.core.model import Millis
    from trayapp.core.question import Control, Platform, Probe
    from trayapp.simulate.scenario import Scenario

TAKES: Mapping[Failure, Millis] = {
    Failure.DNS_TIMEOUT: 5 * SECOND,
    Failure.CONNECT_TIMEOUT: 5 * SECOND,
    Failure.TLS_TIMEOUT: 5 * SECOND,
    Failure.HTTP_TIMEOUT: 10 * SECOND,
    Failure.BODY_TIMEOUT: 15 * SECOND,
    Failure.CHECK_TIMEOUT: 15 * SECOND,
}
"""As long as the real network waits; whatever else fails, fails at once."""
SLOW_STEP: Millis = 3_500
_SERVER_ERROR = 500
_AFTER = {
    Stage.DNS: frozenset({"http", "tls", "tcp", "dns"}),
    Stage.CONNECT: frozenset({"http", "tls", "tcp"}),
    Stage.TLS: frozenset({"http", "tls"}),
}
"""Which kinds of questions get as far as this; to later stages only whole exchanges do."""


@dataclass(frozen=True, slots=True)
class Internet:
    """Everybody of whom something can be asked, over the time of a scenario."""

    scenario: Scenario
    owners: Mapping[str, frozenset[str]]  # by host: its platforms and their owner

    def asked(self, probe: Probe, at: Millis, began: Millis) -> Answer:
        """The answer to a question that is put ``at`` (``began`` by the wall clock)."""
        passed = way(self.line(at), probe, at)
        pace = _Pace(_quick(probe, at), SLOW_STEP if passed.slow else None)
        if passed.cut is not None:
            return _failed(probe, began, passed.cut, via=passed.via)
        if passed.status is not None:
            return _said(probe, began, (passed.status, b""), pace, via=passed.via)
        return _answer(probe, began, self._change(probe.host, at, here=True), pace, via=passed.via)

    def fails(self, probe: Probe, at: Millis, *, country: bool = False) -> bool:
        """Whether those on other networks (in the person's own country) do not get through, or get a server's error."""
        found = self._change(probe.host, at, here=False, country=country)
        answer = _answer(probe, at, found, _Pace(_quick(probe, at)))
        return answer.failure is not None or (answer.status or 0) >= _SERVER_ERROR

    def line(self, at: Millis) -> Connection | None:
        """What is wrong with the person's own line; the change that the file names last counts."""
        held = [c for c in self.scenario.all_of(Connection) if c.span.holds(at)]
        return held[-1] if held else None

    def _change(self, host: str, at: Millis, *, here: bool, country: bool = False) -> Hosts | None:
        owners = self.owners.get(host, frozenset())
        for change in reversed(self.scenario.all_of(Hosts)):
            seen = change.seen is Place.EVERYWHERE or (change.seen is Place.COUNTRY and (here or country))
            # What only one network does is over when the computer leaves it.
            on_it = self.scenario.network_at(at) == self.scenario.network_at(change.span.at)
            seen = seen or (change.seen is Place.HERE and here and on_it)
            if seen and change.holds(at) and change.about(host, owners) and chance(host, at) < change.share:
                return change
        return None


def internet(scenario: Scenario, platforms: Iterable[Platform], controls: Iterable[Control]) -> Internet:
    """The internet of ``scenario``, with everybody who is watched."""
    owners: dict[str, frozenset[str]] = {}
    for p in platforms:
        for probe in p.probes:
            owners[probe.host] = owners.get(probe.host, frozenset()) | {p.id, p.owner}
    for control in controls:
        owners[control.probe.host] = owners.get(control.probe.host, frozenset()) | {EVERYONE}
    return Internet(scenario, owners)


@dataclass(frozen=True, slots=True)
class _Pace:
    """How long a good answer takes in all, or each of its steps."""

    ms: Millis
    step: Millis | None = None


def _answer(probe: Probe, began: Millis, found: Hosts | None, pace: _Pace, via: str = "") -> Answer:
    answer = found.answer if found is not None else None
    if isinstance(answer, Failure):
        if probe.kind in _AFTER.get(answer.stage, frozenset({"http"})):
            return _failed(probe, began, answer, via=via)
        answer = None
    if probe.kind != "http":
        return _met(probe, began, pace, via=via)
    if found is None or answer is None:
        return _said(probe, began, _promised(probe), pace, via=via)
    said = _said(probe, began, (answer, (found.body or "").encode()), pace, via=via)
    return replace(said, headers={"retry-after": found.retry_after}) if found.retry_after else said


def _promised(probe: Probe) -> tuple[int, bytes]:
    """The healthy answer, as the platform's file has it."""
    shape = probe.healthy
    if shape is None:
        return 200, b""
    status = min(shape.status, default=200)
    if shape.body is not None:
        return status, shape.body.encode()
    out: dict[str, object] = {}
    for path, allowed in shape.json.items():
        here, (*way, last) = out, path.split(".")
        for key in way:
            inner = here.setdefault(key, {})
            assert isinstance(inner, dict)  # noqa: S101 - made here; this tells mypy
            here = inner
        here[last] = allowed[0]
    return status, json.dumps(out).encode() if out else b""


def _failed(probe: Probe, began: Millis, failure: Failure, *, via: str) -> Answer:
    takes = TAKES.get(failure, 30)
    shaken = failure.stage in {Stage.HTTP, Stage.BODY} and probe.secure
    phases = Phases(5, 20, 25) if shaken else Phases(5, 20) if failure.stage is Stage.TLS else Phases()
    families = 1 if failure.stage is Stage.CONNECT else 0
    return Answer(began, began + takes, phases, failure, via=via, families=families)


def _met(probe: Probe, began: Millis, pace: _Pace, *, via: str) -> Answer:
    """Look-up, connection, and a handshake if that was asked for."""
    phases = Phases(
        None if is_address(probe.host) else pace.step or 5,
        None if probe.kind == "dns" else pace.step or 20,
        (pace.step or 25) if probe.kind == "tls" else None,
    )
    return Answer(began, began + _took(phases, pace), phases, via=via)


def _said(probe: Probe, began: Millis, said: tuple[int, bytes], pace: _Pace, *, via: str) -> Answer:
    """A whole exchange."""
    dns = None if is_address(probe.host) else pace.step or 5
    tls = (pace.step or 25) if probe.secure else None
    phases = Phases(dns, pace.step or 20, tls, pace.step or max(1, pace.ms - 50))
    return Answer(began, began + _took(phases, pace), phases, status=said[0], body=said[1], via=via)


def _took(phases: Phases, pace: _Pace) -> Millis:
    if pace.step is None:
        return pace.ms
    return sum(each or 0 for each in (phases.dns, phases.connect, phases.tls, phases.first_byte))


def _quick(probe: Probe, at: Millis) -> Millis:
    """60 to 300 ms, by chance."""
    return 60 + int(240 * chance(probe.id, at))
