"""What is asked of whom, and how often, from the data and the schedule's own rule.

python tests/platform_table.py            every host a line
python tests/platform_table.py --write    bring README's table up to date
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from platform_day import by_rule, defaults, every_page, host_of, known, pages, weight

from trayapp.core.model import DAY, MINUTE, SECOND
from trayapp.core.pages import EVERY, SOLE_EVERY, SUSPECTED_EVERY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trayapp.core.question import Official, Platform, Probe
    from trayapp.core.turns import Key

README = Path(__file__).resolve().parent.parent / "README.md"
BEGIN, END = "<!-- what it asks of whom: made by tests/platform_table.py -->", "<!-- end of what it asks of whom -->"
PAGE_READ = (
    f"read every {EVERY // MINUTE} minutes, every {SOLE_EVERY // SECOND} s where nobody else can see what they tell,"
    f" and every {SUSPECTED_EVERY // SECOND} s while something of the same owner fails"
)
"""What becomes of the pages that the data name."""
ON_SUSPICION = "on suspicion"


def how(probe: Probe) -> str:
    """What is asked, in a word."""
    return probe.method if probe.kind == "http" else probe.kind.upper()


def where(probe: Probe) -> str:
    """The host, with the port where it is an unusual one, and the path where it is not the front door."""
    port = "" if probe.port == (443 if probe.secure else 80) else f":{probe.port}"
    return f"{probe.host}{port}{probe.path if probe.path != '/' else ''}"


def sees(words: Iterable[str]) -> str:
    return ", ".join(word.replace("_", "-") for word in words)


def often(key: Key, rule: dict[Key, int]) -> str:
    """In seconds, or why not."""
    return f"{rule[key] // SECOND} s" if key in rule else ON_SUSPICION


def rows(platforms: tuple[Platform, ...]) -> Iterator[tuple[str, ...]]:
    """Platform, host, how, how often, what it sees, their own pages: a row a question."""
    rule = by_rule(platforms)
    for p in platforms:
        pages = ", ".join(host_of(o.url) for o in p.officials) or "none"
        for probe in p.probes:
            yield p.name, where(probe), how(probe), often((p.id, probe.id), rule), sees(probe.sees), pages


def plain(platforms: tuple[Platform, ...]) -> str:
    """The whole table as text."""
    head = ("platform", "host", "how", "every", "sees", "their own page")
    table = [head, *rows(platforms)]
    wide = [max(len(row[i]) for row in table) for i in range(len(head))]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(row, wide, strict=True)).rstrip() for row in table)


def markdown(shown: tuple[Platform, ...], watched: tuple[Platform, ...]) -> list[str]:
    """A row a platform of ``shown``, while all of ``watched`` are watched."""
    rule = by_rule(watched)
    lines = ["| | in routine | on suspicion | their own page |", "|---|---|---|---|"]
    for p in shown:
        routine = [probe for probe in p.probes if not probe.on_suspicion]
        later = [probe for probe in p.probes if probe.on_suspicion]
        cells = (
            p.name,
            "<br>".join(f"{how(x)} `{where(x)}` every {often((p.id, x.id), rule)}: {sees(x.sees)}" for x in routine),
            "<br>".join(f"{how(x)} `{where(x)}`: {sees(x.sees)}" for x in later),
            "<br>".join(map(page, p.officials)),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def page(official: Official) -> str:
    seen = dict.fromkeys(word for words in (*official.parts.values(), official.rest) for word in words)
    return f"`{host_of(official.url)}`: {sees(seen)}"


def section() -> str:
    """README's, between its two marks."""
    first, everybody = defaults(), known()
    rule = by_rule(first)
    probes = {(p.id, probe.id): probe for p in first for probe in p.probes}
    questions = sum(DAY / every for every in rule.values())
    megabytes = sum(weight(probes[key]) * DAY / every for key, every in rule.items()) / 1e6
    readings = sum(DAY / every for every in pages(first).values())
    rest = tuple(p for p in everybody if not p.default)
    told = (
        f"Until you have chosen, {len(first)} platforms are watched: {round(questions, -2):,.0f} questions a day while"
        f" all is well, {megabytes:.0f} MB by what each takes in the tests' small internet. `HEAD` asks for no page,"
        " `GET` for a small one, `TLS` for a certificate, `TCP` only whether somebody is there. Nobody logs in"
        " anywhere. What stands under *on suspicion* is asked only while something of the same owner fails. Their own"
        f" status pages are {PAGE_READ}; those readings, {round(readings, -2):,.0f} a day, come on top."
    )
    return "\n".join(
        [
            BEGIN,
            "",
            told,
            "",
            *markdown(first, first),
            "",
            "<details>",
            f"<summary>The other {len(rest)}, each asked as often as here when all of them are switched on</summary>",
            "",
            *markdown(rest, everybody),
            "",
            "</details>",
            "",
            END,
        ]
    )


def renewed(text: str) -> str:
    """``text`` of README with the section as it is now. Raises ValueError where its marks are missing."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("README has no marks for the table")
    return before + section() + after


def main() -> None:
    if sys.argv[1:] == ["--write"]:
        README.write_text(renewed(README.read_text("utf-8")), "utf-8")
    else:
        print(plain(known()))
        print(f"\nTheir own pages: {PAGE_READ}:")
        for p in known():
            for o in p.officials:
                print(f"  {p.name}: {o.url} every {every_page(o) // SECOND} s")


if __name__ == "__main__":
    main()
