"""What joins the window to the rest: each commit is told of, "log" opens it, the desktop's portal says how dark."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from desktop_rig import bare_bus

from trayapp.core.model import Instant, Millis
from trayapp.core.ports import Batch, Restored, StoreError
from trayapp.desktop import bus as dbus
from trayapp.desktop.endpoint import Following, open_endpoint
from trayapp.desktop.heard import Heard
from trayapp.desktop.notify.freedesktop.message import ON_CLICK
from trayapp.desktop.window.taste import Portal
from trayapp.desktop.windows import WINDOWS
from trayapp.words.shown import LOG

BATCH = Batch(Instant(0, 0), "{}")


class Store:
    """A history in memory that may be full."""

    def __init__(self) -> None:
        self.full, self.written, self.closed = False, 0, False

    def restore(self, lately: Millis) -> Restored:
        assert lately == 5
        return Restored()

    def commit(self, batch: Batch, *, durable: bool) -> None:
        assert durable
        assert batch is BATCH
        if self.full:
            raise StoreError("full")
        self.written += 1

    def close(self) -> None:
        self.closed = True


def test_whoever_follows_hears_of_each_commit_after_it_and_of_no_other(tmp_path: Path) -> None:
    door = open_endpoint(tmp_path)
    assert door is not None
    door.serve(lambda _: {"done": True})
    with closing(door), closing(Following(tmp_path, 5.0)) as following:
        store = Store()
        heard = Heard(store, door.tell)
        assert heard.restore(5) == Restored()
        heard.commit(BATCH, durable=True)
        assert following.wait(5.0)
        assert store.written == 1
        store.full = True
        with pytest.raises(StoreError):
            heard.commit(BATCH, durable=True)
        assert not following.wait(0.1)
        heard.close()
        assert store.closed


def test_a_click_on_a_notice_and_the_row_of_the_menu_open_the_window() -> None:
    assert WINDOWS[LOG] == WINDOWS[ON_CLICK] == ("window",)


@contextmanager
def portal(env: dict[str, str], answer: int | None) -> Iterator[None]:
    """A desktop portal that says so; None: it refuses."""
    bus = dbus.Bus(env)
    end = threading.Event()
    name = "org.freedesktop.portal.Desktop"
    bus.call(dbus.new_call(dbus.DAEMON, "RequestName", "su", (name, 0)), 2.0)

    def serve() -> None:
        while not end.is_set():
            message = bus.receive(0.1)
            if message is None or message.body != ("org.freedesktop.appearance", "color-scheme"):
                continue
            if answer is None:
                bus.send(dbus.new_error(message, "org.freedesktop.portal.Error.NotFound"))
            else:
                bus.send(dbus.new_return(message, "v", (("v", ("u", answer)),)))

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join(10)
        bus.close()


@pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="not installed here: dbus-daemon")
@pytest.mark.parametrize("answer", [0, 1, 2, None])
def test_the_portal_is_asked_over_a_real_bus(tmp_path: Path, answer: int | None) -> None:
    with bare_bus(tmp_path) as env:
        assert Portal(env).answer() is None  # a bus, and nobody there
        with portal(env, answer):
            assert Portal(env).answer() == answer
