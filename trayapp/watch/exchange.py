"""One HTTP exchange on a connection of its own, over httpx and httpcore, without a client around it.

No client: so no cookie jar and no log-in, and no redirects and no proxies but ours (``redirect.py``, ``proxy.py``).
Look-up, connect and handshake are ours too (``trip.py``), so that each is timed and bounded; httpcore and h11 speak
HTTP between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpcore
import httpx

from trayapp.core.model import Failure
from trayapp.core.question import Answer
from trayapp.watch import redirect
from trayapp.watch.proxy import Proxy
from trayapp.watch.trip import USER_AGENT
from trayapp.watch.wire import NOT_USED, Backend, Stopped, Stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trayapp.core.question import Probe
    from trayapp.watch.trip import Trip

HEADERS: Mapping[str, str] = {
    "User-Agent": USER_AGENT,
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
KEPT = ("content-type", "retry-after", "server", "date", "location", "www-authenticate", "x-networkmanager-status")


@dataclass(frozen=True, slots=True)
class Manner:
    """What is said beside the probe, and what of the answer is wanted."""

    headers: Mapping[str, str]
    kept: tuple[str, ...]  # of the answer's headers, in small letters
    content: bytes = b""
    whole: bool = False  # a good answer whose body did not come whole is none, whatever the probe looks at


ROUTINE = Manner(HEADERS, KEPT)
_VALUE_LIMIT = 200
_PROXY_WANTS_NAME = 407


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: httpcore.Response) -> None:
        self._response = stream

    def __iter__(self) -> Iterator[bytes]:
        return self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class OneConnection(httpx.BaseTransport):
    """A transport for one request: its connection is made for it and closed after it."""

    def __init__(self, backend: Backend, *, absolute: bool = False) -> None:
        self._absolute = absolute
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
        asked = request.url
        whole = asked.raw_scheme + b"://" + asked.netloc if self._absolute else b""  # as a proxy wants it
        url = httpcore.URL(scheme=asked.raw_scheme, host=asked.raw_host, port=asked.port, target=whole + asked.raw_path)
        response = self._pool.handle_request(
            httpcore.Request(request.method, url, headers=request.headers.raw, content=request.stream)
        )
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response))

    def close(self) -> None:
        """Close the connection, if it is still there."""
        self._pool.close()


def exchange(probe: Probe, trip: Trip, manner: Manner = ROUTINE) -> Answer:
    """Put ``probe`` and read the answer, as much of it as is wanted; follow the few redirects that may be followed."""
    asked, hops = probe, 0
    while True:
        got = _once(asked, trip, manner, follow=hops < redirect.LIMIT)
        if isinstance(got, Answer):
            return got
        asked, hops = got, hops + 1


def _once(probe: Probe, trip: Trip, manner: Manner, *, follow: bool) -> Answer | Probe:
    """The answer to ``probe``, or what to ask instead."""
    way = trip.way(probe.host, tunnel=probe.secure)
    plain = way if isinstance(way, Proxy) and not way.tunnel else None
    try:
        request = _request(probe, plain, manner)
    except (httpx.InvalidURL, ValueError):
        return trip.answer(Failure.NOT_ASKABLE)
    backend = Backend(trip, way)
    with OneConnection(backend, absolute=plain is not None) as transport:
        try:
            response = transport.handle_request(request)
        except httpcore.LocalProtocolError:  # a method or path that is no HTTP: our own data is wrong
            return trip.answer(Failure.NOT_ASKABLE)
        except (Stopped, httpcore.RemoteProtocolError) as error:
            return trip.answer(_failure(error, backend.stream))
        try:
            if plain is not None and response.status_code == _PROXY_WANTS_NAME:
                return trip.answer(Failure.NOT_ASKABLE)
            onward = redirect.onward(probe, response.status_code, response.headers.get_list("location"))
            if follow and onward is not None:
                return onward
            return _answer(probe, trip, response, backend.stream, manner)
        finally:
            response.close()


def _request(probe: Probe, proxy: Proxy | None, manner: Manner) -> httpx.Request:
    url = httpx.URL(
        scheme="https" if probe.secure else "http",
        host=probe.host,
        port=probe.port,
        raw_path=probe.path.encode("ascii"),
    )
    named = {"Proxy-Authorization": proxy.authorization} if proxy is not None and proxy.authorization else {}
    headers = {**manner.headers, **named}
    return httpx.Request(probe.method, url, headers=headers, content=manner.content or None)


def _answer(probe: Probe, trip: Trip, response: httpx.Response, stream: Stream | None, manner: Manner) -> Answer:
    status = response.status_code
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
            needed = manner.whole and status < 300
            failure = _failure(error, stream) if needed or needs_body(probe, status) else None
        trip.spent("body")
    return trip.answer(failure, status, _kept(response.headers, manner.kept), bytes(body[: trip.limits.body]))


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


def _kept(headers: httpx.Headers, names: tuple[str, ...]) -> dict[str, str]:
    kept = {name: headers[name][:_VALUE_LIMIT] for name in names if name in headers}
    return {name: "".join(c for c in value if c.isprintable()) for name, value in kept.items()}
