"""A fault of the person's own network is never one story with a fault of theirs, whatever the news and their order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

from core_rig import at, moment
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trayapp.core.incident import RELAPSE, News, step
from trayapp.core.model import SECOND, Function, Scope, State
from trayapp.core.sides import sides
from trayapp.core.story import Ending, Event, EventKind, Incident, Phase

PLATFORMS = ("alpha", "beta", "gamma")
THEIRS, WIDE, HERE, COUNTRY, NOBODY = (
    Scope.THEIRS,
    Scope.WIDESPREAD,
    Scope.YOUR_NETWORK,
    Scope.YOUR_COUNTRY,
    Scope.NOT_KNOWN,
)
OF_THEIRS, OF_HERE = {THEIRS, WIDE}, {HERE, COUNTRY}
BAD = (State.DOWN, State.PARTIAL, State.UNREACHABLE)


@dataclass
class Owner:
    """One owner's stories, led as the core leads them: every step through ``sides`` and ``step``."""

    incidents: dict[str, Incident] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    last: dict[str, News] = field(default_factory=dict)
    now: int = 100

    def told(self, *news: News, wait: int = 10) -> None:
        self.now += wait
        instant = moment(self.now)
        self.incidents = {
            id_: i for id_, i in self.incidents.items() if i.end is None or instant.since(i.end) <= RELAPSE
        }
        for side in sides(self.incidents.values(), news, instant.t):
            after, events = step(side.before, "acme", side.news, instant)
            self.events += events
            if after is not None:
                self.incidents[after.id] = after
        self.last |= {n.platform: n for n in news if n.bad or n.well}
        self.holds()

    def open(self) -> list[Incident]:
        return [i for i in self.incidents.values() if i.phase is Phase.OPEN]

    def parts(self, platform: str) -> list[str]:
        """The open stories in which it has an open part."""
        return [i.id for i in self.open() for m in i.members if m.platform == platform and m.until is None]

    def holds(self) -> None:
        for i in self.incidents.values():
            scopes = {m.scope for m in i.members}
            assert not (scopes & OF_THEIRS and scopes & OF_HERE), "one story of two camps"
            assert len({m.platform for m in i.members}) == len(i.members)
        assert sum(i.here for i in self.open()) <= 1
        assert sum(not i.here for i in self.open()) <= 1
        for platform in PLATFORMS:
            news = self.last.get(platform)
            if news is not None and news.bad:
                assert len(self.parts(platform)) == 1
            else:
                assert self.parts(platform) == []
        stories: dict[str, list[Event]] = {}
        for event in self.events:
            stories.setdefault(event.incident, []).append(event)
        for story in stories.values():
            assert [e.number for e in story] == list(range(1, len(story) + 1))
            assert [e.kind for e in story].count(EventKind.START) == 1
            assert story[0].kind is EventKind.START
            for a, b in pairwise(story):
                assert (a.kind is EventKind.END) == b.relapse
                assert b.of.start == a.of.start
        for i in self.open():
            assert stories[i.id][-1].kind is not EventKind.END

    def ends(self) -> list[Ending | None]:
        return [e.of.ending for e in self.events if e.kind is EventKind.END]


def bad(platform: str, scope: Scope, since: float = 50, state: State | None = None) -> News:
    state = state or (State.UNREACHABLE if scope in {HERE, COUNTRY, NOBODY} else State.DOWN)
    return News(platform, state, scope, (Function.WEB,), at(since), frozenset({"p0"}))


def well(platform: str, since: float = 60) -> News:
    return News(platform, State.UP, NOBODY, (), at(since))


@st.composite
def lives(draw: st.DrawFn) -> list[tuple[int, list[News]]]:
    """News of an owner's platforms: of some or all, bad with any scope, well, not known, or no longer watched."""
    out = []
    for _ in range(draw(st.integers(1, 12))):
        news = []
        for platform in draw(st.lists(st.sampled_from(PLATFORMS), unique=True, max_size=3)):
            kind = draw(st.sampled_from(["bad", "bad", "well", "gone", "unknown"]))
            since = draw(st.sampled_from([40, 50, 60, 100, 110, 130]))
            if kind == "bad":
                news.append(bad(platform, draw(st.sampled_from(Scope)), since, draw(st.sampled_from(BAD))))
            elif kind == "unknown":
                news.append(News(platform, State.UNKNOWN, NOBODY, (), at(since)))
            else:
                ending = draw(st.sampled_from([Ending.STANDING, Ending.NOT_WATCHED, Ending.FADED]))
                news.append(replace(well(platform, since), ending=ending if kind == "gone" else Ending.WELL))
        out.append((draw(st.sampled_from([1, 30, RELAPSE // SECOND, RELAPSE // SECOND + 1])), news))
    return out


def n_(text: str) -> list[News]:
    """``"a:theirs b:well"``: news of alpha and of beta."""
    names, scopes = {p[0]: p for p in PLATFORMS}, {s.value: s for s in Scope}
    parts = [part.split(":") for part in text.split()]
    gone = Ending.STANDING
    return [
        bad(names[p], scopes[what])
        if what in scopes
        else replace(well(names[p]), ending=gone if what == "standing" else Ending.WELL)
        for p, what in parts
    ]


def life(*texts: str) -> list[tuple[int, list[News]]]:
    return [(10, n_(text)) for text in texts]


@settings(max_examples=400, deadline=None)
@given(lives())
@example(life("a:theirs", "a:your_network", "a:theirs"))
@example(life("a:theirs b:theirs", "a:your_network b:your_network", "a:theirs"))
@example(life("a:your_network", "a:theirs b:your_network"))
@example(life("a:not_known", "a:your_network b:theirs"))
@example(life("a:not_known b:not_known", "a:your_network", "a:theirs"))
@example(life("a:your_network b:not_known", "a:standing b:well", "a:theirs b:your_network"))
@example(life("b:not_known g:not_known", "a:theirs b:your_network g:not_known", "a:well b:widespread"))
def test_any_life_of_an_owner_keeps_its_stories_apart(steps: list[tuple[int, list[News]]]) -> None:
    owner = Owner()
    for wait, news in steps:
        owner.told(*news, wait=wait)


@settings(max_examples=150, deadline=None)
@given(lives())
def test_in_the_end_all_is_well_and_every_story_is_closed(steps: list[tuple[int, list[News]]]) -> None:
    owner = Owner()
    for wait, news in steps:
        owner.told(*news, wait=wait)
    owner.told(*(well(p, owner.now) for p in PLATFORMS))
    assert owner.open() == []


# by hand


def test_a_fault_of_theirs_and_one_of_this_network_are_two_stories() -> None:
    owner = Owner()
    owner.told(bad("alpha", THEIRS), bad("beta", HERE))
    assert sorted(i.here for i in owner.open()) == [False, True]
    assert len({i.id for i in owner.open()}) == 2
    owner.told(well("beta"))
    assert [i.here for i in owner.open()] == [False]
    assert owner.ends() == [Ending.WELL]


def test_what_is_not_known_joins_the_story_there_is() -> None:
    for scope in (THEIRS, HERE):
        owner = Owner()
        owner.told(bad("alpha", scope))
        owner.told(bad("alpha", scope), bad("beta", NOBODY))
        assert len(owner.open()) == (1 if scope is THEIRS else 2)


def test_a_story_of_which_nothing_was_known_becomes_as_a_whole_what_is_known() -> None:
    for scope in (WIDE, HERE):
        owner = Owner()
        owner.told(bad("alpha", NOBODY), bad("beta", NOBODY))
        owner.told(bad("alpha", scope), bad("beta", scope))
        (story,) = owner.open()
        assert {m.scope for m in story.members} == {scope}
        assert [e.kind for e in owner.events] == [EventKind.START, EventKind.UPDATE]


def test_a_story_of_which_nothing_was_known_is_parted_when_it_becomes_known() -> None:
    owner = Owner()
    owner.told(bad("alpha", NOBODY), bad("beta", NOBODY))
    owner.told(bad("alpha", WIDE), bad("beta", HERE))
    theirs, here = sorted(owner.open(), key=lambda i: i.here)
    assert [m.platform for m in theirs.members if m.until is None] == ["alpha"]
    assert [m.platform for m in here.members if m.until is None] == ["beta"]


def test_a_story_that_turns_out_to_be_another_has_moved_and_did_not_get_well() -> None:
    owner = Owner()
    owner.told(bad("alpha", THEIRS), bad("beta", THEIRS))
    owner.told(bad("alpha", HERE), bad("beta", HERE))
    (story,) = owner.open()
    assert story.here
    assert Ending.WELL not in owner.ends()


def test_a_relapse_goes_on_with_the_story_of_its_own_camp() -> None:
    owner = Owner()
    owner.told(bad("alpha", THEIRS))
    owner.told(well("alpha"))
    owner.told(bad("beta", HERE))
    assert len({e.incident for e in owner.events}) == 2
    owner.told(well("beta"))
    owner.told(bad("beta", THEIRS), wait=30)
    assert owner.events[-1].relapse
    assert owner.events[-1].incident == owner.events[0].incident


def test_what_ended_otherwise_than_well_is_not_taken_up_again() -> None:
    for ending in (Ending.STANDING, Ending.NOT_WATCHED, Ending.FADED):
        owner = Owner()
        owner.told(bad("alpha", THEIRS))
        owner.told(replace(well("alpha"), ending=ending))
        owner.told(bad("alpha", THEIRS, since=115))
        assert [e.kind for e in owner.events] == [EventKind.START, EventKind.END, EventKind.START]
        assert len({e.incident for e in owner.events}) == 2
