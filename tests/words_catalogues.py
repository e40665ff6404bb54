"""The catalogues of trayapp/locale, made from the source. Run it after changing a sentence::

    python tests/words_catalogues.py            template, every language's .po and .mo brought up to date
    python tests/words_catalogues.py LANGUAGE   the same, and a new language begun

What is left for a person: the new and the fuzzy sentences of each .po; then run it again.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
WORDS = ROOT / "trayapp" / "words"
LOCALE = ROOT / "trayapp" / "locale"
TEMPLATE = LOCALE / "fanal.pot"
KEYWORDS = {"text": None, "mark": None, "marks": (1, 2), "plural": (1, 2)}
HEADER = "# What Fanal says. Made by tests/words_catalogues.py."


def extracted() -> Catalog:
    """Every sentence that stands in the source now, where it stands, and what translators are told of it."""
    catalogue = _blank(None)
    found = extract_from_dir(WORDS, method_map=[("**.py", "python")], keywords=KEYWORDS, comment_tags=["Translators:"])
    for file, line, message, comments, context in found:
        catalogue.add(message, locations=[(f"trayapp/words/{file}", line)], auto_comments=comments, context=context)
    return catalogue


def read(path: Path) -> Catalog:
    """A .pot or .po; a language's own code is its folder's name."""
    with path.open("rb") as file:
        return read_po(file, locale=None if path == TEMPLATE else path.parent.parent.name)


def languages() -> list[Path]:
    """Every .po there is."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/fanal.po"))


def told(catalogue: Catalog) -> set[tuple[object, ...]]:
    """What must agree between source and template; line numbers may move."""
    return {
        (m.id, m.context, tuple(m.auto_comments), tuple(sorted({f for f, _ in m.locations}))) for m in catalogue if m.id
    }


def update() -> None:
    """Write what is no longer true; files of which nothing changed keep their dates."""
    template = extracted()
    if not TEMPLATE.exists() or told(read(TEMPLATE)) != told(template):
        _write(TEMPLATE, template)
    for path in languages():
        catalogue = read(path)
        catalogue.update(read(TEMPLATE), update_header_comment=False)
        _write(path, catalogue)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)


def begin(language: str) -> None:
    """An empty .po for a language that has none."""
    path = LOCALE / language / "LC_MESSAGES" / "fanal.po"
    path.parent.mkdir(parents=True)
    _write(path, _blank(language))


def _blank(language: str | None) -> Catalog:
    who = "the makers of Fanal"
    return Catalog(
        locale=language,
        project="fanal",
        version="source",
        revision_date=datetime.now(UTC),
        header_comment=HEADER,
        charset="utf-8",
        fuzzy=False,
        msgid_bugs_address=who,
        last_translator=who,
        language_team=who,
    )


def _write(path: Path, catalogue: Catalog) -> None:
    with path.open("wb") as file:
        write_po(file, catalogue, width=120, sort_by_file=True, include_lineno=False, ignore_obsolete=True)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        begin(name)
    update()
