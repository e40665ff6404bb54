"""What still works: siblings, others that offer what is broken, and nobody who was not seen to answer."""

from __future__ import annotations

from dataclasses import replace

from words_rig import ENGLISH, FRENCH, NB, NOW, T, row, view

from trayapp.core.model import Function, State
from trayapp.core.present import Row, Say, View
from trayapp.words.still import button, still

MESSAGE, WEB, FEED = Function.MESSAGE, Function.WEB, Function.FEED


def watched(name: str, state: State, owner: str = "meta", **functions: State) -> Row:
    return replace(row(name, state, functions=tuple((Function(f), s) for f, s in functions.items())), owner=owner)


DOWN = watched("Facebook", State.DOWN, message=State.DOWN, web=State.DOWN)
SIBLING = watched("WhatsApp", State.UP, message=State.UP)
ALIKE = watched("Signal", State.UP, "signal", message=State.UP)


def shown(*rows: Row) -> View:
    return view(Say.DOWN, ("Facebook",), T, rows=rows)


def said(*rows: Row) -> str:
    return still(ENGLISH._voice, shown(*rows), ["facebook"], NOW).body


def test_the_button_carries_whom_it_is_about() -> None:
    assert button(ENGLISH._voice, ["facebook", "instagram"]) == ("still facebook instagram", "What still works")


def test_siblings_and_who_offers_the_same() -> None:
    body = said(DOWN, SIBLING, ALIKE)
    assert body == "Of the same owner: WhatsApp. For the same purpose: Signal. Seen from this computer at 16:18."
    toast = FRENCH.still(shown(DOWN, SIBLING, ALIKE), ["facebook"], NOW)
    assert toast.title == "Ce qui marche encore"
    assert toast.body.startswith(f"Du même propriétaire{NB}: WhatsApp. Pour le même usage{NB}: Signal.")
    assert toast.actions == ()


def test_who_offers_something_else_or_was_not_seen_well_is_not_named() -> None:
    other = watched("Netflix", State.UP, "netflix", watch=State.UP)
    unseen = watched("Telegram", State.UP, "telegram", message=State.UNKNOWN)
    slow = watched("Threads", State.SLOW, message=State.UP)
    amber = replace(watched("Discord", State.UP, "discord", message=State.UP), amber=True)
    standing = replace(watched("X", State.UP, "x", message=State.UP), standing=True)
    unknown = watched("Instagram", State.UNKNOWN)
    body = said(DOWN, other, unseen, slow, amber, standing, unknown)
    assert body == "Of what you watch, nothing of the kind was seen to answer."


def test_what_still_works_of_one_that_is_partly_broken() -> None:
    partly = watched("Facebook", State.PARTIAL, web=State.UP, sign_in=State.DOWN, feed=State.UNKNOWN)
    assert said(partly) == "At Facebook this still answers: the web site. Seen from this computer at 16:18."


def test_of_whom_nothing_is_known_to_be_broken_nobody_is_like() -> None:
    assert said(watched("Facebook", State.DOWN), ALIKE) == "Of what you watch, nothing of the kind was seen to answer."


def test_by_the_time_of_the_click_it_may_be_well_again() -> None:
    assert "Signal" not in said(watched("Facebook", State.UP, message=State.UP), ALIKE)
