"""The catalogues are fresh, whole and well-formed; a language is a folder that is found by itself."""

from __future__ import annotations

import re
import string
from collections import Counter
from gettext import c2py
from typing import TYPE_CHECKING

import pytest
import words_catalogues
from babel.messages.mofile import read_mo

from trayapp.words.language import FOLDER, found

if TYPE_CHECKING:
    from pathlib import Path

    from babel.messages.catalog import Catalog, Message

AGAIN = "run: python tests/words_catalogues.py, fill in what is new, and run it again"
NUMBERS = {"count", "days", "hours", "minutes", "seconds"}
every_language = pytest.mark.parametrize("path", words_catalogues.languages(), ids=lambda p: p.parent.parent.name)


def forms(text: object) -> tuple[str, ...]:
    """A message's or a translation's text: one form, or one a plural."""
    return tuple(text) if isinstance(text, (tuple, list)) else (str(text),)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def alone(catalogue: Catalog) -> set[int]:
    """The plural forms that are used for one number only."""
    rule = c2py(catalogue.plural_expr)
    uses = Counter(rule(n) for n in range(1000))
    return {form for form, used in uses.items() if used == 1}


def test_french_and_arabic_are_there() -> None:
    assert {"ar", "fr"} <= set(found())
    assert {path.parent.parent.name for path in words_catalogues.languages()} == set(found())


def test_the_template_is_what_the_source_says() -> None:
    extracted = words_catalogues.extracted()
    assert len(messages(extracted)) > 150
    assert words_catalogues.told(words_catalogues.read(words_catalogues.TEMPLATE)) == words_catalogues.told(
        extracted
    ), AGAIN


@every_language
def test_every_sentence_is_translated_and_no_other(path: Path) -> None:
    catalogue = words_catalogues.read(path)
    assert {m.id for m in messages(catalogue)} == {m.id for m in messages(words_catalogues.extracted())}, AGAIN
    assert not catalogue.obsolete
    for message in messages(catalogue):
        assert not message.fuzzy, message.id
        wanted = catalogue.num_plurals if message.pluralizable else 1
        assert len(forms(message.string)) == wanted, message.id
        assert all(form.strip() for form in forms(message.string)), message.id


@every_language
def test_translations_keep_the_places(path: Path) -> None:
    """Only a form for one single number may say that number as a word: "an hour", "two hours"."""
    catalogue = words_catalogues.read(path)
    for message in messages(catalogue):
        wanted = set().union(*map(places, forms(message.id)))
        for number, form in enumerate(forms(message.string)):
            spoken = NUMBERS if message.pluralizable and number in alone(catalogue) else set()
            assert wanted - spoken <= places(form) <= wanted, message.id


@every_language
def test_the_compiled_catalogue_is_the_po(path: Path) -> None:
    with path.with_suffix(".mo").open("rb") as file:
        compiled = {forms(m.id): forms(m.string) for m in messages(read_mo(file))}
    assert compiled == {forms(m.id): forms(m.string) for m in messages(words_catalogues.read(path))}, AGAIN


def test_french_puts_a_non_breaking_space_before_high_marks() -> None:
    for message in messages(words_catalogues.read(FOLDER / "fr" / "LC_MESSAGES" / "fanal.po")):
        for form in forms(message.string):
            assert not re.search(r"[^\u00a0][:;!?]", form), form


def test_no_sentence_promises_what_cannot_be_known() -> None:
    """Never "for everyone", never "you were not hacked"."""
    texts = [form for m in messages(words_catalogues.extracted()) for form in forms(m.id)]
    for path in words_catalogues.languages():
        texts += [form for m in messages(words_catalogues.read(path)) for form in forms(m.string)]
    for text in texts:
        assert not re.search(r"everyone|everybody|hack|pirat|tout le monde", text, re.IGNORECASE), text
        assert not re.search(r"الجميع|جميع الناس|للكل|اخترا?ق|قرصن|هاكر", text), text
