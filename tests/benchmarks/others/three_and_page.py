"""What people build by hand: three failures in a row, or the platform's own page that admits a major outage.

Of no product, so it has no documentation but this: red after three failed checks in a row or with the first reading of
the page that says "major"; well again after one good check while the page says so no more.
"""

from __future__ import annotations

from dataclasses import dataclass

FAILURES = 3


@dataclass(frozen=True, slots=True)
class State:
    """Failures in a row, whether the page admits it, and whether it is red."""

    failures: int = 0
    admitted: bool = False
    red: bool = False


def step(state: State, *, ok: bool | None = None, admitted: bool | None = None) -> tuple[State, str]:
    """One check (`ok`), or one reading of the page (`admitted`): the state after it, and `down` or `up` if told."""
    failures = state.failures if ok is None else 0 if ok else state.failures + 1
    page = state.admitted if admitted is None else admitted
    red = failures >= FAILURES or page or (state.red and failures > 0)
    told = "" if red == state.red else "down" if red else "up"
    return State(failures, page, red), told
