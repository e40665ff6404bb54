"""What platforms say of themselves: each file ``<system>.py`` here with ``parse(body, official)`` reads one system."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trayapp.core.question import Official
    from trayapp.watch.feeds.said import Said

Parse: TypeAlias = "Callable[[bytes, Official], tuple[Said, ...] | None]"
"""What a document says, read as an ``Official`` reads it. Pure, and total: ``None`` is a document that says nothing."""

_OTHERS = frozenset({"documents", "reading", "said"})
"""The files of this folder that are no system: what all of them speak with, and who fetches."""


def _found() -> dict[str, Parse]:
    names = sorted({file.name for file in pkgutil.iter_modules(__path__)} - _OTHERS)
    return {name: cast("Parse", import_module(f"{__name__}.{name}").parse) for name in names}


SYSTEMS: Mapping[str, Parse] = MappingProxyType(_found())
"""Status system → how its documents are read, found from the files of this folder."""
