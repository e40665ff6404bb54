"""Every member of every enum has its word, in every language."""

from __future__ import annotations

from enum import StrEnum

import pytest
from words_rig import ENGLISH, FRENCH, NB

from trayapp.core.judge import Reason
from trayapp.core.model import Failure, Function, Line, Outcome, Scope, Source, State
from trayapp.core.present import Icon, Say
from trayapp.words.speech import Speech
from trayapp.words.vocabulary import REASONS, WORDS, Code

ENUMS: tuple[type[StrEnum], ...] = (State, Scope, Function, Source, Line, Outcome, Failure)


@pytest.mark.parametrize("speech", [ENGLISH, FRENCH], ids=["en", "fr"])
@pytest.mark.parametrize("enum", ENUMS)
def test_every_member_has_its_own_word(enum: type[StrEnum], speech: Speech) -> None:
    words = [speech.word(member) for member in enum]  # type: ignore[arg-type]  # each of ENUMS is in Code
    assert all(words)
    assert len(set(words)) == len(words)
    assert set(WORDS[enum]) == set(enum)


@pytest.mark.parametrize("enum", ENUMS)
def test_french_has_words_of_its_own(enum: type[StrEnum]) -> None:
    for member in enum:
        assert ENGLISH.word(member) != FRENCH.word(member), member  # type: ignore[arg-type]  # each of ENUMS is in Code


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_a_sentence(reason: Reason) -> None:
    assert set(REASONS) == set(Reason)
    for n in (1, 2):
        english, french = ENGLISH.reason(reason, n), FRENCH.reason(reason, n)
        assert english.endswith(".")
        assert french.endswith(".")
        assert english != french
    assert ENGLISH.reason(reason, 1) != ENGLISH.reason(reason, 2)


@pytest.mark.parametrize(
    ("code", "english", "french"),
    [
        (State.SLOW, "slow", "lenteurs"),
        (Outcome.SLOW, "a slow answer", "une réponse lente"),
        (Line.UNKNOWN, "Fanal does not know yet whether your own connection works.", None),
        (Scope.THEIRS, "The fault is on their side.", "La panne vient de chez eux."),
        (Failure.TLS_EXPIRED, "The certificate has expired.", "Le certificat a expiré."),
        (Function.SIGN_IN, "signing in", "la connexion au compte"),
        (Source.OFFICIAL, "their own status page", "leur propre page d'état"),
    ],
)
def test_members_that_are_equal_as_strings_keep_their_own_words(code: Code, english: str, french: str | None) -> None:
    assert ENGLISH.word(code) == english
    assert french is None or FRENCH.word(code) == french


def test_reasons_in_both_numbers() -> None:
    assert ENGLISH.reason(Reason.SERVER_ERRORS, 1) == "Its servers answer with errors."
    assert ENGLISH.reason(Reason.SERVER_ERRORS, 2) == "Their servers answer with errors."
    assert FRENCH.reason(Reason.ONE_FAILURE) == f"Une vérification a échoué{NB}; Fanal redemande pour en être sûr."


def test_an_icon_has_a_shape_for_every_trouble_that_a_member_can_have() -> None:
    """Notices and answers turn one into the other by value."""
    assert {state.value for state in State} <= {icon.value for icon in Icon}
    assert {icon.value for icon in Icon} - {"up", "unknown"} <= {say.value for say in Say}
