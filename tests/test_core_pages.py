"""When status pages are read: by routine, on suspicion, after gaps, and what happens if they cannot be."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

from loop import ALPHA, BETA, OTHER, SECOND, Loop, well

from trayapp.core import pages
from trayapp.core.model import HOUR, MINUTE, Evidence, Failure, Function, Millis, Outcome, Source, State
from trayapp.core.present import Icon, view
from trayapp.core.question import Answer, Official, Page, Platform
from trayapp.core.turns import Key
from trayapp.core.wishes import Pause
from trayapp.core.world import Complained, Input, Told, Wished

COMMON, OWN = "https://status.acme.test/data.json", "https://status.else.test/api"
WATCHED = (
    replace(ALPHA, officials=(Official("page", "one", COMMON, sole=True),)),
    replace(BETA, officials=(Official("page", "one", COMMON),)),
    replace(OTHER, officials=(Official("page", "two", OWN),)),
)


@dataclass
class Reads(Loop):
    """Answers for pages as well, 100 ms after they were wanted."""

    platforms: tuple[Platform, ...] = WATCHED
    read: list[tuple[Millis, str]] = field(default_factory=list)
    unreadable: frozenset[str] = frozenset()
    rest: Millis = 0
    says_of: dict[str, Failure] = field(default_factory=dict)  # platform → what its page says of signing in

    def feed(self, event: Input) -> None:
        super().feed(event)
        for page in self.effects[-1].errands:
            assert isinstance(page, Page)
            self.read.append((self.at, page.url))
            self._later(100, lambda now, p=page: self._told(now.t, p))  # type: ignore[misc]  # lambda's default

    def _told(self, t: Millis, page: Page) -> Told:
        good = page.url not in self.unreadable
        said = tuple(
            Evidence(
                t, platform, Source.OFFICIAL, Outcome.FAILED if platform in self.says_of else Outcome.OK, official.id,
                function=Function.SIGN_IN, failure=self.says_of.get(platform), answer=f"{t}",
            )
            for platform, _, official in page.readers
        )  # fmt: skip
        return Told(self.now(), said if good else (), page.key, good, self.rest)

    def of(self, url: str, since: float = 0, until: float = 1e9) -> list[Millis]:
        return [at for at, u in self.read if u == url and since * SECOND <= at < until * SECOND]


def gaps_between(times: list[Millis]) -> list[Millis]:
    return [b - a for a, b in pairwise(times)]


def test_a_page_is_read_once_for_all_for_whom_it_speaks() -> None:
    one, two = pages.pages(WATCHED)
    assert (one.url, [p for p, _, _ in one.readers], one.sole) == (COMMON, ["alpha", "beta"], True)
    assert (two.url, [p for p, _, _ in two.readers], two.sole) == (OWN, ["other"], False)


def test_the_only_witness_every_minute_and_others_every_five() -> None:
    day = Reads().start().run(3600)
    assert day.of(COMMON)[0] == day.of(OWN)[0] == 0
    assert all(MINUTE <= gap <= MINUTE + 6 * SECOND for gap in gaps_between(day.of(COMMON)))
    assert all(5 * MINUTE <= gap <= 5 * MINUTE + 6 * SECOND for gap in gaps_between(day.of(OWN)))


def test_on_battery_three_times_rarer() -> None:
    life = Reads()
    life.around = replace(life.around, frugal=True)
    life.start().run(3600)
    assert all(gap >= 3 * MINUTE for gap in gaps_between(life.of(COMMON)))


def test_on_suspicion_at_once_and_then_every_minute_and_only_of_that_owner() -> None:
    def says(key: Key, at: Millis) -> Answer | Failure | int:
        return 503 if key[0] == "other" and 130 * SECOND <= at < 600 * SECOND else well(key, at)

    life = Reads(says=says).start().run(600)
    first = next(at for at, k in life.asked if k[0] == "other" and at >= 130 * SECOND)
    seen = life.of(OWN, 130)
    assert seen[0] - first < 2 * SECOND
    assert all(gap <= MINUTE + 6 * SECOND for gap in gaps_between(seen))
    assert all(gap >= MINUTE for gap in gaps_between(life.of(COMMON)))


def test_the_person_s_word_has_the_page_read_at_once() -> None:
    life = Reads().start().run(100)
    life.feed(Complained(life.now(), "other"))
    life.run(20)
    assert life.of(OWN, 100)[0] - 100 * SECOND < 2 * SECOND


def test_its_word_of_the_only_witness_is_told_within_seventy_seconds() -> None:
    life = Reads().start().run(125)
    life.says_of = {"alpha": Failure.OFFICIAL_MAJOR}
    life.run(70)
    ((at, _),) = life.said
    assert at <= (125 + 70) * SECOND
    assert life.state("alpha") is State.PARTIAL
    assert life.state("beta") is State.UP


def test_nobody_reads_while_the_person_wants_nobody_asked() -> None:
    life = Reads().start().run(100)
    life.feed(Wished(life.now(), Pause(paused=True)))
    life.run(1800)
    assert life.of(COMMON, 101) == []


def test_nobody_reads_while_the_line_is_down_and_all_are_read_when_it_is_back() -> None:
    def says(_key: Key, at: Millis) -> Answer | Failure | int:
        return Failure.CONNECT_NETWORK_DOWN if 300 * SECOND <= at < 900 * SECOND else well(_key, at)

    life = Reads(says=says).start().run(1200)
    assert life.of(COMMON, 400, 900) == []
    assert life.of(COMMON, 900)[0] <= 960 * SECOND


def test_after_a_sleep_all_are_read_at_once() -> None:
    life = Reads().start().run(100)
    life.sleep(3600)
    life.run(10)
    assert [url for at, url in life.read if at >= 3700 * SECOND] == [COMMON, OWN]


def test_a_page_that_wants_rest_is_left_alone_whatever_is_suspected() -> None:
    life = Reads(rest=HOUR).start().run(100)
    life.feed(Complained(life.now(), "alpha"))
    life.run(3000)
    assert life.of(COMMON, 1) == []


def test_a_page_that_cannot_be_read_for_hours_is_noted_in_its_rows_alone() -> None:
    life = Reads(unreadable=frozenset({COMMON})).start().run(2 * 3600)
    assert not pages.unread(life.world, "alpha")
    life.run(3600 + 60)
    assert pages.unread(life.world, "alpha")
    assert not pages.unread(life.world, "other")
    noted = {row.id: "page_unread" in row.reasons for row in view(life.world).rows}
    assert noted == {"alpha": True, "beta": True, "other": False}
    assert view(life.world).icon is Icon.UP  # a note, and no more
    assert life.events == []
    life.unreadable = frozenset()
    life.run(120)
    assert not pages.unread(life.world, "alpha")


def test_whoever_is_watched_anew_has_its_page_read_at_once_and_the_others_keep_their_turn() -> None:
    from trayapp.core.world import Reconfigured

    life = Reads(platforms=WATCHED[:2]).start().run(100)
    life.feed(Reconfigured(life.now(), WATCHED, life.controls))
    life.run(10)
    assert life.of(OWN) == [100 * SECOND]
    assert life.of(COMMON, 100, 110) == []
