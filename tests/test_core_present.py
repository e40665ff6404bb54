"""What every exit shows, and the object of ``fanal status --json`` that others rely on."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from itertools import combinations_with_replacement

import pytest
from core_rig import at, shown
from loop import ALPHA, BETA, GAMMA, OTHER, SECOND, T0, WATCHED, Loop, during, well

from trayapp.core.conditions import Condition
from trayapp.core.judge import AMBER, Reason, Verdict
from trayapp.core.model import Depth, Failure, Line, Millis, Scope, State
from trayapp.core.ports import Known
from trayapp.core.present import Icon, Row, Say, View, iso, nothing_yet, settled, status, stopped, view, with_rows
from trayapp.core.question import Answer
from trayapp.core.story import Phase
from trayapp.core.turns import Key
from trayapp.core.wishes import FOR_EVER, Mute, Pause, Snooze, TellBack
from trayapp.core.world import Input, Wished

PAIR = (ALPHA, BETA)
WORST_FIRST = [State.DOWN, State.PARTIAL, State.UNREACHABLE, State.SLOW, State.UP, State.UNKNOWN]
"""One platform's ``unknown`` never makes the icon while anything else is known."""
SCOPES = {State.DOWN: Scope.THEIRS, State.PARTIAL: Scope.THEIRS}


def verdict(state: State, scope: Scope | None = None) -> Verdict:
    return Verdict(state, scope or SCOPES.get(state, Scope.NOT_KNOWN), Reason.WORKS)


def of(*states: State, line: Line = Line.OK) -> View:
    platforms = WATCHED[: len(states)]
    return view(shown({p.id: verdict(s) for p, s in zip(platforms, states, strict=True)}, platforms, line=line))


def test_the_icon_says_the_worst() -> None:
    for states in combinations_with_replacement(State, 3):
        worst = min(states, key=WORST_FIRST.index)
        assert of(*states).icon.value == worst.value, states


@pytest.mark.parametrize(
    ("line", "icon", "say"),
    [
        (Line.OFFLINE, Icon.OFFLINE, Say.OFFLINE),
        (Line.PORTAL, Icon.PORTAL, Say.PORTAL),
        (Line.RESOLVER, Icon.OFFLINE, Say.RESOLVER),
    ],
)
def test_a_lost_line_is_the_whole_icon(line: Line, icon: Icon, say: Say) -> None:
    for states in combinations_with_replacement(State, 2):
        found = of(*states, line=line)
        assert (found.icon, found.say, found.names, found.mark) == (icon, say, (), False)


def test_a_line_that_is_not_known_hides_nothing() -> None:
    assert of(State.UP, State.UP, line=Line.UNKNOWN).icon is Icon.UP
    assert of(State.UNKNOWN, State.UNKNOWN, line=Line.UNKNOWN).icon is Icon.UNKNOWN


def test_one_platform_s_unknown_is_a_mark_and_never_the_icon() -> None:
    assert (of(State.UP, State.UNKNOWN).icon, of(State.UP, State.UNKNOWN).mark) == (Icon.UP, True)
    assert (of(State.DOWN, State.UNKNOWN).icon, of(State.DOWN, State.UNKNOWN).mark) == (Icon.DOWN, True)
    assert not of(State.UP, State.UP).mark
    nothing = of(State.UNKNOWN, State.UNKNOWN)
    assert (nothing.icon, nothing.say, nothing.mark) == (Icon.UNKNOWN, Say.LOOKING, False)


def test_the_answer_names_those_it_is_about_and_since_when() -> None:
    found = of(State.DOWN, State.UNREACHABLE, State.DOWN, State.UP)
    assert found.say is Say.DOWN
    assert found.names == (ALPHA.name, GAMMA.name)
    assert found.since == at(100)
    assert found.count == 3
    assert of(State.UP, State.SLOW).names == (BETA.name,)
    well = of(State.UP, State.UP)
    assert (well.say, well.names, well.since, well.count) == (Say.ALL_WELL, (), None, 0)


def row_of(state: State, scope: Scope, failing: frozenset[str] = frozenset()) -> Row:
    found = shown({"alpha": verdict(state, scope)}, (ALPHA,), failing={"alpha": failing})
    return view(found).rows[0]


def test_a_function_is_broken_only_where_a_failing_witness_can_see_it() -> None:
    first, second = ALPHA.functions
    both = frozenset({"p0", "p1"})
    assert dict(row_of(State.PARTIAL, Scope.THEIRS, frozenset({"p1"})).functions) == {
        first: State.UNKNOWN,
        second: State.DOWN,
    }
    assert set(dict(row_of(State.UNREACHABLE, Scope.NOT_KNOWN, both).functions).values()) == {State.UNREACHABLE}
    assert set(dict(row_of(State.DOWN, Scope.WIDESPREAD, both).functions).values()) == {State.DOWN}
    assert set(dict(row_of(State.UNKNOWN, Scope.NOT_KNOWN, both).functions).values()) == {State.UNKNOWN}


def test_depth_is_told_only_of_what_is_well() -> None:
    for state in State:
        found = view(shown({"alpha": verdict(state)}, (ALPHA,), depths={"alpha": Depth.WORKS})).rows[0].depth
        assert found is (Depth.WORKS if state in {State.UP, State.SLOW} else None)


def test_the_status_has_these_keys_and_no_others() -> None:
    loop = Loop(during(100, 2000, {"alpha", "beta"}, 503)).start().run(200)
    record = json.loads(json.dumps(status(view(loop.world))))
    assert list(record) == ["watching", "looked_at", "line", "overall", "muted_until", "platforms", "incidents"]
    assert (record["watching"], record["line"], record["overall"]) == (True, "ok", "down")
    assert record["incidents"] == [loop.events[0].incident]
    assert [p["id"] for p in record["platforms"]] == ["alpha", "beta", "gamma", "other"]
    for p in record["platforms"]:
        keys = ["id", "name", "owner", "state", "depth", "scope", "since", "functions", "reasons"]
        assert list(p) == [*keys, "snoozed_until", "tell_back"]
    alpha, _beta, _gamma, other = record["platforms"]
    assert alpha == {
        "id": "alpha",
        "name": "Alpha",
        "owner": "acme",
        "state": "down",
        "depth": None,
        "scope": "theirs",
        "since": iso(loop.events[0].of.members[0].since),
        "functions": {f.value: "down" for f in ALPHA.functions},
        "reasons": ["server_errors"],
        "snoozed_until": None,
        "tell_back": False,
    }
    assert (other["state"], other["depth"], other["scope"], other["reasons"]) == ("up", "works", "not_known", ["works"])
    assert other["functions"] == {f.value: "up" for f in OTHER.functions}
    stamp = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
    assert stamp.fullmatch(record["looked_at"])
    assert all(stamp.fullmatch(p["since"]) for p in record["platforms"])


def test_only_open_incidents_are_told() -> None:
    loop = Loop(during(100, 200, {"alpha", "beta"}, 503)).start().run(500)
    (incident,) = loop.world.incidents.values()
    assert incident.phase is Phase.CLOSED
    assert view(loop.world).incidents == ()


def test_equal_worlds_make_equal_views() -> None:
    loop = Loop().start().run(700)
    one = view(loop.world)
    loop.run(0.001)
    assert view(loop.world) == one


def test_before_the_first_look_nothing_is_known() -> None:
    found = nothing_yet(WATCHED)
    assert (found.icon, found.say, found.line, found.mark) == (Icon.UNKNOWN, Say.LOOKING, Line.UNKNOWN, False)
    assert [row.id for row in found.rows] == [p.id for p in WATCHED]
    assert {row.state for row in found.rows} == {State.UNKNOWN}
    assert not settled(found)
    assert status(found)["looked_at"] is None


def test_whoever_has_stopped_looking_does_not_go_on_saying_what_was_true() -> None:
    for states in combinations_with_replacement(State, 2):
        found = stopped(of(*states))
        assert (found.icon, found.say, found.names, found.since) == (Icon.STOPPED, Say.STOPPED, (), None)
        assert (found.count, found.mark) == (0, False)


@pytest.mark.parametrize("line", Line)
def test_a_single_look_ends_when_all_is_known_or_the_line_is_lost(line: Line) -> None:
    lost = line in {Line.OFFLINE, Line.PORTAL, Line.RESOLVER}
    assert settled(of(State.UP, State.DOWN, line=line))
    assert settled(of(State.UP, State.UNKNOWN, line=line)) is lost


def test_times_are_written_in_utc_with_milliseconds() -> None:
    assert iso(None) is None
    assert iso(T0) == "2023-11-14T22:13:20.000Z"
    assert iso(T0 + 7) == "2023-11-14T22:13:20.007Z"
    assert iso(0) == "1970-01-01T00:00:00.000Z"


def test_what_fails_only_in_your_network_is_not_called_broken() -> None:
    verdict = Verdict(State.UNREACHABLE, Scope.YOUR_NETWORK, Reason.NO_ANSWER_ONLY_HERE)
    world = shown({"alpha": verdict}, (ALPHA,), failing={"alpha": frozenset({"p0", "p1"})})
    assert {s for _, s in view(world).rows[0].functions} == {State.UNREACHABLE}


@pytest.mark.parametrize("reason", sorted(AMBER))
def test_a_warning_is_drawn_as_slow_and_calls_nothing_broken(reason: Reason) -> None:
    world = shown({"alpha": Verdict(State.PARTIAL, Scope.THEIRS, reason), "beta": verdict(State.UP)}, PAIR)
    found = view(world)
    assert (found.icon, found.say, found.names, found.count) == (Icon.SLOW, Say.WARNED, (ALPHA.name,), 0)
    assert found.rows[0].amber
    assert not {s for _, s in found.rows[0].functions} & {State.DOWN, State.UNREACHABLE}


def test_a_warning_beside_something_slow_leaves_the_answer_to_what_is_seen_here() -> None:
    warned = Verdict(State.PARTIAL, Scope.THEIRS, Reason.OFFICIAL_MINOR)
    found = view(shown({"alpha": warned, "beta": verdict(State.SLOW)}, PAIR))
    assert (found.icon, found.say, found.names) == (Icon.SLOW, Say.SLOW, (BETA.name,))
    worse = view(shown({"alpha": warned, "beta": verdict(State.DOWN)}, PAIR))
    assert (worse.icon, worse.names, worse.count) == (Icon.DOWN, (BETA.name,), 1)


def test_a_standing_condition_leaves_the_whole_icon_alone_and_its_own_row_says_so() -> None:
    verdicts = {"alpha": Verdict(State.UNREACHABLE, Scope.NOT_KNOWN, Reason.NO_ANSWER_HERE)}
    for other in State:
        world = shown({**verdicts, "beta": verdict(other)}, PAIR)
        stands = replace(world, known={("", "alpha"): Known("", "alpha", standing=at(0))})
        found, alone = view(with_rows(stands, stands.roster.owned)), of(other)
        assert (found.rows[0].standing, found.rows[0].state) == (True, State.UNREACHABLE)
        assert Condition.STANDING.value in found.rows[0].reasons
        assert (found.count, found.rows[1].standing) == (alone.count, False)
        if other is not State.UNKNOWN:
            assert (found.icon, found.say) == (alone.icon, alone.say)


def test_after_a_pause_in_an_outage_it_is_never_green_before_its_members_were_seen_again() -> None:
    """Whoever answers first is well; those who are silent take their time, and their outage may last."""

    def says(key: Key, at: Millis) -> Answer | Failure | int:
        silent = key[0] in {"alpha", "beta"} and at >= 100 * SECOND
        return Failure.CONNECT_TIMEOUT if silent else well(key, at)

    loop = Seen(says=says).start().run(300)
    assert view(loop.world).icon is Icon.UNREACHABLE
    loop.feed(Wished(loop.now(), Pause(paused=True)))
    loop.run(100)
    loop.icons.clear()
    loop.feed(Wished(loop.now(), Pause(paused=False)))
    loop.run(90)
    assert Icon.UP not in loop.icons
    assert loop.icons[-1] is Icon.UNREACHABLE


@dataclass
class Seen(Loop):
    icons: list[Icon] = field(default_factory=list)

    def feed(self, event: Input) -> None:
        super().feed(event)
        self.icons.append(view(self.world).icon)


def test_the_status_tells_what_the_person_wished() -> None:
    loop = Loop().start().run(60)
    for wish in (Mute(FOR_EVER), Snooze("alpha", T0 + 3_600_000), TellBack("beta")):
        loop.feed(Wished(loop.now(), wish))
    record = json.loads(json.dumps(status(view(loop.world))))
    assert record["muted_until"] == "9999-12-31T23:59:59.999Z"
    alpha, beta, *_ = record["platforms"]
    assert (alpha["snoozed_until"], alpha["tell_back"]) == (iso(T0 + 3_600_000), False)
    assert (beta["snoozed_until"], beta["tell_back"]) == (None, True)
