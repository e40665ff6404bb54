"""What `fanal status` and `fanal log` print, from the objects that their --json prints. "~" is a non-breaking space."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from words_rig import ENGLISH, FRENCH, NAMES, NB, NOW, T, row, view

from trayapp.core import present
from trayapp.core.model import HOUR, MINUTE, Depth, Function, Line, State
from trayapp.core.present import Icon, Say
from trayapp.core.wishes import FOR_EVER
from trayapp.words.account import Account
from trayapp.words.record import maps, view_of

ROWS = (
    row(
        "Facebook",
        State.DOWN,
        reasons=("server_errors",),
        functions=((Function.WEB, State.DOWN), (Function.FEED, State.UNKNOWN)),
    ),
    row("WhatsApp", State.UP, depth=Depth.WORKS, reasons=("works",)),
)
DOWN = view(Say.DOWN, ("Facebook",), T, icon=Icon.DOWN, rows=ROWS)


def record(shown: present.View, **more: object) -> dict[str, object]:
    """As another process reads it: through JSON."""
    out: dict[str, object] = json.loads(json.dumps(present.status(shown)))
    return out | more


def test_the_status_of_a_bad_day() -> None:
    assert ENGLISH.status(record(DOWN), 3.0, NOW) == [
        "Facebook has been down since 16:02",
        "Your own connection works.",
        "Looked at 16:18.",
        "● Facebook: down since 16:02",
        "    Its servers answer with errors.",
        "    The web site: down",
        "✓ WhatsApp: works",
        "    It gave a healthy answer.",
    ]
    assert FRENCH.status(record(DOWN), 3.0, NOW) == [
        "Facebook est en panne depuis 16:02",
        "Votre propre connexion fonctionne.",
        f"Dernière vérification{NB}: 16:18.",
        f"● Facebook{NB}: en panne depuis 16:02",
        "    Ses serveurs répondent par des erreurs.",
        f"    Le site web{NB}: en panne",
        f"✓ WhatsApp{NB}: fonctionne",
        "    La réponse était bonne.",
    ]


def test_an_old_status_is_not_told_as_the_present() -> None:
    lines = ENGLISH.status(record(DOWN, watching=False), 3 * 3600 + 120.0, NOW)
    assert lines[:3] == [
        "Fanal is not looking at the moment.",
        "What it last saw, 3 h 2 min ago:",
        "● Facebook: down since 16:02",
    ]
    assert "Facebook has been down since 16:02" not in lines
    lines = FRENCH.status(record(DOWN, watching=False), 50.0, NOW)
    assert lines[:2] == [
        "Fanal ne surveille pas en ce moment.",
        f"Ce qu'il a vu en dernier, il y a 50{NB}s{NB}:",
    ]


def test_before_the_first_look() -> None:
    assert ENGLISH.status({}, None, NOW) == ["Fanal has not looked yet."]
    assert FRENCH.status({}, None, NOW) == ["Fanal n'a encore rien vérifié."]


@pytest.mark.parametrize(
    ("line", "icon", "say", "first"),
    [
        (Line.OFFLINE, Icon.OFFLINE, Say.OFFLINE, "Your connection is down: nobody can be judged"),
        (Line.RESOLVER, Icon.OFFLINE, Say.RESOLVER, "Name look-ups fail on this network"),
        (Line.PORTAL, Icon.PORTAL, Say.PORTAL, "This network wants you to log in first"),
    ],
)
def test_trouble_of_the_line_is_said_once(line: Line, icon: Icon, say: Say, first: str) -> None:
    shown = view(say, icon=icon, line=line)
    assert ENGLISH.status(record(shown), 3.0, NOW) == [first, "Looked at 16:18."]


@pytest.mark.parametrize(
    "shown",
    [
        DOWN,
        view(Say.ALL_WELL, icon=Icon.UP, rows=ROWS[1:]),
        view(Say.ALL_WELL, icon=Icon.UP, rows=(ROWS[1], row("Discord", State.UNKNOWN)), mark=True),
        view(Say.LOOKING, icon=Icon.UNKNOWN, looked_at=None),
        view(Say.RESOLVER, icon=Icon.OFFLINE, line=Line.RESOLVER),
        view(Say.STOPPED, icon=Icon.STOPPED),
    ],
)
def test_a_view_comes_back_from_its_record(shown: present.View) -> None:
    assert view_of(record(shown)) == shown


def incident(**more: object) -> dict[str, object]:
    facebook = {
        "platform": "facebook",
        "functions": ["web", "sign_in"],
        "state": "down",
        "scope": "theirs",
        "since": "2024-03-05T15:17:00.000Z",
        "until": "2024-03-05T17:42:00.000Z",
    }
    return {
        "id": "meta-1",
        "owner": "meta",
        "members": [facebook, facebook | {"platform": "instagram"}],
        "start": "2024-03-05T15:17:00.000Z",
        "end": "2024-03-05T17:42:00.000Z",
        "duration_s": 8700,
        "first_official": None,
        "sources": ["direct", "official"],
    } | more


def test_the_log() -> None:
    (english,) = ENGLISH.log([incident()], NAMES)
    assert english == (
        "2024-03-05 16:17\N{EN DASH}18:42 · 2 h 25 min · Facebook and Instagram: down · The fault is on their side. · "
        "seen by this computer and their own status page"
    )
    (french,) = FRENCH.log([incident()], NAMES)
    assert french == (
        f"2024-03-05 16:17\N{EN DASH}18:42 · 2{NB}h 25{NB}min · Facebook et Instagram{NB}: en panne · "
        f"La panne vient de chez eux. · source{NB}: cet ordinateur et leur propre page d'état"
    )


def test_an_incident_that_goes_on() -> None:
    partly = {"platform": "facebook", "functions": ["web", "api"], "state": "partial", "scope": "theirs"}
    unreachable = {"platform": "whatsapp", "functions": ["web"], "state": "unreachable", "scope": "not_known"}
    going_on = incident(members=[partly, unreachable], end=None, duration_s=None, sources=["direct"])
    (line,) = ENGLISH.log([going_on], NAMES)
    assert line == (
        "2024-03-05 16:17 · not over yet · Facebook: partly broken (the web site and the interface for other programs "
        "(API)); WhatsApp: no answer here · seen by this computer"
    )


def test_what_their_own_page_said_of_it_ends_the_line() -> None:
    said = Account(T - 45 * MINUTE, by_you=False, first=T - 28 * MINUTE, proven=True)
    (line,) = ENGLISH.log([incident()], NAMES, {"meta-1": said}.get)
    assert line.endswith(" · their status page said so after 17 min")
    (line,) = ENGLISH.log([incident(first_official="2024-03-05T15:32:00.000Z")], NAMES)
    assert line.endswith(" · their status page said so after 15 min")
    silent = replace(said, first=None, proven=False, silent=True)
    (line,) = FRENCH.log([incident(first_official="2024-03-05T15:32:00.000Z")], NAMES, {"meta-1": silent}.get)
    assert line.endswith(" · leur page d'état n'a encore rien dit")
    (line,) = ENGLISH.log([incident()], NAMES, {"meta-1": replace(silent, silent=False)}.get)
    assert line.endswith("seen by this computer and their own status page")  # nothing can be said


def test_the_order_of_the_log_is_kept_and_nothing_is_an_answer_too() -> None:
    lines = list(ENGLISH.log([incident(), incident(start="2024-03-06T15:17:00.000Z", end=None)]))
    assert [line[:10] for line in lines] == ["2024-03-05", "2024-03-06"]
    assert "facebook and instagram: down" in lines[0]
    assert list(ENGLISH.log([])) == ["Nothing has happened yet."]
    assert list(FRENCH.log([])) == ["Il ne s'est encore rien passé."]


def test_codes_of_another_version_are_left_out_or_kept_as_they_are() -> None:
    odd = record(
        DOWN, line="sideways", overall="purple", platforms=[{"id": "x", "state": "melting", "reasons": ["heat"]}]
    )
    assert ENGLISH.status(odd, 1.0, NOW) == [
        "Nothing is known yet, Fanal is looking",
        "Fanal does not know yet whether your own connection works.",
        "Looked at 16:18.",
        "? x: not known",
        "    heat",
    ]


def test_mute_snooze_and_tell_me_are_read_back() -> None:
    """As `fanal status --json` writes them beside what was always there."""
    said = record(view(Say.DOWN, ("Facebook",), T, icon=Icon.DOWN, rows=(row("Facebook", State.DOWN),)))
    [platform] = maps(said, "platforms")
    wishes = {"snoozed_until": "2024-03-05T19:02:00.000Z", "tell_back": True}
    read = view_of(said | {"muted_until": "9999-12-31T23:59:59.999Z", "platforms": [{**platform, **wishes}]})
    assert read.muted_until == FOR_EVER
    assert (read.rows[0].snoozed_until, read.rows[0].tell_back) == (T + 4 * HOUR, True)
    assert (view_of(said).muted_until, view_of(said).rows[0].snoozed_until, view_of(said).rows[0].tell_back) == (
        None,
        None,
        False,
    )
