"""One connection to the person's session bus (D-Bus), for one thread. The only place that imports jeepney.

jeepney writes and reads the messages; the socket is ours, because a tray must not hang on a bus that hangs: everything
is bounded in time and size, and another thread can wake the one that waits.
"""

from __future__ import annotations

import logging
import selectors
import socket
import time
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import jeepney as _jeepney  # jeepney ships no types
from jeepney import low_level as _low_level
from jeepney.bus import get_connectable_addresses as _addresses  # as above
from jeepney.io.blocking import prep_socket as _authenticated  # as above

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Message: TypeAlias = Any
"""A ``jeepney.Message``."""

Address = _jeepney.DBusAddress
Field = _jeepney.HeaderFields
Kind = _jeepney.MessageType
new_call = _jeepney.new_method_call
new_error = _jeepney.new_error
new_return = _jeepney.new_method_return
new_signal = _jeepney.new_signal

DAEMON: Final = Address("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
MAX_IN: Final = 1 << 20
"""Bytes of one message; a larger one is passed over unread. Nothing that a tray or a notice is told needs a tenth."""
MAX_OUT: Final = 4 << 20
"""Bytes that may wait for the bus to read them; beyond that it is taken for dead."""

_log = logging.getLogger(__name__)


class BusGone(Exception):  # noqa: N818 - a state of the world, not a mistake
    """There is no session bus, it would not have us, or it went away; the message says which."""


class Bus:
    """A connection, open from construction to ``close``. All but ``wake`` belongs to one thread at a time.

    ``env`` is where the address is looked up; ``timeout`` (seconds) bounds the whole greeting. Raises BusGone.
    """

    def __init__(self, env: Mapping[str, str], timeout: float = 2.0) -> None:
        self._sock = _dial(env, timeout)
        self._sock.settimeout(0)
        self._ear, self._bell = socket.socketpair()
        self._ear.settimeout(0)
        self._bell.settimeout(0)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._sock, selectors.EVENT_READ)
        self._selector.register(self._ear, selectors.EVENT_READ)
        self._in, self._out, self._skip = bytearray(), bytearray(), 0
        self._serial = count(1)
        try:
            self.name = str(self.call(new_call(DAEMON, "Hello"), timeout).body[0])
        except (TimeoutError, BusGone) as error:
            self.close()
            raise BusGone(f"no greeting from the bus: {error}") from error

    def call(self, message: Message, timeout: float, others: Callable[[Message], object] | None = None) -> Message:
        """Send, and return the reply (which may be an error). What else is read meanwhile goes to ``others``, if any.

        Raises TimeoutError after ``timeout`` seconds without a reply, BusGone.
        """
        deadline = time.monotonic() + timeout
        serial = self.send(message)
        while True:
            left = deadline - time.monotonic()
            answer = self.receive(max(0.0, left))
            if answer is not None and answer.header.fields.get(Field.reply_serial) == serial:
                return answer
            if answer is not None and others is not None:
                others(answer)
            if left <= 0:
                raise TimeoutError(f"no reply within {timeout:g} s")

    def send(self, message: Message) -> int:
        """Send without waiting; return the message's serial number. Raises BusGone."""
        serial = next(self._serial)
        self._out += message.serialise(serial=serial)
        self._flush()
        if len(self._out) > MAX_OUT:
            raise BusGone("the bus reads nothing any more")
        return serial

    def receive(self, timeout: float | None) -> Message | None:
        """The next message; None when someone woke us or ``timeout`` seconds have passed (None: no limit).

        Raises BusGone.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while (message := self._next()) is None:
            if not self._wait(None if deadline is None else max(0.0, deadline - time.monotonic())):
                return None
        return message

    def wake(self) -> None:
        """Let ``receive`` return, now or when it is next called. From any thread, also from a signal's handler."""
        with suppress(OSError):  # full: it is awake already; closed: nobody is there to be woken
            self._bell.send(b"\0")

    def close(self) -> None:
        """Hang up."""
        self._selector.close()
        for end in (self._sock, self._ear, self._bell):
            end.close()

    def _wait(self, timeout: float | None) -> bool:
        """Move bytes once; False: time is up, or woken."""
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._out else 0)
        self._selector.modify(self._sock, wanted)
        woken = False
        ready = self._selector.select(timeout)
        for key, events in ready:
            if key.fileobj is self._ear:
                self._ear.recv(4096)
                woken = True
                continue
            if events & selectors.EVENT_WRITE:
                self._flush()
            if events & selectors.EVENT_READ:
                self._read()
        return bool(ready) and not woken

    def _read(self) -> None:
        try:
            data = self._sock.recv(65536)
        except BlockingIOError:
            return
        except OSError as error:
            raise BusGone(str(error)) from error
        if not data:
            raise BusGone("the bus hung up")
        self._in += data

    def _flush(self) -> None:
        try:
            while self._out:
                del self._out[: self._sock.send(self._out)]
        except BlockingIOError:
            return  # the rest goes when the socket has room again
        except OSError as error:
            raise BusGone(str(error)) from error

    def _next(self) -> Message | None:
        """Cut the next whole message off what was read."""
        while True:
            if self._skip:
                passed = min(self._skip, len(self._in))
                del self._in[:passed]
                self._skip -= passed
            if len(self._in) < 16:
                return None
            try:
                size = _low_level.calc_msg_size(bytes(self._in[:16]))
            except KeyError as error:
                raise BusGone("the bus speaks something else than D-Bus") from error
            if size > MAX_IN:
                _log.warning("A D-Bus message of %d bytes was passed over.", size)
                self._skip = size
                continue
            if len(self._in) < size:
                return None
            raw = bytes(self._in[:size])
            del self._in[:size]
            try:
                return _jeepney.Message.from_buffer(raw)
            except Exception as error:  # noqa: BLE001 - whatever another program wrote must not end the icon
                _log.debug("A D-Bus message could not be read: %s", error)


def _dial(env: Mapping[str, str], timeout: float) -> socket.socket:
    """A socket that has passed the bus's authentication."""
    problem = "no session bus is named"
    try:
        for path in _paths(env):
            try:
                return _authenticated(path, timeout=timeout)  # type: ignore[no-any-return] # jeepney ships no types
            except (OSError, ValueError) as error:
                problem = str(error)
    except (ValueError, RuntimeError) as error:
        problem = f"the bus's address cannot be used: {error}"
    raise BusGone(problem)


def _paths(env: Mapping[str, str]) -> Iterator[str]:
    """Where the bus listens: as the session says, else where systemd puts it."""
    named = env.get("DBUS_SESSION_BUS_ADDRESS", "")
    if not named and (runtime := env.get("XDG_RUNTIME_DIR", "")):
        named = f"unix:path={runtime}/bus"
    if named:
        yield from _addresses(named)
