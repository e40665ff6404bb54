"""Values for the tests of the log: one day in March, a small history in a real file, short ways to make incidents."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from datetime import timedelta, timezone
from typing import TYPE_CHECKING

from trayapp.core.model import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    Evidence,
    Failure,
    Function,
    Gap,
    Instant,
    Line,
    Millis,
    Outcome,
    Phases,
    Scope,
    Source,
    State,
)
from trayapp.core.ports import Batch, Interval
from trayapp.core.present import Icon, Row, Say, View, status
from trayapp.core.story import Ending, Event, EventKind, Incident, Member, Phase
from trayapp.core.wishes import Wishes
from trayapp.log.directory import Directory
from trayapp.log.incidents import IncidentLine, incident_line
from trayapp.storage.database import Database
from trayapp.words.language import Language
from trayapp.words.times import Times
from trayapp.words.voice import Voice

if TYPE_CHECKING:
    from pathlib import Path

ZONE = timezone(timedelta(hours=1))
T: Millis = 1_709_650_920_000  # 2024-03-05 16:02 there
NOW: Millis = T + 3 * HOUR
NAMES = {"plaza": "Plaza", "mall": "Mall", "cinema": "Cinéma"}
DIRECTORY = Directory(NAMES, {"square": "Square Inc", "lumen": "Lumen"}, {"square-page": "Square's status page"})


def voice(code: str = "en") -> Voice:
    spoken = Language([code])
    return Voice(spoken, Times(spoken, ZONE))


def at(t: Millis) -> Instant:
    return Instant(t, t, "boot")


def member(platform: str, state: State = State.DOWN, scope: Scope = Scope.THEIRS, **more: object) -> Member:
    """Since T, by one witness."""
    values: dict[str, object] = {"functions": (Function.WEB,), "since": T, "witnesses": frozenset({"home"})}
    return Member(platform, state=state, scope=scope, **(values | more))  # type: ignore[arg-type]  # a table of cases


def incident(*members: Member, name: str = "one", start: Millis = T, length: Millis | None = 2 * HOUR) -> Incident:
    """Of the owner "square"; ``length`` None: it goes on."""
    end = None if length is None else at(start + length)
    return Incident(
        name,
        "square",
        Phase.OPEN if end is None else Phase.CLOSED,
        members or (member("plaza"), member("mall")),
        at(start),
        end,
        events=1 if end is None else 2,
        ending=None if end is None else Ending.WELL,
    )


def line(of: Incident, code: str = "en") -> IncidentLine:
    return incident_line(voice(code), of, DIRECTORY.names, DIRECTORY.owners)


def answer(t: Millis, platform: str = "plaza", *, bad: bool = False, **more: object) -> Evidence:
    """Of the probe "home"; with ``bad`` a server error."""
    values: dict[str, object] = {
        "source": Source.DIRECT,
        "outcome": Outcome.FAILED if bad else Outcome.OK,
        "probe": "home",
        "host": f"www.{platform}.example",
        "owner": "square",
        "function": Function.WEB,
        "failure": Failure.HTTP_SERVER_ERROR if bad else None,
        "status": 503 if bad else 200,
        "ms": 180,
        "phases": Phases(5, 20, 45, 110, None),
    }
    return Evidence(t, platform, **(values | more))  # type: ignore[arg-type]  # a table of cases


def write(path: Path, *, heartbeat: Millis = NOW - 10 * SECOND, note: str = "We are looking into it.") -> None:
    """A day: two platforms of one owner were down for two hours, one of them is down again; a gap in the morning."""
    again = NOW - 20 * MINUTE
    over = incident(member("plaza", until=T + 2 * HOUR), member("mall", until=T + 2 * HOUR))
    open_ = incident(member("plaza", since=again), name="two", start=again, length=None)
    rows = (
        _row("plaza", State.DOWN, Scope.THEIRS, again, "server_errors"),
        _row("mall", State.UP, Scope.NOT_KNOWN, T + 2 * HOUR, "answers"),
        _row("cinema", State.UNKNOWN, Scope.NOT_KNOWN, None, "nothing_fresh"),
    )
    view = View(Icon.DOWN, Say.DOWN, ("Plaza",), again, 1, True, Line.OK, heartbeat, rows, ("two",))  # noqa: FBT003 - as it is written
    answers = [
        answer(t, bad=T <= t < T + 2 * HOUR or t >= again) for t in range(T - HOUR, min(NOW, heartbeat), 30 * SECOND)
    ]
    page = answer(
        T + 5 * MINUTE,
        source=Source.OFFICIAL,
        probe="square-page",
        host="status.square.example",
        outcome=Outcome.FAILED,
        failure=Failure.OFFICIAL_MAJOR,
        status=None,
        note=note,
    )
    down, up = (State.DOWN, Scope.THEIRS), (State.UP, Scope.NOT_KNOWN)
    states = [Interval(each, *up, NOW - 2 * DAY) for each in ("plaza", "mall")]
    states += [Interval(each, *down, T) for each in ("plaza", "mall")]
    states += [Interval(each, *up, T + 2 * HOUR) for each in ("plaza", "mall")]
    events = (
        Event("one", 1, EventKind.START, T + MINUTE, replace(over, phase=Phase.OPEN, end=None, ending=None)),
        Event("one", 2, EventKind.END, T + 2 * HOUR + MINUTE, over),
        Event("two", 1, EventKind.START, again + MINUTE, open_),
    )
    with closing(Database(path)) as database:
        batch = Batch(
            at(heartbeat),
            json.dumps(status(view)),
            incidents=(over, open_),
            events=events,
            intervals=(*states, Interval("plaza", *down, again)),
            evidence=(*answers, page),
            gaps=(Gap(T - 9 * HOUR, T - 7 * HOUR),),
            wishes=Wishes(snoozed={"mall": NOW + HOUR}, tell_back=frozenset({"plaza"})),
        )
        database.commit(batch, durable=True)


def _row(platform: str, state: State, scope: Scope, since: Millis | None, reason: str) -> Row:
    functions = ((Function.WEB, state),)
    return Row(platform, NAMES[platform], "square", state, None, scope, since, functions, (reason,))
