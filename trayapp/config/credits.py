"""Through whom is asked: the names of all services, which are shown beside whatever they found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.config.platforms import BUILT_IN
from trayapp.config.tags import load_tags
from trayapp.config.vantages import load_vantages

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def load_credits(folder: Path = BUILT_IN) -> Mapping[str, tuple[str, ...]]:
    """Kind of service → the names of all of that kind. A file with a problem names nobody."""
    found: dict[str, tuple[str, ...]] = {}
    for service in (*load_vantages(folder)[0].services, *load_tags(folder)[0].sources):
        found[service.kind] = (*found.get(service.kind, ()), service.name)
    return found
