"""One HTTP exchange on a connection of its own, over httpx and httpcore, without a client around it.

No client: so no cookie jar, no redirects, no log-in, nothing from the environment. Look-up, connect and handshake are
ours (``trip.py``), so that each is timed and bounded; httpcore and h11 speak HTTP between them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import httpcore
import httpx

from trayapp import __version__
from trayapp.core.model import Failure
from trayapp.watch.wire import NOT_USED, Backend, Stopped, Stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trayapp.core.question import Answer, Probe
    from trayapp.watch.lookup import Lookup
    from trayapp.watch.trip import Trip
    from trayapp.watch.trust import Trust

USER_AGENT = f"Fanal/{__version__} (+outage monitor; one small request now and then)"

_HEADERS = {
    "User-Agent": USER_AGENT,
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
}

_KEPT = ("content-type", "retry-after", "server", "date", "location", "www-authenticate", "x-networkmanager-status")
_VALUE_LIMIT = 200


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: httpcore.Response) -> None:
        self._response = stream

    def __iter__(self) -> Iterator[bytes]:
        return self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class OneConnection(httpx.BaseTransport):
    """A transport for one request: its connection is made for it and closed after it."""

    def __init__(self, backend: Backend) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=NOT_USED,
            max_connections=1,
            max_keepalive_connections=0,
            http1=True,
            http2=False,
            retries=0,
            network_backend=backend,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it and come back with the head of the response; raises ``Stopped`` and httpcore's own exceptions."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        response = self._pool.handle_request(
            httpcore.Request(request.method, url, headers=request.headers.raw, content=request.stream)
        )
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response))

    def close(self) -> None:
        """Close the connection, if it is still there."""
        self._pool.close()


def exchange(probe: Probe, trip: Trip, lookup: Lookup, trust: Trust) -> Answer:
    """Put ``probe`` and read the answer, as much of it as is wanted."""
    try:
        request = _request(probe)
    except (httpx.InvalidURL, ValueError):
        return trip.answer(Failure.NOT_ASKABLE)
    backend = Backend(trip, lookup, trust)
    with OneConnection(backend) as transport:
        try:
            response = transport.handle_request(request)
        except httpcore.LocalProtocolError:  # a method or path that is no HTTP: our own data is wrong
            return trip.answer(Failure.NOT_ASKABLE)
        except (Stopped, httpcore.RemoteProtocolError) as error:
            return trip.answer(_failure(error, backend.stream))
        try:
            return _answer(probe, trip, response, backend.stream)
        finally:
            response.close()


def _request(probe: Probe) -> httpx.Request:
    url = httpx.URL(
        scheme="https" if probe.secure else "http",
        host=probe.host,
        port=probe.port,
        raw_path=probe.path.encode("ascii"),
    )
    return httpx.Request(probe.method, url, headers=_HEADERS)


def _answer(probe: Probe, trip: Trip, response: httpx.Response, stream: Stream | None) -> Answer:
    body = bytearray()
    failure = None
    if stream is not None:
        stream.in_body = True
    if _has_body(probe):
        try:
            for chunk in _chunks(response):
                body += chunk
                if len(body) >= trip.limits.body:
                    break  # no failure: the core will say that this is not the body that was promised
        except (Stopped, httpcore.RemoteProtocolError) as error:
            failure = _failure(error, stream) if needs_body(probe, response.status_code) else None
        trip.phases = replace(trip.phases, body=trip.lap())
    return trip.answer(failure, response.status_code, _kept(response.headers), bytes(body[: trip.limits.body]))


def _chunks(response: httpx.Response) -> Iterator[bytes]:
    # Raw, as it came: whoever compresses in spite of `identity` is not inflated.
    return iter(response.stream) if isinstance(response.stream, httpx.SyncByteStream) else iter(())


def _has_body(probe: Probe) -> bool:
    """Whether the answer to ``probe`` has a body by the rules of HTTP."""
    return probe.method != "HEAD"


def needs_body(probe: Probe, status: int) -> bool:
    """Whether what came can be judged only with its body: some shape that may still hold for ``status`` looks at it.

    A 5xx speaks for itself, however badly its body arrives.
    """
    shapes = (*probe.broken, *((probe.healthy,) if probe.healthy is not None else ()))
    return status < 500 and any(
        (shape.body is not None or shape.json) and (not shape.status or status in shape.status) for shape in shapes
    )


def _failure(error: Stopped | httpcore.RemoteProtocolError, stream: Stream | None) -> Failure:
    if isinstance(error, Stopped):
        return error.failure
    if stream is not None and stream.ended:  # the rules were broken by hanging up
        return Failure.BODY_CUT if stream.in_body else Failure.HTTP_EOF
    return Failure.HTTP_PROTOCOL


def _kept(headers: httpx.Headers) -> dict[str, str]:
    kept = {name: headers[name][:_VALUE_LIMIT] for name in _KEPT if name in headers}
    return {name: "".join(c for c in value if c.isprintable()) for name, value in kept.items()}
