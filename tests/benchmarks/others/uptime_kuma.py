"""Uptime Kuma: a check that fails beyond the retries is DOWN, and a change between UP and DOWN is told.

From the table in its own source (server/model/monitor.js, `isImportantBeat` and what follows it): UP to DOWN, DOWN to
UP and PENDING to DOWN are important, UP to PENDING and PENDING to UP are not; of a first beat only DOWN is told. With
retries 0 there is no PENDING.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

RETRIES = 0


@dataclass(frozen=True, slots=True)
class State:
    """`up`, `pending` or `down`; empty before the first beat."""

    status: str = ""
    tried: int = 0


def step(state: State, *, ok: bool, retries: int = RETRIES) -> tuple[State, str]:
    """One beat: the state after it, and `down` or `up` if that is told."""
    if ok:
        return State("up"), "up" if state.status == "down" else ""
    if state.status != "down" and state.tried < retries:
        return replace(state, status="pending", tried=state.tried + 1), ""
    return State("down"), "" if state.status == "down" else "down"
