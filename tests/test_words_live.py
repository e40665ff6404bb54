"""One look at one platform: each witness in one line, and what it all amounts to in one sentence."""

from __future__ import annotations

import pytest
from words_rig import ENGLISH, FRENCH, NB, T, row, view

from trayapp.core.model import Depth, Evidence, Failure, Function, Line, Outcome, Phases, Scope, Source, State
from trayapp.core.present import Say
from trayapp.words.live import conclusion, witness

WEB, SIGN_IN = Function.WEB, Function.SIGN_IN
PAGES = {"metastatus": "Meta's status page"}


def test_a_witness_of_each_kind() -> None:
    here = Evidence(T, "facebook", Source.DIRECT, Outcome.OK, "home", "www.facebook.com", status=200)
    phased = Evidence(T, "facebook", Source.DIRECT, Outcome.FAILED, host="h", phases=Phases(3, 12, 30, 81, 2))
    line = Evidence(T, "*", Source.CONTROL, Outcome.OK, "quad9", "9.9.9.9", phases=Phases(connect=4))
    worse = {"failure": Failure.OFFICIAL_MAJOR, "note": "Facebook\x1b[31m Login: High disruptions"}
    page = Evidence(T, "facebook", Source.OFFICIAL, Outcome.FAILED, "metastatus", "metastatus.com", **worse)  # type: ignore[arg-type]  # a table of cases
    far = Evidence(T, "facebook", Source.OUTSIDE, Outcome.FAILED, "doh", note="2 of 2 resolvers")
    assert [witness(ENGLISH._voice, one, PAGES) for one in (here, phased, line, page, far)] == [
        "this computer, www.facebook.com: a good answer. HTTP 200.",
        (
            "this computer, h: a failure. It took: look-up 3 ms, connection 12 ms, encryption 30 ms, first byte 81 ms, "
            "the rest 2 ms."
        ),
        "your own connection, 9.9.9.9: a good answer. It took: connection 4 ms.",
        (
            "Meta's status page: a failure. The status page reports a major outage. "
            "In its own words: Facebook Login: High disruptions"
        ),
        "other networks, doh: a failure. Public resolvers that fail too: 2 of 2.",
    ]


@pytest.mark.parametrize(
    ("state", "more", "line", "sentence"),
    [
        (State.UP, {"depth": Depth.WORKS}, Line.OK, "works; if not for you, it may be your account or this device."),
        (State.UP, {"depth": Depth.ANSWERS}, Line.OK, "answers; whether all of it works cannot be seen from outside."),
        (State.UP, {"amber": True}, Line.OK, "answers here, but trouble is reported."),
        (State.SLOW, {}, Line.OK, "answers, but slowly."),
        (State.DOWN, {"scope": Scope.THEIRS}, Line.OK, "is down, and it is their fault."),
        (State.DOWN, {"scope": Scope.WIDESPREAD}, Line.OK, "is down, and other networks see it too: it is them."),
        (
            State.PARTIAL,
            {"scope": Scope.THEIRS, "functions": ((WEB, State.UP), (SIGN_IN, State.DOWN))},
            Line.OK,
            "is partly broken (signing in), and it is their fault.",
        ),
        (
            State.UNREACHABLE,
            {"scope": Scope.YOUR_NETWORK},
            Line.OK,
            "does not answer here, but elsewhere it works: it is this network.",
        ),
        (
            State.UNREACHABLE,
            {"scope": Scope.YOUR_COUNTRY},
            Line.OK,
            "does not answer here, but elsewhere it works: it is your country.",
        ),
        (State.UNREACHABLE, {}, Line.OK, "does not answer here, and whose fault it is cannot be told from here."),
        (State.UNKNOWN, {}, Line.OK, "it cannot be told yet."),
        (State.UNKNOWN, {}, Line.OFFLINE, "it is your own connection, it is down."),
        (State.DOWN, {}, Line.PORTAL, "it is this network, it wants you to log in first."),
        (State.UNKNOWN, {}, Line.RESOLVER, "it is this network, name look-ups fail here."),
    ],
)
def test_the_conclusion_is_one_sentence(state: State, more: dict[str, object], line: Line, sentence: str) -> None:
    shown = view(Say.ALL_WELL, rows=(row("Facebook", state, **more),), line=line)
    said = conclusion(ENGLISH._voice, shown, "facebook").removeprefix("Conclusion: ").removeprefix("Facebook ")
    assert said == sentence


def test_in_french() -> None:
    shown = view(Say.DOWN, rows=(row("Facebook", State.DOWN, scope=Scope.THEIRS),))
    assert conclusion(FRENCH._voice, shown, "facebook") == (
        f"Conclusion{NB}: Facebook est en panne, et cela vient de chez eux."
    )


def test_of_whom_nothing_is_known_nothing_is_concluded() -> None:
    assert conclusion(ENGLISH._voice, view(Say.LOOKING), "facebook") == "Conclusion: it cannot be told yet."
