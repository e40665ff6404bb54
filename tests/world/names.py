"""The DNS of the test world: every name exists and has one IPv4 and one IPv6 address of its own. UDP and TCP."""

from __future__ import annotations

import ipaddress
import socket
import socketserver
import struct
import sys
import threading
from itertools import chain
from typing import TYPE_CHECKING, cast

from dnslib import AAAA, QTYPE, RCODE, RR, A, DNSError, DNSRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    from world.rules import Rules

TTL = 5  # seconds: a story that moves a name need not wait long
SIX = ipaddress.IPv6Address("2001:db8:53::")
FOURS = tuple(
    chain.from_iterable(ipaddress.ip_network(net).hosts() for net in ("198.51.100.0/24", "203.0.113.64/26")),
)
RCODES = {"nxdomain": RCODE.NXDOMAIN, "servfail": RCODE.SERVFAIL}


class Names:
    """Who lives where. Addresses are given in the order in which names are first asked for."""

    def __init__(self, rules: Rules, log: Callable[..., None], moved_in: Callable[[str], None]) -> None:
        self._rules, self._log, self._moved_in = rules, log, moved_in
        self._homes: dict[str, int] = {}
        self._lock = threading.Lock()

    def addresses(self, name: str) -> tuple[str, str]:
        """The IPv4 and the IPv6 address of ``name``; after some 300 names the IPv4 ones are shared."""
        with self._lock:
            number = self._homes.setdefault(name, len(self._homes))
        return str(FOURS[number % len(FOURS)]), str(SIX + number + 1)

    def known(self) -> list[str]:
        """Every name that has an address."""
        with self._lock:
            return list(self._homes)

    def answer(self, message: bytes, proto: str) -> bytes | None:
        """Answer one DNS message; None where silence is the answer."""
        try:
            asked = DNSRecord.parse(message)
        except DNSError:
            return None
        name, kind = str(asked.q.qname).rstrip(".").lower(), QTYPE.get(asked.q.qtype)
        does = self._rules.treat(name).dns
        self._log("dns", host=name, type=kind, proto=proto, answer=does)
        reply = cast("DNSRecord", asked.reply())
        if does == "drop":
            return None
        if does in RCODES:
            reply.header.rcode = RCODES[does]
        elif does == "ok" and kind in {"A", "AAAA"}:
            four, six = self.addresses(name)
            self._moved_in(name)
            data = A(four) if kind == "A" else AAAA(six)
            reply.add_answer(RR(asked.q.qname, asked.q.qtype, ttl=TTL, rdata=data))
        return bytes(reply.pack())


class OverUdp:
    """Answers over UDP, each from the address that was asked."""

    def __init__(self, names: Names, port: int = 53) -> None:
        if sys.platform != "linux":
            raise OSError("Linux only")
        self._names = names
        self._sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self._sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        self._sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
        self._sock.bind(("::", port))

    def serve_forever(self) -> None:
        """Until the process ends."""
        if sys.platform != "linux":
            raise OSError("Linux only")
        while True:
            message, notes, _, who = self._sock.recvmsg(4096, 256)
            reply = self._names.answer(message, "udp")
            if reply is None:
                continue
            infos = [data[:16] + struct.pack("@I", 0) for _, kind, data in notes if kind == socket.IPV6_PKTINFO]
            self._sock.sendmsg([reply], [(socket.IPPROTO_IPV6, socket.IPV6_PKTINFO, infos[0])], 0, who)


class OverTcp(socketserver.ThreadingTCPServer):
    """The same over TCP."""

    address_family = socket.AF_INET6
    allow_reuse_address = daemon_threads = True
    block_on_close = False

    def __init__(self, names: Names, port: int = 53) -> None:
        self.names = names
        super().__init__(("::", port), _Conversation)


class _Conversation(socketserver.StreamRequestHandler):
    timeout = 30

    def handle(self) -> None:
        names = cast("OverTcp", self.server).names
        while len(size := self.rfile.read(2)) == 2:
            reply = names.answer(self.rfile.read(int.from_bytes(size)), "tcp")
            if reply is None:
                return
            self.wfile.write(len(reply).to_bytes(2) + reply)
