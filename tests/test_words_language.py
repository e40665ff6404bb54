"""Which language is spoken: the rules of gettext, English for all that is not known."""

from __future__ import annotations

import pytest
from babel.messages.pofile import read_po

from trayapp.words.language import FOLDER, Language, languages_of, marks


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, []),
        ({"LANG": "fr_FR.UTF-8"}, ["fr_FR"]),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "fr_CA.UTF-8"}, ["fr_CA"]),
        ({"LANG": "fr_FR", "LC_MESSAGES": "de_DE", "LC_ALL": "en_GB"}, ["en_GB"]),
        ({"LANG": "fr_FR", "LC_ALL": ""}, ["fr_FR"]),
        ({"LANG": "en_US", "LANGUAGE": "fr:de"}, ["fr", "de", "en_US"]),
        ({"LANGUAGE": "fr"}, ["fr"]),
        ({"LANG": "C", "LANGUAGE": "fr"}, []),
        ({"LC_ALL": "POSIX", "LANG": "fr_FR"}, []),
        ({"LANG": "C.UTF-8", "LANGUAGE": "fr"}, ["fr"]),
        ({"LANG": "C.UTF-8"}, []),
        ({"LANG": "ca_ES.UTF-8@valencia"}, ["ca_ES"]),
        ({"LANG": "fr_FR", "LANGUAGE": "fr_FR::fr"}, ["fr_FR", "fr"]),
        ({"LANG": "ar_MA.UTF-8"}, ["ar_MA"]),
        ({"LANG": "ar_MA.UTF-8", "LANGUAGE": "ar:fr"}, ["ar", "fr", "ar_MA"]),
        ({"LANG": "fr_MA.UTF-8", "LANGUAGE": "ar_MA:fr"}, ["ar_MA", "fr", "fr_MA"]),
    ],
)
def test_the_environment_names_languages(environ: dict[str, str], wanted: list[str]) -> None:
    assert languages_of(environ) == wanted


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ([], "en"),
        (["fr"], "fr"),
        (["fr_CA"], "fr"),
        (["fr-CA"], "fr"),
        (["xx", "fr"], "fr"),
        (["ar"], "ar"),
        (["ar_MA"], "ar"),
        (["ar-MA", "fr"], "ar"),
        (["ar", "fr", "ar_MA"], "ar"),
        (["fr", "ar_MA"], "fr"),
        (["ary", "ar"], "ar"),
        (["en", "fr"], "en"),
        (["en_GB", "fr"], "en"),
        (["xx"], "en"),
        (["C"], "en"),
        ([""], "en"),
        (["../fr"], "en"),
        (["fr/../fr"], "en"),
        (["/", "\x00", "fr\x00"], "en"),
    ],
)
def test_the_first_that_is_known_is_spoken(wanted: list[str], code: str) -> None:
    assert Language(wanted).code == code


def test_values_are_filled_in_and_never_read_as_places() -> None:
    assert Language(["en"]).text("{names}: {state}", names="{state} {0} %s", state="down") == "{state} {0} %s: down"


@pytest.mark.parametrize(("n", "said"), [(0, "est"), (1, "est"), (2, "sont"), (1_000_000, "sont")])
def test_french_counts_nothing_as_one(n: int, said: str) -> None:
    pair = marks("{names} is down", "{names} are down")
    assert Language(["fr"]).plural(pair, n, names="X") == f"X {said} en panne"


@pytest.mark.parametrize(("n", "said"), [(0, "are"), (1, "is"), (2, "are")])
def test_english_counts_nothing_as_many(n: int, said: str) -> None:
    pair = marks("{names} is down", "{names} are down")
    assert Language(["en"]).plural(pair, n, names="X") == f"X {said} down"


@pytest.mark.parametrize(
    ("n", "form"), [(0, 0), (1, 1), (2, 2), (3, 3), (10, 3), (11, 5), (99, 5), (100, 4), (102, 4), (103, 3), (111, 5)]
)
def test_arabic_has_six_forms(n: int, form: int) -> None:
    """As CLDR numbers them in a catalogue: zero, one, two, few, other, many."""
    with (FOLDER / "ar" / "LC_MESSAGES" / "fanal.po").open("rb") as file:
        (days,) = (message for message in read_po(file, locale="ar") if message.id == ("{days} d", "{days} d"))
    assert isinstance(days.string, (tuple, list))
    assert len(set(days.string)) == 5  # none and a hundred are counted alike
    said = Language(["ar"]).plural(marks("{days} d", "{days} d"), n, days=n)
    assert said == days.string[form].format(days=n)


@pytest.mark.parametrize(
    ("value", "apart"),
    [
        ("Facebook", "\u2068Facebook\u2069"),
        ("R2 (beta)", "\u2068R2 (beta)\u2069"),
        ("2024-03-05 16:02", "\u20682024-03-05 16:02\u2069"),
        ("+1 555", "\u2068+1 555\u2069"),
        ("16:02", "16:02"),
        ("14", "14"),
        ("●", "●"),
        ("", ""),
        ("عطل جزئي", "عطل جزئي"),
        ("4 مارس", "4 مارس"),
        ("\u2068Facebook\u2069", "\u2068Facebook\u2069"),
        ("\u2068A\u2069، \u2068B\u2069", "\u2068A\u2069، \u2068B\u2069"),
        ("توقف Fanal", "\u2068توقف Fanal\u2069"),
        ("\u202b\u200f● \u2068A\u2069: عطل\u202c", "● \u2068A\u2069: عطل"),
    ],
)
def test_what_runs_from_the_left_is_set_apart_in_arabic(value: str, apart: str) -> None:
    arabic = Language(["ar"])
    assert arabic.apart(value) == apart
    assert arabic.apart(arabic.apart(value)) == apart
    assert arabic.apart(arabic.text("{value}", value=value)) == apart
    for code in ("en", "fr"):
        assert Language([code]).text("{value}", value=value) == value


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("{name}: عطل", "\u202b\u200f\u2068X\u2069: عطل\u202c"),
        ("عطل: {name}", "\u202bعطل: \u2068X\u2069\u202c"),
        ("Fanal: عطل", "\u202b\u200fFanal: عطل\u202c"),
        ("16:02 عطل", "16:02 عطل"),
        ("16:02", "16:02"),
    ],
)
def test_a_line_of_arabic_runs_from_the_right_whatever_stands_before_it(message: str, said: str) -> None:
    """Toolkits take a line's direction from its first letter, set apart or not; some write a letter in front of it."""
    assert Language(["ar"]).text(message, name="X") == said
