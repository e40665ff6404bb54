"""GNOME's proxy, from real ``gsettings``, and from whatever else may answer in its place."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proxy_desktop_rig import HTTP, needs_gsettings, person, set_gnome
from watch_rig import HOST

from trayapp.core.model import Failure
from trayapp.watch import proxy_gnome
from trayapp.watch.proxy import Proxies, Proxy
from trayapp.watch.proxy_gnome import LIMIT, PATIENCE_S, gnome
from trayapp.watch.proxy_settings import Settings, Unread, below

NETWORKS = ["near.example", "*.stars.example", ".dots.example", "10.0.0.0/8", "::1", "192.168.7.9", "ported.example:80"]


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    return person(tmp_path, monkeypatch)


def manual(env: dict[str, str], *more: tuple[str, str, str]) -> Proxies:
    set_gnome(env, ("org.gnome.system.proxy", "mode", "manual"), *more)
    said = gnome(env)
    return Proxies(lambda: said)


@needs_gsettings
def test_gnome_without_a_proxy(env: dict[str, str]) -> None:
    assert not gnome(env).named
    assert Proxies(lambda: gnome(env)).way(HOST) is None
    set_gnome(env, (HTTP, "host", "box.example"), (HTTP, "port", "3128"))  # what "none" keeps is not used
    assert Proxies(lambda: gnome(env)).way(HOST) is None


@needs_gsettings
def test_gnomes_http_proxy_is_for_https_too(env: dict[str, str]) -> None:
    ways = manual(env, (HTTP, "host", "box.example"), (HTTP, "port", "3128"))
    assert ways.way(HOST) == Proxy("box.example", 3128)
    assert ways.way(HOST, tunnel=False) == Proxy("box.example", 3128, tunnel=False)
    assert ways.way("127.0.0.1") is None  # as the schema's own exceptions have it


@needs_gsettings
def test_each_of_gnomes_has_its_own_and_a_port_of_0_is_none(env: dict[str, str]) -> None:
    ways = manual(
        env,
        (HTTP, "host", "a.example"),
        (HTTP, "port", "1"),
        (HTTP.replace("http", "https"), "host", "b.example"),
        (HTTP.replace("http", "https"), "port", "2"),
    )
    assert (ways.way(HOST, tunnel=False), ways.way(HOST)) == (
        Proxy("a.example", 1, tunnel=False),
        Proxy("b.example", 2),
    )
    set_gnome(env, (HTTP.replace("http", "https"), "port", "0"))
    assert Proxies(lambda: gnome(env)).way(HOST) == Proxy("a.example", 1)


@needs_gsettings
def test_gnomes_socks_alone_cannot_be_asked(env: dict[str, str]) -> None:
    socks = HTTP.replace("http", "socks")
    assert manual(env, (socks, "host", "s.example"), (socks, "port", "1080")).way(HOST) is Failure.NOT_ASKABLE


@needs_gsettings
def test_gnomes_password_whatever_is_in_it(env: dict[str, str]) -> None:
    ways = manual(
        env,
        (HTTP, "host", "box.example"),
        (HTTP, "port", "3128"),
        (HTTP, "use-authentication", "true"),
        (HTTP, "authentication-user", "it's @me"),
        (HTTP, "authentication-password", 'p:"w/é'),
    )
    way = ways.way(HOST)
    assert isinstance(way, Proxy)
    assert (way.host, way.port) == ("box.example", 3128)
    assert way.authorization == "Basic aXQncyBAbWU6cDoidy/DqQ=="  # it's @me:p:"w/é


@needs_gsettings
@pytest.mark.parametrize("url", ["", "http://pac.example/proxy.pac"])
def test_a_script_is_not_run_and_nobody_is_asked_past_it(env: dict[str, str], url: str) -> None:
    set_gnome(env, ("org.gnome.system.proxy", "autoconfig-url", url), ("org.gnome.system.proxy", "mode", "auto"))
    said = gnome(env)
    assert said.script == url or (not url and said.script == "wpad")
    assert Proxies(lambda: said).way(HOST) is Failure.NOT_ASKABLE


@needs_gsettings
@pytest.mark.parametrize("host", ["evil@box.example", "a b", "box.example/x", "ho\nst", "é", "x" * 300, "http://a?b"])
def test_a_host_that_is_none_reaches_nobody_and_is_not_passed_by(env: dict[str, str], host: str) -> None:
    ways = manual(env, (HTTP, "port", "3128"), (HTTP, "host", f"'{host}'" if "\n" not in host else r"'ho\nst'"))
    assert ways.way(HOST) is Failure.NOT_ASKABLE


@needs_gsettings
def test_gnomes_exceptions(env: dict[str, str]) -> None:
    ways = manual(
        env,
        (HTTP, "host", "box.example"),
        (HTTP, "port", "1"),
        ("org.gnome.system.proxy", "ignore-hosts", str(NETWORKS)),
    )
    for host in ("near.example", "a.near.example", "stars.example", "b.stars.example", "c.dots.example", "10.9.8.7"):
        assert ways.way(host) is None, host
    assert ways.way("::1") is None
    for host in ("nearer.example", "xnear.example", "11.9.8.7", "ported.example", "192.168.7.91"):
        assert ways.way(host) == Proxy("box.example", 1), host


def test_a_desktop_whose_program_is_not_there_or_hangs_or_never_ends(env: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(Unread, match="cannot be run"):
        gnome(env | {"PATH": str(tmp_path)})
    fake = tmp_path / "gsettings"
    for script in ("sleep 60 & wait", "yes x", "echo org.gnome.system.proxy mode 7", "true"):
        fake.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        fake.chmod(0o755)
        began = time.monotonic()
        with pytest.raises(Unread):
            gnome(env | {"PATH": f"{tmp_path}:{env['PATH']}"})
        assert time.monotonic() - began < PATIENCE_S + 1


@given(st.text(max_size=200), st.sampled_from(["mode", "ignore-hosts", "http host", "http port", "autoconfig-url"]))
def test_whatever_gsettings_says_is_settings_or_unread(value: str, key: str) -> None:
    schema, _, name = key.rpartition(" ")
    line = f"org.gnome.system.proxy{'.' + schema if schema else ''} {name} {value}\n"
    usual = f"org.gnome.system.proxy mode 'manual'\n{HTTP} host 'box.example'\n{HTTP} port 3128\n"
    try:
        said = gnome({}, lambda _: usual + line)
    except Unread:
        return
    assert isinstance(Proxies(lambda: said).way(HOST), Proxy | Failure | None)


@given(st.text(max_size=40), st.integers(-(2**31), 2**31))
def test_no_host_and_no_port_becomes_another_one(host: str, port: int) -> None:
    said = gnome({}, lambda _: f"org.gnome.system.proxy mode 'manual'\n{HTTP} host {host!a}\n{HTTP} port {port}\n")
    way = Proxies(lambda: said).way(HOST)
    if isinstance(way, Proxy):
        assert (way.host, way.port) == (host.strip().removeprefix("http://").rstrip("/").strip("[]").lower(), port)
        assert way.authorization == ""


@given(st.text(max_size=40), st.lists(st.text(max_size=40), max_size=5))
def test_exceptions_are_yes_or_no(host: str, exceptions: list[str]) -> None:
    assert below(host, exceptions) in {True, False}


def test_the_bounds_are_those_that_are_told() -> None:
    assert proxy_gnome.LIMIT == LIMIT == 65536
    assert Settings({"no": "x"}, lambda _: False).named is False
