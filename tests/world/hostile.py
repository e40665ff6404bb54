"""What hostile hosts send in place of an honest answer: the bytes, piece by piece. Pure.

Whoever sends them waits for the client to take each piece, so a flood costs no more than its client lets it.
"""

from __future__ import annotations

import random
import zlib
from functools import cache
from itertools import chain, count, islice, repeat
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

PIECE = 1 << 16
FLOOD = 1 << 30
"""Bytes of a flood, of endless headers and of endless interim answers: a client that takes them all is lost anyway."""
BOMB_BLOCK, BOMB_BLOCKS = 1 << 26, 160
"""A bomb inflates to 10 GiB."""
NOISE = random.Random(1).randbytes(4096)
"""Bytes that are neither TLS nor HTTP."""


def speech(kind: str, target: str = "/") -> Iterator[bytes]:
    """All that a host of this ``kind`` says to a request for ``target``, from the first byte on."""
    return iter(HOSTILE[kind](target))


def _garbage(_target: str) -> Iterable[bytes]:
    return [NOISE]


def _flood(_target: str) -> Iterable[bytes]:
    """No length is given: the end of the connection would be the end of the body."""
    return chain([_head("200 OK", "Content-Type: application/octet-stream")], repeat(bytes(PIECE), FLOOD // PIECE))


def _flood_chunked(_target: str) -> Iterable[bytes]:
    head = _head("200 OK", "Content-Type: application/octet-stream", "Transfer-Encoding: chunked")
    chunk = b"%x\r\n%b\r\n" % (PIECE, bytes(PIECE))
    return chain([head], repeat(chunk, FLOOD // PIECE), [b"0\r\n\r\n"])


def _bomb(_target: str) -> Iterable[bytes]:
    """One gzip stream of zeros, though `identity` was asked for. Its checksum is wrong: who gets there is lost."""
    begin, block, end = _powder()
    size = len(begin) + BOMB_BLOCKS * len(block) + len(end)
    head = _head("200 OK", "Content-Type: text/html", "Content-Encoding: gzip", f"Content-Length: {size}")
    return chain([head, begin], repeat(block, BOMB_BLOCKS), [end])


@cache
def _powder() -> tuple[bytes, bytes, bytes]:
    """A gzip stream's beginning, a block that may be repeated (a full flush forgets what was before), and its end."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(bytes(BOMB_BLOCK)) + packer.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\0\0\0\0\0\2\xff", block, packer.flush(zlib.Z_FINISH) + bytes(8)


def _redirects(target: str) -> Iterable[bytes]:
    """To itself, for ever, each time a little further."""
    parts = urlsplit(target)
    number = int(parse_qs(parts.query).get("again", ["0"])[0])
    return [_head("302 Found", f"Location: {parts.path}?again={number + 1}", "Content-Length: 0")]


def _interim(_target: str) -> Iterable[bytes]:
    """A final answer is promised, and never comes."""
    promise = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n" * 64
    return repeat(promise, FLOOD // len(promise))


def _headers(_target: str) -> Iterable[bytes]:
    lines = (f"X-{number}: {'x' * 1000}\r\n".encode() for number in count())
    return chain([b"HTTP/1.1 200 OK\r\n"], islice(lines, FLOOD // 1000))


def _head(status: str, *lines: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "Connection: close", "", ""]).encode()


HOSTILE: dict[str, Callable[[str], Iterable[bytes]]] = {
    "garbage": _garbage,
    "flood": _flood,
    "flood_chunked": _flood_chunked,
    "bomb": _bomb,
    "redirects": _redirects,
    "interim": _interim,
    "headers": _headers,
}
