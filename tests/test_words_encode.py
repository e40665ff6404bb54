"""What may be shown of a text from outside."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trayapp.words.encode import clean, terminal


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Facebook", "Facebook"),
        ("", ""),
        (" \t\r\n ", ""),
        ("a\n b\tc\x0b\x0cd", "a b c d"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;new title\x07name", "name"),
        ("\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b31mred", "red"),
        ("\x9d0;title\x9cname", "name"),
        ("\x1bPq#0\x1b\\name", "name"),
        ("\x1b]0;never ended", ""),
        ("\x1bcname\x1b", "name"),
        ("\x1b\x1b[0m[31mname", "[31mname"),
        ("a\x00b\x7fc\x85d", "a b c d"),
        ("user\u202egpj.exe", "usergpj.exe"),
        ("a\u2066b\u2069c\u200ed\u200fe\u061cf", "abcdef"),
        ("a\u2028b\u2029c\u00a0d\u3000e", "a b c d e"),
        ("zero\u200bwidth\ufeff\u00ad", "zerowidth"),
        ("half \ud800 a character", "half a character"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("\u200d \u200c", ""),
        ("<b>&amp;", "<b>&amp;"),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f468\u200d\U0001f469\u200d\U0001f467"),
    ],
)
def test_clean(text: str, shown: str) -> None:
    assert clean(text, 100) == shown


@pytest.mark.parametrize(
    ("limit", "shown"), [(11, "hello world"), (10, "hello wor…"), (7, "hello…"), (6, "hello…"), (2, "h…"), (1, "…")]
)
def test_clean_cuts_at_its_limit(limit: int, shown: str) -> None:
    assert clean("hello world", limit) == shown


def test_the_terminal_keeps_spaces_where_they_stand() -> None:
    assert terminal("    État\u00a0: \x1b[5mbon\n") == "    État\u00a0: bon "


hostile = st.text(st.characters() | st.sampled_from("\x1b[]P\\\x07\x9b\x9c\x9d;0m\u202e\u2066\ud800"))


@given(hostile)
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    for character in terminal(text):
        assert unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}
        assert unicodedata.bidirectional(character) not in {
            "LRE",
            "RLE",
            "LRO",
            "RLO",
            "PDF",
            "LRI",
            "RLI",
            "FSI",
            "PDI",
        }
    terminal(text).encode()


@given(hostile, st.integers(1, 50))
def test_clean_is_one_short_line_and_changes_nothing_twice(text: str, limit: int) -> None:
    once = clean(text, limit)
    assert len(once) <= limit
    assert once == once.strip()
    assert clean(once, limit) == once


@pytest.mark.parametrize("part", ["\x1b]", "\x1b[", "\x1b[0", "\x1bP\x1b", "\x9d;", "\x1b ", " ", "\u202e"])
def test_cleaning_takes_time_in_proportion(part: str) -> None:
    began = time.process_time()
    clean(part * 200_000, 40)
    assert time.process_time() - began < 2.0  # a scan that went back over itself would take minutes
