"""Values for the tests of words: two voices in one zone, and short ways to make views and events."""

from __future__ import annotations

from datetime import timedelta, timezone

from trayapp.core.model import MINUTE, SECOND, Function, Instant, Line, Millis, Scope, State
from trayapp.core.present import Icon, Row, Say, View
from trayapp.core.story import Event, EventKind, Incident, Member, Phase
from trayapp.words.speech import speech

PARIS = timezone(timedelta(hours=1))  # as on that day, and no summer time to think of
ENGLISH, FRENCH = speech(["en"], PARIS), speech(["fr"], PARIS)
NB = "\u00a0"

T: Millis = 1_709_650_920_000  # 2024-03-05 16:02 in Paris
NOW = T + 18 * MINUTE
NAMES = {"facebook": "Facebook", "instagram": "Instagram", "whatsapp": "WhatsApp", "threads": "Threads"}


def view(say: Say, names: tuple[str, ...] = (), since: Millis | None = None, **more: object) -> View:
    """A view that was looked at two minutes ago."""
    values: dict[str, object] = {
        "icon": Icon.UP if say is Say.ALL_WELL else Icon.UNKNOWN,
        "count": 0,
        "mark": False,
        "line": Line.OK,
        "looked_at": NOW - 2 * MINUTE,
        "rows": (),
        "incidents": (),
    }
    return View(say=say, names=names, since=since, **(values | more))  # type: ignore[arg-type]  # a table of cases


def row(name: str, state: State, **more: object) -> Row:
    """A row that has been so since T."""
    values: dict[str, object] = {
        "depth": None,
        "scope": Scope.NOT_KNOWN,
        "since": T,
        "functions": (),
        "reasons": (),
    }
    return Row(id=name.lower(), name=name, owner="meta", state=state, **(values | more))  # type: ignore[arg-type]  # same


def member(platform: str, state: State, scope: Scope, **more: object) -> Member:
    """A member since T that one witness of ours speaks against."""
    values: dict[str, object] = {"functions": (Function.WEB,), "since": T, "witnesses": frozenset({"home"})}
    return Member(platform=platform, state=state, scope=scope, **(values | more))  # type: ignore[arg-type]  # same


def event(kind: EventKind, *members: Member, relapse: bool = False, **more: object) -> Event:
    """An event half a minute after T; an end fourteen minutes after it."""
    over = kind is EventKind.END
    lasted = 14 * MINUTE
    values: dict[str, object] = {"end": Instant(T + lasted, lasted) if over else None}
    incident = Incident(
        id="meta-1",
        owner="meta",
        phase=Phase.CLOSED if over else Phase.OPEN,
        members=members,
        start=Instant(T, 0),
        **(values | more),  # type: ignore[arg-type]  # same
    )
    return Event("meta-1", 1, kind, T + (lasted + MINUTE if over else 30 * SECOND), incident, relapse)
