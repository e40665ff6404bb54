"""Whether the screen that was there at the beginning is still there: who draws it listens at a socket."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOCAL = re.compile(r"(?:unix)?:([0-9]{1,5})(?:\.[0-9]+)?")
_PATIENCE_S = 0.5
_FAMILY = getattr(socket, "AF_UNIX", socket.AF_INET)  # only Linux comes here; Windows' Python knows no such name


class Screen:
    """The one that ``env`` names: a Wayland compositor's, else the local X server's."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._place = _place(env)
        self._was_there = self._answers()

    def gone(self) -> bool:
        """Whether it was there and is not any more; False for one that is not on this computer."""
        return self._was_there and not self._answers()

    def _answers(self) -> bool:
        if not self._place:
            return False
        with socket.socket(_FAMILY) as sock:
            sock.settimeout(_PATIENCE_S)
            try:
                sock.connect(self._place)
            except BlockingIOError:  # somebody listens, and is busy
                return True
            except OSError as error:
                return isinstance(error, TimeoutError)
        return True


def _place(env: Mapping[str, str]) -> str:
    wayland, runtime = env.get("WAYLAND_DISPLAY", ""), env.get("XDG_RUNTIME_DIR", "")
    if wayland:  # where both are, X is the compositor's guest and may come and go
        return wayland if wayland.startswith("/") else f"{runtime}/{wayland}"
    local = _LOCAL.fullmatch(env.get("DISPLAY", ""))
    return f"/tmp/.X11-unix/X{local[1]}" if local else ""  # noqa: S108 - where every X server has it
