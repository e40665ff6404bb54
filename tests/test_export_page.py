"""The page: well-formed, alone, escaped, in both directions; hostile names and quotes are only ever text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_rig import DIRECTORY, NOW, T, voice, write

from trayapp.core.model import DAY, MINUTE, Scope, State
from trayapp.core.ports import Interval
from trayapp.export import drawing
from trayapp.export.page import page
from trayapp.export.style import sheet
from trayapp.log.book import Reader
from trayapp.log.directory import Directory
from trayapp.log.palette import DARK, LIGHT, hexed
from trayapp.log.span import Span
from trayapp.log.strip import strip

if TYPE_CHECKING:
    from pathlib import Path

VOID = frozenset({"meta", "br", "hr", "img", "link", "input"})
FORBIDDEN = frozenset({"script", "iframe", "object", "embed", "img", "link", "base", "form", "input", "audio", "video"})
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'onmouseover='alert(1)",
    "</style></svg></title><b>",
    "&lt;&amp;",
    "javascript:alert(1)",
    "\u202egnp.exe\x00\x1b]0;x\x07",
    "]]><!--",
)


class Seen(HTMLParser):
    """Every tag opened and closed in order, every attribute, every text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"<!--{data}")


def parsed(text: str) -> Seen:
    seen = Seen()
    seen.feed(text)
    seen.close()
    assert seen.wrong == []
    assert seen.open == []
    return seen


def written(path: Path, code: str = "en", directory: Directory = DIRECTORY, span: Span = Span.DAY) -> str:
    with Reader(path, directory, voice(code)) as reader:
        return page(reader, reader.book(NOW, span), code)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "history.db"
    write(path)
    return path


def test_it_says_what_the_window_says(history: Path) -> None:
    seen = parsed(written(history))
    text = " ".join(seen.texts)
    for wanted in (
        "Plaza has been down since 18:42",
        "Plaza and Mall work again.",
        "They were down for 2 h, from 16:02 to 18:02.",
        "a failure, 240 times",
        "In its own words: We are looking into it.",
        "Square's status page",
        "left out until 20:02",
        "encryption 45 ms",
        "Plaza has been down since 18:42 (seen from our network). The fault is on their side, not on ours.",
        "as it stood on 2024-03-05 19:02",
    ):
        assert wanted in text, wanted
    assert seen.tags.count("svg") == 1 + 3 + 1 + 3  # the hatch; a strip each; the timeline; a chart each


@pytest.mark.parametrize(("code", "direction"), [("en", "ltr"), ("fr", "ltr"), ("ar", "rtl")])
def test_it_is_in_the_persons_language_and_direction(history: Path, code: str, direction: str) -> None:
    seen = parsed(written(history, code))
    assert ("html", "lang", code) in seen.attributes
    assert ("html", "dir", direction) in seen.attributes
    if code != "en":
        assert "The story" not in " ".join(seen.texts)


def test_it_needs_nothing_else(history: Path) -> None:
    text = written(history)
    seen = parsed(text)
    assert not FORBIDDEN & set(seen.tags)
    addresses = [value for _, name, value in seen.attributes if name in {"href", "src", "action", "data", "srcset"}]
    assert addresses
    assert all(re.fullmatch(r"#i-[\w-]+", each, re.ASCII) for each in addresses)
    assert not [name for _, name, _ in seen.attributes if name.startswith("on") or name == "style"]
    (policy,) = [value for tag, name, value in seen.attributes if tag == "meta" and "default-src" in value and name]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "@import" not in text
    assert set(re.findall(r"url\((.*?)\)", text)) == {"#hatch"}
    assert not re.search(r"https?:|//", text)


def test_every_link_leads_to_a_row(history: Path) -> None:
    seen = parsed(written(history))
    rows = {value for tag, name, value in seen.attributes if tag == "tr" and name == "id"}
    links = {value.removeprefix("#") for tag, name, value in seen.attributes if tag == "a" and name == "href"}
    assert links <= rows
    assert rows == {"i-one", "i-two"}


@pytest.mark.parametrize("evil", HOSTILE)
def test_what_is_hostile_is_only_text(tmp_path: Path, evil: str) -> None:
    """Names from a person's own file, a note from a status page: the page has the same tags with or without them."""
    path = tmp_path / "history.db"
    write(path, note=evil)
    names = Directory({"plaza": evil, "mall": evil}, {"square": evil}, {"square-page": evil})
    tame = tmp_path / "tame.db"
    write(tame, note="x")
    hostile, plain = parsed(written(path, directory=names)), parsed(written(tame))
    assert sorted(hostile.tags) == sorted(plain.tags)
    assert {(tag, name) for tag, name, _ in hostile.attributes} == {(tag, name) for tag, name, _ in plain.attributes}
    assert not any(c in "\x00\x07\x1b\u202e" for text in hostile.texts for c in text)


@given(st.text(max_size=30))
def test_an_anchor_is_a_name_and_tells_apart(incident: str) -> None:
    assert re.fullmatch(r"i-[\w-]*", drawing.anchor(incident), re.ASCII)
    assert drawing.anchor(incident) != drawing.anchor(incident + "x")
    assert drawing.anchor("_5f_") != drawing.anchor("_")


def test_where_there_is_no_history_it_says_so(tmp_path: Path) -> None:
    text = " ".join(parsed(written(tmp_path / "none.db")).texts)
    assert "Fanal has not looked yet." in text
    assert "Nothing has happened yet." in text


def test_when_nobody_looks_any_more_it_says_until_when_it_was_seen(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    write(path, heartbeat=NOW - 30 * MINUTE)
    text = " ".join(parsed(written(path)).texts)
    assert "Fanal has stopped looking" in text
    assert "until 18:32" in text


def test_both_looks_are_in_the_style_and_the_reader_chooses() -> None:
    light, _, dark = sheet().partition("@media (prefers-color-scheme:dark)")
    for palette, part in ((LIGHT, light), (DARK, dark)):
        for name, colour in palette.kinds.items():
            assert f"--{name}:{hexed(colour)};" in part
        assert f"--ink:{hexed(palette.ink)};" in part


def test_a_strip_is_drawn_as_wide_as_its_time_and_mirrored_from_the_right() -> None:
    states = [
        Interval("p", State.UP, Scope.NOT_KNOWN, T - 2 * DAY),
        Interval("p", State.DOWN, Scope.THEIRS, T - DAY // 4),
    ]
    of = strip(states, [], T - DAY, T)
    rects = {}
    for rtl in (False, True):
        seen = parsed(drawing.strip(of, "a <label>", rtl=rtl))
        assert ("svg", "aria-label", "a <label>") in seen.attributes
        lefts = [float(value) for tag, name, value in seen.attributes if tag == "rect" and name == "x"]
        names = [value for tag, name, value in seen.attributes if tag == "rect" and name == "class"]
        rects[rtl] = dict(zip(names, lefts, strict=True))
    assert rects[False] == {"k-up": 0, "k-down": 450}
    assert rects[True] == {"k-up": pytest.approx(150, abs=1), "k-down": 0}
