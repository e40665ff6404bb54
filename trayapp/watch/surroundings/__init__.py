"""The Surroundings port: what this computer says of the moment; one file a system.

``network`` is made in `naming`: sixteen hexadecimal digits, salted with the machine's own id. No address, no name of a
network and no hardware address leaves this room. ``frugal`` is true on battery, or where the connection is known to be
metered. What takes long to find out is asked beside the caller (`aside`), so its first answer comes a look later.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING

from trayapp.core.ports import Around

if TYPE_CHECKING:
    from trayapp.core.ports import Clock, Surroundings

_log = logging.getLogger(__name__)


def choose(clock: Clock) -> Surroundings:
    """What reads the surroundings on this system; on one it does not know: always ``Around()``. For one thread."""
    try:
        return Careful(_of_this_system(clock))
    except (OSError, ImportError):
        _log.warning("What surrounds this computer cannot be read.", exc_info=True)
        return Unknown()


class Careful:
    """Keeps the port's promise never to raise, whatever goes wrong in ``inner``; says so once."""

    def __init__(self, inner: Surroundings) -> None:
        self._inner = inner
        self._said = False

    def look(self) -> Around:
        """As it is now; ``Around()`` if that cannot be told."""
        try:
            return self._inner.look()
        except Exception:  # noqa: BLE001 - whatever an unforeseen system answers, the engine goes on
            if not self._said:
                _log.warning("What surrounds this computer cannot be read.", exc_info=True)
                self._said = True
            return Around()


class Unknown:
    """A system whose surroundings nobody has written down."""

    def look(self) -> Around:
        """Nothing is known."""
        return Around()


def _of_this_system(clock: Clock) -> Surroundings:
    if sys.platform == "linux":
        from trayapp.watch.surroundings.linux import LinuxSurroundings  # noqa: PLC0415 - only the file of this system

        return LinuxSurroundings(clock, os.environ)
    if sys.platform == "win32":
        from trayapp.watch.surroundings.windows import WindowsSurroundings  # noqa: PLC0415 - as above

        return WindowsSurroundings(clock)
    if sys.platform == "darwin":
        from trayapp.watch.surroundings.macos import MacSurroundings  # noqa: PLC0415 - as above

        return MacSurroundings(clock)
    return Unknown()
