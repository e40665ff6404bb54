"""What came of a scenario: all that was said and shown, each with its moment and why; to be read as a timeline."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trayapp.core.model import EVERYONE, HOUR, MINUTE, SECOND, Evidence, Line, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trayapp.core.judge import Verdict
    from trayapp.core.model import Millis
    from trayapp.core.ports import Delivery, Reply
    from trayapp.core.story import Event, Notice
    from trayapp.core.world import Effects, World
    from trayapp.simulate.scenario import Scenario

_QUIET = frozenset({Outcome.OK, Outcome.REFUSED})


@dataclass
class Played:
    """Moments are milliseconds since the beginning, by the steady clock."""

    scenario: Scenario
    events: list[tuple[Millis, Event]] = field(default_factory=list)
    notices: list[tuple[Millis, Notice, Delivery]] = field(default_factory=list)  # each attempt to show one
    replies: list[tuple[Millis, Reply]] = field(default_factory=list)
    lines: list[tuple[Millis, Line]] = field(default_factory=list)  # what changed, as the next
    verdicts: dict[str, list[tuple[Millis, Verdict]]] = field(default_factory=dict)
    gaps: list[Millis] = field(default_factory=list)
    evidence: list[tuple[Millis, Evidence]] = field(default_factory=list)  # where its word changed
    asks: int = 0
    inputs: int = 0
    world: World | None = None  # at the end
    _last: dict[tuple[str, str, object, object], tuple[Outcome, object]] = field(default_factory=dict)

    def note(self, at: Millis, world: World, effects: Effects) -> None:
        """One step of the core."""
        self.inputs += 1
        self.events += ((at, each) for each in effects.events)
        self.replies += ((at, each) for each in effects.replies)
        self.gaps += (at for _ in effects.gaps)
        if not self.lines or self.lines[-1][1] is not world.line:
            self.lines.append((at, world.line))
        for platform, verdict in world.verdicts.items():
            seen = self.verdicts.setdefault(platform, [])
            if not seen or seen[-1][1] != verdict:
                seen.append((at, verdict))
        for each in effects.evidence:
            key = (each.platform, each.probe, each.source, each.function)
            word = (each.outcome, each.failure)
            if self._last.get(key) != word:
                self._last[key] = word
                self.evidence.append((at, each))

    def said(self, at: Millis, notice: Notice, delivery: Delivery) -> None:
        """A notice was handed to its channel, which showed it or did not."""
        self.notices.append((at, notice, delivery))

    def verdict(self, platform: str, at: Millis) -> Verdict | None:
        """What held of ``platform`` at ``at``."""
        return next((v for t, v in reversed(self.verdicts.get(platform, [])) if t <= at), None)

    def line(self, at: Millis) -> Line:
        """What was known of the person's own connection."""
        return next((line for t, line in reversed(self.lines) if t <= at), Line.UNKNOWN)

    def timeline(self, most: int = 400) -> str:
        """All that happened, one thing a line: for people. At most ``most`` lines, the middle left out."""
        rows = sorted(self._rows(), key=lambda row: row[0])
        lines = [f"{moment(at)}  {text}" for at, text in rows]
        if len(lines) > most:
            left = len(lines) - most
            lines = [*lines[: most // 2], f"          … {left} lines left out …", *lines[-(most - most // 2) :]]
        return "\n".join(lines)

    def _rows(self) -> Iterator[tuple[Millis, str]]:
        for at, e in self.evidence:
            where = "line" if e.platform == EVERYONE else e.platform
            about = f" {e.function}" if e.function is not None else ""
            why = f" {e.failure}" if e.failure is not None else ""
            words = f' "{e.note}"' if e.note else ""
            yield at, f"heard    {where} {e.source}/{e.probe}{about}: {e.outcome}{why}{words}"
        for at in self.gaps:
            yield at, "gap      nobody looked until now"
        for at, line in self.lines:
            yield at, f"line     {line}"
        for platform, seen in self.verdicts.items():
            for at, v in seen:
                yield at, f"verdict  {platform}: {v.state}, {v.scope} ({v.reason})"
        for at, event in self.events:
            members = ", ".join(
                f"{m.platform} {m.state}/{m.scope}{'' if m.until is None else ' well again'} ({m.reason})"
                for m in event.of.members
            )
            yield at, f"event    {event.kind} {event.incident} #{event.number}: {members}"
        for at, notice, delivery in self.notices:
            yield at, f"notice   {notice.event.kind} {notice.event.incident} on {notice.channel}: {delivery}"
        for at, reply in self.replies:
            yield (
                at,
                f"reply    {reply.platform}: {reply.verdict.state} ({reply.verdict.reason}), page {reply.official}",
            )


def moment(at: Millis) -> str:
    """Hours, minutes and seconds since the beginning."""
    return f"{at // HOUR:3d}:{at // MINUTE % 60:02d}:{at // SECOND % 60:02d}"
