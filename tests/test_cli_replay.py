"""``fanal record`` and ``fanal replay`` as a person types them; no network at all."""

from __future__ import annotations

import gzip
import json
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_rig import LACKING, UNSHARE, Home, people
from loop import T0, Loop, during

from trayapp.core.model import Gap, Instant
from trayapp.core.ports import Batch
from trayapp.simulate.replayed import event_line
from trayapp.storage.database import Database

pytestmark = pytest.mark.skipif(LACKING != "" or sys.platform != "linux", reason=LACKING or "namespaces")
SAYS = during(600, 1500, {"alpha", "beta"}, 503)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    yield from people(tmp_path)


def kept(home: Home) -> Loop:
    """A history in which an owner was down for a quarter of an hour."""
    loop = Loop(SAYS).start().run(2400)
    path = home.path / ".local" / "share" / "fanal" / "history.db"
    path.parent.mkdir(parents=True)
    store = Database(path)
    evidence = tuple(e for effects in loop.effects for e in effects.evidence)
    store.commit(Batch(Instant(T0 + 2_400_000, 0), "{}", evidence=evidence, gaps=(Gap(T0 - 9_000, T0),)), durable=True)
    store.close()
    return loop


def test_what_was_seen_is_recorded_and_replayed(home: Home) -> None:
    loop = kept(home)
    file = home.path / "day.jsonl"
    done = home.fanal("record", str(file))
    assert (done.returncode, done.stdout) == (0, "")
    assert "lines were written to" in done.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert lines[0]["step"] == "watched"
    assert sum("gap_until" in line for line in lines) == 1
    assert sum("outcome" in line for line in lines) == sum(len(e.evidence) for e in loop.effects)

    done = home.fanal("replay", "--json", str(file))
    said = [json.loads(line) for line in done.stdout.splitlines()]
    events = [line for line in said if line["kind"] != "state"]
    wanted = [event_line(e) for e in loop.events]
    assert done.returncode == 0
    told = ("kind", "platforms", "state", "scope", "reasons")
    assert [[e[name] for name in told] for e in events] == [[e[name] for name in told] for e in wanted]
    assert events[-1]["duration_s"] == wanted[-1]["duration_s"]
    assert "Nobody was asked" in done.stderr

    words = home.fanal("replay", str(file)).stdout.splitlines()
    assert any("alpha and beta are down." in line for line in words)
    assert words[0].startswith("2023-11-14 22:13  ")

    assert home.fanal("record", str(file)).returncode == 3  # nothing is overwritten
    assert len(file.read_text("utf-8").splitlines()) == len(lines)


def test_packed_and_from_standard_input(home: Home) -> None:
    kept(home)
    file = home.path / "day.jsonl.gz"
    assert home.fanal("record", str(file)).returncode == 0
    plain = home.fanal("record", "-")
    assert gzip.decompress(file.read_bytes()).decode() == plain.stdout
    command = f"{' '.join(UNSHARE)} {sys.executable} -m trayapp replay --json - <{file}"
    piped = subprocess.run(command, shell=True, env=home.env(), capture_output=True, text=True, timeout=60, check=True)
    assert piped.stdout == home.fanal("replay", "--json", str(file)).stdout
    assert piped.stdout != ""


def test_bad_lines_are_named_and_the_rest_goes_on(home: Home) -> None:
    kept(home)
    good = home.fanal("record", "-").stdout.splitlines()
    file = home.path / "bad.jsonl"
    file.write_text("\n".join([*good[:5], "{", *good[5:], *["no"] * 30]), "utf-8")
    done = home.fanal("replay", "--json", str(file))
    assert done.returncode == 0
    assert f"Line 6 of {file} is left out: it is no JSON object." in done.stderr
    assert "So are 11 more lines." in done.stderr
    assert sum(json.loads(line)["kind"] == "end" for line in done.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("args", "code"),
    [(["replay", "/nowhere/x"], 3), (["replay"], 2), (["replay", "--speed", "0", "x"], 2), (["record"], 2)],
)
def test_what_cannot_be_done(home: Home, args: list[str], code: int) -> None:
    assert home.fanal(*args).returncode == code


def test_nothing_to_record(home: Home) -> None:
    done = home.fanal("record", "-")
    assert (done.returncode, done.stdout) == (0, "")
    assert "Nothing has happened yet" in done.stderr


def test_in_the_time_it_took(home: Home) -> None:
    """Of 900 s of outage at 900 times the speed, about one second is left between its start and its end."""
    kept(home)
    file = home.path / "day.jsonl"
    home.fanal("record", str(file))
    began = time.monotonic()
    home.fanal("replay", "--speed", "900", "--json", str(file))
    assert time.monotonic() - began > 1.0 + 600 / 900 - 0.5
