"""The test world's internet: DNS, HTTP and TLS for any name and any address, with a throw-away CA. One process.

    python tests/world/internet.py --rules internet.toml --ca ca.pem --log requests.jsonl [--http 80] [--https 443]

Driven by JSON lines on standard input, each answered by one on standard output; it ends with its input:
{"set": {"host": "www.facebook.com", "status": 503}}   {"clear": "www.facebook.com"}   {"clear": "*"}
Needs a network namespace of its own in which every address is local (see namespaces.py).
"""

from __future__ import annotations

import argparse
import json
import socket
import struct
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

if __package__ in {None, ""}:
    sys.path[0] = str(Path(__file__).parents[1])
from world.hostile import HOSTILE, NOISE, speech
from world.measuring import Measuring
from world.names import Names, OverTcp, OverUdp
from world.papers import Papers, wanted_name
from world.rules import PAGE, RuleError, Rules, Treatment

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 120.0  # seconds that a hanging host hangs


class Log:
    """Every question that reached this internet, one JSON line each, from any thread."""

    def __init__(self, file: Path) -> None:
        self._out = file.open("a", encoding="utf-8", buffering=1)
        self._lock = threading.Lock()

    def __call__(self, kind: str, **facts: object) -> None:
        with self._lock:
            if not self._out.closed:
                self._out.write(json.dumps({"t": time.time(), "kind": kind} | facts) + "\n")

    def close(self) -> None:
        """Note no more, whoever is still talking."""
        with self._lock:
            self._out.close()


def cut(sock: socket.socket) -> None:
    """Close with a reset."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


class Street(ThreadingHTTPServer):
    """Every host's HTTP or HTTPS on one port."""

    address_family = socket.AF_INET6
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(
        self,
        port: int,
        rules: Rules,
        log: Log,
        papers: Papers | None,
        *,
        at: str = "::",
        measuring: Measuring | None = None,
    ) -> None:
        self.rules, self.log, self._papers = rules, log, papers
        self.secure, self.measuring = papers is not None, measuring
        super().__init__((at, port), Visit)

    def server_bind(self) -> None:
        """Bind without the base's reverse look-up of its own name."""
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = "internet", self.socket.getsockname()[1]

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serve one connection on its own thread; whatever a client does to it is no news."""
        try:
            with self._dressed(request) as sock:
                if sock is not None:
                    Visit(sock, client_address, self)
        except OSError as trouble:  # resets, time-outs and all that TLS can raise
            self.log("broken", port=self.server_port, why=repr(trouble))

    @contextmanager
    def _dressed(self, sock: socket.socket) -> Iterator[socket.socket | None]:
        if self._papers is None:
            yield sock
            return
        sock.settimeout(15)
        address = sock.getsockname()[0].removeprefix("::ffff:")
        name = wanted_name(sock)
        if name is None:
            self.log("tcp", host=address, address=address, port=self.server_port, answer="ok")
            yield None
            return
        does = self.rules.visit(name or address).tls
        self.log("tls", host=name or address, address=address, port=self.server_port, answer=does)
        if does == "reset":
            cut(sock)
            yield None
        elif does in {"hang", "garbage"}:
            sock.recv(65536)  # the greeting: closing on unread bytes would be a reset
            sock.sendall(NOISE if does == "garbage" else b"")
            self.hang(sock)
            yield None
        else:
            with self._papers.context(name or address, does).wrap_socket(sock, server_side=True) as dressed:
                yield dressed

    @staticmethod
    def hang(sock: socket.socket) -> None:
        """Say nothing until the client gives up."""
        sock.settimeout(PATIENCE)
        while sock.recv(65536):
            pass


class Visit(BaseHTTPRequestHandler):
    """One connection of a client, and its requests."""

    server: Street
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        """Answer any method as the rules say."""
        address = self.connection.getsockname()[0].removeprefix("::ffff:")
        host = self.headers.get("Host", address).lower()
        if not host.startswith("["):
            host = host.partition(":")[0]
        path = self.path.partition("?")[0]
        does = self.server.rules.visit(host, path)
        self.server.log(
            "http",
            host=host,
            method=self.command,
            path=self.path,
            agent=self.headers.get("User-Agent", ""),
            family="v6" if ":" in address else "v4",
            address=address,
            port=self.server.server_port,
            secure=self.server.secure,
            answer=does.status if does.http == "ok" else does.http,
            headers=dict(self.headers),
        )
        heard = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 1 << 20))
        time.sleep(does.delay)
        if does.http == "hang":
            self.close_connection = True
            self.server.hang(self.connection)
        elif does.http == "reset":
            self.close_connection = True
            cut(self.connection)
        elif does.http in HOSTILE:
            self.close_connection = True
            for words in speech(does.http, self.path):  # to HEAD as well: who is hostile keeps no rules
                self.wfile.write(words)
        else:
            self._answer(self._measured(host, heard, does))

    do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_PATCH = do_GET  # noqa: N815  the base class finds them by these names

    def _measured(self, host: str, heard: bytes, does: Treatment) -> Treatment:
        """``does``; or what those say who see the world from elsewhere, unless a rule says it for them."""
        if self.server.measuring is None or (does.status, does.body) != (200, PAGE):
            return does
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.measuring.answer(host, self.command, self.path, headers, heard)
        if reply is None:
            return does
        return replace(does, status=reply.status, headers=reply.headers, body=reply.body.decode())

    def _answer(self, does: Treatment) -> None:
        body = does.body.encode()
        self.send_response(does.status)
        for name, value in ({"Content-Type": "text/html; charset=utf-8"} | dict(does.headers)).items():
            self.send_header(name, value)
        bodiless = does.status in {204, 304} or does.status < 200
        if not bodiless:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if bodiless or self.command == "HEAD":
            return
        if does.http == "drip":
            for byte in body:
                self.wfile.write(bytes([byte]))
                time.sleep(1)
        else:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: the log is ours."""


class Cuts:
    """Addresses that cannot be reached, as routes of the kernel."""

    KINDS = {"drop": "blackhole", "unreachable": "unreachable"}  # noqa: RUF012  a constant table

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._cut: dict[str, str] = {}
        for switch in ("ipv4/ip_forward", "ipv6/conf/all/forwarding"):  # only a router says "unreachable"
            Path("/proc/sys/net", switch).write_text("1", "ascii")
        self._lock = threading.Lock()

    def follow(self, names: Names, hosts: set[str]) -> None:
        """Make the routes agree with the rules for ``hosts``."""
        with self._lock:
            for host in hosts:
                want = self._rules.treat(host).connect
                for address in names.addresses(host) if want != self._cut.get(host, "ok") else ():
                    if self._cut.get(host, "ok") != "ok":
                        self._ip("del", address, self._cut[host])
                    if want != "ok":
                        self._ip("add", address, want)
                self._cut[host] = want

    def _ip(self, verb: str, address: str, kind: str) -> None:
        route = [verb, self.KINDS[kind], address, "table", "local"]
        subprocess.run(["ip", "-6" if ":" in address else "-4", "route", *route], check=True)


def obey(line: str, rules: Rules) -> dict[str, object]:
    """Carry out one line of control."""
    try:
        order = json.loads(line)
        if set(order) == {"set"}:
            rules.add(order["set"])
        elif set(order) == {"clear"}:
            rules.clear(order["clear"])
        else:
            return {"error": f"not an order: {order!r}"}
    except (RuleError, ValueError, TypeError) as trouble:
        return {"error": str(trouble)}
    return {"ok": True}


def main() -> None:
    """Serve until standard input ends."""
    words = argparse.ArgumentParser(description="The test world's internet.")
    words.add_argument("--rules", type=Path, required=True, help="the lasting rules, a TOML file")
    words.add_argument("--ca", type=Path, required=True, help="where to write the CA's certificate")
    words.add_argument("--log", type=Path, required=True, help="where to append what was asked")
    words.add_argument("--http", type=int, action="append", help="a port for HTTP (80)")
    words.add_argument("--https", type=int, action="append", help="a port for HTTPS (443)")
    given = words.parse_args()
    rules, log, papers = Rules.read(given.rules), Log(given.log), Papers()
    papers.ca.cert_pem.write_to_path(given.ca)
    cuts = Cuts(rules)
    names = Names(rules, log, lambda name: cuts.follow(names, {name}))
    servers = [Street(port, rules, log, None) for port in given.http or [80]]
    measuring = Measuring(rules, log)
    servers += [Street(port, rules, log, papers, measuring=measuring) for port in given.https or [443]]
    serve = [OverUdp(names).serve_forever, OverTcp(names).serve_forever, *(server.serve_forever for server in servers)]
    for for_ever in serve:
        threading.Thread(target=for_ever, daemon=True).start()
    print(json.dumps({"ok": True}), flush=True)
    for line in sys.stdin:
        reply = obey(line, rules)
        cuts.follow(names, rules.hosts() | set(names.known()))
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
