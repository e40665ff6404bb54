"""The log as one page of HTML that needs nothing else: no script, no network, no file beside it.

What the window shows, for those who have no Tk, and to keep or to send. Every text is escaped where it is written;
a policy in the page's head forbids whatever might still be smuggled in.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from trayapp.export import drawing
from trayapp.export.style import sheet
from trayapp.log import chart, incidents, ticks
from trayapp.log.series import PHASES
from trayapp.log.timeline import timeline
from trayapp.words import past
from trayapp.words.panes import Panes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trayapp.log.book import Book, Reader
    from trayapp.log.page import Page, Said
    from trayapp.log.rows import PlatformRow

STORIES: Final = 40
"""Incidents whose whole page is in it, the latest first."""
ROWS: Final = 2_000
CHARTS: Final = 40
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_WIDTH, _HEIGHT = 1040.0, 220.0


def page(reader: Reader, book: Book, language: str) -> str:
    """``book``, and what ``reader`` knows of its incidents and response times. ``language``: its code, "ar".

    Raises StoreError as the reader does. A second or so for a full history of thirty platforms.
    """
    return "".join(_parts(reader, book, language))


def _parts(reader: Reader, book: Book, language: str) -> Iterator[str]:
    voice = reader.voice
    panes, rtl = Panes(voice), voice.from_the_right
    yield (
        f'<!DOCTYPE html>\n<html lang="{escape(language.replace("_", "-"))}" dir="{"rtl" if rtl else "ltr"}">\n<head>'
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" '
        f'content="no-referrer"><title>{escape(panes.title)}</title><style>{sheet()}</style></head>\n<body>'
        f"{drawing.HATCH}<main>\n"
    )
    yield f'<p class="faint">{escape(panes.title)} · {escape(past.made(voice, book.now))}</p>'
    yield from _now(panes, reader, book)
    yield f"<h2>{escape(panes.every_platform)} · {escape(past.span(voice, book.span.value))}</h2>\n"
    yield '<section class="card">' if book.rows else f"<p>{escape(panes.no_platform)}</p>"
    yield from (_row(panes, row, rtl=rtl) for row in book.rows)
    yield "</section>\n" if book.rows else ""
    yield f"<h2>{escape(panes.incidents)}</h2>\n"
    yield from _incidents(panes, reader, book)
    yield from _charts(panes, reader, book)
    yield "</main></body></html>\n"


def _now(panes: Panes, reader: Reader, book: Book) -> Iterator[str]:
    looked = book.view.looked_at if book.view else None
    yield f"<h1>{escape(book.answer or panes.never)}</h1>\n"
    said = panes.looked(looked, book.now) if book.watching else panes.gone(looked, book.now)
    yield f'<p class="faint">{escape(said)}</p>\n'
    if any(line.end is None for line in book.lines):
        yield f"<blockquote>{escape(reader.copy(book.now))}</blockquote>\n"


def _row(panes: Panes, row: PlatformRow, *, rtl: bool) -> str:
    facts = " · ".join(fact for fact in (panes.since(row.word, row.since), row.snoozed) if fact)
    more = "".join(f"<li>{escape(each)}</li>" for each in (row.scope, *row.details) if each)
    return (
        f'<div class="row"><div><span class="shape">{escape(row.shape)}</span>'
        f'<span class="name">{escape(row.name)}</span>'
        f'<div class="faint">{escape(facts)}</div></div>'
        f"<div>{drawing.strip(row.strip, f'{row.label}. {row.share}', rtl=rtl)}"
        f'<details><summary class="faint">{escape(row.share or row.word)}</summary><ul>{more}</ul></details>'
        "</div></div>\n"
    )


def _incidents(panes: Panes, reader: Reader, book: Book) -> Iterator[str]:
    voice, lines = reader.voice, book.lines[:ROWS]
    if not lines:
        yield f"<p>{escape(panes.no_incident)}</p>\n"
        return
    rtl = voice.from_the_right
    marks = ticks.times(voice.times, book.since, book.now, _WIDTH, rtl=rtl)
    drawn = timeline(lines, book.since, book.now, _WIDTH, marks, rtl=rtl)
    said = {line.id: f"{line.names}: {line.word}, {line.since}" for line in lines}
    yield f'<section class="card">{drawing.timeline(drawn, panes.incidents, said)}</section>\n'
    stories = {line.id: reader.page(line.id, book.now) for line in lines[:STORIES]}
    sources = reader.sources(line.id for line in lines[:STORIES])
    heads = "".join(f"<th>{escape(past.heading(voice, column))}</th>" for column in incidents.COLUMNS)
    yield f'<section class="card"><table><thead><tr>{heads}</tr></thead><tbody>\n'
    for line in lines:
        who = incidents.said_by(voice, sources.get(line.id, ()))
        cells = "".join(f"<td>{escape(incidents.cell(line, column, who))}</td>" for column in incidents.COLUMNS)
        yield f'<tr id="{drawing.anchor(line.id)}">{cells}</tr>\n'
        story = stories.get(line.id)
        if story is not None:
            yield f'<tr><td colspan="{len(incidents.COLUMNS)}">{"".join(_story(panes, story))}</td></tr>\n'
    yield "</tbody></table></section>\n"


def _story(panes: Panes, story: Page) -> Iterator[str]:
    yield f"<details><summary>{escape(panes.story)}</summary>"
    yield "".join(f"<p>{escape(sentence)}</p>" for sentence in story.sentences)
    yield f"<blockquote>{escape(story.copy)}</blockquote>"
    if story.moments:
        yield f"<h3>{escape(panes.told)}</h3><ol>"
        for moment in story.moments:
            yield f"<li><time>{escape(moment.clock)}</time> <b>{escape(moment.title)}</b> {escape(moment.text)}</li>"
        yield "</ol>"
    yield f"<h3>{escape(panes.evidence)}</h3>"
    yield f"<ol>{''.join(map(_said, story.evidence))}</ol>" if story.evidence else f"<p>{escape(panes.no_evidence)}</p>"
    yield f"<p>{escape(panes.more)}</p></details>" if story.more else "</details>"


def _said(said: Said) -> str:
    phases = " · ".join(bit.text for bit in said.phases)
    quote = f"<blockquote>{escape(said.quote)}</blockquote>" if said.quote else ""
    return (
        f"<li><time>{escape(said.clock)}</time> <b>{escape(said.who)}</b> · {escape(said.word)} · {escape(said.text)} "
        f'<span class="faint">{escape(phases)}</span>{quote}</li>'
    )


def _charts(panes: Panes, reader: Reader, book: Book) -> Iterator[str]:
    voice = reader.voice
    if not book.rows:
        return
    yield f'<h2>{escape(panes.times)}</h2>\n<p class="faint">{escape(panes.times_more)}</p>\n'
    yield f'<p class="legend">{"".join(_legend(past.legend(voice, name), f"p-{name}") for name in PHASES)}</p>\n'
    for row in book.rows[:CHARTS]:
        series = reader.series(row.id, book.span, book.now)
        drawn = chart.plot(voice, series, _WIDTH, _HEIGHT, book.now)
        yield (
            f"<details{_open(book.rows)}><summary>{escape(row.name)}</summary>"
            f'<section class="card">{drawing.chart(drawn, f"{row.name}: {panes.times}")}</section></details>\n'
        )


def _open(rows: Iterable[PlatformRow]) -> str:
    """With few platforms their charts stand open."""
    return " open" if len(tuple(rows)) <= 3 else ""


def _legend(text: str, name: str) -> str:
    return f'<span><i class="{name}"></i>{escape(text)}</span>'
