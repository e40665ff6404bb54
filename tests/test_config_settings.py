"""The person's own ``config.toml``: everything has a default, and consent is never assumed."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trayapp.config import Settings, load_settings
from trayapp.config.settings import Consent

if TYPE_CHECKING:
    from pathlib import Path


def load(folder: Path, text: str) -> Settings:
    file = folder / "config.toml"
    file.write_text(text, "utf-8")
    found, problems = load_settings(file)
    assert problems == ()
    return found


def test_no_file_is_a_good_configuration(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "config.toml") == (Settings(), ())
    assert load_settings(tmp_path / "no" / "such" / "config.toml") == (Settings(), ())


@pytest.mark.parametrize("text", ["", "# nothing\n", "[privacy]\n"])
def test_an_empty_one_too(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text) == Settings(platforms=(), language="", outside=None, reports=False)


def test_everything_that_can_be_set(tmp_path: Path) -> None:
    text = 'platforms = ["one", "two"]\nlanguage = "pt_BR"\n[privacy]\noutside = "on_suspicion"\nreports = true\n'
    assert load(tmp_path, text) == Settings(("one", "two"), "pt_BR", Consent.ON_SUSPICION, reports=True)


@pytest.mark.parametrize(("word", "consent"), [("never", Consent.NEVER), ("on_suspicion", Consent.ON_SUSPICION)])
def test_consent_is_what_was_said(tmp_path: Path, word: str, consent: Consent) -> None:
    assert load(tmp_path, f'privacy.outside = "{word}"\n').outside is consent


@pytest.mark.parametrize(
    ("text", "quiet", "loud"),
    [
        ("22:00-07:00", ("22:00", "23:59", "00:00", "06:59"), ("07:00", "12:00", "21:59")),
        ("13:00-14:30", ("13:00", "14:29"), ("12:59", "14:30", "00:00")),
    ],
)
def test_quiet_hours(tmp_path: Path, text: str, quiet: tuple[str, ...], loud: tuple[str, ...]) -> None:
    hours = load(tmp_path, f'[notices]\nquiet = "{text}"\n').quiet
    assert hours is not None
    for times, wanted in ((quiet, True), (loud, False)):
        for time in times:
            assert hours.at(int(time[:2]) * 60 + int(time[3:])) is wanted, time


def test_with_any_problem_nobody_is_asked(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('colour = 1\n[privacy]\noutside = "on_suspicion"\nreports = true\n', "utf-8")
    found, problems = load_settings(file)
    assert found == Settings()
    assert [str(p) for p in problems] == [
        f"{file}:1: `colour` is not known here; known are: language, look, notices, platforms, privacy"
    ]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    found, problems = load_settings(tmp_path)
    assert found == Settings()
    assert [str(p) for p in problems] == [f"{tmp_path}: is not a file; put a file there, or nothing"]


@pytest.mark.skipif(os.name == "nt", reason="needs links that anybody may make")
def test_a_link_to_itself_is_told(tmp_path: Path) -> None:
    loop = tmp_path / "config.toml"
    loop.symlink_to(loop)
    (problem,) = load_settings(loop)[1]
    assert problem.message == f"cannot be read ({os.strerror(errno.ELOOP)}); check that it is yours"


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=120))
def test_any_bytes_are_settings_or_a_problem(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(content)
    found, problems = load_settings(file)
    assert not problems or found == Settings()
    assert all(p.message.isprintable() for p in problems)
