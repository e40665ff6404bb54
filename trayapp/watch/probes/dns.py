"""A look-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trayapp.core.ports import Net
    from trayapp.core.question import Answer, Probe


def ask(net: Net, probe: Probe) -> Answer:
    """Look up the host of ``probe``."""
    return net.dns(probe)
