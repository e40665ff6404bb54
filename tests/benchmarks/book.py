"""The made-up year as the window reads it: building it, and what opening, searching and looking closer cost.

    python tests/benchmarks/book.py [--keep FILE] [--days 365] [--language ar]

The functions are shared with the benchmark of the window. Prints; passes no judgement.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))
from storage_year import NOW, at, questions

from benchmarks import year
from trayapp.core.model import MINUTE, SECOND, Function, Line, Millis, Scope, State
from trayapp.core.ports import Batch
from trayapp.core.present import Icon, Row, Say, View, status
from trayapp.log import chart
from trayapp.log.book import Book, Reader
from trayapp.log.directory import Directory
from trayapp.log.filters import Filter
from trayapp.log.span import Span
from trayapp.storage.database import Database
from trayapp.words.language import Language
from trayapp.words.times import Times
from trayapp.words.voice import Voice

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
LOOK: Millis = NOW + MINUTE
"""When the window is opened: seconds after the last heartbeat."""
TYPED = ("p", "pl", "plat", "platform-0", "platform-07", "platform-07 down", "zzz")


def build(path: Path, days: int = 365) -> None:
    """The year of thirty platforms and 400 incidents, with a last word that the window can show."""
    year.build(path, days)
    names = sorted({one.platform: one.owner for one in questions()}.items())
    rows = tuple(
        Row(name, name, owner, State.UP, None, Scope.NOT_KNOWN, NOW, ((Function.WEB, State.UP),), ("answers",))
        for name, owner in names
    )
    view = View(Icon.UP, Say.ALL_WELL, (), None, 0, mark=False, line=Line.OK, looked_at=NOW, rows=rows, incidents=())
    with closing(Database(path)) as database:
        database.commit(Batch(at(LOOK - SECOND), json.dumps(status(view))), durable=True)


def reader(path: Path, language: str = "en") -> Reader:
    """As the window makes it; nobody's file names these platforms."""
    spoken = Language([language])
    return Reader(path, Directory(), Voice(spoken, Times(spoken, None)))


def timed(do: Callable[[], T]) -> tuple[float, T]:
    """Milliseconds, and what it gave."""
    began = time.perf_counter()
    found = do()
    return (time.perf_counter() - began) * 1000, found


def opening(path: Path, span: Span = Span.DAY, language: str = "en") -> float:
    """The first look of a new reader, in milliseconds: all that the window shows before anybody asks for more."""
    with reader(path, language) as found:
        return timed(partial(found.book, LOOK, span))[0]


def typing(book: Book) -> list[float]:
    """Each step of typing a search, in milliseconds; the first of them makes the index."""
    return [timed(partial(book.index.find, Filter(text)))[0] for text in TYPED]


def measure(path: Path, language: str) -> None:
    """Print what everything costs."""
    for span in Span:
        took = [opening(path, span, language) for _ in range(5)]
        print(f"first look, {span}: median {statistics.median(took):.1f} ms, longest {max(took):.1f}")
    with reader(path, language) as found:
        book = found.book(LOOK, Span.DAY)
        print(f"    {len(book.rows)} rows, {len(book.lines)} incidents: {book.rows[0].label!r} {book.rows[0].share!r}")
        for span in Span:
            print(f"look again, {span}: {timed(partial(found.book, LOOK, span))[0]:.1f} ms")
        print("has anything changed:", f"{timed(found.version)[0]:.2f} ms")
        print("typing:", ", ".join(f"{ms:.1f}" for ms in typing(book)), "ms")
        ids = [line.id for line in book.lines[:30]]
        print(f"who said so, 30 rows: {timed(partial(found.sources, ids))[0]:.1f} ms")
        longest = max(book.lines, key=lambda line: line.lasted or 0)
        for line in (book.lines[0], longest):
            ms, page = timed(partial(found.page, line.id, LOOK))
            assert page is not None
            print(f"page of {line.id}, {line.duration}: {ms:.1f} ms, {len(page.evidence)} lines, more: {page.more}")
        for span in Span:
            ms, series = timed(partial(found.series, book.rows[0].id, span, LOOK))
            drawn, _ = timed(partial(chart.plot, found.voice, series, 700, 220, LOOK))
            print(f"chart, {span}: {len(series.points)} steps read in {ms:.0f} ms, laid out in {drawn:.1f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--language", default="en")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = chosen.keep or Path(folder) / "history.db"
        if not file.exists():
            took, _ = timed(partial(build, file, chosen.days))
            print(f"made in {took / 1000:.0f} s")
        measure(file, chosen.language)
