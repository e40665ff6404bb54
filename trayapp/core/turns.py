"""The order in which an owner's hosts are asked: who follows from who is watched, and from nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from trayapp.core.model import EVERYONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trayapp.core.question import Control, Platform

Key: TypeAlias = "tuple[str, str]"
"""(platform, probe id); (EVERYONE, probe id) for a control."""


GOLDEN = 0.6180339887498949
"""Multiples of it spread evenly over a round however many there are: not all owners begin in the same second."""


@dataclass(frozen=True, slots=True)
class Turns:
    """What follows from who is watched alone: each key's host and owner, its place in its owner's round."""

    host: Mapping[Key, str] = field(default_factory=dict)
    owner: Mapping[Key, str] = field(default_factory=dict)
    place: Mapping[Key, tuple[int, int]] = field(default_factory=dict)  # which of how many; of routine questions only
    owned: Mapping[str, tuple[Key, ...]] = field(default_factory=dict)  # those of routine, then those of suspicion
    begins: Mapping[str, float] = field(default_factory=dict)  # where in its round an owner begins: 0 to 1
    line: tuple[Key, ...] = ()

    def routine(self, key: Key) -> bool:
        """Whether ``key`` is asked without any suspicion."""
        return key in self.place or key[0] == EVERYONE


def by_owner(platforms: Iterable[Platform]) -> dict[str, list[Key]]:
    """Each owner's routine probes, dealt out so that neighbours in turn are different platforms.

    Probes that stop before HTTP cannot see a server's error: they are spread among the others, so that no two turns in
    a row are blind to it while it can be helped.
    """
    dealt: dict[str, list[tuple[Key, bool]]] = {}
    platforms = tuple(platforms)
    routine = {p.id: [probe for probe in p.probes if not probe.on_suspicion] for p in platforms}
    for turn in range(max(map(len, routine.values()), default=0)):
        for p in platforms:
            if turn < len(routine[p.id]):
                probe = routine[p.id][turn]
                dealt.setdefault(p.owner, []).append(((p.id, probe.id), probe.kind == "http"))
    return {owner: _spread(keys) for owner, keys in dealt.items()}


def _spread(keys: list[tuple[Key, bool]]) -> list[Key]:
    seeing = [key for key, sees in keys if sees]
    blind = [key for key, sees in keys if not sees]
    if not seeing:
        return blind
    out = list(seeing)
    for i, key in enumerate(blind, 1):
        out.insert(round(i * len(seeing) / len(blind)) + i - 1, key)
    return out


def turns(platforms: tuple[Platform, ...], controls: tuple[Control, ...]) -> Turns:
    """Who is asked in which order."""
    dealt = by_owner(platforms)
    owned = {p.owner: tuple(dealt.get(p.owner, ())) for p in platforms}
    for p in platforms:
        owned[p.owner] += tuple((p.id, probe.id) for probe in p.probes if probe.on_suspicion)
    line = tuple((EVERYONE, c.probe.id) for c in controls)
    hosts = {(p.id, probe.id): probe.host for p in platforms for probe in p.probes}
    return Turns(
        host=hosts | {(EVERYONE, c.probe.id): c.probe.host for c in controls},
        owner={key: owner for owner, keys in owned.items() for key in keys}
        | {(EVERYONE, c.probe.id): "" for c in controls},
        place={key: (i, len(keys)) for keys in dealt.values() for i, key in enumerate(keys)},
        owned=owned,
        begins={owner: i * GOLDEN % 1 for i, owner in enumerate(owned)},
        line=line,
    )
