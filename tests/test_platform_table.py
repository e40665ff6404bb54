"""README tells what is asked of whom as it is now; and of everybody."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from platform_day import by_rule, defaults, known
from platform_table import BEGIN, END, README, plain, renewed, rows

from trayapp.core.model import SECOND


def carried() -> str:
    return README.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]


def test_readme_is_fresh() -> None:
    text = README.read_text("utf-8")
    assert text == renewed(text), "run: python tests/platform_table.py --write"


def test_every_host_that_may_be_asked_stands_in_readme() -> None:
    first, _, rest = carried().partition("<details>")
    for p in known():
        there = first if p.default else rest
        assert f"| {p.name} |" in there
        assert all(f"`{probe.host}" in there for probe in p.probes), p.id
        assert all(o.url.split("/")[2] in there for o in p.officials), p.id
    assert {f"| {p.name} |" in first for p in known() if not p.default} == {False}


def test_what_readme_says_of_how_often_is_the_schedule_s() -> None:
    first = carried().partition("<details>")[0]
    told = re.findall(r"`([a-z0-9.-]+)[^`]*` every (\d+) s", first)
    hosts = {(p.id, probe.id): probe.host for p in defaults() for probe in p.probes}
    assert sorted(told) == sorted((hosts[key], str(every // SECOND)) for key, every in by_rule(defaults()).items())


def test_a_row_a_question() -> None:
    table = list(rows(known()))
    assert len(table) == sum(len(p.probes) for p in known())
    assert ("Facebook", "graph.facebook.com/me", "GET") in {row[:3] for row in table}
    assert ("Gmail", "imap.gmail.com:993", "TLS") in {row[:3] for row in table}
    assert {row[3] for row in table if row[0] == "X"} == {"60 s", "on suspicion"}
    assert len(plain(known()).splitlines()) == len(table) + 1


def test_without_its_marks_it_says_so() -> None:
    with pytest.raises(ValueError, match="no marks"):
        renewed("nothing")


def test_it_prints_when_it_is_run() -> None:
    script = Path(__file__).with_name("platform_table.py")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=True)
    assert "www.facebook.com" in done.stdout
    assert "https://metastatus.com/data/orgs.json every 60 s" in done.stdout
