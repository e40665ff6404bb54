"""KDE's proxy, from real kioslaverc files, and whatever else may stand in them."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proxy_desktop_rig import person, write
from watch_rig import HOST

from trayapp.core.model import Failure
from trayapp.watch import proxy_kde
from trayapp.watch.proxy import Proxies, Proxy
from trayapp.watch.proxy_kde import kde
from trayapp.watch.proxy_settings import Unread

PLASMA = """PersistentProxyConnection=false
[$Version]
update_info=kioslave.upd:kde2.2/r1

[Proxy Settings]
AuthMode=0
NoProxyFor=near.example,.dots.example 10.0.0.0/8
Proxy Config Script=http://pac.example/proxy.pac
ProxyType={type}
ReversedException={reversed}
httpProxy=http://box.example 3128
httpsProxy=http://me:p%20w@safe.example:8443
socksProxy=

[Other]
httpProxy=http://wrong.example 1
"""


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    return person(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("type_", "way"),
    [
        ("0", None),
        ("1", Proxy("safe.example", 8443, "Basic bWU6cCB3")),
        ("2", Failure.NOT_ASKABLE),
        ("3", Failure.NOT_ASKABLE),
        ("", None),
        ("x", None),
        ("9999999", None),
    ],
)
def test_kdes_types(env: dict[str, str], type_: str, way: object) -> None:
    write(env, PLASMA.format(type=type_, reversed="false"))
    assert Proxies(lambda: kde(env)).way(HOST) == way


def test_kdes_exceptions_and_their_reverse(env: dict[str, str]) -> None:
    write(env, PLASMA.format(type=1, reversed="false"))
    ways = Proxies(lambda: kde(env))
    assert [ways.way(h, tunnel=False) for h in ("near.example", "a.near.example", "b.dots.example", "10.1.2.3")] == (
        [None] * 4
    )
    assert ways.way("far.example", tunnel=False) == Proxy("box.example", 3128, tunnel=False)
    for said in ("true", "1"):
        write(env, PLASMA.format(type=1, reversed=said))
        ways = Proxies(lambda: kde(env))
        assert ways.way("near.example", tunnel=False) == Proxy("box.example", 3128, tunnel=False)
        assert ways.way("far.example", tunnel=False) is None


def test_kdes_names_of_variables(env: dict[str, str]) -> None:
    write(env, "[Proxy Settings]\nProxyType=4\nhttpsProxy=OFFICE_PROXY\nNoProxyFor=OFFICE_NONE\nhttpProxy=NOT_SET\n")
    office = {"OFFICE_PROXY": "http://box.example:3128", "OFFICE_NONE": "near.example"}
    ways = Proxies(lambda: kde(env | office))
    assert ways.way("far.example") == Proxy("box.example", 3128)
    assert ways.way("near.example") is None
    assert ways.way("far.example", tunnel=False) is None


def test_kdes_files_for_everybody_come_after_the_persons_own(env: dict[str, str]) -> None:
    write(env, PLASMA.format(type=1, reversed="false"), "XDG_CONFIG_DIRS")
    assert Proxies(lambda: kde(env)).way(HOST, tunnel=False) == Proxy("box.example", 3128, tunnel=False)
    write(env, "[Proxy Settings]\nhttpProxy=http://mine.example 1\n")
    assert Proxies(lambda: kde(env)).way(HOST, tunnel=False) == Proxy("mine.example", 1, tunnel=False)
    write(env, "[Proxy Settings]\nProxyType=0\n")
    assert Proxies(lambda: kde(env)).way(HOST, tunnel=False) is None


@pytest.mark.parametrize(
    "value",
    [
        "socks://box.example 1080",
        "http://a b c",
        "box.example 99999",
        "$HOME",
        "http://x@y@z 3",
        "https://box.example 1",
    ],
)
def test_what_of_kdes_cannot_be_used_reaches_nobody(env: dict[str, str], value: str) -> None:
    write(env, f"[Proxy Settings]\nProxyType=1\nhttpsProxy[$e]={value}\n")
    assert Proxies(lambda: kde(env)).way(HOST) is Failure.NOT_ASKABLE


def test_a_file_of_kdes_that_is_too_large_or_a_folder_is_said_to_be(env: dict[str, str]) -> None:
    write(env, "x" * (proxy_kde.LIMIT + 1))
    with pytest.raises(Unread, match="too large"):
        kde(env)
    file = Path(env["XDG_CONFIG_HOME"]) / "kioslaverc"
    file.unlink()
    file.mkdir()
    with pytest.raises(Unread, match="cannot be read"):
        kde(env)


@given(text=st.text(max_size=200), value=st.text(max_size=60))
def test_whatever_stands_in_kdes_file(tmp_path_factory: pytest.TempPathFactory, text: str, value: str) -> None:
    home = tmp_path_factory.getbasetemp() / f"kde-{threading.get_ident()}"
    home.mkdir(exist_ok=True)
    raw = f"[Proxy Settings]\nProxyType=1\nhttpsProxy={value}\n{text}".encode("utf-8", "surrogatepass")
    (home / "kioslaverc").write_bytes(raw)
    said = kde({"XDG_CONFIG_HOME": str(home), "XDG_CONFIG_DIRS": ":"})
    assert isinstance(Proxies(lambda: said).way(HOST), Proxy | Failure | None)
