"""The tooltip fits where Windows shows it, in any language, with any names: whole clauses go, never half a word."""

from __future__ import annotations

import itertools

import pytest
from test_words_arabic import ARABIC
from words_rig import ENGLISH, FRENCH, NOW, T, row, view

from trayapp.core.model import DAY, MINUTE, State
from trayapp.core.present import Icon, Say
from trayapp.words.speech import Speech
from trayapp.words.tooltip import LIMIT, units
from trayapp.words.voice import NAME_LIMIT

SPEECHES = [pytest.param(speech, id=name) for name, speech in (("en", ENGLISH), ("fr", FRENCH), ("ar", ARABIC))]
LONG_AGO = T - 400 * DAY
LETTERS = {
    "latin": "W" * NAME_LIMIT,
    "words": "Wonderful Widgets of the World, Limited!"[:NAME_LIMIT],
    "astral": "😀" * 40,
}
STATES = [Say.DOWN, Say.PARTIAL, Say.UNREACHABLE, Say.SLOW, Say.WARNED, Say.ALL_WELL]


@pytest.mark.parametrize("speech", SPEECHES)
@pytest.mark.parametrize("name", LETTERS.values(), ids=LETTERS)
def test_it_always_fits_and_always_tells_the_last_look(speech: Speech, name: str) -> None:
    times = speech._voice.times
    for say, n, since, looked in itertools.product(
        Say, (1, 2, 3, 4, 5, 12, 112), (None, T, T - DAY, LONG_AGO), (None, NOW, NOW - DAY, LONG_AGO)
    ):
        rows = (row("Up", State.UP), *(row(name, State.UNKNOWN) for _ in range(n)))
        shown = view(say, (name,) * n, since, looked_at=looked, mark=True, rows=rows, icon=Icon.DOWN)
        said = speech.tooltip(shown, NOW)
        assert units(said) <= LIMIT, (say, n, said)
        assert "…" not in said or say is Say.LOOKING, (say, n, said)
        if looked is not None:
            assert times.clock(looked, NOW) in said, (say, n, said)
        if say in STATES:
            assert name in said or (str(n) in said if n > 2 else n < 3), (say, n, said)
        shortest = speech._voice.times.names([name] * n, 0) if say in STATES and name not in said else ""
        assert shortest in said


@pytest.mark.parametrize("speech", SPEECHES)
def test_twelve_platforms_since_another_day_still_tell_when_it_was_looked(speech: Speech) -> None:
    names = ("Microsoft 365", "Cloudflare", "Meta Business", *("Another",) * 9)
    said = speech.tooltip(view(Say.UNREACHABLE, names, T - 60 * DAY, looked_at=NOW - MINUTE), NOW)
    assert units(said) <= LIMIT
    assert "16:19" in said
    assert "Microsoft 365" in said
    assert "9" in said or "10" in said or "11" in said


def test_in_which_order_what_is_left_out() -> None:
    def said(*names: str, since: int | None = T - DAY) -> str:
        return ENGLISH.tooltip(view(Say.UNREACHABLE, names, since), NOW)

    a, b, c = "A" * 20, "B" * 20, "C" * 20
    assert (
        said("A", "B", "C", "D")
        == "Fanal: A, B, C and 1 more have not answered here since 4 Mar 16:02 · looked at 16:18"
    )
    assert said("A" * 18, "B" * 18, "C" * 13, "D") == (
        f"{'A' * 18}, {'B' * 18}, {'C' * 13} and 1 more have not answered here since 4 Mar 16:02, looked at 16:18"
    )
    assert said(a, b, c, "D") == f"{a}, {b} and 2 more have not answered here since 4 Mar 16:02, looked at 16:18"
    assert said(a * 2, b * 2, "C") == f"{a * 2} and 2 more have not answered here since 4 Mar 16:02, looked at 16:18"
    wide = "😀" * 40
    assert said(wide) == f"{wide} does not answer here, looked at 16:18"
    assert said(wide, "B") == f"{wide} and 1 more do not answer here, looked at 16:18"


def test_counted_platforms() -> None:
    names = [[speech._voice.times.names(["x"] * n, 0) for n in (1, 2, 3, 11)] for speech in (ENGLISH, FRENCH, ARABIC)]
    assert names == [
        ["1 platform", "2 platforms", "3 platforms", "11 platforms"],
        ["1 plateforme", "2 plateformes", "3 plateformes", "11 plateformes"],
        ["منصة واحدة", "منصتان", "3 منصات", "11 منصة"],
    ]


def test_each_language_has_its_own_marks_between_clauses_and_parts() -> None:
    members = [
        {"platform": "facebook", "state": "down", "scope": "theirs", "functions": ["web"]},
        {"platform": "threads", "state": "unreachable", "scope": "not_known", "functions": ["web"]},
    ]
    record: dict[str, object] = {"start": "2024-03-05T15:17:00Z", "members": members, "sources": []}
    (english,), (french,), (arabic,) = (tuple(speech.log([record])) for speech in (ENGLISH, FRENCH, ARABIC))
    assert "facebook: down; threads: no answer here" in english
    assert "\u00a0; threads" in french
    assert "؛ " in arabic
    assert "; " not in arabic
    for speech, comma in ((ENGLISH, ", "), (FRENCH, ", "), (ARABIC, "، ")):
        assert speech._voice.times.commas(["1", "2"]) == f"1{comma}2"
