"""What a truthful monitor should say of a scenario, and whether it was said: see tests/scenarios/README.md."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trayapp.config import BUILT_IN, load_controls, load_platforms
from trayapp.core.incident import WEIGHT
from trayapp.core.model import MINUTE, SECOND, Evidence, Millis
from trayapp.core.ports import Delivery
from trayapp.core.question import Answer, Control, Page, Platform
from trayapp.core.story import EventKind, Incident
from trayapp.simulate.played import Played, moment
from trayapp.simulate.reading import ScenarioError, length, read
from trayapp.simulate.reading import moment as moment_of
from trayapp.simulate.scenario import Scenario
from trayapp.watch.feeds.reading import Reader
from trayapp.watch.probes import KINDS

HERE = Path(__file__).parent / "scenarios"
SHIPPED = Path(__file__).parents[1] / "trayapp" / "simulate" / "scenarios"
ANSWERED: Millis = 15 * SECOND
_STORY = {
    "owner", "members", "told", "ended", "state", "scope", "functions", "lasted", "already", "unwatched",
}  # fmt: skip


def scenarios() -> dict[str, Path]:
    """All of them, by name."""
    return {path.stem: path for path in sorted((*HERE.glob("*.toml"), *SHIPPED.glob("*.toml")))}


def cast(scenario: Scenario) -> tuple[tuple[Platform, ...], tuple[Control, ...]]:
    """Who is watched in it: real platforms, real controls."""
    platforms, problems = load_platforms([BUILT_IN], frozenset(KINDS))
    controls, more = load_controls(frozenset(KINDS))
    assert not problems
    assert not more
    known = {p.id: p for p in platforms}
    watched = tuple(known[w] for w in scenario.watch) if scenario.watch else tuple(p for p in platforms if p.default)
    return watched, controls


@dataclass
class _Served:
    """The network and the clock of one reading of one document."""

    answer: Answer

    def document(self, _url: str, _headers: object) -> Answer:
        return self.answer

    def now(self) -> Any:
        from trayapp.core.model import Instant

        return Instant(self.answer.t, 0)


def read_page(page: Page, answer: Answer) -> tuple[tuple[Evidence, ...], bool]:
    """A document of a scenario, as the real reader of status pages understands it."""
    served = _Served(answer)
    heard = Reader(served, served).read(page)  # type: ignore[arg-type]  # of the network only documents are asked
    return heard.claims, heard.good


class Expected:
    """The file beside a scenario."""

    def __init__(self, path: Path, scenario: Scenario) -> None:
        self.path, self.scenario = path, scenario
        self.found: dict[str, Any] = tomllib.loads(path.read_text())
        known = {"quiet", "notices", "story", "shown", "look", "never", "answer", "truth"}
        assert self.found.keys() <= known, f"{path}: nobody knows {self.found.keys() - known}"
        for story in self.stories:
            assert story.keys() <= _STORY, f"{path}: nobody knows {story.keys() - _STORY}"

    @property
    def stories(self) -> list[dict[str, Any]]:
        return list(self.found.get("story", []))

    @property
    def truths(self) -> list[dict[str, Any]]:
        return list(self.found.get("truth", []))

    def at(self, value: object) -> Millis:
        """A moment of it."""
        return moment_of(value, self.scenario.begin, ScenarioError)

    def problems(self, played: Played) -> Iterator[str]:
        """Everything that was otherwise than expected, as text."""
        shown = [(at, n) for at, n, delivery in played.notices if delivery is Delivery.SAID]
        told = _incidents(played)
        wanted = 0 if self.found.get("quiet") else self.found.get("notices")
        if wanted is not None:
            least, most = wanted if isinstance(wanted, list) else (wanted, wanted)
            if not least <= len(shown) <= most:
                yield f"{len(shown)} notices were shown, expected {wanted}"
        if len(told) != len(self.stories):
            yield f"{len(told)} stories, expected {len(self.stories)}: {', '.join(i.id for i in told) or 'none'}"
        for story, incident in zip(self.stories, told, strict=False):
            yield from self._story(story, incident, played)
        for each in self.found.get("shown", []):
            if not any(self._within(each["within"], at) and n.channel == each["channel"] for at, n in shown):
                yield f"no notice on {each['channel']} within {each['within']}"
        for look in self.found.get("look", []):
            yield from self._look(look, played)
        for never in self.found.get("never", []):
            yield from self._never(never, played)
        for answer in self.found.get("answer", []):
            yield from self._answer(answer, played)

    def _story(self, story: dict[str, Any], incident: Incident, played: Played) -> Iterator[str]:
        name = f"story of {story['owner']}"
        members = {m.platform for m in incident.members}
        if (incident.owner, members) != (story["owner"], set(story["members"])):
            yield f"{name}: it is of {incident.owner}, {sorted(members)}; expected {sorted(story['members'])}"
        for key, kind in (("told", EventKind.START), ("ended", EventKind.END)):
            at = _said(played, incident.id, kind)
            if key not in story and at is not None:
                yield f"{name}: {kind} at {moment(at)}, expected none"
            elif key in story and (at is None or not self._within(story[key], at)):
                when = "never" if at is None else f"at {moment(at)} ({self._clock(at)})"
                yield f"{name}: {kind} {when}, expected within {_text(story[key])}"
        yield from (f"{name}: {why}" for why in _otherwise(story, incident))

    def _look(self, look: dict[str, Any], played: Played) -> Iterator[str]:
        at = self.at(look["at"])
        if "line" in look and played.line(at).value != look["line"]:
            yield f"at {moment(at)} the line is {played.line(at)}, expected {look['line']}"
        for platform in self._platforms(look.get("platforms", []), played):
            verdict = played.verdict(platform, at)
            for axis in ("state", "scope", "reason"):
                seen = getattr(verdict, axis).value if verdict is not None else None
                if axis in look and seen not in look[axis]:
                    yield f"at {moment(at)} {platform} is {seen}, expected {axis} of {look[axis]}"

    def _never(self, never: dict[str, Any], played: Played) -> Iterator[str]:
        since = self.at(never["from"]) if "from" in never else 0
        until = self.at(never["until"]) if "until" in never else self.scenario.lasts
        for platform in self._platforms(never["platforms"], played):
            seen = played.verdicts.get(platform, [])
            ends = [at for at, _ in seen[1:]] + [self.scenario.lasts]
            for (at, verdict), end in zip(seen, ends, strict=True):
                if verdict.state.value in never["states"] and at < until and end > since:
                    when = moment(max(at, since))
                    yield f"{platform} is {verdict.state} ({verdict.reason}) at {when}, never expected"
                    break

    def _answer(self, answer: dict[str, Any], played: Played) -> Iterator[str]:
        asked = self.at(answer["at"])
        mine = (
            (at, r) for at, r in played.replies if r.platform == answer["platform"] and asked <= at <= asked + ANSWERED
        )
        at, reply = next(mine, (0, None))
        if reply is None:
            yield f"nobody was answered within 15 s of {moment(asked)}"
            return
        got = {
            "state": reply.verdict.state.value,
            "reason": reply.verdict.reason.value,
            "official": reply.official.value,
        }
        for axis, seen in got.items():
            if axis in answer and seen not in answer[axis]:
                yield f"at {moment(at)} the answer was {axis} {seen}, expected {answer[axis]}"

    def _platforms(self, named: str | list[str], played: Played) -> list[str]:
        return sorted(played.verdicts) if named == "*" else list(named)

    def _within(self, window: list[object], at: Millis) -> bool:
        return self.at(window[0]) <= at <= self.at(window[1])

    def _clock(self, at: Millis) -> str:
        from datetime import UTC, datetime

        return f"{datetime.fromtimestamp((self.scenario.begin + at) / 1000, UTC):%H:%M:%S} UTC"


def expected(name: str) -> tuple[Scenario, Expected]:
    """A scenario, and what is expected of it."""
    scenario = read(scenarios()[name])
    return scenario, Expected(HERE / "expected" / f"{name}.toml", scenario)


def _incidents(played: Played) -> list[Incident]:
    """Each as it stood last, in the order of their beginnings."""
    last: dict[str, Incident] = {}
    for _, event in played.events:
        last[event.incident] = event.of
    assert played.world is not None
    return [played.world.incidents.get(id_, incident) for id_, incident in last.items()]


def _said(played: Played, incident: str, kind: EventKind) -> Millis | None:
    """When it was shown; where nobody could show it, when it was known."""
    shown = (
        at
        for at, n, delivery in played.notices
        if delivery is Delivery.SAID and (n.event.incident, n.event.kind) == (incident, kind) and n.channel == "desktop"
    )
    known = (at for at, event in played.events if (event.incident, event.kind) == (incident, kind))
    return next(shown, next(known, None))


def _otherwise(story: dict[str, Any], incident: Incident) -> Iterator[str]:
    """What is not as it was expected of the story as it ended."""
    worst = max((m.state for m in incident.members), key=WEIGHT.__getitem__)
    if story.get("state", worst.value) != worst.value:
        yield f"{worst}, expected {story['state']}"
    scopes = {m.scope.value for m in incident.members}
    if not scopes <= set(_list(story.get("scope", [*scopes]))):
        yield f"scope {sorted(scopes)}, expected {story['scope']}"
    functions = {m.platform: sorted(m.functions) for m in incident.members}
    for platform, broken in story.get("functions", {}).items():
        if functions.get(platform) != sorted(broken):
            yield f"broken of {platform}: {functions.get(platform)}, expected {sorted(broken)}"
    for flag in ("already", "unwatched"):
        if getattr(incident, flag) != story.get(flag, getattr(incident, flag)):
            yield f"{flag} is {getattr(incident, flag)}"
    if "lasted" in story:
        lasted = incident.end.since(incident.start) / MINUTE if incident.end else None
        if lasted is None or not story["lasted"][0] <= lasted <= story["lasted"][1]:
            yield f"it lasted {lasted} minutes, expected {story['lasted']}"


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _text(window: list[object]) -> str:
    return " to ".join(str(each) for each in window)


__all__ = ["Expected", "cast", "expected", "length", "read_page", "scenarios"]
