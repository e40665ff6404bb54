"""Platforms and line controls as data: one TOML file a platform, found by itself."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from trayapp.config.reader import Problem, Table, read
from trayapp.core.model import Function
from trayapp.core.question import Control, Platform, Probe, Shape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trayapp.core.question import Json

BUILT_IN = Path(__file__).parent.parent / "platforms"
"""The folder of the platforms that come with Fanal."""
LINE_FILE = "_line.toml"

_ID = r"[a-z][a-z0-9-]{0,39}"
_ID_HINT = "a short name of small letters, digits and hyphens, beginning with a letter"
_HOST = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_METHODS = ("HEAD", "GET")


def load_platforms(folders: Iterable[Path], kinds: frozenset[str]) -> tuple[tuple[Platform, ...], tuple[Problem, ...]]:
    """Every platform of ``folders``; a later folder's file takes the place of an earlier one of the same name.

    ``kinds`` are the probe kinds that there are.
    A file with any problem is left out, with all of its problems told; the others are not touched by it.
    """
    files: dict[str, Path] = {}
    for folder in folders:
        found = sorted(folder.glob("*.toml")) if folder.is_dir() else []
        files |= {path.stem: path for path in found if not path.name.startswith("_")}
    platforms: list[Platform] = []
    problems: list[Problem] = []
    for stem, path in files.items():
        own: list[Problem] = []
        table = read(path, own)
        platform = _platform(table, stem, kinds) if table is not None else None
        if platform is not None and not own:
            platforms.append(platform)
        problems += sorted(own)
    return _one_name_an_owner(platforms, files, problems)


def load_controls(kinds: frozenset[str], folder: Path = BUILT_IN) -> tuple[tuple[Control, ...], tuple[Problem, ...]]:
    """What is asked about the person's own line."""
    problems: list[Problem] = []
    top = read(folder / LINE_FILE, problems)
    controls: list[Control] = []
    if top is not None:
        for table in top.tables("control"):
            owner = table.text_of("owner", pattern=_ID, hint=_ID_HINT)
            by_address = table.flag("by_address")
            probe = _probe(table, kinds, sees=(), address=by_address)
            if probe is not None:
                controls.append(Control(probe, owner, by_address))
        _unique(top, "control", [c.probe.id for c in controls])
        top.done()
    return tuple(controls), tuple(sorted(problems))


def _platform(table: Table, stem: str, kinds: frozenset[str]) -> Platform | None:
    id_ = table.text_of("id", pattern=_ID, hint=_ID_HINT)
    if id_ and id_ != stem:
        table.problem("id", f'`id` is "{id_}" and the file is called {stem}.toml; make them the same')
    name = table.text_of("name", pattern=r"[^\x00-\x1f]{1,40}", hint="the name as people write it, up to 40 characters")
    owner = table.text_of("owner", pattern=_ID, hint=_ID_HINT)
    owner_name = table.text_of("owner_name", pattern=r"[^\x00-\x1f]{1,40}", hint="who runs it, up to 40 characters")
    functions = table.words("functions", Function)
    help_ = table.text_of(
        "help", required=False, pattern=r"https://\S{1,300}", hint="an address that begins with https://"
    )
    probes = []
    for sub in table.tables("probe"):
        sees = sub.words("sees", Function)
        for function in sees:
            if function not in functions:
                sub.problem("sees", f'`sees` has "{function}", which is not in `functions` at the top; add it there')
        probes.append(_probe(sub, kinds, sees=sees))
    if not probes:
        table.problem("", "no [[probe]]: without one nothing can be asked")
    good = tuple(p for p in probes if p is not None)
    _unique(table, "probe", [p.id for p in good])
    table.done()
    return Platform(id_, name, owner, owner_name, functions, good, help_)


def _probe(table: Table, kinds: frozenset[str], *, sees: tuple[Function, ...], address: bool = False) -> Probe | None:
    before = len(table.problems)
    id_ = table.text_of("id", pattern=_ID, hint=_ID_HINT)
    kind = table.text_of("kind", pattern="|".join(sorted(kinds)), hint="one of " + ", ".join(sorted(kinds)))
    secure, method, path, healthy, broken = True, "HEAD", "/", None, tuple[Shape, ...]()
    if kind == "http":
        url = table.text_of("url", pattern=r"https?://\S{1,500}", hint="an address that begins with https://")
        secure, host, port, path = _address(table, url)
        method = table.text_of("method", required=False, default="HEAD", pattern="HEAD|GET", hint='"HEAD" or "GET"')
        healthy = _shape(table, table.table("healthy"))
        broken = tuple(s for t in table.tables("broken") if (s := _shape(table, t, "broken")) is not None)
        if method == "HEAD" and any(s.json or s.body is not None for s in [*broken, *([healthy] if healthy else [])]):
            table.problem("method", '`method` must be "GET" where `healthy` or `broken` looks into the body')
    else:
        host = table.text_of("host", pattern=r"\S{1,253}", hint="a host name")
        port = table.number("port", least=1, most=65535, default=443)
    if host and not (_is_address(host) if address else _HOST.fullmatch(host)):
        table.problem(
            "url" if kind == "http" else "host", f'"{host}" is not {"an address" if address else "a host name"}'
        )
    table.done()
    if len(table.problems) > before:
        return None
    return Probe(id_, kind, host, port, path, method, secure, sees, healthy, broken)


def _address(table: Table, url: str) -> tuple[bool, str, int, str]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        table.problem("url", f"`url` cannot be read as an address: {error}")
        return True, "", 443, "/"
    if parts.username or parts.password or parts.fragment:
        table.problem("url", "`url` must have no user name, no password and no #fragment")
    secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return secure, parts.hostname or "", port or (443 if secure else 80), path


def _shape(parent: Table, table: Table | None, key: str = "healthy") -> Shape | None:
    if table is None:
        return None
    status = table.items("status", int, "a list of HTTP status numbers from 100 to 999")
    if any(not 100 <= int(str(s)) <= 999 for s in status):
        parent.problem(key, f"`{key}.status` has a number that is no HTTP status (100 to 999)")
    json: dict[str, tuple[Json, ...]] = {}
    wanted = table.take("json", dict, "a table of dotted paths and the values allowed there", required=False)
    for path, values in wanted.items() if isinstance(wanted, dict) else ():
        if isinstance(values, list) and values and all(isinstance(v, (str, int, float, bool)) for v in values):
            json[str(path)] = tuple(values)
        else:
            parent.problem(key, f'`{key}.json."{path}"` must be a list of texts, numbers, true or false')
    body = table.take("body", str, "the exact text", required=False)
    for unknown in table.data.keys() - table.asked:
        parent.problem(key, f"`{key}.{unknown}` is not known; known are: body, json, status")
    if not table.data:
        parent.problem(key, f"`{key}` is empty: say what the answer must look like, or leave it out")
    return Shape(frozenset(int(str(s)) for s in status), json, None if body is None else str(body))


def _unique(table: Table, key: str, ids: list[str]) -> None:
    for id_ in {i for i in ids if ids.count(i) > 1}:
        table.problem(key, f'two [[{key}]] are called "{id_}"; give each its own `id`')


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _one_name_an_owner(
    platforms: list[Platform], files: dict[str, Path], problems: list[Problem]
) -> tuple[tuple[Platform, ...], tuple[Problem, ...]]:
    names: dict[str, str] = {}
    good: list[Platform] = []
    for p in platforms:
        name = names.setdefault(p.owner, p.owner_name)
        if name == p.owner_name:
            good.append(p)
        else:
            problems.append(
                Problem(str(files[p.id]), 1, f'owner "{p.owner}" is called "{name}" in other files; use the same name')
            )
    return tuple(good), tuple(problems)
