"""Whose word on proxies counts, when it is read again, and that a check goes where it says."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import threading
import time
from pathlib import Path

import pytest
from proxy_desktop_rig import HTTP, needs_gsettings, person, set_gnome, write
from proxy_rig import FAR, Relay
from watch_rig import HOST, Authority, Peer, RealClock, Server, probe, response

from trayapp.watch import proxy_kde
from trayapp.watch.issuer import Issuers
from trayapp.watch.lookup import Address, Lookup
from trayapp.watch.net import Network
from trayapp.watch.proxy import Proxies, Proxy
from trayapp.watch.proxy_desktop import AT_LEAST_S, Desktop, System
from trayapp.watch.trip import Limits

if sys.platform == "win32":
    pytest.skip("signals, sockets and terminals of POSIX", allow_module_level=True)


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    return person(tmp_path, monkeypatch)


@needs_gsettings
def test_only_the_running_desktop_has_its_say(env: dict[str, str]) -> None:
    set_gnome(env, ("org.gnome.system.proxy", "mode", "manual"), (HTTP, "host", "gnome.example"), (HTTP, "port", "1"))
    write(env, "[Proxy Settings]\nProxyType=1\nhttpProxy=http://kde.example 2\n")
    said = {
        name: Desktop(env | {"XDG_CURRENT_DESKTOP": name}).settings().proxies.get("http")
        for name in ("GNOME", "ubuntu:GNOME", "X-Cinnamon", "KDE", "XFCE", "", "NOTGNOME")
    }
    of_gnome, of_kde = "http://gnome.example:1", "http://kde.example:2"
    assert said == {
        "GNOME": of_gnome,
        "ubuntu:GNOME": of_gnome,
        "X-Cinnamon": of_gnome,
        "KDE": of_kde,
        "XFCE": None,
        "": None,
        "NOTGNOME": None,
    }


def test_the_environment_goes_first_and_a_list_of_exceptions_alone_is_no_word(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(env, "[Proxy Settings]\nProxyType=1\nhttpsProxy=http://kde.example 2\n")
    system = System(Desktop(env | {"XDG_CURRENT_DESKTOP": "KDE"}))
    monkeypatch.setenv("no_proxy", "near.example")
    assert Proxies(system).way(HOST) == Proxy("kde.example", 2)
    monkeypatch.setenv("https_proxy", "http://mine.example:3")
    assert Proxies(system).way(HOST) == Proxy("mine.example", 3)


@needs_gsettings
def test_a_change_is_seen_without_a_restart_and_nothing_is_read_twice_in_vain(
    env: dict[str, str], tmp_path: Path
) -> None:
    real, fake, count = shutil.which("gsettings"), tmp_path / "bin" / "gsettings", tmp_path / "count"
    fake.parent.mkdir()
    fake.write_text(f'#!/bin/sh\necho x >> {count}\nexec {real} "$@"\n', "utf-8")
    fake.chmod(0o755)
    now = [0.0]
    counting = env | {"PATH": f"{fake.parent}:{env['PATH']}", "XDG_CURRENT_DESKTOP": "GNOME"}
    ways = Proxies(Desktop(counting, lambda: now[0]).settings, lambda: now[0])
    for now[0] in (0.0, 40.0, 80.0, 120.0):
        assert ways.way(HOST) is None
    assert count.read_text("utf-8") == "x\n"
    set_gnome(env, (HTTP, "host", "box.example"), (HTTP, "port", "3128"), ("org.gnome.system.proxy", "mode", "manual"))
    now[0] = 160.0
    assert ways.way(HOST) == Proxy("box.example", 3128)
    now[0] = 160.0 + AT_LEAST_S
    assert ways.way(HOST) == Proxy("box.example", 3128)
    assert count.read_text("utf-8") == "x\n" * 3


def test_settings_that_cannot_be_read_any_more_are_what_they_were(
    env: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    write(env, "[Proxy Settings]\nProxyType=1\nhttpsProxy=http://kde.example 2\n")
    desktop = Desktop(env | {"XDG_CURRENT_DESKTOP": "KDE"})
    assert (desktop.settings().named, desktop.settings().unread) == (True, "")
    write(env, "x" * (proxy_kde.LIMIT + 1))
    said = desktop.settings()
    assert (said.proxies["https"], said.unread) == ("http://kde.example:2", "kioslaverc is too large")
    assert [record.message for record in caplog.records] == [
        "The desktop's proxy settings cannot be read: kioslaverc is too large"
    ]


def test_a_read_that_takes_long_holds_nobody_who_knows_already(env: dict[str, str], tmp_path: Path) -> None:
    fake, go = tmp_path / "bin" / "gsettings", tmp_path / "go"
    fake.parent.mkdir()
    os.mkfifo(go)
    fake.write_text(
        f"#!/bin/sh\n[ -e {tmp_path}/slow ] && read x < {go}\necho org.gnome.system.proxy mode \"'none'\"\n"
    )
    fake.chmod(0o755)
    desktop = Desktop(env | {"PATH": f"{fake.parent}:{env['PATH']}", "XDG_CURRENT_DESKTOP": "GNOME"})
    assert not desktop.settings().named
    (tmp_path / "slow").touch()
    (Path(env["XDG_CONFIG_HOME"]) / "dconf").mkdir()
    (Path(env["XDG_CONFIG_HOME"]) / "dconf/user").touch()  # something has changed
    reader = threading.Thread(target=desktop.settings)
    reader.start()
    with go.open("w", encoding="ascii") as end:  # opens when the script has come to read
        began = time.monotonic()
        assert not desktop.settings().named
        assert time.monotonic() - began < 0.5
        end.write("x\n")
    reader.join(10)
    assert not reader.is_alive()


@needs_gsettings
def test_a_check_goes_through_the_proxy_that_gnome_names(env: dict[str, str]) -> None:
    def hello(peer: Peer) -> None:
        peer.head()
        peer.send(response(b"hello"))

    authority = Authority()
    with Server(hello, tls=authority.server(FAR)) as server:
        relay = Relay({FAR: server.port})
        with Server(relay) as proxy:
            set_gnome(
                env,
                ("org.gnome.system.proxy", "mode", "manual"),
                (HTTP, "host", "127.0.0.1"),
                (HTTP, "port", str(proxy.port)),
            )
            client = authority.client()
            net = Network(
                RealClock(),
                lambda: client,
                Lookup(lambda _: [Address(socket.AF_INET, "127.0.0.1")]),
                Limits(),
                proxies=Proxies(System(Desktop(env | {"XDG_CURRENT_DESKTOP": "GNOME"}))),
                issuers=Issuers(added=()),
            )
            answer = net.http(probe(443, FAR, method="GET"))
    assert (answer.failure, answer.status, answer.body, answer.via) == (None, 200, b"hello", "proxy")
    assert relay.heard[0].startswith(f"CONNECT {FAR}:443 HTTP/1.1\r\n".encode())
