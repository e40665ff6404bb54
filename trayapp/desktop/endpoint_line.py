"""The rules of the endpoint's line, the same on every system: one JSON object, bounded, ended by a newline."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from typing import NoReturn, TypeAlias

Handle: TypeAlias = Callable[[Mapping[str, object]], Mapping[str, object]]

REQUEST_LIMIT = 64 * 1024  # bytes, the newline included
ANSWER_LIMIT = 1024 * 1024  # bytes, the newline included
PATIENCE_S = 2.0  # for the other side to send its line, and to take ours
CLIENTS = 32  # served at the same time; more wait their turn
FOLLOWERS = 8  # of them, who stay to be told of every change
FOLLOW: Mapping[str, object] = {"do": "follow"}
"""A request whose door stays open: after the answer comes a line ``CHANGED`` whenever something was written."""

_log = logging.getLogger(__name__)


class NotRunning(Exception):  # noqa: N818  it tells a state of the world, not a mistake
    """No Fanal of this person answers."""


def pack(message: Mapping[str, object]) -> bytes:
    """One line. Raises ValueError or TypeError for what JSON cannot say."""
    return json.dumps(message, allow_nan=False, separators=(",", ":")).encode("ascii") + b"\n"


def unpack(line: bytes) -> dict[str, object]:
    """One object from one line of strict JSON. Raises ValueError for anything else."""
    try:
        message = json.loads(line.decode("utf-8"), parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(message, dict):
        raise ValueError("not an object")  # noqa: TRY004  a wrong word from outside, not a wrong type of ours
    return message


def answer(line: bytes, handle: Handle) -> bytes:
    """The answer to one request line. A mistake of ours becomes ``internal`` and is logged, never a silence."""
    try:
        request = unpack(line)
    except ValueError:
        return refusal("not_json")
    try:
        reply = pack(handle(request))
    except Exception:  # noqa: BLE001  whatever a handler does, the door stays open; logged right here
        _log.exception("a request to the endpoint failed")
        return refusal("internal")
    if len(reply) > ANSWER_LIMIT:
        _log.error("an answer of the endpoint was too long: %d bytes", len(reply))
        return refusal("internal")
    return reply


def follows(line: bytes) -> bool:
    """Whether that request wants to be told of every change."""
    try:
        return unpack(line).get("do") == FOLLOW["do"]
    except ValueError:
        return False


def refusal(code: str) -> bytes:
    """What is said instead of an answer: ``not_json``, ``too_long``, ``too_slow``, ``too_many`` or ``internal``."""
    return pack({"error": code})


CHANGED = pack({"changed": True})
FOLLOWED = pack({"done": True})


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
