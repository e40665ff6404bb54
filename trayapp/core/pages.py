"""When each status page is read: the only witness of something often, others rarely, all of them on suspicion.

Times here are ``mono`` milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trayapp.core import assess, schedule
from trayapp.core.model import HOUR, MINUTE, SECOND, Millis
from trayapp.core.question import Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trayapp.core.question import Official, Platform
    from trayapp.core.world import Told, World

SOLE_EVERY: Millis = MINUTE
EVERY: Millis = 5 * MINUTE
SUSPECTED_EVERY: Millis = MINUTE
APART: Millis = 10 * SECOND
"""No page is read again sooner than this, whoever wants it."""
UNREAD: Millis = 3 * HOUR
"""A page that could not be read for so long is worth a note: what only it can know, nobody sees."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One page: when it is due, and what became of it so far."""

    page: Page
    due: Millis
    since: Millis  # when it was first meant to be read
    away: bool = False
    asked: Millis | None = None
    good: Millis | None = None  # when it was last read and understood
    rests: Millis = 0  # it asked not to be asked before


def pages(platforms: Iterable[Platform]) -> tuple[Page, ...]:
    """Each page once, with all for whom it speaks."""
    found: dict[tuple[str, str], list[tuple[str, str, Official]]] = {}
    for p in platforms:
        for official in p.officials:
            found.setdefault((official.url, official.system), []).append((p.id, p.owner, official))
    return tuple(Page(url, system, tuple(readers)) for (url, system), readers in found.items())


def begin(platforms: Iterable[Platform], mono: Millis) -> Mapping[str, Reading]:
    """All are read at once."""
    return {page.url: Reading(page, mono, mono) for page in pages(platforms)}


def changed(before: Mapping[str, Reading], platforms: Iterable[Platform], mono: Millis) -> Mapping[str, Reading]:
    """Somebody else is watched: whose page is new is read at once, the others keep their turn."""
    fresh = begin(platforms, mono)
    return {
        url: replace(before[url], page=new.page, due=before[url].due if before[url].page == new.page else mono)
        if url in before
        else new
        for url, new in fresh.items()
    }


def hastened(world: World) -> World:
    """Bring forward the pages of owners of whom something is suspected, or complained."""
    if not world.pages:
        return world
    watched, mono = world.roster.platforms, world.now.mono
    owners = assess.unsettled(world)
    owners |= {watched[p].owner for p, until in world.closely.items() if mono < until and p in watched}
    soon = {}
    for url, each in world.pages.items():
        if not any(owner in owners for _, owner, _ in each.page.readers):
            continue
        doubts = [world.now.before(t).mono for p, _, _ in each.page.readers if (t := _doubt(world, p)) is not None]
        doubts += [world.wanted[p].mono for p, _, _ in each.page.readers if p in world.wanted]
        pace = APART if each.asked is not None and each.asked < max(doubts, default=0) else SUSPECTED_EVERY
        at = mono if each.asked is None else max(mono, each.asked + pace)
        if at < each.due:
            soon[url] = replace(each, due=max(at, each.rests))
    return replace(world, pages={**world.pages, **soon}) if soon else world


def due(world: World) -> tuple[Page, ...]:
    """The pages to read now. While the line is down, or the person wants nobody asked, none is."""
    if world.wishes.paused or world.line in schedule.LOST:
        return ()
    return tuple(each.page for each in world.pages.values() if not each.away and each.due <= world.now.mono)


def put(world: World, asked: Iterable[Page]) -> World:
    """They are on their way."""
    mono = world.now.mono
    gone = {page.url: replace(world.pages[page.url], away=True, asked=mono, due=_next(world, page)) for page in asked}
    return replace(world, pages={**world.pages, **gone}) if gone else world


def read(world: World, event: Told) -> World:
    """A page has been read, or could not be."""
    each = world.pages.get(event.errand)
    if each is None:
        return world
    mono = event.now.mono
    rests = mono + event.rest if event.rest else 0
    after = replace(each, away=False, good=mono if event.good else each.good, rests=rests, due=max(each.due, rests))
    return replace(world, pages={**world.pages, event.errand: after})


def anew(world: World) -> World:
    """After a time when nobody looked: all are read at once."""
    mono = world.now.mono
    return replace(world, pages={url: replace(r, due=max(mono, r.rests)) for url, r in world.pages.items()})


def wake(world: World) -> Millis | None:
    """When the next one is due."""
    if world.wishes.paused or world.line in schedule.LOST:
        return None
    return min((each.due for each in world.pages.values() if not each.away), default=None)


def unread(world: World, platform: str) -> bool:
    """Whether its own page could not be read for hours."""
    mine = [r for r in world.pages.values() if any(p == platform for p, _, _ in r.page.readers)]
    return any(world.now.mono - (r.good if r.good is not None else r.since) > UNREAD for r in mine)


def _next(world: World, page: Page) -> Millis:
    """When its routine turn comes: together with a turn of the hosts, for a wake-up costs more than a question."""
    every = (SOLE_EVERY if page.sole else EVERY) * (schedule.FRUGAL if world.plan.frugal else 1)
    return schedule.turn_at(world.plan, world.now.mono + every - schedule.GRID)


def _doubt(world: World, platform: str) -> Millis | None:
    standing = world.standings.get(platform)
    return standing.doubt[0] if standing is not None and standing.doubt is not None else None
