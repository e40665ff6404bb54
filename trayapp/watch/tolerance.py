"""How many mistakes of our own are borne before it is better to begin anew."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from trayapp.core.model import MINUTE, Millis
from trayapp.core.world import Started, Tick

if TYPE_CHECKING:
    from trayapp.core.world import Input

MOST = 5
WITHIN: Millis = MINUTE
"""So many inputs of one kind that could not be taken in within this time: it is not the inputs."""
UNBEARABLE = (Tick, Started)
"""Without these nothing is right: none of them may fail."""


class Tolerance:
    """Counts by kind of input. Not for several threads."""

    def __init__(self) -> None:
        self._failed: dict[type[Input], deque[Millis]] = {}

    def bears(self, event: Input, mono: Millis) -> bool:
        """Whether to go on without ``event``, which could not be taken in at ``mono`` (steady milliseconds)."""
        if isinstance(event, UNBEARABLE):
            return False
        at = self._failed.setdefault(type(event), deque(maxlen=MOST))
        at.append(mono)
        return len(at) < MOST or at[-1] - at[0] > WITHIN
