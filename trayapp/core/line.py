"""The person's own connection, judged before anybody else is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.core.model import MINUTE, Evidence, Failure, Line, Millis, Outcome, Source, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trayapp.core.question import Control

FRESH: Millis = MINUTE
"""How long an answer speaks for the line."""


def vouches(evidence: Evidence, controls: Iterable[Control]) -> bool:
    """Whether ``evidence`` shows that the line, look-ups included, works."""
    if evidence.source is Source.CONTROL:
        by_address = any(c.by_address and c.probe.id == evidence.probe for c in controls)
        return evidence.outcome is Outcome.OK and not by_address
    return evidence.source is Source.DIRECT and evidence.reached


def heard_besides(heard: Mapping[str, Millis], owner: str) -> Millis:
    """When somebody who is not ``owner`` last vouched for the line; 0 = never. The accused cannot vouch for itself."""
    return max((t for other, t in heard.items() if other != owner), default=0)


def judge_line(
    latest: Mapping[str, Evidence], controls: tuple[Control, ...], heard: Mapping[str, Millis], now: Millis
) -> Line:
    """Line from each control's latest answer and from when anybody was last ``heard``.

    An exact match of any one operator outweighs all silence; bad news needs every control to agree.
    """
    last = max(heard.values(), default=0)
    since = [e for e in latest.values() if e.t > last and now - e.t <= FRESH]
    named = [e for e in since if not _by_address(e, controls)]
    if not named or len(named) < sum(1 for c in controls if not c.by_address):
        return Line.OK if last and now - last <= FRESH else Line.UNKNOWN
    if any(_says_portal(e) for e in named):
        return Line.PORTAL
    addressed = [e for e in since if _by_address(e, controls)]
    failed = [e for e in named if e.outcome is Outcome.FAILED]
    if len(failed) < len(named):
        return Line.UNKNOWN
    if any(e.outcome is Outcome.OK for e in addressed):
        look_ups = all(e.failure is not None and e.failure.stage is Stage.DNS for e in failed)
        return Line.RESOLVER if look_ups else Line.UNKNOWN
    if addressed and all(e.outcome is Outcome.FAILED for e in addressed):
        return Line.OFFLINE
    return Line.UNKNOWN


def _by_address(evidence: Evidence, controls: tuple[Control, ...]) -> bool:
    return any(c.by_address and c.probe.id == evidence.probe for c in controls)


def _says_portal(evidence: Evidence) -> bool:
    # RFC 6585: 511 is a portal's own word. A redirect or another body where one exact text was promised is one too.
    return evidence.failure is Failure.BODY_UNEXPECTED or evidence.status == 511
