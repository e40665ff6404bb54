"""Who may be asked about a platform beside the platform itself: services of others, their addresses and credits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trayapp.config.forms import ID, ID_HINT, NAME, host_good, url_of
from trayapp.config.platforms import BUILT_IN
from trayapp.config.reader import read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from trayapp.config.reader import Problem, Table

VANTAGES_FILE = "_vantages.toml"

_LARGEST_AS = 4_294_967_294  # RFC 7300 keeps the one above it


@dataclass(frozen=True, slots=True)
class Service:
    """One of them. ``kind`` is the file that knows how to ask it; ``name`` the credit to be shown with its answers."""

    kind: str
    name: str
    url: str  # without a slash at its end


@dataclass(frozen=True, slots=True)
class Vantages:
    """All of them, and the autonomous systems of each owner (by its id) that has its own."""

    services: tuple[Service, ...] = ()
    networks: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def load_vantages(folder: Path = BUILT_IN) -> tuple[Vantages, tuple[Problem, ...]]:
    """What the file of the vantages says; with any problem nothing of it, and every problem told."""
    problems: list[Problem] = []
    top = read(folder / VANTAGES_FILE, problems)
    if top is None:
        return Vantages(), tuple(problems)
    services = services_of(top, "vantage")
    networks: dict[str, tuple[int, ...]] = {}
    table = top.table("networks")
    if table is not None:
        for owner in table.data:
            numbers = table.items(owner, int, "a list of numbers of autonomous systems, such as [64496]")
            if not all(0 < number <= _LARGEST_AS for number in numbers):
                table.problem(owner, f"{table.name(owner)} has a number that no autonomous system can have")
            networks[owner] = numbers
    top.done()
    return (Vantages(), tuple(sorted(problems))) if problems else (Vantages(services, networks), ())


def services_of(top: Table, key: str) -> tuple[Service, ...]:
    """Every ``[[key]]`` of ``top``; at least one."""
    found: list[Service] = []
    for table in top.tables(key):
        kind = table.text_of("kind", pattern=ID, hint=ID_HINT)
        name = table.text_of("name", pattern=NAME, hint="the credit, up to 40 characters")
        _, host, _, _ = url_of(table)
        url = str(table.data["url"]) if host and host_good(table, "url", host) else ""
        if any(name == other.name for other in found):
            table.problem("name", f'another [[{key}]] is called "{name}" too; give each its own `name`')
        table.done()
        found.append(Service(kind, name, url.rstrip("/")))
    if key not in top.data:
        top.problem("", f"no [[{key}]]: without one nobody can be asked")
    return tuple(found)
