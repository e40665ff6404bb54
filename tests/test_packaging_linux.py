"""What a Linux desktop reads of Fanal is well-formed, says it in three languages, and names what is really there."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ENTRY = ROOT / "packaging/linux/fanal.desktop"
METAINFO = ROOT / "packaging/linux/fanal.metainfo.xml"
LANGUAGES = {path.parent.parent.name for path in (ROOT / "trayapp/locale").glob("*/LC_MESSAGES/fanal.po")}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture
def entry() -> configparser.SectionProxy:
    read = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    read.optionxform = str  # type: ignore[assignment,method-assign]  # keys of a desktop entry know capitals
    read.read(ENTRY, "utf-8")
    return read["Desktop Entry"]


@pytest.mark.parametrize(
    "command",
    [["desktop-file-validate", str(ENTRY)], ["appstreamcli", "validate", "--no-net", str(METAINFO)]],
    ids=lambda command: command[0],
)
def test_the_checkers_of_the_standards_have_nothing_against_it(command: list[str]) -> None:
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "error" not in done.stdout
    assert "W:" not in done.stdout


def test_the_entry_starts_the_command_and_shows_the_icon_that_are_installed(entry: configparser.SectionProxy) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert entry["Exec"] in project["scripts"]
    assert (ROOT / f"assets/icons/{entry['Icon']}-48.png").is_file()
    assert entry["Terminal"] == "false"


def test_the_entry_speaks_every_language_that_fanal_speaks(entry: configparser.SectionProxy) -> None:
    assert {"ar", "fr"} <= LANGUAGES
    for key in ("GenericName", "Comment", "Keywords"):
        texts = [entry[key], *(entry[f"{key}[{language}]"] for language in LANGUAGES)]
        assert len(set(texts)) == len(texts)
        assert all((text.endswith(";")) == (key == "Keywords") for text in texts)


def test_the_metainfo_names_the_entry_the_icon_and_the_command(entry: configparser.SectionProxy) -> None:
    component = ET.parse(METAINFO).getroot()
    assert component.findtext("launchable[@type='desktop-id']") == ENTRY.name
    assert component.findtext("icon[@type='stock']") == entry["Icon"]
    assert component.findtext("provides/binary") == entry["Exec"]
    assert component.findtext("name") == entry["Name"]
    assert component.findtext("project_license") == "MIT"
    assert [c.text for c in component.iter("category")] == entry["Categories"].strip(";").split(";")


def test_the_metainfo_says_everything_in_every_language() -> None:
    component = ET.parse(METAINFO).getroot()
    for parent, tag in (("", "summary"), ("description", "p")):
        place = component.find(parent) if parent else component
        assert place is not None
        texts = [(element.get(LANG), element.text or "") for element in place.findall(tag)]
        by_language = {language: [text for code, text in texts if code == language] for language in (None, *LANGUAGES)}
        assert len({len(said) for said in by_language.values()}) == 1, tag
        assert all(re.search(r"\w", text) for _, text in texts)
        assert len({text for _, text in texts}) == len(texts)
