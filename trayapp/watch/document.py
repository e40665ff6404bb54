"""A whole document of some size over TLS: a status page, or what a service of others answers."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from trayapp.core.model import Failure
from trayapp.core.question import Probe, Shape
from trayapp.watch.exchange import HEADERS, KEPT, Manner, exchange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trayapp.core.question import Answer
    from trayapp.watch.trip import Limits, Trip

LONGEST = 4 * 1024 * 1024
"""Bytes of a document, as it travels and when it is unpacked."""

_KEPT = (*KEPT, "etag", "last-modified", "content-encoding")
_READABLE = re.compile(r"[!-~]{1,2000}")
_GZIP = zlib.MAX_WBITS | 16


def limits(usual: Limits) -> Limits:
    """``usual``, with room for a document; one byte more, by which one that is too long is known."""
    return replace(usual, body=LONGEST + 1)


def fetch(url: str, headers: Mapping[str, str], trip: Trip, content: bytes = b"") -> Answer:
    """The answer to a GET, or to a POST of ``content``: any that came whole is one without a failure.

    A body that is too long, packed otherwise than by gzip, or whose end is missing, is a failure beside its status.
    """
    probe = _probe(url, post=bool(content))
    if probe is None:
        return trip.answer(Failure.NOT_ASKABLE)
    manner = Manner({**HEADERS, "Accept-Encoding": "gzip", **headers}, _KEPT, content, whole=True)
    answer = exchange(probe, trip, manner)
    if answer.failure is not None or answer.status is None or not 200 <= answer.status < 300:
        return replace(answer, body=b"")
    body = _unpacked(answer.body, answer.headers.get("content-encoding", "").strip().casefold())
    return replace(answer, body=b"", failure=body) if isinstance(body, Failure) else replace(answer, body=body)


def _probe(url: str, *, post: bool) -> Probe | None:
    """The question, with the one host (and the same with or without "www.") to which it may be led on."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", 443 if parts.port is None else parts.port
    except ValueError:
        return None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not _READABLE.fullmatch(url) or parts.scheme != "https" or not host or "@" in parts.netloc:
        return None
    twin = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
    onward = frozenset() if post else frozenset({host, twin})
    shape = Shape(status=frozenset({200}))
    return Probe("document", "http", host, port, path, "POST" if post else "GET", healthy=shape, redirects=onward)


def _unpacked(body: bytes, encoding: str) -> bytes | Failure:
    if len(body) > LONGEST:
        return Failure.BODY_TOO_LARGE
    if encoding in {"", "identity"}:
        return body
    return _inflated(body) if encoding in {"gzip", "x-gzip"} else Failure.BODY_UNEXPECTED


def _inflated(body: bytes) -> bytes | Failure:
    """One member of gzip. Several may follow each other by the format; nobody sends them, except to waste our time."""
    unpacking = zlib.decompressobj(_GZIP)
    try:
        plain = unpacking.decompress(body, LONGEST + 1)
    except zlib.error:
        return Failure.BODY_UNEXPECTED
    if len(plain) > LONGEST:
        return Failure.BODY_TOO_LARGE
    if not unpacking.eof:
        return Failure.BODY_CUT
    return Failure.BODY_UNEXPECTED if unpacking.unused_data else plain
