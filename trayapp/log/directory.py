"""How everybody is called: ids → names. Who is in no file any more is called by the id."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trayapp.config.credits import load_credits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trayapp.core.question import Platform


@dataclass(frozen=True, slots=True)
class Directory:
    """Names of platforms, of their owners, of their status pages; each by id. Of services of others: by kind."""

    names: Mapping[str, str] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)
    credits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, platforms: Iterable[Platform]) -> Directory:
        """From the platforms' files: all that there are, not only those that are watched."""
        platforms = tuple(platforms)
        return cls(
            {p.id: p.name for p in platforms},
            {p.owner: p.owner_name for p in platforms},
            {page.id: page.name for p in platforms for page in p.officials if page.name},
            load_credits(),
        )
