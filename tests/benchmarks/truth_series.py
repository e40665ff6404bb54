"""Real change logs of home-page monitors, open loop: each row is expanded to the log's own cadence, and never finer.

Scored against a label file: `true` is an outage, `refusal` is none, `not known` counts for nobody. The other sites of a
repository are its control line: a moment at which most of them failed is the monitor's own trouble.
"""

from __future__ import annotations

import csv
import statistics
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.truth_scenarios import OTHERS
from benchmarks.truth_score import Score, Told, Truth
from trayapp.config import BUILT_IN, load_platforms
from trayapp.core.model import DAY, HOUR, MINUTE, Evidence, Failure, Function, Gap, Millis, Outcome, Phases, Source
from trayapp.core.story import EventKind
from trayapp.simulate.replay import Replay
from trayapp.storage.records import Entry
from trayapp.watch.probes import KINDS

LEAST, MOST = 6 * MINUTE, 15 * MINUTE
"""The real cadence of such a job, as the log's README has it."""
AROUND: Millis = 2 * HOUR
BROKEN = "test-broken-site"
"""Kept broken on purpose by whoever runs the monitor."""


@dataclass(frozen=True, slots=True)
class Row:
    """What the monitor found of a site."""

    t: Millis
    up: bool
    status: int  # 0: no answer
    ms: Millis


@dataclass
class Site:
    """One site of one repository."""

    repository: str
    name: str
    host: str
    secure: bool
    rows: list[Row]
    labels: list[tuple[Millis, Millis, str]] = field(default_factory=list)

    def at(self, t: Millis) -> Row | None:
        """What was so at ``t``."""
        i = bisect_right(self.rows, t, key=lambda row: row.t)
        return self.rows[i - 1] if i else None


def scored(root: Path, only: str = "") -> dict[str, Score]:
    """Everybody's score over all sites, or over those of the repositories in whose name ``only`` stands."""
    platforms, _ = load_platforms([BUILT_IN], frozenset(KINDS))
    owners = {p.id: p.owner for p in platforms}
    scores = {"Fanal": Score(), **{name: Score() for name in OTHERS if not OTHERS[name].pages}}
    for folder in sorted(path for path in (root / "dev").iterdir() if only in path.name):
        sites = [site for path in sorted(folder.glob("*.csv")) if (site := _site(path)) is not None]
        _label(sites, root / "labels.csv")
        polls, cadence = _polls(sites)
        told = {"Fanal": _fanal(sites, polls, owners)}
        for name in scores:
            if name != "Fanal":
                told[name] = [t for site in sites for t in _other(name, site, polls)]
        for name, score in scores.items():
            for site in sites:
                _score(score, site, told[name], cadence)
    return scores


def _score(score: Score, site: Site, told: list[Told], cadence: Millis) -> None:
    slack = 2 * cadence
    unknown = [(a - slack, b + slack) for a, b, label in site.labels if label == "not known"]
    mine = [t for t in told if site.name in t.platforms and not (not t.up and any(a <= t.at <= b for a, b in unknown))]
    truths = [
        Truth(frozenset({site.name}), frozenset(), a - MINUTE, b, "theirs", frozenset(Function))  # polls: whole minutes
        for a, b, label in site.labels
        if label == "true"
    ]
    score.add(f"{site.repository} {site.name}", mine, truths, (site.rows[-1].t - site.rows[0].t) / DAY)


def _site(path: Path) -> Site | None:
    with path.open(newline="") as file:
        found = list(csv.DictReader(file))
    rows = [
        Row(_t(r["utc"]), r["status"] == "up", int(r["http_code"] or 0), int(float(r["response_ms"] or 0)))
        for r in found
    ]
    url = urlsplit(found[-1]["url"]) if found else None
    if url is None or path.stem == BROKEN or not any(row.up for row in rows):
        return None
    rows.sort(key=lambda row: row.t)
    return Site(path.parent.name.replace("__", "/"), path.stem, url.hostname or "", url.scheme == "https", rows)


def _label(sites: list[Site], path: Path) -> None:
    known = {(site.repository, site.name): site for site in sites}
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            site = known.get((row["repository"], row["site"]))
            if site is not None:
                end = _t(row["end_utc"]) if row["end_utc"] else site.rows[-1].t
                site.labels.append((_t(row["start_utc"]), end, row["label"]))


def _polls(sites: list[Site]) -> tuple[list[Millis], Millis]:
    """When the job ran: where a row stands, and in between at its cadence."""
    moments = sorted({row.t // MINUTE * MINUTE for site in sites for row in site.rows})
    gaps = [b - a for a, b in pairwise(moments) if LEAST <= b - a <= 2 * MOST]
    cadence = min(MOST, max(LEAST, int(statistics.median(gaps))))
    out: list[Millis] = []
    for a, b in pairwise(moments):
        out += range(a, max(a + 1, b - cadence // 2), cadence)
    return [*out, moments[-1]], cadence


def _eventful(sites: list[Site], polls: list[Millis]) -> Iterator[Millis]:
    """The polls near a change of any site. Elsewhere all is for hours as it was: the core forgets after 20 minutes."""
    changes = sorted(b.t for site in sites for a, b in pairwise(site.rows) if (a.up, a.status) != (b.up, b.status))
    for t in polls:
        i = bisect_right(changes, t - AROUND)
        if i < len(changes) and changes[i] <= t + AROUND:
            yield t


def _fanal(sites: list[Site], polls: list[Millis], owners: dict[str, str]) -> list[Told]:
    entries = _entries(sites, polls, owners)
    told = []
    for said in Replay().run(entries):
        event = said.event
        if event is None or event.kind is EventKind.UPDATE:
            continue
        members = frozenset(m.platform for m in event.of.members)
        told.append(Told(said.t, event.incident, members, event.kind is EventKind.END))
    return told


def _entries(sites: list[Site], polls: list[Millis], owners: dict[str, str]) -> Iterator[Entry]:
    last: Millis | None = None
    for t in _eventful(sites, polls):
        if last is not None and t - last > AROUND:
            yield Entry(Gap(last + MINUTE, t - MINUTE))  # hours in which all was as before are not played
        yield from _asked(sites, t, owners)
        last = t


def _asked(sites: list[Site], t: Millis, owners: dict[str, str]) -> Iterator[Entry]:
    for n, site in enumerate(sites):
        row = site.at(t + MINUTE - 1)
        if row is not None:
            yield Entry(_evidence(site, row, t + n * 200, owners.get(site.name, site.name)))


def _evidence(site: Site, row: Row, t: Millis, owner: str) -> Evidence:
    tls = 30 if site.secure and row.status else None
    failure = (
        Failure.CONNECT_TIMEOUT if not row.status
        else Failure.HTTP_SERVER_ERROR if row.status >= 500
        else Failure.HTTP_TOO_MANY if row.status == 429
        else Failure.HTTP_REFUSED if row.status >= 400
        else None
    )  # fmt: skip
    failed = not row.status or (row.status >= 500 and site.secure)
    outcome = Outcome.FAILED if failed else Outcome.UNKNOWN if row.status >= 500 else Outcome.REFUSED
    ms = min(row.ms, 15_000)
    return Evidence(
        t=t,
        platform=site.name,
        source=Source.DIRECT,
        outcome=Outcome.OK if failure is None else outcome,
        probe="home",
        host=site.host,
        owner=owner,
        function=Function.WEB,
        failure=failure,
        status=row.status or None,
        ms=ms,
        phases=Phases(tls=tls, first_byte=ms if row.status else None),
        answer=f"{t}-{site.name}",
    )


def _other(name: str, site: Site, polls: list[Millis]) -> Iterator[Told]:
    rule = OTHERS[name]
    state = rule.first
    for t in polls:
        row = site.at(t + MINUTE - 1)
        if row is None:
            continue
        word = "OK" if row.up else "WARNING" if 400 <= row.status < 500 else "CRITICAL"
        state, told = rule.step(state, word)
        if told:
            yield Told(t, site.name, frozenset({site.name}), told == "up")


def _t(text: str) -> Millis:
    return int(datetime.fromisoformat(text).timestamp() * 1000)
