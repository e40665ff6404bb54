"""The past in words: what customers are told, shares that promise nothing, the story of an incident."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_rig import DIRECTORY, NOW, T, answer, at, incident, member, voice

from trayapp.core.model import DAY, HOUR, MINUTE, Function, Scope, Source, State
from trayapp.core.story import Ending, Incident, Member, Phase, Quote
from trayapp.words import customers, past, tale

NAMES = {"facebook": "Facebook", "instagram": "Instagram"}
NB = "\u00a0"
HERE, PAGE, OTHERS = Source.DIRECT, Source.OFFICIAL, Source.OUTSIDE


def bad(platform: str, state: State, scope: Scope, *functions: Function, seen: bool = True) -> Member:
    witnesses = frozenset({"home"}) if seen else frozenset()
    return member(platform, state, scope, functions=functions or (Function.WEB,), witnesses=witnesses)


def going_on(*members: Member, already: bool = False) -> Incident:
    return Incident("i", "meta", Phase.OPEN, members, at(T), events=1, already=already)


BOTH = (
    bad("facebook", State.DOWN, Scope.THEIRS, Function.SIGN_IN),
    bad("instagram", State.DOWN, Scope.THEIRS, Function.FEED),
)
OPEN = [
    (
        going_on(*BOTH),
        (HERE,),
        (
            "Facebook and Instagram have been down since 16:02 (seen from our network). The fault is on their "
            "side, not on ours. Until it is over, even a right password may be refused."
        ),
    ),
    (
        going_on(*BOTH, already=True),
        (HERE, PAGE),
        (
            "Facebook and Instagram are down (seen from our network, and reported on their own status page). "
            "The fault is on their side, not on ours. Until it is over, even a right password may be refused."
        ),
    ),
    (
        going_on(bad("facebook", State.PARTIAL, Scope.THEIRS, Function.POST, Function.FEED, seen=False)),
        (PAGE,),
        (
            "Facebook has been partly broken since 16:02, namely posting and the feed (reported on their own "
            "status page). The fault is on their side, not on ours."
        ),
    ),
    (
        going_on(bad("facebook", State.DOWN, Scope.WIDESPREAD)),
        (HERE, OTHERS),
        (
            "Facebook has been down since 16:02 (seen from our network and from others). The fault is on their "
            "side, not on ours."
        ),
    ),
    (
        going_on(bad("facebook", State.UNREACHABLE, Scope.NOT_KNOWN)),
        (HERE,),
        (
            "Facebook has not answered here since 16:02 (seen from our network). Whether it is so elsewhere too"
            " we cannot see."
        ),
    ),
    (
        going_on(bad("facebook", State.UNREACHABLE, Scope.YOUR_NETWORK)),
        (HERE, OTHERS),
        (
            "Facebook has not answered here since 16:02 (seen from our network). Elsewhere it works: the fault "
            "is in our network or on the way."
        ),
    ),
    (
        going_on(bad("facebook", State.DOWN, Scope.THEIRS), bad("instagram", State.PARTIAL, Scope.THEIRS)),
        (HERE,),
        (
            "Facebook has been down since 16:02 (seen from our network). Instagram has been partly broken since"
            " 16:02, namely the web site (seen from our network). The fault is on their side, not on ours."
        ),
    ),
    (
        going_on(bad("facebook", State.DOWN, Scope.THEIRS), bad("instagram", State.UNREACHABLE, Scope.NOT_KNOWN)),
        (HERE,),
        (
            "Facebook has been down since 16:02 (seen from our network). Instagram has not answered here since "
            "16:02 (seen from our network). Whether it is so elsewhere too we cannot see."
        ),
    ),
]


@pytest.mark.parametrize(("of", "sources", "wanted"), OPEN)
def test_what_customers_are_told_while_it_lasts(of: Incident, sources: tuple[Source, ...], wanted: str) -> None:
    assert customers.about(voice(), (of,), sources, NAMES, NOW) == wanted


def test_in_french_and_arabic_it_is_a_sentence_too() -> None:
    (of, sources, _) = OPEN[0]
    assert customers.about(voice("fr"), (of,), sources, NAMES, NOW) == (
        "Facebook et Instagram sont en panne depuis 16:02 (constaté depuis notre réseau). La panne vient de chez "
        "eux, pas de chez nous. Tant que cela dure, même un mot de passe correct peut être refusé."
    )
    said = customers.about(voice("ar"), (of,), sources, NAMES, NOW)
    assert "رُصد ذلك من شبكتنا" in said
    assert "العطل من جهتهم وليس من جهتنا." in said


def test_what_customers_are_told_when_it_is_over_and_when_nothing_is() -> None:
    assert customers.about(voice(), (incident(),), (HERE,), DIRECTORY.names, NOW) == (
        "Plaza and Mall work again. They were down for 2 h, from 16:02 to 18:02."
    )
    assert customers.about(voice(), (), (), {}, NOW) == "At the moment we see no trouble from our network."


def test_of_what_did_not_end_well_nobody_says_that_it_works() -> None:
    for ending in set(Ending) - {Ending.WELL}:
        of = replace(incident(), ending=ending)
        for said in (
            customers.about(voice(), (of,), (HERE,), DIRECTORY.names, NOW),
            " ".join(tale.summary(voice(), of, (HERE,), DIRECTORY.names, NOW, owner="Square Inc")),
            past.ending(voice(), of),
        ):
            assert "work again" not in said
            assert "works again" not in said


@pytest.mark.parametrize("of", [each for each, _, _ in OPEN])
@pytest.mark.parametrize("code", ["en", "fr", "ar"])
def test_no_more_is_blamed_on_them_than_is_known(of: Incident, code: str) -> None:
    said = customers.about(voice(code), (of,), (HERE,), NAMES, NOW)
    theirs = all(m.scope in {Scope.THEIRS, Scope.WIDESPREAD} for m in of.members)
    assert (voice(code).text("The fault is on their side, not on ours.") in said) is theirs


def test_what_their_own_page_says_is_quoted_by_name_and_counts_as_said() -> None:
    of = going_on(replace(BOTH[0], said=Quote("Signing in: <b>High</b> disruptions\x1b[31m", T + MINUTE)))
    story = " ".join(tale.summary(voice(), of, (HERE,), NAMES, NOW, owner="Meta"))
    assert "Meta's status page" in story
    assert "Signing in: <b>High</b> disruptions" in story
    assert "\x1b" not in story
    assert "(seen from our network, and reported on their own status page)" in customers.about(
        voice(), (of,), (), NAMES, NOW
    )


# shares


@pytest.mark.parametrize(
    ("share", "wanted"),
    [
        (0, "0 %"),
        (1e-9, "0.1 %"),
        (0.5, "50 %"),
        (0.123, "12.3 %"),
        (0.999, "99.9 %"),
        (0.99999, "99.9 %"),
        (1, "100 %"),
    ],
)
def test_a_share_is_cut_off_and_whole_only_where_it_is(share: float, wanted: str) -> None:
    assert past.percent(voice(), share) == wanted


def test_a_share_in_french_has_a_comma() -> None:
    assert past.percent(voice("fr"), 0.999) == f"99,9{NB}%"


@given(st.floats(0, 1))
def test_only_all_is_a_hundred_and_only_nothing_is_nought(share: float) -> None:
    said = past.percent(voice(), share)
    assert (said == "100 %") == (share == 1)
    assert (said == "0 %") == (share == 0)


@pytest.mark.parametrize(
    ("watched", "well", "wanted"),
    [
        (0.0, None, ""),
        (1.0, 1.0, "Answered 100 % of the time."),
        (0.5, None, "Watched 50 % of the time, and not known in it."),
        (0.8, 0.9999, "Answered 99.9 % of the time; watched 80 % of it."),
    ],
)
def test_how_much_of_the_time(watched: float, well: float | None, wanted: str) -> None:
    assert past.share(voice(), watched, well) == wanted


# strips, evidence


def test_a_stretch_of_a_strip_in_words() -> None:
    assert past.piece(voice(), "down", T, T + 2 * HOUR, NOW) == "16:02 to 18:02: down, 2 h"
    assert past.piece(voice(), "unwatched", T - DAY, T, NOW) == "4 Mar 16:02 to 16:02: not watched, 1 d"
    assert past.piece(voice(), "yours", T, T + MINUTE, NOW) == "16:02 to 16:03: your network or country, 1 min"


def test_whose_word_it_is() -> None:
    assert tale.who(voice(), answer(T), {}) == "this computer, www.plaza.example"
    official = answer(T, source=Source.OFFICIAL, probe="square-page", host="status.square.example")
    assert tale.who(voice(), official, DIRECTORY.pages) == "Square's status page"
    assert tale.who(voice(), official, {}) == "their own status page, status.square.example"
    assert tale.who(voice(), answer(T, probe="\x1b[31m", host=""), {}) == "this computer"
