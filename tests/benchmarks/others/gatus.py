"""Gatus: so many failures in a row trigger the alert, so many successes in a row resolve it.

From its README: `failure-threshold` "number of failures in a row needed before triggering the alert" (3) and
`success-threshold` "number of successes in a row before an ongoing incident is marked as resolved" (2); a triggered
alert is not sent again.
"""

from __future__ import annotations

from dataclasses import dataclass

FAILURES, SUCCESSES = 3, 2


@dataclass(frozen=True, slots=True)
class State:
    """How many in a row, and whether the alert is triggered."""

    failures: int = 0
    successes: int = 0
    triggered: bool = False


def step(state: State, *, ok: bool, failures: int = FAILURES, successes: int = SUCCESSES) -> tuple[State, str]:
    """One check: the state after it, and `down` or `up` if that is told."""
    if not ok:
        run = state.failures + 1
        told = not state.triggered and run >= failures
        return State(run, 0, state.triggered or told), "down" if told else ""
    run = state.successes + 1
    told = state.triggered and run >= successes
    return State(0, run, state.triggered and not told), "up" if told else ""
