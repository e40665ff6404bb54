"""The country by the time zone: this computer's own settings say so, and nobody is asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trayapp.config.countries import COUNTRIES
from trayapp.watch.outside import country as asked
from trayapp.watch.outside.country import country_of, zone

TAB = (
    "# comment\nMA\t+3339-00735\tAfrica/Casablanca\nFR\t+4852+00220\tEurope/Paris\n"
    "IN\t+2232+08822\tAsia/Kolkata\nbroken\n"
)
LINKS = "# version 2024a\nR x 1 2 3\nL Asia/Kolkata Asia/Calcutta\nL Europe/Paris Nowhere/Here\nL broken\n"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    (tmp_path / "zone.tab").write_text(TAB, "utf-8")
    (tmp_path / "tzdata.zi").write_text(LINKS, "utf-8")
    return tmp_path


@pytest.mark.parametrize(("name", "country"), [
    ("Africa/Casablanca", "MA"),
    ("Europe/Paris", "FR"),
    ("Asia/Calcutta", "IN"),  # an older name
    ("Etc/UTC", ""),
    ("UTC", ""),
    ("", ""),
    ("broken", ""),
    ("../../etc/passwd", ""),
])  # fmt: skip
def test_the_country_of_a_zone(database: Path, name: str, country: str) -> None:
    assert country_of(name, database) == country


def test_the_next_database_is_looked_at_where_one_is_not_there(database: Path, tmp_path: Path) -> None:
    assert country_of("Europe/Paris", tmp_path / "none", database) == "FR"
    assert country_of("Europe/Paris", tmp_path / "none") == ""
    assert country_of("Europe/Paris") == ""


def test_a_hostile_table_is_bounded_and_names_no_country_that_there_is_not(tmp_path: Path) -> None:
    (tmp_path / "zone.tab").write_text(f"XX\t+0\tA/B\n{'Y' * 3_000_000}\nQQQ\t\tA/C\n", "utf-8")
    (tmp_path / "tzdata.zi").write_bytes(b"\xff\xfe\x00L A/B A/D\n")
    for name in ("A/B", "A/C", "A/D"):
        assert country_of(name, tmp_path) == ""


@pytest.mark.parametrize(("environ", "name"), [
    ({"TZ": "Africa/Casablanca"}, "Africa/Casablanca"),
    ({"TZ": ":Europe/Paris"}, "Europe/Paris"),
    ({"TZ": "/usr/share/zoneinfo/Europe/Paris"}, "Europe/Paris"),
    ({"TZ": ""}, "Asia/Kolkata"),
    ({}, "Asia/Kolkata"),
])  # fmt: skip
def test_the_zone_of_this_computer(tmp_path: Path, environ: dict[str, str], name: str) -> None:
    local = tmp_path / "localtime"
    local.symlink_to("../usr/share/zoneinfo/Asia/Kolkata")
    assert zone(environ, local, tmp_path / "timezone") == name


def test_the_zone_where_the_file_is_a_copy(tmp_path: Path) -> None:
    local, named = tmp_path / "localtime", tmp_path / "timezone"
    local.write_bytes(b"TZif2")
    assert zone({}, local, named) == ""
    named.write_text("Africa/Casablanca\n", "utf-8")
    assert zone({}, local, named) == "Africa/Casablanca"


def test_apple_s_link_is_read_too(tmp_path: Path) -> None:
    local = tmp_path / "localtime"
    local.symlink_to("/var/db/timezone/zoneinfo/Europe/Paris")
    assert zone({}, local, tmp_path / "timezone") == "Europe/Paris"


@given(name=st.text(max_size=30))
def test_any_zone_is_a_country_or_none(name: str) -> None:
    assert country_of(name, asked.ZONES) in COUNTRIES | {""}


def test_this_computer_is_somewhere_or_nowhere() -> None:
    assert asked.country() in COUNTRIES | {""}


@pytest.mark.skipif(not (asked.ZONES / "iso3166.tab").exists(), reason="no time zone database here")
def test_the_countries_are_those_of_the_database() -> None:
    lines = (asked.ZONES / "iso3166.tab").read_text("utf-8").splitlines()
    assert {line[:2] for line in lines if line and not line.startswith("#")} == COUNTRIES
