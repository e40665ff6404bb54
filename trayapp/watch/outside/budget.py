"""How much may be asked of others: tests of a measuring service, and who is to be left alone for now.

``Spent`` is the rule as a value; ``Budget`` keeps one for several threads. Times are ``mono`` milliseconds.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from trayapp.core.model import DAY, HOUR, MINUTE, Millis

if TYPE_CHECKING:
    from collections.abc import Mapping

A_LOOK = 12
"""Tests of one suspicion of one owner. A test is one probe of theirs that asks once."""
AN_HOUR = 60
"""Of everybody together. The service itself would allow some hundreds."""
APART: Millis = 10 * MINUTE
"""For so long all looks at one owner are one suspicion, unless the person asks."""
TROUBLE_RESTS: Millis = DAY
"""Who refuses, is broken or says nonsense is left alone for so long."""
SILENCE_RESTS: Millis = 10 * MINUTE
"""So is who could not be reached at all: it may well be our own line."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What was asked in the last hour, and until when whom to leave alone (by the name of the service)."""

    tests: tuple[tuple[Millis, str, int], ...] = ()  # when, about which owner, how many
    rests: Mapping[str, Millis] = field(default_factory=dict)

    def left(self, owner: str, mono: Millis, *, by_hand: bool = False) -> int:
        """How many tests a look at ``owner`` may take now: 0 to A_LOOK."""
        hour = sum(n for at, _, n in self.tests if mono - at < HOUR)
        mine = sum(n for at, who, n in self.tests if who == owner and mono - at < APART)
        return max(0, min(A_LOOK, AN_HOUR - hour, A_LOOK if by_hand else A_LOOK - mine))

    def spend(self, owner: str, tests: int, mono: Millis) -> Spent:
        """They are taken; what is older than an hour is forgotten."""
        kept = tuple(each for each in self.tests if mono - each[0] < HOUR)
        return replace(self, tests=(*kept, (mono, owner, tests))) if tests else replace(self, tests=kept)

    def resting(self, service: str, mono: Millis) -> bool:
        """Whether it is to be left alone."""
        return mono < self.rests.get(service, mono)

    def rest(self, service: str, until: Millis) -> Spent:
        """Leave it alone until then, or for longer where that was said before."""
        return replace(self, rests={**self.rests, service: max(until, self.rests.get(service, until))})


class Budget:
    """One for the whole program. Safe to use from many threads."""

    def __init__(self, spent: Spent | None = None) -> None:
        self._lock = threading.Lock()
        self._spent = spent or Spent()

    @property
    def spent(self) -> Spent:
        """As it is now."""
        return self._spent

    def take(self, owner: str, mono: Millis, *, by_hand: bool = False) -> int:
        """As many tests as there are for a look at ``owner``; what of them is not needed is to be given back."""
        with self._lock:
            tests = self._spent.left(owner, mono, by_hand=by_hand)
            self._spent = self._spent.spend(owner, tests, mono)
            return tests

    def give_back(self, owner: str, mono: Millis, tests: int) -> None:
        """Of those that were taken for ``owner`` at ``mono`` so many were not put."""
        with self._lock:
            self._spent = self._spent.spend(owner, -tests, mono)

    def resting(self, service: str, mono: Millis) -> bool:
        """Whether it is to be left alone."""
        return self._spent.resting(service, mono)

    def trouble(self, service: str, mono: Millis) -> None:
        """It refused, is broken or said nonsense."""
        self._rest(service, mono + TROUBLE_RESTS)

    def silence(self, service: str, mono: Millis) -> None:
        """It could not be reached."""
        self._rest(service, mono + SILENCE_RESTS)

    def _rest(self, service: str, until: Millis) -> None:
        with self._lock:
            self._spent = self._spent.rest(service, until)
