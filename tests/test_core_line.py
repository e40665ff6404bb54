"""The person's own connection: judged by others than the accused, and before anybody is accused."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle, pairwise

import pytest
from core_rig import DNS, OK, REFUSED, UNKNOWN, Told, at, sample
from hypothesis import example, given, settings
from hypothesis import strategies as st
from loop import ALPHA, BETA, CONTROLS, WATCHED, Loop, Says, during, well

from trayapp.core.line import FRESH, Heard, judge_line, latest, vouches
from trayapp.core.model import EVERYONE, SECOND, Evidence, Failure, Line, Outcome, Phases, Source, Stage, State
from trayapp.core.outcome import of_platform
from trayapp.core.question import Answer, Probe
from trayapp.core.turns import Key

EVERYBODY = {EVERYONE, *(p.id for p in WATCHED)}
NAMED, NUMBER = ("one", "two"), "number"
GONE = Failure.CONNECT_NETWORK_DOWN
SILENT = {Failure.HTTP_TIMEOUT, Failure.HTTP_RESET, Failure.HTTP_EOF}
"""After the handshake nothing more was heard: that is no answer, least of all at the moment it was given up."""
ANSWERED = [f for f in Failure if f.stage in {Stage.HTTP, Stage.BODY} and f not in SILENT]
"""Failures of something that has shown a valid certificate for its name, and has said something."""


def control(seconds: float, told: Told, probe: str, status: int | None = None) -> Evidence:
    seen = sample(seconds, told)
    owner = next(c.owner for c in CONTROLS if c.probe.id == probe)
    return replace(seen, platform=EVERYONE, source=Source.CONTROL, probe=probe, owner=owner, status=status)


def line(now: float, *answers: Evidence, heard: float | None = None, fresh: float = 60) -> Line:
    last = 0 if heard is None else at(heard)
    return judge_line({e.probe: e for e in answers}, CONTROLS, last, at(now), round(fresh * SECOND))


def all_of(told: Told, by_address: Told, seconds: float = 100) -> list[Evidence]:
    return [*(control(seconds, told, p) for p in NAMED), control(seconds, by_address, NUMBER)]


@pytest.mark.parametrize(
    ("named", "by_address", "found"),
    [
        (DNS, OK, Line.RESOLVER),
        (DNS, DNS, Line.OFFLINE),
        (GONE, GONE, Line.OFFLINE),
        (Failure.CONNECT_TIMEOUT, GONE, Line.OFFLINE),
        (UNKNOWN, OK, Line.PORTAL),
        (UNKNOWN, GONE, Line.PORTAL),
        (Failure.CONNECT_TIMEOUT, OK, Line.UNKNOWN),  # addresses answer and look-ups are not what fails
        (REFUSED, OK, Line.UNKNOWN),
        (REFUSED, GONE, Line.UNKNOWN),
    ],
)
def test_when_all_controls_agree(named: Told, by_address: Told, found: Line) -> None:
    assert line(101, *all_of(named, by_address)) is found


def test_511_is_a_portal_s_own_word() -> None:
    seen = [control(100, UNKNOWN, p, status=511) for p in NAMED]
    seen = [replace(e, failure=Failure.HTTP_SERVER_ERROR) for e in seen]
    assert line(101, *seen, control(100, OK, NUMBER)) is Line.PORTAL


def test_anybody_heard_outweighs_all_silence() -> None:
    silence = all_of(GONE, GONE)
    assert line(101, *silence, heard=100) is Line.OK
    assert line(101, *silence, heard=99.9) is Line.OFFLINE  # before the silence


def test_bad_news_needs_every_control_that_has_a_name() -> None:
    assert line(101, control(100, GONE, "one"), control(100, GONE, NUMBER)) is Line.UNKNOWN
    assert line(101, control(100, GONE, "one"), heard=60) is Line.OK
    seen = [control(100, GONE, "one"), control(100, REFUSED, "two"), control(100, GONE, NUMBER)]
    assert line(101, *seen) is Line.UNKNOWN


def test_what_was_heard_speaks_for_a_minute() -> None:
    assert FRESH == 60_000
    assert line(160, heard=100) is Line.OK
    assert line(160.001, heard=100) is Line.UNKNOWN
    assert line(160, *all_of(GONE, GONE)) is Line.OFFLINE
    assert line(160.001, *all_of(GONE, GONE)) is Line.UNKNOWN


def test_nothing_asked_is_nothing_known() -> None:
    assert line(0) is Line.UNKNOWN


def test_where_everybody_is_asked_less_what_was_heard_speaks_for_longer() -> None:
    assert line(280, heard=100, fresh=180) is Line.OK
    assert line(280.001, heard=100, fresh=180) is Line.UNKNOWN
    assert line(280, *all_of(GONE, GONE), fresh=180) is Line.OFFLINE


def test_a_proxy_that_cannot_be_reached_is_the_person_s_own_line() -> None:
    def no_way_out(probe: str) -> Evidence:
        return replace(control(100, UNKNOWN, probe), failure=Failure.PROXY_UNREACHABLE, status=None)

    dead = [no_way_out(p) for p in (*NAMED, NUMBER)]
    assert line(101, *dead) is Line.OFFLINE
    assert not any(vouches(e, CONTROLS) for e in dead)
    assert line(101, no_way_out("one"), control(100, GONE, "two"), control(100, GONE, NUMBER)) is Line.OFFLINE
    assert line(101, no_way_out("one"), control(100, REFUSED, "two"), no_way_out(NUMBER)) is Line.UNKNOWN
    assert line(101, no_way_out("one"), no_way_out(NUMBER)) is Line.UNKNOWN  # not everybody has been asked
    assert line(101, *dead, heard=100) is Line.OK


def test_the_accused_does_not_vouch_for_itself() -> None:
    assert latest({"acme": 5, "else": 3}).by_others("acme") == 3
    assert latest({"acme": 5, "else": 3}).by_others("else") == 5
    assert latest({"acme": 5}).by_others("acme") == 0
    assert latest({}).by_others("acme") == 0
    assert Heard().by_others("acme") == 0


OWNERS = st.sampled_from(["acme", "else", "uno", "due"])


@given(st.dictionaries(OWNERS, st.integers(1, 9)), OWNERS)
def test_who_was_heard_last_besides_any_owner(heard: dict[str, int], owner: str) -> None:
    found = latest(heard)
    assert found.last == max(heard.values(), default=0)
    assert found.by_others(owner) == max((t for who, t in heard.items() if who != owner), default=0)


def test_who_vouches() -> None:
    assert vouches(control(0, OK, "one"), CONTROLS)
    assert not vouches(control(0, UNKNOWN, "one"), CONTROLS)  # plain HTTP: anybody may have said it
    assert not vouches(control(0, OK, NUMBER), CONTROLS)  # look-ups may still fail
    assert vouches(sample(0, OK), CONTROLS)
    assert vouches(sample(0, REFUSED), CONTROLS)  # a refusal came over TLS that is valid for the name
    assert not vouches(replace(sample(0, OK), via="proxy"), CONTROLS)
    for source in set(Source) - {Source.DIRECT, Source.CONTROL}:
        assert not vouches(replace(sample(0, OK), source=source), CONTROLS)


@pytest.mark.parametrize("failure", Failure)
def test_a_failure_vouches_only_if_somebody_with_a_certificate_sent_it(failure: Failure) -> None:
    assert vouches(sample(0, failure), CONTROLS) is (failure in ANSWERED)


TOLD = st.sampled_from([OK, REFUSED, UNKNOWN, DNS, GONE, Failure.CONNECT_TIMEOUT, Failure.NOT_ASKABLE])
TIMES = st.integers(0, 130)


@given(st.dictionaries(st.sampled_from([*NAMED, NUMBER]), st.tuples(TIMES, TOLD)), st.none() | TIMES)
def test_any_answers_make_one_line_and_never_lose_it_beside_a_newer_voice(
    told: dict[str, tuple[int, Told]], heard: int | None
) -> None:
    seen = [control(t, said, probe) for probe, (t, said) in told.items()]
    found = line(130, *seen, heard=heard)
    if heard is not None and heard >= 70 and all(e.t <= at(heard) for e in seen):
        assert found is Line.OK
    if found is Line.OK:
        assert heard is not None
        assert heard >= 70
    if found in {Line.OFFLINE, Line.RESOLVER}:
        assert {e.outcome for e in seen if e.probe in NAMED} == {Outcome.FAILED}
    if found in {Line.OFFLINE, Line.RESOLVER, Line.PORTAL}:
        assert {*NAMED} <= {e.probe for e in seen if e.t >= at(70)}


# in the loop


def portal(key: Key, _at: int) -> Answer | Failure | int:
    """A box that answers every plain question itself and cannot fake anybody's certificate."""
    if key == (EVERYONE, NUMBER):
        return 200
    return 302 if key[0] == EVERYONE else Failure.TLS_WRONG_NAME


def resolver_dead(key: Key, _at: int) -> Answer | Failure | int:
    return 200 if key == (EVERYONE, NUMBER) else DNS


@pytest.mark.parametrize(("world", "found"), [(portal, Line.PORTAL), (resolver_dead, Line.RESOLVER)])
def test_a_lost_line_is_named_and_accuses_nobody(world: Says, found: Line) -> None:
    def says(key: Key, when: int) -> Answer | Failure | int:
        return world(key, when) if 100_000 <= when < 500_000 else well(key, when)

    loop = Loop(says).start().run(150)
    assert loop.world.line is found
    assert {loop.state(p.id) for p in WATCHED} == {State.UNKNOWN}
    loop.run(350).run(60)
    assert loop.world.line is Line.OK
    assert {loop.state(p.id) for p in WATCHED} == {State.UP}
    assert loop.events == []


def test_while_the_line_is_lost_only_the_line_is_asked_about() -> None:
    loop = Loop(during(100, 1000, EVERYBODY, GONE)).start().run(130)
    assert loop.world.line is Line.OFFLINE
    before = len(loop.asked)
    loop.run(600)
    assert {key[0] for _, key in loop.asked[before:]} == {EVERYONE}


def test_one_s_own_line_back_accuses_nobody_for_half_a_minute() -> None:
    # The resolver answers the controls at once and everybody else some seconds later.
    says = during(100, 200, EVERYBODY, DNS, during(200, 225, {p.id for p in WATCHED}, Failure.CONNECT_TIMEOUT))
    loop = Loop(says).start().run(900)
    assert loop.events == []


@settings(max_examples=40, deadline=None)
@given(
    since=st.floats(60, 240),
    lasts=st.floats(0.1, 90),
    told=st.sampled_from([GONE, DNS, Failure.DNS_TIMEOUT, Failure.CONNECT_TIMEOUT, Failure.TLS_RESET]),
)
def test_a_dropout_of_everything_accuses_nobody(since: float, lasts: float, told: Failure) -> None:
    loop = Loop(during(since, since + lasts, EVERYBODY, told)).start().run(since + lasts + 120)
    assert loop.events == []
    assert loop.world.line is Line.OK


def test_a_dropout_in_which_questions_hang_accuses_nobody() -> None:
    says = during(66, 81, EVERYBODY, Failure.CONNECT_TIMEOUT)
    loop = Loop(says, hangs=lambda key: 15_000 if key[0] == EVERYONE else 5_000).start().run(400)
    assert loop.events == []


def test_a_bare_connection_vouches_for_nothing() -> None:
    chat = Probe("chat", "tcp", "chat.beta.test")
    connected = of_platform(BETA, chat, Answer(at(0), at(1), Phases(dns=5, connect=9)))
    assert not vouches(connected, CONTROLS)


def test_a_platform_asked_without_tls_vouches_for_nothing() -> None:
    plain = Probe("plain", "http", "www.beta.test", secure=False)
    told = of_platform(BETA, plain, Answer(at(0), at(1), Phases(dns=5, connect=9, first_byte=9), status=302))
    assert not vouches(told, CONTROLS)


def test_a_portal_that_takes_every_connection_accuses_nobody() -> None:
    chat = replace(BETA, id="chat", owner="else", probes=(Probe("p0", "tcp", "chat.test"),))

    def says(key: Key, when: int) -> Answer | Failure | int:
        if when < 100_000:
            return well(key, when) if key[0] != "chat" else Answer(0, 0, Phases(dns=5, connect=9))
        if key[0] == EVERYONE:
            return 302 if key[1] != "number" else Answer(0, 0, Phases(connect=9))
        return Answer(0, 0, Phases(dns=5, connect=9)) if key[0] == "chat" else Failure.TLS_WRONG_NAME

    loop = Loop(says, platforms=(ALPHA, replace(BETA, owner="acme"), chat)).start().run(400)
    assert loop.events == []
    assert loop.world.line is Line.PORTAL


def test_a_lost_line_is_asked_about_less_and_less_often() -> None:
    loop = Loop(during(100, 10_000, EVERYBODY, Failure.CONNECT_NETWORK_DOWN)).start().run(700)
    times = [t for t, key in loop.asked if key == (EVERYONE, "one") and t > 100_000]
    waits = [b - a for a, b in pairwise(times)]
    assert waits == sorted(waits)
    assert 30_000 <= waits[-1] <= 31_000


# The whole line drops out for some seconds, questions hang in it, and it is back before they are given up: controls
# asked then are answered at once, and the line must not seem to have carried the questions that it lost.
@settings(max_examples=40, deadline=None)
@given(
    since=st.integers(60, 180),
    lasts=st.integers(3, 30),
    hangs=st.lists(st.sampled_from([5_000, 6_000, 7_000, 10_000, 15_000]), min_size=5, max_size=12),
    told=st.sampled_from([Failure.CONNECT_TIMEOUT, Failure.DNS_TIMEOUT]),
)
@example(since=60, lasts=8, hangs=[7_000, 5_000, 5_000, 5_000, 6_000], told=Failure.CONNECT_TIMEOUT)
def test_however_long_whose_question_hangs(since: int, lasts: int, hangs: list[int], told: Failure) -> None:
    says = during(since, since + lasts, EVERYBODY, told)
    each = cycle(hangs)
    loop = Loop(says, hangs=lambda _key: next(each)).start().run(since + lasts + 90)
    assert loop.events == []
