"""The surroundings, looked at now and then."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from trayapp.core.model import SECOND, Millis
from trayapp.core.ports import Around

if TYPE_CHECKING:
    from trayapp.core.ports import Surroundings

EVERY: Millis = 6 * SECOND
"""They are looked at no more often; a change is known this much later, or at the engine's next turn."""

_log = logging.getLogger(__name__)


class Outlook:
    """``around`` is as it was when last looked at; where nothing can be looked at, an ``Around`` that says nothing."""

    def __init__(self, surroundings: Surroundings | None) -> None:
        self._surroundings = surroundings
        self._last: Millis | None = None
        self.around = Around()

    def look(self, mono: Millis) -> bool:
        """Look if it is time again; whether anything has changed."""
        if self._surroundings is None or (self._last is not None and mono - self._last < EVERY):
            return False
        self._last, before = mono, self.around
        try:
            self.around = self._surroundings.look()
        except Exception:  # noqa: BLE001 - they promise not to raise; if they do, the watch goes on without them
            _log.exception("the surroundings cannot be looked at any more")
            self._surroundings = None
        return self.around != before
