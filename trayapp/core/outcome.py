"""Answer → Evidence: the table of outcomes. Facts come in, one claim comes out; nothing here compares with the past."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from trayapp.core.model import EVERYONE, Evidence, Failure, Outcome, Source, Stage

if TYPE_CHECKING:
    from trayapp.core.question import Answer, Control, Json, Platform, Probe, Shape

_MISSING = object()
_NOTE_LIMIT = 120
_REFUSALS = {429: Failure.HTTP_TOO_MANY, 451: Failure.HTTP_LEGAL}


def of_platform(platform: Platform, probe: Probe, answer: Answer) -> Evidence:
    """What this computer saw of ``platform``."""
    return _evidence(probe, answer, platform.id, Source.DIRECT, platform.owner)


def of_line(control: Control, answer: Answer) -> Evidence:
    """What a control target says of the person's own line."""
    return _evidence(control.probe, answer, EVERYONE, Source.CONTROL, control.owner)


def classify(probe: Probe, answer: Answer) -> tuple[Outcome, Failure | None]:
    """First match wins: no answer, an answer that speaks for itself, then the bare status."""
    if answer.failure is not None and not _said_no(answer):
        here = answer.failure.stage is Stage.HERE or answer.via != ""
        return (Outcome.UNKNOWN if here else Outcome.FAILED), answer.failure
    if answer.status is None:
        return Outcome.OK, None  # a connection or a handshake was all that was asked
    # Without TLS, or through a box in the middle, anybody may have said it.
    theirs = probe.secure and not answer.via
    if any(matches(shape, answer) for shape in probe.broken):
        return (Outcome.FAILED if theirs else Outcome.UNKNOWN), Failure.BODY_SAYS_BROKEN
    if probe.healthy is not None and matches(probe.healthy, answer):
        return Outcome.OK, None
    return _by_status(answer.status, theirs=theirs, promised=probe.healthy is not None)


def _said_no(answer: Answer) -> bool:
    """Whether a refusal came whose explanation was cut off: it was reached, and said no."""
    cut = answer.failure is not None and answer.failure.stage is Stage.BODY
    return cut and answer.status is not None and 400 <= answer.status <= 499


def _by_status(status: int, *, theirs: bool, promised: bool) -> tuple[Outcome, Failure | None]:
    if 500 <= status <= 599:
        return (Outcome.FAILED if theirs else Outcome.UNKNOWN), Failure.HTTP_SERVER_ERROR
    if status >= 400:
        return Outcome.REFUSED, _REFUSALS.get(status, Failure.HTTP_REFUSED)
    if status < 200:
        return Outcome.UNKNOWN, Failure.HTTP_PROTOCOL
    return (Outcome.UNKNOWN, Failure.BODY_UNEXPECTED) if promised else (Outcome.OK, None)


def matches(shape: Shape, answer: Answer) -> bool:
    """Whether every given part of ``shape`` holds for ``answer``."""
    if shape.status and answer.status not in shape.status:
        return False
    text = answer.body.decode("utf-8", "replace")
    if shape.body is not None and text != shape.body:
        return False
    if not shape.json:
        return True
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):  # RecursionError: brackets ten thousand deep, from somebody hostile
        return False
    return all(any(_same(_at(document, path), value) for value in allowed) for path, allowed in shape.json.items())


def _at(document: object, path: str) -> object:
    here = document
    for key in path.split("."):
        if not isinstance(here, dict) or key not in here:
            return _MISSING
        here = here[key]
    return here


def _same(found: object, wanted: Json) -> bool:
    """Equal as JSON: there ``true`` is not the number 1, as it is in Python."""
    return found == wanted and isinstance(found, bool) == isinstance(wanted, bool)


def _evidence(probe: Probe, answer: Answer, platform: str, source: Source, owner: str) -> Evidence:
    outcome, failure = classify(probe, answer)
    return Evidence(
        t=answer.t,
        platform=platform,
        source=source,
        outcome=outcome,
        probe=probe.id,
        host=probe.host,
        owner=owner,
        function=probe.sees[0] if len(probe.sees) == 1 and source is Source.DIRECT else None,
        failure=failure,
        status=answer.status,
        ms=max(0, answer.t - answer.began),
        phases=answer.phases,
        answer=f"{answer.t}-{platform}-{probe.id}",
        via=answer.via,
        note=answer.headers.get("retry-after", "")[:_NOTE_LIMIT],
        families=answer.families,
    )
