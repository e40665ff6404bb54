"""Notices: what is urgent, which icon, how many names, how long, and whether the reasons are the judge's own."""

from __future__ import annotations

import pytest
from words_rig import ENGLISH, FRENCH, NAMES, NB, NOW, T, event, member

from trayapp.core.judge import RULES
from trayapp.core.model import DAY, Scope, State
from trayapp.core.ports import Toast
from trayapp.core.present import Icon
from trayapp.core.story import Event, EventKind
from trayapp.words.toasts import CAUSES

START, UPDATE, END = EventKind.START, EventKind.UPDATE, EventKind.END
DOWN, PARTIAL, UNREACHABLE = State.DOWN, State.PARTIAL, State.UNREACHABLE
THEIRS, OPEN = Scope.THEIRS, Scope.NOT_KNOWN
FACEBOOK, INSTAGRAM = member("facebook", DOWN, THEIRS), member("instagram", DOWN, THEIRS)


@pytest.mark.parametrize(
    ("said", "urgent", "icon"),
    [
        (event(START, FACEBOOK), True, Icon.DOWN),
        (event(START, member("facebook", UNREACHABLE, OPEN), INSTAGRAM), True, Icon.DOWN),
        (event(START, member("facebook", PARTIAL, THEIRS)), False, Icon.PARTIAL),
        (event(START, member("facebook", UNREACHABLE, OPEN)), False, Icon.UNREACHABLE),
        (event(UPDATE, FACEBOOK), False, Icon.DOWN),
        (event(UPDATE, FACEBOOK, relapse=True), True, Icon.DOWN),
        (event(UPDATE, member("facebook", UNREACHABLE, OPEN), relapse=True), False, Icon.UNREACHABLE),
        (
            event(UPDATE, member("facebook", DOWN, THEIRS, until=T), member("threads", PARTIAL, THEIRS)),
            False,
            Icon.PARTIAL,
        ),
        (event(END, FACEBOOK), False, Icon.UP),
    ],
)
def test_urgency_icon_and_key(said: Event, *, urgent: bool, icon: Icon) -> None:
    toast = ENGLISH.toast(said, NAMES, NOW)
    assert (toast.urgent, toast.icon, toast.key) == (urgent, icon, "meta-1")


def test_many_platforms_are_counted() -> None:
    members = [member(p, DOWN, THEIRS) for p in ("facebook", "instagram", "threads", "whatsapp", "messenger")]
    assert ENGLISH.toast(event(START, *members), NAMES, NOW).title == "Facebook, Instagram, Threads and 2 more are down"
    assert FRENCH.toast(event(START, *members), NAMES, NOW).title == (
        "Facebook, Instagram, Threads et 2 autres sont en panne"
    )


def test_an_outage_of_yesterday_says_its_day() -> None:
    toast = ENGLISH.toast(event(END, FACEBOOK), NAMES, NOW + DAY)
    assert toast.body == "It was down for 14 min, from 5 Mar 16:02 to 5 Mar 16:16."
    toast = FRENCH.toast(event(END, FACEBOOK), NAMES, NOW + DAY)
    assert toast.body == f"La panne a duré 14{NB}min, entre le 5 mars à 16:02 et le 5 mars à 16:16."


def test_a_platform_without_a_name_goes_by_its_id() -> None:
    assert ENGLISH.toast(event(START, FACEBOOK), {}, NOW).title == "facebook is down"


def test_a_name_from_outside_is_clean_and_short() -> None:
    names = {"facebook": "\x1b[31mFace\u202ebook\n" + "!" * 200}
    title = ENGLISH.toast(event(START, FACEBOOK), names, NOW).title
    assert title == "Facebook " + "!" * 30 + "… is down"


def test_the_usual_notices_fit_a_windows_balloon() -> None:
    """63 and 255 UTF-16 units: more is cut off there."""
    for speech in (ENGLISH, FRENCH):
        for said in (event(START, FACEBOOK, INSTAGRAM), event(START, member("facebook", UNREACHABLE, OPEN))):
            toast: Toast = speech.toast(said, NAMES, NOW)
            assert len(toast.title) <= 63
            assert len(toast.body) <= 255


def test_a_notice_gives_the_reason_that_the_judge_had() -> None:
    for verdict in (rule.verdict for rule in RULES):
        if verdict.accuses:
            said = event(START, member("facebook", verdict.state, verdict.scope, reason=verdict.reason.value))
            assert ENGLISH.reason(verdict.reason) in ENGLISH.toast(said, NAMES, NOW).body


def test_without_a_reason_kept_it_gives_one_that_fits_state_and_scope() -> None:
    for (state, scope), reason in CAUSES.items():
        assert any((r.verdict.state, r.verdict.scope, r.verdict.reason) == (state, scope, reason) for r in RULES)
        said = event(START, member("facebook", state, scope))
        assert ENGLISH.reason(reason) in ENGLISH.toast(said, NAMES, NOW).body
