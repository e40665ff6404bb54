"""The local door for other processes of the same person: one JSON line in, one JSON line out.

``open_endpoint(folder)`` takes the door, and with it the right to be this person's only Fanal; None means that
another one has it. ``call(folder, request, timeout_s)`` asks the one that has it, or raises ``NotRunning``.
``Following(folder, timeout_s)`` stays and hears of every change. Rules of the line: ``endpoint_line``. The door itself
differs by system.
"""

from __future__ import annotations

import sys

from trayapp.desktop.endpoint_line import NotRunning

if sys.platform == "win32":
    from trayapp.desktop.endpoint_windows import Following, LocalEndpoint, call, open_endpoint
else:
    from trayapp.desktop.endpoint_posix import Following, LocalEndpoint, call, open_endpoint

__all__ = ["Following", "LocalEndpoint", "NotRunning", "call", "open_endpoint"]
