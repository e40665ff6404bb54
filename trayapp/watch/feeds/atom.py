"""A feed of entries, Atom or RSS: of each what it is about and, if it says so, how far the trouble has come.

An entry whose own word is not one of those for "over" is trouble, of which a feed does not tell how bad it is. A feed
that lists only what is open is empty when all is well.
"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final, NoReturn
from xml.parsers import expat

from trayapp.core.model import Failure
from trayapp.watch.feeds.documents import Malformed, moment, text_in, total
from trayapp.watch.feeds.said import Telling

if TYPE_CHECKING:
    from trayapp.core.question import Official

_ATOM = "http://www.w3.org/2005/Atom "
_DEEPEST = 32
_ENTRIES = 1_000
_TEXT = 20_000
_STATES: Final = {
    **dict.fromkeys(("resolved", "completed", "postmortem", "closed", "scheduled", "cancelled"), "over"),
    **dict.fromkeys(("in progress", "verifying"), "maintenance"),
    **dict.fromkeys(("investigating", "identified", "monitoring", "update"), "open"),
}
_WORD = rf"({'|'.join(_STATES)})\b"
_IN_TITLE = re.compile(rf"\W{{0,5}}{_WORD}|.{{0,300}}?\[\s?{_WORD}\s?\]", re.IGNORECASE)
_IN_BODY = re.compile(rf"(?:status: ?)?{_WORD}", re.IGNORECASE)
_STRONG = re.compile(r"<(?:strong|b)>([^<]{1,100})</", re.IGNORECASE)  # where the newest word stands in many of them
_KEPT = frozenset(
    {"title", "content", "summary", "description", "encoded", "updated", "pubDate", "published", "id", "link"}
)


@total
def parse(body: bytes, official: Official) -> Telling:
    """A part is called by an entry's category, or by a name that its title has."""
    feed = _Feed(text_in(body))
    if official.page and not any(official.page in about for about in feed.about):
        raise Malformed
    telling = Telling(official)
    for entry in feed.entries:
        failure = _failure(entry)
        if failure is not None:
            names = [*entry.categories, *(part for part in official.parts if _speaks_of(entry.texts["title"], part))]
            if names or official.rest:
                telling.part(names, failure, entry.texts["title"], _since(entry))
            elif not official.parts:
                telling.whole(failure, entry.texts["title"], _since(entry))
    telling.everything(None, "")
    return telling


def _failure(entry: _Entry) -> Failure | None:
    state = _STATES.get(_state(entry).casefold())
    if state == "over":
        return None
    return Failure.OFFICIAL_MAINTENANCE if state == "maintenance" else Failure.OFFICIAL_REPORTED


def _state(entry: _Entry) -> str:
    """The entry's own word for how far it is; "" if it has none."""
    title = _IN_TITLE.match(entry.texts["title"])
    if title:
        return title[1] or title[2]
    for key in ("content", "encoded", "description", "summary"):
        text = entry.texts.get(key, "").strip()
        strong = _STRONG.search(text)
        found = _IN_BODY.match(strong[1].strip() if strong else text)
        if found:
            return found[1]
    return ""


def _since(entry: _Entry) -> int | None:
    published = entry.texts.get("published") or entry.texts.get("updated")
    if published:
        return moment(published)
    try:
        return moment(parsedate_to_datetime(entry.texts.get("pubDate", "")).isoformat())
    except (ValueError, TypeError, IndexError, OverflowError):  # what that function is known to raise
        return None


def _speaks_of(title: str, part: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(part)}(?!\w)", title, re.IGNORECASE) is not None


class _Entry:
    def __init__(self) -> None:
        self.texts = {"title": ""}
        self.categories: list[str] = []


class _Feed:
    """``about``: what the feed says of itself by which a page can be known; and its entries."""

    def __init__(self, text: str) -> None:
        self.about: list[str] = []
        self.entries: list[_Entry] = []
        self._depth = 0
        self._entry: _Entry | None = None
        self._above = 0  # the depth of the entry
        self._text: list[str] = []
        parser = expat.ParserCreate("utf-8", " ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse  # no entities of its own: none of them can swell
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        try:
            parser.Parse(text.encode(), True)  # noqa: FBT003 - expat knows it by its place only
        except expat.ExpatError as error:
            raise Malformed from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if (self._depth == 0 and name not in {_ATOM + "feed", "rss"}) or self._depth >= _DEEPEST:
            raise Malformed
        self._depth += 1
        local = name.rsplit(" ", 1)[-1]
        if self._entry is not None and self._depth > self._above + 1:
            self._text.append(f"<{local}>")  # markup inside a text
            return
        self._text.clear()
        if self._entry is None and local in {"entry", "item"}:
            if len(self.entries) >= _ENTRIES:
                raise Malformed
            self._entry, self._above = _Entry(), self._depth
            self.entries.append(self._entry)
        if self._entry is not None and local == "category":
            self._entry.categories += [term for key in ("term", "label") if (term := attributes.get(key))]

    def _end(self, name: str) -> None:
        local = name.rsplit(" ", 1)[-1]
        self._depth -= 1
        if self._entry is not None and self._depth > self._above:
            self._text.append(f"</{local}>")
            return
        text = "".join(self._text)[:_TEXT].strip()
        self._text.clear()
        if self._entry is None:
            if local in {"id", "link", "title"}:
                self.about.append(text)
        elif self._depth < self._above:
            self._entry = None
        elif local == "category" and text:
            self._entry.categories.append(text)
        elif local in _KEPT and not self._entry.texts.get(local):
            self._entry.texts[local] = text


def _refuse(*_: object) -> NoReturn:
    raise Malformed
