"""How the test internet treats each host: the last rule that matches wins, field by field. Pure."""

from __future__ import annotations

import threading
import tomllib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, TypeAlias

from world.hostile import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

CHOICES = {
    "dns": {"ok", "nxdomain", "servfail", "empty", "drop"},
    "connect": {"ok", "drop", "unreachable"},  # of a host's own addresses; needs an exact name, not a pattern
    "tls": {"ok", "wrong_name", "expired", "unknown_issuer", "reset", "hang", "garbage"},
    "http": {"ok", "hang", "drip", "reset", *HOSTILE},
    "elsewhere": {"ok", "down", "servfail"},  # how the rest of the world sees it, whatever it does here (measuring.py)
}
Kind: TypeAlias = "type | tuple[type, ...]"
TYPES: dict[str, Kind] = {
    "host": (str, list),
    "path": str,
    "status": int,
    "body": str,
    "headers": dict,
    "delay": (int, float),
    "every": int,  # 2: the first visit, the third, the fifth … meet it; a visit is a TLS handshake or an HTTP request
    **dict.fromkeys(CHOICES, str),
}
PAGE = "<!doctype html><title>It works</title><p>A host of the test world.\n"


class RuleError(ValueError):
    """A rule that makes no sense; the message says which part."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """What one host does when it is asked for one path."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = PAGE
    delay: float = 0.0  # seconds before the first byte
    dns: str = "ok"
    connect: str = "ok"
    tls: str = "ok"
    http: str = "ok"
    elsewhere: str = "ok"


@dataclass(frozen=True, slots=True)
class Rule:
    """Parts of a treatment for the hosts and paths that fit two patterns. A status without a body gets a plain page."""

    host: str
    path: str
    given: Mapping[str, Any]
    every: int = 1
    visits: dict[tuple[str, str], int] = field(default_factory=dict)  # (host, layer) → how many so far

    def fits(self, host: str, path: str | None) -> bool:
        """Whether it speaks of this; ``path`` is None where there is none yet (DNS, TCP, TLS)."""
        return fnmatchcase(host, self.host) and (self.path == "*" if path is None else fnmatchcase(path, self.path))


def rules(raw: Mapping[str, Any]) -> list[Rule]:
    """Read one rule, checked strictly; a list of hosts becomes a rule each. Raises RuleError."""
    for key, value in raw.items():
        if key not in TYPES:
            raise RuleError(f"unknown key {key!r}; known are {', '.join(TYPES)}")
        if not isinstance(value, TYPES[key]) or isinstance(value, bool):
            raise RuleError(f"{key} = {value!r} has the wrong type")
        if key in CHOICES and value not in CHOICES[key]:
            raise RuleError(f"{key} = {value!r} is not one of {', '.join(sorted(CHOICES[key]))}")
    hosts = raw.get("host")
    given = {key: value for key, value in raw.items() if key not in {"host", "path", "every"}}
    if not hosts or not given:
        raise RuleError("a rule needs a host and something that it does")
    hosts = [hosts] if isinstance(hosts, str) else hosts
    if "connect" in given and any("*" in host for host in hosts):
        raise RuleError("connect needs exact hosts: it cuts their addresses")
    if "every" in raw and (raw["every"] < 2 or given.keys() & {"dns", "connect", "elsewhere"}):
        raise RuleError("every needs a number from 2 on, and a fault of TLS or HTTP: only these are counted")
    if "status" in given:
        given = {"body": PAGE, "headers": {}} | given
    return [Rule(host, raw.get("path", "*"), given, raw.get("every", 1)) for host in hosts]


class Rules:
    """The rules in force: the lasting ones of a file, then those of the moment. May be asked from any thread."""

    def __init__(self, lasting: Iterable[Rule] = ()) -> None:
        self._lasting = tuple(lasting)
        self._moment: tuple[Rule, ...] = ()
        self._lock = threading.Lock()

    @classmethod
    def read(cls, file: Path) -> Rules:
        """Take the lasting rules from a TOML file of ``[[host]]`` tables."""
        tables = tomllib.loads(file.read_text("utf-8"))["host"]
        return cls(rule for table in tables for rule in rules(table))

    def add(self, raw: Mapping[str, Any]) -> None:
        """Add a rule of the moment."""
        self._moment = (*self._moment, *rules(raw))

    def clear(self, pattern: str = "*") -> None:
        """Forget the rules of the moment whose host is, or fits, ``pattern``."""
        self._moment = tuple(rule for rule in self._moment if not fnmatchcase(rule.host, pattern))

    def treat(self, host: str, path: str | None = None) -> Treatment:
        """Say what ``host`` does now, but for what only every so many visits meet; nothing is counted."""
        return self._treat(host, path, "")

    def visit(self, host: str, path: str | None = None) -> Treatment:
        """The same for a visit, which counts: of TLS (no ``path``), or of HTTP."""
        return self._treat(host, path, "tls" if path is None else "http")

    def _treat(self, host: str, path: str | None, layer: str) -> Treatment:
        told: dict[str, Any] = {}
        for rule in self._lasting + self._moment:
            if rule.fits(host, path) and (rule.every == 1 or (layer and self._turn(rule, host, layer))):
                told |= rule.given
        return Treatment(**told)

    def _turn(self, rule: Rule, host: str, layer: str) -> bool:
        with self._lock:
            before = rule.visits.get((host, layer), 0)
            rule.visits[host, layer] = before + 1
        return before % rule.every == 0

    def hosts(self) -> set[str]:
        """Every exact host that a rule names."""
        return {rule.host for rule in self._lasting + self._moment if "*" not in rule.host}
