"""What a story file may say: read and checked strictly before anything is started. Pure."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from world.rules import Kind, RuleError, rules
from world.screen import COLOURS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NUMBER = (int, float)
VERBS: dict[str, tuple[Kind, dict[str, Kind]]] = {
    "config": (str, {}),  # write the program's config.toml
    "start": (list, {}),  # the program, with these arguments
    "kill": (str, {}),  # it, with this signal, and wait for its end
    "internet": (dict, {}),  # a rule (rules.py), or {clear = "pattern"}
    "cable": (str, {}),
    "wait_icon": (str, {"within": NUMBER, "never_icon": list}),
    "stay": (NUMBER, {"never_icon": list, "no_notice": bool}),  # for so many seconds
    "notices": (dict, {"within": NUMBER}),  # total, and regexes that the last must or must not hold
    "run": (list, {"within": NUMBER, "exit": int, "json": dict, "others": dict, "text": str}),
    "log": (list, {"within": NUMBER}),  # of `fanal log --json`: every incident, in order
    "asked": (dict, {}),  # of the internet, so far
    "click": (int, {}),  # on the icon, with this button of the mouse
    "press": (str, {}),  # this key
    "screenshot": (str, {}),
}
PARTS: dict[str, dict[str, Kind]] = {
    "notices": {"total": int, "last": list, "never": list},
    "log": {"owner": str, "members": list, "ended": bool, "lasted": list},
    "asked": {"agent": str, "agent_never": str, "only": list, "a_minute": int},
}
STATES = {*COLOURS, "none"}
WORDS = {"cable": {"in", "out"}, "kill": {"KILL", "TERM"}, "wait_icon": STATES, "never_icon": STATES}


class StoryError(ValueError):
    """A story file is wrong; the message begins with file:line."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do or to expect."""

    number: int
    line: int
    verb: str
    what: Any
    more: Mapping[str, Any]

    def __str__(self) -> str:
        more = "".join(f", {key} = {value!r}" for key, value in self.more.items())
        return f"step {self.number} (line {self.line}): {self.verb} = {self.what!r}{more}"


@dataclass(frozen=True, slots=True)
class Story:
    """A whole file."""

    title: str
    language: str
    steps: tuple[Step, ...]


def read(file: Path) -> Story:
    """Read and check a story. Raises StoryError."""
    text = file.read_text("utf-8")
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StoryError(f"{file}:1: {error}") from None
    lines = [number for number, line in enumerate(text.splitlines(), 1) if line.startswith("[[step]]")]
    try:
        _only(raw, {"title": str, "language": str, "step": list})
    except ValueError as error:
        raise StoryError(f"{file}:1: {error}") from None
    steps = []
    for number, (line, table) in enumerate(zip(lines, raw.get("step", ()), strict=True), 1):
        try:
            steps.append(_step(number, line, table))
        except (RuleError, ValueError) as error:
            raise StoryError(f"{file}:{line}: step {number}: {error}") from None
    if not steps:
        raise StoryError(f"{file}:1: it has no step")
    return Story(raw.get("title", file.stem), raw.get("language", "en"), tuple(steps))


def _step(number: int, line: int, table: Mapping[str, Any]) -> Step:
    verbs = [key for key in table if key in VERBS]
    if len(verbs) != 1:
        raise ValueError(f"needs exactly one verb of {', '.join(VERBS)}; has {', '.join(table) or 'nothing'}")
    [verb] = verbs
    kind, more = VERBS[verb]
    _only(table, {verb: kind} | more)
    for part in table[verb] if verb == "log" else [table[verb]] if verb in PARTS else []:
        _only(part, PARTS[verb])
    for key, words in WORDS.items():
        said = table.get(key, [])
        for word in [said] if isinstance(said, str) else said:
            if word not in words:
                raise ValueError(f"{key}: {word!r} is not one of {', '.join(sorted(words))}")
    if verb == "internet" and set(table[verb]) != {"clear"}:
        rules(table[verb])
    return Step(number, line, verb, table[verb], {key: value for key, value in table.items() if key != verb})


def _only(table: Mapping[str, Any], known: Mapping[str, Kind]) -> None:
    for key, value in table.items():
        if key not in known:
            raise ValueError(f"unknown key {key!r}; known are {', '.join(known)}")
        if not isinstance(value, known[key]) or (isinstance(value, bool) and known[key] is not bool):
            raise ValueError(f"{key} = {value!r} has the wrong type")
