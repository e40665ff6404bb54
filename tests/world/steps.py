"""What a story file may say: read and checked strictly before anything is started. Pure."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from world.owners import own, small_owner
from world.rules import Kind, RuleError, rules
from world.screen import COLOURS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NUMBER = (int, float)
USUAL = 120.0  # seconds of a story that does not say
VERBS: dict[str, tuple[Kind, dict[str, Kind]]] = {
    "config": (str, {}),  # write the program's config.toml
    "platform": (str, {}),  # write a platform of the person's own: the text of its file
    "owners": (list, {}),  # the same for small owners of these ids, each of www.ID.example and api.ID.example
    "start": (list, {}),  # the program, with these arguments
    "kill": (str, {}),  # it, with this signal, and wait for its end
    "internet": (dict, {}),  # a rule (rules.py), or {clear = "pattern"}
    "cable": (str, {}),
    "wait_icon": (str, {"within": NUMBER, "never_icon": list}),
    "stay": (NUMBER, {"never_icon": list, "no_notice": bool}),  # for so many seconds
    "notices": (dict, {"within": NUMBER}),  # total, and regexes that the last must hold, one each, or none
    "run": (list, {"within": NUMBER, "exit": int, "json": dict, "others": dict, "text": str}),
    "log": (list, {"within": NUMBER}),  # of `fanal log --json`: every incident, in any order
    "mark": (str, {}),  # a name for this moment
    "asked": (dict, {"within": NUMBER}),  # of the internet, so far
    "memory": ((str, dict), {}),  # "mark": note what the program holds; or how much more than noted it may ever hold
    "click": (int, {}),  # on the icon, with this button of the mouse
    "press": (str, {}),  # this key
    "screenshot": (str, {}),
}
_WHICH: dict[str, Kind] = {"host": (str, list), "kind": str, "path": str, "answer": (int, str), "since": str}
PARTS: dict[str, dict[str, Kind]] = {
    "notices": {"total": int, "last": list, "one_each": list, "never": list},
    "log": {"owner": str, "members": list, "ended": bool, "lasted": list},
    "asked": _WHICH
    | {"at_least": int, "at_most": int, "agent": str, "agent_never": str, "only": list, "a_minute": int},
    "memory": {"within_mib": NUMBER},
}
KINDS = {"dns", "tcp", "tls", "http", "probe"}
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
    seconds: float  # about how long it takes: the longest are begun first


def read(file: Path) -> Story:
    """Read and check a story. Raises StoryError."""
    text = file.read_text("utf-8")
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StoryError(f"{file}:1: {error}") from None
    lines = [number for number, line in enumerate(text.splitlines(), 1) if line.lstrip().startswith("[[step]]")]
    try:
        _only(raw, {"title": str, "language": str, "seconds": NUMBER, "step": list})
    except ValueError as error:
        raise StoryError(f"{file}:1: {error}") from None
    if len(lines) != len(raw.get("step", ())):
        raise StoryError(f"{file}:1: each [[step]] must begin a line of its own, and nothing else may")
    steps: list[Step] = []
    for number, (line, table) in enumerate(zip(lines, raw.get("step", ()), strict=True), 1):
        try:
            steps.append(_step(number, line, table))
            _follows(steps)
        except (RuleError, ValueError) as error:
            raise StoryError(f"{file}:{line}: step {number}: {error}") from None
    if not steps:
        raise StoryError(f"{file}:1: it has no step")
    title, language = raw.get("title", file.stem), raw.get("language", "en")
    return Story(title, language, tuple(steps), raw.get("seconds", USUAL))


def _step(number: int, line: int, table: Mapping[str, Any]) -> Step:
    verbs = [key for key in table if key in VERBS]
    if len(verbs) != 1:
        raise ValueError(f"needs exactly one verb of {', '.join(VERBS)}; has {', '.join(table) or 'nothing'}")
    [verb] = verbs
    kind, more = VERBS[verb]
    _only(table, {verb: kind} | more)
    for part in table[verb] if isinstance(table[verb], list) else [table[verb]]:
        if verb in PARTS and isinstance(part, dict):
            _only(part, PARTS[verb])
    for key, words in WORDS.items():
        said = table.get(key, [])
        for word in [said] if isinstance(said, str) else said:
            if word not in words:
                raise ValueError(f"{key}: {word!r} is not one of {', '.join(sorted(words))}")
    if verb == "internet" and set(table[verb]) != {"clear"}:
        rules(table[verb])
    _sense(verb, table[verb])
    return Step(number, line, verb, table[verb], {key: value for key, value in table.items() if key != verb})


def _sense(verb: str, what: Any) -> None:
    """See that the more particular verbs can be meant."""
    if verb == "platform":
        own(what)
    if verb == "owners":
        for id_ in what:
            own(small_owner(str(id_)).text)
    if verb == "memory" and what != "mark" and not (isinstance(what, dict) and what):
        raise ValueError(f'memory: {what!r} is neither "mark" nor {{ within_mib = … }}')
    if verb == "asked" and what.get("kind", "dns") not in KINDS:
        raise ValueError(f"asked: {what['kind']!r} is not one of {', '.join(sorted(KINDS))}")
    if verb == "asked" and what.keys() & {"at_least", "at_most"} and not what.keys() & {"host", "kind"}:
        raise ValueError("asked: at_least and at_most need a host or a kind to speak of")


def _follows(steps: list[Step]) -> None:
    """See that the last step speaks only of what came before it."""
    *before, step = steps
    marks = {one.what for one in before if one.verb == "mark"}
    if step.verb == "asked" and step.what.get("since", "") not in marks | {""}:
        raise ValueError(f"asked: no step before marks {step.what['since']!r}")
    if step.verb == "memory" and step.what != "mark" and not any(one.verb == "memory" for one in before):
        raise ValueError("memory: no step before marks it")


def _only(table: Mapping[str, Any], known: Mapping[str, Kind]) -> None:
    for key, value in table.items():
        if key not in known:
            raise ValueError(f"unknown key {key!r}; known are {', '.join(known)}")
        if not isinstance(value, known[key]) or (isinstance(value, bool) and known[key] is not bool):
            raise ValueError(f"{key} = {value!r} has the wrong type")
