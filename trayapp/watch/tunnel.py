"""Asking a proxy for a tunnel (CONNECT, RFC 9110 section 9.3.6). What it answers is as hostile as anybody's answer."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from trayapp.core.model import Failure

if TYPE_CHECKING:
    import socket

    from trayapp.watch.proxy import Proxy

HEAD_LIMIT = 16 * 1024
"""Bytes of a proxy's answer: a status line and some headers."""

_LEAST_S = 0.001
_SAYABLE = re.compile(r"[!-~]{1,255}")
_END = re.compile(rb"\r?\n\r?\n")
_WELL = re.compile(rb"HTTP/1\.[01] 2[0-9][0-9][ \r\n]")


def open_tunnel(sock: socket.socket, proxy: Proxy, host: str, port: int, *, agent: str, until: float) -> Failure | None:
    """Make of ``sock``, connected to ``proxy``, a connection to ``host``; ``None`` if it stands.

    NOT_ASKABLE for every other answer, and for none until the monotonic moment ``until``: whether the proxy is at
    fault, or waits itself for a host that is silent, cannot be told from here.
    """
    if not _SAYABLE.fullmatch(host) or not 0 < port < 65536:
        return Failure.NOT_ASKABLE
    try:
        sock.settimeout(_left(until))
        sock.sendall(_request(proxy, host, port, agent))
        head = _head(sock, until)
    except OSError:
        return Failure.NOT_ASKABLE
    return None if _WELL.match(head) else Failure.NOT_ASKABLE


def _request(proxy: Proxy, host: str, port: int, agent: str) -> bytes:
    authority = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = [f"CONNECT {authority} HTTP/1.1", f"Host: {authority}", f"User-Agent: {agent}"]
    if proxy.authorization:
        lines.append(f"Proxy-Authorization: {proxy.authorization}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def _head(sock: socket.socket, until: float) -> bytes:
    """The answer up to its empty line; ``b""`` if it has none, or goes on, as nobody may before we have spoken."""
    head = b""
    while len(head) <= HEAD_LIMIT and time.monotonic() < until:
        sock.settimeout(_left(until))
        more = sock.recv(4096)
        head += more
        if (end := _END.search(head)) is not None:
            return head if end.end() == len(head) else b""
        if not more:
            break
    return b""


def _left(until: float) -> float:
    return max(_LEAST_S, until - time.monotonic())
