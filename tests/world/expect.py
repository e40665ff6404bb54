"""What a story expects, held against what was seen. Pure."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from fnmatch import fnmatchcase
from itertools import permutations
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Entry: TypeAlias = "Mapping[str, Any]"
"""A line of the internet's log."""


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


def tell_of_all(wanted: Sequence[dict[str, Any]], incidents: Sequence[dict[str, Any]]) -> bool:
    """Whether the incidents are those that a story means, and no others; which of them began first is left open."""
    if len(wanted) != len(incidents):
        return False
    return any(all(map(tells_of, wanted, order)) for order in permutations(incidents))


def notices_differ(wanted: Mapping[str, Any], shown: Sequence[str]) -> str:
    """How the texts of all notices differ from what a story wants; "" if they do not."""
    last = shown[-1] if shown else ""
    wrong = len(shown) != wanted.get("total", len(shown))
    wrong |= not all(re.search(pattern, last) for pattern in wanted.get("last", ()))
    wrong |= any(sum(bool(re.search(pattern, one)) for one in shown) != 1 for pattern in wanted.get("one_each", ()))
    wrong |= any(re.search(pattern, one) for pattern in wanted.get("never", ()) for one in shown)
    return f"{len(shown)} notices: {list(shown)}" if wrong else ""


def asked_otherwise(wanted: Mapping[str, Any], entries: Iterable[Entry], since: float = 0.0) -> str:
    """How what was asked of the internet differs from what a story wants; "" if it does not.

    ``host``, ``kind``, ``path`` and ``answer`` choose the questions that the rest speaks of; all but the kind are
    patterns.
    """
    chosen = [entry for entry in entries if entry["t"] >= since and _meant(wanted, entry)]
    hosts = ", ".join(sorted({entry["host"] for entry in chosen})) or "nobody"
    if not wanted.get("at_least", 0) <= len(chosen) <= wanted.get("at_most", len(chosen)):
        return f"{len(chosen)} such questions, to {hosts}"
    times = defaultdict(list)
    for entry in chosen:
        agent = entry.get("agent")
        if agent is not None and not re.search(wanted.get("agent", ""), agent):
            return f"{entry['host']} was asked by {agent!r}"
        if agent is not None and "agent_never" in wanted and re.search(wanted["agent_never"], agent):
            return f"{entry['host']} was asked by {agent!r}"
        if entry["kind"] == "tls" or (entry["kind"] == "http" and not entry["secure"]):
            times[entry["host"]].append(entry["t"])
    for host, when in times.items():
        if not any(fnmatchcase(host, pattern) for pattern in wanted.get("only", ["*"])):
            return f"{host} was asked"
        most = max(sum(first <= t < first + 60 for t in when) for first in when)
        if most > wanted.get("a_minute", most):
            return f"{host} was asked {most} times within a minute"
    return ""


def _meant(wanted: Mapping[str, Any], entry: Entry) -> bool:
    if "host" not in entry:
        return False  # no question, only a connection that broke
    hosts = wanted.get("host", "*")
    return (
        any(fnmatchcase(entry["host"], pattern) for pattern in ([hosts] if isinstance(hosts, str) else hosts))
        and entry["kind"] == wanted.get("kind", entry["kind"])
        and fnmatchcase(entry.get("path", ""), wanted.get("path", "*"))
        and fnmatchcase(str(entry.get("answer", "")), str(wanted.get("answer", "*")))
    )
