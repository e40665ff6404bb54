"""The silence is news: what their own page said of an incident, when, and what it never said. In UTC+1; T is 16:02."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_rig import NOW, T, answer, at, incident, member, voice

from trayapp.core.model import DAY, HOUR, MINUTE, SECOND, Evidence, Failure, Function, Outcome, Scope, Source
from trayapp.core.ports import Batch
from trayapp.core.story import Ending
from trayapp.log.official import AROUND, MOST, TROUBLE, account, read
from trayapp.storage.database import Database
from trayapp.storage.history import History
from trayapp.words.account import briefly, told

if TYPE_CHECKING:
    from pathlib import Path

    from trayapp.core.model import Millis
    from trayapp.core.story import Incident

SIGN_IN, WEB = Function.SIGN_IN, Function.WEB
MAJOR, MINOR = Failure.OFFICIAL_MAJOR, Failure.OFFICIAL_MINOR
MAINTENANCE = Failure.OFFICIAL_MAINTENANCE


def page(t: Millis, failure: Failure | None = None, note: str = "", **more: object) -> Evidence:
    """One claim of the page "square-page" about signing in: all is well, unless a failure is named."""
    values: dict[str, object] = {
        "function": SIGN_IN,
        "outcome": Outcome.OK if failure is None else Outcome.FAILED,
        "failure": failure,
        "note": note,
        "answer": f"{t}-status",
    }
    values |= {"source": Source.OFFICIAL, "probe": "square-page"}
    return answer(t, **(values | more))  # type: ignore[arg-type]  # a table of cases


def unread(t: Millis) -> Evidence:
    return page(t, Failure.OFFICIAL_UNREADABLE, "503", outcome=Outcome.UNKNOWN, function=None)


def you(t: Millis) -> Evidence:
    return Evidence(t, "plaza", Source.YOU, Outcome.FAILED, owner="square")


def story(*evidence: Evidence, now: Millis = NOW, **more: object) -> list[str]:
    """What the incident's page tells: of signing in and the web site, from 16:02 to 18:02, unless ``more`` differs."""
    values: dict[str, object] = {"length": 2 * HOUR, "scope": Scope.THEIRS, "functions": (SIGN_IN, WEB)} | more
    found = account(_incident(**values), evidence, now)
    return [] if found is None else list(told(voice(), found, "Meta", now))


def _incident(**values: object) -> Incident:
    who = replace(member("plaza"), functions=values["functions"], scope=values["scope"])  # type: ignore[arg-type]  # same
    return incident(who, length=values["length"])  # type: ignore[arg-type]  # a table of cases


GOOD = page(T + MINUTE)
SAID = page(T + 17 * MINUTE, MAJOR, "Facebook Login: High disruptions")
QUOTED = "It said (16:19): “Facebook Login: High disruptions”."


def test_the_day_in_march() -> None:
    worse = page(T + 40 * MINUTE, MAJOR, "Facebook Login: Major disruptions")
    clear = page(T + 2 * HOUR + 5 * MINUTE)
    assert story(GOOD, page(T + 16 * MINUTE), SAID, worse, clear) == [
        "Meta's status page said nothing until 16:19, 17 min after Fanal first saw it.",
        QUOTED,
        "It said (16:42): “Facebook Login: Major disruptions”.",
        "It said that all is well again (18:07).",
    ]


def test_the_persons_own_word_is_a_beginning_too() -> None:
    assert story(you(T - 3 * MINUTE), GOOD, SAID)[0] == (
        "Meta's status page said nothing until 16:19, 20 min after you first said so."
    )
    later = story(GOOD, you(T + 2 * MINUTE), SAID)
    assert later[0] == "Meta's status page said nothing until 16:19, 17 min after Fanal first saw it."


def test_a_page_that_begins_the_story_said_so_first() -> None:
    before, first = page(T - MINUTE), page(T, MAJOR, "High disruptions")
    assert story(before, first)[0] == "Meta's status page said so first (16:02)."
    already = page(T - 5 * MINUTE, MINOR, "Low disruptions")
    assert story(already)[:2] == [
        "Meta's status page had spoken of it before Fanal saw it.",
        "It said (15:57): “Low disruptions”.",
    ]


def test_what_could_not_be_read_is_no_silence() -> None:
    assert story(unread(T + MINUTE), SAID) == ["Fanal first read of it on Meta's status page: 16:19.", QUOTED]
    assert story(page(T - MINUTE), unread(T + MINUTE), SAID)[0] == (
        "Fanal first read of it on Meta's status page: 16:19."
    )
    late = page(T + 50 * MINUTE, MAJOR, "x")  # read at 16:03, then not for three quarters of an hour
    assert story(GOOD, late)[0] == "Fanal first read of it on Meta's status page: 16:52."
    assert story(unread(T + MINUTE)) == []
    assert story(answer(T, bad=True)) == []


OPEN = {"length": None, "now": T + 22 * MINUTE}
SO_FAR = "Meta's status page has said nothing so far, 22 min after Fanal first saw it."
ALL_WELL = "Their own status page still says that all is well."


@pytest.mark.parametrize(
    ("evidence", "more", "told"),
    [
        ((page(T + 20 * MINUTE),), {}, [SO_FAR, ALL_WELL]),
        ((page(T + 20 * MINUTE),), {"scope": Scope.WIDESPREAD}, [SO_FAR, ALL_WELL]),
        ((page(T + 20 * MINUTE),), {"scope": Scope.NOT_KNOWN}, [SO_FAR]),
        ((page(T + 20 * MINUTE),), {"scope": Scope.YOUR_NETWORK}, []),  # no page can know
        ((page(T + 20 * MINUTE),), {"functions": (WEB,)}, []),  # it does not speak of the web site
        ((page(T + 20 * MINUTE, function=None),), {"functions": (WEB,)}, [SO_FAR, ALL_WELL]),
        ((page(T - MINUTE),), {}, []),  # not read since
        ((page(T + MINUTE),), {"now": T + 32 * MINUTE}, []),  # nor lately
        ((page(T + MINUTE), unread(T + 20 * MINUTE)), {}, [SO_FAR, ALL_WELL]),  # one that fails takes nothing back
        ((page(T + 20 * MINUTE), page(T + 20 * MINUTE, MAJOR, "x", function=Function.API)), {}, []),
        ((page(T + 20 * MINUTE, MAINTENANCE, "Upgrade"),), {}, ["It said (16:22): “Upgrade”."]),
        ((), {}, []),
    ],
)
def test_silence_so_far(evidence: tuple[Evidence, ...], more: dict[str, object], told: list[str]) -> None:
    values = OPEN | more
    assert story(*evidence, now=values.pop("now"), **values) == told  # type: ignore[arg-type]  # a table of cases


def test_silence_to_the_end() -> None:
    assert story(GOOD, page(T + 115 * MINUTE)) == ["Meta's status page said nothing of it."]
    assert story(GOOD) == []  # it was not read when it ended


def test_who_goes_on_when_all_is_over() -> None:
    after = page(T + 2 * HOUR + 8 * MINUTE, MINOR, "Low disruptions")
    goes_on = page(NOW - MINUTE, MINOR, "Low disruptions")
    still = "It still reports trouble, though all that Fanal asks has answered since 18:02."
    assert story(GOOD, SAID, after, goes_on)[-1] == still
    assert story(GOOD, SAID, after)[-1] == (
        "It still reported trouble (18:10), though all that Fanal asks had answered since 18:02."
    )
    assert story(GOOD, SAID, after, page(NOW - MINUTE))[-1] == "It said that all is well again (19:01)."
    assert story(GOOD, SAID)[-1] == QUOTED  # it was not read any more


def test_who_goes_on_while_it_is_open_only_for_them() -> None:
    here = [answer(T, bad=True), answer(T + 30 * MINUTE), answer(T + 31 * MINUTE, probe="other")]
    goes_on = page(T + 58 * MINUTE, MAJOR, SAID.note)
    told = story(here[0], GOOD, SAID, *here[1:], goes_on, length=None, now=T + HOUR)
    assert told[-1] == "It still reports trouble, though all that Fanal asks has answered since 16:32."
    fails = answer(T + 40 * MINUTE, bad=True, probe="other")
    assert story(here[0], GOOD, SAID, *here[1:], fails, goes_on, length=None, now=T + HOUR)[-1] == QUOTED
    only_theirs = story(page(T - MINUTE), page(T, MAJOR, "x"), page(T + 50 * MINUTE, MAJOR, "x"), length=None)
    assert only_theirs == ["Meta's status page said so first (16:02).", "It said (16:02): “x”."]


def test_one_that_was_let_go_did_not_answer_again() -> None:
    faded = replace(incident(member("plaza", functions=(SIGN_IN,))), ending=Ending.FADED)
    found = account(faded, [GOOD, SAID, page(T + 2 * HOUR + MINUTE, MAJOR, SAID.note)], NOW)
    assert found is not None
    assert found.still is None


def test_one_document_for_several_platforms_is_read_as_one() -> None:
    both = incident(member("plaza", functions=(SIGN_IN,)), member("mall", functions=(SIGN_IN,)))
    swap = T + 30 * MINUTE
    evidence = [
        replace(GOOD, platform="mall"),
        GOOD,
        SAID,
        replace(GOOD, platform="mall", t=SAID.t),
        page(swap),
        replace(SAID, platform="mall", t=swap, note="Mall: High disruptions"),
        page(T + HOUR),
        replace(GOOD, platform="mall", t=T + HOUR),
    ]
    found = account(both, evidence, NOW)
    assert found is not None
    assert [(word.t, word.words) for word in found.words] == [
        (SAID.t, SAID.note),
        (swap, "Mall: High disruptions"),
        (T + HOUR, ""),
    ]


def test_another_story_begins_where_this_one_is_over_and_their_page_is_well() -> None:
    clear, next_day = page(T + 2 * HOUR + 11 * MINUTE), page(T + 5 * HOUR, MAJOR, "Another")
    told = story(GOOD, SAID, clear, answer(T + 3 * HOUR), next_day, now=T + 6 * HOUR)
    assert told[-1] == "It said that all is well again (18:13)."


def test_words_are_bounded_and_cleaned() -> None:
    many = [page(T + n * SECOND, MINOR, f"word\x1b[31m {n} " + "x" * 9000) for n in range(1, MOST + 8)]
    said = story(GOOD, *many)
    assert len(said) == MOST + 2
    assert said[2] == "It said 7 more things in between."
    assert all("\x1b" not in each and len(each) < 260 for each in said)


def test_without_words_of_theirs() -> None:
    assert story(GOOD, page(T + HOUR, MAJOR))[-1] == "It reported trouble (17:02)."
    assert story(GOOD, page(T + HOUR, MAINTENANCE))[-1] == "It spoke of maintenance (17:02)."


@pytest.mark.parametrize(
    ("evidence", "length", "clause"),
    [
        ((GOOD, SAID), 2 * HOUR, "their status page said so after 17 min"),
        ((page(T, MAJOR, "x"),), 2 * HOUR, "their status page said so first"),
        ((unread(T), SAID), 2 * HOUR, ""),
        ((GOOD, page(T + 2 * HOUR)), 2 * HOUR, "their status page said nothing of it"),
        ((page(NOW - MINUTE),), None, "their status page has said nothing so far"),
    ],
)
def test_in_one_line_of_the_log(evidence: tuple[Evidence, ...], length: Millis | None, clause: str) -> None:
    found = account(incident(member("plaza", functions=(SIGN_IN,)), length=length), evidence, NOW)
    assert found is not None
    assert briefly(voice(), found) == clause


def test_from_a_real_history(tmp_path: Path) -> None:
    """Of an incident that goes on what this computer was answered is read only if it matters."""
    open_ = incident(member("plaza", functions=(SIGN_IN,)), length=None)
    evidence = (answer(T, bad=True), GOOD, SAID, answer(T + 20 * MINUTE), page(T + 30 * MINUTE, MAJOR, SAID.note))
    others = (page(T + 2 * MINUTE, MAJOR, "not of this story", probe="other-page"),)
    other = tuple(replace(one, platform="cinema") for one in others)
    database = Database(tmp_path / "history.db")
    database.commit(Batch(at(NOW), "{}", incidents=(open_,), evidence=(*evidence, *other)), durable=True)
    database.close()
    with History(tmp_path / "history.db") as history:
        found = read(history, open_, T + 31 * MINUTE)
        direct = list(history.evidence(sources={Source.DIRECT}))
        every = list(history.evidence())
    assert found is not None
    assert (found.first, found.proven, found.still, found.since) == (SAID.t, True, T + 30 * MINUTE, T + 20 * MINUTE)
    assert [word.words for word in found.words] == [SAID.note]
    assert [one.source for one in direct] == [Source.DIRECT] * 2
    assert len(every) == len(evidence) + 1


FAILURES = st.sampled_from([None, MAJOR, MINOR, Failure.OFFICIAL_REPORTED, MAINTENANCE, Failure.OFFICIAL_UNREADABLE])


@st.composite
def anything(draw: st.DrawFn) -> list[Evidence]:
    """Evidence of every source in order of time."""
    found = []
    for t in sorted(draw(st.lists(st.integers(T - AROUND, T + 3 * HOUR), max_size=25))):
        kind = draw(st.sampled_from(["page", "page", "page", "you", "here"]))
        if kind == "you":
            found.append(you(t))
        elif kind == "here":
            found.append(answer(t, bad=draw(st.booleans())))
        else:
            failure = draw(FAILURES)
            function = draw(st.sampled_from([SIGN_IN, WEB, Function.API, None]))
            bad = Failure.OFFICIAL_UNREADABLE
            outcome = Outcome.UNKNOWN if failure is bad else Outcome.FAILED if failure else Outcome.OK
            found.append(page(t, failure, draw(st.text(max_size=9)), function=function, outcome=outcome))
    return found


@given(anything(), st.sampled_from([None, HOUR, 2 * HOUR]), st.sampled_from(list(Scope)), st.integers(0, 2 * DAY))
def test_whatever_was_said_nothing_is_claimed_that_nobody_read(
    evidence: list[Evidence], length: Millis | None, scope: Scope, ago: Millis
) -> None:
    of = incident(member("plaza", functions=(SIGN_IN, WEB), scope=scope), length=length)
    now = T + 3 * HOUR + ago
    found = account(of, evidence, now)
    if found is None:
        return
    assert not of.here
    about = [e for e in evidence if e.source is Source.OFFICIAL and e.function in {SIGN_IN, WEB, None}]
    bad = [e.t for e in about if e.failure in TROUBLE]
    well = [e.t for e in about if e.outcome is Outcome.OK]
    assert found.first is None or found.first in bad
    assert not (found.silent and found.first is not None)
    if found.silent:
        assert any(found.began <= t for t in well)
    if found.proven:
        assert found.first is not None
        assert any(found.began <= t < found.first for t in well)
    if found.still is not None:
        assert found.still in bad
        assert found.since is not None
        assert found.since < found.still
    assert list(found.words) == sorted(found.words, key=lambda word: word.t)
    sentences = list(told(voice(), found, "Meta", now))
    assert all(sentence.strip() for sentence in sentences)
    assert len(sentences) <= len(found.words) + 4
