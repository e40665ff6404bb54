"""When other networks and the public are asked: with consent, on suspicion or by hand, rarely, and never in step."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from loop import ALPHA, BETA, OTHER, SECOND, Loop, well

from trayapp.core.model import MINUTE, Evidence, Failure, Millis, Outcome, Scope, Source, State
from trayapp.core.ports import Allowed
from trayapp.core.question import Answer, Count, Look
from trayapp.core.turns import Key
from trayapp.core.wishes import Pause
from trayapp.core.world import Complained, Input, Reconfigured, Started, Told, Wished

YES = Allowed(outside=True, country="MA")


@dataclass
class Asked(Loop):
    """Others answer half a second after they were asked, as ``sees`` says: (probe, outcome) of each target."""

    allowed: Allowed = YES
    sees: tuple[tuple[str, Outcome], ...] = ()
    looks: list[tuple[Millis, Look]] = field(default_factory=list)
    counts: list[tuple[Millis, Count]] = field(default_factory=list)

    def start(self, *_: object) -> Asked:
        self.feed(Started(self.now(), self.platforms, self.controls, phase=self.phase, allowed=self.allowed))
        return self

    def feed(self, event: Input) -> None:
        super().feed(event)
        for errand in self.effects[-1].errands:
            if isinstance(errand, Look):
                self.looks.append((self.at, errand))
                self._later(500, lambda now, e=errand: self._seen(now.t, e))  # type: ignore[misc]  # lambda's default
            elif isinstance(errand, Count):
                self.counts.append((self.at, errand))
                self._later(500, lambda now: Told(now, (), "count"))

    def _seen(self, t: Millis, look: Look) -> Told:
        told = tuple(
            Evidence(t, target.platform, Source.OUTSIDE, outcome, probe, target.probe.host, answer=f"{t}")
            for target in look.targets
            for probe, outcome in self.sees
        )
        return Told(self.now(), told, look.key)


def silent(*platforms: str, since: float = 120, until: float = 1e9, why: Failure = Failure.CONNECT_TIMEOUT) -> object:
    def says(key: Key, at: Millis) -> Answer | Failure | int:
        bad = key[0] in platforms and since * SECOND <= at < until * SECOND
        return why if bad else well(key, at)

    return says


def life(says: object = well, **more: object) -> Asked:
    return Asked(says=says, **more).start()  # type: ignore[arg-type]


def test_without_consent_nobody_is_asked_whatever_happens() -> None:
    one = life(silent("alpha", "beta", "gamma"), allowed=Allowed(outside=False, reports=False)).run(900)
    one.feed(Complained(one.now(), "alpha"))
    one.run(300)
    assert one.looks == []
    assert one.counts == []
    assert one.state("alpha") is State.UNREACHABLE


def test_all_well_nobody_is_asked() -> None:
    assert life().run(7200).looks == []


def test_one_failure_is_told_to_nobody() -> None:
    seen: list[Millis] = []

    def once(key: Key, at: Millis) -> Answer | Failure | int:
        if key == ("other", "p0") and at >= 120 * SECOND and not seen:
            seen.append(at)
            return Failure.CONNECT_RESET
        return well(key, at)

    assert life(once).run(900).looks == []
    assert seen


def test_on_suspicion_within_the_jitter_and_then_once_in_ten_minutes_while_it_lasts() -> None:
    for phase in (0, 40_000, 137_000):
        one = life(silent("alpha", "beta", "gamma", until=2500), phase=phase).run(3600)
        times = [at for at, _ in one.looks]
        failed = min(e.t for f in one.effects for e in f.evidence if e.outcome is Outcome.FAILED) - (
            one.now().t - one.at
        )
        assert times[0] - failed <= 15 * SECOND + 16 * SECOND  # the second failed sample, and the jitter
        assert all(b - a >= 10 * MINUTE for a, b in pairwise(times))
        assert len(times) in {4, 5}
        assert {look.owner for _, look in one.looks} == {"acme"}
        assert not any(look.by_hand for _, look in one.looks)


def test_what_fails_is_named_one_question_a_host_and_three_at_most() -> None:
    one = life(silent("alpha", "beta", "gamma")).run(300)
    look = one.looks[0][1]
    hosts = [t.probe.host for t in look.targets]
    assert 1 <= len(hosts) <= 3
    assert len(set(hosts)) == len(hosts)
    assert look.country == "MA"
    assert all(t.platform in {"alpha", "beta", "gamma"} for t in look.targets)


def test_the_person_s_word_needs_no_failure_and_no_waiting_but_not_twice_a_minute() -> None:
    one = life().run(100)
    for later in (0, 10, 10):
        one.run(later)
        one.feed(Complained(one.now(), "other"))
    one.run(200)
    times = [at for at, _ in one.looks]
    assert times[0] == 100 * SECOND
    assert one.looks[0][1].by_hand
    assert one.looks[0][1].targets[0].platform == "other"
    assert all(b - a >= MINUTE for a, b in pairwise(times))


def test_what_others_see_turns_the_story() -> None:
    cases: list[tuple[tuple[tuple[str, Outcome], ...], State, Scope]] = [
        ((("globalping", Outcome.FAILED),), State.DOWN, Scope.WIDESPREAD),
        ((("globalping", Outcome.OK),), State.UNREACHABLE, Scope.YOUR_NETWORK),
        ((("globalping", Outcome.OK), ("globalping-some", Outcome.FAILED)), State.UNREACHABLE, Scope.NOT_KNOWN),
        ((("globalping", Outcome.OK), ("globalping-country", Outcome.FAILED)), State.UNREACHABLE, Scope.YOUR_COUNTRY),
        ((("doh", Outcome.OK), ("resolver", Outcome.FAILED)), State.UNREACHABLE, Scope.YOUR_NETWORK),
        (
            (("globalping", Outcome.OK), ("globalping-country", Outcome.FAILED), ("resolver", Outcome.FAILED)),
            State.UNREACHABLE,
            Scope.YOUR_COUNTRY,
        ),
        ((("globalping", Outcome.UNKNOWN),), State.UNREACHABLE, Scope.NOT_KNOWN),
    ]
    for sees, state, scope in cases:
        one = life(silent("other"), platforms=(ALPHA, BETA, OTHER), sees=sees).run(400)
        verdict = one.world.verdicts["other"]
        assert (verdict.state, verdict.scope) == (state, scope), sees
        (story,) = {e.incident for e in one.events}
        assert one.world.incidents[story].members[0].scope is scope


def test_nobody_is_asked_while_paused_nor_about_a_line_that_is_down() -> None:
    one = life(silent("alpha", "beta", "gamma")).run(100)
    one.feed(Wished(one.now(), Pause(paused=True)))
    assert one.run(1200).looks == []

    def all_silent(key: Key, at: Millis) -> Answer | Failure | int:
        return Failure.CONNECT_NETWORK_DOWN if at >= 120 * SECOND else well(key, at)

    assert life(all_silent).run(1200).looks == []


def test_the_public_is_counted_every_ten_minutes_and_always_for_everybody() -> None:
    one = life(allowed=Allowed(reports=True)).run(3600)
    assert [at // (10 * MINUTE) for at, _ in one.counts] == list(range(6))
    assert {count.platforms for _, count in one.counts} == {tuple(p.id for p in one.platforms)}
    assert one.looks == []


def test_consent_given_or_taken_later_holds_from_then_on() -> None:
    one = life(silent("alpha", "beta", "gamma"), allowed=Allowed()).run(400)
    assert one.looks == []
    one.feed(Reconfigured(one.now(), one.platforms, one.controls, YES))
    one.run(60)
    assert len(one.looks) == 1
    one.feed(Reconfigured(one.now(), one.platforms, one.controls, Allowed()))
    one.run(3600)
    assert len(one.looks) == 1
