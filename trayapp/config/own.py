"""A platform of the person's own: an address, and a name for it, become a file that the same loader takes."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import tomlkit

from trayapp.config.atomic import written
from trayapp.config.platforms import BUILT_IN, load_platforms
from trayapp.config.reader import Problem
from trayapp.core.model import Function

if TYPE_CHECKING:
    from collections.abc import Collection

    from trayapp.core.question import Platform

ID_MOST = 40
_FALLBACK = "platform"
_ENDINGS = frozenset("www api app status m mobile login com org net co edu gov".split())  # noqa: SIM905 - legible
"""Labels of a host name that say nothing of whose it is."""


@dataclass(frozen=True, slots=True)
class Own:
    """What is to be watched. ``status``: the HTTP status of a healthy answer; None: any answer will do."""

    id: str
    name: str
    url: str
    functions: tuple[Function, ...] = (Function.WEB,)
    status: int | None = None


def address(typed: str) -> str:
    """What a person types, as an address: "example.org" → "https://example.org/"; "" where it is none.

    Only https: whatever answers without a certificate may be anybody.
    """
    text = typed.strip()
    if not text or any(c.isspace() or not c.isprintable() for c in text):
        return ""
    text = re.sub(r"^(https?:/*)?", "https://", text, count=1, flags=re.IGNORECASE)
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except ValueError:  # a port that is no number, a name that cannot be one
        return ""
    if not re.fullmatch(r"[a-z0-9.-]{1,253}", host) or "." not in host or parts.username is not None:
        return ""
    query = f"?{parts.query}" if parts.query else ""
    path = "".join(c if "!" <= c <= "~" else "".join(f"%{b:02X}" for b in c.encode()) for c in parts.path + query)
    return f"https://{host}{f':{port}' if port not in (None, 443) else ''}{path or '/'}"


def host_of(url: str) -> str:
    """The host of an ``address``."""
    return urlsplit(url).hostname or ""


def proposed(name: str, host: str, taken: Collection[str]) -> str:
    """An id out of the name, else of the host: small letters, digits, hyphens; none that is ``taken``."""
    labels = [label for label in host.split(".")[:-1] if label not in _ENDINGS] or host.split(".")[:1]
    stem = _slug(name) or _slug(labels[-1]) or _FALLBACK
    names = [stem, *(f"{stem[: ID_MOST - 3].rstrip('-')}-{n}" for n in range(2, 100))]
    return next((id_ for id_ in names if id_ not in taken), stem)


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").casefold()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return re.sub(r"^[0-9-]+", "", slug)[:ID_MOST].rstrip("-")


def taken_by(platforms: Collection[Platform]) -> frozenset[str]:
    """Ids that a new platform may not have: of platforms, and of owners, for it would become their sibling."""
    return frozenset(p.id for p in platforms) | frozenset(p.owner for p in platforms)


def text_of(own: Own, comment: str = "") -> str:
    """The file's text; ``comment`` is its first line."""
    document = tomlkit.document()
    if comment:
        document.add(tomlkit.comment(comment))
        document.add(tomlkit.nl())
    document.add("id", tomlkit.item(own.id))
    document.add("name", tomlkit.item(own.name))
    document.add("owner", tomlkit.item(own.id))
    document.add("owner_name", tomlkit.item(own.name))
    document.add("functions", tomlkit.item([f.value for f in own.functions]))
    probe = tomlkit.table()
    probe.add("id", "home")
    probe.add("kind", "http")
    probe.add("url", own.url)
    probe.add("sees", [f.value for f in own.functions])
    if own.status is not None:
        healthy = tomlkit.inline_table()
        healthy["status"] = [own.status]
        probe.add("healthy", healthy)
    probes = tomlkit.aot()
    probes.append(probe)
    document.add("probe", probes)
    return tomlkit.dumps(document)


def save(folder: Path, own: Own, kinds: frozenset[str], *, comment: str = "") -> tuple[Problem, ...]:
    """Write ``<folder>/<id>.toml``, if the loader takes it and nothing is there yet; else why not, as problems."""
    target, text = folder / f"{own.id}.toml", text_of(own, comment)
    with tempfile.TemporaryDirectory(prefix="fanal-") as scratch:
        draft = Path(scratch) / target.name
        draft.write_text(text, "utf-8")
        platforms, problems = load_platforms([BUILT_IN, Path(scratch)], kinds)
    mine = tuple(replace(p, file=str(target)) for p in problems if p.file == str(draft))
    if mine:
        return mine
    if not any(p.id == own.id and p.probes[0].host == host_of(own.url) for p in platforms):
        return (Problem(str(target), 0, "would not be watched; choose another name"),)
    if target.exists():
        return (Problem(str(target), 0, "is there already; choose another name"),)
    try:
        written(target, text.encode("utf-8"))
    except OSError as error:
        return (Problem(str(target), 0, f"cannot be written ({error.strerror or error}); check that it is yours"),)
    return ()
