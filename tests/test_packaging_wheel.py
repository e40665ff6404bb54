"""What pip installs: everything that Fanal needs, nothing else, and the same whichever way it is built."""

from __future__ import annotations

import configparser
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
KINDS = {".py", ".toml", ".po", ".mo", ".pot"}
SHARED = {
    "share/applications/fanal.desktop": "packaging/linux/fanal.desktop",
    "share/metainfo/fanal.metainfo.xml": "packaging/linux/fanal.metainfo.xml",
    "share/icons/hicolor/scalable/apps/fanal.svg": "assets/fanal.svg",
    **{f"share/icons/hicolor/{n}x{n}/apps/fanal.png": f"assets/icons/fanal-{n}.png" for n in SIZES},
    "share/man/man1/fanal.1": "packaging/man/fanal.1",
    "share/bash-completion/completions/fanal": "packaging/completion/fanal.bash",
    "share/zsh/site-functions/_fanal": "packaging/completion/_fanal",
    "share/fish/vendor_completions.d/fanal.fish": "packaging/completion/fanal.fish",
}
"""Where it goes below the prefix, and what it is."""


def build(target: str, source: Path, to: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(to)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    [made] = to.iterdir()
    return made


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as file:
        return {name: file.read(name) for name in file.namelist()}


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("sdist", ROOT, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return contents(build("wheel", ROOT, tmp_path_factory.mktemp("wheel")))


def in_house() -> set[str]:
    """Every file of the house: what is hidden, and what Python keeps for itself, is none."""
    found = (path for path in (ROOT / "trayapp").rglob("*") if path.is_file())
    names = (path.relative_to(ROOT) for path in found)
    return {n.as_posix() for n in names if "__pycache__" not in n.parts and not any(p.startswith(".") for p in n.parts)}


def test_the_house_is_in_it_whole_and_holds_only_what_is_known(wheel: dict[str, bytes]) -> None:
    packed = {name for name in wheel if name.startswith("trayapp/")}
    assert packed == in_house()
    assert {Path(name).suffix for name in packed} <= KINDS
    assert all(wheel[name] == (ROOT / name).read_bytes() for name in packed)


@pytest.mark.parametrize(
    "name",
    [
        "trayapp/cli/__init__.py",
        "trayapp/platforms/facebook.toml",
        "trayapp/platforms/_line.toml",
        "trayapp/locale/fr/LC_MESSAGES/fanal.mo",
        "trayapp/locale/fr/LC_MESSAGES/fanal.po",
        "trayapp/locale/ar/LC_MESSAGES/fanal.mo",
        "trayapp/locale/ar/LC_MESSAGES/fanal.po",
    ],
)
def test_what_it_cannot_do_without_is_in_it(name: str, wheel: dict[str, bytes]) -> None:
    assert wheel[name]


def test_desktops_and_shells_get_theirs_and_nothing_more(wheel: dict[str, bytes]) -> None:
    _, prefix, _ = next(name for name in wheel if ".data/" in name).partition(".data/data/")
    shared = {name.partition(prefix)[2]: data for name, data in wheel.items() if ".data/" in name}
    assert shared == {place: (ROOT / source).read_bytes() for place, source in SHARED.items()}


def test_the_rest_are_its_papers(wheel: dict[str, bytes]) -> None:
    papers = {name.partition(".dist-info/")[2] for name in wheel if ".dist-info/" in name}
    assert papers == {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}
    assert all(name.startswith("trayapp/") or ".data/data/" in name or ".dist-info/" in name for name in wheel)
    points = configparser.ConfigParser()
    points.read_string(next(data for name, data in wheel.items() if name.endswith("entry_points.txt")).decode())
    assert dict(points["console_scripts"]) == {"fanal": "trayapp.cli:main"}
    [wheel_file] = [data.decode() for name, data in wheel.items() if name.endswith("/WHEEL")]
    assert "Root-Is-Purelib: true" in wheel_file


def test_the_source_archive_makes_the_same_wheel(sdist: Path, wheel: dict[str, bytes], tmp_path: Path) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "source", filter="data")
    [folder] = (tmp_path / "source").iterdir()
    assert contents(build("wheel", folder, tmp_path / "wheel")) == wheel


def test_the_source_archive_has_what_a_person_tests_and_packs_it_with(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "tests/test_house.py", "assets/make.py"}
    assert wanted | {"packaging/pyinstaller/fanal.spec", "packaging/debian/make.py"} <= names
    assert not [name for name in names if name.startswith("tests/out/") or "__pycache__" in name]
