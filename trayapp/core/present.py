"""World → what tray, menu, tooltip and command line show: codes and parameters, never a sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from trayapp.core import assess, conditions, pages
from trayapp.core.incident import parts
from trayapp.core.model import Line, Scope, State
from trayapp.core.story import Phase

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from trayapp.core.model import Depth, Function, Millis
    from trayapp.core.question import Platform
    from trayapp.core.world import World


class Icon(StrEnum):
    """What the whole tray icon says, worst first."""

    STOPPED = "stopped"  # Fanal itself has stopped looking
    OFFLINE = "offline"
    PORTAL = "portal"
    PAUSED = "paused"  # the person wants nobody asked
    DOWN = "down"
    PARTIAL = "partial"
    UNREACHABLE = "unreachable"
    SLOW = "slow"
    UNKNOWN = "unknown"  # nothing known
    UP = "up"


class Say(StrEnum):
    """The one-line answer to "is it me, or is it them?"."""

    STOPPED = "stopped"
    OFFLINE = "offline"
    PORTAL = "portal"
    RESOLVER = "resolver"
    PAUSED = "paused"
    DOWN = "down"
    PARTIAL = "partial"
    UNREACHABLE = "unreachable"
    SLOW = "slow"
    WARNED = "warned"  # others report trouble that this computer does not see
    LOOKING = "looking"  # nothing known yet
    ALL_WELL = "all_well"


@dataclass(frozen=True, slots=True)
class Row:
    """One platform, as every exit shows it."""

    id: str
    name: str
    owner: str
    state: State
    depth: Depth | None
    scope: Scope
    since: Millis | None
    functions: tuple[tuple[Function, State], ...]
    reasons: tuple[str, ...]
    amber: bool = False  # a warning, whatever the state: see Verdict
    standing: bool = False  # its silence is how this network is: not part of the overall icon
    snoozed_until: Millis | None = None  # left out of the overall icon and of notices until then
    tell_back: bool = False  # its return will be told


@dataclass(frozen=True, slots=True)
class View:
    """All that a person can be shown of the present moment. Equal views need no new drawing."""

    icon: Icon
    say: Say
    names: tuple[str, ...]  # of the platforms the answer is about
    since: Millis | None  # since when the answer holds; None where that is not known
    count: int  # platforms in trouble; drawn when more than one
    mark: bool  # some platform is not known: a small corner mark
    line: Line
    looked_at: Millis | None
    rows: tuple[Row, ...]
    incidents: tuple[str, ...]  # ids of the open ones
    unsaved: bool = False  # the history cannot be written at the moment
    muted_until: Millis | None = None  # no notices until then
    quiet: bool = False  # nor now: quiet hours, or the desktop is not to be disturbed


_WORST_FIRST = (Icon.DOWN, Icon.PARTIAL, Icon.UNREACHABLE, Icon.SLOW)
_OF_LINE = {Line.OFFLINE: (Icon.OFFLINE, Say.OFFLINE), Line.PORTAL: (Icon.PORTAL, Say.PORTAL)}
_OF_LINE[Line.RESOLVER] = (Icon.OFFLINE, Say.RESOLVER)
_ICON_OF = {
    State.DOWN: Icon.DOWN,
    State.PARTIAL: Icon.PARTIAL,
    State.UNREACHABLE: Icon.UNREACHABLE,
    State.SLOW: Icon.SLOW,
    State.UP: Icon.UP,
    State.UNKNOWN: Icon.UNKNOWN,
}


def view(world: World) -> View:
    """What a person can be shown of ``world``."""
    rows = tuple(_wished(world, world.rows[p.id]) for p in world.platforms)
    icons = {row.id: _icon(row) for row in rows if not row.standing and row.snoozed_until is None}
    shown = set(icons.values())
    worst = next((i for i in _WORST_FIRST if i in shown), None)
    known = [row for row in rows if row.state is not State.UNKNOWN]
    about: tuple[Row, ...] = ()
    if world.wishes.paused:
        icon, say = Icon.PAUSED, Say.PAUSED
    elif world.line in _OF_LINE:
        icon, say = _OF_LINE[world.line]
    elif worst is not None:
        icon, say = worst, Say(worst.value)
        about = tuple(row for row in rows if icons.get(row.id) is worst)
        if all(row.amber for row in about):
            say = Say.WARNED
        elif worst is Icon.SLOW:
            about = tuple(row for row in about if not row.amber)
    elif not known or _in_doubt(world, rows):
        icon, say = Icon.UNKNOWN, Say.LOOKING
    else:
        icon, say = Icon.UP, Say.ALL_WELL
    open_ = tuple(i.id for i in world.incidents.values() if i.phase is Phase.OPEN)
    return View(
        icon=icon,
        say=say,
        names=tuple(row.name for row in about),
        since=_since(world, about),
        count=sum(1 for i in icons.values() if i in {Icon.DOWN, Icon.PARTIAL, Icon.UNREACHABLE}),
        mark=bool(known) and len(known) < len(rows) and world.line not in _OF_LINE and not world.wishes.paused,
        line=world.line,
        looked_at=world.looked_at,
        rows=rows,
        incidents=open_,
        unsaved=world.unsaved,
        muted_until=world.wishes.muted_until,
        quiet=world.around.quiet,
    )


def _in_doubt(world: World, rows: Iterable[Row]) -> bool:
    """Whether somebody of an outage that is not over has not been seen since nobody looked: it may last."""
    lost = {m.platform for _, m in parts(world.incidents.values())}
    shown = (row for row in rows if not row.standing and row.snoozed_until is None)
    return any(row.state is State.UNKNOWN and row.id in lost for row in shown)


def _since(world: World, about: tuple[Row, ...]) -> Millis | None:
    if world.wishes.paused:
        return world.wishes.paused_since
    return min((row.since for row in about if row.since is not None), default=None)


def with_rows(world: World, owners: Collection[str]) -> World:
    """``world`` with the rows of ``owners`` drawn anew: the others have not changed."""
    rows = {p.id: _row(world, p) for owner in owners for p in world.roster.owned.get(owner, ())}
    if all(world.rows.get(p) == row for p, row in rows.items()):
        return world
    return replace(world, rows={**world.rows, **rows})


def _wished(world: World, row: Row) -> Row:
    wishes = world.wishes
    if row.id not in wishes.snoozed and row.id not in wishes.tell_back:
        return row
    return replace(row, snoozed_until=wishes.snoozed.get(row.id), tell_back=row.id in wishes.tell_back)


def _icon(row: Row) -> Icon:
    return Icon.SLOW if row.amber else _ICON_OF[row.state]


def _row(world: World, platform: Platform) -> Row:
    verdict, standing = world.verdicts[platform.id], world.standings[platform.id]
    state = world.states.get(platform.id)
    broken = set(assess.broken_functions(world, platform.id))
    stands = conditions.stands(world, platform.id)
    functions = dict.fromkeys(platform.functions, State.UNKNOWN)
    if verdict.state is not State.UNKNOWN:
        well = assess.seen_well(world, platform)
        functions |= {f: State.UP for f in platform.functions if f in well}
    if verdict.accuses:
        theirs = verdict.scope in {Scope.THEIRS, Scope.WIDESPREAD}
        functions |= dict.fromkeys(broken, State.DOWN if theirs else State.UNREACHABLE)
    return Row(
        id=platform.id,
        name=platform.name,
        owner=platform.owner,
        state=verdict.state,
        depth=standing.depth if verdict.state in {State.UP, State.SLOW} else None,
        scope=verdict.scope,
        since=state.since if state is not None else None,
        functions=tuple(functions.items()),
        reasons=(verdict.reason.value, *_conditions(world, platform.id, stands=stands)),
        amber=verdict.amber,
        standing=stands,
    )


def _conditions(world: World, platform: str, *, stands: bool) -> Iterator[str]:
    """What is so beside the verdict, and is no outage."""
    if stands:
        yield conditions.Condition.STANDING.value
    if pages.unread(world, platform):
        yield conditions.Condition.PAGE_UNREAD.value


def status(view: View) -> dict[str, object]:
    """The object of ``fanal status --json``. The reader sets ``watching`` by the heartbeat's age."""
    return {
        "watching": True,
        "looked_at": iso(view.looked_at),
        "line": view.line.value,
        "overall": view.icon.value,
        "muted_until": iso(view.muted_until),
        "platforms": [
            {
                "id": row.id,
                "name": row.name,
                "owner": row.owner,
                "state": row.state.value,
                "depth": row.depth.value if row.depth else None,
                "scope": row.scope.value,
                "since": iso(row.since),
                "functions": {f.value: s.value for f, s in row.functions},
                "reasons": list(row.reasons),
                "snoozed_until": iso(row.snoozed_until),
                "tell_back": row.tell_back,
            }
            for row in view.rows
        ],
        "incidents": list(view.incidents),
    }


LAST: Millis = 253_402_300_799_999
"""The last moment that ISO 8601 can write: "until I say" is later."""


def iso(t: Millis | None) -> str | None:
    """Wall time as every machine-readable exit writes it: ISO 8601, UTC, milliseconds."""
    if t is None:
        return None
    t = min(t, LAST)
    return f"{datetime.fromtimestamp(t // 1000, UTC):%Y-%m-%dT%H:%M:%S}.{t % 1000:03d}Z"


def stopped(last: View) -> View:
    """``last``, when nobody looks any more: the icon must not go on saying what was true once."""
    return replace(last, icon=Icon.STOPPED, say=Say.STOPPED, names=(), since=None, count=0, mark=False)


def nothing_yet(platforms: tuple[Platform, ...]) -> View:
    """What can be shown before the first look."""
    rows = tuple(Row(p.id, p.name, p.owner, State.UNKNOWN, None, Scope.NOT_KNOWN, None, (), ()) for p in platforms)
    return View(
        Icon.UNKNOWN, Say.LOOKING, (), None, 0, mark=False, line=Line.UNKNOWN, looked_at=None, rows=rows, incidents=()
    )


def settled(view: View) -> bool:
    """Whether a single look has nothing more to wait for: everybody is known, or the line is judged and lost."""
    return view.line in _OF_LINE or all(row.state is not State.UNKNOWN for row in view.rows)


def matters(view: View | None) -> View | None:
    """``view`` without the time of the last look, which alone is worth no write, and rarely a drawing; the first is."""
    return view and replace(view, looked_at=None if view.looked_at is None else 0)
