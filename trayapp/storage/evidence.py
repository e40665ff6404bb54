"""Rows of evidence, in and out. What all answers to one question share stands once in ``asked``."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from trayapp.core.model import Evidence, Failure, Function, Outcome, Phases, Source

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

COLUMNS = (
    "t, asked, outcome, failure, status, ms, dns_ms, connect_ms, tls_ms, first_byte_ms, body_ms, waited_ms, families, "
    "answer, via, note"
)
SELECT = (
    "SELECT evidence.*, platform, source, probe, host, owner, function FROM evidence CROSS JOIN asked "
    "ON asked.id = evidence.asked"  # CROSS: by the index on time, whatever else the planner would like
)
_INSERT = f"INSERT INTO evidence ({COLUMNS}) VALUES ({', '.join('?' * 16)})"  # noqa: S608 - nothing from outside

_Question: TypeAlias = "tuple[str, str, str, str, str, str]"


class Asked:
    """The numbers of the questions, remembered so that each is looked up once.

    ``forget`` after a transaction that was undone: its numbers may be given to others.
    """

    def __init__(self) -> None:
        self._numbers: dict[_Question, int] = {}

    def forget(self) -> None:
        """Look every question up again."""
        self._numbers.clear()

    def number(self, db: sqlite3.Connection, evidence: Evidence) -> int:
        """The question's number; a new one is written down."""
        question = (
            evidence.platform,
            evidence.probe,
            evidence.source.value,
            evidence.host,
            evidence.owner,
            evidence.function.value if evidence.function else "",
        )
        number = self._numbers.get(question)
        if number is None:
            row = db.execute(
                "SELECT id FROM asked WHERE (platform, probe, source, host, owner, function) = (?, ?, ?, ?, ?, ?)",
                question,
            ).fetchone() or (
                db.execute(
                    "INSERT INTO asked (platform, probe, source, host, owner, function) VALUES (?, ?, ?, ?, ?, ?) "
                    "RETURNING id",
                    question,
                ).fetchone()
            )
            number = self._numbers[question] = int(row[0])
        return number


def insert(db: sqlite3.Connection, asked: Asked, evidence: Iterable[Evidence]) -> None:
    """Write it down inside the open transaction."""
    db.executemany(_INSERT, [_row(one, asked.number(db, one)) for one in evidence])


def _row(evidence: Evidence, asked: int) -> tuple[str | int | None, ...]:
    phases = evidence.phases
    return (
        evidence.t,
        asked,
        evidence.outcome.value,
        evidence.failure.value if evidence.failure else None,
        evidence.status,
        evidence.ms,
        phases.dns,
        phases.connect,
        phases.tls,
        phases.first_byte,
        phases.body,
        evidence.waited,
        evidence.families,
        None if evidence.answer == _usual(evidence.t, evidence.platform, evidence.probe) else evidence.answer,
        evidence.via,
        evidence.note,
    )


def _usual(t: int, platform: str, probe: str) -> str:
    """What nearly every answer is called (see core/outcome.py): not worth its place in the file."""
    return f"{t}-{platform}-{probe}"


def evidence_from(row: sqlite3.Row) -> Evidence:
    """From a row that ``SELECT`` gives."""
    answer = row["answer"]
    return Evidence(
        t=row["t"],
        platform=row["platform"],
        source=Source(row["source"]),
        outcome=Outcome(row["outcome"]),
        probe=row["probe"],
        host=row["host"],
        owner=row["owner"],
        function=Function(row["function"]) if row["function"] else None,
        failure=None if row["failure"] is None else Failure(row["failure"]),  # type: ignore[call-arg]  # by value
        status=row["status"],
        ms=row["ms"],
        phases=Phases(row["dns_ms"], row["connect_ms"], row["tls_ms"], row["first_byte_ms"], row["body_ms"]),
        answer=_usual(row["t"], row["platform"], row["probe"]) if answer is None else answer,
        via=row["via"],
        note=row["note"],
        families=row["families"],
    )
