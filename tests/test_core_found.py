"""Found by fresh eyes: each of these says what the design promises and the core does not yet keep."""

from __future__ import annotations

import json

from core_rig import CONNECT, DNS, E503, OK, UNKNOWN, answer, row, sample, weigh
from loop import BETA
from test_core_judge import no_good_news_from_worse_evidence

from trayapp.core.confirm import Direct
from trayapp.core.judge import Official, Outside, Signs, judge
from trayapp.core.model import Failure, Line, Outcome, Scope, State
from trayapp.core.outcome import classify
from trayapp.core.question import Probe, Shape

ACCUSING = {State.DOWN, State.PARTIAL, State.UNREACHABLE}


def test_json_true_is_not_the_number_one() -> None:
    probe = Probe("p", "http", "www.alpha.test", method="GET", broken=(Shape(json={"code": (1, 2)}),))
    assert classify(probe, answer(400, json.dumps({"code": True}).encode())) == (Outcome.REFUSED, Failure.HTTP_REFUSED)
    probe = Probe("p", "http", "www.alpha.test", method="GET", broken=(Shape(json={"transient": (True,)}),))
    assert classify(probe, answer(400, b'{"transient": 1}')) == (Outcome.REFUSED, Failure.HTTP_REFUSED)
    assert classify(probe, answer(400, b'{"transient": 1.0}')) == (Outcome.REFUSED, Failure.HTTP_REFUSED)


def test_nobody_is_accused_while_the_line_is_not_well_not_even_by_their_own_page() -> None:
    # "Confirmed (the line answered after the failure, always)"; "Your own line first".
    for line in Line:
        for direct in Direct:
            for outside in Outside:
                if line is not Line.OK:
                    assert judge(Signs(line, direct, Official.MAJOR, outside)).state not in ACCUSING, (line, direct)


def test_no_good_news_from_worse_evidence_while_the_line_is_not_known() -> None:
    for outside in Outside:
        no_good_news_from_worse_evidence(Line.UNKNOWN, outside)


def test_what_they_admit_is_theirs_also_when_nothing_answers_here() -> None:
    # Scope `theirs`: "their server answered with an error, or they say so".
    for direct in Direct:
        for outside in Outside:
            verdict = judge(Signs(direct=direct, official=Official.MAJOR, outside=outside))
            assert verdict.state in ACCUSING
            assert verdict.scope in {Scope.THEIRS, Scope.WIDESPREAD}, (direct, outside)


def test_three_samples_and_a_failing_sibling_are_enough_however_long_ago_it_was_last_asked() -> None:
    # "3 samples over >= 15 s on fresh connections and a second host of it, or a sibling, ... agrees"
    beta = row(E503, 60, platform=BETA)
    assert weigh(*row(E503, 84, 92, 100), siblings={BETA: beta}).direct is Direct.SERVER


def test_one_more_failure_never_takes_a_confirmation_back() -> None:
    beta = row(E503, 105, platform=BETA)
    assert weigh(*row(E503, 100), siblings={BETA: beta}).direct is Direct.SERVER
    assert weigh(*row(E503, 100, 140), siblings={BETA: beta}).direct is Direct.SERVER


def test_siblings_fail_the_same_way_together_not_each_at_its_own_time() -> None:
    # The look-up failed a hundred seconds before the sibling's did; what fails now is something else.
    beta = row(DNS, 205, platform=BETA)
    assert weigh(sample(100, DNS), sample(200, CONNECT, "p1"), siblings={BETA: beta}).direct is Direct.SUSPECT


def test_an_answer_that_says_nothing_takes_no_doubt_away() -> None:
    # "Never green on doubt": the failure still stands, and the run goes on.
    found = weigh(sample(0, E503), sample(8, UNKNOWN), sample(9, OK, "p1"))
    assert found.direct is Direct.SUSPECT
    assert found.suspect == {"p0"}
