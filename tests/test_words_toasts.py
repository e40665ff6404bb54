"""Notices, sentence by sentence in both languages. "~" is a non-breaking space."""

from __future__ import annotations

import pytest
from words_rig import ENGLISH, FRENCH, NAMES, NB, NOW, T, event, member

from trayapp.core.model import MINUTE, Function, Scope, State
from trayapp.core.story import Event, EventKind, Member

START, UPDATE, END = EventKind.START, EventKind.UPDATE, EventKind.END
DOWN, PARTIAL, UNREACHABLE = State.DOWN, State.PARTIAL, State.UNREACHABLE
THEIRS, WIDESPREAD, YOURS, OPEN = Scope.THEIRS, Scope.WIDESPREAD, Scope.YOUR_NETWORK, Scope.NOT_KNOWN
FACEBOOK, INSTAGRAM = member("facebook", DOWN, THEIRS), member("instagram", DOWN, THEIRS)


def of_page(platform: str) -> Member:
    return member(platform, PARTIAL, THEIRS, witnesses=frozenset())


@pytest.mark.parametrize(
    ("said", "english", "french"),
    [
        pytest.param(
            event(START, FACEBOOK, INSTAGRAM),
            (
                "Facebook and Instagram are down",
                "Seen from this computer since 16:02.",
                "Their servers answer with errors.",
                "Your own connection works.",
            ),
            (
                "Facebook et Instagram sont en panne",
                "Constaté sur cet ordinateur depuis 16:02.",
                "Leurs serveurs répondent par des erreurs.",
                "Votre propre connexion fonctionne.",
            ),
            id="start, two down",
        ),
        pytest.param(
            event(START, FACEBOOK),
            (
                "Facebook is down",
                "Seen from this computer since 16:02.",
                "Its servers answer with errors.",
                "Your own connection works.",
            ),
            (
                "Facebook est en panne",
                "Constaté sur cet ordinateur depuis 16:02.",
                "Ses serveurs répondent par des erreurs.",
                "Votre propre connexion fonctionne.",
            ),
            id="start, one down",
        ),
        pytest.param(
            event(START, member("facebook", UNREACHABLE, OPEN)),
            (
                "Facebook does not answer here",
                "Seen from this computer since 16:02.",
                "Fanal does not know whether it answers elsewhere.",
                "Your own connection works.",
            ),
            (
                "Facebook est injoignable d'ici",
                "Constaté sur cet ordinateur depuis 16:02.",
                "Fanal ne sait pas ce qu'il en est ailleurs.",
                "Votre propre connexion fonctionne.",
            ),
            id="start, unreachable",
        ),
        pytest.param(
            event(UPDATE, member("facebook", UNREACHABLE, YOURS)),
            (
                "Facebook does not answer here",
                "Seen from this computer since 16:02.",
                "It answers on other networks: the fault is in your network or on the way.",
            ),
            (
                "Facebook est injoignable d'ici",
                "Constaté sur cet ordinateur depuis 16:02.",
                "Joignable depuis d'autres réseaux~: la panne est dans votre réseau ou sur le chemin.",
            ),
            id="your network: nothing is said for the line",
        ),
        pytest.param(
            event(UPDATE, member("facebook", DOWN, WIDESPREAD)),
            (
                "Facebook is down",
                "Seen from this computer and from other networks since 16:02.",
                "It answers neither here nor on other networks.",
                "Your own connection works.",
            ),
            (
                "Facebook est en panne",
                "Constaté sur cet ordinateur et sur d'autres réseaux depuis 16:02.",
                "Aucune réponse, ni d'ici ni d'autres réseaux.",
                "Votre propre connexion fonctionne.",
            ),
            id="widespread",
        ),
        pytest.param(
            event(START, member("facebook", PARTIAL, THEIRS, functions=(Function.SIGN_IN, Function.FEED))),
            (
                "Facebook is partly broken",
                "Seen from this computer since 16:02.",
                "Some of its servers answer with errors.",
                "What fails: signing in and the feed.",
                "Your own connection works.",
                "Until it is over, even a right password may be refused.",
            ),
            (
                "Facebook est partiellement en panne",
                "Constaté sur cet ordinateur depuis 16:02.",
                "Certains de ses serveurs répondent par des erreurs.",
                "Ce qui ne marche pas~: la connexion au compte et le fil.",
                "Votre propre connexion fonctionne.",
                "Tant que cela dure, même un mot de passe correct peut être refusé.",
            ),
            id="partial, with signing in",
        ),
        pytest.param(
            event(START, of_page("facebook")),
            (
                "Facebook is partly broken",
                "Since 16:02.",
                "Its own status page reports an outage.",
                "What fails: the web site.",
                "Your own connection works.",
            ),
            (
                "Facebook est partiellement en panne",
                "Depuis 16:02.",
                "Sa propre page d'état annonce une panne.",
                "Ce qui ne marche pas~: le site web.",
                "Votre propre connexion fonctionne.",
            ),
            id="only their own page says so",
        ),
        pytest.param(
            event(START, FACEBOOK, already=True),
            (
                "Facebook is down",
                "Seen from this computer.",
                "It was already so when Fanal started.",
                "Its servers answer with errors.",
                "Your own connection works.",
            ),
            (
                "Facebook est en panne",
                "Constaté sur cet ordinateur.",
                "C'était déjà le cas au démarrage de Fanal.",
                "Ses serveurs répondent par des erreurs.",
                "Votre propre connexion fonctionne.",
            ),
            id="already so: nobody knows since when",
        ),
        pytest.param(
            event(UPDATE, FACEBOOK, INSTAGRAM, relapse=True),
            (
                "Facebook and Instagram are down again",
                "Seen from this computer.",
                "Since 16:02, with a pause in between.",
                "Their servers answer with errors.",
                "Your own connection works.",
            ),
            (
                "Facebook et Instagram sont à nouveau en panne",
                "Constaté sur cet ordinateur.",
                "Depuis 16:02, avec une pause entre-temps.",
                "Leurs serveurs répondent par des erreurs.",
                "Votre propre connexion fonctionne.",
            ),
            id="relapse",
        ),
        pytest.param(
            event(
                UPDATE,
                member("whatsapp", UNREACHABLE, OPEN, since=T + 5 * MINUTE),
                FACEBOOK,
                member("threads", DOWN, THEIRS, until=T + 9 * MINUTE),
            ),
            (
                "Facebook is down",
                "Seen from this computer since 16:02.",
                "Its servers answer with errors.",
                "WhatsApp has not answered here since 16:07.",
                "Your own connection works.",
                "Threads works again.",
            ),
            (
                "Facebook est en panne",
                "Constaté sur cet ordinateur depuis 16:02.",
                "Ses serveurs répondent par des erreurs.",
                "WhatsApp est injoignable d'ici depuis 16:07.",
                "Votre propre connexion fonctionne.",
                "Threads fonctionne à nouveau.",
            ),
            id="members in three states: nothing is said of one that is true of another",
        ),
        pytest.param(
            event(END, FACEBOOK, INSTAGRAM),
            (
                "Facebook and Instagram work again",
                "They were down for 14 min, from 16:02 to 16:16.",
            ),
            (
                "Facebook et Instagram fonctionnent à nouveau",
                "La panne a duré 14~min, entre 16:02 et 16:16.",
            ),
            id="end, two",
        ),
        pytest.param(
            event(END, member("facebook", PARTIAL, THEIRS)),
            (
                "Facebook works again",
                "It was partly broken for 14 min, from 16:02 to 16:16.",
            ),
            (
                "Facebook fonctionne à nouveau",
                "La panne partielle a duré 14~min, entre 16:02 et 16:16.",
            ),
            id="end, partial",
        ),
        pytest.param(
            event(END, member("facebook", UNREACHABLE, OPEN)),
            (
                "Facebook answers here again",
                "It did not answer here for 14 min, from 16:02 to 16:16.",
            ),
            (
                "Facebook est à nouveau joignable d'ici",
                "Aucune réponse d'ici pendant 14~min, entre 16:02 et 16:16.",
            ),
            id="end, unreachable",
        ),
        pytest.param(
            event(END, FACEBOOK, member("whatsapp", UNREACHABLE, OPEN)),
            (
                "Facebook and WhatsApp work again",
                "The trouble lasted 14 min, from 16:02 to 16:16.",
            ),
            (
                "Facebook et WhatsApp fonctionnent à nouveau",
                "Les perturbations ont duré 14~min, entre 16:02 et 16:16.",
            ),
            id="end, of two states",
        ),
        pytest.param(
            event(END, FACEBOOK, unwatched=True),
            (
                "Facebook works again",
                "It was down for 14 min, from 16:02 to 16:16.",
                "Fanal was not looking all the time.",
            ),
            (
                "Facebook fonctionne à nouveau",
                "La panne a duré 14~min, entre 16:02 et 16:16.",
                "Fanal n'a pas surveillé tout le temps.",
            ),
            id="end, with a gap in it",
        ),
        pytest.param(
            event(END, FACEBOOK, already=True),
            (
                "Facebook works again",
                "It had begun before Fanal started; Fanal saw it for 14 min, from 16:02 to 16:16.",
            ),
            (
                "Facebook fonctionne à nouveau",
                (
                    "Cela avait commencé avant le démarrage de Fanal, qui l'a constaté pendant 14~min, "
                    "entre 16:02 et 16:16."
                ),
            ),
            id="end, already so at the start",
        ),
    ],
)
def test_a_notice(said: Event, english: tuple[str, ...], french: tuple[str, ...]) -> None:
    """Expected are the title and the body's sentences."""
    for speech, (title, *sentences) in ((ENGLISH, english), (FRENCH, [text.replace("~", NB) for text in french])):
        toast = speech.toast(said, NAMES, NOW)
        assert toast.title == title
        assert toast.body == " ".join(sentences)


def test_a_digest_tells_each_story_in_a_sentence() -> None:
    told = [event(START, member("threads", UNREACHABLE, OPEN)), event(END, FACEBOOK, INSTAGRAM)]
    toast = ENGLISH.digest(told, NAMES, NOW)
    assert toast.title == "What Fanal could not tell you in time"
    assert toast.body == "Threads: no answer here since 16:02. Facebook and Instagram: down from 16:02 to 16:16."
    assert not toast.urgent
    french = FRENCH.digest(told, NAMES, NOW)
    assert french.body == (
        f"Threads{NB}: injoignable d'ici depuis 16:02. Facebook et Instagram{NB}: en panne entre 16:02 et 16:16."
    )


def test_a_notice_of_trouble_can_be_silenced_and_one_of_its_end_need_not_be() -> None:
    broken = member("facebook", State.DOWN, Scope.THEIRS)
    log = ("log", "Open log")
    mute = (log, ("still facebook", "What still works"), ("mute 3600000", "Mute for 1 h"))
    assert ENGLISH.toast(event(EventKind.START, broken), NAMES, NOW).actions == mute
    assert ENGLISH.toast(event(EventKind.UPDATE, broken), NAMES, NOW).actions == mute
    assert FRENCH.toast(event(EventKind.START, broken), NAMES, NOW).actions == (
        ("log", "Ouvrir le journal"),
        ("still facebook", "Ce qui marche encore"),
        ("mute 3600000", f"Couper pendant 1{NB}h"),
    )
    assert ENGLISH.toast(event(EventKind.END, broken), NAMES, NOW).actions == (log,)
