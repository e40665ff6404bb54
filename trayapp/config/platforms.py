"""Platforms and line controls as data: one TOML file a platform, found by itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from trayapp.config.forms import HOST, HOST_HINT, ID, ID_HINT, NAME, host_good, url_of
from trayapp.config.officials import known_systems, officials_of
from trayapp.config.reader import Problem, Table, read, shown
from trayapp.core.model import Function
from trayapp.core.question import Control, Platform, Probe, Shape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trayapp.core.question import Json

BUILT_IN = Path(__file__).parent.parent / "platforms"
"""The folder of the platforms that come with Fanal."""
LINE_FILE = "_line.toml"

_WHEN = "always|suspicion"


def load_platforms(
    folders: Iterable[Path], kinds: frozenset[str], systems: frozenset[str] | None = None
) -> tuple[tuple[Platform, ...], tuple[Problem, ...]]:
    """Every platform of ``folders``; a later folder's file takes the place of an earlier one of the same name.

    ``kinds`` are the probe kinds that there are, ``systems`` the status systems (None: see ``known_systems``).
    A file with any problem is left out, with all of its problems told; the others are not touched by it.
    A later folder is the person's own: what they wrote themselves is `default` unless the file says otherwise.
    """
    lost: list[Problem] = []
    systems = known_systems(BUILT_IN, lost) if systems is None else systems
    files: dict[str, tuple[int, Path]] = {}
    for rank, folder in enumerate(folders):
        found = sorted(folder.glob("*.toml")) if folder.is_dir() else []
        files |= {path.stem: (rank, path) for path in found if not path.name.startswith("_")}
    names: dict[str, str] = {}
    good: dict[str, Platform] = {}
    problems: dict[str, list[Problem]] = {}
    # An earlier folder's word on how an owner is called is the one that counts: a person's file harms no other.
    for stem, (rank, path) in sorted(files.items(), key=lambda item: item[1]):
        mine = problems[stem] = []
        table = read(path, mine)
        if table is None:
            continue
        platform = _platform(table, stem, kinds, systems, own=rank > 0)
        if mine:
            continue
        name = names.setdefault(platform.owner, platform.owner_name)
        if name == platform.owner_name:
            good[stem] = platform
        else:
            table.problem(
                "owner_name", f'owner "{platform.owner}" is called "{name}" in other files; use the same name'
            )
    told = (*lost, *(problem for stem in files for problem in sorted(problems[stem])))
    return tuple(good[stem] for stem in files if stem in good), told


def load_controls(kinds: frozenset[str], folder: Path = BUILT_IN) -> tuple[tuple[Control, ...], tuple[Problem, ...]]:
    """What is asked about the person's own line."""
    problems: list[Problem] = []
    top = read(folder / LINE_FILE, problems)
    controls: list[Control] = []
    if top is not None:
        for table in top.tables("control"):
            owner = table.text_of("owner", pattern=ID, hint=ID_HINT)
            by_address = table.flag("by_address")
            # A look-up may be answered from a cache, without any line.
            probe = _probe(table, kinds - {"dns"}, sees=(), line=True, address=by_address)
            if probe is None:
                continue
            if probe.kind == "http" and probe.healthy is None:
                table.problem("", "`healthy` is missing: without it a portal's page would pass for an answer")
            _unique(table, "control", probe, [c.probe for c in controls])
            controls.append(Control(probe, owner, by_address))
        if not top.problems and not controls:
            top.problem("", "no [[control]]: without one nothing is known of the line")
        top.done()
    return tuple(controls), tuple(sorted(problems))


def _platform(table: Table, stem: str, kinds: frozenset[str], systems: frozenset[str], *, own: bool) -> Platform:
    id_ = table.text_of("id", pattern=ID, hint=ID_HINT)
    if id_ and id_ != stem:
        table.problem("id", f'`id` is "{id_}" and the file is called {stem}.toml; make them the same')
    name = table.text_of("name", pattern=NAME, hint="the name as people write it, up to 40 characters")
    owner = table.text_of("owner", pattern=ID, hint=ID_HINT)
    owner_name = table.text_of("owner_name", pattern=NAME, hint="who runs it, up to 40 characters")
    functions = table.words("functions", Function)
    help_ = table.text_of(
        "help", required=False, pattern=r"https://[!-~]{1,300}", hint="an address that begins with https://"
    )
    probes: list[Probe] = []
    tables = tuple(table.tables("probe"))
    for sub in tables:
        sees = sub.words("sees", Function)
        for function in sees:
            if function not in functions:
                sub.problem("sees", f'`sees` has "{function}", which is not in `functions` at the top; add it there')
        probe = _probe(sub, kinds, sees=sees)
        if probe is not None:
            _unique(sub, "probe", probe, probes)
            probes.append(probe)
    if not tables and "probe" not in table.data:
        table.problem("", "no [[probe]]: without one nothing can be asked")
    if tables and all(sub.data.get("when") == "suspicion" for sub in tables):
        table.problem("", "every [[probe]] waits for a suspicion: without one that is always asked there is never any")
    officials = officials_of(table, systems, functions)
    default = table.flag("default", default=own)
    table.done()
    return Platform(id_, name, owner, owner_name, functions, _redirected(probes), help_, officials, default)


def _redirected(probes: list[Probe]) -> tuple[Probe, ...]:
    """A platform may send on to any host of its own, where the answer is then judged by its shape."""
    hosts = frozenset(probe.host for probe in probes)
    return tuple(
        replace(p, redirects=p.redirects | hosts) if p.kind == "http" and p.healthy is not None else p for p in probes
    )


def _probe(
    table: Table, kinds: frozenset[str], *, sees: tuple[Function, ...], line: bool = False, address: bool = False
) -> Probe | None:
    """One question; of the ``line`` also without TLS, and to an ``address`` where no look-up is wanted.

    A platform's own may say the last itself (`by_address`), where only TCP is asked for: a certificate is for a name.
    """
    before = len(table.problems)
    id_ = table.text_of("id", pattern=ID, hint=ID_HINT)
    kind = table.text_of("kind", pattern="|".join(sorted(kinds)), hint="one of " + ", ".join(sorted(kinds)))
    secure, method, path, healthy, broken = True, "HEAD", "/", None, tuple[Shape, ...]()
    host, port, redirects = "", 443, frozenset[str]()
    if kind == "http":
        secure, host, port, path = url_of(table, plain=line)
        method = table.text_of("method", required=False, default="HEAD", pattern="HEAD|GET", hint='"HEAD" or "GET"')
        healthy = _shape(table.table("healthy"))
        broken = tuple(s for t in table.tables("broken", "broken.") if (s := _shape(t)) is not None)
        if method == "HEAD" and any(s.json or s.body is not None for s in [*broken, *([healthy] if healthy else [])]):
            table.problem("method", '`method` must be "GET" where `healthy` or `broken` looks into the body')
        redirects = frozenset() if line else _redirects(table, healthy)
    elif kind:
        address = address or (kind == "tcp" and not line and table.flag("by_address"))
        host = table.text_of("host", pattern=r"[!-~]{1,253}", hint="an address" if address else HOST_HINT)
        port = 443 if kind == "dns" else table.number("port", least=1, most=65535, default=443)
    if host:
        host_good(table, "url" if kind == "http" else "host", host, address=address)
    when = (
        "always"
        if line
        else table.text_of("when", required=False, default="always", pattern=_WHEN, hint='"always" or "suspicion"')
    )
    if kind:  # which keys there may be depends on it
        table.done()
    if len(table.problems) > before:
        return None
    return Probe(
        id_, kind, host, port, path, method, secure, sees, healthy, broken, redirects, on_suspicion=when == "suspicion"
    )


def _redirects(table: Table, healthy: Shape | None) -> frozenset[str]:
    hosts = table.items("redirects", str, "a list of host names")
    for i, host in enumerate(hosts):
        if not HOST.fullmatch(host):
            table.problem("redirects", f'`redirects` has "{shown(host)}": each must be {HOST_HINT}')
        elif host in hosts[:i]:
            table.problem("redirects", f'`redirects` has "{host}" twice')
    if hosts and healthy is None:
        table.problem("redirects", "`redirects` is of use only beside `healthy`; give that too, or leave it out")
    return frozenset(hosts)


def _shape(table: Table | None) -> Shape | None:
    if table is None:
        return None
    before = len(table.problems)
    status = table.items("status", int, "a list of HTTP status numbers from 100 to 999")
    if any(not 100 <= s <= 999 for s in status):
        table.problem("status", f"{table.name('status')} has a number that is no HTTP status (100 to 999)")
    json = _json(table.table("json"))
    body = table.take("body", str, "the exact text", required=False)
    table.done()
    if len(table.problems) == before and not status and not json and body is None:
        name = table.prefix.rstrip(".")
        table.problem("", f"`{name}` is empty: say what the answer must look like, or leave it out")
    return Shape(frozenset(status), json, body if isinstance(body, str) else None)


def _json(table: Table | None) -> dict[str, tuple[Json, ...]]:
    if table is None:
        return {}
    what = "a list of texts, numbers, true or false; put a dotted path in quotes"
    found: dict[str, tuple[Json, ...]] = {}
    for path in table.data:
        value = table.take(path, list, what, required=False)
        if not isinstance(value, list):
            continue
        if value and all(isinstance(v, (str, int, float, bool)) for v in value):
            found[path] = tuple(value)
        else:
            table.problem(path, f"{table.name(path)} must be {what}")
    return found


def _unique(table: Table, key: str, probe: Probe, others: list[Probe]) -> None:
    if any(probe.id == other.id for other in others):
        table.problem("id", f'another [[{key}]] is called "{probe.id}" too; give each its own `id`')
