"""Which redirects are followed: few, secured, and only to hosts that a platform's file names."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trayapp.core.question import Probe

LIMIT = 3
"""Redirects followed one after another."""

_STATUSES = frozenset({301, 302, 303, 307, 308})
_READABLE = re.compile(r"[!-\[\]-~]{1,2000}")  # a URL: ASCII without blanks, and no backslash, which browsers read as /


def onward(asked: Probe, status: int, locations: Sequence[str]) -> Probe | None:
    """What to ask instead of ``asked``, as the ``locations`` of its answer say; ``None``: the redirect is the answer.

    That is so unless the probe tells what a healthy answer looks like, and it leads by https to one of its
    ``redirects``, on the same port: 443, if the platform's file names no other.
    """
    if asked.healthy is None or not asked.secure or status not in _STATUSES or len(locations) != 1:
        return None
    if not _READABLE.fullmatch(locations[0]):
        return None
    try:
        said = urlsplit(locations[0])
        parts = urlsplit(urljoin(f"https://{_authority(asked)}{asked.path}", locations[0]))
        host, port = parts.hostname or "", 443 if parts.port is None else parts.port
    except ValueError:
        return None
    if said.scheme and not said.netloc:  # "https:///", which every reader reads otherwise
        return None
    if parts.scheme != "https" or "@" in parts.netloc or host not in asked.redirects or port != asked.port:
        return None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return replace(asked, host=host, path=path) if path.startswith("/") else None


def _authority(probe: Probe) -> str:
    host = f"[{probe.host}]" if ":" in probe.host else probe.host
    return f"{host}:{probe.port}"
