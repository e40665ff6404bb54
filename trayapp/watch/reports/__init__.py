"""What the public says, as numbers only: one file a kind of source. A file ``<kind>.py`` here with ``count`` is one."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trayapp.config.tags import Tag
    from trayapp.config.vantages import Service
    from trayapp.watch.outside.means import Means
    from trayapp.watch.reports.days import Memory
    from trayapp.watch.reports.surge import Counted

Count: TypeAlias = "Callable[[Means, Service, tuple[Tag, ...], Memory], Mapping[str, Counted]]"
"""Tag → how many wrote it lately at one service; a tag of which nothing was learned is not in it. Total.

``Memory`` is what the service said the last time, for those who only tell of whole days; it is brought up to date.
"""

_OTHERS = frozenset({"asking", "days", "surge"})
"""The files of this folder that are no kind of source."""


def _found() -> dict[str, Count]:
    names = sorted({file.name for file in pkgutil.iter_modules(__path__)} - _OTHERS)
    return {name: cast("Count", import_module(f"{__name__}.{name}").count) for name in names}


SOURCES: Mapping[str, Count] = MappingProxyType(_found())
"""Kind of source → how it is asked, found from the files of this folder."""
