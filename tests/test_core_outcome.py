"""The design's table "Outcomes", row by row, and whatever the world may send instead."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from core_rig import answer, at
from hypothesis import given
from hypothesis import strategies as st
from loop import platform

from trayapp.core.model import EVERYONE, Failure, Function, Outcome, Phases, Source, Stage
from trayapp.core.outcome import classify, matches, of_line, of_platform
from trayapp.core.question import Answer, Control, Probe, Shape

BARE = Probe("home", "http", "www.alpha.test")
PLAIN = Probe("home", "http", "www.alpha.test", secure=False)
TLS = Probe("edge", "tls", "edge.alpha.test")
PROMISED = Probe("ping", "http", "www.alpha.test", method="GET", healthy=Shape(frozenset({200}), body="pong"))
GRAPH = Probe(
    "graph",
    "http",
    "graph.alpha.test",
    method="GET",
    healthy=Shape(frozenset({400}), {"error.code": (2500,)}),
    broken=(Shape(json={"error.code": (1, 2)}), Shape(json={"error.is_transient": (True,)})),
)
CONCLUDED = {
    Failure.HTTP_SERVER_ERROR,
    Failure.HTTP_REFUSED,
    Failure.HTTP_TOO_MANY,
    Failure.HTTP_LEGAL,
    Failure.BODY_UNEXPECTED,
    Failure.BODY_SAYS_BROKEN,
    Failure.BODY_TOO_LARGE,
}
"""What the core concludes from an answer; the network never reports it by itself."""
FROM_THE_NET = [f for f in Failure if f not in CONCLUDED and f.stage not in {Stage.OFFICIAL, Stage.HERE}]


def graph(**error: object) -> bytes:
    return json.dumps({"error": error}).encode()


def by_the_table(status: int) -> tuple[Outcome, Failure | None]:
    """A bare status over valid TLS, where nothing more was promised than an answer."""
    if status < 200:
        return Outcome.UNKNOWN, Failure.HTTP_PROTOCOL
    if status < 400:
        return Outcome.OK, None
    if 500 <= status < 600:
        return Outcome.FAILED, Failure.HTTP_SERVER_ERROR
    special = {429: Failure.HTTP_TOO_MANY, 451: Failure.HTTP_LEGAL}
    return Outcome.REFUSED, special.get(status, Failure.HTTP_REFUSED)


def test_every_status_there_can_be() -> None:
    assert {s: classify(BARE, answer(s)) for s in range(100, 1000)} == {s: by_the_table(s) for s in range(100, 1000)}


@pytest.mark.parametrize(
    ("probe", "status", "via"),
    [(BARE, s, via) for s in (500, 502, 503, 599) for via in ("proxy", "interception")] + [(PLAIN, 503, "")],
)
def test_a_server_error_that_somebody_else_may_have_said_accuses_nobody(probe: Probe, status: int, via: str) -> None:
    assert classify(probe, answer(status, via=via)) == (Outcome.UNKNOWN, Failure.HTTP_SERVER_ERROR)


@pytest.mark.parametrize("failure", FROM_THE_NET)
def test_whatever_fails_on_the_way_has_failed(failure: Failure) -> None:
    assert classify(BARE, answer(failure=failure)) == (Outcome.FAILED, failure)
    assert classify(TLS, answer(failure=failure)) == (Outcome.FAILED, failure)


@pytest.mark.parametrize("failure", FROM_THE_NET)
def test_what_fails_behind_a_proxy_may_be_the_proxy(failure: Failure) -> None:
    assert classify(BARE, answer(failure=failure, via="proxy")) == (Outcome.UNKNOWN, failure)


@pytest.mark.parametrize("failure", [Failure.NOT_ASKABLE, Failure.INTERNAL, Failure.PROXY_UNREACHABLE])
def test_a_mistake_of_ours_is_held_against_nobody(failure: Failure) -> None:
    assert classify(BARE, answer(failure=failure)) == (Outcome.UNKNOWN, failure)


def test_a_handshake_is_all_that_was_asked() -> None:
    assert classify(TLS, answer()) == (Outcome.OK, None)


@pytest.mark.parametrize(
    ("status", "body", "outcome", "failure"),
    [
        (200, b"pong", Outcome.OK, None),
        (200, b"pong\n", Outcome.UNKNOWN, Failure.BODY_UNEXPECTED),
        (200, b"", Outcome.UNKNOWN, Failure.BODY_UNEXPECTED),
        (200, b"\xff\xfe", Outcome.UNKNOWN, Failure.BODY_UNEXPECTED),
        (204, b"pong", Outcome.UNKNOWN, Failure.BODY_UNEXPECTED),
        (302, b"", Outcome.UNKNOWN, Failure.BODY_UNEXPECTED),
        (403, b"pong", Outcome.REFUSED, Failure.HTTP_REFUSED),
        (429, b"pong", Outcome.REFUSED, Failure.HTTP_TOO_MANY),
        (451, b"", Outcome.REFUSED, Failure.HTTP_LEGAL),
        (999, b"", Outcome.REFUSED, Failure.HTTP_REFUSED),
        (500, b"pong", Outcome.FAILED, Failure.HTTP_SERVER_ERROR),
    ],
)
def test_an_answer_beside_what_was_promised(status: int, body: bytes, outcome: Outcome, failure: Failure) -> None:
    assert classify(PROMISED, answer(status, body)) == (outcome, failure)


@pytest.mark.parametrize(
    ("status", "body", "outcome", "failure"),
    [
        # A refusal that the platform's file names as its healthy answer.
        (400, graph(code=2500), Outcome.OK, None),
        (400, graph(code=190), Outcome.REFUSED, Failure.HTTP_REFUSED),
        (400, graph(code="2500"), Outcome.REFUSED, Failure.HTTP_REFUSED),
        (400, b"", Outcome.REFUSED, Failure.HTTP_REFUSED),
        (403, graph(code=2500), Outcome.REFUSED, Failure.HTTP_REFUSED),
        (200, graph(code=2500), Outcome.UNKNOWN, Failure.BODY_UNEXPECTED),
        # A body that says so itself, whatever the status.
        *[(s, graph(code=1), Outcome.FAILED, Failure.BODY_SAYS_BROKEN) for s in (200, 302, 400, 403, 429, 500, 503)],
        (400, graph(code=2), Outcome.FAILED, Failure.BODY_SAYS_BROKEN),
        (400, graph(code=2500, is_transient=True), Outcome.FAILED, Failure.BODY_SAYS_BROKEN),
        (400, graph(code=2500, is_transient=False), Outcome.OK, None),
        (500, graph(code=2500), Outcome.FAILED, Failure.HTTP_SERVER_ERROR),
        (503, b"<html>", Outcome.FAILED, Failure.HTTP_SERVER_ERROR),
        # Broken in every other way: no more than its status.
        *[
            (400, body, Outcome.REFUSED, Failure.HTTP_REFUSED)
            for body in (
                b"{",
                b"null",
                b"[]",
                b'"error"',
                b'{"error": null}',
                b'{"error": "code"}',
                b'{"error": [1]}',
                b'{"error": {"code": [1]}}',
                b'{"error": {"code": {"1": 1}}}',
                b'{"error": {"code": NaN}}',
                b'{"error.code": 1}',
                b"\xff\xfe\x00",
                b"\x00" * 70_000,
                b"1" * 10_000,
            )
        ],
    ],
)
def test_an_api_whose_healthy_answer_is_a_refusal(status: int, body: bytes, outcome: Outcome, failure: Failure) -> None:
    assert classify(GRAPH, answer(status, body)) == (outcome, failure)


@pytest.mark.parametrize("body", [b"[" * 60_000, b'{"error":' * 6_000, b'{"error":' + b"[" * 60_000])
def test_brackets_ten_thousand_deep_are_just_another_body(body: bytes) -> None:
    assert classify(GRAPH, answer(400, body)) == (Outcome.REFUSED, Failure.HTTP_REFUSED)
    assert classify(GRAPH, answer(200, body)) == (Outcome.UNKNOWN, Failure.BODY_UNEXPECTED)


@given(
    probe=st.sampled_from([BARE, PLAIN, PROMISED, GRAPH]),
    status=st.integers(100, 999),
    body=st.binary(max_size=200) | st.sampled_from([b"pong", graph(code=1), graph(code=2500)]),
    via=st.sampled_from(["", "proxy", "interception"]),
)
def test_any_bytes_are_judged_and_never_raise(probe: Probe, status: int, body: bytes, via: str) -> None:
    outcome, failure = classify(probe, answer(status, body, via=via))
    assert (failure is None) == (outcome is Outcome.OK)
    if outcome is Outcome.FAILED:  # a refusal is not an outage: only a 5xx or the body itself fails
        assert failure is Failure.BODY_SAYS_BROKEN or 500 <= status < 600
        assert via == ""  # "the box in the middle may have said it"
    if 400 <= status < 500 and failure is not Failure.BODY_SAYS_BROKEN:
        assert outcome in {Outcome.REFUSED, Outcome.OK}


LEAVES = st.none() | st.text(max_size=5) | st.integers() | st.floats(allow_nan=False) | st.booleans()
DOCUMENTS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "a.b", ""]), inner),
    max_leaves=12,
)


@given(DOCUMENTS, st.sampled_from(["a", "a.b", "a.b.a", "b"]))
def test_a_path_finds_what_stands_there_and_nothing_else(document: object, path: str) -> None:
    here = document
    for key in path.split("."):
        here = here.get(key, ...) if isinstance(here, dict) else ...
    text = json.dumps(document).encode()
    found = answer(200, text)
    if isinstance(here, str):
        assert matches(Shape(json={path: (here,)}), found)
        assert not matches(Shape(json={path: (here + "x",)}), found)
    elif here is ... or isinstance(here, (dict, list)):
        assert not matches(Shape(json={path: ("x", 1, 0, "", None)}), found)


def test_every_given_part_must_hold() -> None:
    shape = Shape(frozenset({200, 201}), {"a": ("x",), "b.c": (1, 2)}, None)
    assert matches(shape, answer(201, b'{"a": "x", "b": {"c": 2}}'))
    assert not matches(shape, answer(202, b'{"a": "x", "b": {"c": 2}}'))
    assert not matches(shape, answer(201, b'{"a": "x", "b": {"c": 3}}'))
    assert not matches(shape, answer(201, b'{"b": {"c": 2}}'))


def test_what_this_computer_saw_is_written_down_whole() -> None:
    alpha = platform("alpha", "acme", "www.alpha.test", "api.alpha.test")
    told = Answer(
        at(1),
        at(3),
        Phases(1, 2, 3, 4, 5),
        status=429,
        headers={"retry-after": "9" * 500},
        via="proxy",
        address="::1",
    )
    seen = of_platform(alpha, alpha.probes[1], told)
    assert (seen.t, seen.began, seen.ms) == (at(3), at(1), 2000)
    assert (seen.platform, seen.owner, seen.source) == ("alpha", "acme", Source.DIRECT)
    assert (seen.probe, seen.host, seen.via) == ("p1", "api.alpha.test", "proxy")
    assert (seen.outcome, seen.failure, seen.status) == (Outcome.REFUSED, Failure.HTTP_TOO_MANY, 429)
    assert seen.phases == Phases(1, 2, 3, 4, 5)
    assert seen.function is alpha.probes[1].sees[0]
    assert 0 < len(seen.note) <= 120
    assert "::1" not in repr(seen)  # no addresses are recorded


@pytest.mark.parametrize("families", [0, 1, 2])
def test_in_how_many_address_families_connecting_failed_is_written_down(families: int) -> None:
    # "From ≥ 2 hosts or both address families" of the table "Confirmed" is judged by the evidence alone.
    told = replace(answer(failure=Failure.CONNECT_TIMEOUT), families=families)
    assert of_platform(platform("alpha", "acme"), BARE, told).families == families


def test_a_probe_that_sees_several_functions_speaks_for_none_alone() -> None:
    probe = Probe("p0", "http", "www.alpha.test", sees=(Function.WEB, Function.FEED))
    assert of_platform(platform("alpha", "acme"), probe, answer(200)).function is None


def test_a_control_speaks_of_the_line_and_of_no_platform() -> None:
    seen = of_line(Control(PROMISED, "uno"), answer(200, b"pong"))
    assert (seen.platform, seen.owner, seen.source, seen.function) == (EVERYONE, "uno", Source.CONTROL, None)
    assert seen.outcome is Outcome.OK


@given(st.integers(-(10**12), 10**12))
def test_a_clock_set_in_mid_question_makes_no_negative_length(shift: int) -> None:
    seen = of_platform(platform("alpha", "acme"), BARE, Answer(at(0), at(0) + shift, status=200))
    assert seen.ms >= 0
    assert seen.began <= seen.t


def test_json_true_is_not_the_number_one() -> None:
    probe = Probe("p", "http", "www.alpha.test", method="GET", broken=(Shape(json={"code": (1, 2)}),))
    assert classify(probe, answer(400, json.dumps({"code": True}).encode())) == (Outcome.REFUSED, Failure.HTTP_REFUSED)
    probe = Probe("p", "http", "www.alpha.test", method="GET", broken=(Shape(json={"transient": (True,)}),))
    assert classify(probe, answer(400, b'{"transient": 1}')) == (Outcome.REFUSED, Failure.HTTP_REFUSED)
    assert classify(probe, answer(400, b'{"transient": 1.0}')) == (Outcome.REFUSED, Failure.HTTP_REFUSED)


@pytest.mark.parametrize("failure", [Failure.BODY_CUT, Failure.BODY_TIMEOUT, Failure.BODY_TOO_LARGE])
def test_a_refusal_whose_explanation_is_cut_off_is_still_a_refusal(failure: Failure) -> None:
    probe = Probe("p", "http", "www.alpha.test", method="GET", healthy=Shape(status=frozenset({400}), json={"a": (1,)}))
    cut = replace(answer(400, b'{"a'), failure=failure)
    assert classify(probe, cut) == (Outcome.REFUSED, Failure.HTTP_REFUSED)
    assert classify(probe, replace(cut, status=200)) == (Outcome.FAILED, failure)
