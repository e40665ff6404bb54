"""Everything that can be said, in every language that has a folder: nothing missing, no hole, no English left."""

from __future__ import annotations

import functools
import re
import unicodedata

import pytest
import words_catalogues
from words_every import Heard, everything

from trayapp.words.language import found

LANGUAGES = ("en", *found())
WALKED = frozenset(
    "account advice commands customers explain forms lines live panes past replies shown states still tale "  # noqa: SIM905 - legible
    "times toasts vocabulary voice".split()
)
_LATIN = re.compile(r"Status Tray Plugin|[\w@./-]*[A-Za-z][\w@/-]*(?:\.\w+)*", re.ASCII)
TECHNICAL = frozenset(
    _LATIN.findall(
        "Fanal API HTTP JSON UTC proxy Ctrl-C Python SQLite GNOME Debian Fedora Arch AppIndicator StatusNotifierItem "
        "Ctrl-F Ctrl-Q F5 Escape S log .gz gzip "
        "XEmbed waybar tray Status Tray Plugin xfce4-panel --add-items dbus-user-session ca-certificates tzdata "
        "gnome-shell-extension-appindicator gnome-extensions enable ubuntu-appindicators@ubuntu.com "
        "appindicatorsupport@rgcjonas.gmail.com timedatectl set-timezone Area/City VISUAL EDITOR TZ SSL_CERT_FILE "
        "gsettings libglib2.0-bin SSL_CERT_DIR https_proxy http outside on_suspicion privacy 90m 4h 2d "
        "https://example.org setup set edit path reload privacy.outside never Tk python3-tk "
        "xdg-desktop-portal fanal status check config resume stop mute off autostart on"
    )
)
"""What Arabic writes in Latin letters too: names, commands, and terms that people know by no other word."""

_PLACE = re.compile(r"\{\w*\}")


@functools.cache
def walked(code: str) -> tuple[dict[str, set[str]], frozenset[str]]:
    """What every exit says, and the sentences it was made of."""
    language = Heard(code)
    return everything(language), frozenset(language.messages)


def said(code: str) -> dict[str, set[str]]:
    return walked(code)[0]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_exit_speaks_without_a_hole(code: str) -> None:
    for exit_, texts in said(code).items():
        assert texts, exit_
        for text in texts:
            assert text.strip(), exit_
            assert "{" not in text, (exit_, text)
            assert "}" not in text, (exit_, text)
            assert not any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in text), (exit_, text)


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_walk_passes_every_sentence(code: str) -> None:
    """Otherwise the test above would not see all of them."""
    messages = walked(code)[1]
    files = {f"trayapp/words/{name}.py" for name in WALKED}
    wanted = {
        message.id[0] if isinstance(message.id, (tuple, list)) else message.id
        for message in words_catalogues.extracted()
        if message.id and files & {file for file, _ in message.locations}
    }
    assert len(wanted) > 150
    assert wanted <= messages, wanted - messages


@pytest.mark.parametrize("code", found())
def test_no_exit_says_an_english_sentence_in_another_language(code: str) -> None:
    for exit_, texts in said(code).items():
        for text in texts & said("en")[exit_]:
            # "1 min", "maintenance": what two languages happen to write alike is a word, not a sentence.
            assert len(set(_LATIN.findall(text)) - TECHNICAL) < 2, (exit_, text)


def test_arabic_exits_say_no_english_word() -> None:
    """The names walked with are Chinese: what is Latin comes from the catalogue, or was never translated."""
    for exit_, texts in said("ar").items():
        for text in texts:
            assert set(_LATIN.findall(text)) <= TECHNICAL, (exit_, text)


def test_the_arabic_catalogue_holds_no_english_word() -> None:
    """Outside the inserted values; a term stays only where the English sentence has it as well, or explains it."""
    path = words_catalogues.LOCALE / "ar" / "LC_MESSAGES" / "fanal.po"
    for message in words_catalogues.read(path):
        whole = " ".join(message.id) if isinstance(message.id, (tuple, list)) else message.id
        for form in message.string if isinstance(message.string, (tuple, list)) else (message.string,):
            sentence = _PLACE.sub("0", form or "") if whole else ""
            assert set(_LATIN.findall(sentence)) <= TECHNICAL & {"Fanal", *_LATIN.findall(whole)}, form
            # Arabic has its own: ، ؛ ؟ But between the digits of a number a comma is no comma.
            assert not re.search(r"(?<!0)[,;?]|[,;?](?!0)", sentence), form
