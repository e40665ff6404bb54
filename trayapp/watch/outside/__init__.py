"""The view from other networks: one file a vantage. A file ``<name>.py`` here with ``look(means, look)`` is one."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trayapp.core.model import Evidence
    from trayapp.core.question import Look
    from trayapp.watch.outside.means import Means

Vantage: TypeAlias = "Callable[[Means, Look], tuple[Evidence, ...]]"
"""Looks at what fails here. Total: whatever the service does there is an answer, if only an empty one."""

_OTHERS = frozenset({"asking", "budget", "country", "means", "measurements", "merged"})
"""The files of this folder that are no vantage."""


def _found() -> dict[str, Vantage]:
    names = sorted({file.name for file in pkgutil.iter_modules(__path__)} - _OTHERS)
    return {name: cast("Vantage", import_module(f"{__name__}.{name}").look) for name in names}


VANTAGES: Mapping[str, Vantage] = MappingProxyType(_found())
"""Vantage → how it is asked, found from the files of this folder."""
