"""One thread that serves many local clients: nobody's slowness holds up another.

Requests are handled one at a time, in the order in which their lines are complete. A client may send one line and
gets one; then the door closes. A follower stays, and gets a line after every ``tell``: one for all that it was too slow
to take in the meantime.
"""

from __future__ import annotations

import logging
import math
import selectors
import socket
import time
from typing import TYPE_CHECKING

from trayapp.desktop.endpoint_line import (
    CHANGED,
    CLIENTS,
    FOLLOWED,
    FOLLOWERS,
    PATIENCE_S,
    REQUEST_LIMIT,
    answer,
    follows,
    refusal,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.desktop.endpoint_line import Handle

_PIECE = 65_536
_LEAVE_S = 0.5  # for a client to hang up once it has its answer
_REST_S = 1.0  # after the system could not give us another client

_log = logging.getLogger(__name__)


class _Client:
    """One connection: first it sends its line, then it takes ours, then it leaves, or follows."""

    __slots__ = ("behind", "deadline", "following", "incoming", "leaving", "outgoing", "sock")

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.incoming = bytearray()
        self.outgoing = b""
        self.leaving = False
        self.following = False
        self.behind = False  # something has changed while a line was still on its way to this follower
        self.deadline = time.monotonic() + PATIENCE_S


class Loop:
    """Runs on one thread until ``stop``, which any thread may call."""

    def __init__(self, listener: socket.socket, welcome: Callable[[socket.socket], bool]) -> None:
        self._listener = listener
        self._welcome = welcome  # whether this peer may speak at all
        self._bell, self._hand = socket.socketpair()
        self._bell.setblocking(False)  # noqa: FBT003  the library's own signature
        self._stopping = False
        self._news = False
        self._followed = False  # nobody is woken to tell nobody
        self._selector = selectors.DefaultSelector()
        self._clients: set[_Client] = set()
        self._resume = 0.0  # no new client before this, steady seconds

    def stop(self) -> None:
        """Take no more requests; answers on their way still go out."""
        self._stopping = True
        self.wake()

    def tell(self) -> None:
        """Let every follower know that something has changed. From any thread; returns at once."""
        self._news = True
        if self._followed:
            self.wake()

    def wake(self) -> None:
        """Make the loop look at what has changed."""
        try:
            self._hand.send(b"!")
        except OSError:
            _log.debug("the endpoint has ended already", exc_info=True)

    def release(self) -> None:
        """Let go of all sockets; the end of ``run``, or instead of it."""
        for client in self._clients:
            client.sock.close()
        self._clients.clear()
        self._selector.close()
        for one in (self._listener, self._bell, self._hand):
            one.close()

    def run(self, handle: Handle) -> None:
        """Serve until stopped."""
        try:
            self._selector.register(self._bell, selectors.EVENT_READ)
            while not (self._stopping and not self._answering()):
                asked = time.monotonic()
                self._tend_door(asked)
                for key, _ in self._selector.select(self._until_next(asked)):
                    if key.fileobj is self._listener:
                        self._accept()
                    elif key.fileobj is self._bell:
                        self._bell.recv(_PIECE)
                        self._spread()
                    else:
                        self._attend(key.data, handle)
                # Only who was late before we looked: a line that came while a handler was at work is in time.
                self._dismiss_late(asked)
        finally:
            self.release()

    def _answering(self) -> bool:
        return any(client.outgoing for client in self._clients)

    def _tend_door(self, now: float) -> None:
        """Let new clients in, or not for the moment."""
        opened = not self._stopping and len(self._clients) < CLIENTS and now >= self._resume
        if opened == (self._listener in self._selector.get_map()):
            return
        if opened:
            self._selector.register(self._listener, selectors.EVENT_READ)
        else:
            self._selector.unregister(self._listener)

    def _until_next(self, now: float) -> float | None:
        """Seconds until the next deadline; None: nothing to wait for but a client."""
        moments = [client.deadline for client in self._clients]
        if now < self._resume:
            moments.append(self._resume)
        first = min(moments, default=math.inf)
        return None if first == math.inf else max(0.0, first - now)

    def _accept(self) -> None:
        try:
            sock, _ = self._listener.accept()
        except BlockingIOError:
            return  # it went away again
        except OSError:
            _log.warning("the endpoint cannot take another client", exc_info=True)
            self._resume = time.monotonic() + _REST_S
            return
        if not self._welcome(sock):
            _log.warning("another account's process at the endpoint was sent away")
            sock.close()
            return
        sock.setblocking(False)  # noqa: FBT003  the library's own signature
        client = _Client(sock)
        self._clients.add(client)
        self._selector.register(sock, selectors.EVENT_READ, client)

    def _attend(self, client: _Client, handle: Handle) -> None:
        try:
            if client.leaving or (client.following and not client.outgoing):
                self._see_off(client)
            elif client.outgoing:
                self._send(client)
            else:
                self._receive(client, handle)
        except BlockingIOError:
            return  # a false alarm: the selector tells again
        except OSError:
            self._dismiss(client)  # gone without waiting: nobody is left to tell

    def _receive(self, client: _Client, handle: Handle) -> None:
        piece = client.sock.recv(_PIECE)
        known = len(client.incoming)
        client.incoming += piece
        end = client.incoming.find(b"\n", known)
        if self._stopping or not piece:
            self._dismiss(client)
        elif (len(client.incoming) if end < 0 else end) >= REQUEST_LIMIT:
            self._reply(client, refusal("too_long"))
        elif end >= 0 and follows(bytes(client.incoming[:end])):
            self._take_in(client)
        elif end >= 0:
            self._reply(client, answer(bytes(client.incoming[:end]), handle))

    def _take_in(self, client: _Client) -> None:
        if sum(other.following for other in self._clients) >= FOLLOWERS:
            self._reply(client, refusal("too_many"))
            return
        client.following = self._followed = True
        self._reply(client, FOLLOWED)

    def _spread(self) -> None:
        """Tell the followers, if there is something to tell."""
        news, self._news = self._news, False
        followers = [client for client in self._clients if client.following]
        self._followed = bool(followers)
        for client in followers if news else ():
            if client.outgoing:
                client.behind = True
                continue
            try:
                self._reply(client, CHANGED)
            except BlockingIOError:
                continue  # the selector tells when it takes it
            except OSError:
                self._dismiss(client)

    def _reply(self, client: _Client, line: bytes) -> None:
        client.outgoing = line
        client.deadline = time.monotonic() + PATIENCE_S
        self._selector.modify(client.sock, selectors.EVENT_WRITE, client)
        self._send(client)

    def _send(self, client: _Client) -> None:
        client.outgoing = client.outgoing[client.sock.send(client.outgoing) :]
        if not client.outgoing and client.following:
            client.deadline = math.inf
            self._selector.modify(client.sock, selectors.EVENT_READ, client)
            if client.behind:
                client.behind = False
                self._reply(client, CHANGED)
        elif not client.outgoing:
            client.leaving = True
            client.deadline = time.monotonic() + _LEAVE_S
            client.sock.shutdown(socket.SHUT_WR)
            self._selector.modify(client.sock, selectors.EVENT_READ, client)

    def _see_off(self, client: _Client) -> None:
        """Wait for its end of the line: closing over bytes that nobody read would tear our answer from its hands.

        What a follower still says is not heard.
        """
        if not client.sock.recv(_PIECE):
            self._dismiss(client)

    def _dismiss_late(self, now: float) -> None:
        for client in [client for client in self._clients if client.deadline <= now]:
            if client.outgoing or client.leaving:
                self._dismiss(client)
                continue
            try:
                self._reply(client, refusal("too_slow"))
            except OSError:
                self._dismiss(client)

    def _dismiss(self, client: _Client) -> None:
        self._selector.unregister(client.sock)
        client.sock.close()
        self._clients.discard(client)
