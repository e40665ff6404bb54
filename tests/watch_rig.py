"""Real servers on loopback for the tests of the room that asks."""

from __future__ import annotations

import contextlib
import datetime as dt
import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import trustme

from trayapp.core.model import Instant, Millis
from trayapp.core.question import Answer, Probe, Shape
from trayapp.watch.issuer import Issuers
from trayapp.watch.lookup import Address, Lookup
from trayapp.watch.net import Network
from trayapp.watch.proxy import Proxies
from trayapp.watch.proxy_settings import Settings
from trayapp.watch.trip import Limits

if TYPE_CHECKING:
    from types import TracebackType

HOST = "well.example"
QUICK = Limits(dns=400, connect=400, tls=400, first_byte=400, whole=900)
"""Time-outs for tests of silence. Everything else has LONG, so that a busy machine fails no test."""
LONG = Limits()
PROMISED = Shape(body="success\n")


class RealClock:
    def now(self) -> Instant:
        return Instant(int(time.time() * 1000), int(time.monotonic() * 1000), "rig")


class HandClock:
    """A clock that only a test moves."""

    def __init__(self) -> None:
        self.t: Millis = 1_000_000

    def now(self) -> Instant:
        return Instant(self.t, self.t, "rig")


def wait_until(condition: Callable[[], bool], within_s: float = 10) -> None:
    pause = threading.Event()
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        pause.wait(0.005)


class Peer:
    """One connection, as a handler sees it."""

    def __init__(self, sock: socket.socket, over: threading.Event) -> None:
        self.sock = sock
        self.over = over

    def head(self) -> bytes:
        """The request up to its empty line."""
        data = b""
        while b"\r\n\r\n" not in data and (more := self.sock.recv(65536)):
            data += more
        return data

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def drip(self, data: bytes, every_s: float = 0.05) -> None:
        """A byte at a time, until the test is over or the client has had enough."""
        for at in range(len(data)):
            if self.over.wait(every_s):
                return
            self.send(data[at : at + 1])

    def pour(self, piece: bytes, limit: int) -> int:
        """``piece`` again and again, until the client has had enough; how many bytes it took."""
        sent = 0
        with contextlib.suppress(OSError):
            while sent < limit and not self.over.is_set():
                self.send(piece)
                sent += len(piece)
        return sent

    def hold(self) -> None:
        """Say nothing more until the test is over or the client has hung up."""
        while not self.over.wait(0.02):
            with contextlib.suppress(OSError):
                if select.select([self.sock], [], [], 0)[0] and not self.sock.recv(65536):
                    return

    def reset(self) -> None:
        """RST instead of FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


Handle: TypeAlias = Callable[[Peer], None]


class Server:
    """Listens on loopback and hands each connection to ``handle`` on a thread of its own."""

    def __init__(
        self,
        handle: Handle,
        *,
        tls: ssl.SSLContext | None = None,
        ip: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self._handle = handle
        self._tls = tls
        self._over = threading.Event()
        self.accepted = 0
        self._threads: list[threading.Thread] = []
        family = socket.AF_INET6 if ":" in ip else socket.AF_INET
        self._listener = socket.create_server((ip, port), family=family)
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._over.set()
        with contextlib.suppress(OSError):  # already disconnected by the other side on some systems
            self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            self._start(self._serve, sock)

    def _serve(self, raw: socket.socket) -> None:
        raw.settimeout(10)
        # A client that hangs up, refuses our certificate or resets is what many of these tests are about.
        with contextlib.suppress(OSError), raw:
            if self._tls is None:
                self._handle(Peer(raw, self._over))
                return
            with self._tls.wrap_socket(raw, server_side=True) as sock:
                self._handle(Peer(sock, self._over))


def respond(raw: bytes) -> Handle:
    def handle(peer: Peer) -> None:
        peer.head()
        peer.send(raw)

    return handle


def response(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Authority:
    """A certificate authority of the test's own, and contexts for both ends."""

    def __init__(self) -> None:
        self._ca = trustme.CA()

    def server(self, *names: str, expired: bool = False) -> ssl.SSLContext:
        now = dt.datetime.now(dt.UTC)
        day = dt.timedelta(days=1)
        until = now - day if expired else now + day
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._ca.issue_cert(*(names or (HOST,)), not_before=now - 9 * day, not_after=until).configure_cert(context)
        return context

    def client(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._ca.configure_trust(context)
        return context

    def pem(self) -> bytes:
        return self._ca.cert_pem.bytes()


def proxies(by_scheme: Mapping[str, str] | None = None, exempt: Callable[[str], bool] = lambda _: False) -> Proxies:
    """What a system says that has these; without any, whatever the environment of the tests is."""
    return Proxies(lambda: Settings(by_scheme or {}, exempt))


def network(
    trust: ssl.SSLContext | None = None,
    limits: Limits = LONG,
    names: Mapping[str, list[Address]] | None = None,
    by: Proxies | None = None,
    issuers: Issuers | None = None,
) -> Network:
    """The real thing, in a world where HOST (or ``names``) is on loopback."""
    known = names or {HOST: [Address(socket.AF_INET, "127.0.0.1")]}

    def resolve(host: str) -> list[Address]:
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "not in this world")
        return known[host]

    context = trust or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return Network(
        RealClock(),
        lambda: context,
        Lookup(resolve),
        limits,
        proxies=by or proxies(),
        issuers=issuers or Issuers(added=()),
    )


def probe(port: int, host: str = HOST, **more: Any) -> Probe:
    return Probe(**{"id": "p", "kind": "http", "host": host, "port": port, **more})


def plain(handle: Handle, limits: Limits = LONG, **more: Any) -> Answer:
    """One plain question to a server that does ``handle``."""
    with Server(handle) as server:
        return network(limits=limits).http(probe(server.port, secure=False, **more))


@contextlib.contextmanager
def black_hole(ip: str = "127.0.0.1", port: int = 0) -> Iterator[int]:
    """A port that answers no SYN: a listener that accepts nobody and whose backlog is full."""
    family = socket.AF_INET6 if ":" in ip else socket.AF_INET
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket(family, socket.SOCK_STREAM))
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((ip, port))
        listener.listen(0)
        for _ in range(32):
            filler = stack.enter_context(socket.socket(family, socket.SOCK_STREAM))
            filler.settimeout(0)
            filler.connect_ex(listener.getsockname()[:2])
            if not select.select([], [filler], [], 0.1)[1]:
                yield listener.getsockname()[1]
                return
        msg = "this system's backlog does not fill up"
        raise AssertionError(msg)
