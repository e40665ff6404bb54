"""The recipes of the one folder and of the Debian package, as far as they can be tried without the real thing."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from trayapp import __version__

ROOT = Path(__file__).parent.parent
START = ROOT / "packaging/pyinstaller/start.py"
TOOLS = ("dpkg-deb", "dpkg-shlibdeps", "ldconfig")
SBIN = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))


def started(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(START), *words]
    return subprocess.run(command, env=os.environ | env, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    "words", [["--version"], ["-m", "trayapp", "--version"], ["-m", "trayapp.__main__", "--version"]]
)
def test_the_start_is_the_command_also_when_it_is_called_as_a_python(words: list[str]) -> None:
    done = started(*words, "--version")
    assert (done.returncode, done.stdout) == (0, f"fanal {__version__}\n"), done.stderr


@pytest.mark.parametrize("words", [["-m", "json.tool"], ["-m", "trayapplication"], ["-m"], ["-c", "print(1)"]])
def test_the_start_runs_nobody_else(words: list[str]) -> None:
    assert started(*words).returncode == 2


@pytest.mark.parametrize(("before", "then"), [(None, ""), ("/person/lib", "/person/lib")])
def test_what_fanal_starts_finds_the_system_s_libraries(before: str | None, then: str, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text(f'#!/bin/sh\necho "$LD_LIBRARY_PATH" >"{tmp_path}/seen"\n', "utf-8")
    editor.chmod(0o755)
    env = {"LD_LIBRARY_PATH": "/build/_internal", "VISUAL": str(editor), "XDG_CONFIG_HOME": str(tmp_path)}
    env |= {"LD_LIBRARY_PATH_ORIG": before} if before is not None else {}
    done = started("config", "edit", **env)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "seen").read_text("utf-8") == f"{then}\n"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of a folder of the same shape, with another program in it."""
    lacking = [tool for tool in TOOLS if not shutil.which(tool, path=SBIN)]
    if lacking:
        pytest.skip(f"not installed: {', '.join(lacking)}")
    folder, out = tmp_path_factory.mktemp("folder"), tmp_path_factory.mktemp("out")
    (folder / "_internal/pystray").mkdir(parents=True)
    (folder / "licences/thing").mkdir(parents=True)
    shutil.copy("/bin/true", folder / "fanal")
    (folder / "fanal").chmod(0o700)
    (folder / "_internal/pystray/__init__.py").write_text("print()\n", "utf-8")
    (folder / "THIRD-PARTY.txt").write_text("thing 1.0\n", "utf-8")
    (folder / "licences/thing/LICENSE").write_text("You may.\n", "utf-8")
    subprocess.run(
        [sys.executable, str(ROOT / "packaging/debian/make.py"), str(folder), str(out)],
        check=True,
        env=os.environ | {"PATH": SBIN},
        timeout=120,
    )
    [made] = out.iterdir()
    return made


def told(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def test_the_package_says_what_it_is_and_needs(package: Path) -> None:
    fields = dict(line.split(": ", 1) for line in told("dpkg-deb", "-f", str(package)).splitlines() if ": " in line)
    assert (fields["Package"], fields["Version"]) == ("fanal", __version__)
    assert package.name == f"fanal_{__version__}_{fields['Architecture']}.deb"
    assert "libc6 (>= " in fields["Depends"]
    assert "ca-certificates" in fields["Depends"]


def test_the_package_puts_everything_where_debian_wants_it(package: Path) -> None:
    rows = [line.split(maxsplit=5) for line in told("dpkg-deb", "-c", str(package)).splitlines()]
    files = {row[5].split(" -> ")[0].removeprefix("."): row for row in rows if not row[0].startswith("d")}
    assert {row[1] for row in rows} == {"root/root"}
    assert {row[0] for row in rows if row[0].startswith("d")} == {"drwxr-xr-x"}
    assert files["/usr/bin/fanal"][5].endswith(" -> ../lib/fanal/fanal")
    assert {name for name, row in files.items() if row[0] == "-rwxr-xr-x"} == {"/usr/lib/fanal/fanal"}
    assert {row[0] for row in files.values()} == {"-rw-r--r--", "-rwxr-xr-x", "lrwxrwxrwx"}
    assert set(files) == {
        "/usr/bin/fanal",
        "/usr/lib/fanal/fanal",
        "/usr/lib/fanal/_internal/pystray/__init__.py",
        "/usr/share/applications/fanal.desktop",
        "/usr/share/metainfo/fanal.metainfo.xml",
        "/usr/share/bash-completion/completions/fanal",
        "/usr/share/zsh/vendor-completions/_fanal",
        "/usr/share/fish/vendor_completions.d/fanal.fish",
        "/usr/share/man/man1/fanal.1.gz",
        "/usr/share/lintian/overrides/fanal",
        "/usr/share/icons/hicolor/scalable/apps/fanal.svg",
        *(f"/usr/share/icons/hicolor/{n}x{n}/apps/fanal.png" for n in (16, 22, 24, 32, 48, 64, 128, 256, 512)),
        *(f"/usr/share/doc/fanal/{name}" for name in ("copyright", "changelog.gz", "CHANGELOG.md", "THIRD-PARTY.txt")),
        "/usr/share/doc/fanal/licences/thing/LICENSE",
    }


def test_the_package_s_copyright_is_the_licence(package: Path, tmp_path: Path) -> None:
    told("dpkg-deb", "-x", str(package), str(tmp_path))
    said = (tmp_path / "usr/share/doc/fanal/copyright").read_text("utf-8")
    licence = (ROOT / "LICENSE").read_text("utf-8")
    assert licence.splitlines()[2].removeprefix("Copyright (c) ") in said
    words = licence.partition("Permission")[2].split()
    assert " ".join(words) in " ".join(said.replace("\n .\n", "\n").split())


@pytest.mark.parametrize(
    ("ours", "theirs"), [("0.1.0", "0.1.0"), ("1.0rc1", "1.0~rc1"), ("1.0b2", "1.0~b2"), ("1.0.dev3", "1.0~.dev3")]
)
def test_a_version_before_a_release_sorts_before_it(ours: str, theirs: str) -> None:
    made = runpy.run_path(str(ROOT / "packaging/debian/make.py"), run_name="make")
    made["ABOUT"]["version"] = ours
    assert made["version"]() == theirs
