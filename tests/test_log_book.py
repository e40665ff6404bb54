"""The book of a real history: what the window shows of it, and that looking again finds what has changed."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from log_rig import DIRECTORY, NOW, T, answer, at, incident, member, voice, write

from trayapp.core.model import HOUR, MINUTE, SECOND, Failure, Gap, Outcome, Scope, Source
from trayapp.core.ports import Batch, StoreError
from trayapp.core.present import Icon, Say
from trayapp.core.story import EventKind
from trayapp.core.wishes import Wishes
from trayapp.log import page as pages
from trayapp.log.book import Reader
from trayapp.log.filters import Filter
from trayapp.log.page import said
from trayapp.log.span import Span
from trayapp.log.strip import Kind, Piece
from trayapp.storage.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write(tmp_path / "history.db")
    return tmp_path / "history.db"


@pytest.fixture
def reader(path: Path) -> Iterator[Reader]:
    with Reader(path, DIRECTORY, voice()) as found:
        yield found


def test_the_present_is_as_it_was_last_written(reader: Reader) -> None:
    book = reader.book(NOW, Span.DAY)
    assert (book.recorded, book.watching) == (True, True)
    assert book.answer == "Plaza has been down since 18:42"
    plaza, mall, cinema = book.rows
    assert (plaza.name, plaza.state, plaza.icon, plaza.shape, plaza.word) == ("Plaza", "down", Icon.DOWN, "●", "down")
    assert (plaza.since, plaza.scope, plaza.tell_back) == ("18:42", "The fault is on their side.", True)
    assert [(f.name, f.word) for f in plaza.functions] == [("The web site", "down")]
    assert plaza.label == "● Plaza: down since 18:42"
    assert (mall.since, mall.scope, mall.snoozed) == ("", "", "left out until 20:02")
    assert (cinema.word, cinema.share) == ("not known", "")
    assert book.platforms == (("cinema", "Cinéma"), ("mall", "Mall"), ("plaza", "Plaza"))


def test_a_strip_shows_outage_gap_and_what_came_before(reader: Reader) -> None:
    strip = reader.book(NOW, Span.DAY).rows[0].strip
    day = NOW - 24 * HOUR
    assert strip.pieces == (
        Piece(Kind.UP, day, T - 9 * HOUR),
        Piece(Kind.UNWATCHED, T - 9 * HOUR, T - 7 * HOUR),
        Piece(Kind.UP, T - 7 * HOUR, T),
        Piece(Kind.DOWN, T, T + 2 * HOUR),
        Piece(Kind.UP, T + 2 * HOUR, NOW - 20 * MINUTE),
        Piece(Kind.DOWN, NOW - 20 * MINUTE, NOW),
    )
    week = reader.book(NOW, Span.WEEK).rows[0].strip
    assert week.pieces[0] == Piece(Kind.UNWATCHED, NOW - Span.WEEK.length, NOW - 2 * 24 * HOUR)


def test_who_was_never_judged_has_a_strip_of_unwatched_time(reader: Reader) -> None:
    strip = reader.book(NOW, Span.DAY).rows[2].strip
    assert [piece.kind for piece in strip.pieces] == [Kind.UNWATCHED]


@pytest.mark.parametrize(("age", "alive"), [(10 * MINUTE, True), (20 * SECOND, False)])
def test_when_nobody_looks_it_is_said_and_the_time_since_is_unwatched(tmp_path: Path, age: int, alive: bool) -> None:  # noqa: FBT001 - a table of cases
    write(tmp_path / "history.db", heartbeat=NOW - age)
    with Reader(tmp_path / "history.db", DIRECTORY, voice()) as reader:
        book = reader.book(NOW, Span.DAY, alive=alive)
    assert not book.watching
    assert book.view is not None
    assert (book.view.icon, book.view.say) == (Icon.STOPPED, Say.STOPPED)
    assert book.answer == "Fanal has stopped looking"
    assert book.rows[0].strip.pieces[-1] == Piece(Kind.UNWATCHED, NOW - age, NOW)


def test_while_it_is_paused_nobody_looks(path: Path, reader: Reader) -> None:
    with closing(Database(path)) as database:
        database.commit(Batch(at(NOW), "{}", wishes=Wishes(paused_since=NOW - HOUR)), durable=True)
    assert reader.book(NOW, Span.DAY).gaps[-1] == Gap(NOW - HOUR, NOW)
    assert reader.series("plaza", Span.DAY, NOW).gaps[-1] == Gap(NOW - HOUR, NOW)


def test_incidents_come_latest_first_and_can_be_searched(reader: Reader) -> None:
    book = reader.book(NOW, Span.DAY)
    assert [line.id for line in book.lines] == ["two", "one"]
    assert [line.names for line in book.lines] == ["Plaza", "Plaza and Mall"]
    assert [line.id for line in book.index.find(Filter("mall"))] == ["one"]
    assert (book.functions, book.scopes) == (("web",), (Scope.THEIRS,))


def test_who_said_so_is_told_of_those_that_are_asked_for(reader: Reader) -> None:
    reader.book(NOW, Span.DAY)
    assert reader.sources(["one", "nobody"]) == {"one": (Source.DIRECT, Source.OFFICIAL)}
    assert reader.sources(["two"]) == {"two": (Source.DIRECT,)}


def test_looking_again_finds_what_was_written_meanwhile(path: Path, reader: Reader) -> None:
    first, before = reader.book(NOW, Span.DAY), reader.version()
    assert reader.book(NOW + SECOND, Span.DAY).index is first.index  # nothing new: nothing is worded again
    assert reader.version() == before
    new = incident(member("cinema"), name="three", start=NOW, length=None)
    with closing(Database(path)) as database:
        database.commit(Batch(at(NOW + SECOND), json.dumps({"platforms": []}), incidents=(new,)), durable=True)
        assert reader.version() != before
        book = reader.book(NOW + 2 * SECOND, Span.DAY)
    assert [line.id for line in book.lines] == ["three", "two", "one"]
    assert book.lines[1:] == first.lines
    assert book.lines[2] is first.lines[1]
    assert book.rows == ()


def test_who_says_so_of_what_goes_on_may_change(path: Path, reader: Reader) -> None:
    reader.book(NOW, Span.DAY)
    assert reader.sources(["two"]) == {"two": (Source.DIRECT,)}
    outside = answer(NOW - MINUTE, bad=True, source=Source.OUTSIDE, probe="far")
    with closing(Database(path)) as database:
        database.commit(Batch(at(NOW), "{}", evidence=(outside,)), durable=True)
    assert reader.sources(["two"]) == {"two": (Source.DIRECT, Source.OUTSIDE)}


def test_before_the_first_look_there_is_an_empty_book_and_then_a_full_one(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with Reader(path, DIRECTORY, voice()) as reader:
        book = reader.book(NOW, Span.DAY)
        assert (book.recorded, book.view, book.answer, book.rows, book.lines) == (False, None, "", (), ())
        assert reader.copy(NOW) == "At the moment we see no trouble from our network."
        assert reader.page("one", NOW) is None
        assert reader.series("plaza", Span.DAY, NOW).points == ()
        write(path)
        assert reader.book(NOW, Span.DAY).recorded


def test_a_history_that_is_replaced_is_found(path: Path, reader: Reader, tmp_path: Path) -> None:
    assert reader.book(NOW, Span.DAY).lines
    path.rename(tmp_path / "damaged.db")
    with closing(Database(path)) as database:
        database.commit(Batch(at(NOW), "{}"), durable=True)
    assert reader.book(NOW, Span.DAY).lines == ()


def test_a_status_that_cannot_be_read_shows_nothing_and_a_broken_file_is_told(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE snapshot SET status = '{'")
        db.commit()
    with Reader(path, DIRECTORY, voice()) as reader:
        assert reader.book(NOW, Span.DAY).rows == ()
    for file in path.parent.iterdir():
        file.write_bytes(b"no database at all, whatever its name says" * 100)
    with Reader(path, DIRECTORY, voice()) as reader, pytest.raises(StoreError):
        reader.book(NOW, Span.DAY)


# an incident's page


def test_a_page_tells_the_story_and_then_who_said_what(reader: Reader) -> None:
    reader.book(NOW, Span.DAY)
    page = reader.page("one", NOW)
    assert page is not None
    assert (page.id, page.title) == ("one", "Plaza and Mall: down")
    assert page.sentences == (
        "Plaza and Mall work again.",
        "They were down for 2 h, from 16:02 to 18:02.",
        "The fault is on their side.",
        "Who said so: this computer and their own status page.",
        "Fanal first read of it on Square Inc's status page: 16:07.",
        "It said (16:07): “We are looking into it.”.",
    )
    assert [(moment.kind, moment.clock) for moment in page.moments] == [
        (EventKind.START, "16:03"),
        (EventKind.END, "18:03"),
    ]
    assert page.moments[0].title == "Plaza and Mall are down"
    assert [(each.who, each.count, each.word) for each in page.evidence] == [
        ("this computer, www.plaza.example", 20, "a good answer, 20 times"),
        ("this computer, www.plaza.example", 240, "a failure, 240 times"),
        ("Square's status page", 1, "a failure"),
        ("this computer, www.plaza.example", 21, "a good answer, 21 times"),
    ]
    assert page.evidence[1].clock == "16:02 \N{EN DASH} 18:01"
    assert page.evidence[1].text == "The server answered with an error of its own. HTTP 503."
    assert [(bit.name, bit.ms) for bit in page.evidence[1].phases] == [
        ("dns", 5),
        ("connect", 20),
        ("tls", 45),
        ("first_byte", 110),
    ]
    assert page.evidence[2].quote == "In its own words: We are looking into it."
    assert not page.more
    assert page.copy == "Plaza and Mall work again. They were down for 2 h, from 16:02 to 18:02."


def test_what_customers_can_be_told_now(reader: Reader) -> None:
    reader.book(NOW, Span.DAY)
    assert reader.copy(NOW) == (
        "Plaza has been down since 18:42 (seen from our network). The fault is on their side, not on ours."
    )


def test_a_quote_is_cleaned_and_cut(tmp_path: Path) -> None:
    write(tmp_path / "history.db", note="\x1b[31mred\x1b[0m \u202eevil\u202c\n" + "long " * 100)
    with Reader(tmp_path / "history.db", DIRECTORY, voice()) as reader:
        reader.book(NOW, Span.DAY)
        page = reader.page("one", NOW)
    assert page is not None
    quote = page.evidence[2].quote
    assert quote.startswith("In its own words: red evil long long")
    assert quote.endswith("…")
    assert len(quote) < 230


def test_only_so_much_evidence_is_shown_and_that_there_is_more_is_said() -> None:
    turns = [answer(T + n * SECOND, bad=n % 2 == 0) for n in range(pages.MOST + 1)]
    found, more = said(voice(), turns, DIRECTORY, NOW)
    assert (len(found), more) == (pages.MOST, True)
    assert said(voice(), turns[:-1], DIRECTORY, NOW)[1] is False
    alike = (answer(T + n) for n in range(pages.MOST_ANSWERS + 1))
    found, more = said(voice(), alike, DIRECTORY, NOW)
    assert (found[0].count, more) == (pages.MOST_ANSWERS, True)


def test_the_same_said_by_two_is_told_of_each() -> None:
    told = [
        answer(T, probe="home"),
        answer(T + 1, probe="api", host="api.plaza.example"),
        answer(T + 2, probe="home"),
        answer(T + 3, probe="home", outcome=Outcome.UNKNOWN, failure=Failure.BODY_UNEXPECTED),
        answer(T + 4, probe="home"),
    ]
    found, _ = said(voice(), told, DIRECTORY, NOW)
    assert [(each.t - T, each.until - T, each.count) for each in found] == [(0, 2, 2), (1, 1, 1), (3, 3, 1), (4, 4, 1)]


# response times


def test_response_times_leave_out_what_nobody_asked(reader: Reader) -> None:
    series = reader.series("plaza", Span.DAY, NOW)
    assert (series.probe, series.probes) == ("home", ("home", "square-page"))
    assert series.gaps == (Gap(T - 9 * HOUR, T - 7 * HOUR),)
    assert series.points[0].since == (T - HOUR) // (10 * MINUTE) * 10 * MINUTE
    assert sum(point.count for point in series.points) == 480
    assert sum(point.failed for point in series.points) == 280
    assert series.points[3].phases == {"dns": 5, "connect": 20, "tls": 45, "first_byte": 110}
    assert series.points[3].median == series.points[3].high == 180  # all alike: no step of the histogram blurs it
    assert reader.series("plaza", Span.DAY, NOW, "square-page").probe == "square-page"
    assert reader.series("plaza", Span.DAY, NOW, "no such").probe == "home"
    assert reader.series("cinema", Span.DAY, NOW).points == ()
