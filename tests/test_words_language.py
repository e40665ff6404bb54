"""Which language is spoken: the rules of gettext, English for all that is not known."""

from __future__ import annotations

import pytest

from trayapp.words.language import Language, languages_of, marks


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
