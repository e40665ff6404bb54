"""Evidence records: written and read back whole, bounded, and free of what is the person's own."""

from __future__ import annotations

import gzip
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loop import CONTROLS, T0, WATCHED

from trayapp.core.model import Evidence, Failure, Function, Gap, Outcome, Phases, Source
from trayapp.storage.fields import RecordError
from trayapp.storage.recorded import CUT, LINE_LIMIT, TOO_LONG, TOO_MUCH, entries
from trayapp.storage.recording import Taken, watched_line
from trayapp.storage.records import Entry, evidence_line, gap_line, read_line
from trayapp.storage.steps import Passed, Watched

MS = st.none() | st.integers(0, 60_000)
TEXTS = st.text(max_size=60)
EVIDENCE = st.builds(
    Evidence,
    t=st.integers(0, 4_000_000_000_000),
    platform=st.text(min_size=1, max_size=20),
    source=st.sampled_from(Source),
    outcome=st.sampled_from(Outcome),
    probe=TEXTS,
    host=st.sampled_from(["", "www.test", "9.9.9.9"]),
    owner=TEXTS,
    function=st.none() | st.sampled_from(Function),
    failure=st.none() | st.sampled_from(Failure),
    status=st.none() | st.integers(100, 999),
    ms=st.integers(0, 60_000),
    phases=st.builds(Phases, MS, MS, MS, MS, MS),
    answer=TEXTS,
    via=st.sampled_from(["", "proxy"]),
    note=TEXTS,
    families=st.integers(0, 2),
)
GOOD: dict[str, Any] = {"v": 1, "t": "2024-03-05T15:17:00.000Z", "platform": "p", "source": "direct", "outcome": "ok"}


def read(data: bytes, **more: Any) -> tuple[list[Entry], list[tuple[int, str]]]:
    bad: list[tuple[int, str]] = []
    stream = io.BufferedReader(io.BytesIO(data))
    return list(entries(stream, lambda n, why: bad.append((n, why)), **more)), bad


@given(EVIDENCE)
def test_evidence_is_read_back_whole(evidence: Evidence) -> None:
    entry = read_line(json.dumps(evidence_line(evidence)))
    assert entry == Entry(evidence, {})


def test_the_example_of_the_contract() -> None:
    text = (
        '{"v":1,"t":"2024-03-05T15:17:00.000Z","platform":"facebook","function":"sign_in","source":"official",'
        '"probe":"metastatus","host":"status.test","answer":"a","outcome":"failed","failure":"official_major",'
        '"status":null,"ms":412,"phases":{"dns":1},"via":"","note":"High disruptions"}'
    )
    entry = read_line(text)
    assert entry is not None
    e = entry.what
    assert isinstance(e, Evidence)
    assert (e.t, e.function, e.failure, e.status) == (1_709_651_820_000, Function.SIGN_IN, Failure.OFFICIAL_MAJOR, None)
    assert e.phases == Phases(dns=1)
    assert e.note == "High disruptions"


def test_a_gap() -> None:
    gap = Gap(T0, T0 + 5_000)
    assert read_line(json.dumps(gap_line(gap))) == Entry(gap, {})


def test_who_is_watched_is_read_back_as_far_as_the_judge_needs_it() -> None:
    entry = read_line(json.dumps(watched_line("2024-03-05T15:17:00Z", WATCHED, CONTROLS)))
    assert entry is not None
    told = entry.what.told  # type: ignore[union-attr]  # a step
    assert isinstance(told, Watched)
    assert [(p.id, p.owner, p.functions) for p in told.platforms] == [(p.id, p.owner, p.functions) for p in WATCHED]
    assert [(q.id, q.sees, q.healthy is None) for p in told.platforms for q in p.probes] == [
        (q.id, q.sees, q.healthy is None) for p in WATCHED for q in p.probes
    ]
    assert [(c.probe.id, c.owner, c.by_address) for c in told.controls] == [
        (c.probe.id, c.owner, c.by_address) for c in CONTROLS
    ]


@pytest.mark.parametrize("host", ["192.168.1.1", "10.0.0.1", "fe80::1", "127.0.0.1"])
def test_no_address_of_the_persons_own_network(host: str) -> None:
    line = evidence_line(Evidence(T0, "p", Source.DIRECT, Outcome.OK, host=host))
    assert host not in json.dumps(line)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"v": 2}, "v"),
        ({"v": True}, "v"),
        ({"v": None}, "v"),
        ({"t": "yesterday"}, "t"),
        ({"t": "2024-03-05T15:17:00"}, "t"),  # of which zone?
        ({"t": 5}, "t"),
        ({"t": "1969-03-05T15:17:00Z"}, "t"),
        ({"platform": ""}, "platform"),
        ({"platform": 3}, "platform"),
        ({"platform": "p" * 401}, "platform"),
        ({"source": "rumour"}, "source"),
        ({"source": None}, "source"),
        ({"outcome": "good"}, "outcome"),
        ({"failure": "broken"}, "failure"),
        ({"function": ["web"]}, "function"),
        ({"status": "200"}, "status"),
        ({"status": True}, "status"),
        ({"ms": -1}, "ms"),
        ({"ms": 1e9}, "ms"),
        ({"phases": [1]}, "phases"),
        ({"phases": {"tls": "x"}}, "tls"),
        ({"note": {}}, "note"),
        ({"gap_until": "never"}, "gap_until"),
        ({"at": 3}, "at"),
        ({"mono": "x"}, "mono"),
        ({"asks": [["a"]]}, "asks"),
        ({"step": "start"}, "platforms"),
        ({"step": "wish", "wish": "fly"}, "wish"),
        ({"step": "delivered", "number": 1, "delivery": "maybe"}, "delivery"),
        ({"step": "around", "network": -1}, "network"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(RecordError) as raised:
        read_line(json.dumps(GOOD | change))
    assert raised.value.field == field


@pytest.mark.parametrize("text", ["", "no", "[1]", "3", '"v"', "[" * 100_000, "{" * 5000])
def test_what_is_no_object(text: str) -> None:
    with pytest.raises(RecordError) as raised:
        read_line(text)
    assert raised.value.field == ""


def test_lines_of_another_kind_are_left_out_in_silence() -> None:
    one, two = {"v": 1, "t": GOOD["t"], "weather": "fair"}, {"v": 1, "t": GOOD["t"], "step": "of tomorrow"}
    found, bad = read(b"\n".join(json.dumps(x).encode() for x in (one, two, GOOD, GOOD | {"more": 1})))
    assert [type(entry.what) for entry in found] == [Evidence, Evidence]
    assert bad == []


def test_a_bad_line_is_named_by_number_and_the_rest_goes_on() -> None:
    good = json.dumps(GOOD).encode()
    found, bad = read(b"\n".join([good, b"{", b"", good, json.dumps(GOOD | {"outcome": 3}).encode(), good]))
    assert len(found) == 3
    assert bad == [(2, ""), (5, "outcome")]


def test_a_line_that_is_too_long_is_passed_over() -> None:
    good = json.dumps(GOOD).encode()
    found, bad = read(good + b"\n" + b"x" * (3 * LINE_LIMIT) + b"\n" + good + b"\n")
    assert len(found) == 2
    assert bad == [(2, TOO_LONG)]


def test_gzip_is_read_as_it_is_and_one_that_is_cut_off_up_to_there() -> None:
    lines = b"".join(json.dumps(GOOD | {"note": str(i) * 40}).encode() + b"\n" for i in range(2000))
    packed = gzip.compress(lines)
    assert len(read(packed)[0]) == 2000
    found, bad = read(packed[: len(packed) // 2])
    assert 0 < len(found) < 2000
    assert bad == [(len(found) + 1, CUT)]


def test_what_inflates_for_ever_ends() -> None:
    found, bad = read(gzip.compress(b" " * 50_000_000), most=1_000_000)
    assert found == []
    assert bad[-1][1] == TOO_MUCH


def test_a_history_that_grows_is_written_once() -> None:
    first = [Evidence(T0 + i * 1000, "p", Source.DIRECT, Outcome.OK) for i in range(5)]
    late = replace(first[0], t=T0 + 3_500)
    gap = Gap(T0 + 2_500, T0 + 2_900)
    taken = Taken()
    lines = list(taken.new(first, [gap]))
    assert [line.get("gap_until") is not None for line in lines] == [False, False, False, True, False, False]
    more = [*first[:4], late, first[4], replace(first[4], t=T0 + 9_000)]
    assert [line["t"] for line in taken.new(more, [gap])] == [
        evidence_line(late)["t"],
        evidence_line(more[-1])["t"],
    ]


def test_time_that_only_passes_is_a_step() -> None:
    entry = read_line(json.dumps({"v": 1, "t": GOOD["t"], "step": "tick", "late": True}))
    assert entry is not None
    assert entry.what.told == Passed()  # type: ignore[union-attr]  # a step
    assert entry.beside == {"late": True}
