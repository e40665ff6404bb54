"""What the system says of proxies."""

from __future__ import annotations

import os
import socket
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trayapp.watch.proxy_settings import LOCAL, excepted, system_settings


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that says nothing of proxies."""
    for name in [n for n in os.environ if n.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    return monkeypatch


def test_the_environment_is_read(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("http_proxy", "http://a.example:1")
    bare.setenv("HTTPS_PROXY", "http://b.example:2")
    bare.setenv("all_proxy", "http://c.example:3")
    bare.setenv("no_proxy", "near.example, .inside.example,127.0.0.1")
    said = system_settings()
    assert said.proxies["http"] == "http://a.example:1"
    assert said.proxies["https"] == "http://b.example:2"
    assert said.proxies["all"] == "http://c.example:3"
    for host in ("near.example", "www.near.example", "inside.example", "a.inside.example", "127.0.0.1"):
        assert said.exempt(host), host
    for host in ("example", "nearer.example", "far.example", "127.0.0.2"):
        assert not said.exempt(host), host


def test_a_star_exempts_everybody(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("https_proxy", "http://a.example:1")
    bare.setenv("no_proxy", "*")
    assert system_settings().exempt("anybody.example")


@pytest.mark.skipif(os.name == "nt", reason="there the registry has its say")
@pytest.mark.usefixtures("bare")
def test_nothing_said_is_no_proxy() -> None:
    assert "https" not in system_settings().proxies


@pytest.mark.parametrize(
    ("host", "exceptions", "said"),
    [
        ("www.near.example", ["*.near.example"], True),
        ("WWW.Near.example", ["*.NEAR.example"], True),
        ("near.example", ["*.near.example"], False),
        ("near.example", ["near.example"], True),
        ("near.example.evil.example", ["near.example"], False),
        ("intranet", [LOCAL], True),
        ("intranet.example", [LOCAL], False),
        ("::1", [LOCAL], False),
        ("192.168.7.1", ["192.168.*"], True),
        ("10.1.2.3", ["10.1/16"], True),
        ("10.2.2.3", ["10.1/16"], False),
        ("169.254.9.9", ["169.254/16"], True),
        ("2001:db8::1", ["2001:db8::/32"], True),
        ("2001:db9::1", ["2001:db8::/32"], False),
        ("10.1.2.3", ["10.1/99", "nonsense/8", "/"], False),
        ("host.example", ["[a-z]ost.example"], False),
        ("host.example", [" host.example "], True),
        ("host.example", ["", "10.1/16"], False),
    ],
)
def test_the_exceptions_of_windows_and_macos(host: str, exceptions: list[str], said: object) -> None:
    assert excepted(host, exceptions) is said


@given(st.text(max_size=30), st.lists(st.text(max_size=30) | st.sampled_from(["10/8", "*", "::/0", LOCAL]), max_size=4))
def test_whatever_they_are_it_is_yes_or_no(host: str, exceptions: list[str]) -> None:
    assert excepted(host, exceptions) in {True, False}


def test_exceptions_look_nothing_up(bare: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> NoReturn:
        msg = "a look-up"
        raise AssertionError(msg)

    for name in ("getaddrinfo", "gethostbyname", "getfqdn"):
        bare.setattr(socket, name, forbidden)
    bare.setenv("https_proxy", "http://a.example:1")
    bare.setenv("no_proxy", "10.0.0.0/8,x.example")
    assert not system_settings().exempt("far.example")
    assert not excepted("far.example", ["10.1/16", "x.example"])
