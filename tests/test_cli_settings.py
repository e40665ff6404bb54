"""The settings on the command line: the first questions in the terminal, one key changed, taken over while it runs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_rig import LACKING, UNSHARE, Home, offline, people, until

from trayapp.cli.configuring import value_of
from trayapp.cli.parser import KEYS
from trayapp.cli.setup import _numbers
from trayapp.config.edit import Value

pytestmark = pytest.mark.skipif(bool(LACKING), reason=LACKING)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    yield from people(tmp_path)


def config(home: Home) -> Path:
    return home.path / ".config" / "fanal" / "config.toml"


def setup(home: Home, *answers: str) -> subprocess.CompletedProcess[str]:
    command = [*UNSHARE, sys.executable, "-m", "trayapp", "setup"]
    typed = "".join(f"{answer}\n" for answer in answers)
    return subprocess.run(command, env=home.env(), input=typed, capture_output=True, text=True, timeout=60, check=False)


def names(home: Home) -> list[str]:
    return [p["id"] for p in json.loads(home.fanal("check", "--json").stdout)["platforms"]]


@pytest.mark.parametrize(
    ("key", "typed", "wanted"),
    [
        ("language", ["fr"], "fr"),
        ("language", [], None),
        ("platforms", ["one", "two"], ("one", "two")),
        ("platforms", ["one,two,"], ("one", "two")),
        ("privacy.reports", ["true"], True),
        ("look.scale", ["1.5"], 1.5),
        ("look.scale", ["large"], "large"),
        ("notices.quiet", ["22:00-07:00"], "22:00-07:00"),
    ],
)
def test_what_is_typed_after_a_key(key: str, typed: list[str], wanted: Value) -> None:
    assert value_of(key, typed) == wanted


def test_every_key_can_be_set_and_unset(home: Home) -> None:
    values = dict(
        zip(
            KEYS,
            ("discord", "fr", "never", "true", "MA", "false", "false", "22:00-07:00", "true", "30", "dark", "2"),
            strict=True,
        )
    )
    for key, value in values.items():
        done = home.fanal("config", "set", key, value)
        assert done.returncode == 0, (key, done.stdout, done.stderr)
    text = config(home).read_text("utf-8")
    assert config(home).stat().st_mode & 0o077 == 0
    assert 'outside = "never"' in text
    assert 'platforms = ["discord"]' in text
    for key in values:
        assert home.fanal("config", "set", key).returncode == 0
    assert "discord" not in config(home).read_text("utf-8")
    assert home.fanal("config", "check").returncode == 0


def test_a_value_that_cannot_be_is_refused_with_its_line_and_nothing_is_written(home: Home) -> None:
    home.fanal("config", "set", "language", "ar")
    before = config(home).read_text("utf-8")
    done = home.fanal("config", "set", "privacy.outside", "perhaps")
    assert done.returncode == 2
    assert f"{config(home)}:" in done.stdout
    assert config(home).read_text("utf-8") == before
    assert home.fanal("config", "set").returncode == 2
    assert home.fanal("config", "set", "colour", "red").returncode == 2


def test_the_running_fanal_takes_it_over(home: Home) -> None:
    home.start()
    until(lambda: offline(home))
    done = home.fanal("config", "set", "platforms", "discord")
    assert (done.returncode, done.stdout) == (0, "Saved: it holds from now on.\n")

    def watched() -> list[str]:
        return [p["id"] for p in json.loads(home.fanal("status", "--json").stdout)["platforms"]]

    until(lambda: watched() == ["discord"])
    config(home).write_text('platforms = ["discord", "facebook"]\nlanguage = 3\n', "utf-8")
    broken = home.fanal("config", "reload")
    assert broken.returncode == 2
    assert broken.stdout.startswith(f"{config(home)}:2: ")
    assert watched() == ["discord"]
    config(home).write_text('platforms = ["discord", "facebook"]\n', "utf-8")
    assert home.fanal("config", "reload").returncode == 0
    until(lambda: watched() == ["discord", "facebook"])


def test_without_a_running_one_there_is_none_to_take_it_over(home: Home) -> None:
    done = home.fanal("config", "reload")
    assert done.returncode == 3
    assert "not running" in done.stderr


def test_the_first_questions_answered(home: Home) -> None:
    done = setup(home, "1", "1", "2", "1", "")
    assert done.returncode == 0, done.stderr
    assert "Which of these do you use?" in done.stdout
    text = config(home).read_text("utf-8")
    assert text.startswith("# Fanal's settings.")
    assert 'outside = "on_suspicion"' in text
    assert 'language = "' in text
    assert "facebook" not in text  # the first of the list was switched off
    assert (home.path / ".config" / "autostart" / "fanal.desktop").exists()
    assert "facebook" not in names(home)


def test_the_first_questions_all_left_as_they_are(home: Home) -> None:
    done = setup(home, "", "", "", "", "")
    assert done.returncode == 0
    assert config(home).read_text("utf-8").count("\n") == 1  # the remark it begins with
    assert not (home.path / ".config" / "autostart").exists()


@pytest.mark.parametrize("answers", [(), ("2",), ("", "2")])
def test_whoever_hangs_up_in_between_keeps_what_was_answered(home: Home, answers: tuple[str, ...]) -> None:
    done = setup(home, *answers)
    assert done.returncode == 0
    assert config(home).exists()
    assert ('outside = "never"' in config(home).read_text("utf-8")) is (len(answers) == 2)


def test_what_is_no_number_is_asked_once_more(home: Home) -> None:
    done = setup(home, "", "yes", "99", "0", "-1", "2", "", "", "")
    assert done.returncode == 0
    assert 'outside = "never"' in config(home).read_text("utf-8")
    assert done.stdout.count("A number:") == 4 + 4


def test_nobody_to_watch_is_not_saved(home: Home) -> None:
    everybody = [line.split()[0] for line in setup(home).stdout.splitlines() if "[x]" in line]
    assert everybody
    config(home).unlink()
    done = setup(home, " ".join(everybody))
    assert done.returncode == 2
    assert "Choose one platform at least." in done.stderr
    assert not config(home).exists()


def test_a_file_broken_by_hand_is_told_and_left_alone(home: Home) -> None:
    config(home).parent.mkdir(parents=True)
    config(home).write_text("language = 3\n", "utf-8")
    done = setup(home, "1", "1")
    assert done.returncode == 2
    assert f"{config(home)}:1: " in done.stdout
    assert config(home).read_text("utf-8") == "language = 3\n"


def test_in_arabic(home: Home) -> None:
    home.language = "ar"
    done = setup(home, "", "1")
    assert done.returncode == 0
    assert "أيّ هذه المنصات تستخدم؟" in done.stdout
    assert 'outside = "on_suspicion"' in config(home).read_text("utf-8")


def test_without_a_screen_the_window_names_the_terminal_s_form(home: Home) -> None:
    done = home.fanal("settings")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "fanal: There can be no window here. The same in the terminal: fanal setup\n"


def test_numbers_are_read_to_the_end_of_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("1, 2 3\n"))
    assert _numbers("?", 3) == [1, 2, 3]


def test_what_is_changed_by_hand_holds_by_itself_a_little_later(home: Home) -> None:
    home.start()
    until(lambda: offline(home))
    config(home).parent.mkdir(parents=True, exist_ok=True)
    config(home).write_text('platforms = ["discord"]\n', "utf-8")

    def watched() -> list[str]:
        return [p["id"] for p in json.loads(home.fanal("status", "--json").stdout)["platforms"]]

    until(lambda: watched() == ["discord"], 40)
