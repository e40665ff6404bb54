"""What still works: siblings, others that offer what is broken, and nobody who was not seen to answer."""

from __future__ import annotations

from dataclasses import replace

from words_rig import ENGLISH, FRENCH, NB, NOW, T, row, view

from trayapp.core.model import Function, State
from trayapp.core.present import Row, Say, View
from trayapp.words.still import button, lines, still

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


ALSO = [watched(name, State.UP, name.lower(), message=State.UP) for name in ("Signal", "Telegram", "Zoom", "Gmail")]


def behind(*rows: Row, say: Say = Say.DOWN, running: bool = True) -> dict[str, str]:
    """What stands in the menu behind the first row: text → command."""
    shown_ = replace(shown(*rows), say=say)
    own = next(c for c in ENGLISH.menu(shown_, NOW, running=running) if f" {rows[0].name}" in c.text and c.more)
    return {choice.text: choice.command for choice in own.more}


def test_the_menu_names_who_offers_what_fails_three_at_most() -> None:
    assert behind(DOWN, ALIKE)["Still works: Signal"] == "still facebook"
    assert behind(DOWN, SIBLING, *ALSO)["Still works: WhatsApp, Signal, Telegram and 2 more"] == "still facebook"
    assert f"Marche encore{NB}: Signal" in [
        choice.text for row_ in FRENCH.menu(shown(DOWN, ALIKE), NOW) for choice in row_.more
    ]


def test_the_menu_says_nothing_of_it_where_nothing_is_known_or_nothing_fails() -> None:
    sibling = watched("Threads", State.UP, feed=State.UP)  # of the same owner, for another purpose
    well = watched("Facebook", State.UP, message=State.UP)
    for rows in ((DOWN,), (DOWN, sibling), (well, ALIKE), (replace(DOWN, amber=True), ALIKE)):
        assert not [text for text in behind(*rows) if "Still works" in text]
    for say in (Say.STOPPED, Say.PAUSED):
        assert not [text for text in behind(DOWN, ALIKE, say=say) if "Still works" in text]
    assert not [text for text in behind(DOWN, ALIKE, running=False) if "Still works" in text]


def test_the_window_tells_it_a_sentence_at_a_time() -> None:
    said_ = lines(ENGLISH._voice, shown(DOWN, SIBLING, *ALSO), ["facebook"], NOW)
    assert said_ == (
        "Of the same owner: WhatsApp.",
        "For the same purpose: Signal, Telegram, Zoom and 1 more.",
        "Seen from this computer at 16:18.",
    )
    assert lines(ENGLISH._voice, replace(shown(DOWN, ALIKE), say=Say.STOPPED), ["facebook"], NOW) == ()
