"""When nothing is to be said: the person's own quiet hours, or a desktop that is not to be disturbed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.core.ports import Around, Surroundings


class WithQuiet:
    """``inner``, and whether it is ``quiet`` now. That is asked at each look and must be quick."""

    def __init__(self, inner: Surroundings, quiet: Callable[[], bool]) -> None:
        self._inner, self._quiet = inner, quiet

    def look(self) -> Around:
        """As it is now."""
        return replace(self._inner.look(), quiet=self._quiet())
