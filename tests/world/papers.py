"""The TLS of the test world: a throw-away CA, certificates for any name on the fly, and their flaws."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta

import trustme

ALERT_UNRECOGNIZED_NAME = 112


class Papers:
    """Certificates on the fly: one TLS context for each name and flaw."""

    def __init__(self) -> None:
        self.ca, self._stranger = trustme.CA(organization_name="Throw-away test CA"), trustme.CA()
        self._made: dict[tuple[str, str], ssl.SSLContext] = {}
        self._lock = threading.Lock()

    def context(self, name: str, flaw: str) -> ssl.SSLContext:
        """Make, or find again, the server's side of TLS for ``name``."""
        with self._lock:
            if (name, flaw) not in self._made:
                self._made[name, flaw] = self._make(name, flaw)
            return self._made[name, flaw]

    def _make(self, name: str, flaw: str) -> ssl.SSLContext:
        issuer = self._stranger if flaw == "unknown_issuer" else self.ca
        now = datetime.now(UTC)
        paper = issuer.issue_cert(
            "elsewhere.invalid" if flaw == "wrong_name" else name,
            not_before=now - timedelta(days=90) if flaw == "expired" else None,
            not_after=now - timedelta(days=1) if flaw == "expired" else None,
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        paper.configure_cert(context)
        return context


def wanted_name(sock: socket.socket) -> str | None:
    """Read the name from a TLS greeting, and leave it unread; None without a whole greeting, "" without SNI."""
    found: list[str] = []

    def note(_sock: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> int:
        found.append(name or "")
        return ALERT_UNRECOGNIZED_NAME  # ends this rehearsal; the client never sees it

    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        greeting = sock.recv(65536, socket.MSG_PEEK)
        if not greeting:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.sni_callback = note
        coming = ssl.MemoryBIO()
        coming.write(greeting)
        try:
            context.wrap_bio(coming, ssl.MemoryBIO(), server_side=True).do_handshake()
        except ssl.SSLWantReadError:
            time.sleep(0.005)  # the rest of the greeting is on its way
        except ssl.SSLError:
            return found[0] if found else None
    return None
