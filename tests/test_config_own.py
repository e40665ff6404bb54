"""A platform of one's own: from what a person types to a file that the loader takes."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trayapp.config import BUILT_IN, load_platforms
from trayapp.config.own import Own, address, proposed, save, taken_by, text_of
from trayapp.core.model import Function
from trayapp.core.question import Shape

KINDS = frozenset({"http", "tls", "tcp", "dns"})


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("example.org", "https://example.org/"),
        ("  https://example.org  ", "https://example.org/"),
        ("http://example.org/a", "https://example.org/a"),
        ("HTTPS://Example.ORG/Path?q=1#part", "https://example.org/Path?q=1"),
        ("example.org:8443/x", "https://example.org:8443/x"),
        ("example.org:443", "https://example.org/"),
        ("münchen.example/é", "https://xn--mnchen-3ya.example/%C3%A9"),
        ("", ""),
        ("localhost", ""),
        ("two words.org", ""),
        ("ftp://example.org", ""),
        ("https://user:secret@example.org/", ""),
        ("example.org:port", ""),
        ("https://", ""),
        ("exam\x00ple.org", ""),
        ("192.0.2.1", "https://192.0.2.1/"),
    ],
)
def test_what_a_person_types_as_an_address(typed: str, wanted: str) -> None:
    assert address(typed) == wanted


@pytest.mark.parametrize(
    ("name", "host", "taken", "wanted"),
    [
        ("My Shop", "shop.example.org", (), "my-shop"),
        ("", "www.example.org", (), "example"),
        ("", "status.example.co.uk", (), "example"),
        ("Épicerie Zoé", "x.org", (), "epicerie-zoe"),
        ("متجري", "shop.example.org", (), "example"),
        ("متجري", "example.org", (), "example"),
        ("24/7", "example.org", (), "example"),
        ("Shop", "example.org", ("shop", "shop-2"), "shop-3"),
        ("x" * 60, "example.org", ("x" * 40,), "x" * 37 + "-2"),
        ("", "192.0.2.1", (), "platform"),
    ],
)
def test_an_id_out_of_a_name(name: str, host: str, taken: tuple[str, ...], wanted: str) -> None:
    assert proposed(name, host, taken) == wanted


def test_neither_a_platform_s_nor_an_owner_s_id_is_given_again() -> None:
    built_in, _ = load_platforms([BUILT_IN], KINDS)
    taken = taken_by(built_in)
    for platform in built_in:
        assert proposed(platform.name, "example.org", taken) not in {p.id for p in built_in}
        assert proposed(platform.owner, "example.org", taken) not in {p.owner for p in built_in}


@pytest.mark.parametrize("status", [None, 200])
def test_the_file_says_what_was_wanted(tmp_path: Path, status: int | None) -> None:
    own = Own("my-shop", "My “Shop”", "https://shop.example.org/health?x=1", (Function.WEB, Function.API), status)
    assert save(tmp_path / "platforms", own, KINDS, comment="mine") == ()
    file = tmp_path / "platforms" / "my-shop.toml"
    assert file.read_text("utf-8").startswith("# mine\n")
    assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0
    (platform,), problems = load_platforms([tmp_path / "platforms"], KINDS)
    assert problems == ()
    assert (platform.id, platform.name, platform.owner) == ("my-shop", "My “Shop”", "my-shop")
    assert platform.functions == (Function.WEB, Function.API)
    (probe,) = platform.probes
    assert (probe.kind, probe.host, probe.path, probe.method) == ("http", "shop.example.org", "/health?x=1", "HEAD")
    assert probe.healthy == (None if status is None else Shape(frozenset({200})))
    assert probe.sees == (Function.WEB, Function.API)


def test_one_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "shop.toml").write_text("# mine\n", "utf-8")
    (problem,) = save(tmp_path, Own("shop", "Shop", "https://example.org/"), KINDS)
    assert problem.file == str(tmp_path / "shop.toml")
    assert "already" in problem.message
    assert (tmp_path / "shop.toml").read_text("utf-8") == "# mine\n"
    assert [p.name for p in tmp_path.iterdir()] == ["shop.toml"]


@pytest.mark.parametrize(
    "own",
    [
        Own("Shop", "Shop", "https://example.org/"),
        Own("shop", " ", "https://example.org/"),
        Own("shop", "Sh\u202eop", "https://example.org/"),
        Own("shop", "x" * 41, "https://example.org/"),
        Own("shop", "Shop", "http://example.org/"),
        Own("shop", "Shop", "https://192.0.2.1/"),
        Own("shop", "Shop", "https://example.org/", ()),
        Own("shop", "Shop", "https://example.org/", status=99),
    ],
)
def test_what_the_loader_would_not_take_is_not_written(tmp_path: Path, own: Own) -> None:
    problems = save(tmp_path, own, KINDS)
    assert problems
    assert {p.file for p in problems} == {str(tmp_path / f"{own.id}.toml")}
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "platforms").write_text("a file", "utf-8")
    (problem,) = save(tmp_path / "platforms", Own("shop", "Shop", "https://example.org/"), KINDS)
    assert "cannot be written" in problem.message


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60), st.text(max_size=30))
def test_whatever_is_typed_is_taken_or_refused_with_a_reason(tmp_path: Path, name: str, typed: str) -> None:
    url = address(typed)
    id_ = proposed(name, url.split("/")[2] if url else "", ())
    assert tomllib.loads(text_of(Own(id_, name, url)))["name"] == name
    folder = tmp_path / "platforms"
    problems = save(folder, Own(id_, name, url), KINDS)
    file = folder / f"{id_}.toml"
    assert file.exists() == (not problems)
    file.unlink(missing_ok=True)
