"""A TLS handshake that is valid for the host."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trayapp.core.ports import Net
    from trayapp.core.question import Answer, Probe


def ask(net: Net, probe: Probe) -> Answer:
    """Ask ``probe`` of its host."""
    return net.tls(probe)
