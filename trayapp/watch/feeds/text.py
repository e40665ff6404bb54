"""A page for people with one sentence that means all is well, such as "… is up and running.".

The sentence is one of those in ``parts`` (in place of a part's name); without any, one of ``_GOOD``. Any other page is
believed only if it is as short as such a page is, and names whom it speaks of: ``page``, or the name in its host.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from trayapp.core.model import Failure
from trayapp.watch.feeds.documents import Malformed, text_in, total
from trayapp.watch.feeds.said import Telling

if TYPE_CHECKING:
    from trayapp.core.question import Official

_GOOD = ("{name} is up and running", "all systems operational", "all systems are operational")
_LONGEST = 256 * 1024
_MOST_SEEN = 4_000
"""Characters that a person sees of such a page; more is another kind of page."""
_SENTENCE = 200
_GENERAL = frozenset({"www", "status", "api", "health"})

# Everything that opens reaches to the end where nothing closes it: no part is read twice.
_UNSEEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|noscript|template|title|svg)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE
)
_INLINE = re.compile(r"</?(?:a|abbr|b|code|em|font|i|small|span|strong|u)(?:\s[^<>]*)?>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>?")


@total
def parse(body: bytes, official: Official) -> Telling:
    """Good, or what stands in its place; nobody can know how bad that is."""
    telling = Telling(official)
    lines = _lines(body)
    names = [official.page.casefold()] if official.page else _names(official.url)
    known = {_key(sentence) for sentence in official.parts}
    known = known or {sentence.format(name=name) for sentence in _GOOD for name in names}
    for line in lines:
        if _key(line) in known:
            telling.everything(None, line)
            return telling
    telling.everything(Failure.OFFICIAL_REPORTED, _instead(lines, names))
    return telling


def _lines(body: bytes) -> list[str]:
    """What a person sees of it, a line for each block."""
    if len(body) > _LONGEST or b"<" not in body:
        raise Malformed
    bare = _TAG.sub("\n", _INLINE.sub("", _UNSEEN.sub("\n", text_in(body))))
    lines = [" ".join(line.split()) for line in html.unescape(bare).splitlines()]
    lines = [line for line in lines if line]
    if sum(map(len, lines)) > _MOST_SEEN:
        raise Malformed
    return [line for line in lines if len(line) <= _SENTENCE]


def _instead(lines: list[str], names: list[str]) -> str:
    """The sentence that stands where the good one is looked for: the first about them, else the first at all."""
    sentences = [line for line in lines if len(line.split()) > 2]
    about = [line for line in lines if any(name in line.casefold() for name in names)]
    if not about or not sentences:
        raise Malformed  # another page
    return next((line for line in sentences if line in about), sentences[0])


def _names(url: str) -> list[str]:
    labels = (urlsplit(url).hostname or "").split(".")[:-1]
    return [label for label in labels if label not in _GENERAL and len(label) > 2]


def _key(line: str) -> str:
    return " ".join(line.split()).casefold().rstrip(".! ")
