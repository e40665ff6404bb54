"""What is to be written, and the history it goes to: nothing is lost while that cannot be opened or written."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from trayapp.core import digest, present
from trayapp.core.incident import RELAPSE
from trayapp.core.model import MINUTE, SECOND, Millis
from trayapp.core.ports import Batch, Restored, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trayapp.core.model import Evidence, Gap, Instant
    from trayapp.core.ports import Claim, Interval, Known, Store
    from trayapp.core.present import View
    from trayapp.core.story import Event, Incident, Notice
    from trayapp.core.wishes import Wishes
    from trayapp.core.world import Effects

K = TypeVar("K")
V = TypeVar("V")

HEARTBEAT: Millis = MINUTE
"""Uneventful evidence is written this often, and opening a history that could not be opened is tried again."""
SOON: Millis = 8 * SECOND
"""Whoever is awake so shortly before a heartbeat writes it then: nobody need wake for it alone."""
UNSAVED_LIMIT = 20_000
"""Rows of each kind kept while the history cannot be written; then the oldest go. Half a day of thirty platforms."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Waiting:
    """What is not written yet, oldest first; of what replaces an earlier one only the latest."""

    incidents: dict[str, Incident] = field(default_factory=dict)
    notices: dict[tuple[str, int, str], tuple[Notice, Claim]] = field(default_factory=dict)
    known: dict[tuple[str, str], Known] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    intervals: list[Interval] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    wishes: Wishes | None = None

    def add(self, effects: Effects) -> None:
        self.incidents |= {i.id: i for i in effects.incidents}
        self.notices |= {row.key: (row, claim) for n, claim in effects.notices for row in digest.flat(n)}
        self.known |= {(k.network, k.platform): k for k in effects.known}
        self.events += effects.events
        self.intervals += effects.intervals
        self.evidence += effects.evidence
        self.gaps += effects.gaps
        self.wishes = effects.wishes or self.wishes

    def bound(self, most: int) -> None:
        self.incidents, self.notices, self.known = (
            _latest(self.incidents, most),
            _latest(self.notices, most),
            _latest(self.known, most),
        )
        for rows in (self.events, self.intervals, self.evidence, self.gaps):
            del rows[:-most]

    def batch(self, now: Instant, status: str) -> Batch:
        return Batch(
            now=now,
            status=status,
            incidents=tuple(self.incidents.values()),
            events=tuple(self.events),
            notices=tuple(self.notices.values()),
            intervals=tuple(self.intervals),
            evidence=tuple(self.evidence),
            gaps=tuple(self.gaps),
            known=tuple(self.known.values()),
            wishes=self.wishes,
        )

    @property
    def empty(self) -> bool:
        tables = (self.incidents, self.notices, self.known, self.wishes)
        return not any(tables) and not any((self.events, self.intervals, self.evidence, self.gaps))

    @property
    def durable(self) -> bool:
        """As ``Effects.durable``: it holds something that a person is or was told."""
        return bool(self.events or self.notices or self.wishes)


def _latest(table: dict[K, V], most: int) -> dict[K, V]:
    return dict(islice(table.items(), max(0, len(table) - most), None))


class Ledger:
    """Owns the store. One thread at a time.

    ``open_store`` opens the history and raises StoreError where it cannot; ``None``: nothing is to be kept at all.
    No method raises StoreError: the trouble is logged, ``well`` tells of it, and ``commit`` tries again.
    """

    def __init__(self, open_store: Callable[[], Store] | None) -> None:
        self._open_store = open_store
        self._store: Store | None = None
        self._waiting = _Waiting()
        self._trouble = ""
        self._opened: Millis = 0  # mono of the last try to open it
        self._tried: Millis | None = None  # mono of the last commit, done or not
        self._last: tuple[Instant, View] | None = None  # what it was the last commit of

    @property
    def well(self) -> bool:
        """Whether what was to be written is written."""
        return not self._trouble

    def due_in(self, mono: Millis) -> Millis:
        """Milliseconds until the next heartbeat is to be written; 0 or less: now."""
        return 0 if self._tried is None else self._tried + HEARTBEAT - mono

    def open(self, now: Instant) -> Restored:
        """Open the history, and read what an earlier run left; nothing where it cannot be read."""
        restored = self._open(now) if self._open_store is not None else None
        return restored or Restored()

    def add(self, effects: Iterable[Effects]) -> None:
        """Keep what is to be written with the next commit."""
        if self._open_store is not None:
            for one in effects:
                self._waiting.add(one)

    def commit(self, now: Instant, view: View, *, durable: bool) -> None:
        """Write everything that waits, in one transaction; where that cannot be done now, it goes on waiting."""
        self._tried, self._last = now.mono, (now, view)
        if self._open_store is None:
            return
        if self._store is None and now.mono - self._opened >= HEARTBEAT:
            self._open(now)  # what it holds is older than what this run knows
        self._write(now, view, durable=durable)

    def close(self) -> None:
        """Write what still waits, under the time of the last commit, and let go of the history. Twice is harmless."""
        try:
            if self._store is not None and self._last is not None and not self._waiting.empty:
                self._write(*self._last, durable=True)
        except Exception:  # noqa: BLE001 - a mistake of ours ended the engine: the same may hit us here, and it is logged
            _log.exception("what was not yet in the history could not be written")
        finally:
            self._abandon()

    def _abandon(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            try:
                store.close()
            except StoreError as error:
                _log.warning("%s", error)

    def _open(self, now: Instant) -> Restored | None:
        assert self._open_store is not None  # noqa: S101 - the callers have looked; this tells mypy
        self._opened = now.mono
        try:
            store = self._open_store()
        except StoreError as error:
            self._complain(error)
            return None
        self._store = store
        try:
            return store.restore(now.t - RELAPSE)
        except StoreError as error:
            self._complain(error)
            self._abandon()
            return None

    def _write(self, now: Instant, view: View, *, durable: bool) -> None:
        if self._store is None:
            self._waiting.bound(UNSAVED_LIMIT)
            return
        batch = self._waiting.batch(now, json.dumps(present.status(view)))
        try:
            self._store.commit(batch, durable=durable or self._waiting.durable)
        except StoreError as error:
            self._complain(error)
            self._waiting.bound(UNSAVED_LIMIT)
            return
        self._waiting = _Waiting()
        if self._trouble:
            self._trouble = ""
            _log.warning("the history is being saved again")

    def _complain(self, error: StoreError) -> None:
        if str(error) != self._trouble:  # the same again each minute tells nothing new
            _log.error("%s", error)
        self._trouble = str(error)
