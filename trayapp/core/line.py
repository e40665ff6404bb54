"""The person's own connection, judged before anybody else is."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trayapp.core.model import MINUTE, SECOND, Evidence, Failure, Line, Millis, Outcome, Source, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from trayapp.core.question import Control

FRESH: Millis = MINUTE
"""How long an answer speaks for the line."""
PROMPT: Millis = 3 * SECOND
"""A control that is slower than this says little about the moment in which it was asked."""
UNSTEADY: Millis = 2 * MINUTE
AGREE = 2
"""Operators. One may be in trouble itself; two unrelated ones are the line."""


def vouches(evidence: Evidence, controls: Iterable[Control]) -> bool:
    """Whether ``evidence`` shows that the line, look-ups included, works."""
    if evidence.source is Source.CONTROL:
        by_address = any(c.by_address and c.probe.id == evidence.probe for c in controls)
        return evidence.outcome is Outcome.OK and not by_address
    return evidence.source is Source.DIRECT and evidence.reached


@dataclass(frozen=True, slots=True)
class Heard:
    """The last who vouched for the line, and the last besides them."""

    owner: str = ""
    last: Millis = 0
    besides: Millis = 0

    def by_others(self, owner: str) -> Millis:
        """When somebody who is not ``owner`` last vouched; 0 = never. The accused cannot vouch for itself."""
        return self.besides if owner == self.owner else self.last


def latest(heard: Mapping[str, Millis]) -> Heard:
    """Of all who vouched (owner → when)."""
    order = sorted(heard.items(), key=lambda item: item[1], reverse=True)[:2]
    if not order:
        return Heard()
    return Heard(*order[0], order[1][1] if len(order) > 1 else 0)


def carried(
    failed: Evidence, rounds: Sequence[Evidence], controls: Iterable[Control], waiting: Mapping[str, Millis]
) -> bool:
    """Whether the line carried other questions while ``failed`` went unanswered.

    That somebody answers later is not enough: a line that drops out for a few seconds leaves questions hanging that
    fail long after it is back. So two operators, asked while ``failed`` was under way or right after it, must have
    answered promptly; and of those asked before its end, no two may have failed since its beginning, or be silent still
    (``waiting``: control → when it was asked).
    """
    controls = tuple(controls)
    named = {c.owner for c in controls if not c.by_address and c.owner != failed.owner}
    by_address = {c.probe.id for c in controls if c.by_address}
    latest = failed.t + PROMPT
    around = rounds[bisect_left(rounds, failed.began - SECOND, key=_when) :]  # oldest first: of the others none counts
    then = [e for e in around if e.began <= latest and e.owner in named and e.probe not in by_address]
    prompt = [e for e in then if e.outcome is Outcome.OK and e.ms <= PROMPT]
    well = {e.owner for e in prompt if e.began >= failed.began - SECOND}
    lost = {e.owner for e in then if e.outcome is Outcome.FAILED and e.t >= failed.began}
    lost |= {c.owner for c in controls if c.owner in named and waiting.get(c.probe.id, latest + 1) <= latest}
    return len(well) >= min(AGREE, len(named)) and len(lost) < AGREE and steady(rounds, failed.t)


def steady(rounds: Sequence[Evidence], now: Millis) -> bool:
    """Whether the line lately carried either all or none of what each of the controls was asked.

    Two operators that now answer and now do not, within two minutes, are a line that loses connections: on such a line
    silence accuses nobody. Who never answers here says nothing of it.
    """
    seen = rounds[bisect_left(rounds, now - UNSTEADY, key=_when) :]
    well = {e.owner for e in seen if e.outcome is Outcome.OK}
    lost = {e.owner for e in seen if e.outcome is Outcome.FAILED}
    return len(well & lost) < AGREE


def _when(evidence: Evidence) -> Millis:
    return evidence.t


def judge_line(
    answers: Mapping[str, Evidence], controls: tuple[Control, ...], last: Millis, now: Millis, fresh: Millis = FRESH
) -> Line:
    """Line from each control's latest answer, and from when anybody was ``last`` heard: that counts while ``fresh``.

    An exact match of any one operator outweighs all silence; bad news needs every control to agree.
    """
    since = [e for e in answers.values() if e.t > last and now - e.t <= fresh]
    named = [e for e in since if not _by_address(e, controls)]
    if not named or len(named) < sum(1 for c in controls if not c.by_address):
        return Line.OK if last and now - last <= fresh else Line.UNKNOWN
    if any(_says_portal(e) for e in named):
        return Line.PORTAL
    addressed = [e for e in since if _by_address(e, controls)]
    return _silent_line(named, addressed)


def _silent_line(named: list[Evidence], addressed: list[Evidence]) -> Line:
    """What it means that none of the ``named`` controls gave the promised answer."""
    # A proxy that cannot be reached is the person's own way out: nobody else's failure, and the line's all the same.
    no_way_out = [e for e in named if e.failure is Failure.PROXY_UNREACHABLE]
    failed = [e for e in named if e.outcome is Outcome.FAILED]
    if len(failed) + len(no_way_out) < len(named):
        return Line.UNKNOWN
    if any(e.outcome is Outcome.OK for e in addressed):
        look_ups = all(e.failure is not None and e.failure.stage is Stage.DNS for e in named)
        return Line.RESOLVER if look_ups else Line.UNKNOWN
    silent = bool(addressed) and all(e.outcome is Outcome.FAILED for e in addressed)
    return Line.OFFLINE if silent or len(no_way_out) == len(named) else Line.UNKNOWN


def _by_address(evidence: Evidence, controls: tuple[Control, ...]) -> bool:
    return any(c.by_address and c.probe.id == evidence.probe for c in controls)


def _says_portal(evidence: Evidence) -> bool:
    # RFC 6585: 511 is a portal's own word. A redirect or another body where one exact text was promised is one too.
    return evidence.failure is Failure.BODY_UNEXPECTED or evidence.status == 511
