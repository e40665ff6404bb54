"""What a story expects, held against what was seen. Pure."""

from __future__ import annotations

import json
from typing import Any


class UnmetError(AssertionError):
    """It was not as the story says; the message says what was seen instead."""


def parsed(text: str) -> Any:
    """Read JSON from the program. Raises UnmetError."""
    try:
        return json.loads(text)
    except ValueError:
        raise UnmetError(f"no JSON: {text!r}") from None


def lacks(wanted: Any, seen: Any, at: str = "it") -> str:
    """How ``seen`` falls short of ``wanted``; "" if it holds all of it. Lists hold in any order; [] means empty."""
    if isinstance(wanted, dict) and isinstance(seen, dict):
        parts = (lacks(value, seen.get(key), f"{at}.{key}") for key, value in wanted.items())
        return next(filter(None, parts), "")
    if isinstance(wanted, list) and isinstance(seen, list) and wanted:
        absent = [one for one in wanted if all(lacks(one, other) for other in seen)]
        return f"{at} has nothing like {absent[0]!r}" if absent else ""
    return "" if wanted == seen else f"{at} is {seen!r}, not {wanted!r}"


def tells_of(wanted: dict[str, Any], incident: dict[str, Any]) -> bool:
    """Whether a line of `fanal log --json` is the incident that a story means."""
    members = {member["platform"] for member in incident["members"]}
    least, most = wanted.get("lasted", (0, float("inf")))
    return (
        incident["owner"] == wanted.get("owner", incident["owner"])
        and members == set(wanted.get("members", members))
        and (incident["end"] is not None) == wanted.get("ended", incident["end"] is not None)
        and ("lasted" not in wanted or least <= (incident["duration_s"] or 0) <= most)
    )
