"""The list of what is not Fanal's: nobody is left out, nobody is on it without the text of a licence."""

from __future__ import annotations

import re
import runpy
import sysconfig
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parent.parent
THIRD = runpy.run_path(str(ROOT / "packaging/third_party.py"), run_name="third_party")
NobodysError = THIRD["NobodysError"]


def needed() -> set[str]:
    """What pyproject asks for, and what that asks for, as far as it is installed here."""
    wanted = list(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"])
    found: set[str] = set()
    while wanted:
        requirement = wanted.pop()
        name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
        if "extra ==" in requirement or name in found:
            continue
        try:
            wanted += metadata.requires(name) or []
        except metadata.PackageNotFoundError:  # of another system, or of an older Python
            continue
        found.add(name)
    return found


def fake(folder: Path, licence: str = "License: MIT", text: str = "LICENSE") -> metadata.Distribution:
    info = folder / "thing-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: thing\nVersion: 1.0\n{licence}\n", "utf-8")
    (info / text).write_text("You may.", "utf-8")
    (folder / "thing.py").touch()
    (info / "RECORD").write_text(f"thing.py,,\nthing-1.0.dist-info/METADATA,,\nthing-1.0.dist-info/{text},,\n", "utf-8")
    return metadata.Distribution.at(info)


@pytest.mark.parametrize("name", sorted(needed()))
def test_everything_that_fanal_needs_has_a_licence_and_its_text(name: str) -> None:
    part = THIRD["part_of"](metadata.distribution(name))
    assert part.licence
    assert sum(text.stat().st_size for text in part.texts) > 200


def test_a_file_is_looked_up(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "mine.py").touch()
    json = Path(sysconfig.get_path("stdlib"), "json/__init__.py")
    parts = THIRD["parts_of"]([Path(httpx.__file__), json, own / "mine.py"], ours=[own], also=["pystray"])
    names = [part.name for part in parts]
    assert names[0] == "httpx"
    assert "pystray" in names
    assert len(names) == 3  # and Python, or the system's package of it


def test_a_file_that_is_nobody_s_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "stray.so").touch()
    with pytest.raises(NobodysError, match=r"stray\.so"):
        THIRD["parts_of"]([tmp_path / "stray.so"], ours=[])


@pytest.mark.parametrize(
    ("case", "named"),
    [
        ({}, "MIT"),
        ({"licence": "License-Expression: BSD-3-Clause"}, "BSD-3-Clause"),
        ({"licence": "Classifier: License :: OSI Approved :: MIT License"}, "MIT License"),
        ({"text": "COPYING.LESSER"}, "MIT"),
    ],
)
def test_how_a_licence_is_named(case: dict[str, Any], named: str, tmp_path: Path) -> None:
    part = THIRD["part_of"](fake(tmp_path, **case))
    assert (part.name, part.version, part.licence) == ("thing", "1.0", named)
    assert [text.read_text("utf-8") for text in part.texts] == ["You may."]


@pytest.mark.parametrize("case", [{"text": "README"}, {"licence": "Summary: nothing is said"}])
def test_who_has_no_text_or_names_no_licence_stops_the_build(case: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(NobodysError, match=r"thing 1\.0"):
        THIRD["part_of"](fake(tmp_path, **case))


def test_the_list_names_every_part_and_keeps_every_text(tmp_path: Path) -> None:
    texts = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        texts.append(tmp_path / folder / "LICENSE")
        texts[-1].write_text(f"the text of {folder}", "utf-8")
    part = THIRD["Part"]("thing", "1.0", "MIT", "https://thing.example/", tuple(texts))
    THIRD["write"]([part], tmp_path)
    kept = sorted(path.read_text("utf-8") for path in (tmp_path / "licences/thing").iterdir())
    assert kept == ["the text of one", "the text of two"]
    listed = (tmp_path / "THIRD-PARTY.txt").read_text("utf-8")
    assert "thing 1.0\n    MIT\n    https://thing.example/\n" in listed
    named = re.findall(r"^    (licences/\S+)$", listed, re.MULTILINE)
    assert len(named) == 2
    assert all((tmp_path / name).is_file() for name in named)
