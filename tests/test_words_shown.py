"""The answer, the tooltip and the menu, sentence by sentence in both languages. "~" is a non-breaking space."""

from __future__ import annotations

import pytest
from words_rig import ENGLISH, FRENCH, NB, NOW, T, row, view

from trayapp.core.model import DAY, HOUR, Depth, Function, State
from trayapp.core.ports import Choice
from trayapp.core.present import Icon, Row, Say, View
from trayapp.core.wishes import FOR_EVER, read

ONE, TWO, FIVE = ("Facebook",), ("Facebook", "Instagram"), ("Facebook", "Instagram", "Threads", "WhatsApp", "Discord")
SOME_UNKNOWN = (row("Facebook", State.UP), row("Discord", State.UNKNOWN))


@pytest.mark.parametrize(
    ("shown", "english", "french"),
    [
        (view(Say.ALL_WELL), "All well", "Tout va bien"),
        (
            view(Say.ALL_WELL, mark=True, rows=SOME_UNKNOWN),
            "All well; not known: Discord",
            "Tout va bien~; état inconnu~: Discord",
        ),
        (view(Say.DOWN, ONE, T), "Facebook has been down since 16:02", "Facebook est en panne depuis 16:02"),
        (
            view(Say.DOWN, TWO, T),
            "Facebook and Instagram have been down since 16:02",
            "Facebook et Instagram sont en panne depuis 16:02",
        ),
        (
            view(Say.DOWN, FIVE, T - DAY),
            "Facebook, Instagram, Threads and 2 more have been down since 4 Mar 16:02",
            "Facebook, Instagram, Threads et 2 autres sont en panne depuis le 4 mars à 16:02",
        ),
        (view(Say.DOWN, TWO), "Facebook and Instagram are down", "Facebook et Instagram sont en panne"),
        (
            view(Say.PARTIAL, ONE, T),
            "Facebook has been partly broken since 16:02",
            "Facebook est partiellement en panne depuis 16:02",
        ),
        (
            view(Say.PARTIAL, TWO),
            "Facebook and Instagram are partly broken",
            "Facebook et Instagram sont partiellement en panne",
        ),
        (
            view(Say.UNREACHABLE, ONE, T),
            "Facebook has not answered here since 16:02",
            "Facebook est injoignable d'ici depuis 16:02",
        ),
        (
            view(Say.UNREACHABLE, TWO),
            "Facebook and Instagram do not answer here",
            "Facebook et Instagram sont injoignables d'ici",
        ),
        (
            view(Say.SLOW, TWO, T),
            "Facebook and Instagram have answered slowly since 16:02",
            "Facebook et Instagram répondent lentement depuis 16:02",
        ),
        (
            view(Say.OFFLINE),
            "Your connection is down: nobody can be judged",
            "Votre connexion est coupée~: rien ne peut être vérifié",
        ),
        (
            view(Say.PORTAL),
            "This network wants you to log in first",
            "Ce réseau vous demande d'abord de vous identifier",
        ),
        (view(Say.RESOLVER), "Name look-ups fail on this network", "La résolution des noms échoue sur ce réseau"),
        (view(Say.LOOKING, looked_at=None), "Looking for the first time…", "Première vérification en cours…"),
        (view(Say.LOOKING), "Nothing is known yet, Fanal is looking", "On ne sait encore rien, Fanal vérifie"),
        (view(Say.STOPPED), "Fanal has stopped looking", "Fanal ne surveille plus"),
        (
            view(Say.PAUSED, since=T),
            "Watching has been paused since 16:02",
            "La surveillance est en pause depuis 16:02",
        ),
        (view(Say.PAUSED), "Watching is paused", "La surveillance est en pause"),
    ],
)
def test_the_answer(shown: View, english: str, french: str) -> None:
    assert ENGLISH.answer(shown, NOW) == english
    assert FRENCH.answer(shown, NOW) == french.replace("~", NB)


def test_the_tooltip_says_the_answer_first_and_how_old_it_is() -> None:
    assert ENGLISH.tooltip(view(Say.ALL_WELL), NOW) == "Fanal: All well · looked at 16:18"
    assert FRENCH.tooltip(view(Say.ALL_WELL), NOW) == f"Fanal{NB}: Tout va bien · dernière vérification{NB}: 16:18"
    assert ENGLISH.tooltip(view(Say.LOOKING, looked_at=None), NOW) == "Fanal: Looking for the first time…"


def test_an_answer_of_usual_length_fits_the_narrowest_tray() -> None:
    for speech in (ENGLISH, FRENCH):
        assert len(speech.tooltip(view(Say.DOWN, FIVE, T - DAY), NOW).encode("utf-16-le")) // 2 <= 127


@pytest.mark.parametrize(
    ("shown", "english", "french"),
    [
        (row("Facebook", State.DOWN), "● Facebook: down since 16:02", "● Facebook~: en panne depuis 16:02"),
        (
            row("Facebook", State.PARTIAL, since=T - DAY),
            "◐ Facebook: partly broken since 4 Mar 16:02",
            "◐ Facebook~: panne partielle depuis le 4 mars à 16:02",
        ),
        (
            row("Facebook", State.UNREACHABLE),
            "○ Facebook: no answer here since 16:02",
            "○ Facebook~: injoignable d'ici depuis 16:02",
        ),
        (row("Facebook", State.DOWN, since=None), "● Facebook: down", "● Facebook~: en panne"),
        (row("Facebook", State.SLOW), "~~ Facebook: slow since 16:02", "~~ Facebook~: lenteurs depuis 16:02"),
        (row("Facebook", State.UP, depth=Depth.WORKS), "✓ Facebook: works", "✓ Facebook~: fonctionne"),
        (row("Facebook", State.UP, depth=Depth.ANSWERS), "✓ Facebook: answers", "✓ Facebook~: répond"),
        (row("Facebook", State.UP, depth=None), "✓ Facebook: answers", "✓ Facebook~: répond"),
        (row("Facebook", State.UNKNOWN), "? Facebook: not known", "? Facebook~: état inconnu"),
        (
            row("Facebook", State.DOWN, snoozed_until=T + 4 * HOUR),
            "● Facebook: down since 16:02, left out until 20:02",
            "● Facebook~: en panne depuis 16:02, en sourdine jusqu'à 20:02",
        ),
        (
            row("Facebook", State.DOWN, snoozed_until=FOR_EVER),
            "● Facebook: down since 16:02, left out",
            "● Facebook~: en panne depuis 16:02, en sourdine",
        ),
    ],
)
def test_a_row_of_the_menu(shown: object, english: str, french: str) -> None:
    listed = view(Say.ALL_WELL, rows=(shown,))
    assert ENGLISH.menu(listed, NOW)[3].text == english.replace("~~", "~")
    assert FRENCH.menu(listed, NOW)[3].text == french.replace("~~", "\0").replace("~", NB).replace("\0", "~")


def leave_out(platform: str, name: str = "Leave it out for") -> Choice:
    lengths = ("1 h", "3600000"), ("4 h", "14400000"), ("8 h", "28800000")
    space = " " if name == "Leave it out for" else NB
    rows = (Choice(text.replace(" ", space), f"snooze {platform} {ms}") for text, ms in lengths)
    return Choice(name, more=tuple(rows))


MUTE = Choice(
    "Mute notices",
    more=(
        Choice("For 1 h", "mute 3600000"),
        Choice("Until tomorrow morning", "mute tomorrow"),
        Choice("Until I say", "mute ever"),
    ),
)


def test_the_whole_menu() -> None:
    functions = ((Function.WEB, State.UP), (Function.API, State.DOWN), (Function.SIGN_IN, State.UNKNOWN))
    rows = (
        row("Facebook", State.PARTIAL, functions=functions, reasons=("server_errors_partly",)),
        row("WhatsApp", State.UP, depth=Depth.ANSWERS, reasons=("answers",)),
    )
    assert ENGLISH.menu(view(Say.PARTIAL, ONE, T, rows=rows), NOW) == (
        Choice("Facebook has been partly broken since 16:02, looked at 16:18", "check"),
        Choice(""),
        Choice(
            "It does not work for me",
            more=(Choice("Facebook", "complain facebook"), Choice("WhatsApp", "complain whatsapp")),
        ),
        Choice(
            "◐ Facebook: partly broken since 16:02",
            more=(
                Choice("Some of its servers answer with errors."),
                Choice("The web site: answers"),
                Choice("The interface for other programs (API): down"),
                Choice(""),
                Choice("Tell me when it is back", "back facebook"),
                leave_out("facebook"),
            ),
        ),
        Choice(
            "✓ WhatsApp: answers",
            more=(
                Choice("It answers; more cannot be seen without logging in."),
                Choice(""),
                leave_out("whatsapp"),
            ),
        ),
        Choice(""),
        Choice("Check now", "check", default=True),
        MUTE,
        Choice("Pause watching", "pause"),
        Choice("Open log", "log"),
        Choice("Settings…", "settings"),
        Choice("Quit", "quit"),
    )


def test_the_menu_in_french() -> None:
    rows = (row("Facebook", State.UP, depth=Depth.WORKS, reasons=("works",)),)
    assert FRENCH.menu(view(Say.ALL_WELL, rows=rows), NOW) == (
        Choice(f"Tout va bien, dernière vérification{NB}: 16:18", "check"),
        Choice(""),
        Choice("Ça ne marche pas chez moi", more=(Choice("Facebook", "complain facebook"),)),
        Choice(
            f"✓ Facebook{NB}: fonctionne",
            more=(
                Choice("La réponse était bonne."),
                Choice(""),
                leave_out("facebook", "Mettre en sourdine pendant"),
            ),
        ),
        Choice(""),
        Choice("Vérifier maintenant", "check", default=True),
        Choice(
            "Couper les notifications",
            more=(
                Choice(f"Pendant 1{NB}h", "mute 3600000"),
                Choice("Jusqu'à demain matin", "mute tomorrow"),
                Choice("Jusqu'à nouvel ordre", "mute ever"),
            ),
        ),
        Choice("Suspendre la surveillance", "pause"),
        Choice("Ouvrir le journal", "log"),
        Choice("Réglages…", "settings"),
        Choice("Quitter", "quit"),
    )


def test_what_cannot_be_done_now_is_not_offered() -> None:
    stopped = ENGLISH.menu(view(Say.STOPPED), NOW)
    assert stopped[0].text == "Fanal has stopped looking, last look at 16:18"
    assert [c.command for c in stopped if c.command] == ["log", "settings", "quit"]
    alone = ENGLISH.menu(view(Say.ALL_WELL), NOW, running=False)
    assert [c.command for c in alone if c.command] == ["log", "settings", "quit"]


def commands(rows: tuple[Choice, ...]) -> set[str]:
    """All that can be clicked, however deep."""
    return {r.command for r in rows if r.command} | {c for r in rows for c in commands(r.more)}


def test_where_nobody_looks_nothing_behind_a_row_can_be_done_either() -> None:
    rows = (row("Facebook", State.DOWN, tell_back=True, snoozed_until=T + HOUR),)
    assert commands(ENGLISH.menu(view(Say.STOPPED, rows=rows), NOW)) == {"log", "settings", "quit"}


def test_while_paused_nobody_can_be_asked_and_the_rest_can_be_done() -> None:
    rows = (row("Facebook", State.UNKNOWN),)
    paused = ENGLISH.menu(view(Say.PAUSED, since=T, rows=rows), NOW)
    assert paused[0].text == "Watching has been paused since 16:02"
    assert Choice("Go on watching", "resume") in paused
    assert not [c for c in paused if c.default]
    assert "pause" not in commands(paused)
    assert "complain facebook" not in commands(paused)
    assert {"mute ever", "snooze facebook 3600000", "resume", "quit"} <= commands(paused)


@pytest.mark.parametrize(
    ("until", "said"),
    [(T + HOUR, "No notices until 17:02"), (FOR_EVER, "No notices until you say so")],
)
def test_while_muted_it_says_until_when_and_offers_to_speak_again(until: int, said: str) -> None:
    muted = ENGLISH.menu(view(Say.ALL_WELL, muted_until=until), NOW)
    assert [c for c in muted if "otices" in c.text] == [Choice(said), Choice("Give notices again", "mute off")]


def test_a_quiet_time_is_said() -> None:
    texts = [c.text for c in ENGLISH.menu(view(Say.ALL_WELL, quiet=True), NOW)]
    assert texts.index("Notices wait: this is a quiet time") == texts.index("Mute notices") - 1


def test_what_was_wished_for_a_platform_can_be_taken_back() -> None:
    rows = (row("Facebook", State.DOWN, tell_back=True, snoozed_until=T + HOUR),)
    listed = ENGLISH.menu(view(Say.DOWN, ONE, T, rows=rows), NOW)
    assert listed[3].more == (
        Choice("✓ You will be told when it is back", "back facebook off"),
        Choice("Take it in again", "snooze facebook off"),
    )


@pytest.mark.parametrize(
    ("shown", "offered"),
    [
        (row("Facebook", State.DOWN), True),
        (row("Facebook", State.PARTIAL), True),
        (row("Facebook", State.UNREACHABLE), True),
        (row("Facebook", State.UNREACHABLE, standing=True), False),
        (row("Facebook", State.UP), False),
        (row("Facebook", State.SLOW), False),
        (row("Facebook", State.UNKNOWN), False),
    ],
)
def test_a_return_is_offered_to_be_told_where_there_is_one_to_come(shown: Row, *, offered: bool) -> None:
    listed = ENGLISH.menu(view(Say.ALL_WELL, rows=(shown,)), NOW)
    assert ("back facebook" in commands(listed)) is offered


def test_every_command_of_the_menu_is_a_word_that_the_program_knows() -> None:
    for say in (Say.ALL_WELL, Say.PAUSED):
        for muted, snoozed in ((None, None), (FOR_EVER, FOR_EVER)):
            rows = (row("Facebook", State.DOWN, tell_back=muted is not None, snoozed_until=snoozed),)
            for command in commands(ENGLISH.menu(view(say, rows=rows, muted_until=muted), NOW)):
                known = command in {"check", "log", "quit", "settings", "complain facebook"}
                assert known or read(command, NOW, NOW + HOUR) is not None, command


def test_an_unsaved_history_is_said() -> None:
    texts = [c.text for c in ENGLISH.menu(view(Say.ALL_WELL, unsaved=True), NOW)]
    assert texts[:3] == ["All well, looked at 16:18", "The history cannot be saved at the moment", ""]


def test_the_face_shows_the_view() -> None:
    shown = view(Say.DOWN, TWO, T, icon=Icon.DOWN, count=2, mark=True)
    face = ENGLISH.face(shown, NOW)
    assert (face.icon, face.count, face.mark) == (Icon.DOWN, 2, True)
    assert face.tooltip == ENGLISH.tooltip(shown, NOW)
    assert face.menu == ENGLISH.menu(shown, NOW)
    assert face.answer == "Facebook and Instagram have been down since 16:02"


def test_equal_views_within_a_minute_give_equal_faces() -> None:
    assert ENGLISH.face(view(Say.ALL_WELL), NOW) == ENGLISH.face(view(Say.ALL_WELL), NOW + 59_000)
