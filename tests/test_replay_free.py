"""Recordings that hold evidence alone, by whomever they were made: virtual clock, default thresholds, gaps."""

from __future__ import annotations

from typing import Any

from loop import T0, Loop, during
from replay_rig import replayed

from trayapp.core.model import EVERYONE, Evidence, Failure, Function, Gap, Outcome, Phases, Source
from trayapp.simulate.replay import Replay
from trayapp.simulate.replayed import Said
from trayapp.storage.recording import Taken
from trayapp.storage.records import Line, evidence_line, gap_line

SHAKEN = Phases(dns=5, connect=20, tls=25, first_byte=30)
HEAD = {
    *("t", "kind", "incident", "owner", "platforms", "state", "scope", "functions", "reasons", "duration_s"),
}


def at(seconds: float) -> int:
    return T0 + int(seconds * 1000)


def seen(seconds: float, platform: str, failure: Failure | None = None, **more: Any) -> Line:
    status = None if failure is not None and failure is not Failure.HTTP_SERVER_ERROR else 503 if failure else 200
    outcome = Outcome.OK if failure is None else Outcome.FAILED
    phases = Phases() if status is None else SHAKEN
    values: dict[str, Any] = {"probe": "home", "host": f"www.{platform}.test", "status": status, "ms": 80} | more
    return evidence_line(
        Evidence(at(seconds), platform, Source.DIRECT, outcome, failure=failure, phases=phases, **values)
    )


def control(seconds: float, who: str = "one") -> Line:
    ok, control_ = Outcome.OK, Source.CONTROL
    return evidence_line(Evidence(at(seconds), EVERYONE, control_, ok, who, f"{who}.test", who, ms=50, status=200))


def outage(*, owner: str = "") -> list[Line]:
    """Twice a minute for an hour; from the 20th minute to the 40th one answers with errors, on two hosts."""
    lines = []
    for s in range(0, 3600, 30):
        bad = Failure.HTTP_SERVER_ERROR if 1200 <= s < 2400 else None
        lines += [
            seen(s, "shop", bad, owner=owner),
            seen(s + 1, "shop", bad, owner=owner, probe="api", host="api.shop.test"),
        ]
        lines += [control(s + 3), control(s + 4, "two"), seen(s + 5, "calm")]
    return lines


def events(said: list[Said]) -> list[dict[str, Any]]:
    return [dict(s.line) for s in said if s.event is not None]


def test_an_unknown_platform_gets_default_thresholds_and_is_its_own_owner() -> None:
    start, *others, end = events(replayed(outage()))
    assert start["kind"] == "start"
    assert (start["owner"], start["platforms"], start["state"], start["scope"]) == ("shop", ["shop"], "down", "theirs")
    assert start["reasons"] == ["server_errors"]
    assert 1200 + 15 <= _s(start["t"]) <= 1200 + 70
    assert [e["kind"] for e in others] in ([], ["update"])
    assert end["kind"] == "end"
    assert 1170 <= end["duration_s"] <= 1230
    assert start.keys() == HEAD


def _s(t: object) -> float:
    from trayapp.storage.fields import time_of

    return (time_of(t, "t") - T0) / 1000


def test_who_owns_it_may_stand_in_the_record() -> None:
    assert {e["owner"] for e in events(replayed(outage(owner="acme")))} == {"acme"}


def test_only_the_required_fields_are_enough_for_a_page_that_admits() -> None:
    lines: list[Line] = []
    for s in range(0, 1800, 30):
        told = {"v": 1, "t": evidence_line(Evidence(at(s), "x", Source.OFFICIAL, Outcome.OK))["t"], "platform": "shop"}
        bad = {"outcome": "failed", "failure": "official_major"} if s >= 600 else {"outcome": "ok"}
        lines += [control(s), {**told, "source": "official", "function": Function.SIGN_IN, **bad}]
    (start,) = events(replayed(lines))
    assert (start["state"], start["functions"], start["reasons"]) == ("partial", ["sign_in"], ["official_major"])
    assert _s(start["t"]) == 600


def test_without_anybody_who_vouches_for_the_line_nobody_is_accused() -> None:
    assert events(replayed([seen(s, "shop", Failure.CONNECT_TIMEOUT) for s in range(0, 3600, 20)])) == []


def test_nothing_opens_or_heals_across_a_gap() -> None:
    before, after = [seen(s, "shop") for s in range(0, 600, 30)], [seen(s, "shop") for s in range(30_000, 30_600, 30)]
    controls = [control(s + 2) for s in (*range(0, 600, 30), *range(30_000, 30_600, 30))]
    lines = sorted([*before, *after, *controls, gap_line(Gap(at(590), at(29_990)))], key=lambda line: str(line["t"]))
    said = replayed(lines)
    assert events(said) == []
    states = [(round(_s(s.line["t"])), s.line["state"]) for s in said]
    assert ("unknown" in {state for t, state in states if 590 <= t <= 29_990}) is True
    assert states[-1][1] == "up"
    assert not [t for t, _ in states if 600 < t < 29_990]  # nobody looked: nothing is said of it


def test_what_comes_too_late_is_taken_in_late_and_moves_no_clock_back() -> None:
    lines = outage()
    lines.insert(200, seen(5, "shop"))
    times = [str(s.line["t"]) for s in replayed(lines)]
    assert times == sorted(times)


def test_the_core_asks_in_vain_and_that_is_counted() -> None:
    replay = Replay()
    replayed(outage(), replay)
    assert replay.asks > 0
    assert replay.notices == 2
    assert replay.seen == 5 * 120


def test_a_history_of_the_closed_loop_tells_the_same_stories() -> None:
    """Without its steps: whose, from when to when is as it was; when Fanal said so may differ by a round."""
    says = during(4000, 4500, {"other"}, Failure.CONNECT_TIMEOUT, during(600, 1500, {"alpha", "beta"}, 503))
    loop = Loop(says).start().run(6000)
    evidence = [e for effects in loop.effects for e in effects.evidence]
    replay = Replay(loop.platforms)
    said = replayed(list(Taken().new(evidence, [])), replay)
    kept = [(e.kind, e.of.owner, {m.platform for m in e.of.members}, e.of.start.t) for e in loop.events]
    found = [s.event for s in said if s.event is not None]
    assert [(e.kind, e.of.owner, {m.platform for m in e.of.members}, e.of.start.t) for e in found] == kept
    assert all(abs(a.t - b.t) <= 8_000 for a, b in zip(found, loop.events, strict=True))
    assert [e.of.end.t for e in found if e.of.end] == [e.of.end.t for e in loop.events if e.of.end]
