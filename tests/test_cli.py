"""The command as a person without a screen meets it: real processes, in a network namespace where nothing answers."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_rig import LACKING, UNSHARE, Home, offline, people, until

from trayapp.cli.looking import verdict

pytestmark = pytest.mark.skipif(bool(LACKING), reason=LACKING)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    yield from people(tmp_path)


def test_without_a_screen_it_says_so_watches_and_blames_the_line(home: Home) -> None:
    process = home.start()
    until(lambda: offline(home))
    status = home.fanal("status", "--json")
    assert status.returncode == 4
    record = json.loads(status.stdout)
    assert list(record) == ["watching", "looked_at", "line", "overall", "muted_until", "platforms", "incidents"]
    assert record["watching"] is True
    assert record["line"] == record["overall"] == "offline"
    assert {p["state"] for p in record["platforms"]} == {"unknown"}
    assert {tuple(p) for p in record["platforms"]} == {
        (
            "id",
            "name",
            "owner",
            "state",
            "depth",
            "scope",
            "since",
            "functions",
            "reasons",
            "snoozed_until",
            "tell_back",
        )
    }

    second = home.fanal()
    assert second.returncode == 0
    assert "running already" in second.stderr

    began = time.monotonic()
    assert home.fanal("quit").returncode == 0
    out, err = process.communicate(timeout=5)
    assert time.monotonic() - began < 4  # of which two processes start
    assert process.returncode == 0
    assert err == "fanal: There is no screen here: Fanal watches in this terminal. Ctrl-C ends it.\n"
    assert [line.partition("  ")[2] for line in out.splitlines()][-1].startswith("Your connection is down")

    after = home.fanal("status", "--json")
    assert after.returncode == 3
    assert json.loads(after.stdout)["watching"] is False
    assert home.fanal("log").stdout == "Nothing has happened yet.\n"
    assert home.fanal("log", "--json").stdout == ""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_signal_ends_it_at_once_and_well(home: Home, name: str) -> None:
    process = home.start()
    until(lambda: offline(home))
    began = time.monotonic()
    process.send_signal(getattr(signal, name))
    _, err = process.communicate(timeout=5)
    assert time.monotonic() - began < 2
    assert process.returncode == 0
    assert "Traceback" not in err


def test_killed_and_started_again_it_finds_its_door_free(home: Home) -> None:
    first = home.start()
    until(lambda: offline(home))
    first.kill()
    first.communicate()
    assert home.fanal("status").returncode == 3
    home.start()
    until(lambda: offline(home))


def test_before_the_first_look_nothing_can_be_told(home: Home) -> None:
    status = home.fanal("status")
    assert status.returncode == 3
    assert status.stderr == "fanal: Fanal has not looked yet: start it with: fanal\n"
    assert home.fanal("quit").returncode == 3
    assert not (home.path / ".local").exists()  # asking leaves no trace


def test_check_looks_once_and_keeps_nothing(home: Home) -> None:
    check = home.fanal("check", "--json")
    assert check.returncode == 4
    assert json.loads(check.stdout)["line"] == "offline"
    assert not (home.path / ".local").exists()


def test_in_french(home: Home) -> None:
    home.language = "fr_FR"
    check = home.fanal("check")
    assert check.returncode == 4
    assert check.stdout.startswith("Votre connexion est coupée")


def test_a_mistake_in_the_settings_is_told_with_its_line_and_the_defaults_serve(home: Home) -> None:
    config = home.path / ".config" / "fanal"
    (config / "platforms").mkdir(parents=True)
    (config / "config.toml").write_text('platforms = ["discord"]\n\n[privacy]\nreports = "yes"\n')
    (config / "platforms" / "mine.toml").write_text('id = "mine"\nname = 3\n')
    check = home.fanal("check", "--json")
    assert f"fanal: {config / 'config.toml'}:4: `privacy.reports` must be true or false\n" in check.stderr
    assert "Until that is mended" in check.stderr
    assert f"fanal: {config / 'platforms' / 'mine.toml'}:2: `name` must be" in check.stderr
    watched = {p["id"] for p in json.loads(check.stdout)["platforms"]}
    assert watched >= {"facebook", "telegram"}
    assert "discord" not in watched


def test_only_the_platforms_named_in_the_settings_are_watched(home: Home) -> None:
    config = home.path / ".config" / "fanal"
    config.mkdir(parents=True)
    (config / "config.toml").write_text('platforms = ["discord", "nobody"]\n')
    check = home.fanal("check", "--json")
    assert [p["id"] for p in json.loads(check.stdout)["platforms"]] == ["discord"]
    assert '"nobody", and there is no such platform' in check.stderr


def test_a_door_that_cannot_be_made_is_told_with_its_folder(home: Home) -> None:
    run = home.path / "run"
    run.mkdir(mode=0o700)
    (run / "fanal").write_text("in the way")
    refused = home.fanal()
    assert refused.returncode == 3
    assert f"The folder {run / 'fanal'} cannot be used" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_mistake_of_ours_accuses_nobody(home: Home) -> None:
    with Path("/dev/full").open("w") as full:
        command = [*UNSHARE, sys.executable, "-m", "trayapp", "check", "--json"]
        ended = subprocess.run(command, env=home.env(), stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
    assert ended.returncode == 3


def test_a_terminal_that_lacks_a_character_shows_the_rest(home: Home) -> None:
    home.language = "fr_FR"
    env = home.env() | {"PYTHONIOENCODING": "ascii"}
    command = [*UNSHARE, sys.executable, "-m", "trayapp", "check"]
    ended = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 4
    assert ended.stdout.startswith("Votre connexion est coup?e")


@pytest.mark.parametrize(
    ("overall", "line", "states", "code"),
    [
        ("up", "ok", ["up", "up"], 0),
        ("slow", "ok", ["slow", "up"], 0),
        ("up", "ok", ["up", "unknown"], 3),
        ("down", "ok", ["down", "unknown"], 1),
        ("partial", "ok", ["partial", "up"], 1),
        ("unreachable", "ok", ["unreachable", "up"], 3),
        ("unknown", "unknown", ["unknown"], 3),
        ("offline", "offline", ["unknown"], 4),
        ("portal", "portal", ["unknown"], 4),
        ("offline", "resolver", ["unknown"], 4),
        ("stopped", "ok", ["up"], 3),
    ],
)
def test_what_the_exit_code_says(overall: str, line: str, states: list[str], code: int) -> None:
    record = {"watching": True, "overall": overall, "line": line, "platforms": [{"state": s} for s in states]}
    assert verdict(record) == code
    assert verdict(record | {"watching": False}) == 3


def test_wrong_usage_is_two(home: Home) -> None:
    assert home.fanal("frobnicate").returncode == 2
    assert home.fanal("--version").stdout.startswith("fanal 0.")
