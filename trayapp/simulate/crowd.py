"""Who is watched in a recording: as it says itself, else as this computer knows them, else with default thresholds."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from typing import TYPE_CHECKING

from trayapp.core.model import EVERYONE, Evidence, Function, Source
from trayapp.core.question import Control, Platform, Probe
from trayapp.storage.steps import MOST

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trayapp.storage.steps import Watched

_HERE = frozenset({Source.DIRECT, Source.CONTROL})


class Crowd:
    """Grows with what is met. ``known``: platforms of which this computer has the files."""

    def __init__(self, known: Iterable[Platform] = ()) -> None:
        self._known = {p.id: p for p in known}
        self._platforms: dict[str, Platform] = {}
        self._controls: dict[str, Control] = {}

    @property
    def platforms(self) -> tuple[Platform, ...]:
        """In the order in which they were met."""
        return tuple(self._platforms.values())

    @property
    def controls(self) -> tuple[Control, ...]:
        """The same of what was asked about the line."""
        return tuple(self._controls.values())

    def become(self, watched: Watched) -> None:
        """From now on those whom a recording names."""
        self._platforms = {p.id: p for p in watched.platforms}
        self._controls = {c.probe.id: c for c in watched.controls}

    def meet(self, evidence: Evidence) -> tuple[Evidence, bool]:
        """``evidence`` with its owner, and whether somebody is new by it. Who is too many is not taken in."""
        if evidence.platform == EVERYONE:
            return self._meet_control(evidence)
        before = self._platforms.get(evidence.platform) or self._known.get(evidence.platform)
        if before is None:
            if len(self._platforms) >= MOST:
                return evidence, False
            id_ = evidence.platform
            before = Platform(id_, id_, evidence.owner or id_, evidence.owner or id_, (), ())
        after = _with(before, evidence)
        new = self._platforms.get(after.id) is not after
        self._platforms[after.id] = after
        return (evidence if evidence.owner else replace(evidence, owner=after.owner)), new

    def _meet_control(self, evidence: Evidence) -> tuple[Evidence, bool]:
        control = self._controls.get(evidence.probe)
        new = control is None and len(self._controls) < MOST
        if control is None:
            owner = evidence.owner or evidence.host or evidence.probe or EVERYONE
            control = Control(Probe(evidence.probe, "http", evidence.host), owner, _is_address(evidence.host))
        if new:
            self._controls[evidence.probe] = control
        return (evidence if evidence.owner else replace(evidence, owner=control.owner)), new


def _with(platform: Platform, evidence: Evidence) -> Platform:
    """``platform`` with the probe and the function that ``evidence`` tells of."""
    function, here = evidence.function, evidence.source in _HERE
    if here and not any(p.id == evidence.probe for p in platform.probes) and len(platform.probes) < MOST:
        sees = (function,) if function is not None else platform.functions or (Function.WEB,)
        kind = "http" if evidence.status is not None or evidence.phases.first_byte is not None else "tls"
        probe = Probe(evidence.probe, kind, evidence.host, sees=sees)
        platform = replace(platform, probes=(*platform.probes, probe))
        function = sees[0]
    if function is not None and function not in platform.functions:
        platform = replace(platform, functions=(*platform.functions, function))
    return platform


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
