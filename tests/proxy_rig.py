"""A small HTTP proxy on loopback, for the tests of the room that asks."""

from __future__ import annotations

import contextlib
import re
import select
import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

from watch_rig import Peer, proxies, response

from trayapp.watch.lookup import Address
from trayapp.watch.proxy import Proxies

FAR = "far.example"
"""A name that only the proxy knows."""
NAMES = {"proxy.example": [Address(socket.AF_INET, "127.0.0.1")]}

_REQUEST = re.compile(rb"([A-Z]+) (\S+) HTTP/1\.1\r\n")


def by(port: int, user: str = "") -> Proxies:
    """Everything by the proxy at ``port``."""
    url = f"http://{user}proxy.example:{port}"
    return proxies({"http": url, "https": url})


class Relay:
    """Handles CONNECT and absolute-form requests; ``ports``: host → port on loopback, others are 502.

    With ``password`` it wants that, as Proxy-Authorization, and says 407 without.
    """

    def __init__(self, ports: Mapping[str, int], password: str = "") -> None:
        self.ports = ports
        self.password = password
        self.heard: list[bytes] = []

    def __call__(self, peer: Peer) -> None:
        head = peer.head()
        if not head:  # the client thought better of it
            return
        self.heard.append(head)
        request = _REQUEST.match(head)
        assert request is not None, head
        method, target = request[1].decode(), request[2].decode()
        if self.password and f"Proxy-Authorization: {self.password}".encode() not in head:
            peer.send(response(b"", "407 Proxy Authentication Required"))
            return
        host = urlsplit(target if "://" in target else f"//{target}").hostname or ""
        if host not in self.ports:
            peer.send(response(b"no such host", "502 Bad Gateway"))
            return
        with socket.create_connection(("127.0.0.1", self.ports[host]), 10) as upstream:
            if method == "CONNECT":
                peer.send(b"HTTP/1.1 200 Connection established\r\nProxy-Agent: rig\r\n\r\n")
            else:
                upstream.sendall(head.replace(target.encode(), urlsplit(target).path.encode() or b"/", 1))
            self._relay(peer, upstream)

    @staticmethod
    def _relay(peer: Peer, upstream: socket.socket) -> None:
        other = {peer.sock: upstream, upstream: peer.sock}
        with contextlib.suppress(OSError):
            while not peer.over.is_set():
                for sock in select.select([*other], [], [], 0.05)[0]:
                    data = sock.recv(65536)
                    if not data:
                        return
                    other[sock].sendall(data)
