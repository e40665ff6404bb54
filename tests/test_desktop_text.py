"""Texts at the door: they fit, and nothing in them can break a carrier."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trayapp.desktop.text import clip, plain

ANY = st.text(st.characters(codec=None), max_size=300)


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(ANY, st.integers(1, 200))
def test_a_clipped_text_fits(text: str, limit: int) -> None:
    assert units(clip(text, limit)) <= limit


@given(ANY)
def test_a_text_that_fits_is_left_alone(text: str) -> None:
    assert clip(text, units(text) or 1) == text


@given(st.text(st.characters(codec="utf-8"), max_size=300), st.integers(1, 200))
def test_a_clipped_text_is_a_beginning_and_says_so(text: str, limit: int) -> None:
    short = clip(text, limit)
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))
    short.encode()  # no half of a character


@given(ANY)
def test_a_plain_text_can_be_sent(text: str) -> None:
    sent = plain(text)
    assert len(sent) == len(text)
    assert "\0" not in sent
    sent.encode()


@pytest.mark.parametrize("text", ["Ça va", "فنار يعمل", "一切正常", "🏮 up\nsince 16:17", "א\u200fב"])
def test_ordinary_texts_are_left_alone(text: str) -> None:
    assert plain(text) == text


def test_an_emoji_counts_two() -> None:
    assert clip("🏮🏮🏮", 5) == "🏮🏮…"
    assert clip("🏮🏮🏮", 4) == "🏮…"
