"""Whatever the types allow is said without an exception, without a hole, and without anything a screen would obey."""

from __future__ import annotations

import unicodedata
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from words_rig import ENGLISH, FRENCH, PARIS

from trayapp.core.judge import Reason
from trayapp.core.model import Depth, Function, Instant, Line, Scope, State
from trayapp.core.present import Icon, Row, Say, View
from trayapp.core.story import Event, EventKind, Incident, Member, Phase
from trayapp.words.encode import terminal
from trayapp.words.speech import Speech, speech

speeches = st.sampled_from([ENGLISH, FRENCH, speech(["ar"], PARIS)])
words = st.text(st.characters(exclude_characters="{}%"), max_size=60)
times = st.integers(-(2**63), 2**63 - 1)
instants = st.builds(Instant, times, times, words)
rows = st.builds(
    Row,
    id=words,
    name=words,
    owner=words,
    state=st.sampled_from(State),
    depth=st.none() | st.sampled_from(Depth),
    scope=st.sampled_from(Scope),
    since=st.none() | times,
    functions=st.lists(st.tuples(st.sampled_from(Function), st.sampled_from(State)), max_size=3).map(tuple),
    reasons=st.lists(st.sampled_from([r.value for r in Reason]) | words, max_size=2).map(tuple),
    snoozed_until=st.none() | times,
    tell_back=st.booleans(),
)
views = st.builds(
    View,
    icon=st.sampled_from(Icon),
    say=st.sampled_from(Say),
    names=st.lists(words, max_size=5).map(tuple),
    since=st.none() | times,
    count=st.integers(0, 9),
    mark=st.booleans(),
    line=st.sampled_from(Line),
    looked_at=st.none() | times,
    rows=st.lists(rows, max_size=4).map(tuple),
    incidents=st.lists(words, max_size=2).map(tuple),
    unsaved=st.booleans(),
    muted_until=st.none() | times,
    quiet=st.booleans(),
)
members = st.builds(
    Member,
    platform=words,
    functions=st.lists(st.sampled_from(Function), max_size=3).map(tuple),
    state=st.sampled_from(State),
    scope=st.sampled_from(Scope),
    since=times,
    until=st.none() | times,
    witnesses=st.frozensets(words, max_size=1),
)
incidents = st.builds(
    Incident,
    id=words,
    owner=words,
    phase=st.sampled_from(Phase),
    members=st.lists(members, max_size=5).map(tuple),
    start=instants,
    end=st.none() | instants,
    events=st.integers(0, 9),
    already=st.booleans(),
    unwatched=st.booleans(),
)
events = st.builds(Event, words, st.integers(1, 9), st.sampled_from(EventKind), times, incidents, st.booleans())

KEYS = [
    *("watching", "looked_at", "line", "overall", "platforms", "incidents", "id", "name", "state", "depth", "scope"),
    *("since", "functions", "reasons", "members", "platform", "start", "end", "duration_s", "sources"),
]
codes = [m.value for enum in (State, Scope, Function, Line, Icon, Depth, Reason) for m in enum]
leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | words
    | st.sampled_from([*codes, "2024-03-05T15:17:00.000Z", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"])
)
records = st.dictionaries(
    st.sampled_from(KEYS),
    st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner)),
)


def whole(text: str) -> bool:
    """Something to see, no hole, nothing that a screen would obey."""
    return (
        text.strip() != ""
        and "{" not in text
        and "%" not in text
        and not any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in text)
    )


@given(speeches, views, times, st.booleans())
def test_every_view_can_be_shown(speech: Speech, view: View, now: int, running: bool) -> None:  # noqa: FBT001 - drawn
    face = speech.face(view, now, running=running)
    assert whole(face.answer)
    assert whole(face.tooltip)
    assert terminal(face.answer) in terminal(face.tooltip)  # without the marks that keep Arabic in order
    for choice in face.menu:
        assert choice.text == "" or whole(choice.text)
        assert all(inner.text == "" or whole(inner.text) for inner in choice.more)
    assert [c.command for c in face.menu if c.command][-1] == "quit"
    assert "" not in {face.menu[0].text, face.menu[-1].text}


@given(speeches, events, st.dictionaries(words, words), times)
def test_every_event_can_be_said(speech: Speech, event: Event, names: dict[str, str], now: int) -> None:
    toast = speech.toast(event, names, now)
    assert whole(toast.title)
    assert whole(toast.body)
    assert toast.key == event.incident
    assert not (toast.urgent and event.kind is EventKind.END)


@given(speeches, records, st.none() | st.floats(), times)
def test_every_record_can_be_printed(speech: Speech, record: dict[str, Any], age_s: float | None, now: int) -> None:
    assert all(whole(line) for line in speech.status(record, age_s, now))
    assert all(whole(line) for line in speech.log([record, record], {}))
