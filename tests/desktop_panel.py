"""A panel in this process, for the tests of the tray's protocol: it takes icons and asks them what a panel asks."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from desktop_rig import WATCHER, running, until

from trayapp.core.ports import Choice
from trayapp.desktop import bus as dbus
from trayapp.desktop.bus import Bus, Field, Kind, Message
from trayapp.desktop.tray import choose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from trayapp.core.ports import Face, Tray

ITEM, ITEM_AT = "org.kde.StatusNotifierItem", "/StatusNotifierItem"
MENU = (
    Choice("Example: down since 16:17"),
    Choice(""),
    Choice("Open", "open", default=True),
    Choice("Snooze", more=(Choice("1_hour", "snooze:1"), Choice("8 hours", "snooze:8"))),
    Choice("Quit", "quit"),
)


class FakePanel:
    """A StatusNotifierWatcher in this process: it takes icons and asks them what a panel asks."""

    def __init__(self, env: Mapping[str, str], *, watching: bool = True) -> None:
        self.bus = Bus(env)
        self.items: list[str] = []
        self.signals: list[tuple[str, tuple[Any, ...]]] = []
        for interface in ("org.kde.StatusNotifierItem", "com.canonical.dbusmenu"):
            self._ask_bus("AddMatch", "s", (f"type='signal',interface='{interface}'",))
        if watching:
            self.watch()

    def watch(self) -> None:
        """Become the panel of this desktop."""
        assert self._ask_bus("RequestName", "su", (WATCHER, 4)).body == (1,)

    def leave(self) -> None:
        self._ask_bus("ReleaseName", "s", (WATCHER,))

    def close(self) -> None:
        self.bus.close()

    def item(self) -> str:
        """The next icon that registers."""
        known = len(self.items)
        self.until(lambda: len(self.items) > known, "an icon to register")
        return self.items[-1]

    def pump(self, seconds: float = 0.02) -> None:
        """Take in what has come."""
        message = self.bus.receive(seconds)
        if message is not None:
            self._take(message)

    def until(self, condition: Callable[[], Any], what: str) -> None:
        """Take in what comes until ``condition`` holds."""

        def pumped() -> Any:
            self.pump()
            return condition()

        until(pumped, what)

    def heard(self, member: str) -> int:
        return sum(name == member for name, _ in self.signals)

    def settle(self, item: str) -> None:
        """Take in all that the icon has sent so far: it answers in order."""
        self.ask(item, "/StatusNotifierItem", "org.freedesktop.DBus.Peer", "Ping")

    def prop(self, item: str, name: str) -> Any:
        interface = "org.kde.StatusNotifierItem"
        reply = self.ask(item, "/StatusNotifierItem", "org.freedesktop.DBus.Properties", "Get", "ss", (interface, name))
        return reply.body[0][1]

    def menu(self, item: str, member: str, signature: str, body: tuple[Any, ...]) -> Message:
        return self.ask(item, "/MenuBar", "com.canonical.dbusmenu", member, signature, body)

    def rows(self, item: str) -> list[tuple[int, dict[str, Any], list[Any]]]:
        """The menu's first level: number, properties, rows below."""
        _, (_, _, children) = self.menu(item, "GetLayout", "iias", (0, -1, [])).body
        return [child for _, child in children]

    def ask(
        self, item: str, path: str, interface: str | None, member: str, signature: str | None = None, body: Any = ()
    ) -> Message:
        """Call a method of the icon's and return the reply, error or not."""
        serial = self.bus.send(dbus.new_call(dbus.Address(path, item, interface), member, signature, body))
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            message = self.bus.receive(0.5)
            if message is not None and message.header.fields.get(Field.reply_serial) == serial:
                return message
            if message is not None:
                self._take(message)
        pytest.fail(f"{member} got no reply")

    def _ask_bus(self, member: str, signature: str, body: tuple[Any, ...]) -> Message:
        return self.bus.call(dbus.new_call(dbus.DAEMON, member, signature, body), 2.0)

    def _take(self, message: Message) -> None:
        kind, fields = message.header.message_type, message.header.fields
        if kind is Kind.method_call and fields[Field.member] == "RegisterStatusNotifierItem":
            self.items.append(message.body[0])
            self.bus.send(dbus.new_return(message))
        elif kind is Kind.signal and fields.get(Field.interface) != dbus.DAEMON.interface:
            self.signals.append((fields[Field.member], message.body))


@contextmanager
def shown(
    env: dict[str, str], panel: FakePanel, first: Face, commands: list[str] | None = None
) -> Iterator[tuple[Tray, str]]:
    """A running tray, taken in by the panel; its bus name."""
    tray = choose((commands if commands is not None else []).append, env, "linux").tray
    with running(tray, first):
        item = panel.item()
        panel.settle(item)
        panel.signals.clear()
        yield tray, item


def error(reply: Message) -> str:
    """The last part of the error's name; "" if it is none."""
    return str(reply.header.fields.get(Field.error_name, "")).rpartition(".")[2]


def click(panel: FakePanel, item: str, number: int) -> Message:
    return panel.menu(item, "Event", "isvu", (number, "clicked", ("s", ""), 0))


def number_of(panel: FakePanel, item: str, label: str) -> int:
    return next(number for number, properties, _ in panel.rows(item) if properties.get("label", ("", ""))[1] == label)
