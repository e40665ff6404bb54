"""Windows' and macOS' tray with a stand-in for pystray's icon: everything that touches it is on its own thread."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Any

import pytest
from desktop_rig import face, running, until

from trayapp.core.ports import Choice, Delivery, Toast
from trayapp.core.present import Icon
from trayapp.desktop.icon import draw
from trayapp.desktop.notify import notifier
from trayapp.desktop.tray.classic import assemble, windows_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.desktop.tray.posted import IconTray


class FakeIcon:
    """pystray's icon with a message loop and Windows' limits; it notes every touch from a wrong thread."""

    def __init__(self) -> None:
        self.touches: list[tuple[str, Any]] = []
        self.strangers: list[str] = []
        self.messages: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self.values: dict[str, Any] = {"visible": False, "icon": None, "title": "", "menu": None}
        self._thread: int | None = None

    def wake(self, drain: Callable[[], None]) -> None:
        self.messages.put(drain)

    def run(self, setup: Callable[[object], None]) -> None:
        self._thread = threading.get_ident()
        threading.Thread(target=setup, args=(self,)).start()
        while (message := self.messages.get()) is not None:
            message()

    def stop(self) -> None:
        self._touch("stop", None)
        self.messages.put(None)

    def notify(self, message: str, title: str) -> None:
        self._touch("notify", (title, message))

    def _touch(self, name: str, value: Any) -> None:
        if threading.get_ident() != self._thread:
            self.strangers.append(name)
        self.touches.append((name, value))

    def __getattr__(self, name: str) -> Any:
        if name in ("visible", "icon", "title", "menu"):
            return self.values[name]
        raise AttributeError(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in ("visible", "icon", "title", "menu"):
            super().__setattr__(name, value)
            return
        if name == "title" and len(value.encode("utf-16-le")) // 2 > 127:
            raise ValueError("string too long")
        self._touch(name, value)
        self.values[name] = value


@pytest.fixture
def icon() -> FakeIcon:
    return FakeIcon()


@pytest.fixture
def commands() -> list[str]:
    return []


@pytest.fixture
def tray(icon: FakeIcon, commands: list[str]) -> IconTray:
    return assemble(icon, icon.wake, 32, commands.append, windows_label)


def test_all_touches_are_on_the_icons_thread(icon: FakeIcon, tray: IconTray) -> None:
    with running(tray, face(Icon.UP, "🏮" * 200, (Choice("Quit", "quit"),))):
        tray.show(face(Icon.DOWN, "down"))
        until(lambda: icon.values["title"] == "down", "the new face")
    assert icon.strangers == []
    assert [name for name, _ in icon.touches][:4] == ["icon", "title", "menu", "visible"]
    assert [(name, value) for name, value in icon.touches if name in ("visible", "stop")] == [
        ("visible", True),
        ("visible", False),
        ("stop", None),
    ]


def test_only_what_changed_is_touched(icon: FakeIcon, tray: IconTray) -> None:
    menu = (Choice("Quit", "quit"),)
    with running(tray, face(Icon.UP, "up", menu)):
        icon.touches.clear()
        tray.show(face(Icon.UP, "up", list(menu)))
        tray.show(face(Icon.DOWN, "up", menu, count=2))
        until(lambda: icon.touches, "a touch")
        assert [name for name, _ in icon.touches] == ["icon"]
        assert icon.values["icon"].tobytes() == draw(Icon.DOWN, 32, 2).tobytes()


def test_the_menu_is_pystrays(icon: FakeIcon, tray: IconTray, commands: list[str]) -> None:
    menu = (
        Choice("says R&D"),
        Choice(""),
        Choice("Open", "open", default=True),
        Choice("More", more=(Choice("Deep", "deep"),)),
    )
    with running(tray, face(menu=menu)):
        says, line, opens, more = icon.values["menu"]
        assert (says.text, says.enabled, says.default) == ("says R&&D", False, False)
        assert line is type(icon.values["menu"]).SEPARATOR
        assert (opens.enabled, opens.default) == (True, True)
        next(iter(more.submenu))(icon)
        icon.values["menu"](icon)  # what pystray does on a click on the icon itself
        until(lambda: len(commands) == 2, "two commands")
        assert commands == ["deep", "open"]


def test_a_toolkit_that_raises_keeps_the_icon(icon: FakeIcon, tray: IconTray, caplog: pytest.LogCaptureFixture) -> None:
    with running(tray, face(Icon.UP, "up")):
        tray.post(lambda: setattr(icon, "title", "x" * 128))
        tray.show(face(Icon.DOWN, "still works"))
        until(lambda: icon.values["title"] == "still works", "the new face")
    assert "string too long" in caplog.text


def test_windows_notices_go_through_the_same_icon(icon: FakeIcon, tray: IconTray) -> None:
    chain = notifier(tray, {}, "win32")
    toast = Toast("key", "Example is down", "since 16:17", urgent=True, icon=Icon.DOWN)
    with running(tray, face()):
        assert chain.deliver(toast) is Delivery.SAID
    assert icon.strangers == []
    assert ("notify", ("Example is down", "since 16:17")) in icon.touches
