"""Completion and manual page say what the command can do now, and the shells take them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from cli_papers import PACKAGING, commands, papers, platforms

BASH = PACKAGING / "completion" / "fanal.bash"


@pytest.mark.parametrize("path", papers(), ids=lambda p: p.name)
def test_they_are_fresh(path: Path) -> None:
    assert path.read_text("utf-8") == papers()[path], "run: python tests/cli_papers.py"


def test_every_command_is_in_each_of_them() -> None:
    names = [c.name for c in commands()]
    assert {"status", "mute", "explain", "doctor", "config", "autostart", "stop"} <= set(names)
    for text in papers().values():
        assert all(name in text for name in names)


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["fanal", "re"], {"resume"}),
        (["fanal", "snooze", "f"], {"facebook"}),
        (["fanal", "snooze", "facebook", ""], {"1h", "4h", "8h", "off", "90m", "-h", "--help"}),
        (["fanal", "mute", "to"], {"tomorrow"}),
        (["fanal", "back", "facebook", "o"], {"off"}),
        (["fanal", "config", ""], {"check", "path", "edit", "-h", "--help"}),
        (["fanal", "autostart", "s"], {"status"}),
        (["fanal", "status", "--j"], {"--json"}),
        (["fanal", "stop", ""], {"-h", "--help"}),
    ],
)
def test_bash_offers_what_may_follow(typed: list[str], offered: set[str]) -> None:
    words = " ".join(f"'{word}'" for word in typed)
    script = (
        f'source "$0"; COMP_WORDS=({words}); COMP_CWORD={len(typed) - 1}; _fanal; printf "%s\\n" "${{COMPREPLY[@]}}"'
    )
    done = subprocess.run(["bash", "-euc", script, str(BASH)], capture_output=True, text=True, timeout=10, check=True)
    assert set(done.stdout.split()) == offered


@pytest.mark.parametrize(("shell", "name"), [("zsh", "_fanal"), ("fish", "fanal.fish")])
def test_the_other_shells_can_read_theirs(shell: str, name: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    file = PACKAGING / "completion" / name
    done = subprocess.run([shell, "-n", str(file)], capture_output=True, text=True, timeout=10, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("groff") is None, reason="no groff here")
def test_the_manual_page_is_well_formed() -> None:
    page = PACKAGING / "man" / "fanal.1"
    done = subprocess.run(
        ["groff", "-man", "-ww", "-Tascii", "-z", str(page)], capture_output=True, text=True, timeout=20, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_platforms_that_are_offered_are_those_that_come_with_it() -> None:
    assert {"facebook", "discord"} <= set(platforms())
