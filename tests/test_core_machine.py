"""Whatever happens to the hosts, the line, the clocks, the machine and the program: what must hold at every moment."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import cycle, pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from loop import CONTROLS, T0, WATCHED, Loop, well

from trayapp.core.model import EVERYONE, Evidence, Failure, Line, Millis, Outcome, Source, State
from trayapp.core.ports import Around, Claim, Delivery, Interval
from trayapp.core.present import view
from trayapp.core.question import Answer, Platform
from trayapp.core.story import Ending, Event, EventKind, Incident, Notice, Phase
from trayapp.core.turns import Key
from trayapp.core.world import Complained, Input, Reconfigured, Surrounded, Told, World

HOSTS: list[Key] = [(p.id, probe.id) for p in WATCHED for probe in p.probes]
WAYS = [503, 500, 429, 403, Failure.DNS_NXDOMAIN, Failure.CONNECT_REFUSED, Failure.CONNECT_TIMEOUT, Failure.TLS_EXPIRED]
NO_LINE = [Failure.CONNECT_NETWORK_DOWN, Failure.DNS_TEMPORARY, Failure.CONNECT_TIMEOUT]
ASKED_APART: Millis = 1500
WORDS_OF_PAGES = [
    Failure.OFFICIAL_MAJOR,
    Failure.OFFICIAL_MINOR,
    Failure.OFFICIAL_REPORTED,
    Failure.OFFICIAL_MAINTENANCE,
    Failure.OFFICIAL_UNREADABLE,
]


@dataclass
class Watched(Loop):
    """A loop that notes in which world each of its outcomes came about."""

    worlds: list[World] = field(default_factory=list)

    def feed(self, event: Input) -> None:
        super().feed(event)
        self.worlds.append(self.world)


class Life(RuleBasedStateMachine):
    """One person's Fanal over some hours."""

    def __init__(self) -> None:
        super().__init__()
        self.broken: dict[Key, Failure | int] = {}
        self.cable: Failure | None = None
        self.boots = 0
        self.delivery = Delivery.SAID
        self.events: list[Event] = []
        self.said: list[tuple[Notice, Delivery]] = []
        self.claims: list[tuple[Notice, Claim]] = []
        self.intervals: list[Interval] = []
        self.gaps: list[Millis] = []  # mono of the moment after each, in this boot
        self.samples: list[tuple[Millis, Evidence]] = []  # of this boot, each with its steady time
        self.told_at: list[Millis] = []
        self.now_mono: Millis = 0
        self.told = 0
        self.set_back = False
        self.loop = Watched(self.says, boot="boot-0", at=1_000)
        self.loop.start()

    def watched(self) -> tuple[Platform, ...]:
        return self.loop.world.platforms

    def says(self, key: Key, at: Millis) -> Answer | Failure | int:
        return self.cable if self.cable is not None else self.broken.get(key, well(key, at))

    # what may happen

    @rule(seconds=st.sampled_from([3, 20, 45, 90, 240]))
    def time_passes(self, seconds: int) -> None:
        self.loop.run(seconds)

    @rule(hosts=st.sets(st.sampled_from(HOSTS), min_size=1), way=st.sampled_from(WAYS))
    def hosts_fail(self, hosts: set[Key], way: Failure | int) -> None:
        self.broken |= dict.fromkeys(hosts, way)

    @rule(owner=st.sampled_from(["acme", "else"]), way=st.sampled_from(WAYS))
    def an_owner_fails(self, owner: str, way: Failure | int) -> None:
        self.broken |= {(p.id, q.id): way for p in WATCHED if p.owner == owner for q in p.probes}

    @rule(hosts=st.sets(st.sampled_from(HOSTS), min_size=1))
    def hosts_heal(self, hosts: set[Key]) -> None:
        self.broken = {k: v for k, v in self.broken.items() if k not in hosts}

    @rule()
    def all_heal(self) -> None:
        self.broken = {}

    @rule(way=st.sampled_from(NO_LINE))
    def the_cable_is_pulled(self, way: Failure) -> None:
        self.cable = way

    @rule()
    def the_cable_is_put_back(self) -> None:
        self.cable = None

    @rule(seconds=st.sampled_from([25, 600, 30_000]))
    def the_lid_is_closed(self, seconds: int) -> None:
        self.loop.sleep(seconds)

    @rule(ms=st.integers(6_000, 4_000_000), back=st.booleans())
    def the_clock_is_set(self, ms: int, back: bool) -> None:  # noqa: FBT001 - Hypothesis gives it by name
        self.set_back |= back
        self.loop.wall_shift += -ms if back else ms

    @rule(delivery=st.sampled_from(Delivery))
    def the_desktop_listens_or_not(self, delivery: Delivery) -> None:
        self.loop.delivery = delivery

    @rule(ms=st.sampled_from([5, 3_000, 40_000]))
    def the_desktop_takes_its_time(self, ms: int) -> None:
        self.loop.hold = ms

    @rule(ms=st.lists(st.sampled_from([5_000, 7_000, 15_000]), min_size=1, max_size=5))
    def questions_hang_for_so_long(self, ms: list[int]) -> None:
        each = cycle(ms)
        self.loop.hangs = lambda _key: next(each)

    @rule()
    def the_person_asks(self) -> None:
        self.loop.check_now()

    @rule(platform=st.sampled_from([p.id for p in WATCHED]))
    def the_person_complains(self, platform: str) -> None:
        self.loop.feed(Complained(self.loop.now(), platform))

    @rule(network=st.sampled_from(["home", "work", ""]), frugal=st.booleans())
    def the_machine_is_carried_elsewhere(self, network: str, frugal: bool) -> None:  # noqa: FBT001 - as above
        self.loop.around = Around(network, frugal)
        self.loop.feed(Surrounded(self.loop.now(), self.loop.around))

    @rule(kept=st.sets(st.sampled_from([p.id for p in WATCHED]), min_size=1))
    def the_person_chooses_what_is_watched(self, kept: set[str]) -> None:
        self.loop.platforms = tuple(p for p in WATCHED if p.id in kept)
        self.loop.feed(Reconfigured(self.loop.now(), self.loop.platforms, self.loop.controls))
        shown = view(self.loop.world)
        assert [row.id for row in shown.rows] == [p.id for p in self.loop.platforms]

    @rule(
        platform=st.sampled_from([p.id for p in WATCHED]),
        source=st.sampled_from([Source.OFFICIAL, Source.OUTSIDE, Source.REPORTS]),
        told=st.sampled_from([None, *WORDS_OF_PAGES]),
    )
    def others_speak(self, platform: str, source: Source, told: Failure | None) -> None:
        outcome = Outcome.OK if told is None else Outcome.FAILED
        failure = told if source is Source.OFFICIAL else None
        now = self.loop.now()
        self.loop.feed(Told(now, (Evidence(now.t, platform, source, outcome, failure=failure, probe="said"),)))

    @rule(seconds=st.sampled_from([1, 60, 2_000]), reboots=st.booleans())
    def it_is_killed_and_started_again(self, seconds: int, reboots: bool) -> None:  # noqa: FBT001 - as above
        self.look()
        open_before = {i.id for i in self.loop.world.incidents.values() if i.phase is Phase.OPEN}
        restored, old = self.loop.restored(), self.loop
        self.boots += reboots
        self.loop = Watched(
            self.says,
            platforms=old.platforms,
            around=old.around,
            boot=f"boot-{self.boots}",
            at=old.at + seconds * 1000,
            wall_shift=old.wall_shift,
            delivery=old.delivery,
            hangs=old.hangs,
            hold=old.hold,
        )
        self.told = 0
        self.loop.start(restored)
        assert {i.id for i in self.loop.world.incidents.values() if i.phase is Phase.OPEN} == open_before

    # what must hold

    def look(self) -> None:
        """Take in what came out since the last look."""
        for effects, world in zip(self.loop.effects[self.told :], self.loop.worlds[self.told :], strict=True):
            self.intervals += effects.intervals
            self.events += effects.events
            self.claims += effects.notices
            self.now_mono = world.now.mono
            self.samples += [(world.now.mono - (world.now.t - e.t), e) for e in effects.evidence]
            self.told_at += [world.now.mono for e in effects.evidence if e.source is Source.OFFICIAL]
            if effects.gaps:  # nothing opens or heals across it; only who is no longer watched may leave
                assert all(e.kind is not EventKind.START for e in effects.events)
                assert all(e.of.ending in {None, Ending.NOT_WATCHED} for e in effects.events)
            for event in effects.events:
                self.in_order(event, world)
                self.lasted(event)
                self.began(event)
            for notice in effects.say:
                assert (notice, Claim.CLAIMED) in effects.notices
            for gap in effects.gaps:
                assert gap.since <= gap.until == world.now.t
        self.told = len(self.loop.effects)

    def lasted(self, event: Event) -> None:
        """Durations against the model, by the steady clock alone: no setting of the wall clock changes them."""
        of = event.of
        if event.kind is not EventKind.END or of.end is None:
            return
        assert of.ending is not None
        if of.start.boot == of.end.boot:
            # The loop's own time is the steady clock: nothing else has ever measured this.
            assert event.duration_ms == max(0, of.end.mono - of.start.mono)
            assert 0 <= of.start.mono <= of.end.mono <= self.loop.at
        if of.ending is Ending.WELL and of.end.boot == self.loop.boot:
            # It ended when somebody of it was first seen well again, or in the step that took their own page's word.
            seen = self.seen(of, Outcome.OK, Outcome.SLOW, Outcome.REFUSED)
            assert any(abs(t - of.end.mono) <= 1 for t in (*seen, self.now_mono))

    def began(self, event: Event) -> None:
        """It began with the first failed sample that counts, as this machine saw it fail."""
        of = event.of
        if event.kind is EventKind.START and any(m.witnesses for m in of.members) and of.start.boot == self.loop.boot:
            assert any(abs(t - of.start.mono) <= 1 for t in (*self.seen(of, Outcome.FAILED), *self.told_at))

    def seen(self, of: Incident, *outcomes: Outcome) -> list[Millis]:
        """When (steady clock of this boot) a member of the incident gave such an answer."""
        members = {m.platform for m in of.members}
        return [t for t, e in self.samples if e.platform in members and e.outcome in outcomes]

    def in_order(self, event: Event, world: World) -> None:
        """No event begins while the line is not well, nor of what was asked too soon after a gap."""
        assert event.of.owner in {p.owner for p in WATCHED}
        assert not (event.of.here and event.of.theirs)  # never one story of both
        assert event.duration_ms is None or event.duration_ms >= 0
        if event.kind is EventKind.START:
            assert world.line is Line.OK
            if any(m.witnesses for m in event.of.members):  # else their own page alone says so
                assert event.t >= world.counts_from
        assert event.of.end is None or event.of.end.t >= event.of.start.t

    @invariant()
    def all_of_it_holds(self) -> None:
        self.look()
        self.every_incident_is_one_story()
        self.an_open_incident_is_known_to_the_world()
        self.no_notice_is_said_twice()
        self.nobody_is_accused_while_the_line_is_not_well()
        self.a_state_never_begins_before_the_one_it_follows()
        self.each_host_is_asked_politely()
        self.what_is_shown_is_what_is_judged()

    def every_incident_is_one_story(self) -> None:
        stories: dict[str, list[Event]] = {}
        for event in self.events:
            stories.setdefault(event.incident, []).append(event)
        for story in stories.values():
            assert [e.number for e in story] == list(range(1, len(story) + 1))
            assert [e.kind for e in story].count(EventKind.START) == 1
            assert story[0].kind is EventKind.START
            for a, b in pairwise(story):
                assert (a.kind is EventKind.END) == b.relapse
                assert b.of.start == a.of.start

    def an_open_incident_is_known_to_the_world(self) -> None:
        last = {event.incident: event for event in self.events}
        still = {i for i, e in last.items() if e.kind is not EventKind.END}
        assert {i.id for i in self.loop.world.incidents.values() if i.phase is Phase.OPEN} == still
        for incident in self.loop.world.incidents.values():
            assert all(m.until is None or m.until >= m.since for m in incident.members)
        parts = Counter(
            (m.platform, i.here)
            for i in self.loop.world.incidents.values()
            if i.phase is Phase.OPEN
            for m in i.members
            if m.until is None
        )
        assert all(n == 1 for n in parts.values())
        per_owner = Counter((i.owner, i.here) for i in self.loop.world.incidents.values() if i.phase is Phase.OPEN)
        assert all(n == 1 for n in per_owner.values())

    def what_is_shown_is_what_is_judged(self) -> None:
        """Only those who had answered are judged anew: nobody may be left behind with an old row or verdict."""
        world = self.loop.world
        assert set(world.verdicts) == set(world.rows) == {p.id for p in world.platforms}
        for p, row in world.rows.items():
            assert row.state is world.verdicts[p].state

    def no_notice_is_said_twice(self) -> None:
        claimed: Counter[object] = Counter()
        finished: set[object] = set()
        for notice, claim in self.claims:
            assert notice.key not in finished
            if claim is Claim.CLAIMED:
                claimed[notice.key] += 1
            elif claim is Claim.PENDING:
                claimed[notice.key] = 0  # its channel is known not to have shown it
            else:
                finished.add(notice.key)
            assert claimed[notice.key] <= 1

    def nobody_is_accused_while_the_line_is_not_well(self) -> None:
        world = self.loop.world
        if world.line is not Line.OK:
            assert not any(v.accuses for v in world.verdicts.values())

    def a_state_never_begins_before_the_one_it_follows(self) -> None:
        for p in WATCHED:
            begun = [i for i in self.intervals if i.platform == p.id]
            # A clock that was set back is followed, so that nothing is shown that is still to come.
            assert self.set_back or all(a.since <= b.since for a, b in pairwise(begun))
            assert all((a.state, a.scope) != (b.state, b.scope) for a, b in pairwise(begun))

    def each_host_is_asked_politely(self) -> None:
        for key in [*HOSTS, *((EVERYONE, c.probe.id) for c in CONTROLS)]:
            times = [t for t, k in self.loop.asked if k == key]
            assert all(b - a >= ASKED_APART for a, b in pairwise(times)), key

    def teardown(self) -> None:
        """All is well again in the end, and everybody knows it."""
        self.broken, self.cable = {}, None
        self.loop.delivery = Delivery.SAID
        for p in WATCHED:
            now = self.loop.now()
            said = (Source.OFFICIAL, Source.OUTSIDE, Source.REPORTS)
            claims = tuple(Evidence(now.t, p.id, source, Outcome.OK, probe="said") for source in said)
            self.loop.feed(Told(now, claims))
        # What was refused rests up to six hours before it may show again that it works; a refusal fades in 15 min.
        self.loop.run(2_700)
        self.all_of_it_holds()
        world = self.loop.world
        assert world.line is Line.OK
        assert {v.state for v in world.verdicts.values()} == {State.UP}
        assert not any(i.phase is Phase.OPEN for i in world.incidents.values())
        assert world.now.t >= T0 - 100 * 4_000_000


def test_any_life() -> None:
    run_state_machine_as_test(Life, settings=settings(max_examples=40, stateful_step_count=15, deadline=None))
