"""Who is watched, and what follows from that alone: made once, so that nobody searches for it at every answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trayapp.core.model import EVERYONE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trayapp.core.question import Control, Platform, Probe
    from trayapp.core.turns import Key


@dataclass(frozen=True, slots=True)
class Roster:
    """Made by ``roster``."""

    platforms: Mapping[str, Platform] = field(default_factory=dict)  # by id, in the person's order
    owned: Mapping[str, tuple[Platform, ...]] = field(default_factory=dict)  # by owner
    controls: Mapping[str, Control] = field(default_factory=dict)  # by probe id
    probes: Mapping[Key, Probe] = field(default_factory=dict)


def roster(platforms: tuple[Platform, ...], controls: tuple[Control, ...]) -> Roster:
    """Everybody in order."""
    owned: dict[str, tuple[Platform, ...]] = {}
    for p in platforms:
        owned[p.owner] = (*owned.get(p.owner, ()), p)
    probes = {(EVERYONE, c.probe.id): c.probe for c in controls}
    probes |= {(p.id, probe.id): probe for p in platforms for probe in p.probes}
    return Roster({p.id: p for p in platforms}, owned, {c.probe.id: c for c in controls}, probes)
