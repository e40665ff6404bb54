"""Our network under httpcore: look-up, connect and handshake by ``trip.py``, and no byte beyond the trip's deadline."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import httpcore

from trayapp.core.model import Failure

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable

    from trayapp.watch.proxy import Way
    from trayapp.watch.trip import Trip

_FIRST_BYTES = b"HTTP/"

# httpcore sets ALPN on its context before each handshake. Doing that while another thread makes a connection from the
# same context is a race inside OpenSSL, so httpcore gets this one, which trusts nobody and shakes no hands.
NOT_USED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Stopped(Exception):  # noqa: N818 - not an error of ours: it carries a Failure through httpcore, and no farther
    """The exchange ended early."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure


class Stream(httpcore.NetworkStream):
    """Bytes to and from one peer, who has only the time that is left of the whole question."""

    def __init__(self, sock: socket.socket, trip: Trip) -> None:
        self._sock = sock
        self._trip = trip
        self._first = b""
        self._first_due = trip.until(trip.limits.first_byte)
        self._head = 0
        self._unheard: Failure | None = None  # the request did not get through
        self.in_body = False  # the head of the response is complete
        self.ended = False  # the peer has closed its side

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - httpcore's signature
        """Some bytes; ``b""`` at the end. Older Pythons take a reset inside TLS for an end (CPython issue 115627)."""
        if not self.in_body and self._head > self._trip.limits.head:
            raise Stopped(Failure.HTTP_PROTOCOL)
        try:
            self._sock.settimeout(self._trip.wait_s(None if self._first else self._first_due))
            data = self._sock.recv(max_bytes)
        except OSError as error:
            raise Stopped(self._why(error)) from error
        finally:
            if not self._first:
                self._trip.spent("first_byte")
        if self._trip.over:  # a peer that always has one more byte never lets a socket's time-out strike
            raise Stopped(Failure.BODY_TIMEOUT if self.in_body else Failure.CHECK_TIMEOUT)
        self.ended = not data
        if self.ended and not self._first and self._unheard is not None:
            raise Stopped(self._unheard)  # the system tells an error once, and `write` was told
        self._head += len(data)
        self._look_at_first(data)
        return data

    def _look_at_first(self, data: bytes) -> None:
        if len(self._first) < len(_FIRST_BYTES):
            self._first = (self._first + data)[: len(_FIRST_BYTES)]
            if not _FIRST_BYTES.startswith(self._first):
                raise Stopped(Failure.HTTP_PROTOCOL)

    def _why(self, error: OSError) -> Failure:
        if isinstance(error, TimeoutError):
            if self.in_body:
                return Failure.BODY_TIMEOUT
            return Failure.CHECK_TIMEOUT if self._trip.over else Failure.HTTP_TIMEOUT
        if self.in_body:
            return Failure.BODY_CUT
        if isinstance(error, ssl.SSLEOFError):
            return Failure.HTTP_EOF
        # TLS 1.3 tells us only now if the other side disliked our handshake.
        return Failure.TLS_ERROR if isinstance(error, ssl.SSLError) else Failure.HTTP_RESET

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - httpcore's signature
        """Send it all."""
        if not buffer:  # a request without a body has one of these; it could only swallow an error that `read` must see
            return
        self._first_due = self._trip.until(self._trip.limits.first_byte)
        try:
            self._sock.settimeout(self._trip.wait_s(self._first_due))
            self._sock.sendall(buffer)
        except TimeoutError as error:
            raise Stopped(self._why(error)) from error
        except OSError as error:
            # httpcore goes on to read: a server may refuse before it has heard all, and say why.
            self._unheard = self._why(error)
            raise httpcore.WriteError from error

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,  # noqa: ARG002 - httpcore's signature; see NOT_USED
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - httpcore's signature
    ) -> httpcore.NetworkStream:
        """A stream that holds a certificate valid for the host."""
        secured = self._trip.secure(self._sock, server_hostname or "")
        if isinstance(secured, Failure):
            raise Stopped(secured)
        self._sock = secured
        return self

    def close(self) -> None:
        """Hang up."""
        self._sock.close()

    def get_extra_info(self, info: str) -> object:  # noqa: ARG002 - httpcore's signature
        """Nothing that httpcore would need to know: HTTP/2 and idle connections do not happen here."""
        return None


class Backend(httpcore.NetworkBackend):
    """Connects once, for one trip, by the given way. ``stream`` is there as soon as it has."""

    def __init__(self, trip: Trip, way: Way) -> None:
        self._trip = trip
        self._way = way
        self.stream: Stream | None = None

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - httpcore's signature
        local_address: str | None = None,  # noqa: ARG002 - httpcore's signature
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002 - httpcore's signature
    ) -> httpcore.NetworkStream:
        """Look up and connect, or raise ``Stopped``."""
        sock = self._trip.reach(host, port, self._way)
        if isinstance(sock, Failure):
            raise Stopped(sock)
        self.stream = Stream(sock, self._trip)
        return self.stream
