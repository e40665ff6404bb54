"""Whatever a page may send: claims or nothing, within bounds of size and time, and never an exception."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from feeds_rig import GOOD, TROUBLE, document, official
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trayapp.core.model import Stage
from trayapp.core.question import Official
from trayapp.watch.feeds import SYSTEMS
from trayapp.watch.feeds.said import QUOTE_LIMIT, Said
from trayapp.words.encode import clean

JSON = sorted(set(SYSTEMS) - {"atom", "text"})
WIDE = settings(
    max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None
)
SLOWEST_S = 8.0
"""For a document of the greatest size, on a machine that does other things as well."""

READINGS = {
    system: [one, official(system, "other", page=one.page, url=one.url), official(system, url=one.url, web="API|Mail")]
    for system, (one, _) in GOOD.items()
}


def held(system: str, body: bytes) -> None:
    """What every reading of any document keeps to."""
    for one in READINGS[system]:
        found = SYSTEMS[system](body, one)
        assert found is None or len(found) > 0
        for each in found or ():
            sound(each, one)
        told = [f for each in found or () for f in each.functions or (None,)]
        assert len(told) == len(set(told)), "of each function one word"
        assert SYSTEMS[system](body, one) == found, "it depends on nothing else"


def sound(each: Said, one: Official) -> None:
    assert set(each.functions) <= {f for named in one.parts.values() for f in named} | set(one.rest)
    assert each.failure is None or each.failure.stage is Stage.OFFICIAL
    assert clean(each.words, QUOTE_LIMIT) == each.words
    assert each.since is None or 946_684_800_000 <= each.since < 4_102_444_800_000


@pytest.mark.parametrize("system", sorted(SYSTEMS))
@given(body=st.binary(max_size=400))
@WIDE
def test_any_bytes(system: str, body: bytes) -> None:
    held(system, body)


@pytest.mark.parametrize("system", ["atom", "text"])
@given(text=st.text(max_size=300), pieces=st.lists(st.sampled_from(["<", ">", "<p>", "</p>", "<!--", "&lt;", "&#0;"])))
@WIDE
def test_any_text(system: str, text: str, pieces: list[str]) -> None:
    held(system, (text + "".join(pieces)).encode("utf-8", "replace"))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("system", JSON)
@given(value=VALUES)
@WIDE
def test_any_json(system: str, value: object) -> None:
    held(system, json.dumps(value).encode())


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inner for place in places(each, (*path, key)))]


def changed(value: Any, path: tuple[Any, ...], new: object, *, gone: bool) -> Any:
    if not path:
        return new
    key, rest = path[0], path[1:]
    copy = dict(value) if isinstance(value, dict) else list(value)
    if gone and not rest:
        del copy[key]
    else:
        copy[key] = changed(value[key], rest, new, gone=gone)
    return copy


@pytest.mark.parametrize("system", JSON)
@given(data=st.data())
@WIDE
def test_good_documents_with_a_few_things_changed(system: str, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([n for s, (_, n) in [*GOOD.items(), *TROUBLE.items()] if s == system]))
    text = document(name).decode().strip().removeprefix("jsonCallback(").removesuffix(");")
    value = json.loads(text)
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(value)))
        if not isinstance(value, dict | list):
            break
        value = changed(value, path, data.draw(VALUES), gone=bool(path) and data.draw(st.booleans()))
    held(system, json.dumps(value).encode())


@pytest.mark.parametrize("system", sorted(SYSTEMS))
@given(data=st.data())
@WIDE
def test_good_documents_with_bytes_changed(system: str, data: st.DataObject) -> None:
    body = bytearray(document(data.draw(st.sampled_from([GOOD[system][1], TROUBLE[system][1]]))))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body) - 1))
        end = min(len(body), at + data.draw(st.integers(0, 40)))
        body[at:end] = data.draw(
            st.binary(max_size=10) | st.sampled_from([b"null", b"[", b"}", b"<", b"&", b'"', b"\\"])
        )
        if not body:
            break
    held(system, bytes(body))


# As much as comes through the door

SIZE = 4 * 1024 * 1024 - 100


def filled(start: bytes, piece: bytes, end: bytes = b"") -> bytes:
    return start + piece * ((SIZE - len(start) - len(end)) // len(piece)) + end


HUGE = {
    "brackets": filled(b"", b"["),
    "brackets in pairs": filled(b"[", b"[],", b"[]]"),
    "tables": filled(b"[", b"{},", b"{}]"),
    "quotes": filled(b"", b'"'),
    "escaped quotes": filled(b'"', b'\\"'),
    "backslashes": filled(b'["', b"\\"),
    "numbers": filled(b"[", b"1,", b"1]"),
    "one number": filled(b"[", b"1", b"]"),
    "one text": filled(b'["', b"a", b'"]'),
    "spaces": filled(b"", b" "),
    "tags": filled(b"", b"<"),
    "open tags": filled(b"<rss>", b"<a>"),
    "comments": filled(b"<p>", b"<!--"),
    "scripts": filled(b"<p>", b"<script>"),
    "ends of scripts": filled(b"<script>", b"</script "),
    "inline tags": filled(b"<p>", b"<a "),
    "references": filled(b"<p>", b"&amp"),
    "items": filled(b"<rss><channel>", b"<item/>", b"</channel></rss>"),
    "attributes": filled(b"<rss ", b"a='' ", b"/>"),
    "a call": filled(b"f(", b")"),
    "a call and spaces": filled(b"f()", b" ", b"x"),
    "calls": filled(b"f", b"("),
    "a name": filled(b"", b"a"),
    "one long title": filled(b"<rss><channel><item><title>", b"a [", b"</title></item></channel></rss>"),
    "strong words": filled(
        b"<rss><channel><item><description>", b"&lt;b&gt;a", b"</description></item></channel></rss>"
    ),
    "organisations": filled(b"[", b'{"id":"a","services":[{"status":"b"}]},', b'{"id":"a","services":[]}]'),
    "a long word": filled(b'[{"id":"facebook-login","services":[{"status":"', b"\\u202e", b'"}]}]'),
    "components": filled(
        b'{"page":{"id":"p1"},"components":[', b'{"name":"API","status":"x"},', b'{"name":"b","status":"c"}]}'
    ),
    "an incident of all": filled(
        b'{"page":{"id":"p1"},"incidents":[{"status":"x","name":"' + b"\\u0007" * 100_000 + b'","components":[',
        b'{"name":"API"},',
        b'{"name":"b"}]}]}',
    ),
    "products": filled(
        b'[{"begin":"x","service_name":"a","affected_products":[', b'{"title":"Mail"},', b'{"title":"b"}]}]'
    ),
    "a long description": filled(b'[{"begin":"x","service_name":"Mail","external_desc":"', b"*\\n", b'"}]'),
}


@pytest.mark.parametrize("what", HUGE)
def test_as_much_as_comes_through_the_door_is_read_in_time(what: str) -> None:
    body = HUGE[what]
    assert 3_900_000 < len(body) <= 4 * 1024 * 1024
    for system, (one, _) in GOOD.items():
        began = time.monotonic()
        found = SYSTEMS[system](body, one)
        took = time.monotonic() - began
        assert took < SLOWEST_S, f"{system} took {took:.1f} s"
        for each in found or ():
            sound(each, one)


@pytest.mark.parametrize("what", HUGE)
def test_a_page_with_one_sentence_is_read_in_time_up_to_its_own_size(what: str) -> None:
    one, name = GOOD["text"]
    for body in (HUGE[what][: 256 * 1024], (document(name) + HUGE[what])[: 256 * 1024]):
        began = time.monotonic()
        SYSTEMS["text"](body, one)
        took = time.monotonic() - began
        assert took < 2.0, f"{took:.1f} s"
