"""A page's own words in a notice, and what a person who is locked out is told: sentence by sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_words_arabic import ARABIC, units
from words_rig import ENGLISH, FRENCH, NAMES, NB, NOW, T, event, member, row, view

from trayapp.core.model import MINUTE, Evidence, Failure, Function, Outcome, Scope, Source, State
from trayapp.core.present import Say, status
from trayapp.core.story import Event, EventKind, Member
from trayapp.words.explain import explain
from trayapp.words.official import QUOTE_LIMIT, Quoted, quoted

SAID = {"facebook": Quoted("Meta", "High disruptions: Facebook Login", T + 15 * MINUTE)}
ADVICE = (
    "Being signed out or refused now is what such an outage looks like. "
    "Wait until it is over before you reset anything, and trust no message that offers to unlock your account."
)


def sign_in(**more: object) -> Member:
    """What only the page says: signing in fails."""
    values = {"functions": (Function.SIGN_IN,), "witnesses": frozenset(), "reason": "official_major"}
    return member("facebook", State.PARTIAL, Scope.THEIRS, **(values | more))


def start(*members: Member, **more: object) -> Event:
    return event(EventKind.START, *members, **more)  # type: ignore[arg-type]  # a table of cases


def test_signing_in_fails_as_their_page_says() -> None:
    toast = ENGLISH.toast(start(sign_in()), NAMES, NOW, SAID)
    assert toast.title == "Signing in to Facebook fails"
    assert toast.body == (
        "Meta's status page has said since 16:17: “High disruptions: Facebook Login”. "
        f"{ADVICE} Your own connection works."
    )


def test_in_french() -> None:
    toast = FRENCH.toast(start(sign_in()), NAMES, NOW, SAID)
    assert toast.title == "La connexion à Facebook échoue"
    assert toast.body == (
        f"La page d'état officielle (Meta) dit depuis 16:17{NB}: «{NB}High disruptions: Facebook Login{NB}». "
        "Être déconnecté ou refusé en ce moment, c'est à quoi ressemble une telle panne. "
        "Attendez la fin avant de réinitialiser quoi que ce soit, et ne vous fiez à aucun message qui propose de "
        "débloquer votre compte. Votre propre connexion fonctionne."
    )


def test_in_arabic() -> None:
    toast = ARABIC.toast(start(sign_in()), NAMES, NOW, SAID)
    assert "يتعذر تسجيل الدخول إلى" in toast.title
    for part in ("16:17", "High disruptions: Facebook Login", "ولا تثق بأي رسالة تعرض فتح حسابك."):
        assert part in toast.body


@pytest.mark.parametrize("speech", [ENGLISH, FRENCH, ARABIC], ids=["en", "fr", "ar"])
def test_quote_and_advice_come_before_what_a_balloon_cuts_off(speech: object) -> None:
    body = speech.toast(start(sign_in()), NAMES, NOW, SAID).body  # type: ignore[attr-defined]
    advice = [text for text in ("unlock your account.", "débloquer votre compte.", "فتح حسابك.") if text in body]
    assert len(advice) == 1
    assert units(body[: body.index(advice[0]) + len(advice[0])]) <= (310 if speech is FRENCH else 260)


def test_without_a_quote_their_page_is_named_all_the_same() -> None:
    body = ENGLISH.toast(start(sign_in()), NAMES, NOW).body
    assert body == (f"Since 16:02. Its own status page reports an outage. {ADVICE} Your own connection works.")


def test_with_a_witness_of_ours_both_are_told() -> None:
    both = sign_in(witnesses=frozenset({"form"}), reason="server_errors_partly")
    assert ENGLISH.toast(start(both), NAMES, NOW, SAID).body == (
        "Meta's status page has said since 16:17: “High disruptions: Facebook Login”. "
        "Seen from this computer since 16:02. Some of its servers answer with errors. "
        f"{ADVICE} Your own connection works."
    )


def test_where_their_page_says_nothing_of_it_nobody_is_told_how_such_an_outage_looks() -> None:
    """What only this computer saw: the milder sentence; and none at all where signing in is not what fails."""
    ours = sign_in(witnesses=frozenset({"form"}), reason="server_errors_partly")
    assert ADVICE not in ENGLISH.toast(start(ours), NAMES, NOW).body
    assert "even a right password may be refused" in ENGLISH.toast(start(ours), NAMES, NOW).body
    feed = sign_in(functions=(Function.FEED,))
    assert "reset" not in ENGLISH.toast(start(feed), NAMES, NOW, SAID).body
    here = member("facebook", State.UNREACHABLE, Scope.YOUR_NETWORK, functions=(Function.SIGN_IN,))
    assert "reset" not in ENGLISH.toast(start(here), NAMES, NOW, SAID).body


def test_more_than_signing_in_is_partly_broken() -> None:
    more = sign_in(functions=(Function.SIGN_IN, Function.FEED))
    toast = ENGLISH.toast(start(more), NAMES, NOW, SAID)
    assert toast.title == "Facebook is partly broken"
    assert "What fails: signing in and the feed." in toast.body
    assert ADVICE in toast.body


def test_it_fails_again() -> None:
    toast = ENGLISH.toast(start(sign_in(), relapse=True), NAMES, NOW, SAID)
    assert toast.title == "Signing in to Facebook fails again"
    assert "with a pause in between" in toast.body


@given(st.text(max_size=400), st.text(max_size=200))
def test_their_words_are_cleaned_and_bounded(words: str, owner: str) -> None:
    said = quoted(ENGLISH._voice, Quoted(owner, words, T), NOW)
    assert len(said) <= QUOTE_LIMIT + 40 + 40
    assert not any(c < " " or "\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069" for c in said)


def test_no_words_and_no_time() -> None:
    assert [
        quoted(ENGLISH._voice, Quoted("Meta", words, since), NOW)
        for words in ("\x1b[31mHigh\u202e disruptions\n", " ")
        for since in (T, None)
    ] == [
        "Meta's status page has said since 16:02: “High disruptions”.",
        "Meta's status page says: “High disruptions”.",
        "Meta's status page has reported an outage since 16:02.",
        "Meta's status page reports an outage.",
    ]


PAGE = Evidence(
    NOW - MINUTE,
    "facebook",
    Source.OFFICIAL,
    Outcome.FAILED,
    "metastatus",
    function=Function.SIGN_IN,
    failure=Failure.OFFICIAL_MAJOR,
    note="High disruptions",
)


@pytest.mark.parametrize(
    ("state", "said", "told"),
    [
        (State.PARTIAL, PAGE, True),
        (State.UP, PAGE, False),
        (State.PARTIAL, replace(PAGE, function=Function.FEED), False),
        (State.PARTIAL, replace(PAGE, failure=Failure.OFFICIAL_MINOR), False),
        (State.PARTIAL, replace(PAGE, t=NOW - 31 * MINUTE), False),
    ],
)
def test_explain_tells_it_while_the_page_says_so(state: State, said: Evidence, *, told: bool) -> None:
    shown = view(Say.PARTIAL, ("Facebook",), T, rows=(row("Facebook", state, functions=((Function.SIGN_IN, state),)),))
    lines = list(explain(ENGLISH._voice, status(shown), "facebook", said=(said,), line=(), now=NOW, age_s=3))
    assert any("High disruptions" in line for line in lines)
    assert (ADVICE in " ".join(line.strip() for line in lines)) is told


def test_the_log_tells_when_their_page_said_so() -> None:
    record: dict[str, object] = {"start": "2024-03-05T15:02:00Z", "members": [], "sources": []}
    (late,) = ENGLISH.log([record | {"first_official": "2024-03-05T15:17:00Z"}])
    (first,) = ENGLISH.log([record | {"first_official": "2024-03-05T15:02:00Z"}])
    (never,) = ENGLISH.log([record | {"first_official": None}])
    assert late.endswith(" · their status page said so after 15 min")
    assert first.endswith(" · their status page said so first")
    assert "status page" not in never
