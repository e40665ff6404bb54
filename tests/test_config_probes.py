"""Probes that lead on, and probes that only look up."""

from __future__ import annotations

from pathlib import Path

from trayapp.config import load_controls, load_platforms
from trayapp.core.model import Function
from trayapp.core.question import Probe
from trayapp.watch.probes import KINDS as PROBE_KINDS

KINDS = frozenset(PROBE_KINDS)

ONE = """id = "one"
name = "Example"
owner = "acme"
owner_name = "Acme"
functions = ["web", "api"]

[[probe]]
id = "home"
kind = "http"
url = "https://www.one.example/"
sees = ["web"]

[[probe]]
id = "page"
kind = "http"
url = "https://page.one.example/"
sees = ["web"]
healthy = { status = [200] }

[[probe]]
id = "name"
kind = "dns"
host = "name.one.example"
sees = ["api"]
"""


def folder(path: Path, content: str) -> Path:
    (path / "one.toml").write_text(content, "utf-8")
    return path


def test_a_platforms_own_hosts_may_be_led_to_where_a_promise_is_kept(tmp_path: Path) -> None:
    platforms, problems = load_platforms([folder(tmp_path, ONE)], KINDS)
    assert problems == ()
    home, page, name = platforms[0].probes
    assert page.redirects == {"www.one.example", "page.one.example", "name.one.example"}
    assert home.redirects == name.redirects == frozenset()


def test_a_look_up_has_a_host_and_nothing_more(tmp_path: Path) -> None:
    platforms, problems = load_platforms([folder(tmp_path, ONE)], KINDS)
    assert problems == ()
    assert platforms[0].probes[2] == Probe("name", "dns", "name.one.example", sees=(Function.API,))
    more = ONE + 'port = 53\nurl = "https://name.one.example/"\nmethod = "GET"\n'
    platforms, problems = load_platforms([folder(tmp_path, more)], KINDS)
    assert platforms == ()
    assert [p.message for p in problems] == [
        f"`{key}` is not known here; known are: host, id, kind, sees, when" for key in ("port", "url", "method")
    ]


def test_a_look_up_says_nothing_of_the_line(tmp_path: Path) -> None:
    (tmp_path / "_line.toml").write_text('[[control]]\nowner = "acme"\nid = "a"\nkind = "dns"\nhost = "a.example"\n')
    controls, problems = load_controls(KINDS, tmp_path)
    assert controls == ()
    assert [str(p) for p in problems] == [f"{tmp_path / '_line.toml'}:4: `kind` must be one of http, tcp, tls"]
