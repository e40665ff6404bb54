"""What a platform's own page says of its trouble goes with the story: its words, and since when."""

from __future__ import annotations

from core_rig import at
from loop import ALPHA, OTHER, SECOND, T0, Loop, well

from trayapp.core.model import Evidence, Failure, Function, Outcome, Source, State
from trayapp.core.story import EventKind, Quote
from trayapp.core.world import Told

MAJOR, MINOR, REPORTED = Failure.OFFICIAL_MAJOR, Failure.OFFICIAL_MINOR, Failure.OFFICIAL_REPORTED


def loop() -> Loop:
    return Loop(platforms=(ALPHA, OTHER)).start().run(60)


def tell(life: Loop, *said: tuple[Function | None, Failure | None, str]) -> None:
    now = life.now()
    life.feed(
        Told(
            now,
            tuple(
                Evidence(
                    now.t, "alpha", Source.OFFICIAL, Outcome.FAILED if why else Outcome.OK, "page",
                    function=function, failure=why, note=note, answer=f"{now.t}",
                )
                for function, why, note in said
            ),
        )
    )  # fmt: skip


def test_the_first_word_is_in_the_start() -> None:
    life = loop()
    tell(life, (Function.SIGN_IN, MAJOR, "High disruptions"))
    life.run(5)
    (event,) = life.events
    assert event.kind is EventKind.START
    (member,) = event.of.members
    assert (member.state, member.functions) == (State.PARTIAL, (Function.SIGN_IN,))
    assert member.said == Quote("High disruptions", T0 + 60 * SECOND)


def test_the_worst_word_is_the_one_quoted_and_said_again_it_keeps_its_beginning() -> None:
    life = loop()
    said = ((Function.FEED, MINOR, "Low disruptions"), (Function.SIGN_IN, MAJOR, "High disruptions"))
    tell(life, *said)
    life.run(120)
    tell(life, *said)
    life.run(120)
    assert life.incident("acme").members[0].said == Quote("High disruptions", at(60))


def test_a_word_on_all_of_it_is_quoted_too() -> None:
    life = loop()
    tell(life, (None, MAJOR, "Everything is on fire"))
    life.run(5)
    assert life.incident("acme").members[0].said == Quote("Everything is on fire", at(60))


def test_what_this_computer_sees_alone_has_no_quote_and_a_later_word_joins_the_story() -> None:
    life = loop()
    life.says = lambda key, at: 503 if key[0] == "alpha" else well(key, at)
    life.run(120)
    assert life.incident("acme").members[0].said is None
    tell(life, (Function.SIGN_IN, REPORTED, "Oh dear"))
    life.run(5)
    heard = life.incident("acme").members[0].said
    assert heard is not None
    assert heard.words == "Oh dear"


def test_the_last_bad_word_stays_in_the_story_when_all_is_well_again() -> None:
    life = loop()
    tell(life, (Function.SIGN_IN, MAJOR, "High disruptions"))
    life.run(30)
    tell(life, (Function.SIGN_IN, None, "Resolved"))
    life.run(30)
    assert [e.kind for e in life.events] == [EventKind.START, EventKind.END]
    heard = life.events[-1].of.members[0].said
    assert heard is not None
    assert heard.words == "High disruptions"
