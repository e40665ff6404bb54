"""Completion and manual page say what the command can do now, and the shells take them."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cli_papers import PACKAGING, commands, papers, platforms

if sys.platform == "win32":
    pytest.skip("signals, sockets and terminals of POSIX", allow_module_level=True)

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
        (["fanal", "re"], {"record", "replay", "resume"}),
        (["fanal", "snooze", "f"], {"facebook"}),
        (["fanal", "snooze", "facebook", ""], {"1h", "4h", "8h", "off", "90m", "-h", "--help"}),
        (["fanal", "mute", "to"], {"tomorrow"}),
        (["fanal", "back", "facebook", "o"], {"off"}),
        (["fanal", "config", ""], {"check", "path", "edit", "set", "reload", "-h", "--help"}),
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


TYPED = [
    ("fanal re", {"record", "replay", "resume"}),
    ("fanal snooze f", {"facebook"}),
    ("fanal mute to", {"tomorrow"}),
    ("fanal back facebook o", {"off"}),
    ("fanal autostart s", {"status"}),
    ("fanal status --j", {"--json"}),
    ("fanal autostart status --", {"--help"}),
    ("fanal config set lan", {"language"}),
    ("fanal config set language x", set()),
    ("fanal stop x", set()),
]


@pytest.mark.skipif(shutil.which("fish") is None, reason="no fish here")
@pytest.mark.parametrize(("typed", "offered"), [*TYPED, ("fanal --v", {"--version"})])
def test_fish_offers_what_may_follow(typed: str, offered: set[str], tmp_path: Path) -> None:
    script = f"source {PACKAGING}/completion/fanal.fish; complete -C '{typed}'"
    env = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    done = subprocess.run(
        ["fish", "--no-config", "-c", script], env=env, capture_output=True, text=True, timeout=20, check=True
    )
    assert done.stderr == ""
    assert {line.partition("\t")[0] for line in done.stdout.splitlines()} == offered


@pytest.mark.skipif(shutil.which("fish") is None, reason="no fish here")
def test_fish_tells_what_each_command_is_for(tmp_path: Path) -> None:
    script = f"source {PACKAGING}/completion/fanal.fish; complete -C 'fanal '"
    env = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    done = subprocess.run(
        ["fish", "--no-config", "-c", script], env=env, capture_output=True, text=True, timeout=20, check=True
    )
    assert dict(line.split("\t") for line in done.stdout.splitlines()) == {c.name: c.help for c in commands()}


HEAR = """
fpath=({folder} $fpath)
autoload -Uz compinit
compinit -u -D
complete-and-tell() {{ zle complete-word; print -r -- END >> {out} }}
zle -N complete-and-tell
bindkey '^I' complete-and-tell
compadd() {{
    local -a hits
    if (( ! ${{@[(I)-[OAD]]}} )); then
        builtin compadd -O hits "$@"
        (( $#hits )) && print -rl -- $hits >> {out}
    fi
    builtin compadd "$@"
}}
PS1='ready> '
LISTMAX=10000
"""
"""Each word that zsh would offer goes into a file; after the last of a completion there stands END."""


@pytest.fixture(scope="module")
def zsh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], set[str]]]:
    """A real zsh at a real terminal: type this, press the tabulator, and see what is offered."""
    if shutil.which("zsh") is None:
        pytest.skip("no zsh here")
    import pty

    home = tmp_path_factory.mktemp("zsh")
    out = home / "offered"
    (home / ".zshrc").write_text(HEAR.format(folder=PACKAGING / "completion", out=out), "utf-8")
    ours, theirs = pty.openpty()
    env = {"HOME": str(home), "ZDOTDIR": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "dumb"}
    shell = subprocess.Popen(
        ["zsh", "-i"], stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True, close_fds=True
    )
    os.close(theirs)
    screen = b""

    def look(seconds: float) -> bytes:
        nonlocal screen
        if select.select([ours], [], [], seconds)[0]:
            screen += os.read(ours, 65536)
        return screen

    def press(typed: str) -> set[str]:
        out.write_text("", "utf-8")
        os.write(ours, f"{typed}\t".encode())
        deadline = time.monotonic() + 20
        while "END" not in (said := out.read_text("utf-8")):
            assert time.monotonic() < deadline, look(0)
            look(0.01)
        os.write(ours, b"\x15")  # away with the line
        return set(said.split()) - {"END"}

    try:
        deadline = time.monotonic() + 20
        while b"ready> " not in look(0.1):
            assert time.monotonic() < deadline, screen
        yield press
        assert b"_fanal:" not in screen, screen
    finally:
        shell.kill()
        shell.wait(10)
        os.close(ours)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        *TYPED,
        ("fanal ", {c.name for c in commands()} | {"--help", "--version"}),
        ("fanal snooze facebook ", {"1h", "4h", "8h", "off", "90m", "-h", "--help"}),
    ],
)
def test_zsh_offers_what_may_follow(zsh: Callable[[str], set[str]], typed: str, offered: set[str]) -> None:
    assert zsh(typed) == offered


@pytest.mark.skipif(shutil.which("groff") is None, reason="no groff here")
def test_the_manual_page_is_well_formed() -> None:
    page = PACKAGING / "man" / "fanal.1"
    done = subprocess.run(
        ["groff", "-man", "-ww", "-Tascii", "-z", str(page)], capture_output=True, text=True, timeout=20, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_platforms_that_are_offered_are_those_that_come_with_it() -> None:
    assert {"facebook", "discord"} <= set(platforms())
