"""A proxy script, run by the desktop: what its portal says, on a real bus, and what is made of it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from desktop_rig import bare_bus, needs
from hypothesis import given
from hypothesis import strategies as st
from watch_rig import HOST

from trayapp.cli.doctor import proxies
from trayapp.core.model import Failure
from trayapp.desktop import bus as dbus
from trayapp.watch.proxy import Proxies, Proxy
from trayapp.watch.proxy_desktop import Desktop
from trayapp.watch.proxy_portal import FRESH_S, PATIENCE_S, Portal
from trayapp.watch.proxy_settings import Settings

NAME = "org.freedesktop.portal.Desktop"


class FakePortal:
    """Owns the portal's name and answers Lookup with ``ways``; with None it says nothing at all."""

    def __init__(self, env: dict[str, str], ways: dict[str, list[str]] | None) -> None:
        self.asked: list[str] = []
        self._ways, self._over = ways, False
        self._bus = dbus.Bus(env)
        self._bus.call(dbus.new_call(dbus.DAEMON, "RequestName", "su", (NAME, 4)), 5.0)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while not self._over:
            message = self._bus.receive(None)
            if message is None or message.header.message_type is not dbus.Kind.method_call:
                continue
            fields = message.header.fields
            assert fields[dbus.Field.path] == "/org/freedesktop/portal/desktop"
            assert fields[dbus.Field.interface] == "org.freedesktop.portal.ProxyResolver"
            assert fields[dbus.Field.member] == "Lookup"
            self.asked.append(message.body[0])
            if self._ways is not None:
                self._bus.send(dbus.new_return(message, "as", (self._ways.get(message.body[0], []),)))

    def close(self) -> None:
        self._over = True
        self._bus.wake()
        self._thread.join(10)
        self._bus.close()


@pytest.fixture
def env(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A bus, and KDE's settings that name a script."""
    (tmp_path / "kioslaverc").write_text(
        "[Proxy Settings]\nProxyType=2\nProxy Config Script=http://pac.example/x.pac\n", "utf-8"
    )
    with bare_bus(tmp_path) as named:
        yield named | {"XDG_CONFIG_HOME": str(tmp_path), "XDG_CURRENT_DESKTOP": "KDE", "XDG_CONFIG_DIRS": "/nowhere"}


@needs("dbus-daemon")
def test_the_script_is_run_by_the_desktop(env: dict[str, str]) -> None:
    portal = FakePortal(
        env,
        {
            f"https://{HOST}/": ["http://box.example:3128", "direct://"],
            f"http://{HOST}/": ["direct://"],
            "https://far.example/": ["socks://box.example:1080"],
            "https://[2001:db8::1]/": ["http://six.example:1"],
        },
    )
    try:
        ways = Proxies(Desktop(env).settings)
        for _ in range(2):
            assert ways.way(HOST) == Proxy("box.example", 3128)
            assert ways.way(HOST, tunnel=False) is None
            assert ways.way("far.example") is Failure.NOT_ASKABLE
            assert ways.way("2001:db8::1") == Proxy("six.example", 1)
            assert ways.way("nothing.example") is Failure.NOT_ASKABLE
        assert len(portal.asked) == 5  # each once
    finally:
        portal.close()


@needs("dbus-daemon")
def test_the_doctor_tells_whether_anybody_runs_it(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    place = {"place": "http://pac.example/x.pac"}
    assert [(f.code, f.well, f.values) for f in proxies()] == [("proxy_script", False, place)]
    portal = FakePortal(env, {"https://localhost/": ["direct://"]})
    try:
        assert [(f.code, f.well, f.values) for f in proxies()] == [("proxy_script", True, place)]
    finally:
        portal.close()


@needs("dbus-daemon")
def test_without_a_portal_nobody_is_asked(env: dict[str, str]) -> None:
    assert Proxies(Desktop(env).settings).way(HOST) is Failure.NOT_ASKABLE
    gone = env | {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}
    assert Proxies(Desktop(gone).settings).way(HOST) is Failure.NOT_ASKABLE


@needs("dbus-daemon")
def test_a_portal_that_hangs_costs_two_seconds_once(env: dict[str, str]) -> None:
    portal = FakePortal(env, None)
    try:
        ways = Proxies(Desktop(env).settings)
        began = time.monotonic()
        assert [ways.way(f"{n}.example") for n in range(30)] == [Failure.NOT_ASKABLE] * 30
        assert time.monotonic() - began < PATIENCE_S + 1
    finally:
        portal.close()


def test_an_answer_holds_for_a_while_and_none_for_less() -> None:
    now, asked = [0.0], []

    def ask(_env: object, url: str) -> str:
        asked.append(url)
        if len(asked) == 1:
            raise OSError
        return "direct://"

    portal = Portal({}, lambda: now[0], ask)
    said = []
    for now[0] in (0.0, FRESH_S / 5 - 1, FRESH_S / 5, FRESH_S, FRESH_S * 1.2):
        said.append(portal.way("https://a.example/"))
    assert said == ["", "", "direct://", "direct://", "direct://"]
    assert len(asked) == 3


@given(st.text(max_size=60))
def test_whatever_it_says_is_a_proxy_direct_or_not_askable(said: str) -> None:
    way = Proxies(lambda: Settings({}, lambda _: False, script="x", lookup=lambda _: said)).way(HOST)
    assert (way is None) is (said == "direct://")
