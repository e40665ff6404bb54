"""Who else was asked is credited by name, what they learn is told, and their numbers are sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest
from outside_rig import T, look, target
from words_rig import PARIS

from trayapp.config.credits import load_credits
from trayapp.core.model import Evidence, Failure, Outcome, Source
from trayapp.log import page
from trayapp.log.directory import Directory
from trayapp.watch.outside import VANTAGES, merged
from trayapp.watch.outside.merged import Place
from trayapp.words import outside, tale
from trayapp.words.forms import Forms
from trayapp.words.language import Language, found
from trayapp.words.times import Times
from trayapp.words.voice import Voice

NOTES = ("7 of 9 probes on 3 continents", "2 of 2 resolvers", "330 of 342 routers", "12 in 30 min")
every_language = pytest.mark.parametrize("code", ["en", *found()])


def voice(code: str) -> Voice:
    language = Language([code])
    return Voice(language, Times(language, PARIS))


@every_language
def test_each_is_credited_and_says_what_it_learns(code: str) -> None:
    here = voice(code)
    assert "商" in outside.credit(here, "商\x1b[31m\u202e")
    assert "\x1b" not in outside.credit(here, "商\x1b[31m\u202e")
    said = [outside.tells(here, kind) for kind in (*VANTAGES, outside.REPORTS)]
    assert all(said)
    assert len(set(said)) == len(said)
    assert outside.tells(here, "another") == ""


@every_language
def test_numbers_are_sentences(code: str) -> None:
    here = voice(code)
    for note in NOTES:
        said = outside.numbers(here, note)
        assert said
        assert "{" not in said
        assert code == "en" or said != outside.numbers(voice("en"), note)
    for other in ("", "MA", "8.8.8.8", "7 of 9 probes", "9" * 50 + " of 9 resolvers", "x 2 of 2 resolvers"):
        assert outside.numbers(here, other) == ""


CREDITS = {"lab": ("Globelab",), "doh": ("One", "Two")}


def said(probe: str, note: str, outcome: Outcome = Outcome.FAILED, source: Source = Source.OUTSIDE) -> Evidence:
    return Evidence(T, "shop", source, outcome, probe=probe, host="shop.example", answer="lab@1", note=note)


def unread(note: str) -> Evidence:
    return replace(said("page", note, Outcome.UNKNOWN, Source.OFFICIAL), failure=Failure.OFFICIAL_UNREADABLE)


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (
            said("lab", NOTES[0]),
            "Probes in other networks that fail too: 7 of 9 (continents: 3). Asked through Globelab.",
        ),
        (
            said("lab-some", "1 of 4 probes on 2 continents"),
            (
                "Probes in other networks that fail too: 1 of 4 (continents: 2). "
                "It fails in some places and not in others. Asked through Globelab."
            ),
        ),
        (said("lab-country", "MA"), "Seen from other networks of your own country (MA). Asked through Globelab."),
        (
            said("resolver", "0 of 2 resolvers"),
            "Public resolvers that fail too: 0 of 2. Asked through One and Two.",
        ),
        (said("nobody", "12 in 30 min", source=Source.REPORTS), "People who wrote of trouble: 12 (minutes: 30)."),
        (said("nobody", "as they please"), "In its own words: as they please"),
        (said("lab", "", source=Source.OFFICIAL), ""),
        (unread("dns_temporary"), "The name could not be looked up just now."),
        (replace(unread("404"), status=404), ""),
        (said("lab", NOTES[0], source=Source.OFFICIAL), f"In its own words: {NOTES[0]}"),
    ],
)
def test_what_others_saw_and_who_they_are(one: Evidence, words: str) -> None:
    assert tale.quote(voice("en"), one, CREDITS) == words


@every_language
def test_the_settings_tell_of_everybody_who_may_be_asked_and_what_they_learn(code: str) -> None:
    told = Forms(voice(code)).learns(load_credits())
    names = " ".join(names for names, _ in told)
    assert all(name in names for each in load_credits().values() for name in each)
    assert len({what for _, what in told}) == len(told) == len(VANTAGES) + 1  # the public's are one


@every_language
def test_the_credit_stands_in_every_language(code: str) -> None:
    for probe, note in (("lab", NOTES[0]), ("lab-country", "MA"), ("lab-some", NOTES[0])):
        assert "Globelab" in tale.quote(voice(code), said(probe, note), CREDITS)


def test_what_only_repeats_another_answer_is_not_told() -> None:
    well, lost = Outcome.OK, Outcome.FAILED
    everywhere = [said("lab", NOTES[0]), said("lab-some", NOTES[0]), said("lab-country", "MA")]
    assert [one.probe for one in outside.spoken(everywhere)] == ["lab", "lab-country"]
    mixed = [said("lab", "", well), said("lab-some", "", lost)]
    assert [*outside.spoken(mixed)] == mixed
    look_ups = [said("doh", NOTES[1]), said("resolver", NOTES[1], Outcome.UNKNOWN), said("resolver", NOTES[1], lost)]
    assert [*outside.spoken(look_ups)] == [look_ups[0], look_ups[2]]
    direct = [said("resolver", "", Outcome.UNKNOWN, Source.DIRECT), said("a-some", "", source=Source.OFFICIAL)]
    assert [*outside.spoken(direct)] == direct


def test_the_page_of_an_incident_credits_them_too() -> None:
    told = [said("lab", NOTES[0]), said("lab-some", NOTES[0]), said("nobody", "12 in 30 min", source=Source.REPORTS)]
    shown, more = page.said(voice("en"), told, Directory(credits=CREDITS), T)
    assert [one.quote for one in shown] == [
        "Probes in other networks that fail too: 7 of 9 (continents: 3). Asked through Globelab.",
        "People who wrote of trouble: 12 (minutes: 30).",
    ]
    assert not more
    assert Directory.of(()).credits == load_credits()


def test_what_is_written_by_the_one_is_read_by_the_other() -> None:
    places = [Place("EU", "FR", Outcome.FAILED), Place("NA", "US", Outcome.OK)]
    note = merged.evidence(target(), look(), T, "lab", places)[0].note
    said = outside.numbers(voice("en"), note)
    assert said == "Probes in other networks that fail too: 1 of 2 (continents: 2)"
