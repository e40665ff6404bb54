"""A file changed by hand is noticed once, when whoever writes it has finished."""

from __future__ import annotations

from pathlib import Path

import pytest

from trayapp.config.edited import Edited


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text("a", "utf-8")
    (tmp_path / "platforms").mkdir()
    (tmp_path / "platforms" / "one.toml").write_text("a", "utf-8")
    return file


def edited(file: Path) -> Edited:
    return Edited(file, file.parent / "platforms")


def test_what_stays_as_it_is_is_no_news(file: Path) -> None:
    one = edited(file)
    assert [one.look() for _ in range(3)] == [False, False, False]


@pytest.mark.parametrize("name", ["config.toml", "platforms/one.toml", "platforms/new.toml"])
def test_a_change_is_told_once_and_only_when_it_stands_still(file: Path, name: str) -> None:
    one, place = edited(file), file.parent / name
    place.write_text("other", "utf-8")
    assert not one.look()
    place.write_text("still writing", "utf-8")
    assert not one.look()
    assert one.look()
    assert not one.look()


def test_also_what_goes_and_what_takes_its_place(file: Path) -> None:
    one = edited(file)
    file.unlink()
    assert [one.look() for _ in range(3)] == [False, True, False]
    other = file.with_suffix(".new")
    other.write_text("a", "utf-8")
    other.replace(file)
    assert [one.look() for _ in range(3)] == [False, True, False]


def test_what_has_been_read_meanwhile_is_known(file: Path) -> None:
    one = edited(file)
    file.write_text("other", "utf-8")
    one.read()
    assert [one.look() for _ in range(2)] == [False, False]


def test_what_is_no_platform_s_file_is_of_no_interest(file: Path) -> None:
    one = edited(file)
    (file.parent / "platforms" / "one.toml~").write_text("x", "utf-8")
    assert [one.look() for _ in range(2)] == [False, False]


def test_nothing_there_at_all_is_a_state_too(tmp_path: Path) -> None:
    one = Edited(tmp_path / "no" / "config.toml", tmp_path / "no" / "platforms")
    assert not one.look()
    (tmp_path / "no").mkdir()
    (tmp_path / "no" / "config.toml").touch()
    assert [one.look() for _ in range(3)] == [False, True, False]
