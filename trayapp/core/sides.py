"""Whose fault parts the stories: a fault of the person's own network is never one incident with a fault of theirs.

One owner may so have two incidents at once. What is not known yet joins either, and is parted when it becomes known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trayapp.core.incident import News
from trayapp.core.model import State
from trayapp.core.story import Ending, Incident, Phase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trayapp.core.model import Millis
    from trayapp.core.story import Member


@dataclass(frozen=True, slots=True)
class Side:
    """One story of an owner, or the beginning of one, and the news that belong to it."""

    before: Incident | None
    news: tuple[News, ...]


def sides(incidents: Iterable[Incident], news: Iterable[News], now: Millis) -> tuple[Side, ...]:
    """Deal an owner's ``news`` out to its ``incidents``: the open ones, and those closed lately, newest last."""
    incidents, news = tuple(incidents), tuple(news)
    open_ = [i for i in incidents if i.phase is Phase.OPEN]
    theirs = next((i for i in open_ if not i.here), None)
    here = next((i for i in open_ if i.here), None)
    # A story in which nothing was known becomes, as a whole, what is now known of it.
    if here is None and theirs is not None and not theirs.theirs and _all_of(theirs, news, here=True):
        theirs, here = None, theirs
    elif theirs is None and here is not None and _all_of(here, news, here=False):
        theirs, here = here, None
    closed = [i for i in incidents if i.phase is Phase.CLOSED and i.ending in {None, Ending.WELL}]
    of_here = tuple(n for n in news if _belongs_here(n, theirs, here, closed))
    stranded = _stranded(here, of_here, tuple(n for n in news if n not in of_here)) if theirs is not None else ()
    alone = {n.platform for n in stranded}
    of_here = tuple(n for n in of_here if n.platform not in alone)
    of_theirs = (*(n for n in news if n not in of_here and n.platform not in alone), *stranded)
    out = []
    for before, mine, side in ((theirs, of_theirs, False), (here, of_here, True)):
        gone = _gone(before, of_theirs if side else of_here, now)
        story = before or _lately(closed, mine, here=side)
        closed = [i for i in closed if i is not story]  # it goes on on one side only
        if story is not None or mine:
            out.append(Side(story, (*mine, *gone)))
    return tuple(out)


def _all_of(incident: Incident, news: tuple[News, ...], *, here: bool) -> bool:
    """Whether what is news of the incident's open members points to one side, and nobody stays who is of the other."""
    of = [n for n in news if n.bad and n.platform in _open_members(incident) and (n.here or n.theirs)]
    stays = replace(incident, members=tuple(m for m in incident.members if m.platform not in {n.platform for n in of}))
    if stays.theirs if here else stays.here:
        return False
    return bool(of) and all(n.here if here else n.theirs for n in of)


def _belongs_here(n: News, theirs: Incident | None, here: Incident | None, closed: list[Incident]) -> bool:
    if n.bad and n.here:
        return True
    if n.bad and n.theirs:
        return False
    # Not known whose, or well again: it stays in the story it is in.
    in_here = here is not None and n.platform in _open_members(here)
    in_theirs = theirs is not None and n.platform in _open_members(theirs)
    if n.bad and not in_here and not in_theirs:  # nor in any: then where it was a moment ago
        latest = next((i for i in reversed(closed) if n.platform in {m.platform for m in i.members}), None)
        return latest is not None and latest.here and theirs is None
    return in_here and not in_theirs


def _stranded(here: Incident | None, of_here: tuple[News, ...], of_theirs: tuple[News, ...]) -> tuple[News, ...]:
    """Of whom nothing is known, when the last fault of this network leaves the story: they go with it."""
    if here is None:
        return ()
    leaving = {n.platform for n in of_theirs if n.bad}
    stay = tuple(m for m in here.members if m.platform not in leaving)
    if replace(here, members=stay).here or any(n.bad and n.here for n in of_here):
        return ()
    said = {n.platform: n for n in of_here}
    left = (m for m in stay if m.until is None)
    news = (said.get(m.platform) or _as_before(m) for m in left)
    return tuple(n for n in news if not n.well)


def _as_before(m: Member) -> News:
    return News(m.platform, m.state, m.scope, m.functions, m.since, m.witnesses)


def _gone(incident: Incident | None, elsewhere: tuple[News, ...], now: Millis) -> tuple[News, ...]:
    """Members that are now part of the other story leave this one."""
    if incident is None:
        return ()
    left = [n for n in elsewhere if n.bad and n.platform in _open_members(incident)]
    return tuple(replace(n, state=State.UP, since=now, ending=Ending.MOVED) for n in left)


def _lately(closed: list[Incident], news: tuple[News, ...], *, here: bool) -> Incident | None:
    """The closed story that goes on with this news, if there is one; with no bad news none is needed."""
    if not any(n.bad for n in news):
        return None
    known = any(n.here or n.theirs for n in news if n.bad)
    fits = (i for i in reversed(closed) if i.here == here or (known and not i.here and not i.theirs))
    return next(fits, None)


def _open_members(incident: Incident) -> set[str]:
    return {m.platform for m in incident.members if m.until is None}
