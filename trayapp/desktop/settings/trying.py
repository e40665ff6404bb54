"""A new platform as it is filled in: what is wrong, what will be saved, and under which name. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from trayapp.config.own import Own, address, host_of, proposed, taken_by
from trayapp.core.model import Function

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trayapp.core.question import Platform


class Lacks(StrEnum):
    """What keeps it from being saved."""

    ADDRESS = "address"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields. ``strict``: only the status that came back in the test counts as healthy."""

    address: str = ""
    name: str = ""
    strict: bool = False
    status: int | None = None  # of the last test of this very address


@dataclass(frozen=True, slots=True)
class Meant:
    """What that means. ``own`` None: something ``lacks``."""

    url: str = ""  # "" where it is no address
    lacks: Lacks | None = None
    own: Own | None = None
    known: str = ""  # the name of a platform that has this host already
    renamed: str = ""  # the name of another platform because of which its id is not the name's


def meant(typed: Typed, platforms: Sequence[Platform]) -> Meant:
    """``platforms``: all that there are."""
    url = address(typed.address)
    if not url:
        return Meant(lacks=Lacks.ADDRESS)
    host = host_of(url)
    known = next((p.name for p in platforms if any(probe.host == host for probe in p.probes)), "")
    name = " ".join(typed.name.split())
    if not name:
        return Meant(url, Lacks.NAME, known=known)
    taken = taken_by(platforms)
    id_, wanted = proposed(name, host, taken), proposed(name, host, ())
    other = next(
        (p.name for p in platforms if p.id == wanted), next((p.owner_name for p in platforms if p.owner == wanted), "")
    )
    status = typed.status if typed.strict and good(typed.status) else None
    return Meant(url, None, Own(id_, name, url, (Function.WEB,), status), known, other if id_ != wanted else "")


def good(status: int | None) -> bool:
    """Whether a healthy answer can look so: anything else means a refusal, an error, or that it moved on."""
    return status is not None and 200 <= status < 300


def status_of(record: Mapping[str, object]) -> int | None:
    """The status that came back, where the whole question went well."""
    status = record.get("status")
    return status if isinstance(status, int) and record.get("failure") is None else None
