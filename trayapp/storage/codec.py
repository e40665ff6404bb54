"""Values to rows and back, but for evidence. Plain functions; a round trip gives an equal value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from trayapp.core.model import Function, Instant, Scope, State
from trayapp.core.ports import Interval, Known
from trayapp.core.story import Ending, Event, EventKind, Incident, Member, Notice, Phase, Quote
from trayapp.core.wishes import Wishes

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from trayapp.core.model import Millis
    from trayapp.core.ports import Claim

Row: TypeAlias = "dict[str, str | int | None]"
"""Column name → what SQLite stores."""


def incident_row(incident: Incident) -> Row:
    """The incident without its members."""
    end = incident.end
    return {
        "id": incident.id,
        "owner": incident.owner,
        "phase": incident.phase.value,
        "start_t": incident.start.t,
        "start_mono": incident.start.mono,
        "start_boot": incident.start.boot,
        "end_t": end.t if end else None,
        "end_mono": end.mono if end else None,
        "end_boot": end.boot if end else None,
        "events": incident.events,
        "already": incident.already,
        "unwatched": incident.unwatched,
        "ending": incident.ending.value if incident.ending else None,
    }


def member_rows(incident: Incident) -> list[Row]:
    """Its members, each with its place."""
    return [
        {
            "incident": incident.id,
            "place": place,
            "platform": member.platform,
            "functions": json.dumps(member.functions),
            "state": member.state.value,
            "scope": member.scope.value,
            "since": member.since,
            "until": member.until,
            "witnesses": json.dumps(sorted(member.witnesses)),
            "reason": member.reason,
            "said": json.dumps(_said(member)) if member.said else None,
        }
        for place, member in enumerate(incident.members)
    ]


def incident_from(row: sqlite3.Row, members: Iterable[sqlite3.Row]) -> Incident:
    """From a row of ``incident`` and its rows of ``member`` in order of place."""
    ended = row["end_t"] is not None
    return Incident(
        id=row["id"],
        owner=row["owner"],
        phase=Phase(row["phase"]),
        members=tuple(
            _member(
                each,
                json.loads(each["functions"]),
                json.loads(each["witnesses"]),
                each["reason"],
                json.loads(each["said"]) if each["said"] else None,
            )
            for each in members
        ),
        start=Instant(row["start_t"], row["start_mono"], row["start_boot"]),
        end=Instant(row["end_t"], row["end_mono"], row["end_boot"]) if ended else None,
        events=row["events"],
        already=bool(row["already"]),
        unwatched=bool(row["unwatched"]),
        ending=_ending(row["ending"]),
    )


def _said(member: Member) -> tuple[str, Millis] | None:
    return (member.said.words, member.said.since) if member.said else None


def _member(
    fields: sqlite3.Row | dict[str, Any],
    functions: list[str],
    witnesses: list[str],
    reason: str,
    said: tuple[str, Millis] | None,
) -> Member:
    return Member(
        platform=fields["platform"],
        functions=tuple(Function(name) for name in functions),
        state=State(fields["state"]),
        scope=Scope(fields["scope"]),
        since=fields["since"],
        until=fields["until"],
        witnesses=frozenset(witnesses),
        reason=reason,
        said=Quote(*said) if said else None,
    )


def incident_text(incident: Incident) -> str:
    """The whole incident as JSON: what an event keeps of the moment it was said."""
    return json.dumps(
        {
            "id": incident.id,
            "owner": incident.owner,
            "phase": incident.phase,
            "start": _clocks(incident.start),
            "end": _clocks(incident.end) if incident.end else None,
            "events": incident.events,
            "already": incident.already,
            "unwatched": incident.unwatched,
            "ending": incident.ending,
            "members": [
                {
                    "platform": member.platform,
                    "functions": member.functions,
                    "state": member.state,
                    "scope": member.scope,
                    "since": member.since,
                    "until": member.until,
                    "witnesses": sorted(member.witnesses),
                    "reason": member.reason,
                    "said": _said(member),
                }
                for member in incident.members
            ],
        }
    )


def incident_from_text(text: str) -> Incident:
    """Back from ``incident_text``."""
    body: dict[str, Any] = json.loads(text)
    return Incident(
        id=body["id"],
        owner=body["owner"],
        phase=Phase(body["phase"]),
        members=tuple(
            _member(each, each["functions"], each["witnesses"], each.get("reason", ""), each.get("said"))
            for each in body["members"]
        ),
        start=Instant(*body["start"]),
        end=Instant(*body["end"]) if body["end"] else None,
        events=body["events"],
        already=body["already"],
        unwatched=body["unwatched"],
        ending=_ending(body.get("ending")),  # not in what format 1 wrote
    )


def _ending(value: str | None) -> Ending | None:
    return None if value is None else Ending(value)


def _clocks(instant: Instant) -> tuple[int, int, str]:
    return instant.t, instant.mono, instant.boot


def event_row(event: Event) -> Row:
    """One event."""
    return {
        "incident": event.incident,
        "number": event.number,
        "kind": event.kind.value,
        "t": event.t,
        "relapse": event.relapse,
        "body": incident_text(event.of),
    }


def event_from(row: sqlite3.Row) -> Event:
    """From a row of ``event``."""
    return Event(
        incident=row["incident"],
        number=row["number"],
        kind=EventKind(row["kind"]),
        t=row["t"],
        of=incident_from_text(row["body"]),
        relapse=bool(row["relapse"]),
    )


def notice_row(notice: Notice, claim: Claim) -> Row:
    """One row of the outbox; its event is a row of its own."""
    incident, number, channel = notice.key
    return {
        "incident": incident,
        "number": number,
        "channel": channel,
        "kind": notice.event.kind.value,
        "due": notice.due,
        "stale": notice.stale,
        "claim": claim.value,
    }


def notice_from(row: sqlite3.Row) -> Notice:
    """From a row of ``outbox`` joined with its ``event``."""
    return Notice(event=event_from(row), channel=row["channel"], due=row["due"], stale=row["stale"])


def known_row(known: Known, now: Millis) -> Row:
    """One row of ``known``, written at ``now``."""
    return {
        "network": known.network,
        "platform": known.platform,
        "reached": known.reached,
        "standing": known.standing,
        "written": now,
    }


def known_from(row: sqlite3.Row) -> Known:
    """From a row of ``known``."""
    return Known(row["network"], row["platform"], row["reached"], row["standing"])


def interval_from(row: sqlite3.Row) -> Interval:
    """From a row of ``interval``."""
    return Interval(row["platform"], State(row["state"]), Scope(row["scope"]), row["since"])


def wishes_text(wishes: Wishes) -> str:
    """All the wishes as JSON."""
    return json.dumps(
        {
            "muted_until": wishes.muted_until,
            "snoozed": dict(wishes.snoozed),
            "tell_back": sorted(wishes.tell_back),
            "paused_since": wishes.paused_since,
        }
    )


def wishes_from(text: str) -> Wishes:
    """Back from ``wishes_text``."""
    body: dict[str, Any] = json.loads(text)
    return Wishes(body["muted_until"], body["snoozed"], frozenset(body["tell_back"]), body["paused_since"])
