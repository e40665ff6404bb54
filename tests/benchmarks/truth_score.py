"""How what a rule told compares with what was: outages caught, seconds, false alarms, duplicates, scope, function."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from trayapp.core.model import MINUTE, SECOND, Millis

GRACE: Millis = 2 * MINUTE
"""A word that comes so long after the end is late, and not false."""
THEIRS = frozenset({"theirs", "widespread"})
HERE = frozenset({"your_network", "your_country"})


@dataclass(frozen=True, slots=True)
class Told:
    """One notice. ``story``: what it belongs to; ``up``: that it is well again."""

    at: Millis
    story: str
    platforms: frozenset[str]
    up: bool = False
    scope: str = "theirs"  # "down", and no more: theirs
    functions: frozenset[str] | None = None  # None: it does not say
    spans: Mapping[str, tuple[Millis, Millis | None]] | None = None  # of each platform, as the rule itself says
    past: bool = False  # it tells of what may be over, and says when that was


@dataclass(frozen=True, slots=True)
class Truth:
    """One outage as it was, as far as somebody was looking."""

    platforms: frozenset[str]
    also: frozenset[str]
    since: Millis
    until: Millis
    scope: str
    functions: frozenset[str]

    def meant(self, told: Told) -> bool:
        """Whether ``told`` speaks of it."""
        about = told.platforms & (self.platforms | self.also)
        if not told.past or told.spans is None:
            return bool(about) and self.since <= told.at <= self.until + GRACE
        spans = [told.spans[p] for p in about if p in told.spans]
        return any(a <= self.until and (b is None or b >= self.since) for a, b in spans)


@dataclass
class Score:
    """Sums over many scenarios."""

    caught: int = 0
    missed: int = 0
    starts: list[float] = field(default_factory=list)  # seconds
    ends: list[float] = field(default_factory=list)
    never_ended: int = 0
    false: int = 0
    false_in: list[str] = field(default_factory=list)
    duplicates: int = 0
    wrong_scope: int = 0
    wrong_function: int = 0
    says_function: bool = False
    errors: list[float] = field(default_factory=list)  # of the duration, minutes
    days: float = 0.0

    def add(self, name: str, told: Iterable[Told], truths: Iterable[Truth], days: float) -> None:
        """One more scenario, or site."""
        told, truths = list(told), list(truths)
        self.days += days
        self.says_function |= any(t.functions is not None for t in told)
        down = [t for t in told if not t.up]
        wrong = [t for t in down if not any(truth.meant(t) for truth in truths)]
        self.false += len(wrong)
        self.false_in += [name] * bool(wrong)
        for truth in truths:
            mine = [t for t in down if truth.meant(t)]
            if mine:
                self._caught(truth, mine, [t for t in told if t.up])
            else:
                self.missed += 1

    def _caught(self, truth: Truth, mine: list[Told], ups: list[Told]) -> None:
        self.caught += 1
        self.starts.append((mine[0].at - truth.since) / SECOND)
        self.duplicates += len(mine) - 1
        # By the last word on whose fault it is: at first it may honestly not be known.
        said = mine[-1].scope
        self.wrong_scope += (said in THEIRS and truth.scope in HERE) or (said in HERE and truth.scope in THEIRS)
        self.wrong_function += any(t.functions is not None and not t.functions <= truth.functions for t in mine)
        ends = [next((u for u in ups if u.story == t.story and u.at > t.at), None) for t in mine]
        over = [u for u in ends if u is not None]
        if len(over) < len(ends):
            self.never_ended += 1
            return
        last = max(over, key=lambda u: u.at)
        self.ends.append((last.at - truth.until) / SECOND)
        spans = [span for p, span in (last.spans or {}).items() if p in truth.platforms]
        began = min((a for a, _ in spans), default=mine[0].at)
        over_at = max((b for _, b in spans if b is not None), default=last.at)
        self.errors.append(abs((over_at - began) - (truth.until - truth.since)) / MINUTE)


def spread(values: list[float]) -> str:
    """Median and 95th percentile."""
    if not values:
        return "-"
    order = sorted(values)
    return f"{statistics.median(order):.0f}, {order[min(len(order) - 1, int(0.95 * len(order)))]:.0f}"


def rows(scores: dict[str, Score], per: str) -> list[str]:
    """A table in Markdown; ``per``: what a day of one watched thing is called."""
    head = (
        "| | caught | missed | s to start (p50, p95) | s to end | never ended | false red "
        f"| per 100 {per} | duplicates | wrong scope | wrong function | error of duration, min |"
    )
    out = [head, "|" + "---|" * 12]
    for name, s in scores.items():
        rate = 100 * s.false / s.days if s.days else 0.0
        function = str(s.wrong_function) if s.says_function else "says none"
        out.append(
            f"| {name} | {s.caught} | {s.missed} | {spread(s.starts)} | {spread(s.ends)} | {s.never_ended} | {s.false} "
            f"| {rate:.2f} | {s.duplicates} | {s.wrong_scope} | {function} | {spread(s.errors)} |"
        )
    return out
