"""The kinds of question, one file each: a file ``<kind>.py`` here with a function ``ask(net, probe)`` is a kind."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trayapp.core.ports import Net
    from trayapp.core.question import Answer, Probe

Ask: TypeAlias = "Callable[[Net, Probe], Answer]"


def _found() -> dict[str, Ask]:
    return {
        file.name: cast("Ask", import_module(f"{__name__}.{file.name}").ask) for file in pkgutil.iter_modules(__path__)
    }


KINDS: Mapping[str, Ask] = MappingProxyType(_found())
"""Kind → how to ask it, found from the files of this folder."""
