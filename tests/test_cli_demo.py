"""``fanal demo`` as a newcomer meets it: a real process in a network namespace of its own, which asks nobody."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_rig import LACKING, UNSHARE, Home, people

from trayapp.cli.demo import FIRST, _names, _path

pytestmark = pytest.mark.skipif(bool(LACKING), reason=LACKING)

SHORT = """
title = "Two are down for three minutes"
begin = 2026-11-03T09:00:00Z
lasts = "0:08:00"

[[change]]
who = ["facebook", "instagram"]
answers = 503
at = "0:02:00"
until = "0:05:00"

[[change]]
complain = "facebook"
at = "0:03:30"
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    yield from people(tmp_path)


def test_it_tells_of_a_past_outage_signed_as_a_demo_and_leaves_nothing_behind(home: Home, tmp_path: Path) -> None:
    scenario = tmp_path / "short.toml"
    scenario.write_text(SHORT)
    scratch = Path(tempfile.mkdtemp(prefix="d", dir="/tmp"))  # short: a socket's name is
    home.more = {"TMPDIR": str(scratch), "PYTHONUNBUFFERED": "1"}
    before = set(home.path.rglob("*"))
    command = [*UNSHARE, sys.executable, "-m", "trayapp", "demo", str(scenario), "--speed", "60"]
    process = subprocess.Popen(command, env=home.env(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    home.running.append(process)
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:  # ends with the process, which the test's own limit ends
        said.append(line)
        if "work again" in line:
            break
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=20)
    text = "".join(said)
    assert process.returncode == 0
    assert "Two are down for three minutes. It takes about 1 minute." in text
    assert "Demo: Facebook and Instagram" in text
    assert "Demo: Facebook does not work for you" in text
    assert "Demo: Facebook and Instagram work again" in text
    assert "Traceback" not in errors
    assert list(scratch.iterdir()) == []
    scratch.rmdir()
    outside = (path for path in home.path.rglob("*") if scratch not in path.parents)
    assert {path for path in outside if "fanal" in path.name} <= before  # neither settings nor a history of their own


def test_it_says_which_scenarios_there_are(home: Home) -> None:
    done = home.fanal("demo", "nowhere")
    assert done.returncode == 2
    assert FIRST in done.stderr


def test_what_cannot_be_shown_is_refused(home: Home, tmp_path: Path) -> None:
    scenario = tmp_path / "sleepy.toml"
    scenario.write_text(SHORT + '\n[[change]]\nsleep = "1:00:00"\nat = "0:06:00"\n')
    done = home.fanal("demo", str(scenario))
    assert done.returncode == 2
    assert "cannot" in done.stderr or "not be shown" in done.stderr


def test_a_broken_scenario_is_told_with_its_place(home: Home, tmp_path: Path) -> None:
    scenario = tmp_path / "broken.toml"
    scenario.write_text(SHORT.replace("503", '"gone"'))
    done = home.fanal("demo", str(scenario))
    assert done.returncode == 2
    assert f"{scenario}: change 1" in done.stderr


def test_the_scenarios_that_are_offered_are_there() -> None:
    assert _path("") == _path(FIRST)
    assert all(_path(name) is not None for name in _names())
    assert len(_names()) >= 3


def test_a_temporary_folder_with_a_long_name_is_no_hindrance(home: Home, tmp_path: Path) -> None:
    long = tmp_path / ("long" * 30)
    long.mkdir()
    scenario = tmp_path / "short.toml"
    scenario.write_text(SHORT)
    home.more = {"TMPDIR": str(long), "PYTHONUNBUFFERED": "1"}
    command = [*UNSHARE, sys.executable, "-m", "trayapp", "demo", str(scenario), "--speed", "60"]
    process = subprocess.Popen(command, env=home.env(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    home.running.append(process)
    assert process.stdout is not None
    assert any("Demo: Facebook and Instagram are down" in line for line in process.stdout)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors
