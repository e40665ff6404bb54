"""What the log window can do outside itself: the four things that whoever opens it must give it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trayapp.core.model import Millis


@dataclass(frozen=True, slots=True)
class Hands:
    """Each but ``now`` may take long, and is called on a thread of its own.

    ``ask``: a request to the running Fanal; whether it was done, None: none runs. ``start``: Fanal itself, whether it
    could be begun. ``settings``: their window. ``now``: the wall clock.
    """

    ask: Callable[[Mapping[str, object]], bool | None]
    start: Callable[[], bool]
    settings: Callable[[], object]
    now: Callable[[], Millis]
