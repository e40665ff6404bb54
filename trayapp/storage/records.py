"""Evidence as lines of JSON, "v": 1: a form to keep, to send and to replay. Written here, and read back strictly.

A line is evidence, a gap (``gap_until``), or a *step*: what besides evidence the core was told of, so that a replay
takes the very same way. Whoever knows no steps leaves them out, and the fields named in ``STEP_FIELDS`` too.

In no line is an address, a resolver or a network's name of the person's own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, TypeAlias

from trayapp.core.model import DAY, Evidence, Failure, Function, Gap, Millis, Outcome, Phases, Source
from trayapp.core.present import iso
from trayapp.storage.fields import LONGEST, RecordError, member, number, text, time_of
from trayapp.storage.steps import read_step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trayapp.storage.steps import Told

VERSION = 1
STEP_FIELDS = frozenset({"at", "mono", "boot", "late", "asks", "same"})
"""Beside evidence: when it was taken in, if not at ``t``; the steady clock, where it does not run with the wall clock;
which boot; that the step came after a gap of the clocks; what was asked in it; that it came with the line before."""

Line: TypeAlias = "dict[str, object]"
_PHASES = ("dns", "connect", "tls", "first_byte", "body")
_SOURCES, _OUTCOMES = {s.value: s for s in Source}, {o.value: o for o in Outcome}
_FAILURES, _FUNCTIONS = {f.value: f for f in Failure}, {f.value: f for f in Function}
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Step:
    """What besides evidence happened."""

    t: Millis
    told: Told


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. ``beside``: those of ``STEP_FIELDS`` that it has."""

    what: Evidence | Gap | Step
    beside: Mapping[str, Any] = field(default_factory=dict)

    @property
    def t(self) -> Millis:
        """When it was taken in, or began."""
        what = self.what
        return what.since if isinstance(what, Gap) else int(self.beside.get("at", what.t))


def evidence_line(evidence: Evidence) -> Line:
    """Evidence as a line. What says nothing is left out."""
    phases = {name: ms for name in _PHASES if (ms := getattr(evidence.phases, name)) is not None}
    line: Line = {
        "v": VERSION,
        "t": iso(evidence.t),
        "platform": evidence.platform,
        "function": evidence.function,
        "source": evidence.source.value,
        "probe": evidence.probe,
        "host": "" if _private(evidence.host) else evidence.host,
        "owner": evidence.owner,
        "answer": evidence.answer,
        "outcome": evidence.outcome.value,
        "failure": evidence.failure,
        "status": evidence.status,
        "ms": evidence.ms,
        "phases": phases,
        "via": evidence.via,
        "families": evidence.families,
        "note": evidence.note,
    }
    return {key: value for key, value in line.items() if value not in (None, "", {}, 0)}


def gap_line(gap: Gap) -> Line:
    """A gap as a line."""
    return {"v": VERSION, "t": iso(gap.since), "gap_until": iso(gap.until)}


def read_line(said: str | bytes) -> Entry | None:
    """One line read back; None where it is of a kind that this version does not know. Raises RecordError."""
    try:
        line = json.loads(said)
    except (ValueError, RecursionError):
        raise RecordError from None
    if not isinstance(line, dict):
        raise RecordError
    if line.get("v") != VERSION or isinstance(line["v"], bool):
        raise RecordError("v")
    t = time_of(line.get("t"), "t")
    if "gap_until" in line:
        until = time_of(line["gap_until"], "gap_until")
        return Entry(Gap(t, max(t, until)), _beside(line))
    if "step" in line:
        told = read_step(line)
        return Entry(Step(t, told), _beside(line)) if told is not None else None
    return Entry(_evidence(line, t), _beside(line)) if "platform" in line else None


def _evidence(line: Mapping[str, Any], t: Millis) -> Evidence:
    phases = line.get("phases")
    if phases is not None and not isinstance(phases, dict):
        raise RecordError("phases")
    return Evidence(
        t=t,
        platform=text(line, "platform", least=1),
        source=member(line, "source", _SOURCES.get),
        outcome=member(line, "outcome", _OUTCOMES.get),
        probe=text(line, "probe"),
        host=text(line, "host"),
        owner=text(line, "owner"),
        function=member(line, "function", _FUNCTIONS.get) if line.get("function") is not None else None,
        failure=member(line, "failure", _FAILURES.get) if line.get("failure") is not None else None,
        status=number(line, "status", 999) if line.get("status") is not None else None,
        ms=number(line, "ms", DAY) if "ms" in line else 0,
        phases=_phases(phases) if phases else Phases(),
        answer=text(line, "answer"),
        via=text(line, "via"),
        note=text(line, "note"),
        families=number(line, "families", 2) if "families" in line else 0,
    )


def _phases(phases: Mapping[str, Any]) -> Phases:
    return Phases(*(number(phases, name, DAY) if phases.get(name) is not None else None for name in _PHASES))


def _beside(line: Mapping[str, Any]) -> Mapping[str, Any]:
    found = STEP_FIELDS & line.keys()
    if not found:
        return _NOTHING
    beside = {name: line[name] for name in found}
    if "at" in found:
        beside["at"] = time_of(line["at"], "at")
    for name in found & {"mono", "boot"}:
        beside[name] = number(line, name, 1 << 53)
    if "asks" in found:
        beside["asks"] = keys_of(line["asks"], "asks")
    return beside


def keys_of(value: object, name: str) -> tuple[tuple[str, str], ...]:
    """Pairs of platform and probe. Raises RecordError."""
    if not isinstance(value, list) or not all(isinstance(k, list) and len(k) == 2 for k in value):
        raise RecordError(name)
    return tuple((str(a)[:LONGEST], str(b)[:LONGEST]) for a, b in value)


def _private(host: str) -> bool:
    """Whether it is an address of the person's own network: a router that they watch."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return False
