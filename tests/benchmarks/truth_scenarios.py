"""The scenarios, closed loop: Fanal as the tests play it, and beside it each rule of others with checks of its own.

The others check every routine question of every platform once a minute (Fanal asks each host every one to three
minutes, and its owner every 15 s). What counts as well: the healthy answer where the platform's file has one; else as
each tool has it unless told otherwise: 2xx (Uptime Kuma, Gatus, by hand), below 400 (Nagios, 4xx being a warning).
While the computer sleeps or is off nobody checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from scenario_expect import Expected, cast, expected, read_page, scenarios

from benchmarks.others import gatus, nagios, three_and_page, uptime_kuma
from benchmarks.truth_score import Score, Told, Truth
from trayapp.core.digest import CHANNEL
from trayapp.core.model import DAY, MINUTE, Failure, Millis, Outcome
from trayapp.core.outcome import classify
from trayapp.core.pages import pages
from trayapp.core.ports import Delivery
from trayapp.core.question import Answer, Platform, Probe
from trayapp.core.story import EventKind, Incident
from trayapp.simulate.hosts import Internet, internet
from trayapp.simulate.loop import run
from trayapp.simulate.others import Others
from trayapp.simulate.played import Played
from trayapp.simulate.scenario import Asleep, Scenario, SwitchedOff

EVERY: Millis = MINUTE
Rule = Callable[[Any, str], tuple[Any, str]]
"""(state, `OK` or `WARNING` or `CRITICAL`) → state, and `down` or `up` if that is told."""


@dataclass(frozen=True, slots=True)
class Other:
    """A rule of others: its first state, one step, and from which status on it is not content."""

    first: Any
    step: Rule
    pages: bool = False


OTHERS: dict[str, Other] = {
    "Uptime Kuma (retries 0)": Other(uptime_kuma.State("up"), lambda s, word: uptime_kuma.step(s, ok=word == "OK")),
    "Gatus (3, 2)": Other(gatus.State(), lambda s, word: gatus.step(s, ok=word == "OK")),
    "Nagios (3, flap detection)": Other(nagios.State(recent=("OK",) * nagios.CHECKS), nagios.step),
    "3 failures, or their page": Other(
        three_and_page.State(),
        lambda s, word: (
            three_and_page.step(s, admitted=word == "ADMITS")
            if word in {"ADMITS", "DENIES"}
            else three_and_page.step(s, ok=word == "OK")
        ),
        pages=True,
    ),
}


def played(names: list[str] | None = None) -> tuple[dict[str, Score], dict[str, list[str]]]:
    """Everybody's score over all scenarios; and of Fanal what was otherwise than expected, by scenario."""
    scores = {"Fanal": Score(), **{name: Score() for name in OTHERS}}
    unmet: dict[str, list[str]] = {}
    for name in names or scenarios():
        scenario, wanted = expected(name)
        platforms, controls = cast(scenario)
        days = scenario.lasts / DAY * len(platforms)
        truths = list(_truths(scenario, wanted))
        own = run(scenario, platforms, controls, read_page)
        problems = list(wanted.problems(own))
        if problems:
            unmet[name] = problems
        scores["Fanal"].add(name, _fanal(own), truths, days)
        net = internet(scenario, platforms, controls)
        for other, rule in OTHERS.items():
            scores[other].add(name, _of(rule, scenario, platforms, net), truths, days)
    return scores, unmet


def _truths(scenario: Scenario, wanted: Expected) -> Iterator[Truth]:
    blind = [*(c.span for c in scenario.all_of(Asleep)), *(c.span for c in scenario.all_of(SwitchedOff))]
    for truth in wanted.truths:
        since, until = wanted.at(truth["from"]), wanted.at(truth["until"])
        # What happens while nobody can look can be told when somebody looks again, and no sooner.
        since = next((span.until for span in blind if span.at <= since < span.until), since)
        until = next((span.until for span in blind if span.at <= until < span.until), until)
        yield Truth(
            frozenset(truth["platforms"]), frozenset(truth.get("also", ())), since, until, truth["scope"],
            frozenset(truth["functions"]),
        )  # fmt: skip


def _fanal(own: Played) -> Iterator[Told]:
    assert own.world is not None
    for at, notice, delivery in own.notices:
        if delivery is not Delivery.SAID:
            continue
        digest = notice.channel == CHANNEL
        for event in (*notice.also, notice.event):
            up = event.kind is EventKind.END
            if up and digest:  # one notice tells of the beginning and of the end
                yield _told(at, event.of, past=True)
            yield _told(at + up, event.of, up=up, past=digest)


def _told(at: Millis, incident: Incident, *, up: bool = False, past: bool = False) -> Told:
    # Moments of a story are of the wall clock; those of a scenario count by the steady one.
    steady = incident.start.mono - incident.start.t
    shift = 0 if incident.end is None else incident.end.mono - incident.end.t - steady
    known = sorted({m.scope.value for m in incident.members} - {"not_known"})
    return Told(
        at,
        incident.id,
        frozenset(m.platform for m in incident.members),
        up,
        known[0] if known else "not_known",
        frozenset(f.value for m in incident.members for f in m.functions),
        {
            m.platform: (m.since + steady, None if m.until is None else m.until + steady + shift)
            for m in incident.members
        },
        past,
    )


def _of(rule: Other, scenario: Scenario, platforms: tuple[Platform, ...], net: Internet) -> list[Told]:
    blind = [*(c.span for c in scenario.all_of(Asleep)), *(c.span for c in scenario.all_of(SwitchedOff))]
    told: list[Told] = []
    checks = [(p, q) for p in platforms for q in p.probes if not q.on_suspicion]
    apart = EVERY // max(1, len(checks))
    for n, (platform, probe) in enumerate(checks):
        state = rule.first
        for at in range(n * apart, scenario.lasts, EVERY):
            if any(span.at <= at < span.until for span in blind):
                continue
            answer = net.asked(probe, at, scenario.begin + at)
            state, word = rule.step(state, _word(probe, answer))
            told += _as_told(word, at + answer.t - answer.began, platform, probe.id)
    return sorted((*told, *_pages(rule, scenario, platforms, net)), key=lambda t: t.at)


def _pages(rule: Other, scenario: Scenario, platforms: tuple[Platform, ...], net: Internet) -> Iterator[Told]:
    others = Others(net, read_page)
    states: dict[str, Any] = {}
    known = {p.id: p for p in platforms}
    for page in pages(platforms) if rule.pages else ():
        for at in range(0, scenario.lasts, EVERY):
            answer = others.told(page, at, scenario.begin + at)
            for platform in {e.platform for e in answer.claims} if answer.good else ():
                mine = [e for e in answer.claims if e.platform == platform and e.outcome is not Outcome.UNKNOWN]
                admits = any(e.failure is Failure.OFFICIAL_MAJOR for e in mine)
                state, word = rule.step(states.get(platform, rule.first), "ADMITS" if admits else "DENIES")
                states[platform] = state
                yield from _as_told(word, at, known[platform], "page")


def _as_told(word: str, at: Millis, platform: Platform, check: str) -> list[Told]:
    return [Told(at, f"{platform.id} {check}", frozenset({platform.id}), word == "up")] if word else []


def _word(probe: Probe, answer: Answer) -> str:
    """As Nagios has it; who is content with less or more than that looks at nothing but `OK`."""
    if answer.failure is not None or (answer.status or 0) >= 500:
        return "CRITICAL"
    if probe.healthy is not None:
        return "OK" if classify(probe, answer)[0] is Outcome.OK else "CRITICAL"
    return "WARNING" if (answer.status or 0) >= 400 else "OK"
