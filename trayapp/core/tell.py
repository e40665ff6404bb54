"""Verdicts → incidents → events → notices: what of the judgement becomes a story, and what of it is said."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from trayapp.core import assess, claims, conditions, digest, notices, reminders, schedule
from trayapp.core.confirm import Direct
from trayapp.core.incident import RELAPSE, News, parts, step
from trayapp.core.judge import Official
from trayapp.core.line import latest
from trayapp.core.model import SECOND, Line, Millis, Scope, Source, State
from trayapp.core.ports import Claim
from trayapp.core.sides import Side, sides
from trayapp.core.story import Ending, Event, Incident, Member, Notice, Phase

if TYPE_CHECKING:
    from collections.abc import Collection

    from trayapp.core.world import Effects, World

GATHER: Millis = 6 * SECOND
"""So long a story waits for those who failed a moment after the others: the next word of the line counts them too."""
_SEEN_WELL = {Direct.WORKS, Direct.ANSWERS, Direct.REFUSED, Direct.SLOW}


@dataclass(slots=True)
class _Telling:
    """What comes of it, while it is being worked out."""

    incidents: dict[str, Incident]
    outbox: tuple[Notice, ...]
    events: list[Event] = field(default_factory=list)
    changed: list[Incident] = field(default_factory=list)
    rows: list[tuple[Notice, Claim]] = field(default_factory=list)


def incidents(world: World, effects: Effects, owners: Collection[str]) -> tuple[World, Effects]:
    """Take the verdicts of ``owners`` into their stories."""
    now = world.now
    kept = {id_: i for id_, i in world.incidents.items() if i.end is None or now.since(i.end) <= RELAPSE}
    telling = _Telling(kept, world.outbox, rows=list(effects.notices))
    for owner in dict.fromkeys((*owners, *(i.owner for i in kept.values() if i.owner not in world.roster.owned))):
        mine = [i for i in kept.values() if i.owner == owner]
        is_open = any(i.phase is Phase.OPEN for i in mine)
        keys = world.plan.turns.owned.get(owner, ())
        if not is_open and (schedule.looking_round(world.plan, keys, now.mono) or _gathering(world, owner)):
            continue  # the answers of its siblings are on their way: one story, told once, with all who are in it
        news = [n for p in world.roster.owned.get(owner, ()) if (n := _news(world, p.id)) is not None]
        news += _no_longer_watched(world, mine)
        # Whose part is over for another reason has not come back: nobody saw it work. Who was well before the last of
        # its story is news of no story any more.
        well = {n.platform for n in news if n.well and n.ending is Ending.WELL}
        for side in sides(mine, news, now.t):
            _one_story(world, telling, owner, side, well)
    said = world.said
    if len(kept) < len(world.incidents):
        said = {id_: t for id_, t in said.items() if id_ in telling.incidents}
    world = replace(world, incidents=telling.incidents, outbox=telling.outbox, said=said)
    return world, replace(
        effects,
        events=(*effects.events, *telling.events),
        incidents=(*effects.incidents, *telling.changed),
        notices=tuple(telling.rows),
    )


def _gathering(world: World, owner: str) -> bool:
    """Whether somebody of ``owner`` has just failed, and only waits for the line to be vouched for."""
    heard = latest(world.heard).by_others(owner)
    doubts = (world.standings[p.id].doubt for p in world.roster.owned.get(owner, ()))
    return any(d is not None and heard <= d[1] and world.now.t - d[0] <= GATHER for d in doubts)


def _one_story(world: World, telling: _Telling, owner: str, side: Side, well: Collection[str]) -> None:
    before, now = side.before, world.now
    already = not any(n.platform in world.seen_well for n in side.news if n.bad)
    wishes = replace(world.wishes, tell_back=world.wishes.tell_back.intersection(well))
    after, happened = step(before, owner, side.news, now, already=already)
    if after is not None and after != before:
        telling.incidents[after.id] = after
        telling.changed.append(after)
    for event in happened:
        telling.events.append(event)
        was = telling.outbox
        if not notices.wanted(event, wishes):
            telling.outbox = notices.unsaid(was, event)
            telling.rows += _changed(was, telling.outbox, "")
            continue
        back = notices.back(event, wishes)
        planned, needless = notices.plan(
            was, _seen(event, well), before, world.said, now.t, waited_for=bool(back), snoozed=wishes.snoozed
        )
        if len(planned) > len(was) - len(needless):  # it is told by itself
            planned = digest.without(planned, event.incident, now.t)
        telling.outbox = planned
        telling.rows += _changed(was, planned, event.incident)


def _seen(event: Event, well: Collection[str]) -> Event:
    """``event`` as it is said: of those whose part is over only who is ``well`` works again."""
    members = tuple(m for m in event.of.members if m.until is None or m.platform in well)
    return replace(event, of=replace(event.of, members=members)) if members else event


def _changed(was: tuple[Notice, ...], now: tuple[Notice, ...], incident: str) -> list[tuple[Notice, Claim]]:
    """What of an outbox is to be written: who left it unsaid, and who is new in it, or of ``incident``."""
    keys, before = {f.key for n in now for f in digest.flat(n)}, {n.key for n in was}
    rows = [(f, Claim.STALE) for n in was for f in digest.flat(n) if f.key not in keys]
    return rows + [(n, Claim.PENDING) for n in now if n.key not in before or n.event.incident == incident]


def _news(world: World, platform: str) -> News | None:
    verdict, standing = world.verdicts[platform], world.standings[platform]
    now = world.now.t
    if verdict.accuses:
        if conditions.stands(world, platform):
            return News(platform, State.UP, Scope.NOT_KNOWN, (), now, ending=Ending.STANDING)
        functions = assess.broken_functions(world, platform)
        since = assess.since_of(world, platform, verdict)
        accusing = standing.failing or standing.lone
        state, reason = verdict.state, verdict.reason.value
        member = _member(world, platform)
        if member is not None and state is State.PARTIAL and standing.recovering and accusing <= member.witnesses:
            state, reason = member.state, member.reason  # host by host it is getting well: no new trouble
        quote = claims.quote(world.claims.get(platform, {}), now)
        return News(platform, state, verdict.scope, functions, since, accusing, reason=reason, said=quote)
    member = _member(world, platform)
    theirs = member is not None and not member.witnesses  # only their own page carries it: it ends with its own word
    # Of who answers otherwise than promised, direct samples tell nothing; its page does.
    no_help = theirs and standing.direct is Direct.UNEXPECTED and world.line is Line.OK
    if not no_help and (standing.direct not in _SEEN_WELL or verdict.state is State.UNKNOWN):
        return None
    if member is not None and theirs:
        said = world.claims.get(platform, {})
        if claims.official(said, now) in {Official.UNKNOWN, Official.MINOR, Official.REPORTED}:
            last = claims.last_word(said)
            # After a gap or a start the page must first have had time to say it again.
            heard = now - world.looks_from > claims.FRESH[Source.OFFICIAL]
            faded = heard and now - (last if last is not None else member.since) > claims.LAST_WORD
            return News(platform, State.UP, Scope.NOT_KNOWN, (), now, ending=Ending.FADED) if faded else None
    return News(platform, State.UP, Scope.NOT_KNOWN, (), standing.well_since or now)


def _member(world: World, platform: str) -> Member | None:
    """Its part in an open incident, as long as it lasts."""
    return next((m for _, m in parts(world.incidents.values()) if m.platform == platform), None)


def _no_longer_watched(world: World, mine: list[Incident]) -> list[News]:
    """Whoever is not watched any more leaves the story, which must not stay open for ever."""
    members = (m for i in mine if i.phase is Phase.OPEN for m in i.members)
    gone = (m.platform for m in members if m.until is None and m.platform not in world.roster.platforms)
    now: Millis = world.now.t
    return [News(platform, State.UP, Scope.NOT_KNOWN, (), now, ending=Ending.NOT_WATCHED) for platform in gone]


def notices_now(world: World, effects: Effects) -> tuple[World, Effects]:
    """Claim what is ripe, and give up what is stale."""
    now = world.now.t
    old = notices.stale(world.outbox, now)
    # Quiet hours keep everything back; what grows stale meanwhile goes on in the digest of the morning.
    ripe = () if world.around.quiet else (*notices.ripe(world.outbox, now), *reminders.due(world))
    if not old and not ripe:
        return world, effects
    gone: set[Notice] = {*old, *ripe}
    left = tuple(n for n in world.outbox if n not in gone)
    told_back = frozenset(p for n in ripe for p in notices.back(n.event, world.wishes))
    if told_back:  # told once; not before it is said, or what comes meanwhile would take it back
        wishes = replace(world.wishes, tell_back=world.wishes.tell_back - told_back)
        world, effects = replace(world, wishes=wishes), replace(effects, wishes=wishes)
    outbox = digest.folded(left, old, now)
    world = replace(
        world,
        outbox=outbox,
        speaking={**world.speaking, **{n.key: n for n in ripe}},
        said={**world.said, **{n.event.incident: now for n in ripe}},
    )
    given_up = ((n, Claim.STALE) for n in old)
    rows = (*effects.notices, *given_up, *_changed(left, outbox, ""), *((n, Claim.CLAIMED) for n in ripe))
    return world, replace(effects, notices=rows, say=ripe)
