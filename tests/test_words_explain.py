"""Why a platform is judged as it is, witness by witness, in both languages; what commands answer."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from words_rig import ENGLISH, FRENCH, NB, NOW, T, row, view

from trayapp.cli import doctor, session
from trayapp.core import present
from trayapp.core.model import HOUR, MINUTE, SECOND, Evidence, Failure, Function, Outcome, Phases, Source, State
from trayapp.core.present import Icon, Say
from trayapp.core.wishes import FOR_EVER, Mute, Pause, Snooze, TellBack, Wish
from trayapp.words.advice import AMISS, WELL, finding
from trayapp.words.commands import _NOT_RUNNING, Commands
from trayapp.words.explain import explain, latest


def said(t: int, host: str = "www.facebook.com", source: Source = Source.DIRECT, **more: object) -> Evidence:
    values: dict[str, object] = {"outcome": Outcome.OK, "probe": "web", "host": host}
    return Evidence(t, "facebook", source, **(values | more))  # type: ignore[arg-type]  # a table of cases


DOWN = said(
    NOW - 20 * SECOND,
    outcome=Outcome.FAILED,
    failure=Failure.HTTP_SERVER_ERROR,
    status=503,
    phases=Phases(3, 12, 30, 81),
)
PAGE = said(
    NOW - 5 * MINUTE,
    "metastatus.com",
    Source.OFFICIAL,
    probe="page",
    outcome=Outcome.FAILED,
    failure=Failure.OFFICIAL_MAJOR,
    note="High\x1b[31m disruptions\nhere",
)
SHOWN = view(
    Say.DOWN,
    ("Facebook",),
    T,
    icon=Icon.DOWN,
    rows=(row("Facebook", State.DOWN, reasons=("server_errors",), functions=((Function.WEB, State.DOWN),)),),
)


def test_the_last_word_of_each_witness_the_latest_first() -> None:
    first, other, again = said(1), said(2, "graph.facebook.com"), said(3)
    page = said(4, source=Source.OFFICIAL)
    assert latest([first, other, again, page]) == (page, again, other)
    assert latest([]) == ()


HERE = (
    "    web (www.facebook.com), 20 s ago: a failure. The server answered with an error of its own. HTTP 503. "
    "It took: look-up 3 ms, connection 12 ms, encryption 30 ms, first byte 81 ms."
)
THERE = (
    "    their own status page, page (metastatus.com), 5 min ago: a failure. "
    "The status page reports a major outage. In its own words: High disruptions here"
)


def test_witness_by_witness() -> None:
    status = present.status(SHOWN)
    lines = list(explain(ENGLISH._voice, status, "facebook", said=(DOWN, PAGE), line=(), now=NOW, age_s=3))
    assert lines == [
        "● Facebook: down since 16:02",
        "    Its servers answer with errors.",
        "    The web site: down",
        "    Fanal cannot tell whose fault it is.",
        "What each witness last said:",
        HERE,
        THERE,
        "Your own connection works.",
        "    Nobody neutral was asked about it lately: the platforms' own answers vouch for it.",
    ]


def test_what_their_page_said_of_it_stands_with_whose_fault_it_is() -> None:
    status = present.status(SHOWN)
    theirs = ["It said nothing.", "It says that all is well."]
    lines = list(explain(ENGLISH._voice, status, "facebook", said=(), line=(), now=NOW, age_s=3, theirs=theirs))
    assert lines[3:6] == ["    Fanal cannot tell whose fault it is.", *(f"    {each}" for each in theirs)]
    others = explain(ENGLISH._voice, status, "nobody", said=(), line=(), now=NOW, age_s=3, theirs=theirs)
    assert not set(theirs) & {line.strip() for line in others}


def test_in_french() -> None:
    status = present.status(SHOWN)
    lines = list(explain(FRENCH._voice, status, "facebook", said=(DOWN,), line=(said(NOW - MINUTE),), now=NOW, age_s=3))
    assert lines[4] == f"Ce que chaque témoin a dit en dernier{NB}:"
    assert lines[5].startswith(f"    web (www.facebook.com), il y a 20{NB}s{NB}: ")
    assert (
        f"Durées{NB}: résolution 3{NB}ms, connexion 12{NB}ms, chiffrement 30{NB}ms, premier octet 81{NB}ms." in lines[5]
    )
    assert lines[-1].startswith(f"    web (www.facebook.com), il y a 1{NB}min{NB}: ")


def test_what_was_seen_by_a_fanal_that_has_ended_is_told_as_past() -> None:
    status = present.status(SHOWN) | {"watching": False}
    lines = list(explain(ENGLISH._voice, status, "facebook", said=(), line=(), now=NOW, age_s=7200))
    assert lines[:2] == ["Fanal is not looking at the moment.", "What it last saw, 2 h ago:"]
    assert "No witness has said anything lately." in lines


def test_of_what_is_well_nobody_is_at_fault() -> None:
    status = present.status(view(Say.ALL_WELL, rows=(row("Facebook", State.UP, reasons=("works",)),)))
    lines = list(explain(ENGLISH._voice, status, "facebook", said=(), line=(), now=NOW, age_s=3))
    assert not [line for line in lines if "fault" in line]


@pytest.mark.parametrize(
    ("wish", "english", "french"),
    [
        (Mute(T + HOUR), "No notices until 17:02.", "Plus de notifications jusqu'à 17:02."),
        (
            Mute(FOR_EVER),
            "No notices until you say: fanal mute off",
            "Plus de notifications avant que vous ne disiez~: fanal mute off",
        ),
        (Mute(None), "Notices are given again.", "Les notifications sont rétablies."),
        (
            Snooze("facebook", T + HOUR),
            "Facebook is left out of icon and notices until 17:02.",
            "Facebook est en sourdine jusqu'à 17:02~: ni icône, ni notifications.",
        ),
        (Snooze("facebook", None), "Facebook counts again.", "Facebook n'est plus en sourdine."),
        (
            TellBack("facebook"),
            "Fanal will say when Facebook is back.",
            "Fanal préviendra quand Facebook fonctionnera à nouveau.",
        ),
        (
            TellBack("facebook", wanted=False),
            "Fanal will not say especially when Facebook is back.",
            "Fanal ne préviendra pas spécialement quand Facebook fonctionnera à nouveau.",
        ),
        (
            Pause(paused=True),
            "Watching is paused: nobody is asked until you say: fanal resume",
            "La surveillance est en pause~: rien n'est interrogé avant que vous ne disiez~: fanal resume",
        ),
        (Pause(paused=False), "Watching goes on.", "La surveillance reprend."),
    ],
)
def test_what_a_granted_wish_is_answered(wish: Wish, english: str, french: str) -> None:
    assert Commands(ENGLISH._voice).granted(wish, "Facebook", NOW) == english
    assert Commands(FRENCH._voice).granted(wish, "Facebook", NOW) == french.replace("~", NB)


def test_every_command_says_what_it_cannot_do_alone() -> None:
    said_ = [Commands(ENGLISH._voice).not_running(command) for command in _NOT_RUNNING]
    assert len(set(said_)) == len(said_)
    assert all(text.startswith("Fanal is not running") for text in said_)


def test_every_finding_of_the_doctors_can_be_said_and_each_sentence_is_of_a_finding() -> None:
    places = {
        name: "x" for text in [*WELL.values(), *AMISS.values()] for _, name, _, _ in Formatter().parse(text) if name
    }
    source = "".join(Path(str(module.__file__)).read_text("utf-8") for module in (doctor, session))
    for table, well in ((WELL, True), (AMISS, False)):
        for code in table:
            for speech in (ENGLISH, FRENCH):
                assert finding(speech._voice, code, places, well=well)[2:].strip()
            assert f'"{code}"' in source or f'"{code.partition("_")[0]}_{{' in source, code
    assert set(re.findall(r'Finding\("(\w+)"', source)) <= WELL.keys() | AMISS.keys()
