"""Nagios Core: soft and hard states, and flap detection.

From its documentation, "State Types": a problem is soft until it has been checked `max_check_attempts` times; only a
hard state is told, and a hard recovery; the check number is 1 again after each of them. "Detection and Handling of
State Flapping": of the last 21 checks up to 20 changes count, the newest possible one half as much again as the oldest;
at `high_flap_threshold` or more it flaps, below `low_flap_threshold` it does not any more; while it flaps nothing is
told of problems and recoveries. Thresholds as in its sample configuration: 5 and 20 per cent. A soft problem is not put
down in that history (its source, base/flapping.c).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

ATTEMPTS = 3
CHECKS = 21
LOW, HIGH = 5.0, 20.0
OLDEST, NEWEST = 0.8, 1.2


@dataclass(frozen=True, slots=True)
class State:
    """`status` of the last check, whether it is hard, and the number of the check."""

    status: str = "OK"
    hard: bool = True
    attempt: int = 1
    problem: bool = False  # in a hard problem state: before, if the last check was good
    recent: tuple[str, ...] = ()
    flapping: bool = False


def change(recent: tuple[str, ...]) -> float:
    """The weighted per cent of changes among the last 21 checks, oldest first."""
    possible = CHECKS - 1
    seen = recent[-CHECKS:]
    offset = CHECKS - len(seen)
    pairs = list(pairwise(seen))
    weights = [OLDEST + (NEWEST - OLDEST) * (i + offset) / (possible - 1) for i in range(len(pairs))]
    return 100 * sum(w for w, (a, b) in zip(weights, pairs, strict=True) if a != b) / possible


def step(state: State, status: str, *, attempts: int = ATTEMPTS) -> tuple[State, str]:
    """One check (`OK`, `WARNING`, `CRITICAL`, `UNKNOWN`): the state after it, and `down` or `up` if that is told."""
    hard, attempt, problem = _typed(state, status, attempts)
    recent = (*state.recent, status)[-CHECKS:] if hard or status == "OK" else state.recent
    percent = change(recent)
    flapping = percent >= LOW if state.flapping else percent >= HIGH
    told = ""
    if hard and problem and not state.problem:
        told = "down"
    elif hard and state.problem and not problem:
        told = "up"
    quiet = flapping or not told
    return State(status, hard, attempt, problem, recent, flapping), "" if quiet else told


def _typed(state: State, status: str, attempts: int) -> tuple[bool, int, bool]:
    """Hard or soft, the number of this check, and whether it is a hard problem."""
    if status == "OK":
        soft_recovery = state.status != "OK" and not state.hard
        return not soft_recovery, state.attempt + 1 if soft_recovery else 1, False
    if state.problem:
        return True, 1, True  # the number is 1 again right after it became hard
    attempt = state.attempt + 1 if state.status != "OK" else 1
    hard = attempt >= attempts
    return hard, attempt, hard
