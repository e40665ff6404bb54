"""The papers hold: what they name exists, what they quote is said, and their pictures show what is there now."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_papers import commands, top
from PIL import Image
from platform_day import by_rule, defaults, known
from words_rig import NAMES, NOW, event, member

from trayapp.config import load_settings
from trayapp.core import schedule
from trayapp.core.model import MINUTE, Scope, State
from trayapp.core.present import Icon
from trayapp.core.story import EventKind
from trayapp.desktop.icon import draw
from trayapp.log.palette import DARK, LIGHT
from trayapp.words.forms import Forms
from trayapp.words.language import Language, found
from trayapp.words.panes import Panes
from trayapp.words.speech import speech
from trayapp.words.times import Times
from trayapp.words.voice import Voice

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "trayapp"
PAPERS = {
    name: (ROOT / name).read_text("utf-8")
    for name in ("README.md", "CHANGELOG.md", "ARCHITECTURE.md", "CONTRIBUTING.md")
}
README = PAPERS["README.md"]
PICTURES = ROOT / "assets/screenshots"
SHOWN = {Path(place).name: text for text, place in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", README)}
LARGEST, ALTOGETHER = 150_000, 1_200_000
ENGLISH = Language(["en"])
VOICE = Voice(ENGLISH, Times(ENGLISH, None))

PLACE = re.compile(r"(?<![\w/.~-])(?:trayapp|tests|assets|packaging|\.ci)/[\w./<>-]*\w")
"""A place in the repository, wherever it is named."""
MADE = {"tests/out"}
"""Folders that only a run makes."""
ELSEWHERE = re.compile(
    r"(?<![\w.])/(?:work|tmp|home|root)\b|\bpypi\b|\bpythonhosted\b|\bsession \d|#\d+\b", re.IGNORECASE
)


def prose(text: str) -> str:
    """Without what stands in lines of code."""
    return re.sub(r"^    .*$", "", text, flags=re.MULTILINE)


# What they name


@pytest.mark.parametrize("name", PAPERS)
def test_every_place_that_is_named_exists(name: str) -> None:
    named = {found for found in PLACE.findall(PAPERS[name]) if "<" not in found and found not in MADE}
    assert {place for place in named if not (ROOT / place).exists()} == set()


@pytest.mark.parametrize("name", PAPERS)
def test_every_link_leads_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", PAPERS[name])
    assert {link for link in links if not (ROOT / link.partition("#")[0]).exists()} == set()


@pytest.mark.parametrize("name", PAPERS)
def test_nothing_speaks_of_this_or_that_computer(name: str) -> None:
    assert ELSEWHERE.findall(PAPERS[name]) == []


def named_commands(text: str) -> Iterator[str]:
    """Whatever begins with ``fanal `` in code, within a sentence or on a line of its own."""
    spans = re.findall(r"`([^`\n]+)`", prose(text))
    lines = [line.strip() for line in text.splitlines() if line.startswith("    ")]
    for code in (*spans, *lines):
        yield from (part.strip() for part in re.split(r"[;,]\s|\s{2,}", code) if re.match(r"fanal [a-z-]", part))


@pytest.mark.parametrize("name", PAPERS)
def test_every_command_that_is_named_can_be_given(name: str) -> None:
    names = [[command.name] for command in commands()]
    for text in named_commands(PAPERS[name]):
        _, *words = text.partition(" is ")[0].split()
        for given in spelt_out(words):
            if given not in names:  # else it is only called by its name
                top().parse_args(given)  # ends the test with what is wrong


def spelt_out(words: list[str]) -> Iterator[list[str]]:
    """``[a|b]`` and ``a|b`` as each of them; PLATFORM as one of them; ``[…]`` may be left out."""
    if not words:
        yield []
        return
    first, *rest = words
    options = ["facebook"] if first == "PLATFORM" else first.strip("[]").split("|")
    for tail in spelt_out(rest):
        if first.startswith("["):
            yield tail
        for option in options:
            if option != "set" or tail:
                yield [option, *tail]


def test_readme_has_every_command() -> None:
    given = {text.split()[1] for text in named_commands(README)}
    assert {command.name for command in commands()} <= given


def test_readme_tells_how_to_run_and_how_to_test() -> None:
    assert "\n    python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/fanal\n" in README
    assert "\n    python3 -m venv .venv && .venv/bin/pip install -e '.[dev]' && .venv/bin/python -m pytest\n" in README


# What they quote


def test_the_platforms_are_as_many_and_the_first_ones_are_these() -> None:
    number = {9: "nine"}[len(defaults())]
    said = re.search(rf"(\d+) platforms come with it\. Until you choose, {number} are watched: ([^.]+)\.", README)
    assert said is not None
    assert int(said[1]) == len(known())
    named = re.split(r",\s+|\s+and\s+", said[2])
    assert sorted(named) == sorted(p.name for p in defaults())


def test_as_many_requests_a_minute_as_it_says() -> None:
    assert "Eight small requests a minute, a third of that on battery" in README
    assert round(sum(MINUTE / every for every in by_rule(defaults()).values())) == 8
    assert schedule.FRUGAL == 3


def test_the_languages_are_those_that_it_says() -> None:
    assert "It speaks English, French and Arabic." in README
    assert set(found()) == {"fr", "ar"}


def test_consent_is_told_in_the_words_with_which_it_is_asked() -> None:
    forms = Forms(VOICE)
    flat = README.replace("**", "")
    for sentence in (forms.outside, forms.outside_more, forms.reports, forms.reports_more, forms.no_makers.rstrip(".")):
        assert sentence in flat, "bring README's part on privacy up to date"


def test_the_settings_that_it_shows_are_good_ones(tmp_path: Path) -> None:
    [block] = re.findall(r"\n\n((?:    .*\n|\n)*?    \[privacy\]\n(?:    .*\n|\n)*)", README)
    text = re.sub(r"^    ", "", block, flags=re.MULTILINE)
    tomllib.loads(text)
    file = tmp_path / "config.toml"
    file.write_text(text, "utf-8")
    assert load_settings(file)[1] == ()


def test_the_keys_are_those_that_the_window_names() -> None:
    keys = [part.split()[0] for part in Panes(VOICE).keys.split(" · ")]
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \|$", README, flags=re.MULTILINE)
    told = {key for row in rows for key in re.split(r",\s", row)}
    assert {"Ctrl-F", "F5", "Escape"} <= set(keys) <= told


# Their pictures


def test_each_picture_is_shown_and_each_that_is_shown_is_there() -> None:
    assert {path.name for path in PICTURES.glob("*.png")} == set(SHOWN)
    assert all(len(text) > 20 for text in SHOWN.values())  # who cannot see them can read them


def test_they_are_no_burden() -> None:
    sizes = {path.name: path.stat().st_size for path in PICTURES.iterdir()}
    assert {name for name, size in sizes.items() if size > LARGEST} == set()
    assert sum(sizes.values()) < ALTOGETHER


def test_the_states_are_drawn_as_the_icon_is_today() -> None:
    large, place, row = 48, 64, 96
    with Image.open(PICTURES / "states.png") as sheet:
        wide, high = sheet.size
        assert (wide, high) == (place * len(Icon), 2 * row)
        for n, icon in enumerate(order()):
            for top_ in (0, row):
                left, down = place * n + (place - large) // 2, top_ + 8
                ground = Image.new("RGB", (large, large), sheet.getpixel((place * n, top_)))
                picture = draw(icon, large)
                ground.paste(picture, (0, 0), picture)
                there = sheet.crop((left, down, left + large, down + large))
                assert there.tobytes() == ground.tobytes(), f"{icon}: run python tests/world/pictures.py states"


def order() -> list[Icon]:
    """Of the states in the picture, as README tells it."""
    told = re.search(r"From the left: ([^.]+)\.", README)
    assert told is not None
    words = re.split(r",\s+", told[1])
    known_as = {
        "all well": Icon.UP,
        "slow": Icon.SLOW,
        "partly broken": Icon.PARTIAL,
        "down": Icon.DOWN,
        "unreachable from here": Icon.UNREACHABLE,
        "nothing known": Icon.UNKNOWN,
        "your own line is down": Icon.OFFLINE,
        "this network wants a log-in first": Icon.PORTAL,
        "watching is paused": Icon.PAUSED,
        "Fanal has stopped looking": Icon.STOPPED,
    }
    return [known_as[" ".join(word.split())] for word in words]


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_notices_in_the_pictures_are_those_that_are_given_today(language: str) -> None:
    told = json.loads((PICTURES / "told.json").read_text("utf-8"))[language]
    two = (member(name, State.DOWN, Scope.THEIRS) for name in ("facebook", "instagram"))
    toast = speech([language]).toast(event(EventKind.START, *two), NAMES, NOW)
    shown = plain(f"{told['summary']}. {told['body']}")
    assert shown == plain(f"{toast.title}. {toast.body}"), "run python tests/world/pictures.py story"
    assert shown in plain(SHOWN[f"notice-{language}.png"])


def plain(text: str) -> str:
    """Without the time of day, and without the marks that only order the letters."""
    return re.sub(r"\d\d:\d\d", "hh:mm", re.sub(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text))


@pytest.mark.parametrize(
    ("name", "ground"),
    [
        ("window-en.png", LIGHT.ground),
        ("window-ar.png", LIGHT.ground),
        ("settings-en.png", LIGHT.ground),
        ("incident-fr.png", DARK.ground),
    ],
)
def test_the_windows_have_the_colours_of_today(name: str, ground: tuple[int, int, int]) -> None:
    with Image.open(PICTURES / name) as picture:
        colours = sorted(picture.getcolors(picture.width * picture.height) or (), reverse=True)
    assert ground in [colour for _, colour in colours[:2]], "run python tests/world/pictures.py windows"


# The map


def test_the_map_has_every_room_and_every_file_of_the_core() -> None:
    text = PAPERS["ARCHITECTURE.md"]
    words = set(re.findall(r"\w+", text))
    rooms = [path.parent for path in HOUSE.rglob("__init__.py") if path.parent != HOUSE]
    assert {room.name for room in rooms} <= words
    assert {path.stem for path in (HOUSE / "core").glob("*.py") if path.stem != "__init__"} <= words


def test_contributing_names_every_script_that_makes_something() -> None:
    scripts = [path for path in ROOT.glob("tests/*.py") if not path.name.startswith("test_") and makes(path)]
    assert {path.name for path in scripts} >= {
        "platform_table.py",
        "cli_papers.py",
        "words_catalogues.py",
        "log_golden.py",
    }
    assert {path.name for path in scripts if path.name not in PAPERS["CONTRIBUTING.md"]} == set()


def makes(path: Path) -> bool:
    """Whether its first words say how it is run."""
    return f"python tests/{path.name}" in path.read_text("utf-8")[:600]
